/*
 * text_messages.c - every message, in the manner of tcpdump.
 *
 * SPDX-License-Identifier: ISC
 *
 * A line a packet, a line a message, and more with each -v: the words are
 * those of pfctl and of the BSDs' tcpdump (OB 17, FB 15, SEM 9.1), without the
 * defects of the latter: all sections, all records, both peers.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text_fields.h"
#include "text_style.h"
#include "words.h"
#include "writer.h"

#define MESSAGE_INDENT 4
#define DETAIL_INDENT 8
#define LABEL_WIDTH 15
#define LINE_MAX_BYTES 1024

struct text_messages {
	struct out *out;
	struct report_style style;
};

static void
put_file(struct text_messages *view, unsigned file)
{
	if (view->style.many_files)
		out_printf(view->out, "#%u ", file);
}

static void
text_messages_frame(void *self, const struct report_frame *frame)
{
	struct text_messages *view = self;
	const struct capture_packet *packet = frame->packet;
	const struct pfsync_frame *f = frame->frame;
	char time[TIME_TEXT_MAX];

	time_line(time, view->style.time_form, packet->time_ns, frame->before_ns);
	out_text(view->out, time);
	put_file(view, packet->file);
	text_put(view->out, view->style.colour, TEXT_BOLD,
	    frame->src[0] != '\0' ? frame->src : "pfsync0", 0);
	if (frame->dst[0] != '\0')
		out_printf(view->out, " > %s", frame->dst);
	out_text(view->out, ": PFSYNC");
	if (packet->caplen > 0)
		out_printf(view->out, "v%u", packet->bytes[0]);
	out_printf(view->out, " len %zu", packet->wirelen);
	if (f->dialect != NULL)
		out_printf(
		    view->out, ", %s (%s)", f->dialect->name, pfsync_certainty_name(f->certainty));
	if (view->style.verbose > 0) {
		out_printf(view->out, ", frame %" PRIu64, packet->frame);
		if (packet->has_ttl)
			out_printf(view->out, ", ttl %u", packet->ttl);
		if (packet->has_ip_id)
			out_printf(view->out, ", id %u", packet->ip_id);
	}
	if (view->style.verbose > 1 && f->dialect != NULL && f->header.has_cksum) {
		out_text(view->out, ", ruleset ");
		for (size_t i = 0; i < sizeof(f->header.cksum); i++)
			out_printf(view->out, "%02x", f->header.cksum[i]);
	}
	out_char(view->out, '\n');
}

static void
put_detail(struct text_messages *view, const char *text)
{
	if (text[0] == '\0')
		return;
	out_blanks(view->out, DETAIL_INDENT);
	out_text(view->out, text);
	out_char(view->out, '\n');
}

/* "id: 6b03ea1a00000002 creatorid: ea0d89d0" */
static void
put_id(struct text_messages *view, const struct pfsync_message *message)
{
	if (pfsync_has(message, PFSYNC_F_ID))
		out_printf(view->out, "id: %016" PRIx64, message->id);
	if (pfsync_has(message, PFSYNC_F_CREATORID))
		out_printf(view->out, "%screatorid: %08" PRIx32,
		    pfsync_has(message, PFSYNC_F_ID) ? " " : "", message->creatorid);
}

/*
 * UPD_C for the functions of libpfsync, which ask the message for its protocol.
 * As an outbound state, so that the peers stand in the order of the wire:
 * nothing in it tells the direction.
 */
static void
complete(struct pfsync_message *copy, const struct pfsync_message *message, int proto)
{
	*copy = *message;
	if (proto >= 0) {
		copy->u.state.proto = (uint8_t)proto;
		pfsync_has_set(copy, PFSYNC_F_PROTO);
	}
	copy->u.state.direction = PFSYNC_OUT;
	pfsync_has_set(copy, PFSYNC_F_DIRECTION);
}

static void
put_compressed(struct text_messages *view, const struct pfsync_message *message, int proto)
{
	struct pfsync_message copy;
	char text[LINE_MAX_BYTES];

	put_id(view, message);
	if (!pfsync_has(message, PFSYNC_F_SRC_STATE) || !pfsync_has(message, PFSYNC_F_DST_STATE))
		return;
	complete(&copy, message, proto);
	pfsync_text_levels(text, sizeof(text), &copy, false);
	out_printf(view->out, "  %s", text);
}

