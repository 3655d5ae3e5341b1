/*
 * json_plan_make.h - the inside of a plan (see json_plan.h), and making one.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCDUMP_JSON_PLAN_MAKE_H
#define PFSYNCDUMP_JSON_PLAN_MAKE_H

#include <stdbool.h>

#include "json_plan.h"
#include "json_stream.h"

/*
 * Steps of a plan: ready-made text, then a value.  Those in the second group
 * write a whole member, comma and key included, or nothing; none of them
 * stands first in its object.
 */
enum op_kind {
	OP_END,
	OP_U8,
	OP_U16,
	OP_U32,
	OP_U64,
	OP_S32,
	OP_HEX64,
	OP_HEX32,
	OP_RULE,
	OP_ADDR_STATE, /* an address of the state's family, ... */
	OP_ADDR_WIRE,
	OP_ADDR_STACK,
	OP_ADDR_RT,
	OP_NAME,

	OP_AF,
	OP_AF_WIRE,
	OP_AF_STACK,
	OP_PROTO_NAME,
	OP_SRC_STATE,
	OP_DST_STATE,
	OP_DIRECTION,
	OP_TIMEOUT,
	OP_FLAGS,
	OP_RT,
	OP_BUS_STATUS,
	OP_TDB_DST
};

struct json_op {
	uint16_t text; /* offset in the plan's text */
	uint16_t length;
	uint16_t member; /* offset in struct pfsync_message */
	uint8_t kind;
	uint8_t width; /* bytes of a name */
};

/* Largest plans: every field, its word, and what closes the last object. */
#define PLAN_OPS (2 * PFSYNC_FIELD_COUNT + 8)
#define PLAN_TEXT 4096

struct json_plan {
	struct pfsync_fields has;
	bool used;
	struct json_op ops[PLAN_OPS];
	/* One step more, because literals are copied in steps. */
	char text[PLAN_TEXT + JSON_LITERAL_STEP];
};

/* The plan for messages that have just these fields. */
void json_plan_make(struct json_plan *plan, const struct pfsync_fields *fields);

#endif
