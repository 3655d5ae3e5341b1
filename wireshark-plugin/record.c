/*
 * record.c - one record in the tree.
 *
 * SPDX-License-Identifier: ISC
 *
 * Where a value stands comes from the row, what it is from the decoded message:
 * so old senders' swapped ports and the like show as they are meant.
 */
#include "record.h"

#include <string.h>

#include "fields.h"
#include "words.h"

/* Room for any text that libpfsync writes of a state or a name. */
#define TEXT_MAX 1024
#define ESCAPED_MAX (4 * PFSYNC_TAGSIZ + 1)

static int hf_levels = -1;
static int hf_text = -1;
static int hf_peer_state = -1;
static int hf_addr = -1;
static int hf_addr6 = -1;
static int hf_port = -1;
static int hf_sa_addr = -1;
static int hf_sa_addr6 = -1;
static gint ett_record = -1;
static gint ett_group = -1;
static gint ett_flags = -1;

void
record_register(int proto)
{
	static hf_register_info hf[] = {
	    {&hf_levels, {"Peer states", "pfsync.state.levels", FT_STRING, BASE_NONE, NULL, 0,
			     "Levels of source and destination peer, in words", HFILL}},
	    {&hf_text, {"State", "pfsync.state.text", FT_STRING, BASE_NONE, NULL, 0,
			   "The state as pfctl lists it", HFILL}},
	    {&hf_peer_state, {"state", "pfsync.peer.state", FT_UINT8, BASE_DEC, NULL, 0,
				 "State level of either peer", HFILL}},
	    {&hf_addr, {"addr", "pfsync.addr", FT_IPv4, BASE_NONE, NULL, 0,
			   "Any address of the state's keys", HFILL}},
	    {&hf_addr6, {"addr", "pfsync.addr6", FT_IPv6, BASE_NONE, NULL, 0,
			    "Any address of the state's keys", HFILL}},
	    {&hf_port, {"port", "pfsync.port", FT_UINT16, BASE_DEC, NULL, 0,
			   "Any port of the state's keys", HFILL}},
	    {&hf_sa_addr, {"Address of the SA", "pfsync.tdb.addr", FT_IPv4, BASE_NONE, NULL, 0,
			      "Destination of the SA", HFILL}},
	    {&hf_sa_addr6, {"Address of the SA", "pfsync.tdb.addr6", FT_IPv6, BASE_NONE, NULL, 0,
			       "Destination of the SA", HFILL}},
	};
	static gint *ett[] = {&ett_record, &ett_group, &ett_flags};

	proto_register_field_array(proto, hf, G_N_ELEMENTS(hf));
	proto_register_subtree_array(ett, G_N_ELEMENTS(ett));
}

static void
hide(proto_item *item)
{
	proto_item_set_hidden(item);
}

static void
generated(proto_item *item)
{
	proto_item_set_generated(item);
}

/* ------------------------------------------------------------------------
 * Numbers
 */

static int
naming_proto(const struct record_view *view)
{
	return words_proto(view->message, view->dialect, view->proto);
}

/* What to write instead of the number, or NULL. */
static const char *
word_for(const struct record_view *view, enum pfsync_field field, uint32_t value)
{
	switch (field) {
	case PFSYNC_F_SRC_STATE:
	case PFSYNC_F_DST_STATE:
		return words_level(view->message, naming_proto(view), value);
	case PFSYNC_F_TIMEOUT:
		return words_timeout(view->message, view->dialect);
	case PFSYNC_F_RT:
		return pfsync_rt_name(view->message->record, value);
	case PFSYNC_F_RULE:
	case PFSYNC_F_ANCHOR:
	case PFSYNC_F_NAT_RULE:
		return value == PFSYNC_RULE_NONE ? "none" : NULL;
	case PFSYNC_F_AF:
	case PFSYNC_F_WIRE_AF:
	case PFSYNC_F_STACK_AF:
	case PFSYNC_F_RT_AF:
		switch (pfsync_af_of((uint8_t)value)) {
		case PFSYNC_AF_INET:
			return "inet";
		case PFSYNC_AF_INET6:
			return "inet6";
		default:
			return NULL;
		}
	default:
		return NULL;
	}
}

/* Numbers that mean something else by protocol or dialect than the list of
 * words that filters know. */
