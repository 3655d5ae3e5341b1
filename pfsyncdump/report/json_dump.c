/*
 * json_dump.c - a JSON object as one line.
 *
 * SPDX-License-Identifier: ISC
 */
#include "json_dump.h"

#include <errno.h>
#include <stdlib.h>

#include "json_stream.h"

enum { DECIMALS = 9 };

static void
put_number(struct out *out, int64_t value)
{
	char *room = out_reserve(out, JSON_NUMBER_MAX);

	out_commit(out, (size_t)(json_put_s64(room, value) - room));
}

/* Whole numbers and their billionths: all that a double of nanoseconds can tell. */
static void
put_real(struct out *out, double value)
{
	static const int64_t scale = 1000000000;
	const double size = value < 0 ? -value : value;
	int64_t whole = (int64_t)size;
	int64_t parts = (int64_t)((size - (double)whole) * (double)scale + 0.5);
	char digits[DECIMALS + 1];
	int last = DECIMALS;

	if (parts >= scale) {
		whole++;
		parts = 0;
	}
	if (value < 0 && (whole > 0 || parts > 0))
		out_char(out, '-');
	put_number(out, whole);
	for (int i = DECIMALS; i-- > 0; parts /= 10)
		digits[i] = (char)('0' + parts % 10);
	while (last > 1 && digits[last - 1] == '0')
		last--;
	out_char(out, '.');
	out_bytes(out, digits, (size_t)last);
}

/* jansson's escapes: the same in every version. */
static void
put_string(struct out *out, const json_t *value)
{
	char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);

	if (text == NULL) {
		out->error = out->error != 0 ? out->error : ENOMEM;
		return;
	}
	out_text(out, text);
	free(text);
}

static void
put_key(struct out *out, const char *key)
{
	json_t *text = json_string(key);

	put_string(out, text);
	json_decref(text);
	out_char(out, ':');
}

static void
put_members(struct out *out, const json_t *object)
{
	/* jansson's iterators want an object that may change; this one does not. */
	json_t *of = (json_t *)object;

	for (void *at = json_object_iter(of); at != NULL; at = json_object_iter_next(of, at)) {
		if (at != json_object_iter(of))
			out_char(out, ',');
		put_key(out, json_object_iter_key(at));
		json_dump(out, json_object_iter_value(at));
	}
}

void
json_dump(struct out *out, const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		out_char(out, '{');
		put_members(out, value);
		out_char(out, '}');
		break;
	case JSON_ARRAY:
		out_char(out, '[');
		for (size_t i = 0; i < json_array_size(value); i++) {
			if (i > 0)
				out_char(out, ',');
			json_dump(out, json_array_get(value, i));
		}
		out_char(out, ']');
		break;
	case JSON_INTEGER:
		put_number(out, json_integer_value(value));
		break;
	case JSON_REAL:
		put_real(out, json_real_value(value));
		break;
	case JSON_TRUE:
		out_text(out, "true");
		break;
	case JSON_FALSE:
		out_text(out, "false");
		break;
	case JSON_STRING:
		put_string(out, value);
		break;
	case JSON_NULL:
		out_text(out, "null");
		break;
	}
}
