/*
 * links.c - what follow.h knows of a message, as generated fields.
 *
 * SPDX-License-Identifier: ISC
 */
#include "links.h"

static int hf_stream = -1;
static int hf_proto = -1;
static int hf_previous = -1;
static int hf_next = -1;
static int hf_inserted = -1;
static int hf_deleted = -1;
static int hf_answered = -1;
static int hf_answers = -1;
static int hf_acked = -1;
static int hf_acks = -1;
static int hf_bulk = -1;
static int hf_bulk_request = -1;
static int hf_bulk_tries = -1;
static int hf_bulk_start = -1;
static int hf_bulk_end = -1;
static int hf_bulk_states = -1;
static gint ett_bulk = -1;

#define FRAME(kind) FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_##kind), 0

void
links_register(int proto)
{
	static hf_register_info hf[] = {
	    {&hf_stream, {"Stream", "pfsync.state.stream", FT_UINT32, BASE_DEC, NULL, 0,
			     "Number of the state (id and creatorid) in this file", HFILL}},
	    {&hf_proto,
		{"Protocol from table", "pfsync.state.table_proto", FT_UINT8, BASE_DEC, NULL, 0,
		    "IP protocol of the state, from an earlier full record", HFILL}},
	    {&hf_previous,
		{"Previous message of this state", "pfsync.state.previous_frame", FRAME(NONE),
		    "The frame before this one that speaks of this state", HFILL}},
	    {&hf_next, {"Next message of this state", "pfsync.state.next_frame", FRAME(NONE),
			   "The frame behind this one that speaks of this state", HFILL}},
	    {&hf_inserted, {"Inserted in", "pfsync.state.insert_frame", FRAME(NONE),
			       "The latest insert of this state up to this frame", HFILL}},
	    {&hf_deleted, {"Deleted in", "pfsync.state.delete_frame", FRAME(NONE),
			      "The last delete of this state", HFILL}},
	    {&hf_answered, {"Answered in", "pfsync.request.answer_frame", FRAME(RESPONSE),
			       "The full state that answers this request", HFILL}},
	    {&hf_answers, {"Answers the request in", "pfsync.request.frame", FRAME(REQUEST),
			      "The request that this full state answers", HFILL}},
	    {&hf_acked, {"Acknowledged in", "pfsync.ack.frame", FRAME(ACK),
			    "The acknowledgement of this insert", HFILL}},
	    {&hf_acks, {"Acknowledges the insert in", "pfsync.ack.insert_frame", FRAME(ACK),
			   "The insert that is acknowledged", HFILL}},
	    {&hf_bulk, {"Bulk transfer", "pfsync.bulk", FT_UINT32, BASE_DEC, NULL, 0,
			   "Number of the bulk transfer in this file", HFILL}},
	    {&hf_bulk_request, {"Requested in", "pfsync.bulk.request_frame", FRAME(REQUEST),
				   "The first request of this bulk transfer", HFILL}},
	    {&hf_bulk_tries, {"Requests", "pfsync.bulk.tries", FT_UINT32, BASE_DEC, NULL, 0,
				 "How often it was asked for", HFILL}},
	    {&hf_bulk_start, {"Started in", "pfsync.bulk.start_frame", FRAME(RESPONSE),
				 "BUS start of this bulk transfer", HFILL}},
	    {&hf_bulk_end, {"Ended in", "pfsync.bulk.end_frame", FRAME(RESPONSE),
			       "BUS end of this bulk transfer", HFILL}},
	    {&hf_bulk_states, {"States sent", "pfsync.bulk.states", FT_UINT32, BASE_DEC, NULL, 0,
				  "Full updates that were sent between start and end", HFILL}},
	};
	static gint *ett[] = {&ett_bulk};

	proto_register_field_array(proto, hf, G_N_ELEMENTS(hf));
	proto_register_subtree_array(ett, G_N_ELEMENTS(ett));
}

static void
add(proto_tree *tree, int hf, tvbuff_t *tvb, uint32_t value)
{
	proto_item_set_generated(proto_tree_add_uint(tree, hf, tvb, 0, 0, value));
}

/* A frame, unless there is none. */
static void
add_frame(proto_tree *tree, int hf, tvbuff_t *tvb, uint32_t frame)
{
	if (frame != 0)
		add(tree, hf, tvb, frame);
}

static void
show_bulk(proto_tree *tree, tvbuff_t *tvb, const struct bulk *bulk)
{
	proto_item *item = proto_tree_add_uint(tree, hf_bulk, tvb, 0, 0, bulk->number);
	proto_tree *branch = proto_item_add_subtree(item, ett_bulk);

	proto_item_set_generated(item);
	add_frame(branch, hf_bulk_request, tvb, bulk->request_frame);
	if (bulk->tries > 0)
		add(branch, hf_bulk_tries, tvb, bulk->tries);
	add_frame(branch, hf_bulk_start, tvb, bulk->start_frame);
	add_frame(branch, hf_bulk_end, tvb, bulk->end_frame);
	add(branch, hf_bulk_states, tvb, bulk->states);
}

static void
show_other(proto_tree *tree, tvbuff_t *tvb, const struct mention *mention)
{
	const struct mention *other = mention->other;

	if (other == NULL)
		return;
	if (mention_answers(mention))
		add(tree, mention->action == PFSYNC_ACT_INS_ACK ? hf_acks : hf_answers, tvb,
		    other->frame);
	else
		add(tree, mention->action == PFSYNC_ACT_UPD_REQ ? hf_answered : hf_acked, tvb,
		    other->frame);
}

static void
show_stream(proto_tree *tree, tvbuff_t *tvb, const struct mention *mention)
{
	const struct stream *stream = mention->stream;

	add(tree, hf_stream, tvb, stream->number);
	if (mention->action == PFSYNC_ACT_UPD_C && mention->proto >= 0) {
		const char *name = pfsync_proto_name((unsigned)mention->proto);
		proto_item *item = proto_tree_add_uint_format_value(tree, hf_proto, tvb, 0, 0,
		    (guint)mention->proto, "%s (%d)", name != NULL ? name : "other",
		    mention->proto);
		proto_item_set_generated(item);
	}
	if (mention->insert != NULL && mention->insert->frame != mention->frame)
		add(tree, hf_inserted, tvb, mention->insert->frame);
	add_frame(tree, hf_previous, tvb, mention_previous_frame(mention));
	add_frame(tree, hf_next, tvb, mention_next_frame(mention));
	if (stream->delete_frame > mention->frame)
		add(tree, hf_deleted, tvb, stream->delete_frame);
}

void
links_show(proto_tree *tree, tvbuff_t *tvb, const struct mention *mention)
{
	if (mention->stream != NULL)
		show_stream(tree, tvb, mention);
	show_other(tree, tvb, mention);
	if (mention->bulk != NULL)
		show_bulk(tree, tvb, mention->bulk);
}
