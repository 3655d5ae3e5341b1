/*
 * script.c - commands of a peer, read and understood.
 *
 * SPDX-License-Identifier: ISC
 */
#include "script.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pfsync.h"

enum { COUNT_MAX = 100000000, WAIT_MAX_S = 1000000 };

enum wants { NO_VALUE, A_COUNT, A_COUNT_AND_PROTO, SECONDS, A_TEXT };

static const struct {
	const char *word;
	enum script_verb verb;
	enum wants wants;
} verbs[] = {
    {"insert", SCRIPT_INSERT, A_COUNT_AND_PROTO},
    {"update", SCRIPT_UPDATE, A_COUNT},
    {"delete", SCRIPT_DELETE, A_COUNT},
    {"flush", SCRIPT_FLUSH, NO_VALUE},
    {"wait", SCRIPT_WAIT, SECONDS},
    {"await", SCRIPT_AWAIT, A_COUNT},
    {"down", SCRIPT_DOWN, NO_VALUE},
    {"up", SCRIPT_UP, NO_VALUE},
    {"bulk", SCRIPT_BULK, NO_VALUE},
    {"restart", SCRIPT_RESTART, NO_VALUE},
    {"dump", SCRIPT_DUMP, A_TEXT},
    {"counters", SCRIPT_COUNTERS, NO_VALUE},
    {"say", SCRIPT_SAY, A_TEXT},
    {"quit", SCRIPT_QUIT, NO_VALUE},
};

static bool
fail(char *error, size_t size, const char *word, const char *why)
{
	char shown[64];

	pfsync_text_name(shown, sizeof(shown), word, 15);
	snprintf(error, size, "%s: %s", shown, why);
	return false;
}

static bool
read_proto(const char *text, uint8_t *proto)
{
	int found = pfsync_proto_by_name(text);

	if (found < 0)
		return false;
	*proto = (uint8_t)found;
	return true;
}

/* The value behind a verb; `rest` has no blanks at its ends. */
static bool
read_value(const char *word, enum wants wants, char *rest, struct script_command *command,
    char *error, size_t size)
{
	unsigned long count;
	char *end;

	switch (wants) {
	case NO_VALUE:
		return *rest == '\0' || fail(error, size, word, "takes no value");
	case A_TEXT:
		if (*rest == '\0')
			return fail(error, size, word, "needs a value");
		snprintf(command->text, sizeof(command->text), "%s", rest);
		return true;
	case SECONDS:
		command->seconds = strtod(rest, &end);
		return (end != rest && *end == '\0' && command->seconds >= 0 &&
			   command->seconds <= WAIT_MAX_S) ||
		       fail(error, size, word, "needs seconds");
	default:
		break;
	}
	errno = 0;
	count = strtoul(rest, &end, 10);
	if (errno != 0 || end == rest || *rest == '-' || count > COUNT_MAX)
		return fail(error, size, word, "needs a number");
	command->count = (uint32_t)count;
	end += strspn(end, " \t");
	if (*end == '\0')
		return true;
	if (wants != A_COUNT_AND_PROTO || !read_proto(end, &command->proto))
		return fail(error, size, word,
		    wants == A_COUNT_AND_PROTO ? "what follows the number is no protocol"
					       : "takes one number");
	return true;
}

bool
script_parse(const char *line, struct script_command *command, char *error, size_t error_size)
{
	char copy[SCRIPT_LINE_MAX];
	char *word, *rest;
	size_t len;

	*command = (struct script_command){.verb = SCRIPT_NOTHING};
	snprintf(copy, sizeof(copy), "%s", line);
	word = copy + strspn(copy, " \t");
	len = strlen(word);
	while (len > 0 && strchr(" \t\r\n", word[len - 1]) != NULL)
		word[--len] = '\0';
	if (*word == '\0' || *word == '#')
		return true;
	rest = word + strcspn(word, " \t");
	if (*rest != '\0')
		*rest++ = '\0';
	rest += strspn(rest, " \t");
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(verbs[i].word, word) != 0)
			continue;
		command->verb = verbs[i].verb;
		return read_value(word, verbs[i].wants, rest, command, error, error_size);
	}
	return fail(error, error_size, word, "unknown command; see pfsyncsend --peer --help");
}

bool
script_has_line(const struct script *script)
{
	return memchr(script->line, '\n', script->used) != NULL;
}

static bool
fill(struct script *script, char *error, size_t size)
{
	ssize_t got;

	if (script->used == sizeof(script->line))
		return fail(error, size, "line", "too long");
	got = read(script->fd, script->line + script->used, sizeof(script->line) - script->used);
	if (got < 0)
		return errno == EINTR || errno == EAGAIN ||
		       fail(error, size, "script", strerror(errno));
	if (got == 0) {
		script->fd = -1;
		/* The last line may lack its end. */
		if (script->used > 0 && script->used < sizeof(script->line))
			script->line[script->used++] = '\n';
	}
	script->used += (size_t)got;
	return true;
}

bool
script_next(struct script *script, bool readable, struct script_command *command, char *error,
    size_t error_size)
{
	char line[SCRIPT_LINE_MAX];
	char why[SCRIPT_LINE_MAX / 2];
	const char *end;
	size_t len;

	command->verb = SCRIPT_NOTHING;
	if (!script_has_line(script) && script->fd >= 0 && readable &&
	    !fill(script, error, error_size))
		return false;
	end = memchr(script->line, '\n', script->used);
	if (end == NULL)
		return true;
	len = (size_t)(end - script->line);
	memcpy(line, script->line, len);
	line[len] = '\0';
	script->used -= len + 1;
	memmove(script->line, end + 1, script->used);
	script->number++;
	if (script_parse(line, command, why, sizeof(why)))
		return true;
	snprintf(error, error_size, "line %u: %s", script->number, why);
	return false;
}
