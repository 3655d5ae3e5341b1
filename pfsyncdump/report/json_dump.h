/*
 * json_dump.h - a JSON object as one line.
 *
 * SPDX-License-Identifier: ISC
 *
 * jansson's own json_dumps() prints reals in another way since version 2.15; lines
 * must be the same with every version, and a real must look like one.
 */
#ifndef PFSYNCDUMP_JSON_DUMP_H
#define PFSYNCDUMP_JSON_DUMP_H

#include <jansson.h>

#include "out.h"

/*
 * Write `value` without blanks and without an end of line, members in the order
 * in which they were set.  Reals have the digits that they have, at least one and
 * at most nine behind the point: 0.25, 3.0, 0.000000001.
 */
void json_dump(struct out *out, const json_t *value);

#endif
