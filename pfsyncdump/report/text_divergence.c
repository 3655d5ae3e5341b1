/*
 * text_divergence.c - what is wrong between the tables (see text_divergence.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include "text_divergence.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text_style.h"
#include "time_text.h"

/* Where sentences begin and how long a line may get. */
#define INDENT 6
#define WIDTH 96
/* Without -v so many states are named, and so many frames. */
#define STATES_SHORT 3
#define FRAMES_SHORT 6

static void
put_indent(struct out *out)
{
	for (int i = 0; i < INDENT; i++)
		out_char(out, ' ');
}

/* `text` in lines of at most WIDTH, each behind the indent; `first` leads it. */
static void
put_wrapped(struct out *out, const char *first, const char *text)
{
	const size_t begin = INDENT + strlen(first);
	size_t column = begin;

	put_indent(out);
	out_text(out, first);
	while (*(text += strspn(text, " ")) != '\0') {
		const size_t word = strcspn(text, " ");

		if (column > begin && column + 1 + word > WIDTH) {
			out_char(out, '\n');
			put_indent(out);
			for (size_t i = 0; i < strlen(first); i++)
				out_char(out, ' ');
			column = begin;
		} else if (column > begin) {
			out_char(out, ' ');
			column++;
		}
		out_bytes(out, text, word);
		column += word;
		text += word;
	}
	out_char(out, '\n');
}

static enum text_colour
colour_of(enum pfreplay_severity severity)
{
	if (severity >= PFREPLAY_HIGH)
		return TEXT_RED;
	return severity == PFREPLAY_MEDIUM ? TEXT_YELLOW : TEXT_PLAIN;
}

static void
put_when(struct out *out, const struct pfreplay_divergence *d)
{
	char count[28], from[TIME_TEXT_MAX], to[TIME_TEXT_MAX];

	time_page(from, d->first_ns);
	time_page(to, d->last_ns);
	put_indent(out);
	if (d->last_ns > d->first_ns)
		out_printf(out, "since %s, last %s", from, to);
	else
		out_printf(out, "at %s", from);
	if (d->count > 1)
		out_printf(out, ", count %s", text_count(count, d->count));
}

static void
put_frames(struct out *out, const struct report_style *style, const struct pfreplay_divergence *d)
{
	size_t shown = d->frame_count;

	if (shown > FRAMES_SHORT && style->verbose == 0)
		shown = FRAMES_SHORT;
	if (shown == 0)
		return;
	out_printf(out, "; frame%s", shown == 1 ? "" : "s");
	for (size_t i = 0; i < shown; i++) {
		out_text(out, i > 0 ? ", " : " ");
		if (style->many_files)
			out_printf(out, "#%u ", d->frames[i].file);
		out_printf(out, "%" PRIu64, d->frames[i].frame);
	}
	if (shown < d->frame_count)
		out_text(out, " ...");
}

static void
put_states(struct out *out, const struct report_style *style, const struct pfreplay_divergence *d)
{
	size_t shown = d->state_count;

	if (shown > STATES_SHORT && style->verbose == 0)
		shown = STATES_SHORT;
	if (shown == 0)
		return;
	put_indent(out);
	out_printf(out, "state%s", shown == 1 ? "" : "s");
	for (size_t i = 0; i < shown; i++)
		out_printf(out, "%s%016" PRIx64 "/%08" PRIx32, i > 0 ? ", " : " ", d->states[i].id,
		    d->states[i].creatorid);
	out_text(out, shown < d->state_count ? " ...\n" : "\n");
}

