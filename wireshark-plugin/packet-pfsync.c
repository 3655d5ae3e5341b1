/*
 * packet-pfsync.c - the dissector of a packet of pfsync.
 *
 * SPDX-License-Identifier: ISC
 *
 * A packet that is seen for the first time is learnt as a whole (learn.c), then
 * shown, if anybody looks: header, sections, records.  All bytes are read by
 * libpfsync within what was captured, so that Wireshark has nothing to throw.
 */
#include "packet-pfsync.h"

#include <string.h>

#include <epan/tap.h>

#include "fields.h"
#include "learn.h"
#include "links.h"
#include "problem.h"
#include "record.h"
#include "settings.h"
#include "stats.h"

/* Longest text for the Info column; what does not fit is left out. */
#define INFO_MAX 256
#define CODES_MAX 64

/* Keys of what is kept with a packet. */
#define KEY_TAP 0xffffffffU

static int proto_pfsync = -1;
static int tap_pfsync = -1;
static dissector_handle_t handle;

static int hf_action = -1;
static int hf_dialect = -1;
static int hf_certainty = -1;
static int hf_systems = -1;
static int hf_sender = -1;
static gint ett_pfsync = -1;
static gint ett_header = -1;
static gint ett_section = -1;
static gint ett_dialect = -1;

/* A packet that is being shown. */
struct show {
	tvbuff_t *tvb;
	packet_info *pinfo;
	proto_tree *tree; /* NULL if nobody looks */
	proto_item *top;
	struct endpoint endpoint;
	struct learnt *learnt;
	const struct packet_facts *facts;
	const struct mention *mention; /* of the message that comes next */
	struct pfsync_frame frame;
	struct packet_tap counts;
	const char *trouble;   /* name of the first problem */
	char codes[CODES_MAX]; /* of the findings that the packet proves */
	bool listed;           /* a section stands in the Info column */
	char info[INFO_MAX];
	size_t info_used;
};

/* ------------------------------------------------------------------------
 * The Info column: "v6 10.0.0.11: INS 2, UPD_C 14, DEL_C 1"
 */

static void
info(struct show *show, const char *text)
{
	show->info_used +=
	    g_strlcpy(show->info + show->info_used, text, sizeof(show->info) - show->info_used);
	if (show->info_used >= sizeof(show->info))
		show->info_used = sizeof(show->info) - 1;
}

/* Without printf(): this is done for every packet of a file. */
static void
info_number(struct show *show, uint32_t number)
{
	char digits[12];
	char *at = digits + sizeof(digits);

	*--at = '\0';
	do {
		*--at = (char)('0' + number % 10);
	} while ((number /= 10) != 0);
	info(show, at);
}

/* How many messages: of those that receivers refuse, as the subheader says. */
static uint32_t
announced(const struct pfsync_section *section)
{
	return section->count > 0 ? section->count : section->count_wire;
}

/* " start" or " bulk", where the action alone says too little. */
static const char *
action_detail(struct show *show, const struct pfsync_section *section)
{
	struct pfsync_frame frame = show->frame;
	struct pfsync_record record;
	struct pfsync_message message;

	if (section->action != PFSYNC_ACT_BUS && section->action != PFSYNC_ACT_UPD_REQ)
		return NULL;
	if (pfsync_record_first(&frame, section, &record) != PFSYNC_OK ||
	    pfsync_message_decode(&record, &message) != PFSYNC_OK)
		return NULL;
	if (section->action == PFSYNC_ACT_BUS)
		return pfsync_bus_status_name(message.u.bus.status);
	return message.id == 0 && message.creatorid == 0 ? "bulk" : NULL;
}

static void
info_section(struct show *show, const struct pfsync_section *section)
{
	const char *separator = show->listed ? ", " : ": ";
	const char *detail;

	if (section->action == PFSYNC_ACT_EOF)
		return;
	show->listed = true;
	info(show, separator);
	if (section->action == PFSYNC_ACT_UNKNOWN) {
		info(show, "action ");
		info_number(show, section->action_number);
		return;
	}
	info(show, pfsync_action_name(section->action));
	info(show, " ");
	detail = action_detail(show, section);
	if (detail != NULL)
		info(show, detail);
	else
		info_number(show, announced(section));
}

/* ------------------------------------------------------------------------
 * Records
 */

static gint
clipped(const struct show *show, size_t offset)
{
	return (gint)(offset < show->frame.caplen ? offset : show->frame.caplen);
}

static void
trouble(struct show *show, proto_tree *tree)
{
	const struct pfsync_problem *problem = &show->frame.problem;

	if (show->trouble == NULL)
		show->trouble = pfsync_status_name((int)problem->status);
	show->counts.anomalies++;
	problem_show(tree, show->pinfo, show->tvb, problem);
}

