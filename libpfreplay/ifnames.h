/*
 * ifnames.h - which interfaces a firewall has: D-10.
 *
 * SPDX-License-Identifier: ISC
 *
 * FreeBSD 10 and later skips a state that is bound to an interface it does not
 * have, without a counter.  Which it has is not on the wire.  It is given, or
 * concluded from what it does: a name that it uses in states that it created is
 * there; one whose states it asks for again and again, after getting them, is
 * not.  What is neither is taken to be there.
 */
#ifndef PFREPLAY_IFNAMES_H
#define PFREPLAY_IFNAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ifnames;

struct ifnames *ifnames_new(void);
void ifnames_free(struct ifnames *ifnames);

/* Names may lack a NUL (PFSYNC_IFNAMSIZ bytes at most). */

/* The user's list: what is not in it is not there. */
void ifnames_give(struct ifnames *ifnames, const char *name);
/* It created a state on it, or speaks of one as its own.  True if it was thought
 * to lack it. */
bool ifnames_use(struct ifnames *ifnames, const char *name);
/*
 * It asks for a state on it that it was sent `rounds` times.  Returns true if
 * by now the interface must be taken to be missing, once.
 */
bool ifnames_doubt(struct ifnames *ifnames, const char *name, unsigned rounds);

/* NULL lacks nothing.  "all" is everywhere. */
bool ifnames_lacking(struct ifnames *ifnames, const char *name);
/* Is the name one that it created states on? */
bool ifnames_used(struct ifnames *ifnames, const char *name);
size_t ifnames_count_used(const struct ifnames *ifnames);

#endif
