/*
 * text_stats.c - what each sender sent, in the words of netstat -s -p pfsync.
 *
 * SPDX-License-Identifier: ISC
 *
 * SEM 6 has the words and their order.  netstat counts at one firewall; this
 * counts what stood in the capture, so the "received" part of a pair is found
 * in its peer's "sent".
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "text_style.h"
#include "writer.h"

struct text_stats {
	struct out *out;
	bool colour;
};

/* netstat's order is that of version 5's action numbers. */
static const struct {
	enum pfsync_action action;
	const char *text;
} action_words[] = {
    {PFSYNC_ACT_CLR, "clear all request"},
    {PFSYNC_ACT_INS, "state insert"},
    {PFSYNC_ACT_INS_ACK, "state inserted ack"},
    {PFSYNC_ACT_UPD, "state update"},
    {PFSYNC_ACT_UPD_C, "compressed state update"},
    {PFSYNC_ACT_UPD_REQ, "uncompressed state request"},
    {PFSYNC_ACT_DEL, "state delete"},
    {PFSYNC_ACT_DEL_C, "compressed state delete"},
    {PFSYNC_ACT_INS_F, "fragment insert"},
    {PFSYNC_ACT_DEL_F, "fragment delete"},
    {PFSYNC_ACT_BUS, "bulk update mark"},
    {PFSYNC_ACT_TDB, "TDB replay counter update"},
    {PFSYNC_ACT_EOF, "end of frame mark"},
};

static const struct {
	enum sender_counter counter;
	const char *one;
	const char *many;
} fault_words[] = {
    {SENDER_BADTTL, "packet with bad ttl", "packets with bad ttl"},
    {SENDER_HDROPS, "packet shorter than header", "packets shorter than header"},
    {SENDER_BADVER, "packet with bad version", "packets with bad version"},
    {SENDER_BADACT, "bad action", "bad actions"},
    {SENDER_BADLEN, "short packet", "short packets"},
    {SENDER_BADVAL, "state with bad values", "states with bad values"},
};

static void
put_line(struct text_stats *view, const char *indent, uint64_t count, const char *text)
{
	out_printf(
	    view->out, "%s%" PRIu64 " %s%s sent\n", indent, count, text, count == 1 ? "" : "s");
}

static void
put_counts(struct text_stats *view, const uint64_t frames[3], const uint64_t *messages,
    const uint64_t *counters)
{
	if (frames[PFSYNC_AF_UNSPEC] > 0)
		out_printf(view->out, "\t%" PRIu64 " packet%s sent (as seen on pfsync0)\n",
		    frames[PFSYNC_AF_UNSPEC], frames[PFSYNC_AF_UNSPEC] == 1 ? "" : "s");
	out_printf(view->out, "\t%" PRIu64 " packet%s sent (IPv4)\n", frames[PFSYNC_AF_INET],
	    frames[PFSYNC_AF_INET] == 1 ? "" : "s");
	out_printf(view->out, "\t%" PRIu64 " packet%s sent (IPv6)\n", frames[PFSYNC_AF_INET6],
	    frames[PFSYNC_AF_INET6] == 1 ? "" : "s");
	for (size_t i = 0; i < sizeof(action_words) / sizeof(action_words[0]); i++)
		put_line(view, "\t    ", messages[action_words[i].action], action_words[i].text);
	for (size_t i = 0; i < sizeof(fault_words) / sizeof(fault_words[0]); i++) {
		uint64_t count = counters[fault_words[i].counter];

		out_printf(view->out, "\t\t%" PRIu64 " %s\n", count,
		    count == 1 ? fault_words[i].one : fault_words[i].many);
	}
}

static void
put_heading(struct text_stats *view, const char *name)
{
	text_put(view->out, view->colour, TEXT_BOLD, name, 0);
	out_text(view->out, ":\n");
}

static void
text_stats_summary(void *self, const struct report_summary *summary)
{
	struct text_stats *view = self;
	size_t count = senders_count(summary->senders);
	struct sender total;
	char name[2 * REPORT_ADDR_MAX + 4];

	memset(&total, 0, sizeof(total));
	for (size_t n = 0; n < count; n++) {
		const struct sender *sender = senders_at(summary->senders, n);

		sender_name(name, sizeof(name), sender);
		put_heading(view, name);
		put_counts(view, sender->frames, sender->messages, sender->counters);
		for (size_t i = 0; i < 3; i++)
			total.frames[i] += sender->frames[i];
		for (size_t i = 0; i < PFSYNC_ACT_COUNT; i++)
			total.messages[i] += sender->messages[i];
		for (size_t i = 0; i < SENDER_COUNTER_COUNT; i++)
			total.counters[i] += sender->counters[i];
	}
	put_heading(view, "total");
	put_counts(view, total.frames, total.messages, total.counters);
	out_printf(view->out, "\t%" PRIu64 " packet%s in the capture\n", summary->packets,
	    summary->packets == 1 ? "" : "s");
	/* What no netstat counts: faults of the capture and of layers below. */
	for (size_t i = 0; i < summary->count_count; i++) {
		const struct report_count *entry = &summary->counts[i];

		if (!sender_counts(entry->counter))
			out_printf(view->out, "\t\t%" PRIu64 " %s\n", entry->count, entry->counter);
	}
}

bool
text_stats_writer(struct report_writer *writer, struct out *out, const struct report_style *style)
{
	struct text_stats *view = calloc(1, sizeof(*view));

	if (view == NULL)
		return false;
	view->out = out;
	view->colour = style->colour;
	memset(writer, 0, sizeof(*writer));
	writer->self = view;
	writer->free = free;
	writer->summary = text_stats_summary;
	return true;
}
