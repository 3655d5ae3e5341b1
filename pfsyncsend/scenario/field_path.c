/*
 * field_path.c - where the fields of a message stand in its JSON.
 *
 * SPDX-License-Identifier: ISC
 */
#include "field_path.h"

#include <stdio.h>
#include <string.h>

struct field_range
field_range(enum pfsync_action action)
{
	switch (action) {
	case PFSYNC_ACT_CLR:
		return (struct field_range){PFSYNC_F_CLR_IFNAME, PFSYNC_F_BUS_ENDTIME};
	case PFSYNC_ACT_BUS:
		return (struct field_range){PFSYNC_F_BUS_ENDTIME, PFSYNC_F_TDB_SPI};
	case PFSYNC_ACT_TDB:
		return (struct field_range){PFSYNC_F_TDB_SPI, PFSYNC_FIELD_COUNT};
	default:
		return (struct field_range){PFSYNC_F_IFNAME, PFSYNC_F_CLR_IFNAME};
	}
}

struct field_path
field_path(enum pfsync_field field)
{
	struct field_path path = {0};
	char key[PFSYNC_FIELD_KEY_MAX];
	const char *name = key;

	pfsync_field_key((int)field, key);
	while (path.count < FIELD_STEPS_MAX) {
		size_t length = strcspn(name, ".");

		snprintf(path.steps[path.count++], FIELD_STEP_MAX, "%.*s", (int)length, name);
		if (name[length] == '\0')
			break;
		name += length + 1;
	}
	return path;
}

void
field_names_add(struct field_names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++) {
		if (strcmp(names->text[i], name) == 0)
			return;
	}
	if (names->count == FIELD_NAMES_MAX)
		return;
	snprintf(names->text[names->count], FIELD_STEP_MAX, "%s", name);
	names->names[names->count] = names->text[names->count];
	names->names[++names->count] = NULL;
}

void
field_names_inside(struct field_names *names, struct field_range range, const char *inside)
{
	for (int f = range.first; f < range.end; f++) {
		struct field_path path = field_path((enum pfsync_field)f);
		char prefix[FIELD_STEPS_MAX * FIELD_STEP_MAX] = "";
		for (size_t i = 0; i < path.count; i++) {
			if (strcmp(prefix, inside) == 0)
				field_names_add(names, path.steps[i]);
			if (i > 0)
				strcat(prefix, ".");
			strcat(prefix, path.steps[i]);
		}
	}
}
