/*
 * message_read.c - messages from JSON.
 *
 * SPDX-License-Identifier: ISC
 */
#include "message_read.h"

#include <string.h>

#include "flow.h"
#include "flow_read.h"
#include "message_fields.h"
#include "message_words.h"

enum { PROTO_ICMP = 1, PROTO_TCP = 6, PROTO_UDP = 17, PROTO_ICMP6 = 58, PROTO_SCTP = 132 };
enum { NAME_MAX_BYTES = 256 };

static bool
full_state(enum pfsync_action action)
{
	return action == PFSYNC_ACT_INS || action == PFSYNC_ACT_UPD || action == PFSYNC_ACT_DEL;
}

/* ------------------------------------------------------------------------
 * Action and record
 */

/* Names of what the dialect can say, for people. */
static void
list_actions(const struct pfsync_dialect *dialect, char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	for (int action = 0; action < PFSYNC_ACT_EOF; action++) {
		int number =
		    pfsync_action_number(dialect, (enum pfsync_action)action, PFSYNC_REC_NONE);
		if (number < 0 || dialect->layouts[dialect->actions[number].slot] == NULL)
			continue;
		snprintf(out + used, size - used, "%s%s", used > 0 ? ", " : "",
		    pfsync_action_name((enum pfsync_action)action));
		used = strlen(out);
	}
}

static int
read_action(const struct reader *r)
{
	const struct pfsync_dialect *dialect = r->context->dialect;
	const char *names[PFSYNC_ACT_COUNT + 1] = {NULL};
	int number;

	for (int action = 0; action < PFSYNC_ACT_UNKNOWN; action++)
		names[action] = pfsync_action_name((enum pfsync_action)action);
	if (doc_has(r->at, "action"))
		return doc_choice(r->at, "action", names, -1);
	if (!doc_has(r->at, "action_number")) {
		doc_need(r->at, "action");
		return -1;
	}
	number = (int)doc_integer(r->at, "action_number", 0, PFSYNC_ACTION_NUMBERS - 1, -1);
	if (number < 0)
		return -1;
	if (dialect->actions[number].action == PFSYNC_ACT_UNKNOWN) {
		doc_error(r->at, "action_number", "%s has no action %d", dialect->name, number);
		return -1;
	}
	return dialect->actions[number].action;
}

/* The newest record with which the dialect can say that; NONE if it cannot. */
static enum pfsync_record_kind
newest_record(const struct pfsync_dialect *dialect, enum pfsync_action action)
{
	for (int slot = PFSYNC_SLOT_STATE3; slot >= PFSYNC_SLOT_STATE; slot--) {
		const struct pfsync_layout *layout = dialect->layouts[slot];
		if (layout != NULL && pfsync_action_number(dialect, action, layout->record) >= 0)
			return layout->record;
	}
	return PFSYNC_REC_NONE;
}

static enum pfsync_record_kind
read_record(const struct reader *r, enum pfsync_action action)
{
	const struct pfsync_dialect *dialect = r->context->dialect;
	const char *names[PFSYNC_REC_COUNT + 1] = {NULL};
	int kinds[PFSYNC_REC_COUNT], choice;
	size_t count = 0;

	if (!full_state(action))
		return PFSYNC_REC_NONE;
	if (r->translated || !doc_has(r->at, "record"))
		return newest_record(dialect, action);
	for (int kind = 1; kind < PFSYNC_REC_COUNT; kind++) {
		if (pfsync_action_number(dialect, action, (enum pfsync_record_kind)kind) < 0)
			continue;
		kinds[count] = kind;
		names[count++] = pfsync_record_name((enum pfsync_record_kind)kind);
	}
	choice = doc_choice(r->at, "record", names, -1);
	return choice >= 0 ? (enum pfsync_record_kind)kinds[choice]
			   : newest_record(dialect, action);
}

/* Can the dialect say it at all? */
static bool
check_action(const struct reader *r)
{
	const struct pfsync_dialect *dialect = r->context->dialect;
	const char *key = doc_has(r->at, "action") ? "action" : "action_number";
	int number = pfsync_action_number(dialect, r->m->action, r->m->record);
	char list[NAME_MAX_BYTES];

	if (number >= 0 && dialect->layouts[dialect->actions[number].slot] != NULL)
		return true;
	list_actions(dialect, list, sizeof(list));
	/* INS_F and DEL_F have numbers, but nobody ever gave them a record (OB 12). */
	doc_error(r->at, key, "%s has no record for %s; accepted: %s%s", dialect->name,
	    pfsync_action_name(r->m->action), list,
	    number >= 0 ? "; to send its number all the same use \"wrong\"" : "");
	return false;
}

static void
read_action_number(struct reader *r)
{
	const struct pfsync_dialect *dialect = r->context->dialect;
	int number;

	r->m->action_number = UINT8_MAX; /* the encoder's choice */
	if (r->translated || !doc_has(r->at, "action_number"))
		return;
	number = (int)doc_integer(r->at, "action_number", 0, PFSYNC_ACTION_NUMBERS - 1, -1);
	if (number < 0)
		return;
	if (dialect->actions[number].action != r->m->action)
		doc_error(r->at, "action_number",
		    "not a number of %s in %s; to send a wrong one use \"wrong\"",
		    pfsync_action_name(r->m->action), dialect->name);
	else
		r->m->action_number = (uint8_t)number;
}

/* A connection for messages that say nothing of theirs. */
static struct flow
some_flow(uint8_t proto)
{
	return (struct flow){.proto = proto,
	    .direction = PFSYNC_OUT,
	    .from = {.address = {.addr = {{10, 0, 0, 2}}}, .port = 1024, .has_port = true},
	    .to = {.address = {.addr = {{192, 0, 2, 2}}}, .port = 80, .has_port = true}};
}