static void
check_values(struct show *show, proto_tree *tree, const struct pfsync_record *record,
    const struct pfsync_message *message)
{
	const char *text = NULL;

	if (pfsync_message_check(message, show->frame.dialect, &text) == PFSYNC_OK)
		return;
	if (show->trouble == NULL)
		show->trouble = pfsync_status_name(PFSYNC_BADVAL);
	show->counts.anomalies++;
	problem_show_badval(tree, show->pinfo, show->tvb, record->offset, record->avail,
	    text != NULL ? text : "values that no kernel accepts");
}

static void
count_bulk(struct show *show, const struct mention *mention)
{
	if (mention->bulk == NULL)
		return;
	if (mention->action == PFSYNC_ACT_UPD)
		show->counts.bulk_states++;
	else if (mention->action == PFSYNC_ACT_BUS && mention->bulk->end_frame == mention->frame)
		show->counts.bulk_ends++;
	else if (mention->action == PFSYNC_ACT_BUS)
		show->counts.bulk_starts++;
}

static void
show_message(struct show *show, proto_tree *tree, const struct pfsync_record *record)
{
	const struct mention *mention = show->mention;
	struct pfsync_message message;
	struct record_view view = {
	    .tvb = show->tvb,
	    .pinfo = show->pinfo,
	    .dialect = show->frame.dialect,
	    .record = record,
	    .message = &message,
	    .proto = -1,
	};
	proto_tree *branch = NULL;

	show->counts.messages++;
	show->counts.actions[record->action]++;
	if (mention != NULL) {
		show->mention = mention->next;
		view.proto = mention->proto;
		count_bulk(show, mention);
	}
	if (tree == NULL && !show->facts->bad_values)
		return;
	if (pfsync_message_decode(record, &message) != PFSYNC_OK)
		return;
	if (tree != NULL) {
		branch = record_show(tree, &view);
		if (mention != NULL)
			links_show(branch, show->tvb, mention);
	}
	check_values(show, branch, record, &message);
}

/* ------------------------------------------------------------------------
 * Header and sections
 */

/* The rows of a header, out of the structure that was filled from them. */
static void
show_header_rows(proto_tree *tree, const struct show *show, const struct pfsync_layout *layout,
    size_t at, const void *from)
{
	for (size_t i = 0; tree != NULL && i < layout->row_count; i++) {
		const struct pfsync_row *row = &layout->rows[i];
		const struct pfsync_field_info *field = pfsync_header_field_info(row->field);
		const uint8_t *member = (const uint8_t *)from + field->member_offset;
		int hf = fields_hf_header((enum pfsync_header_field)row->field);
		gint start = (gint)(at + row->offset);
		uint16_t number = *member;

		if (field->kind == PFSYNC_KIND_BYTES16) {
			if (show->frame.header.has_cksum)
				proto_tree_add_bytes(
				    tree, hf, show->tvb, start, row->width, member);
			continue;
		}
		if (field->kind == PFSYNC_KIND_U16)
			memcpy(&number, member, sizeof(number));
		proto_tree_add_uint(tree, hf, show->tvb, start, row->width, number);
	}
}

static void
show_action(proto_tree *tree, const struct show *show, const struct pfsync_section *section)
{
	/* Where the row of the number stands: byte 0 of a subheader, 2 of a header. */
	const struct pfsync_layout *layout = pfsync_subheader_layout(show->frame.dialect);
	bool sub = layout != NULL;

	if (!sub)
		layout = pfsync_header_layout(show->frame.dialect);
	for (size_t i = 0; tree != NULL && i < layout->row_count; i++) {
		const struct pfsync_row *row = &layout->rows[i];

		if (row->field == (sub ? PFSYNC_H_SECTION_ACTION : PFSYNC_H_ACTION))
			proto_tree_add_string_format_value(tree, hf_action, show->tvb,
			    (gint)(section->offset + row->offset), row->width,
			    pfsync_action_name(section->action), "%s, %s",
			    pfsync_action_name(section->action),
			    pfsync_action_label(section->action));
	}
}

static void
show_dialect(const struct show *show)
{
	const struct pfsync_frame *frame = &show->frame;
	proto_item *item;
	proto_tree *branch;

	if (show->tree == NULL)
		return;
	item = proto_tree_add_string_format_value(show->tree, hf_dialect, show->tvb, 0, 0,
	    frame->dialect->name, "%s: %s", frame->dialect->name, frame->dialect->systems);
	proto_item_set_generated(item);
	branch = proto_item_add_subtree(item, ett_dialect);
	proto_item_set_generated(proto_tree_add_string(
	    branch, hf_certainty, show->tvb, 0, 0, pfsync_certainty_name(frame->certainty)));
	proto_item_set_generated(
	    proto_tree_add_string(branch, hf_systems, show->tvb, 0, 0, frame->dialect->systems));
}

