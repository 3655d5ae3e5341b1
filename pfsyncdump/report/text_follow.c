/*
 * text_follow.c - what happens, as text, when it happens.
 *
 * SPDX-License-Identifier: ISC
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "text_style.h"
#include "writer.h"

/* "withdrawn" */
#define EVENT_WIDTH 9

struct follow_view {
	struct out *out;
	struct report_style style;
};

static enum text_colour
colour_of(const struct report_event *event)
{
	if (strcmp(event->event, "healed") == 0 || strcmp(event->event, "withdrawn") == 0)
		return TEXT_GREEN;
	if (event->about == REPORT_ABOUT_VERDICT)
		return event->verdict->now == PFREPLAY_DIVERGED  ? TEXT_RED
		       : event->verdict->now == PFREPLAY_IN_SYNC ? TEXT_GREEN
								 : TEXT_YELLOW;
	if (event->about != REPORT_ABOUT_FINDING || event->finding->severity == PFREPLAY_LOW)
		return TEXT_PLAIN;
	return event->finding->severity == PFREPLAY_MEDIUM ? TEXT_YELLOW : TEXT_RED;
}

static void
put_node(struct out *out, const struct report_event *event, int index, const char *unknown)
{
	if (index >= 0 && event->names->name[index] != NULL)
		text_put_name(out, event->names->name[index]);
	else
		out_text(out, unknown);
}

static void
put_finding(struct follow_view *view, const struct report_event *event)
{
	const struct pfreplay_divergence *finding = event->finding;
	struct out *out = view->out;
	char count[28];

	out_printf(out, "%s %s, %s", finding->code, pfreplay_severity_name(finding->severity),
	    finding->name);
	for (size_t i = 0; i < finding->node_count; i++) {
		out_text(out, i == 0 ? ": " : ", ");
		put_node(out, event, (int)finding->nodes[i], "?");
	}
	if (event->count_before != 0 && event->count_before != finding->count)
		out_printf(out, "; count %s, before", text_count(count, finding->count));
	else
		out_text(out, "; count");
	out_printf(out, " %s\n",
	    text_count(count, event->count_before != 0 ? event->count_before : finding->count));
	if (strcmp(event->event, "healed") != 0)
		out_printf(out, "      %s\n", finding->text);
	if (strcmp(event->event, "found") == 0 && finding->advice[0] != '\0')
		out_printf(out, "      To do: %s\n", finding->advice);
}

static void
put_verdict(struct follow_view *view, const struct report_event *event)
{
	const struct pfreplay_verdict *verdict = event->verdict;
	char compared[28], comparable[28];

	out_printf(view->out, "verdict: %s", pfreplay_now_name(verdict->now));
	if (verdict->fault != 0)
		out_printf(view->out, " because of D-%02u", verdict->fault);
	if (event->verdict_before != NULL)
		out_printf(view->out, ", before %s", event->verdict_before);
	out_printf(view->out, "; %s of %s states compared\n",
	    text_count(compared, verdict->compared), text_count(comparable, verdict->comparable));
}

static void
put_bulk(struct follow_view *view, const struct report_event *event)
{
	const struct pfreplay_bulk *bulk = event->bulk;
	struct out *out = view->out;
	char states[28];

	out_text(out, "bulk transfer: ");
	if (bulk->tries > 0) {
		put_node(out, event, bulk->requester, "an unknown firewall");
		if (bulk->tries == 1)
			out_text(out, " asked");
		else
			out_printf(out, " asked %u times", (unsigned)bulk->tries);
	} else {
		out_text(out, "a request that is not in the capture");
	}
	if (bulk->sender >= 0) {
		out_text(out, ", ");
		put_node(out, event, bulk->sender, "an unknown firewall");
		out_printf(out, " sent %s states", text_count(states, bulk->states));
	}
	out_printf(out, ": %s\n", pfreplay_outcome_name(bulk->outcome));
}

static void
put_role(struct follow_view *view, const struct report_event *event)
{
	char addr[REPORT_ADDR_MAX];

	pfsync_text_addr(addr, sizeof(addr), event->vhid->af, &event->speaker->addr);
	out_printf(view->out, "CARP vhid %u: %s", (unsigned)event->vhid->vhid, addr);
	if (event->speaker->name != NULL) {
		out_text(view->out, " (");
		text_put_name(view->out, event->speaker->name);
		out_char(view->out, ')');
	}
	out_printf(view->out, " is %s, before %s; advskew %u, demoted by %u\n",
	    pfreplay_role_name(event->role), pfreplay_role_name(event->role_before),
	    (unsigned)event->speaker->advskew, (unsigned)event->speaker->demote);
}

static void
text_follow_event(void *self, const struct report_event *event)
{
	static void (*const puts[])(struct follow_view *, const struct report_event *) = {
	    [REPORT_ABOUT_FINDING] = put_finding,
	    [REPORT_ABOUT_VERDICT] = put_verdict,
	    [REPORT_ABOUT_BULK] = put_bulk,
	    [REPORT_ABOUT_ROLE] = put_role,
	};
	struct follow_view *view = self;
	char time[TIME_TEXT_MAX];

	if (!report_in_window(&view->style, event->time_ns))
		return;
	time_page(time, event->time_ns);
	out_printf(view->out, "%s ", time);
	text_put(view->out, view->style.colour, colour_of(event), event->event, EVENT_WIDTH);
	out_char(view->out, ' ');
	puts[event->about](view, event);
}

static void
text_follow_free(void *self)
{
	free(self);
}

bool
text_follow_writer(struct report_writer *writer, struct out *out, const struct report_style *style)
{
	struct follow_view *view = calloc(1, sizeof(*view));

	if (view == NULL)
		return false;
	view->out = out;
	view->style = *style;
	memset(writer, 0, sizeof(*writer));
	writer->self = view;
	writer->free = text_follow_free;
	writer->event = text_follow_event;
	writer->wants_replay = true;
	writer->wants_verdict = true;
	return true;
}
