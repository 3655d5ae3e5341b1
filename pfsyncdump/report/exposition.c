/*
 * exposition.c - the text format in which Prometheus reads numbers.
 *
 * SPDX-License-Identifier: ISC
 */
#include "exposition.h"

#include <inttypes.h>
#include <string.h>

#include <glib.h>

#include "pfsync.h"
#include "time_text.h"

/* Longer values are cut. */
#define VALUE_MAX 128
/* -9223372036.854775808 */
#define SECONDS_MAX 32

struct exposition {
	const struct exposition_metric *metrics;
	size_t count;
	const char *pair;
	GString **texts; /* by metric */
};

struct exposition *
exposition_new(const struct exposition_metric *metrics, size_t count, const char *pair)
{
	struct exposition *exposition = g_new0(struct exposition, 1);

	exposition->metrics = metrics;
	exposition->count = count;
	exposition->pair = pair;
	exposition->texts = g_new0(GString *, count);
	for (size_t i = 0; i < count; i++)
		exposition->texts[i] = g_string_new(NULL);
	return exposition;
}

void
exposition_free(struct exposition *exposition)
{
	for (size_t i = 0; i < exposition->count; i++)
		g_string_free(exposition->texts[i], TRUE);
	g_free(exposition->texts);
	g_free(exposition);
}

static void
put_label(GString *text, char before, const char *name, const char *value)
{
	char shown[4 * VALUE_MAX + 1];

	pfsync_text_name(shown, sizeof(shown), value, VALUE_MAX);
	g_string_append_printf(text, "%c%s=\"", before, name);
	for (const char *c = shown; *c != '\0'; c++) {
		if (*c == '\\' || *c == '"')
			g_string_append_c(text, '\\');
		g_string_append_c(text, *c);
	}
	g_string_append_c(text, '"');
}

/* Name and labels, and `more` if it has a name; the value comes behind. */
static void
begin_sample(struct exposition *exposition, size_t metric, const char *suffix,
    const struct exposition_label *labels, struct exposition_label more)
{
	GString *text = exposition->texts[metric];
	char before = '{';

	g_string_append_printf(text, "%s%s", exposition->metrics[metric].name, suffix);
	if (exposition->pair != NULL) {
		put_label(text, before, "pair", exposition->pair);
		before = ',';
	}
	for (; labels->name != NULL; labels++) {
		put_label(text, before, labels->name, labels->value);
		before = ',';
	}
	if (more.name != NULL) {
		put_label(text, before, more.name, more.value);
		before = ',';
	}
	g_string_append(text, before == ',' ? "} " : " ");
}

static const struct exposition_label no_more = {NULL, NULL};

/* Exact, and without the noughts at the end. */
static const char *
seconds(char number[SECONDS_MAX], int64_t ns)
{
	const uint64_t size = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
	const uint64_t per_s = (uint64_t)TIME_NS_PER_S;
	size_t length = (size_t)g_snprintf(number, SECONDS_MAX, "%s%" PRIu64 ".%09" PRIu64,
	    ns < 0 ? "-" : "", size / per_s, size % per_s);

	while (number[length - 1] == '0')
		length--;
	if (number[length - 1] == '.')
		length--;
	number[length] = '\0';
	return number;
}

void
exposition_count(struct exposition *exposition, size_t metric,
    const struct exposition_label *labels, uint64_t count)
{
	begin_sample(exposition, metric, "", labels, no_more);
	g_string_append_printf(exposition->texts[metric], "%" PRIu64 "\n", count);
}

void
exposition_seconds(
    struct exposition *exposition, size_t metric, const struct exposition_label *labels, int64_t ns)
{
	char number[SECONDS_MAX];

	begin_sample(exposition, metric, "", labels, no_more);
	g_string_append_printf(exposition->texts[metric], "%s\n", seconds(number, ns));
}

void
exposition_histogram(struct exposition *exposition, size_t metric,
    const struct exposition_label *labels, const int64_t *bounds_ns, const uint64_t *counts,
    size_t bound_count, int64_t sum_ns)
{
	GString *text = exposition->texts[metric];
	char number[SECONDS_MAX];
	uint64_t below = 0;

	for (size_t i = 0; i <= bound_count; i++) {
		below += counts[i];
		begin_sample(exposition, metric, "_bucket", labels,
		    (struct exposition_label){
			"le", i < bound_count ? seconds(number, bounds_ns[i]) : "+Inf"});
		g_string_append_printf(text, "%" PRIu64 "\n", below);
	}
	begin_sample(exposition, metric, "_sum", labels, no_more);
	g_string_append_printf(text, "%s\n", seconds(number, sum_ns));
	begin_sample(exposition, metric, "_count", labels, no_more);
	g_string_append_printf(text, "%" PRIu64 "\n", below);
}

void
exposition_write(const struct exposition *exposition, struct out *out)
{
	for (size_t i = 0; i < exposition->count; i++) {
		const struct exposition_metric *metric = &exposition->metrics[i];

		if (exposition->texts[i]->len == 0)
			continue;
		out_printf(out, "# HELP %s %s\n# TYPE %s %s\n", metric->name, metric->help,
		    metric->name, metric->type);
		out_bytes(out, exposition->texts[i]->str, exposition->texts[i]->len);
	}
}