static bool
word_depends(enum pfsync_field field)
{
	return field == PFSYNC_F_SRC_STATE || field == PFSYNC_F_DST_STATE ||
	       field == PFSYNC_F_TIMEOUT;
}

static void
show_flags(proto_item *item, const struct record_view *view, gint at, gint width, uint32_t value)
{
	proto_tree *tree = proto_item_add_subtree(item, ett_flags);
	const char *separator = ": ";

	for (unsigned bit = 0; bit < 16; bit++) {
		int hf = fields_hf_flag(bit);

		if (hf < 0)
			continue;
		proto_tree_add_boolean(tree, hf, view->tvb, at, width, value);
		if ((value >> bit & 1) == 0)
			continue;
		proto_item_append_text(item, "%s%s", separator, pfsync_state_flag_name(bit));
		separator = ", ";
	}
}

static void
show_wscale(proto_item *item, uint32_t value)
{
	if ((value & PFSYNC_WSCALE_FLAG) != 0)
		proto_item_append_text(item, " (shift %u)", value & PFSYNC_WSCALE_MASK);
}

static bool
is_port(enum pfsync_field field)
{
	switch (field) {
	case PFSYNC_F_WIRE_PORT0:
	case PFSYNC_F_WIRE_PORT1:
	case PFSYNC_F_STACK_PORT0:
	case PFSYNC_F_STACK_PORT1:
	case PFSYNC_F_LAN_PORT:
	case PFSYNC_F_GWY_PORT:
	case PFSYNC_F_EXT_PORT:
		return true;
	default:
		return false;
	}
}

static void
show_number(
    proto_tree *tree, const struct record_view *view, enum pfsync_field field, gint at, gint width)
{
	uint32_t value = (uint32_t)pfsync_field_number(view->message, field);
	const char *word = word_for(view, field, value);
	int hf = fields_hf(field);
	proto_item *item;

	if (word != NULL)
		item = proto_tree_add_uint_format_value(
		    tree, hf, view->tvb, at, width, value, "%s (%u)", word, value);
	else if (word_depends(field))
		item = proto_tree_add_uint_format_value(
		    tree, hf, view->tvb, at, width, value, "%u", value);
	else
		item = proto_tree_add_uint(tree, hf, view->tvb, at, width, value);
	if (field == PFSYNC_F_STATE_FLAGS)
		show_flags(item, view, at, width, value);
	else if (field == PFSYNC_F_SRC_WSCALE || field == PFSYNC_F_DST_WSCALE)
		show_wscale(item, value);
	else if (field == PFSYNC_F_SRC_STATE || field == PFSYNC_F_DST_STATE)
		hide(proto_tree_add_uint(tree, hf_peer_state, view->tvb, at, width, value));
	else if (is_port(field))
		hide(proto_tree_add_uint(tree, hf_port, view->tvb, at, width, value));
}

/* ------------------------------------------------------------------------
 * Addresses
 */

static void
add_addr(proto_tree *tree, int hf, enum pfsync_af af, tvbuff_t *tvb, gint at, gint width,
    const struct pfsync_addr *addr)
{
	if (af == PFSYNC_AF_INET) {
		ws_in4_addr in4;

		memcpy(&in4, addr->b, sizeof(in4));
		proto_tree_add_ipv4(tree, hf, tvb, at, width, in4);
	} else if (af == PFSYNC_AF_INET6) {
		ws_in6_addr in6;

		memcpy(&in6, addr->b, sizeof(in6));
		proto_tree_add_ipv6(tree, hf, tvb, at, width, &in6);
	} else {
		proto_tree_add_bytes(tree, hf, tvb, at, width, addr->b);
	}
}

static enum pfsync_af
family_of(const struct record_view *view, enum pfsync_field field)
{
	switch (field) {
	case PFSYNC_F_WIRE_ADDR0:
	case PFSYNC_F_WIRE_ADDR1:
		return pfsync_key_af(view->message, false);
	case PFSYNC_F_STACK_ADDR0:
	case PFSYNC_F_STACK_ADDR1:
		return pfsync_key_af(view->message, true);
	case PFSYNC_F_RT_ADDR:
		return words_rt_af(view->message);
	default:
		return pfsync_state_af(view->message);
	}
}

