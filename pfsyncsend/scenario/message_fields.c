/*
 * message_fields.c - the fields of a message, from its JSON.
 *
 * SPDX-License-Identifier: ISC
 */
#include "message_fields.h"

#include <string.h>

#include "message_words.h"

/* Of a line of pfsyncdump, and of every message. */
static const char *const common_keys[] = {"comment", "type", "schema_version", "tool_version",
    "file", "frame", "time", "ip_src", "ip_dst", "dialect", "action", "action_number", "record",
    "section", "index", "id", "creatorid", NULL};
/* Of messages about states, beside the fields. */
static const char *const state_keys[] = {"state", "tcp", "udp", "icmp", "sctp", "flow", "nat",
    "rdr", "af", "proto_name", "direction", "rt", "timeout", "state_flags",
    /* Of a line about a state in a table. */
    "node", "standing", "as_of", NULL};

bool
fields_about_state(const struct reader *r)
{
	return r->range.first == PFSYNC_F_IFNAME;
}

/* A step into an array; one number, alone or in an array, stands for both elements of rtableid. */
static bool
into_array(const struct doc_at *from, const char *step, struct doc_at *to)
{
	size_t index = (size_t)(step[0] - '0');
	const bool single = doc_is_array(from) && doc_length(from) == 1;

	if (!doc_is_array(from)) {
		*to = *from;
		return from->value != NULL;
	}
	if (index >= doc_length(from) && !single)
		return false;
	*to = doc_item(from, single ? 0 : index);
	return true;
}

/* The place of a field; its places on the way are kept in `chain`. */
static struct doc_at *
find(const struct reader *r, const struct field_path *path, struct doc_at chain[FIELD_STEPS_MAX])
{
	const struct doc_at *from = r->at;

	for (size_t i = 0; i < path->count; i++) {
		const char *step = path->steps[i];
		if (step[0] == '0' || step[0] == '1') {
			if (!into_array(from, step, &chain[i]))
				return NULL;
		} else if (!doc_is_object(from) || !doc_value(from, step, &chain[i])) {
			return NULL;
		}
		from = &chain[i];
	}
	return &chain[path->count - 1];
}

static void
put_number(struct pfsync_message *m, const struct pfsync_field_info *info, uint64_t value)
{
	uint8_t *member = (uint8_t *)m + info->member_offset;
	const uint8_t value8 = (uint8_t)value;
	const uint16_t value16 = (uint16_t)value;
	const uint32_t value32 = (uint32_t)value;

	switch (info->size_bytes) {
	case 1:
		memcpy(member, &value8, 1);
		break;
	case 2:
		memcpy(member, &value16, 2);
		break;
	case 4:
		memcpy(member, &value32, 4);
		break;
	default:
		memcpy(member, &value, 8);
		break;
	}
}

static uint64_t
number_max(enum pfsync_kind kind)
{
	switch (kind) {
	case PFSYNC_KIND_U8:
		return UINT8_MAX;
	case PFSYNC_KIND_U16:
		return UINT16_MAX;
	case PFSYNC_KIND_U32:
		return UINT32_MAX;
	default:
		return UINT64_MAX;
	}
}

static bool
is_rule(int field)
{
	return field == PFSYNC_F_RULE || field == PFSYNC_F_ANCHOR || field == PFSYNC_F_NAT_RULE;
}

static void
read_number(struct reader *r, int field, const struct doc_at *at)
{
	const struct pfsync_field_info *info = pfsync_field_info(field);

	if (is_rule(field) || info->kind == PFSYNC_KIND_S32) {
		int64_t max = is_rule(field) ? UINT32_MAX : INT32_MAX;
		int64_t min = is_rule(field) ? -1 : INT32_MIN;
		put_number(r->m, info, (uint64_t)doc_at_integer(at, min, max, -1));
	} else if (field == PFSYNC_F_PROTO) {
		words_proto(at->parent, &r->m->u.state.proto);
		r->m->u.state.stack_proto = r->m->u.state.proto;
	} else {
		put_number(r->m, info, doc_at_u64(at, number_max(info->kind), 0));
	}
}

