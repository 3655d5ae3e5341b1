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

/* What the number is called where the plain name is a word's. */
static const char *
number_suffix(enum pfsync_field field)
{
	switch (field) {
	case PFSYNC_F_AF:
	case PFSYNC_F_WIRE_AF:
	case PFSYNC_F_STACK_AF:
	case PFSYNC_F_RT_AF:
	case PFSYNC_F_DIRECTION:
	case PFSYNC_F_RT:
	case PFSYNC_F_BUS_STATUS:
		return "_number";
	default:
		return "";
	}
}

struct field_path
field_path(enum pfsync_field field)
{
	const char *name = pfsync_field_info((int)field)->name;
	struct field_path path = {0};

	if (field == PFSYNC_F_TDB_DST)
		name = "sa_dst";
	while (path.count < FIELD_STEPS_MAX) {
		size_t length = strcspn(name, ".");
		const bool last = name[length] == '\0';
		const bool peer = path.count == 0 && !last &&
				  (strncmp(name, "src.", 4) == 0 || strncmp(name, "dst.", 4) == 0);
		snprintf(path.steps[path.count++], FIELD_STEP_MAX, "%.*s%s", (int)length, name,
		    peer   ? "_peer"
		    : last ? number_suffix(field)
			   : "");
		if (last)
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