static void
show_addr(
    proto_tree *tree, const struct record_view *view, enum pfsync_field field, gint at, gint width)
{
	const struct pfsync_addr *addr = pfsync_field_ptr(view->message, field);
	enum pfsync_af af = family_of(view, field);
	int any = af == PFSYNC_AF_INET ? hf_addr : hf_addr6;

	add_addr(tree, fields_hf_addr(field, af), af, view->tvb, at, width, addr);
	if (af == PFSYNC_AF_UNSPEC || field == PFSYNC_F_RT_ADDR)
		return;
	/* The same once more, under the name that means any of them. */
	if (af == PFSYNC_AF_INET) {
		ws_in4_addr in4;

		memcpy(&in4, addr->b, sizeof(in4));
		hide(proto_tree_add_ipv4(tree, any, view->tvb, at, width, in4));
	} else {
		ws_in6_addr in6;

		memcpy(&in6, addr->b, sizeof(in6));
		hide(proto_tree_add_ipv6(tree, any, view->tvb, at, width, &in6));
	}
}

static void
show_sa_addr(proto_tree *tree, const struct record_view *view, gint at, gint width)
{
	struct pfsync_addr addr;
	enum pfsync_af af = pfsync_tdb_dst(view->message, &addr);

	proto_tree_add_bytes_format_value(tree, fields_hf(PFSYNC_F_TDB_DST), view->tvb, at, width,
	    pfsync_field_ptr(view->message, PFSYNC_F_TDB_DST), "a BSD socket address");
	if (af != PFSYNC_AF_UNSPEC)
		add_addr(tree, af == PFSYNC_AF_INET ? hf_sa_addr : hf_sa_addr6, af, view->tvb, at,
		    width, &addr);
}

/* ------------------------------------------------------------------------
 * Rows
 */

static void
show_field(proto_tree *tree, const struct record_view *view, const struct pfsync_row *row)
{
	enum pfsync_field field = (enum pfsync_field)row->field;
	const struct pfsync_field_info *info = pfsync_field_info(row->field);
	gint at = (gint)(view->record->offset + row->offset);
	gint width = row->width;
	char text[ESCAPED_MAX];

	switch (info->kind) {
	case PFSYNC_KIND_U8:
	case PFSYNC_KIND_U16:
	case PFSYNC_KIND_U32:
		show_number(tree, view, field, at, width);
		break;
	case PFSYNC_KIND_U64:
		proto_tree_add_uint64(tree, fields_hf(field), view->tvb, at, width,
		    pfsync_field_number(view->message, field));
		break;
	case PFSYNC_KIND_S32:
		proto_tree_add_int(tree, fields_hf(field), view->tvb, at, width,
		    (gint32)(int64_t)pfsync_field_number(view->message, field));
		break;
	case PFSYNC_KIND_ADDR:
		show_addr(tree, view, field, at, width);
		break;
	case PFSYNC_KIND_TEXT16:
	case PFSYNC_KIND_TEXT64:
		pfsync_text_name(
		    text, sizeof(text), pfsync_field_ptr(view->message, field), info->size_bytes);
		proto_tree_add_string(tree, fields_hf(field), view->tvb, at, width, text);
		break;
	case PFSYNC_KIND_SOCKADDR28:
		show_sa_addr(tree, view, at, width);
		break;
	default:
		break;
	}
}

/* 6e sends the flags twice (OB 11.3): the later row is the one that counts. */
static bool
comes_again(const struct pfsync_layout *layout, size_t i)
{
	for (size_t k = i + 1; k < layout->row_count; k++) {
		if (layout->rows[k].field == layout->rows[i].field)
			return true;
	}
	return false;
}

static bool
is_shown(const struct record_view *view, size_t i)
{
	const struct pfsync_layout *layout = view->record->layout;
	const struct pfsync_row *row = &layout->rows[i];

	return (size_t)row->offset + row->width <= view->record->avail &&
	       pfsync_has(view->message, (enum pfsync_field)row->field) && !comes_again(layout, i);
}

