/*
 * dump.h - a table as JSON lines, in the shape of pfsyncdump's `state` objects.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCSEND_PEER_DUMP_H
#define PFSYNCSEND_PEER_DUMP_H

#include "node/node.h"

/*
 * Writes all states to a new file; "-" is standard output.  `node` names the
 * firewall.  False with errno set; there is no partial file then.
 */
bool dump_table(const struct fw *fw, int64_t now_ns, const char *node, const char *path);

#endif