/* The protocol where only a timeout class hints at it (OB 14.4). */
static uint8_t
proto_of_timeout(unsigned timeout)
{
	return timeout < 6    ? PROTO_TCP
	       : timeout < 9  ? PROTO_UDP
	       : timeout < 11 ? PROTO_ICMP
	       : timeout < 14 ? 0
	       : timeout < 20 ? PROTO_TCP
			      : PROTO_SCTP;
}

static void
begin_state(struct reader *r)
{
	struct pfsync_state *state = &r->m->u.state;
	uint8_t proto = PROTO_TCP, timeout = 0;
	struct flow flow;

	if (doc_has(r->at, "timeout_number")) {
		timeout = (uint8_t)doc_integer(r->at, "timeout_number", 0, UINT8_MAX, 0);
		proto = proto_of_timeout(timeout);
	} else if (doc_has(r->at, "timeout") && words_timeout(r->at, &timeout)) {
		proto = proto_of_timeout(timeout);
	}
	words_proto(r->at, &proto);
	if (!flow_read(r->at, &flow))
		flow = some_flow(proto);
	else if (flow.proto == 0)
		flow.proto = proto;
	flow_defaults(flow.proto, r->context->dialect, r->m->action, state);
	flow_keys(&flow, r->context->dialect, state);
	if (flow.has_nat || flow.has_rdr)
		state->nat_rule = 0;
}

/* A named state may have been told in another dialect: its numbers of families. */
static void
adopt(struct reader *r)
{
	struct pfsync_state *state = &r->m->u.state;
	uint8_t *numbers[] = {&state->af_number, &state->wire.af_number, &state->stack.af_number,
	    &state->rt_af_number};
	struct flow flow;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (pfsync_af_of(*numbers[i]) == PFSYNC_AF_INET6)
			*numbers[i] = r->context->dialect->af_inet6;
	}
	if (flow_read(r->at, &flow)) {
		if (flow.proto == 0)
			flow.proto = state->proto;
		flow_keys(&flow, r->context->dialect, state);
	}
}

/* ------------------------------------------------------------------------
 * All of it
 */

static void
read_ids(struct reader *r, bool named)
{
	const struct message_context *context = r->context;
	struct pfsync_message *m = r->m;

	if (!named) {
		m->creatorid = context->hostid;
		if (m->action == PFSYNC_ACT_INS)
			m->id = ++*context->last_id;
		else if (fields_about_state(r))
			m->id = *context->last_id > 0 ? *context->last_id : 1;
		/* Nothing said: the request for everything (OB 7.2). */
		if (m->action == PFSYNC_ACT_UPD_REQ && !doc_has(r->at, "id"))
			m->id = m->creatorid = 0;
	}
	m->id = doc_hex(r->at, "id", UINT64_MAX, m->id);
	m->creatorid = (uint32_t)doc_hex(r->at, "creatorid", UINT32_MAX, m->creatorid);
}

static void
begin_other(struct reader *r)
{
	static const uint8_t somewhere[] = {16, 2, 0, 0, 203, 0, 113, 1};

	if (r->m->action == PFSYNC_ACT_BUS)
		r->m->u.bus.status = PFSYNC_BUS_START;
	if (r->m->action == PFSYNC_ACT_TDB) {
		r->m->u.tdb.spi = 0x1000;
		r->m->u.tdb.sproto = 50; /* ESP */
		memcpy(r->m->u.tdb.dst_sockaddr, somewhere, sizeof(somewhere));
	}
}

static bool
heard_elsewhere(const struct reader *r)
{
	const char *name = doc_text(r->at, "dialect", NAME_MAX_BYTES, NULL);
	const struct pfsync_dialect *dialect = name != NULL ? pfsync_dialect_by_name(name) : NULL;

	if (name != NULL && dialect == NULL)
		doc_error(
		    r->at, "dialect", "no such dialect; \"pfsyncsend --dialect help\" lists them");
	return dialect != NULL && dialect != r->context->dialect;
}

enum message_result
message_read(
    const struct doc_at *at, const struct message_context *context, struct pfsync_message *message)
{
	struct reader r = {.at = at, .context = context, .m = message};
	const char *name = doc_text(at, "state", NAME_MAX_BYTES, NULL);
	const struct pfsync_message *known =
	    name != NULL ? named_states_recall(context->named, name) : NULL;
	size_t errors = doc_error_count(at->doc);
	int action;

	r.translated = heard_elsewhere(&r);
	action = read_action(&r);
	if (action < 0)
		return MESSAGE_WRONG;
	if (action == PFSYNC_ACT_EOF)
		return MESSAGE_NONE;
	memset(message, 0, sizeof(*message));
	r.range = field_range((enum pfsync_action)action);
	if (known != NULL && fields_about_state(&r))
		*message = *known;
	memset(&message->has, 0xff, sizeof(message->has)); /* the encoder takes what it has */
	message->action = (enum pfsync_action)action;
	message->record = read_record(&r, message->action);
	if (!check_action(&r))
		return MESSAGE_WRONG;
	read_action_number(&r);
	fields_check_keys(&r);
	if (!fields_about_state(&r))
		begin_other(&r);
	else if (known != NULL)
		adopt(&r);
	else
		begin_state(&r);
	read_ids(&r, known != NULL && fields_about_state(&r));
	fields_read(&r);
	if (name != NULL && fields_about_state(&r) &&
	    !named_states_keep(context->named, name, message))
		doc_error(at, "state", "out of memory");
	return doc_error_count(at->doc) == errors && !doc_failed(at->doc) ? MESSAGE_READ
									  : MESSAGE_WRONG;
}