static void
show_header(struct show *show)
{
	const struct pfsync_frame *frame = &show->frame;
	size_t length = frame->header.header_bytes;
	proto_tree *branch;

	show_dialect(show);
	if (show->tree == NULL || length == 0 || length > frame->caplen)
		return;
	branch = proto_tree_add_subtree_format(show->tree, show->tvb, 0, (gint)length, ett_header,
	    NULL, "Header, version %u", frame->header.version);
	show_header_rows(branch, show, pfsync_header_layout(frame->dialect), 0, &frame->header);
}

/* A branch for the section; its length is that of what was captured of it. */
static proto_tree *
section_branch(struct show *show, const struct pfsync_section *section)
{
	const struct pfsync_layout *sub = pfsync_subheader_layout(show->frame.dialect);
	gint start = clipped(show, sub != NULL ? section->offset : section->body_offset);
	gint end = clipped(show, section->body_offset + section->count * section->stride_bytes);
	proto_tree *branch;

	if (show->tree == NULL)
		return NULL;
	branch = proto_tree_add_subtree_format(show->tree, show->tvb, start,
	    end > start ? end - start : 0, ett_section, NULL, "%s, %u message%s",
	    pfsync_action_name(section->action), announced(section),
	    announced(section) == 1 ? "" : "s");
	if (sub != NULL)
		show_header_rows(branch, show, sub, section->offset, section);
	show_action(branch, show, section);
	return branch;
}

static void
show_frame(struct show *show)
{
	struct pfsync_reader reader;
	enum pfsync_step step;
	proto_tree *branch = NULL; /* of the section */

	pfsync_reader_begin(&reader, &show->frame);
	while ((step = pfsync_next(&reader)) != PFSYNC_STEP_END) {
		switch (step) {
		case PFSYNC_STEP_SECTION:
			info_section(show, &reader.section);
			branch = section_branch(show, &reader.section);
			break;
		case PFSYNC_STEP_RECORD:
			show_message(show, branch, &reader.record);
			break;
		case PFSYNC_STEP_BARE:
			show->counts.messages++;
			show->counts.actions[reader.section.action]++;
			break;
		default:
			trouble(show, reader.in_section ? branch : show->tree);
			break;
		}
	}
}

/* ------------------------------------------------------------------------
 * The packet
 */

static void
show_finding(const struct pfreplay_divergence *divergence, void *arg)
{
	struct show *show = arg;

	problem_show_divergence(show->tree, show->pinfo, show->tvb, divergence);
	g_strlcat(show->codes, " [", sizeof(show->codes));
	g_strlcat(show->codes, divergence->code, sizeof(show->codes));
	g_strlcat(show->codes, "]", sizeof(show->codes));
}

static void
show_judgement(struct show *show)
{
	struct judge *judge = show->learnt->judge;

	if (judge_stopped_at(judge) == show->pinfo->num)
		problem_show_stopped(show->tree, show->pinfo, show->tvb);
	/* In a first pass that nobody watches it would be lost. */
	if (show->tree != NULL || PINFO_FD_VISITED(show->pinfo))
		judge_findings(
		    judge, show->pinfo->num, PINFO_FD_VISITED(show->pinfo), show_finding, show);
}

static void
show_top(struct show *show, proto_tree *tree)
{
	if (tree == NULL)
		return;
	show->top = proto_tree_add_item(tree, proto_pfsync, show->tvb, 0, -1, ENC_NA);
	show->tree = proto_item_add_subtree(show->top, ett_pfsync);
	proto_item_set_generated(
	    proto_tree_add_string(show->tree, hf_sender, show->tvb, 0, 0, show->counts.sender));
}

static void
finish(struct show *show)
{
	if (show->trouble != NULL) {
		info(show, " [");
		info(show, show->trouble);
		info(show, "]");
	}
	info(show, show->codes);
	col_add_str(show->pinfo->cinfo, COL_INFO, show->info);
	if (show->top != NULL)
		proto_item_append_text(show->top, ", %s", show->info);
	if (have_tap_listener(tap_pfsync))
		tap_queue_packet(tap_pfsync, show->pinfo,
		    wmem_memdup(show->pinfo->pool, &show->counts, sizeof(show->counts)));
}

