/*
 * pfctl_hosts.h - the addresses in a line of pfctl -ss.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCDUMP_PFCTL_HOSTS_H
#define PFSYNCDUMP_PFCTL_HOSTS_H

#include "pfctl.h"

/*
 * Read "HOST [(HOST)] -> HOST [(HOST)]" or "HOST -> HOST -> HOST" in `text`, which
 * holds nothing else, into direction, form and ends.  False if it is neither.
 */
bool pfctl_hosts(const char *text, struct pfctl_state *state);

#endif
