/*
 * doc_line.c - in which line of a JSON text a value stands.
 *
 * SPDX-License-Identifier: ISC
 *
 * jansson keeps no positions, so the text, known to be valid, is walked along
 * the path once an error has to be told.
 */
#include <string.h>

#include "doc_internal.h"

struct walker {
	const char *at;
	const char *end;
	size_t line;
};

static void
step_over(struct walker *w)
{
	if (*w->at == '\n')
		w->line++;
	w->at++;
}

static bool
blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static char
peek(struct walker *w)
{
	while (w->at < w->end && blank(*w->at))
		step_over(w);
	return w->at < w->end ? *w->at : '\0';
}

/* Over a string; `start` gets its first byte, quotes included.  Returns its length. */
static size_t
over_string(struct walker *w, const char **start)
{
	*start = w->at;
	w->at++;
	while (w->at < w->end && *w->at != '"') {
		if (*w->at == '\\' && w->at + 1 < w->end)
			w->at++;
		step_over(w);
	}
	if (w->at < w->end)
		w->at++;
	return (size_t)(w->at - *start);
}

/* Over any value, however deep: brackets are counted, not followed. */
static void
over_value(struct walker *w)
{
	const char *start;
	size_t depth = 0;

	do {
		char c = peek(w);
		if (w->at >= w->end)
			return;
		if (c == '"') {
			over_string(w, &start);
		} else if (c == '[' || c == '{') {
			depth++;
			w->at++;
		} else if (c == ']' || c == '}') {
			depth -= depth > 0;
			w->at++;
		} else if (c == ',' || c == ':') {
			w->at++;
		} else {
			while (w->at < w->end && strchr(",:]}[{\" \t\r\n", *w->at) == NULL)
				w->at++;
		}
	} while (depth > 0);
}

/* Is the quoted string the key?  jansson knows about the escapes. */
static bool
same_key(const char *quoted, size_t length, const char *key)
{
	json_t *string = json_loadb(quoted, length, JSON_DECODE_ANY, NULL);
	bool same = string != NULL && strcmp(json_string_value(string), key) == 0;

	json_decref(string);
	return same;
}

/* Stand before the member's value; at its key if `last`.  False if it is not there. */
static bool
into_member(struct walker *w, const char *key)
{
	if (peek(w) != '{')
		return false;
	w->at++;
	while (peek(w) == '"') {
		const char *start;
		size_t length = over_string(w, &start);
		if (peek(w) != ':')
			return false;
		w->at++;
		if (same_key(start, length, key)) {
			(void)peek(w);
			return true;
		}
		over_value(w);
		if (peek(w) == ',')
			w->at++;
	}
	return false;
}

static bool
into_element(struct walker *w, size_t index)
{
	if (peek(w) != '[')
		return false;
	w->at++;
	for (size_t i = 0; i < index; i++) {
		over_value(w);
		if (peek(w) != ',')
			return false;
		w->at++;
	}
	(void)peek(w);
	return w->at < w->end;
}

size_t
doc_find_line(const char *bytes, size_t len, const struct doc_step *steps, size_t count)
{
	struct walker w = {.at = bytes, .end = bytes + len, .line = 1};
	size_t line;

	(void)peek(&w);
	line = w.line;
	for (size_t i = 0; i < count; i++) {
		bool there = steps[i].key != NULL ? into_member(&w, steps[i].key)
						  : into_element(&w, steps[i].index);
		if (!there)
			break; /* a missing key: the object it is missing from */
		line = w.line;
	}
	return line;
}
