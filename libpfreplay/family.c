/*
 * family.c - which behaviour family a dialect belongs to (see family.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include <glib.h>

#include "families/rules.h"
#include "family.h"

/*
 * Dialect names are the finer census; the first row whose prefix fits counts.
 * A dialect that several families share is given the one most of its releases
 * had: openbsd-2e and freebsd-6 began as V2a.  openbsd-5c already had the
 * records of header 6 and, by its date, its merging (inferred).
 */
static const struct {
	const char *prefix;
	enum pfreplay_family family;
} families[] = {
    {"openbsd-1", PFREPLAY_V1},
    {"openbsd-2a", PFREPLAY_V2A},
    {"openbsd-2b", PFREPLAY_V2A},
    {"openbsd-2c", PFREPLAY_V2A},
    {"openbsd-2d", PFREPLAY_V2A},
    {"openbsd-2", PFREPLAY_V2B},
    {"freebsd-6", PFREPLAY_V2B},
    {"openbsd-3", PFREPLAY_V3},
    {"freebsd-7", PFREPLAY_V3},
    {"freebsd-8", PFREPLAY_V3},
    {"netbsd-3", PFREPLAY_V3},
    {"openbsd-4", PFREPLAY_V4B},
    {"dragonfly-4", PFREPLAY_V4B},
    {"openbsd-5c", PFREPLAY_V6A},
    {"openbsd-5", PFREPLAY_V5O},
    {"freebsd-9", PFREPLAY_V5F9},
    {"freebsd-10", PFREPLAY_V5F10},
    {"freebsd-14", PFREPLAY_V5F14},
    {"freebsd-15", PFREPLAY_V5F15},
    {"openbsd-6k", PFREPLAY_V6B},
    {"openbsd-6l", PFREPLAY_V6B},
    {"openbsd-6", PFREPLAY_V6A},
};

enum pfreplay_family
family_of_dialect(const struct pfsync_dialect *dialect)
{
	if (dialect == NULL)
		return PFREPLAY_FAMILY_UNKNOWN;
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (strncmp(dialect->name, families[i].prefix, strlen(families[i].prefix)) == 0)
			return families[i].family;
	return PFREPLAY_FAMILY_UNKNOWN;
}

const char *
pfreplay_family_name(enum pfreplay_family family)
{
	return rules_of(family)->name;
}

int
pfreplay_family_by_name(const char *name)
{
	for (int f = 0; f < PFREPLAY_FAMILY_COUNT; f++)
		if (g_ascii_strcasecmp(rules_of((enum pfreplay_family)f)->name, name) == 0)
			return f;
	return -1;
}
