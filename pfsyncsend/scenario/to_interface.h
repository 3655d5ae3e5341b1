/*
 * to_interface.h - a scenario on a real interface.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCSEND_TO_INTERFACE_H
#define PFSYNCSEND_TO_INTERFACE_H

#include "scenario.h"

struct interface_options {
	const char *ifname;
	const struct ip_address *syncpeer; /* NULL: to the group */
	bool fast;                         /* do not wait between packets */
	bool yes;                          /* whatever it does to the others */
};

/*
 * Send it, paced by its times.  False after one line on stderr.  Changes the
 * scenario: nodes without addresses get the interface's, and what is for the
 * group goes to the syncpeer.
 */
bool to_interface(
    struct scenario *scenario, const struct interface_options *options, uint64_t *sent);

#endif
