/*
 * named_states.c - what was said so far of states that have a name.
 *
 * SPDX-License-Identifier: ISC
 */
#include "named_states.h"

#include <stdlib.h>

void
named_states_free(struct named_states *named)
{
	json_decref(named->index);
	free(named->messages);
	*named = (struct named_states){0};
}

const struct pfsync_message *
named_states_recall(const struct named_states *named, const char *name)
{
	const json_t *number = json_object_get(named->index, name);

	return number != NULL ? &named->messages[json_integer_value(number)] : NULL;
}

static bool
make_room(struct named_states *named)
{
	struct pfsync_message *messages;
	size_t size = named->size * 2 + 64;

	if (named->index == NULL)
		named->index = json_object();
	if (named->count < named->size)
		return named->index != NULL;
	messages = realloc(named->messages, size * sizeof(*messages));
	if (messages == NULL)
		return false;
	named->messages = messages;
	named->size = size;
	return named->index != NULL;
}

bool
named_states_keep(
    struct named_states *named, const char *name, const struct pfsync_message *message)
{
	const json_t *number = json_object_get(named->index, name);

	if (number != NULL) {
		named->messages[json_integer_value(number)] = *message;
		return true;
	}
	if (!make_room(named) ||
	    json_object_set_new(named->index, name, json_integer((json_int_t)named->count)) != 0)
		return false;
	named->messages[named->count++] = *message;
	return true;
}