/* An address tells the family of what it belongs to. */
static void
read_addr(struct reader *r, int field, const struct doc_at *at)
{
	const struct pfsync_field_info *info = pfsync_field_info(field);
	struct pfsync_state *state = &r->m->u.state;
	struct pfsync_addr addr;
	bool ip6 = pfsync_state_af(r->m) == PFSYNC_AF_INET6;
	uint8_t af;

	if (!words_addr(at, &addr, &ip6))
		return;
	memcpy((uint8_t *)r->m + info->member_offset, &addr, sizeof(addr));
	af = ip6 ? r->context->dialect->af_inet6 : 2;
	switch (field) {
	case PFSYNC_F_WIRE_ADDR0:
		state->wire.af_number = state->af_number = af;
		break;
	case PFSYNC_F_STACK_ADDR0:
		state->stack.af_number = af;
		break;
	case PFSYNC_F_LAN_ADDR:
		state->af_number = af;
		break;
	case PFSYNC_F_RT_ADDR:
		state->rt_af_number = af;
		break;
	default:
		break;
	}
}

static bool
is_af(int field)
{
	return field == PFSYNC_F_AF || field == PFSYNC_F_WIRE_AF || field == PFSYNC_F_STACK_AF ||
	       field == PFSYNC_F_RT_AF;
}

static void
read_fields(struct reader *r, bool addresses)
{
	for (int f = r->range.first; f < r->range.end; f++) {
		const struct pfsync_field_info *info = pfsync_field_info(f);
		const struct field_path path = field_path((enum pfsync_field)f);
		struct doc_at chain[FIELD_STEPS_MAX];
		struct doc_at *at = find(r, &path, chain);
		if (at == NULL || (info->kind == PFSYNC_KIND_ADDR) != addresses)
			continue;
		if (is_af(f) && r->translated)
			continue; /* the word is right, the number another system's */
		switch (info->kind) {
		case PFSYNC_KIND_ADDR:
			read_addr(r, f, at);
			break;
		case PFSYNC_KIND_TEXT16:
		case PFSYNC_KIND_TEXT64:
			words_name(at, (char *)r->m + info->member_offset, info->size_bytes);
			break;
		case PFSYNC_KIND_SOCKADDR28:
			words_sa_dst(r->at, r->context->dialect, r->m->u.tdb.dst_sockaddr);
			break;
		default:
			read_number(r, f, at);
			break;
		}
	}
}

/* What the message says of keys or hosts alone holds for the other kind, too. */
static void
complete_keys(struct reader *r)
{
	struct pfsync_state *state = &r->m->u.state;
	const bool hosts = doc_has(r->at, "lan") || doc_has(r->at, "gwy") || doc_has(r->at, "ext");

	if (doc_has(r->at, "wire")) {
		if (!doc_has(r->at, "stack"))
			state->stack = state->wire;
		if (hosts)
			return;
		state->lan = (struct pfsync_host){state->stack.addr[1], state->stack.port[1]};
		state->gwy = (struct pfsync_host){state->wire.addr[1], state->wire.port[1]};
		state->ext = (struct pfsync_host){state->wire.addr[0], state->wire.port[0]};
	} else if (hosts) {
		if (!doc_has(r->at, "gwy"))
			state->gwy = state->lan;
		state->wire = (struct pfsync_key){{state->ext.addr, state->gwy.addr},
		    {state->ext.port, state->gwy.port}, state->wire.rdomain, state->af_number};
		state->stack = (struct pfsync_key){{state->ext.addr, state->lan.addr},
		    {state->ext.port, state->lan.port}, state->stack.rdomain, state->af_number};
	}
}

static void
read_key_af(const struct reader *r, const char *key, uint8_t *number)
{
	struct doc_at at;

	if (doc_value(r->at, key, &at) && doc_is_object(&at))
		words_af(&at, "af", r->context->dialect, number);
}

