/*
 * ifnames.c - interfaces that firewalls are known to have (see ifnames.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include "ifnames.h"

#define KEY_BYTES (PFSYNC_IFNAMSIZ + 12)

void
ifnames_init(struct ifnames *ifnames)
{
	ifnames->set = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

void
ifnames_clear(struct ifnames *ifnames)
{
	g_hash_table_destroy(ifnames->set);
}

static void
make_key(char key[KEY_BYTES], const struct node *node, const char *ifname)
{
	g_snprintf(key, KEY_BYTES, "%u %.*s", node->index, PFSYNC_IFNAMSIZ, ifname);
}

void
ifnames_put(struct ifnames *ifnames, const struct node *node, const char *ifname)
{
	char key[KEY_BYTES];

	make_key(key, node, ifname);
	if (g_hash_table_size(ifnames->set) < IFNAMES_MAX &&
	    !g_hash_table_contains(ifnames->set, key))
		g_hash_table_add(ifnames->set, g_strdup(key));
}

bool
ifnames_has(const struct ifnames *ifnames, const struct node *node, const char *ifname)
{
	char key[KEY_BYTES];

	make_key(key, node, ifname);
	return g_hash_table_contains(ifnames->set, key);
}