static void
put_one(struct out *out, const struct report_style *style, const struct pfreplay_divergence *d,
    const struct report_names *names)
{
	out_text(out, "  ");
	text_put(out, style->colour, colour_of(d->severity), d->code, 0);
	out_char(out, ' ');
	text_put(
	    out, style->colour, colour_of(d->severity), pfreplay_severity_name(d->severity), 8);
	out_printf(out, "  %s", d->name);
	for (size_t i = 0; i < d->node_count; i++) {
		const char *name = names->name[d->nodes[i]];

		out_text(out, i == 0 ? ": " : ", ");
		text_put_name(out, name != NULL ? name : "(unknown)");
	}
	out_char(out, '\n');
	put_wrapped(out, "", d->text);
	put_when(out, d);
	put_frames(out, style, d);
	out_char(out, '\n');
	put_states(out, style, d);
	put_wrapped(out, "To do: ", d->advice);
}

void
text_divergence_put(struct out *out, const struct report_style *style, struct pfreplay *replay,
    const struct report_names *names)
{
	struct pfreplay_divergence divergence;

	for (size_t n = 0; pfreplay_divergence_at(replay, n, &divergence); n++) {
		if (report_overlaps(style, divergence.first_ns, divergence.last_ns))
			put_one(out, style, &divergence, names);
	}
}

/* --- takeover ------------------------------------------------------------- */

static const char *
risk_text(enum pfreplay_risk risk)
{
	switch (risk) {
	case PFREPLAY_RISK_MISSING:
		return "missing";
	case PFREPLAY_RISK_WINDOW:
		return "with a window too far behind";
	case PFREPLAY_RISK_LEVEL:
		return "not yet established there";
	case PFREPLAY_RISK_NAT:
		return "with other sequence modulation";
	case PFREPLAY_RISK_WSCALE:
		return "with another window scale";
	default:
		return "without their route";
	}
}

/* "100 %", "98.7 %"; never rounded up to 100. */
static const char *
percent(char text[16], uint64_t part, uint64_t whole)
{
	uint64_t tenths = whole == 0 ? 1000 : (uint64_t)((double)part * 1000.0 / (double)whole);

	if (part < whole && tenths >= 1000)
		tenths = 999;
	if (tenths >= 1000)
		snprintf(text, 16, "all");
	else
		snprintf(text, 16, "%u.%u %%", (unsigned)(tenths / 10), (unsigned)(tenths % 10));
	return text;
}

static void
put_risks(struct out *out, const struct report_style *style, const struct pfreplay_pair *pair)
{
	char count[28];
	bool any = false;

	for (int risk = 0; risk < PFREPLAY_RISK_COUNT; risk++) {
		if (pair->at_risk[risk] == 0)
			continue;
		if (!any) {
			put_indent(out);
			text_put(out, style->colour, TEXT_YELLOW, "would not survive:", 0);
		}
		out_printf(out, "%s %s %s", any ? "," : "", text_count(count, pair->at_risk[risk]),
		    risk_text((enum pfreplay_risk)risk));
		any = true;
	}
	if (!any)
		return;
	out_char(out, '\n');
	for (size_t i = 0; i < pair->risk_count && (style->verbose > 0 || i < STATES_SHORT); i++) {
		put_indent(out);
		out_printf(out, "  %016" PRIx64 "/%08" PRIx32 " %s\n", pair->risks[i].id,
		    pair->risks[i].creatorid, risk_text(pair->risks[i].risk));
	}
}

static void
put_history(struct out *out, const struct pfreplay_pair *pair)
{
	char text[TIME_TEXT_MAX], part[16];
	size_t worst = 0;

	if (pair->sample_count < 2)
		return;
	for (size_t i = 1; i < pair->sample_count; i++)
		/* covered / states, without dividing */
		if ((double)pair->samples[i].covered * (double)pair->samples[worst].states <
		    (double)pair->samples[worst].covered * (double)pair->samples[i].states)
			worst = i;
	if (pair->samples[worst].covered == pair->samples[worst].states)
		return;
	time_page(text, pair->samples[worst].time_ns);
	put_indent(out);
	out_printf(out, "least at %s: %s\n", text,
	    percent(part, pair->samples[worst].covered, pair->samples[worst].states));
}