static void
put_compressed_detail(struct text_messages *view, const struct pfsync_message *message,
    const struct pfsync_dialect *dialect, int proto)
{
	const struct pfsync_state *state = &message->u.state;
	struct pfsync_message copy;
	char text[LINE_MAX_BYTES];
	const char *name;

	complete(&copy, message, proto);
	pfsync_text_windows(text, sizeof(text), &copy);
	put_detail(view, text);
	if (!pfsync_has(message, PFSYNC_F_TIMEOUT))
		return;
	name = words_timeout(message, dialect);
	out_blanks(view->out, DETAIL_INDENT);
	if (name != NULL)
		out_printf(view->out, "timeout %s", name);
	else
		out_printf(view->out, "timeout %u", state->timeout);
	if (pfsync_has(message, PFSYNC_F_EXPIRE)) {
		pfsync_text_duration(text, sizeof(text), state->expire_s);
		out_printf(view->out, ", expires in %s", text);
	}
	out_char(view->out, '\n');
}

static void
put_state_detail(struct text_messages *view, const struct pfsync_message *message)
{
	char text[LINE_MAX_BYTES];

	pfsync_text_windows(text, sizeof(text), message);
	put_detail(view, text);
	pfsync_text_age(text, sizeof(text), message);
	put_detail(view, text);
	if (view->style.verbose > 1) {
		pfsync_text_id(text, sizeof(text), message);
		put_detail(view, text);
		pfsync_text_origif(text, sizeof(text), message);
		put_detail(view, text);
	}
}

static void
put_clr(struct text_messages *view, const struct pfsync_message *message)
{
	char name[4 * PFSYNC_IFNAMSIZ + 1];

	put_id(view, message);
	if (pfsync_has(message, PFSYNC_F_CLR_IFNAME) && message->u.clr.ifname[0] != '\0') {
		pfsync_text_name(name, sizeof(name), message->u.clr.ifname, PFSYNC_IFNAMSIZ);
		out_printf(view->out, " interface: %s", name);
	}
}

static void
put_bus(struct text_messages *view, const struct pfsync_message *message)
{
	char text[LINE_MAX_BYTES];
	const char *status;

	put_id(view, message);
	if (pfsync_has(message, PFSYNC_F_BUS_ENDTIME)) {
		pfsync_text_duration(text, sizeof(text), message->u.bus.endtime_s);
		out_printf(view->out, " age: %s", text);
	}
	if (pfsync_has(message, PFSYNC_F_BUS_STATUS)) {
		status = pfsync_bus_status_name(message->u.bus.status);
		if (status != NULL)
			out_printf(view->out, " status: %s", status);
		else
			out_printf(view->out, " status: UNKNOWN (%u)", message->u.bus.status);
	}
}

static void
put_tdb(struct text_messages *view, const struct pfsync_message *message)
{
	const struct pfsync_tdb *tdb = &message->u.tdb;
	struct pfsync_addr addr;
	enum pfsync_af af = pfsync_tdb_dst(message, &addr);
	char text[REPORT_ADDR_MAX];

	if (pfsync_has(message, PFSYNC_F_TDB_SPI))
		out_printf(view->out, "spi: 0x%08" PRIx32, tdb->spi);
	if (af != PFSYNC_AF_UNSPEC) {
		pfsync_text_addr(text, sizeof(text), af, &addr);
		out_printf(view->out, " dst: %s", text);
	}
	if (pfsync_has(message, PFSYNC_F_TDB_SPROTO))
		out_printf(view->out, " sproto: %u", tdb->sproto);
	if (pfsync_has(message, PFSYNC_F_TDB_RPL))
		out_printf(view->out, " rpl: %" PRIu64, tdb->rpl);
	if (pfsync_has(message, PFSYNC_F_TDB_CUR_BYTES))
		out_printf(view->out, " cur_bytes: %" PRIu64, tdb->cur_bytes);
}

