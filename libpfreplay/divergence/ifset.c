/*
 * ifset.c - interfaces that firewalls are known to have (see ifset.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include "ifset.h"

#define KEY_BYTES (PFSYNC_IFNAMSIZ + 12)

void
ifset_init(struct ifset *ifset)
{
	ifset->set = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

void
ifset_clear(struct ifset *ifset)
{
	g_hash_table_destroy(ifset->set);
}

static void
make_key(char key[KEY_BYTES], const struct node *node, const char *ifname)
{
	g_snprintf(key, KEY_BYTES, "%u %.*s", node->index, PFSYNC_IFNAMSIZ, ifname);
}

void
ifset_put(struct ifset *ifset, const struct node *node, const char *ifname)
{
	char key[KEY_BYTES];

	make_key(key, node, ifname);
	if (g_hash_table_size(ifset->set) < IFSET_MAX && !g_hash_table_contains(ifset->set, key))
		g_hash_table_add(ifset->set, g_strdup(key));
}

bool
ifset_has(const struct ifset *ifset, const struct node *node, const char *ifname)
{
	char key[KEY_BYTES];

	make_key(key, node, ifname);
	return g_hash_table_contains(ifset->set, key);
}
