/*
 * tell.c - what a peer does, one line an event.
 *
 * SPDX-License-Identifier: ISC
 */
#include "tell.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

enum { NS_PER_MS = 1000000, LINE_MAX_BYTES = 512, ADDRESS_MAX = 64 };

void
tell_line(const struct tell *tell, int level, const char *format, ...)
{
	int64_t ms = (tell->now_ns - tell->started_ns) / NS_PER_MS;
	va_list args;

	if (level > tell->level)
		return;
	printf("%" PRId64 ".%03d ", ms / 1000, (int)(ms % 1000));
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

static const char *
address_text(char out[ADDRESS_MAX], const struct fw_address *address)
{
	pfsync_text_addr(out, ADDRESS_MAX, address->af, &address->addr);
	return out;
}

void
tell_packet(const struct tell *tell, const struct fw_packet_out *packet)
{
	char to[ADDRESS_MAX];

	if (tell->level < 1)
		return;
	tell_line(tell, 1, "sent %u message%s, %zu bytes to %s (%s)", packet->messages,
	    packet->messages == 1 ? "" : "s", packet->len_bytes, address_text(to, &packet->dst),
	    fw_flush_name(packet->why));
}

static void
state_text(char *out, size_t size, const struct fw_state *st)
{
	char ends[2][ADDRESS_MAX];
	const char *proto = pfsync_proto_name(st->proto);
	char number[8];

	snprintf(number, sizeof(number), "%u", st->proto);
	for (int i = 0; i < 2; i++)
		pfsync_text_addr(
		    ends[i], sizeof(ends[i]), (enum pfsync_af)st->af, &st->wire.addr[i]);
	snprintf(out, size, "%016" PRIx64 "/%08" PRIx32 " %s %s:%u %s:%u %u:%u", st->id,
	    st->creatorid, proto != NULL ? proto : number, ends[0], st->wire.port[0], ends[1],
	    st->wire.port[1], st->src.state, st->dst.state);
}

void
tell_change(const struct tell *tell, enum fw_change change, enum fw_source source, enum fw_why why,
    const struct fw_state *state)
{
	static const char *const words[] = {"inserted", "updated", "removed"};
	const int level = change == FW_CHANGE_UPDATED ? 1 : 0;
	char text[LINE_MAX_BYTES / 2];

	if (tell->level < level)
		return;
	state_text(text, sizeof(text), state);
	tell_line(tell, level, "%s %s (%s, %s)", words[change], text,
	    source == FW_PEER ? "peer" : "own", fw_why_name(why));
}

/* Worth a line without -v: what is not how it should be, and orders. */
static int
level_of(enum fw_outcome outcome)
{
	switch (outcome) {
	case FW_OUT_INSERTED:
	case FW_OUT_MERGED:
	case FW_OUT_REMOVED:
	case FW_OUT_ACKNOWLEDGED:
	case FW_OUT_IGNORED:
	case FW_OUT_TDB_TAKEN:
	case FW_OUT_BULK_START: /* told as steps of the bulk transfer */
	case FW_OUT_BULK_END:
	case FW_OUT_BULK_BEGINS:
		return 1;
	default:
		return 0;
	}
}

void
tell_message(const struct tell *tell, const struct fw_message_told *told)
{
	const int level = level_of(told->outcome);
	const struct pfsync_message *m = told->message;

	if (tell->level < level)
		return;
	if (m == NULL) {
		tell_line(tell, level, "got section %u: %s, action %" PRId64, told->section,
		    fw_outcome_name(told->outcome), told->number);
		return;
	}
	tell_line(tell, level, "got %s %016" PRIx64 "/%08" PRIx32 ": %s%s",
	    pfsync_action_name(m->action),
	    m->action == PFSYNC_ACT_CLR || m->action == PFSYNC_ACT_BUS ? UINT64_C(0) : m->id,
	    m->creatorid, fw_outcome_name(told->outcome), told->misread ? ", misread" : "");
	if (told->outcome == FW_OUT_ROLLED_BACK)
		tell_line(tell, level, "destination rolled back by %" PRId64, told->number);
	else if (told->outcome == FW_OUT_CLEARED)
		tell_line(tell, level, "cleared %" PRId64 " states", told->number);
}

void
tell_bulk(const struct tell *tell, enum fw_bulk_step step, uint64_t number)
{
	switch (step) {
	case FW_BULK_ASKED:
		tell_line(tell, 0, "bulk update: asked, try %" PRIu64, number);
		break;
	case FW_BULK_STARTED:
		tell_line(tell, 0, "bulk update: peer begins");
		break;
	case FW_BULK_COMPLETE:
		tell_line(tell, 0, "bulk update: complete");
		break;
	case FW_BULK_GAVE_UP:
		tell_line(tell, 0,
		    "bulk update: nobody finished it in %" PRIu64 " tries; going on without",
		    number);
		break;
	case FW_BULK_SENDING:
		tell_line(tell, 0, "bulk update: a peer asks, sending");
		break;
	case FW_BULK_SENT:
		tell_line(tell, 0, "bulk update: sent %" PRIu64 " states", number);
		break;
	}
}

void
tell_demotion(const struct tell *tell, int before, int after)
{
	tell_line(tell, 0, "CARP demotion %d -> %d", before, after);
}

void
tell_release(const struct tell *tell, const struct fw_state *state, bool acknowledged)
{
	tell_line(tell, 0, "released the first packet of %016" PRIx64 "/%08" PRIx32 ": %s",
	    state->id, state->creatorid, acknowledged ? "acknowledged" : "waited long enough");
}

void
tell_verdict(const struct tell *tell, enum fw_verdict verdict, const struct fw_address *from)
{
	char text[ADDRESS_MAX];

	if (verdict != FW_ACCEPTED && verdict != FW_DROP_DOWN)
		tell_line(tell, 0, "packet from %s: %s", address_text(text, from),
		    fw_verdict_name(verdict));
}