/* `wirelen` of a lone first fragment says nothing of where the packet ends. */
static struct packet_bytes
bytes_of(tvbuff_t *tvb, const packet_info *pinfo)
{
	struct packet_bytes packet = {
	    .bytes = (const uint8_t *)"",
	    .caplen = tvb_captured_length(tvb),
	    .wirelen = tvb_reported_length(tvb),
	};

	if (packet.caplen > 0)
		packet.bytes = tvb_get_ptr(tvb, 0, (gint)packet.caplen);
	if (pinfo->fragmented)
		packet.wirelen = UINT16_MAX;
	return packet;
}

static struct packet_facts *
facts_of(struct learnt *learnt, packet_info *pinfo, const struct packet_bytes *packet,
    const struct endpoint *endpoint)
{
	/* IP in IP may carry more than one packet of pfsync in a frame. */
	guint32 key = (guint32)pinfo->curr_layer_num;
	struct packet_facts *facts = p_get_proto_data(wmem_file_scope(), pinfo, proto_pfsync, key);

	if (facts == NULL) {
		facts = learn_packet(learnt, pinfo, packet, endpoint);
		p_add_proto_data(wmem_file_scope(), pinfo, proto_pfsync, key, facts);
	}
	return facts;
}

static int
dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
	struct packet_bytes packet = bytes_of(tvb, pinfo);
	struct show show = {.tvb = tvb, .pinfo = pinfo, .learnt = learnt_now()};
	bool tap = p_get_proto_data(pinfo->pool, pinfo, proto_pfsync, KEY_TAP) != NULL;
	struct pfsync_hint hint;
	int status;

	endpoint_of(&show.endpoint, pinfo, tvb, data, tap);
	show.facts = facts_of(show.learnt, pinfo, &packet, &show.endpoint);
	show.mention = show.facts->mentions;
	col_set_str(pinfo->cinfo, COL_PROTOCOL, "PFSYNC");
	show.counts.sender = sender_label(&show.endpoint, pinfo);
	show_top(&show, tree);

	show_judgement(&show);
	hint = show.facts->hint;
	status = pfsync_frame_open(&show.frame, packet.bytes, packet.caplen, packet.wirelen, &hint);
	info(&show, "v");
	info_number(&show, show.frame.header.version);
	info(&show, " ");
	info(&show, show.counts.sender);
	if (show.endpoint.has_ip && show.endpoint.ttl != PFSYNC_TTL && !tap) {
		show.counts.anomalies++;
		problem_show_badttl(show.tree, pinfo, tvb, show.endpoint.ttl);
	}
	if (show.frame.dialect != NULL) {
		show.counts.dialect = show.frame.dialect->name;
		show_header(&show);
	}
	if (status != PFSYNC_OK)
		trouble(&show, show.tree);
	show_frame(&show);
	finish(&show);
	return (int)tvb_captured_length(tvb);
}

/* ------------------------------------------------------------------------
 * Registration
 */

dissector_handle_t
packet_handle(void)
{
	return handle;
}

void
packet_mark_tap(packet_info *pinfo)
{
	static char yes;

	p_add_proto_data(pinfo->pool, pinfo, proto_pfsync, KEY_TAP, &yes);
}

void
packet_register(void)
{
	static hf_register_info hf[] = {
	    {&hf_action, {"Action", "pfsync.action", FT_STRING, BASE_NONE, NULL, 0,
			     "What is done with the states, by one name in all dialects", HFILL}},
	    {&hf_dialect, {"Dialect", "pfsync.dialect", FT_STRING, BASE_NONE, NULL, 0,
			      "The wire format, as docs/dialects.md calls it", HFILL}},
	    {&hf_certainty, {"Certainty", "pfsync.dialect.certainty", FT_STRING, BASE_NONE, NULL, 0,
				"certain, likely or guess", HFILL}},
	    {&hf_systems, {"Systems", "pfsync.dialect.systems", FT_STRING, BASE_NONE, NULL, 0,
			      "Who speaks it", HFILL}},
	    {&hf_sender, {"Sender", "pfsync.sender", FT_STRING, BASE_NONE, NULL, 0,
			     "Address of the firewall that sent it, or pfsync0", HFILL}},
	};
	static gint *ett[] = {&ett_pfsync, &ett_header, &ett_section, &ett_dialect};

	proto_pfsync = proto_register_protocol(
	    "pfsync, the state synchronisation protocol of pf", "PFSYNC", "pfsync");
	proto_register_field_array(proto_pfsync, hf, G_N_ELEMENTS(hf));
	proto_register_subtree_array(ett, G_N_ELEMENTS(ett));
	fields_register(proto_pfsync);
	record_register(proto_pfsync);
	links_register(proto_pfsync);
	problem_register(proto_pfsync);
	settings_register(proto_pfsync);
	tap_pfsync = register_tap("pfsync");
	stats_register();
	handle = register_dissector("pfsync", dissect, proto_pfsync);
}
