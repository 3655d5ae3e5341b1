/*
 * text_difference.c - the states that differ, as text.
 *
 * SPDX-License-Identifier: ISC
 *
 * Like the output of diff(1) of two listings of pfctl, with what is known of each:
 *
 *	- 10.0.0.11 only: all tcp 10.2.0.2:7 <- 10.1.0.2:58236       ESTABLISHED:ESTABLISHED
 *	    id 6b03ea1a00000009/ea0d89d0, age 00:12:03, expires in 23:59:12, established
 *	    10.0.0.12 lacks it (sure) since 2026-11-23T07:24:13.656Z: D-15
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "difference.h"
#include "text_style.h"
#include "time_text.h"
#include "words.h"
#include "writer.h"

enum { LINE_MAX_BYTES = 1024 };

static void
put_names(struct out *out, const struct difference_list *list, uint64_t bits)
{
	const char *between = "";

	for (size_t n = 0; n < list->name_count; n++) {
		if ((bits >> n & 1) == 0 || list->names[n] == NULL)
			continue;
		out_text(out, between);
		text_put_name(out, list->names[n]);
		between = ", ";
	}
}

static void
put_duration(struct out *out, const char *before, uint32_t seconds)
{
	out_printf(out, "%s%02" PRIu32 ":%02" PRIu32 ":%02" PRIu32, before, seconds / 3600,
	    seconds / 60 % 60, seconds % 60);
}

static void
put_connection(struct out *out, const struct pfsync_message *message)
{
	char text[LINE_MAX_BYTES];

	if (!pfsync_has(message, PFSYNC_F_PROTO)) {
		out_text(out, "(addresses not seen)");
		return;
	}
	pfsync_text_state(text, sizeof(text), message);
	out_text(out, text);
}

static void
put_what(struct out *out, const struct difference *difference)
{
	const struct pfsync_message *message = &difference->message;
	const char *between = "";

	out_text(out, "    ");
	if (pfsync_has(message, PFSYNC_F_ID)) {
		out_printf(out, "id %016" PRIx64 "/%08" PRIx32, message->id, message->creatorid);
		between = ", ";
	}
	if (pfsync_has(message, PFSYNC_F_CREATION)) {
		out_text(out, between);
		put_duration(out, "age ", message->u.state.creation_s);
		between = ", ";
	}
	if (pfsync_has(message, PFSYNC_F_EXPIRE)) {
		out_text(out, between);
		put_duration(out, "expires in ", message->u.state.expire_s);
		between = ", ";
	}
	out_printf(out, "%s%s\n", between,
	    difference->rank.established ? "established" : "not established");
}

static void
put_how(struct out *out, const struct difference_list *list, const struct difference *difference)
{
	const struct difference_rank *rank = &difference->rank;
	char time[TIME_TEXT_MAX];

	out_text(out, "    ");
	put_names(out, list, difference->lacks);
	switch (rank->kind) {
	case DIFFERENCE_PEERS:
		out_text(out, " is behind");
		if (difference->why[0] != '\0')
			out_printf(out, " (%s)", difference->why);
		break;
	case DIFFERENCE_KEY:
		out_text(out, " has the connection under another id");
		break;
	default:
		out_text(out,
		    (difference->lacks & (difference->lacks - 1)) != 0 ? " lack it" : " lacks it");
		break;
	}
	out_text(out, rank->sure ? ", sure" : ", likely");
	if (rank->since_ns != 0) {
		time_page(time, rank->since_ns);
		out_printf(out, ", since %s", time);
	}
	if (difference->finding != 0)
		out_printf(out, "; see D-%02u", difference->finding % 100);
	out_char(out, '\n');
}

/* How many, by kind and by who alone has them. */
static void
put_head(struct out *out, bool colour, const struct difference_list *list)
{
	char time[TIME_TEXT_MAX], number[28];

	if (colour)
		out_text(out, "\033[1m");
	out_printf(out, "Differences: %s", text_count(number, list->ranks->len));
	if (colour)
		out_text(out, "\033[0m");
	if (list->has_moment) {
		time_page(time, list->moment_ns);
		out_printf(out, " at %s", time);
	}
	out_printf(out, "; %s", text_count(number, list->compared));
	out_printf(out, " of %s states compared\n", text_count(number, list->comparable));
}

void
text_differences(struct out *out, bool colour, int verbose, const struct difference_list *list)
{
	put_head(out, colour, list);
	for (guint i = 0; i < list->ranks->len; i++) {
		struct difference difference;

		difference_at(list, i, &difference);
		out_text(out, difference.rank.kind == DIFFERENCE_MISSING ? "- " : "~ ");
		put_names(out, list, difference.has);
		out_text(out, difference.rank.kind == DIFFERENCE_MISSING ? " only: " : ": ");
		put_connection(out, &difference.message);
		out_char(out, '\n');
		put_what(out, &difference);
		put_how(out, list, &difference);
		if (verbose > 0) {
			char text[LINE_MAX_BYTES];

			pfsync_text_windows(text, sizeof(text), &difference.message);
			if (text[0] != '\0')
				out_printf(out, "    %s\n", text);
		}
	}
}

/* ------------------------------------------------------------------------
 * As a view
 */

struct text_difference {
	struct out *out;
	struct report_style style;
};

static void
view_differences(void *self, const struct difference_list *list)
{
	const struct text_difference *view = self;

	text_differences(view->out, view->style.colour, view->style.verbose, list);
}

bool
text_difference_writer(
    struct report_writer *writer, struct out *out, const struct report_style *style)
{
	struct text_difference *view = calloc(1, sizeof(*view));

	if (view == NULL)
		return false;
	view->out = out;
	view->style = *style;
	memset(writer, 0, sizeof(*writer));
	writer->self = view;
	writer->free = free;
	writer->differences = view_differences;
	writer->wants_replay = true;
	writer->wants_verdict = true;
	return true;
}
