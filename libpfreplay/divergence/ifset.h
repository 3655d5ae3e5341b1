/*
 * ifset.h - interfaces that firewalls are known to have.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFREPLAY_DIVERGENCE_IFSET_H
#define PFREPLAY_DIVERGENCE_IFSET_H

#include "divergence.h"

/* At most IFSET_MAX pairs of a firewall and a name. */
#define IFSET_MAX 256
struct ifset {
	GHashTable *set; /* "NODE NAME" */
};

void ifset_init(struct ifset *ifset);
void ifset_clear(struct ifset *ifset);
/* `ifname` is as in a record: it may lack the NUL. */
void ifset_put(struct ifset *ifset, const struct node *node, const char *ifname);
bool ifset_has(const struct ifset *ifset, const struct node *node, const char *ifname);

#endif
