/*
 * json_plan.c - a message as JSON members, by a plan made from fields.def.
 *
 * SPDX-License-Identifier: ISC
 */
#include "json_plan.h"

#include <stdlib.h>

#include "json_plan_make.h"
#include "json_stream.h"
#include "json_words.h"
#include "words.h"

/*
 * Messages of one capture have few different sets of fields; more come only
 * from records that are cut off.  Then plans are made anew.
 */
#define PLAN_COUNT 64

struct json_plans {
	unsigned next;          /* plan to give up when all are in use */
	struct json_plan *last; /* the one used before: nearly always right again */
	struct json_plan plans[PLAN_COUNT];
};

struct json_plans *
json_plans_new(void)
{
	struct json_plans *plans = calloc(1, sizeof(*plans));

	if (plans != NULL)
		plans->last = &plans->plans[0];
	return plans;
}

void
json_plans_free(struct json_plans *plans)
{
	free(plans);
}

size_t
json_plan_room(void)
{
	return PLAN_TEXT + JSON_LITERAL_STEP + (size_t)PLAN_OPS * JSON_ADDR_MAX +
	       4 * (size_t)JSON_NAME_MAX(PFSYNC_TAGSIZ) + JSON_WORD_MAX;
}

/* The plan for messages with these fields, made if it is not there. */
static const struct json_plan *
plan_for(struct json_plans *plans, const struct pfsync_fields *fields)
{
	struct json_plan *plan = plans->last;
	unsigned i;

	if (plan->used && plan->has.bits[0] == fields->bits[0] &&
	    plan->has.bits[1] == fields->bits[1])
		return plan;
	for (i = 0; i < PLAN_COUNT && plans->plans[i].used; i++) {
		plan = &plans->plans[i];
		if (plan->has.bits[0] == fields->bits[0] && plan->has.bits[1] == fields->bits[1]) {
			plans->last = plan;
			return plan;
		}
	}
	if (i == PLAN_COUNT) {
		i = plans->next;
		plans->next = (plans->next + 1) % PLAN_COUNT;
	}
	plans->last = &plans->plans[i];
	json_plan_make(plans->last, fields);
	return plans->last;
}

/* v1 .. v3 say lan, gwy and ext; the keys of today follow from them. */
static void
derive_keys(struct pfsync_message *message)
{
	static const enum pfsync_field fields[] = {PFSYNC_F_WIRE_ADDR0, PFSYNC_F_WIRE_ADDR1,
	    PFSYNC_F_WIRE_PORT0, PFSYNC_F_WIRE_PORT1, PFSYNC_F_STACK_ADDR0, PFSYNC_F_STACK_ADDR1,
	    PFSYNC_F_STACK_PORT0, PFSYNC_F_STACK_PORT1};

	if (!pfsync_state_keys(message, &message->u.state.wire, &message->u.state.stack))
		return;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		pfsync_has_set(message, fields[i]);
}

char *
json_plan_write(struct json_plans *plans, char *at, const struct pfsync_message *message,
    const struct pfsync_dialect *dialect, int proto, bool with_proto)
{
	struct pfsync_message derived;
	const struct json_plan *plan;
	const char *text;
	int naming;

	if (pfsync_has(message, PFSYNC_F_LAN_ADDR)) {
		derived = *message;
		derive_keys(&derived);
		message = &derived;
	}
	naming = words_proto(message, dialect, proto);
	plan = plan_for(plans, &message->has);
	text = plan->text;
	for (const struct json_op *op = plan->ops;; op++) {
		const char *member = (const char *)message + op->member;

		at = json_put_literal(at, text + op->text, op->length);
		/* Members have exactly these types, see pfsync_field_number(). */
		switch ((enum op_kind)op->kind) {
		case OP_END:
			if (with_proto && proto >= 0 && !pfsync_has(message, PFSYNC_F_PROTO)) {
				at =
				    json_put_u64(json_put_text(at, ",\"proto\":"), (unsigned)proto);
				at = json_put_proto_name(at, (unsigned)proto);
			}
			return at;
		case OP_U8:
			at = json_put_u64(at, *(const uint8_t *)member);
			break;
		case OP_U16:
			at = json_put_u64(at, *(const uint16_t *)(const void *)member);
			break;
		case OP_U32:
			at = json_put_u64(at, *(const uint32_t *)(const void *)member);
			break;
		case OP_U64:
			at = json_put_u64(at, *(const uint64_t *)(const void *)member);
			break;
		case OP_S32:
			at = json_put_s64(at, *(const int32_t *)(const void *)member);
			break;
		case OP_HEX64:
			at = json_put_hex(at, message->id, 16);
			break;
		case OP_HEX32:
			at = json_put_hex(at, message->creatorid, 8);
			break;
		case OP_RULE:
			at = json_put_rule(at, *(const uint32_t *)(const void *)member);
			break;
		case OP_ADDR_STATE:
			at = json_put_addr(at, pfsync_state_af(message),
			    (const struct pfsync_addr *)(const void *)member);
			break;
		case OP_ADDR_WIRE:
			at = json_put_addr(at, pfsync_key_af(message, false),
			    (const struct pfsync_addr *)(const void *)member);
			break;
		case OP_ADDR_STACK:
			at = json_put_addr(at, pfsync_key_af(message, true),
			    (const struct pfsync_addr *)(const void *)member);
			break;
		case OP_ADDR_RT:
			at = json_put_addr(at, words_rt_af(message),
			    (const struct pfsync_addr *)(const void *)member);
			break;
		case OP_NAME:
			at = json_put_name(at, member, op->width);
			break;
		case OP_AF:
			at = json_put_af(at, pfsync_state_af(message));
			break;
		case OP_AF_WIRE:
			at = json_put_af(at, pfsync_key_af(message, false));
			break;
		case OP_AF_STACK:
			at = json_put_af(at, pfsync_key_af(message, true));
			break;
		case OP_PROTO_NAME:
			at = json_put_proto_name(at, message->u.state.proto);
			break;
		case OP_SRC_STATE:
			at = json_put_level(at, message, naming, message->u.state.src.state);
			break;
		case OP_DST_STATE:
			at = json_put_level(at, message, naming, message->u.state.dst.state);
			break;
		case OP_DIRECTION:
			at = json_put_direction(at, message->u.state.direction);
			break;
		case OP_TIMEOUT:
			at = json_put_timeout_name(at, words_timeout(message, dialect));
			break;
		case OP_FLAGS:
			at = json_put_state_flags(at, message->u.state.state_flags);
			break;
		case OP_RT:
			at = json_put_rt(at, message->record, message->u.state.rt);
			break;
		case OP_BUS_STATUS:
			at = json_put_bus_status(at, message->u.bus.status);
			break;
		case OP_TDB_DST:
			at = json_put_tdb_dst(at, message);
			break;
		}
	}
}
