/*
 * doc_errors.c - remember what is wrong, and where.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "doc_internal.h"
#include "pfsync.h"

enum { MESSAGE_MAX = 2048, PATH_MAX_BYTES = 512, LINE_MAX_BYTES = 4096 };

size_t
doc_steps(const struct doc_at *at, const char *key, struct doc_step steps[])
{
	size_t count = 0, depth = 0;

	for (const struct doc_at *i = at; i->parent != NULL; i = i->parent)
		depth++;
	if (depth > DOC_DEPTH_MAX)
		depth = DOC_DEPTH_MAX;
	count = depth;
	for (const struct doc_at *i = at; i->parent != NULL && depth > 0; i = i->parent)
		steps[--depth] = (struct doc_step){.key = i->key, .index = i->index};
	if (key != NULL)
		steps[count++] = (struct doc_step){.key = key};
	return count;
}

/* Plain names are written $.name, others $["odd name"]. */
static bool
plain(const char *key)
{
	size_t length =
	    strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

	return length > 0 && key[length] == '\0';
}

static void
path_text(char *out, size_t size, const struct doc_step *steps, size_t count)
{
	size_t used = 0;

	snprintf(out, size, "$");
	for (size_t i = 0; i < count; i++) {
		used = strlen(out);
		if (steps[i].key == NULL)
			snprintf(out + used, size - used, "[%zu]", steps[i].index);
		else if (plain(steps[i].key))
			snprintf(out + used, size - used, ".%s", steps[i].key);
		else
			snprintf(out + used, size - used, "[\"%s\"]", steps[i].key);
	}
}

void
doc_printable(char *out, size_t size, const char *text)
{
	size_t used = 0;

	out[0] = '\0';
	while (*text != '\0' && used + 1 < size) {
		size_t length = strcspn(text, " ");
		used += pfsync_text_name(out + used, size - used, text, length);
		text += length;
		if (*text == ' ' && used + 1 < size) {
			out[used++] = ' ';
			out[used] = '\0';
			text++;
		}
	}
}

void
doc_error_line(struct doc *doc, size_t line, const char *text)
{
	char whole[LINE_MAX_BYTES];
	size_t size;

	doc->failed = true;
	if (doc->error_count == DOC_ERRORS_MAX)
		return;
	if (line > 0)
		snprintf(whole, sizeof(whole), "%s:%zu: %s", doc->name, line, text);
	else
		snprintf(whole, sizeof(whole), "%s: %s", doc->name, text);
	size = 4 * strlen(whole) + 1;
	doc->errors[doc->error_count] = malloc(size);
	if (doc->errors[doc->error_count] == NULL)
		return;
	doc_printable(doc->errors[doc->error_count], size, whole);
	for (size_t i = 0; i < doc->error_count; i++) {
		/* A value that is looked at twice is wrong once. */
		if (strcmp(doc->errors[i], doc->errors[doc->error_count]) == 0) {
			free(doc->errors[doc->error_count]);
			return;
		}
	}
	doc->error_count++;
}

void
doc_error(const struct doc_at *at, const char *key, const char *format, ...)
{
	struct doc_step steps[DOC_DEPTH_MAX + 1];
	char path[PATH_MAX_BYTES], message[MESSAGE_MAX], whole[LINE_MAX_BYTES];
	struct doc *doc = at->doc;
	size_t count;
	va_list list;

	doc->failed = true;
	if (doc->error_count == DOC_ERRORS_MAX)
		return; /* finding the line takes its time */
	count = doc_steps(at, key, steps);
	path_text(path, sizeof(path), steps, count);
	va_start(list, format);
	vsnprintf(message, sizeof(message), format, list);
	va_end(list);
	snprintf(whole, sizeof(whole), "%s: %s", path, message);
	doc_error_line(doc, doc_find_line(doc->bytes, doc->len, steps, count), whole);
}

size_t
doc_line(const struct doc_at *at, const char *key)
{
	struct doc_step steps[DOC_DEPTH_MAX + 1];
	size_t count = doc_steps(at, key, steps);

	return at->doc->root != NULL ? doc_find_line(at->doc->bytes, at->doc->len, steps, count)
				     : 0;
}

void
doc_list_names(char *out, size_t size, const char *const *names)
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; names[i] != NULL && used + 1 < size; i++) {
		snprintf(out + used, size - used, "%s%s", i > 0 ? ", " : "", names[i]);
		used = strlen(out);
	}
}

bool
doc_failed(const struct doc *doc)
{
	return doc->failed;
}

size_t
doc_error_count(const struct doc *doc)
{
	return doc->error_count;
}

const char *
doc_error_text(const struct doc *doc, size_t i)
{
	return i < doc->error_count ? doc->errors[i] : NULL;
}

void
doc_print_errors(const struct doc *doc, const char *prefix, FILE *out)
{
	for (size_t i = 0; i < doc->error_count; i++)
		fprintf(out, "%s%s\n", prefix, doc->errors[i]);
}
