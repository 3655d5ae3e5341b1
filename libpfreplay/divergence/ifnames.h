/*
 * ifnames.h - interfaces that firewalls are known to have.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFREPLAY_DIVERGENCE_IFNAMES_H
#define PFREPLAY_DIVERGENCE_IFNAMES_H

#include "divergence.h"

/* At most IFNAMES_MAX pairs of a firewall and a name. */
#define IFNAMES_MAX 256
struct ifnames {
	GHashTable *set; /* "NODE NAME" */
};

void ifnames_init(struct ifnames *ifnames);
void ifnames_clear(struct ifnames *ifnames);
/* `ifname` is as in a record: it may lack the NUL. */
void ifnames_put(struct ifnames *ifnames, const struct node *node, const char *ifname);
bool ifnames_has(const struct ifnames *ifnames, const struct node *node, const char *ifname);

#endif
