/*
 * json_difference.c - a state that differs, as a line of JSON.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>

#include "difference.h"
#include "json_connection.h"
#include "json_set.h"

static json_t *
names_of(const struct difference_list *list, uint64_t bits)
{
	json_t *names = json_array();

	for (size_t n = 0; n < list->name_count; n++) {
		if ((bits >> n & 1) != 0 && list->names[n] != NULL)
			json_array_append_new(names, json_name(list->names[n]));
	}
	return names;
}

json_t *
json_difference(const struct difference_list *list, const struct difference *difference)
{
	json_t *object = json_begin("difference", list->has_moment ? &list->moment_ns : NULL);
	const struct pfsync_message *message = &difference->message;
	const struct difference_rank *rank = &difference->rank;
	char code[8];

	if (pfsync_has(message, PFSYNC_F_ID))
		json_set_ids(object, message->id, message->creatorid);
	json_set_string(object, "kind", difference_kind_name(rank->kind));
	json_object_set_new(object, "has", names_of(list, difference->has));
	json_object_set_new(object, "lacks", names_of(list, difference->lacks));
	json_set_string(object, "certainty", rank->sure ? "sure" : "likely");
	if (rank->since_ns != 0)
		json_set_time(object, "since", rank->since_ns);
	if (difference->why[0] != '\0')
		json_set_string(object, "why", difference->why);
	if (difference->finding != 0) {
		snprintf(code, sizeof(code), "D-%02u", difference->finding % 100);
		json_set_string(object, "code", code);
	}
	json_object_set_new(object, "established", json_boolean(rank->established));
	if (pfsync_has(message, PFSYNC_F_CREATION))
		json_set_count(object, "age_s", message->u.state.creation_s);
	if (pfsync_has(message, PFSYNC_F_EXPIRE))
		json_set_count(object, "expire_s", message->u.state.expire_s);
	json_set_connection(object, message);
	return object;
}
