/*
 * doc.c - read JSON documents that people write, and walk them.
 *
 * SPDX-License-Identifier: ISC
 */
#include "doc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "doc_internal.h"

enum { NAMES_MAX = 1536 };

/* ------------------------------------------------------------------------
 * Reading
 */

static struct doc *
new_doc(const char *name)
{
	struct doc *doc = calloc(1, sizeof(*doc));

	if (doc == NULL)
		return NULL;
	doc->name = strdup(name);
	if (doc->name == NULL) {
		free(doc);
		return NULL;
	}
	return doc;
}

/* Nesting is bounded before jansson, which recurses, sees the text. */
static size_t
too_deep_line(const char *bytes, size_t len)
{
	size_t depth = 0, line = 1;
	bool string = false;

	for (size_t i = 0; i < len; i++) {
		char c = bytes[i];
		if (c == '\n')
			line++;
		if (string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				string = false;
		} else if (c == '"') {
			string = true;
		} else if (c == '[' || c == '{') {
			if (++depth > DOC_DEPTH_MAX)
				return line;
		} else if ((c == ']' || c == '}') && depth > 0) {
			depth--;
		}
	}
	return 0;
}

static void
parse(struct doc *doc)
{
	size_t deep = too_deep_line(doc->bytes, doc->len);
	json_error_t error;
	char text[JSON_ERROR_TEXT_LENGTH + 64];

	if (deep > 0) {
		snprintf(text, sizeof(text), "nested deeper than %d levels", DOC_DEPTH_MAX);
		doc_error_line(doc, deep, text);
		return;
	}
	doc->root = json_loadb(doc->bytes, doc->len, JSON_REJECT_DUPLICATES, &error);
	if (doc->root == NULL) {
		snprintf(
		    text, sizeof(text), "column %d: not valid JSON: %s", error.column, error.text);
		doc_error_line(doc, error.line > 0 ? (size_t)error.line : 1, text);
	}
}

struct doc *
doc_parse(const char *name, const char *bytes, size_t len)
{
	struct doc *doc = new_doc(name);

	if (doc == NULL)
		return NULL;
	doc->bytes = malloc(len + 1);
	if (doc->bytes == NULL) {
		doc_free(doc);
		return NULL;
	}
	memcpy(doc->bytes, bytes, len);
	doc->bytes[len] = '\0';
	doc->len = len;
	if (len > DOC_BYTES_MAX)
		doc_error_line(doc, 0, "too large for a document");
	else
		parse(doc);
	return doc;
}

/* All of a stream.  0, or an errno; EFBIG if it is too much. */
static int
read_all(struct doc *doc, FILE *stream)
{
	size_t size = 0;

	for (;;) {
		size_t got;
		if (size - doc->len < 2) {
			char *bytes;
			size = size == 0 ? 65536 : size * 2;
			bytes = realloc(doc->bytes, size);
			if (bytes == NULL)
				return ENOMEM;
			doc->bytes = bytes;
		}
		got = fread(doc->bytes + doc->len, 1, size - doc->len - 1, stream);
		doc->len += got;
		doc->bytes[doc->len] = '\0';
		if (got == 0)
			return ferror(stream) ? errno : 0;
		if (doc->len > DOC_BYTES_MAX)
			return EFBIG;
	}
}

struct doc *
doc_read(const char *path)
{
	const bool standard = strcmp(path, "-") == 0;
	struct doc *doc = new_doc(standard ? "standard input" : path);
	FILE *stream;
	int error;

	if (doc == NULL)
		return NULL;
	errno = 0;
	stream = standard ? stdin : fopen(path, "rb");
	if (stream == NULL) {
		doc_error_line(doc, 0, strerror(errno));
		return doc;
	}
	error = read_all(doc, stream);
	if (!standard)
		fclose(stream);
	if (error != 0)
		doc_error_line(doc, 0, strerror(error));
	else
		parse(doc);
	return doc;
}

