/*
 * setups.c - what the user knows of single firewalls.
 *
 * SPDX-License-Identifier: ISC
 */
#include "setups.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct pfreplay_setup *
setup_of(struct setups *setups, const char *node)
{
	struct pfreplay_setup *list;

	for (size_t i = 0; i < setups->count; i++) {
		if (strcmp(setups->list[i].node, node) == 0)
			return &setups->list[i];
	}
	list = realloc(setups->list, (setups->count + 1) * sizeof(*list));
	if (list == NULL)
		return NULL;
	setups->list = list;
	memset(&list[setups->count], 0, sizeof(*list));
	list[setups->count].node = node;
	return &list[setups->count++];
}

/* Splits "NODE=VALUE"; NULL if it is not that. */
static char *
value_of(char *text)
{
	char *value = strchr(text, '=');

	if (value == NULL || value == text || value[1] == '\0')
		return NULL;
	*value = '\0';
	return value + 1;
}

static bool
read_number(const char *text, uint64_t max, uint64_t *number)
{
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	*number = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0' && *number > 0 && *number <= max;
}

const char *
setups_family(struct setups *setups, char *text)
{
	static const char hint[] = "give NODE=FAMILY, one of V2a V2b V3 V4a V4b V5o V5f9 V5f10 "
				   "V5f14 V5f15 V6a V6b";
	const char *value = value_of(text);
	int family = value != NULL ? pfreplay_family_by_name(value) : -1;
	struct pfreplay_setup *setup;

	if (family <= 0)
		return hint;
	setup = setup_of(setups, text);
	if (setup == NULL)
		return "out of memory";
	setup->family = family;
	return NULL;
}

const char *
setups_limit(struct setups *setups, char *text)
{
	const char *value = value_of(text);
	struct pfreplay_setup *setup;
	uint64_t number;

	if (value == NULL || !read_number(value, UINT32_MAX, &number))
		return "give NODE=N, its \"set limit states\"";
	setup = setup_of(setups, text);
	if (setup == NULL)
		return "out of memory";
	setup->state_limit = number;
	return NULL;
}

const char *
setups_interfaces(struct setups *setups, char *text)
{
	char *value = value_of(text);
	struct pfreplay_setup *setup;
	const char **list;

	if (value == NULL)
		return "give NODE=IF[,IF...], all its interfaces";
	setup = setup_of(setups, text);
	if (setup == NULL)
		return "out of memory";
	for (char *next; value != NULL; value = next) {
		next = strchr(value, ',');
		if (next != NULL)
			*next++ = '\0';
		if (value[0] == '\0' || strlen(value) >= PFSYNC_IFNAMSIZ)
			return "names of interfaces have 1 to 15 characters";
		list = realloc(
		    (void *)(uintptr_t)setup->ifnames, (setup->ifname_count + 1) * sizeof(*list));
		if (list == NULL)
			return "out of memory";
		list[setup->ifname_count++] = value;
		setup->ifnames = list;
	}
	return NULL;
}

const char *
setups_timeout(struct setups *setups, char *text)
{
	static const char hint[] = "give [NODE:]CLASS=SECONDS, CLASS as in pf.conf, "
				   "tcp.established";
	const char *value = value_of(text);
	/* An IPv6 address has colons, too; a class has none. */
	char *colon = strrchr(text, ':');
	struct pfreplay_setup *setup;
	uint64_t seconds;
	int class;

	if (value == NULL || !read_number(value, INT32_MAX, &seconds))
		return hint;
	class = pfsync_timeout_by_name(colon != NULL ? colon + 1 : text);
	if (class < 0 || class >= PFREPLAY_TIMEOUTS)
		return hint;
	if (colon == NULL) {
		setups->timeout_s[class] = (uint32_t)seconds;
		return NULL;
	}
	if (colon == text)
		return hint;
	*colon = '\0';
	setup = setup_of(setups, text);
	if (setup == NULL)
		return "out of memory";
	setup->timeout_s[class] = (uint32_t)seconds;
	return NULL;
}

void
setups_clear(struct setups *setups)
{
	for (size_t i = 0; i < setups->count; i++)
		free((void *)(uintptr_t)setups->list[i].ifnames);
	free(setups->list);
	memset(setups, 0, sizeof(*setups));
}
