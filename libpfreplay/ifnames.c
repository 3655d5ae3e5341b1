/*
 * ifnames.c - which interfaces a firewall has (see ifnames.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include <glib.h>

#include "ifnames.h"
#include "pfsync.h"

/* See doubt.c. */
#define DOUBTS 3
#define ROUNDS_LEAST 3
#define ROUNDS_SURE 5
/* Hostile input may name any number of interfaces. */
#define NAMES_MAX 1024

struct ifname {
	char name[PFSYNC_IFNAMSIZ + 1];
	bool used;
	bool given;
	bool lacking;
	unsigned doubts;
};

struct ifnames {
	GHashTable *by_name;          /* set of struct ifname */
	char latest[PFSYNC_IFNAMSIZ]; /* used lately: no need to look it up */
	bool is_given;
	size_t used;
	size_t lacking;
};

struct ifnames *
ifnames_new(void)
{
	struct ifnames *ifnames = g_new0(struct ifnames, 1);

	ifnames->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
	return ifnames;
}

void
ifnames_free(struct ifnames *ifnames)
{
	if (ifnames == NULL)
		return;
	g_hash_table_destroy(ifnames->by_name);
	g_free(ifnames);
}

/* Floating states are bound to it; it is everywhere. */
static bool
is_all(const char *name)
{
	return strncmp(name, "all", PFSYNC_IFNAMSIZ) == 0;
}

static struct ifname *
find(struct ifnames *ifnames, const char *name, bool make)
{
	struct ifname *found;
	char text[PFSYNC_IFNAMSIZ + 1] = "";

	memcpy(text, name, strnlen(name, PFSYNC_IFNAMSIZ));
	found = g_hash_table_lookup(ifnames->by_name, text);
	if (found != NULL || !make || g_hash_table_size(ifnames->by_name) == NAMES_MAX)
		return found;
	found = g_new0(struct ifname, 1);
	memcpy(found->name, text, sizeof(found->name));
	g_hash_table_insert(ifnames->by_name, found->name, found);
	return found;
}

void
ifnames_give(struct ifnames *ifnames, const char *name)
{
	struct ifname *one = find(ifnames, name, true);

	ifnames->is_given = true;
	if (one != NULL)
		one->given = true;
}

bool
ifnames_use(struct ifnames *ifnames, const char *name)
{
	struct ifname *one;
	bool was_lacking;

	if (name[0] == '\0' || strncmp(name, ifnames->latest, sizeof(ifnames->latest)) == 0)
		return false;
	one = find(ifnames, name, true);
	if (one == NULL)
		return false;
	was_lacking = one->lacking;
	ifnames->lacking -= was_lacking;
	ifnames->used += !one->used;
	one->used = true;
	one->lacking = false;
	memset(ifnames->latest, 0, sizeof(ifnames->latest));
	memcpy(ifnames->latest, name, strnlen(name, sizeof(ifnames->latest)));
	return was_lacking;
}

bool
ifnames_doubt(struct ifnames *ifnames, const char *name, unsigned rounds)
{
	struct ifname *one;

	if (ifnames->is_given || rounds < ROUNDS_LEAST || name[0] == '\0' || is_all(name))
		return false;
	one = find(ifnames, name, true);
	if (one == NULL || one->used || one->lacking)
		return false;
	one->doubts++;
	if (one->doubts < DOUBTS && rounds < ROUNDS_SURE)
		return false;
	one->lacking = true;
	ifnames->lacking++;
	return true;
}

bool
ifnames_lacking(struct ifnames *ifnames, const char *name)
{
	const struct ifname *one;

	if (ifnames == NULL || (!ifnames->is_given && ifnames->lacking == 0) || is_all(name))
		return false;
	one = find(ifnames, name, false);
	if (ifnames->is_given)
		return one == NULL || !one->given;
	return one != NULL && one->lacking;
}

bool
ifnames_used(struct ifnames *ifnames, const char *name)
{
	const struct ifname *one = ifnames != NULL ? find(ifnames, name, false) : NULL;

	return one != NULL && one->used;
}

size_t
ifnames_count_used(const struct ifnames *ifnames)
{
	return ifnames != NULL ? ifnames->used : 0;
}