void
doc_free(struct doc *doc)
{
	if (doc == NULL)
		return;
	for (size_t i = 0; i < doc->error_count; i++)
		free(doc->errors[i]);
	json_decref(doc->root);
	free(doc->bytes);
	free(doc->name);
	free(doc);
}

/* ------------------------------------------------------------------------
 * Walking
 */

static const char *
type_name(const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return "an object";
	case JSON_ARRAY:
		return "an array";
	case JSON_STRING:
		return "a string";
	case JSON_INTEGER:
	case JSON_REAL:
		return "a number";
	case JSON_TRUE:
	case JSON_FALSE:
		return "true or false";
	default:
		return "null";
	}
}

/* An error, and no value any more, unless it has that type. */
static bool
insist(struct doc_at *at, bool right, const char *wanted)
{
	if (at->value == NULL)
		return false;
	if (right)
		return true;
	doc_error(at, NULL, "%s is needed here, not %s", wanted, type_name(at->value));
	at->value = NULL;
	return false;
}

struct doc_at
doc_root(struct doc *doc)
{
	struct doc_at at = {.doc = doc, .value = doc->root};

	insist(&at, json_is_object(at.value), "an object");
	return at;
}

bool
doc_has(const struct doc_at *object, const char *key)
{
	return json_object_get(object->value, key) != NULL;
}

bool
doc_value(const struct doc_at *object, const char *key, struct doc_at *at)
{
	*at = (struct doc_at){.doc = object->doc,
	    .value = json_object_get(object->value, key),
	    .parent = object,
	    .key = key};
	return at->value != NULL;
}

bool
doc_object(const struct doc_at *object, const char *key, struct doc_at *at)
{
	doc_value(object, key, at);
	return insist(at, json_is_object(at->value), "an object");
}

bool
doc_array(const struct doc_at *object, const char *key, size_t max, struct doc_at *at)
{
	doc_value(object, key, at);
	if (!insist(at, json_is_array(at->value), "an array"))
		return false;
	if (json_array_size(at->value) > max) {
		doc_error(at, NULL, "%zu elements; accepted: at most %zu",
		    json_array_size(at->value), max);
		at->value = NULL;
	}
	return at->value != NULL;
}

bool
doc_need_array(const struct doc_at *object, const char *key, size_t max, struct doc_at *at)
{
	if (!doc_need(object, key)) {
		doc_value(object, key, at);
		return false;
	}
	if (!doc_array(object, key, max, at))
		return false;
	if (json_array_size(at->value) == 0) {
		doc_error(at, NULL, "empty; accepted: 1 to %zu elements", max);
		at->value = NULL;
	}
	return at->value != NULL;
}

size_t
doc_length(const struct doc_at *array)
{
	return json_array_size(array->value);
}

struct doc_at
doc_item(const struct doc_at *array, size_t i)
{
	return (struct doc_at){.doc = array->doc,
	    .value = json_array_get(array->value, i),
	    .parent = array,
	    .index = i};
}

struct doc_at
doc_item_object(const struct doc_at *array, size_t i)
{
	struct doc_at at = doc_item(array, i);

	insist(&at, json_is_object(at.value), "an object");
	return at;
}

static bool
listed(const char *name, const char *const *names)
{
	for (size_t i = 0; names[i] != NULL; i++) {
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

void
doc_known(const struct doc_at *object, const char *const *names)
{
	char text[NAMES_MAX];
	const char *key;
	json_t *value;

	json_object_foreach(object->value, key, value)
	{
		if (listed(key, names))
			continue;
		doc_list_names(text, sizeof(text), names);
		doc_error(object, key, "unknown key; accepted: %s", text);
	}
}

bool
doc_need(const struct doc_at *object, const char *key)
{
	if (object->value == NULL)
		return false;
	if (doc_has(object, key))
		return true;
	doc_error(object, key, "missing");
	return false;
}

bool
doc_is_text(const struct doc_at *at)
{
	return json_is_string(at->value);
}

bool
doc_is_array(const struct doc_at *at)
{
	return json_is_array(at->value);
}

bool
doc_is_object(const struct doc_at *at)
{
	return json_is_object(at->value);
}
