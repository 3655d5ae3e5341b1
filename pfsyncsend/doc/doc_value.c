/*
 * doc_value.c - values of a document, with type, range and default.
 *
 * SPDX-License-Identifier: ISC
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "doc_internal.h"

enum { NAMES_MAX = 1536, SHOWN_MAX = 80, NS_PER_S = 1000000000 };

/* The value as it may be shown in an error; `out` of SHOWN_MAX bytes. */
static const char *
shown(const struct doc_at *at, char out[SHOWN_MAX])
{
	char *text = json_dumps(at->value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(9));

	if (text == NULL) {
		snprintf(out, SHOWN_MAX, "this");
	} else if (strlen(text) < SHOWN_MAX) {
		memcpy(out, text, strlen(text) + 1);
	} else {
		memcpy(out, text, SHOWN_MAX - 4);
		memcpy(out + SHOWN_MAX - 4, "...", 4);
	}
	free(text);
	return out;
}

/* ------------------------------------------------------------------------
 * Whole numbers
 */

/* Digits, all of them, in base 10, or 16 behind 0x. */
static bool
parse_u64(const char *text, int base, uint64_t *value)
{
	char *end;

	if (base != 16 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		base = 16;
	else if (text[0] < '0' || text[0] > '9') {
		/* strtoull() would take blanks and signs. */
		if (base != 16 || strchr("abcdefABCDEF", text[0]) == NULL || text[0] == '\0')
			return false;
	}
	errno = 0;
	*value = strtoull(text, &end, base);
	return errno == 0 && end != text && *end == '\0';
}

int64_t
doc_at_integer(const struct doc_at *at, int64_t min, int64_t max, int64_t fallback)
{
	char text[SHOWN_MAX];
	int64_t value = 0;
	bool good;

	if (at->value == NULL)
		return fallback;
	if (json_is_string(at->value)) {
		const char *string = json_string_value(at->value);
		bool minus = string[0] == '-';
		uint64_t size = 0;
		good = parse_u64(string + minus, 10, &size) && size <= INT64_MAX;
		value = minus ? -(int64_t)(size & INT64_MAX) : (int64_t)(size & INT64_MAX);
	} else {
		good = json_is_integer(at->value);
		value = json_integer_value(at->value);
	}
	if (good && value >= min && value <= max)
		return value;
	doc_error(at, NULL, "%s; accepted: whole numbers from %" PRId64 " to %" PRId64,
	    shown(at, text), min, max);
	return fallback;
}

/* `base` of strings.  JSON integers are always decimal. */
static uint64_t
get_u64(const struct doc_at *at, int base, uint64_t max, uint64_t fallback)
{
	char text[SHOWN_MAX];
	uint64_t value = 0;
	bool good;

	if (at->value == NULL)
		return fallback;
	if (json_is_string(at->value)) {
		good = parse_u64(json_string_value(at->value), base, &value);
	} else {
		good = json_is_integer(at->value) && json_integer_value(at->value) >= 0;
		value = good ? (uint64_t)json_integer_value(at->value) : 0;
	}
	if (good && value <= max)
		return value;
	if (base == 16)
		doc_error(at, NULL, "%s; accepted: a string of hexadecimal digits up to %" PRIx64,
		    shown(at, text), max);
	else
		doc_error(at, NULL,
		    "%s; accepted: whole numbers from 0 to %" PRIu64 ", as a string when large",
		    shown(at, text), max);
	return fallback;
}

uint64_t
doc_at_u64(const struct doc_at *at, uint64_t max, uint64_t fallback)
{
	return get_u64(at, 10, max, fallback);
}

int64_t
doc_integer(
    const struct doc_at *object, const char *key, int64_t min, int64_t max, int64_t fallback)
{
	struct doc_at at;

	doc_value(object, key, &at);
	return doc_at_integer(&at, min, max, fallback);
}

uint64_t
doc_u64(const struct doc_at *object, const char *key, uint64_t max, uint64_t fallback)
{
	struct doc_at at;

	doc_value(object, key, &at);
	return get_u64(&at, 10, max, fallback);
}

uint64_t
doc_hex(const struct doc_at *object, const char *key, uint64_t max, uint64_t fallback)
{
	struct doc_at at;

	doc_value(object, key, &at);
	return get_u64(&at, 16, max, fallback);
}

/* ------------------------------------------------------------------------
 * Other numbers, words
 */

bool
doc_bool(const struct doc_at *object, const char *key, bool fallback)
{
	char text[SHOWN_MAX];
	struct doc_at at;

	if (!doc_value(object, key, &at))
		return fallback;
	if (json_is_boolean(at.value))
		return json_is_true(at.value);
	doc_error(&at, NULL, "%s; accepted: true, false", shown(&at, text));
	return fallback;
}

double
doc_real(const struct doc_at *object, const char *key, double min, double max, double fallback)
{
	char text[SHOWN_MAX];
	struct doc_at at;

	if (!doc_value(object, key, &at))
		return fallback;
	if (json_is_number(at.value)) {
		double value = json_number_value(at.value);
		if (value >= min && value <= max)
			return value;
	}
	doc_error(&at, NULL, "%s; accepted: numbers from %g to %g", shown(&at, text), min, max);
	return fallback;
}

const char *
doc_at_text(const struct doc_at *at, size_t max, const char *fallback)
{
	char text[SHOWN_MAX];

	if (at->value == NULL)
		return fallback;
	if (json_is_string(at->value) && json_string_length(at->value) <= max)
		return json_string_value(at->value);
	doc_error(at, NULL, "%s; accepted: a string of at most %zu bytes", shown(at, text), max);
	return fallback;
}

const char *
doc_text(const struct doc_at *object, const char *key, size_t max, const char *fallback)
{
	struct doc_at at;

	doc_value(object, key, &at);
	return doc_at_text(&at, max, fallback);
}

int
doc_at_choice(const struct doc_at *at, const char *const *names, int fallback)
{
	char text[SHOWN_MAX], list[NAMES_MAX];

	if (at->value == NULL)
		return fallback;
	if (json_is_string(at->value)) {
		for (int i = 0; names[i] != NULL; i++) {
			if (strcmp(json_string_value(at->value), names[i]) == 0)
				return i;
		}
	}
	doc_list_names(list, sizeof(list), names);
	doc_error(at, NULL, "%s; accepted: %s", shown(at, text), list);
	return fallback;
}

int
doc_choice(const struct doc_at *object, const char *key, const char *const *names, int fallback)
{
	struct doc_at at;

	doc_value(object, key, &at);
	return doc_at_choice(&at, names, fallback);
}

/* ------------------------------------------------------------------------
 * Times
 */

/* Seconds as a JSON number.  False if that is none or no time fits it. */
static bool
number_ns(const json_t *value, int64_t *ns)
{
	if (json_is_integer(value)) {
		json_int_t seconds = json_integer_value(value);
		if (seconds < 0 || seconds > INT64_MAX / NS_PER_S)
			return false;
		*ns = seconds * NS_PER_S;
		return true;
	}
	if (json_is_real(value)) {
		double seconds = json_real_value(value);
		int64_t whole;
		if (!(seconds >= 0 && seconds < (double)(INT64_MAX / NS_PER_S)))
			return false;
		whole = (int64_t)seconds;
		*ns = whole * NS_PER_S + (int64_t)((seconds - (double)whole) * NS_PER_S + 0.5);
		return true;
	}
	return false;
}

int64_t
doc_duration_ns(
    const struct doc_at *object, const char *key, int64_t min, int64_t max, int64_t fallback)
{
	char text[SHOWN_MAX], low[32], high[32];
	struct doc_at at;
	int64_t ns = 0;
	bool good;

	if (!doc_value(object, key, &at))
		return fallback;
	good = json_is_string(at.value) ? doc_parse_duration(json_string_value(at.value), &ns)
					: number_ns(at.value, &ns);
	if (good && ns >= min && ns <= max)
		return ns;
	doc_duration_text(low, sizeof(low), min);
	doc_duration_text(high, sizeof(high), max);
	doc_error(&at, NULL,
	    "%s; accepted: a duration from %s to %s, such as \"250ms\" (ns, us, ms, s, m, h, d), "
	    "or a number of seconds",
	    shown(&at, text), low, high);
	return fallback;
}

int64_t
doc_time_ns(const struct doc_at *object, const char *key, int64_t fallback)
{
	char text[SHOWN_MAX];
	struct doc_at at;
	int64_t ns;

	if (!doc_value(object, key, &at))
		return fallback;
	if (json_is_string(at.value) ? doc_parse_time(json_string_value(at.value), &ns)
				     : number_ns(at.value, &ns))
		return ns;
	doc_error(&at, NULL,
	    "%s; accepted: a time such as \"2024-02-01T12:00:00.5Z\", or seconds since 1970",
	    shown(&at, text));
	return fallback;
}
