/*
 * json_set.c - members of JSON objects made with jansson.
 *
 * SPDX-License-Identifier: ISC
 */
#include "json_set.h"

#include <stdlib.h>
#include <string.h>

#include "time_text.h"

void
json_set_string(json_t *object, const char *key, const char *value)
{
	json_object_set_new(object, key, json_string(value));
}

void
json_set_count(json_t *object, const char *key, uint64_t value)
{
	json_object_set_new(
	    object, key, json_integer(value > INT64_MAX ? INT64_MAX : (json_int_t)value));
}

void
json_set_time(json_t *object, const char *key, int64_t time_ns)
{
	char text[TIME_TEXT_MAX];

	time_rfc3339(text, time_ns);
	json_set_string(object, key, text);
}

void
json_set_seconds(json_t *object, const char *key, int64_t span_ns)
{
	json_object_set_new(object, key, json_real((double)span_ns / (double)TIME_NS_PER_S));
}

json_t *
json_name(const char *name)
{
	size_t length = strlen(name);
	size_t size = 4 * length + 1;
	char *text = malloc(size);
	json_t *string;

	if (text == NULL)
		return NULL;
	pfsync_text_name(text, size, name, length);
	string = json_string(text);
	free(text);
	return string;
}

void
json_set_name(json_t *object, const char *key, const char *name)
{
	json_object_set_new(object, key, json_name(name));
}

void
json_set_addr(json_t *object, const char *key, enum pfsync_af af, const struct pfsync_addr *addr)
{
	char text[64];

	pfsync_text_addr(text, sizeof(text), af, addr);
	json_set_string(object, key, text);
}

json_t *
json_begin(const char *type, const int64_t *time_ns)
{
	json_t *object = json_object();

	json_set_string(object, "type", type);
	json_set_count(object, "schema_version", PFSYNC_JSON_SCHEMA);
	json_set_string(object, "tool_version", PFSYNCDUMP_VERSION);
	if (time_ns != NULL)
		json_set_time(object, "time", *time_ns);
	return object;
}