static void
put_delays(struct out *out, const struct pfreplay_pair *pair)
{
	char count[28], text[TIME_TEXT_MAX];

	if (pair->acks_wanted > 0) {
		put_indent(out);
		out_printf(out, "%s of ", text_count(count, pair->acks_seen));
		out_printf(out, "%s inserts acknowledged", text_count(count, pair->acks_wanted));
		if (pair->acks_seen > 0) {
			time_span(text, pair->ack_p50_ns);
			out_printf(out, ", half within %s", text);
			time_span(text, pair->ack_p99_ns);
			out_printf(out, ", 99 %% within %s", text);
			time_span(text, pair->ack_max_ns);
			out_printf(out, ", the last within %s", text);
		}
		out_char(out, '\n');
	}
	if (pair->packets > 0) {
		put_indent(out);
		time_span(text, pair->silence_max_ns);
		out_printf(out, "%s packet%s, longest silence %s", text_count(count, pair->packets),
		    pair->packets == 1 ? "" : "s", text);
		time_span(text, pair->silence_ns);
		out_printf(out, ", silent for %s now\n", text);
	}
}

static void
put_pair(struct out *out, const struct report_style *style, const struct pfreplay *replay,
    const struct pfreplay_pair *pair, const struct report_names *names)
{
	const char *from = names->name[pair->from], *to = names->name[pair->to];
	char count[28], part[16], text[TIME_TEXT_MAX];

	if (from == NULL || to == NULL)
		return;
	out_text(out, "  ");
	text_put_name(out, to);
	if (pair->states == 0) {
		out_text(out, ": nothing known that it should have of ");
		text_put_name(out, from);
		if (pair->unknown > 0)
			out_printf(out, "; nothing tells whether it has %s state%s",
			    text_count(count, pair->unknown), pair->unknown == 1 ? "" : "s");
		out_char(out, '\n');
	} else {
		out_printf(out, " %s %s of the %s state%s of ",
		    pair->presumed > 0 ? "would have" : "has",
		    percent(part, pair->covered, pair->states), text_count(count, pair->states),
		    pair->states == 1 ? "" : "s");
		text_put_name(out, from);
		if (pair->established > 0)
			out_printf(out, ", %s of the %s established",
			    percent(part, pair->established_covered, pair->established),
			    text_count(count, pair->established));
		if (pair->presumed > 0)
			out_text(out, ", if nothing was lost behind this capture");
		if (pair->oldest_missing_ns != 0) {
			time_span(text, pfreplay_now(replay) - pair->oldest_missing_ns);
			out_printf(out, "; the oldest missing one is %s old", text);
		}
		if (pair->unknown > 0)
			out_printf(
			    out, "; nothing tells of %s more", text_count(count, pair->unknown));
		out_char(out, '\n');
	}
	put_history(out, pair);
	put_risks(out, style, pair);
	put_delays(out, pair);
}

void
text_takeover_put(struct out *out, const struct report_style *style, struct pfreplay *replay,
    const struct report_names *names)
{
	struct pfreplay_pair pair;

	for (size_t n = 0; pfreplay_pair_at(replay, n, &pair); n++)
		put_pair(out, style, replay, &pair, names);
}

/* --- a view of its own ---------------------------------------------------- */

struct text_divergence {
	struct out *out;
	struct report_style style;
};

static void
text_divergence_divergences(void *self, struct pfreplay *replay, const struct report_names *names)
{
	struct text_divergence *view = self;

	out_text(view->out, "Divergences (worst first)\n");
	if (pfreplay_divergence_count(replay) == 0)
		out_text(view->out, "  none found\n");
	text_divergence_put(view->out, &view->style, replay, names);
}

bool
text_divergence_writer(
    struct report_writer *writer, struct out *out, const struct report_style *style)
{
	struct text_divergence *view = calloc(1, sizeof(*view));

	if (view == NULL)
		return false;
	view->out = out;
	view->style = *style;
	memset(writer, 0, sizeof(*writer));
	writer->self = view;
	writer->free = free;
	writer->divergences = text_divergence_divergences;
	writer->wants_replay = true;
	return true;
}
