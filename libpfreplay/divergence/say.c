/*
 * say.c - numbers and names in the sentences of findings (see say.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include <inttypes.h>
#include <string.h>

#include "say.h"

/* Longest noun or name of a number in a sentence. */
#define WORD_MAX 40
#define NAME_MAX_BYTES 63

void
say_node(GString *text, const struct pfreplay *r, uint16_t index)
{
	char name[4 * NAME_MAX_BYTES + 1];

	if (index == VIEW_NOBODY || index >= r->nodes.count) {
		g_string_append(text, "somebody");
		return;
	}
	if (node_at(r, index)->anonymous) {
		g_string_append(text, "a firewall that was not heard");
		return;
	}
	pfsync_text_name(name, sizeof(name), node_name(node_at(r, index)), NAME_MAX_BYTES);
	g_string_append(text, name);
}

void
say_number(GString *text, uint64_t number)
{
	char digits[24];
	int length = g_snprintf(digits, sizeof(digits), "%" PRIu64, number);

	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			g_string_append_c(text, ',');
		g_string_append_c(text, digits[i]);
	}
}

void
say_count(GString *text, uint64_t number, const char *one, const char *many)
{
	say_number(text, number);
	g_string_append_c(text, ' ');
	if (number != 1 && many != NULL)
		g_string_append(text, many);
	else
		g_string_append_printf(text, "%s%s", one, number != 1 ? "s" : "");
}

void
say_span(GString *text, int64_t ns)
{
	int64_t ms = MAX(ns, 0) / NS_PER_MS, s = MAX(ns, 0) / NS_PER_S;

	if (ms < 1000)
		g_string_append_printf(text, "%" PRId64 " ms", ms);
	else if (s < 60)
		g_string_append_printf(text, "%" PRId64 ".%" PRId64 " s", s, ms / 100 % 10);
	else if (s < 3600)
		g_string_append_printf(text, "%" PRId64 " min %" PRId64 " s", s / 60, s % 60);
	else if (s < 86400)
		g_string_append_printf(
		    text, "%" PRId64 " h %" PRId64 " min", s / 3600, s / 60 % 60);
	else
		g_string_append_printf(
		    text, "%" PRId64 " d %" PRId64 " h", s / 86400, s / 3600 % 24);
}

void
say_moment(GString *text, int64_t ns)
{
	int64_t s = ns / NS_PER_S, day = ((s % 86400) + 86400) % 86400;

	g_string_append_printf(
	    text, "%02d:%02d:%02dZ", (int)(day / 3600), (int)(day / 60 % 60), (int)(day % 60));
}

/* The word up to `end`; *at moves behind it. */
static void
take_word(char word[WORD_MAX], const char **at, char end)
{
	size_t length = strcspn(*at, (const char[]){end, '\0'});

	g_strlcpy(word, *at, MIN(length + 1, WORD_MAX));
	*at += length + ((*at)[length] != '\0');
}

/* "states" to "state" where there is one. */
static void
count_noun(GString *text, uint64_t count, const char *plural)
{
	size_t length = strlen(plural);

	say_number(text, count);
	g_string_append_c(text, ' ');
	g_string_append(text, plural);
	if (count == 1 && length > 1 && plural[length - 1] == 's')
		g_string_truncate(text, text->len - 1);
}

void
say(GString *text, const struct pfreplay *r, const struct finding *finding, const char *sentence)
{
	char word[WORD_MAX];
	int64_t value;

	while (*sentence != '\0') {
		if (*sentence != '%') {
			g_string_append_c(text, *sentence++);
			continue;
		}
		sentence++;
		switch (*sentence++) {
		case 'a':
			say_node(text, r, finding->nodes[0]);
			break;
		case 'b':
			say_node(text, r, finding->nodes[1]);
			break;
		case 'w':
			g_string_append(text, finding->word);
			break;
		case 'n':
			say_number(text, finding->count);
			break;
		case '{':
			take_word(word, &sentence, '}');
			count_noun(text, finding->count, word);
			break;
		case '[':
			take_word(word, &sentence, ']');
			value = finding_number(finding, word);
			say_number(text, value > 0 ? (uint64_t)value : 0);
			break;
		case '<':
			take_word(word, &sentence, '>');
			say_span(text, finding_number(finding, word));
			break;
		default:
			g_string_append_c(text, '%');
			break;
		}
	}
}