static void
read_words(struct reader *r)
{
	const struct pfsync_dialect *dialect = r->context->dialect;
	struct pfsync_state *state = &r->m->u.state;

	if (r->m->action == PFSYNC_ACT_BUS)
		words_bus_status(r->at, &r->m->u.bus.status);
	if (!fields_about_state(r))
		return;
	if (words_af(r->at, "af", dialect, &state->af_number) && !doc_has(r->at, "wire") &&
	    !doc_has(r->at, "stack"))
		state->wire.af_number = state->stack.af_number = state->af_number;
	read_key_af(r, "wire", &state->wire.af_number);
	read_key_af(r, "stack", &state->stack.af_number);
	words_direction(r->at, &state->direction);
	words_rt(r->at, r->m->record, &state->rt);
	if (words_timeout(r->at, &state->timeout) && !doc_has(r->at, "expire_s") &&
	    !doc_has(r->at, "state"))
		state->expire_s = pfsync_timeout_default_s(state->timeout);
	words_state_flags(r->at, &state->state_flags);
}

/* Levels have names by protocol and timeout, so they come last. */
static void
read_peer_words(struct reader *r, const char *key, struct pfsync_peer *peer)
{
	struct doc_at at, scrub;

	if (!doc_value(r->at, key, &at) || !doc_is_object(&at))
		return;
	if (!doc_has(&at, "state_number"))
		words_level(&at, r->m, &peer->state);
	/* Lines of pfsyncdump show scrub fields only where they are marked valid. */
	if (doc_object(&at, "scrub", &scrub) && !doc_has(&scrub, "valid"))
		peer->scrub_valid = PFSYNC_SCRUB_FLAG_VALID;
}

/* ------------------------------------------------------------------------
 * Keys
 */

static void
check_inside(const struct reader *r, const struct doc_at *at, const char *inside, bool array)
{
	struct field_names names = {.count = 0};

	if (array)
		return;
	if (!doc_is_object(at)) {
		doc_error(at, NULL, "an object is needed here");
		return;
	}
	field_names_inside(&names, r->range, inside);
	if (strcmp(inside, "src_peer") == 0 || strcmp(inside, "dst_peer") == 0)
		field_names_add(&names, "state");
	if (strcmp(inside, "wire") == 0 || strcmp(inside, "stack") == 0)
		field_names_add(&names, "af");
	doc_known(at, names.names);
}

/* Objects and arrays inside the message have known keys as well. */
static void
check_insides(const struct reader *r)
{
	struct field_names done = {.count = 0};

	for (int f = r->range.first; f < r->range.end; f++) {
		struct field_path path = field_path((enum pfsync_field)f);
		char inside[FIELD_STEPS_MAX * FIELD_STEP_MAX] = "";
		struct doc_at chain[FIELD_STEPS_MAX], *at;
		size_t steps = path.count;
		for (path.count = 1; path.count < steps; path.count++) {
			const char *next = path.steps[path.count];
			size_t before = done.count;
			if (path.count > 1)
				strcat(inside, ".");
			strcat(inside, path.steps[path.count - 1]);
			field_names_add(&done, inside);
			if (done.count == before)
				continue;
			at = find(r, &path, chain);
			if (at != NULL)
				check_inside(r, at, inside, next[0] == '0' || next[0] == '1');
		}
	}
}

void
fields_check_keys(const struct reader *r)
{
	struct field_names names = {.count = 0};

	for (size_t i = 0; common_keys[i] != NULL; i++)
		field_names_add(&names, common_keys[i]);
	if (fields_about_state(r)) {
		for (size_t i = 0; state_keys[i] != NULL; i++)
			field_names_add(&names, state_keys[i]);
	}
	if (r->m->action == PFSYNC_ACT_BUS)
		field_names_add(&names, "status");
	field_names_inside(&names, r->range, "");
	doc_known(r->at, names.names);
	check_insides(r);
}

void
fields_read(struct reader *r)
{
	struct pfsync_state *state = &r->m->u.state;

	read_fields(r, true);
	read_words(r);
	read_fields(r, false);
	if (!fields_about_state(r))
		return;
	complete_keys(r);
	read_peer_words(r, "src_peer", &state->src);
	read_peer_words(r, "dst_peer", &state->dst);
}