/* The rows of a key or peer stand together: a branch that covers them all. */
static size_t
show_group(proto_tree *tree, const struct record_view *view, size_t first)
{
	const struct pfsync_layout *layout = view->record->layout;
	enum field_group group = fields_group((enum pfsync_field)layout->rows[first].field);
	size_t begin = layout->rows[first].offset, end = begin;
	proto_tree *branch;
	size_t i;

	for (i = first; i < layout->row_count &&
			fields_group((enum pfsync_field)layout->rows[i].field) == group;
	     i++) {
		const struct pfsync_row *row = &layout->rows[i];

		if ((size_t)row->offset + row->width > end)
			end = (size_t)row->offset + row->width;
	}
	if (end > view->record->avail)
		end = view->record->avail;
	branch = proto_tree_add_subtree(tree, view->tvb, (gint)(view->record->offset + begin),
	    (gint)(end - begin), ett_group, NULL, fields_group_title(group));
	for (size_t k = first; k < i; k++) {
		if (is_shown(view, k))
			show_field(branch, view, &layout->rows[k]);
	}
	return i;
}

/* A lone row of a group that stands elsewhere (1500, FB 9.4) gets no branch. */
static bool
begins_group(const struct pfsync_layout *layout, size_t i)
{
	enum field_group group = fields_group((enum pfsync_field)layout->rows[i].field);

	return group != FIELD_GROUP_NONE && i + 1 < layout->row_count &&
	       fields_group((enum pfsync_field)layout->rows[i + 1].field) == group;
}

static void
show_rows(proto_tree *tree, const struct record_view *view)
{
	const struct pfsync_layout *layout = view->record->layout;
	size_t i = 0;

	while (i < layout->row_count) {
		if (layout->rows[i].offset >= view->record->avail) {
			i++; /* cut off; a later row may stand in front of it */
		} else if (begins_group(layout, i)) {
			i = show_group(tree, view, i);
		} else {
			if (is_shown(view, i))
				show_field(tree, view, &layout->rows[i]);
			i++;
		}
	}
}

/* ------------------------------------------------------------------------
 * The record
 */

/* The message with the protocol that the tables know, for naming levels. */
static void
levels_text(char out[TEXT_MAX], const struct record_view *view)
{
	struct pfsync_message named = *view->message;

	if (!pfsync_has(&named, PFSYNC_F_PROTO) && naming_proto(view) >= 0) {
		named.u.state.proto = (uint8_t)naming_proto(view);
		pfsync_has_set(&named, PFSYNC_F_PROTO);
	}
	pfsync_text_levels(out, TEXT_MAX, &named, false);
}

static bool
has_peers(const struct pfsync_message *message)
{
	return pfsync_has(message, PFSYNC_F_SRC_STATE) && pfsync_has(message, PFSYNC_F_DST_STATE);
}

static void
label(proto_item *item, const struct record_view *view)
{
	const struct pfsync_message *message = view->message;
	char text[TEXT_MAX];

	proto_item_append_text(item, " %u", view->record->index + 1);
	if (message->record != PFSYNC_REC_NONE) {
		pfsync_text_state(text, sizeof(text), message);
		proto_item_append_text(item, ": %s", text);
		return;
	}
	if (message->action == PFSYNC_ACT_UPD_REQ && message->id == 0 && message->creatorid == 0) {
		proto_item_append_text(item, ": asks for all states");
		return;
	}
	if (pfsync_has(message, PFSYNC_F_ID))
		proto_item_append_text(item, ": id %016" PRIx64, message->id);
	if (pfsync_has(message, PFSYNC_F_CREATORID))
		proto_item_append_text(item, " creatorid %08x", message->creatorid);
	if (has_peers(message)) {
		levels_text(text, view);
		proto_item_append_text(item, ", %s", text);
	}
}

proto_tree *
record_show(proto_tree *tree, const struct record_view *view)
{
	const struct pfsync_message *message = view->message;
	gint at = (gint)view->record->offset;
	gint length = (gint)view->record->avail;
	char text[TEXT_MAX];
	proto_item *item;
	proto_tree *branch = proto_tree_add_subtree(
	    tree, view->tvb, at, length, ett_record, &item, pfsync_action_name(message->action));

	label(item, view);
	if (message->record != PFSYNC_REC_NONE) {
		pfsync_text_state(text, sizeof(text), message);
		generated(proto_tree_add_string(branch, hf_text, view->tvb, at, length, text));
	}
	if (has_peers(message)) {
		levels_text(text, view);
		generated(proto_tree_add_string(branch, hf_levels, view->tvb, at, length, text));
	}
	show_rows(branch, view);
	return branch;
}
