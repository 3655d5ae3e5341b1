/*
 * setups.h - what the user knows of single firewalls: --family, --timeout ...
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCDUMP_SETUPS_H
#define PFSYNCDUMP_SETUPS_H

#include <stdbool.h>
#include <stddef.h>

#include "pfreplay.h"

/* Zero-initialise; the strings are the caller's. */
struct setups {
	struct pfreplay_setup *list;
	size_t count;
	uint32_t timeout_s[PFREPLAY_TIMEOUTS]; /* of all firewalls, 0 = pf's own */
};

/*
 * Values of options, split at their first '=', ':' or ',' by writing NULs into
 * them.  Each returns NULL, or why it cannot be: static, to stand behind the
 * option's name and value.
 */
const char *setups_family(struct setups *setups, char *text);     /* NODE=FAMILY */
const char *setups_limit(struct setups *setups, char *text);      /* NODE=STATES */
const char *setups_interfaces(struct setups *setups, char *text); /* NODE=IF[,IF...] */
const char *setups_timeout(struct setups *setups, char *text);    /* [NODE:]CLASS=SECONDS */

void setups_clear(struct setups *setups);

#endif