static void
put_request(struct text_messages *view, const struct pfsync_message *message)
{
	put_id(view, message);
	if (pfsync_has(message, PFSYNC_F_CREATORID) && message->id == 0 && message->creatorid == 0)
		out_text(view->out, " (bulk update of all states)");
}

/* FreeBSD 14 and later send one action in several records: with -v, which. */
static const char *
label(const struct text_messages *view, const struct pfsync_message *message,
    char room[LINE_MAX_BYTES])
{
	const char *action = pfsync_action_label(message->action);

	if (view->style.verbose == 0 || message->record < PFSYNC_REC_1301)
		return action;
	snprintf(room, LINE_MAX_BYTES, "%s %s", action, pfsync_record_name(message->record));
	return room;
}

static void
text_messages_message(void *self, const struct report_frame *frame, const struct report_message *m)
{
	struct text_messages *view = self;
	const struct pfsync_message *message = m->message;
	int proto = words_proto(message, frame->frame->dialect, m->proto);
	bool compressed = false, bare;
	char text[LINE_MAX_BYTES];

	out_blanks(view->out, MESSAGE_INDENT);
	/* EOF has nothing behind it, and then no blanks either. */
	bare = message->action == PFSYNC_ACT_EOF;
	text_put(view->out, view->style.colour, TEXT_CYAN, label(view, message, text),
	    bare ? 0 : LABEL_WIDTH);
	if (message->record != PFSYNC_REC_NONE) {
		pfsync_text_state(text, sizeof(text), message);
		out_text(view->out, text);
	} else {
		switch (message->action) {
		case PFSYNC_ACT_CLR:
			put_clr(view, message);
			break;
		case PFSYNC_ACT_BUS:
			put_bus(view, message);
			break;
		case PFSYNC_ACT_TDB:
			put_tdb(view, message);
			break;
		case PFSYNC_ACT_UPD_REQ:
			put_request(view, message);
			break;
		case PFSYNC_ACT_EOF:
			break;
		default:
			compressed = true;
			put_compressed(view, message, proto);
			break;
		}
	}
	out_char(view->out, '\n');
	if (view->style.verbose > 0 && message->record != PFSYNC_REC_NONE)
		put_state_detail(view, message);
	if (view->style.verbose > 0 && compressed)
		put_compressed_detail(view, message, frame->frame->dialect, proto);
	if (view->style.verbose > 2)
		text_fields(view->out, DETAIL_INDENT + MESSAGE_INDENT, message,
		    frame->frame->dialect, proto);
}

static void
text_messages_anomaly(void *self, const struct report_anomaly *anomaly)
{
	struct text_messages *view = self;

	out_blanks(view->out, MESSAGE_INDENT);
	text_put(view->out, view->style.colour, TEXT_RED, anomaly->counter, 0);
	out_text(view->out, ": frame ");
	put_file(view, anomaly->file);
	out_printf(view->out, "%" PRIu64 "%s, offset %zu: %s", anomaly->frame,
	    anomaly->below ? " (link or IP header)" : "", anomaly->offset, anomaly->text);
	if (anomaly->has_values) {
		out_printf(view->out, " (found %" PRIu32, anomaly->found);
		if (anomaly->expected != 0)
			out_printf(view->out, ", expected %" PRIu32, anomaly->expected);
		out_char(view->out, ')');
	}
	if (anomaly->lost_bytes > 0)
		out_printf(view->out, ", %zu bytes not decoded", anomaly->lost_bytes);
	out_char(view->out, '\n');
}

bool
text_messages_writer(
    struct report_writer *writer, struct out *out, const struct report_style *style)
{
	struct text_messages *view = calloc(1, sizeof(*view));

	if (view == NULL)
		return false;
	view->out = out;
	view->style = *style;
	memset(writer, 0, sizeof(*writer));
	writer->self = view;
	writer->free = free;
	writer->frame = text_messages_frame;
	writer->message = text_messages_message;
	writer->anomaly = text_messages_anomaly;
	/* The tables know the protocol of a UPD_C. */
	writer->wants_replay = true;
	return true;
}
