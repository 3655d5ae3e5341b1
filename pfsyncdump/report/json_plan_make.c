/*
 * json_plan_make.c - from the names of the field table to a plan.
 *
 * SPDX-License-Identifier: ISC
 */
#include "json_plan_make.h"

#include <stdlib.h>
#include <string.h>

/* Steps of a path such as "src.scrub.ttl", and their longest name. */
#define PATH_DEPTH 4
#define STEP_MAX 32

struct maker {
	struct json_plan *plan;
	size_t op_count;
	size_t text_used;
	size_t text_start;               /* of the text not yet in a step */
	char open[PATH_DEPTH][STEP_MAX]; /* objects and arrays we are in */
	bool array[PATH_DEPTH];
	size_t depth;
	bool first; /* the innermost of them is still empty */
};

static void
add_text(struct maker *m, const char *text)
{
	size_t length = strlen(text);

	if (m->text_used + length > PLAN_TEXT)
		abort(); /* a field table this long needs a larger PLAN_TEXT */
	memcpy(m->plan->text + m->text_used, text, length);
	m->text_used += length;
}

static struct json_op *
add_op(struct maker *m, enum op_kind kind)
{
	struct json_op *op;

	if (m->op_count == PLAN_OPS)
		abort(); /* likewise PLAN_OPS */
	op = &m->plan->ops[m->op_count++];
	memset(op, 0, sizeof(*op));
	op->kind = (uint8_t)kind;
	op->text = (uint16_t)m->text_start;
	op->length = (uint16_t)(m->text_used - m->text_start);
	m->text_start = m->text_used;
	return op;
}

static bool
has(const struct maker *m, enum pfsync_field field)
{
	return (m->plan->has.bits[(unsigned)field / 64] >> ((unsigned)field % 64)) & 1;
}

static void
add_comma(struct maker *m)
{
	if (!m->first)
		add_text(m, ",");
	m->first = false;
}

static void
add_key(struct maker *m, const char *key)
{
	add_comma(m);
	add_text(m, "\"");
	add_text(m, key);
	add_text(m, "\":");
}

static void
close_to(struct maker *m, size_t depth)
{
	while (m->depth > depth) {
		const char *name = m->open[--m->depth];

		/* A key's family is told also where only the state carries one. */
		if (m->depth == 0 && strcmp(name, "wire") == 0)
			add_op(m, OP_AF_WIRE);
		if (m->depth == 0 && strcmp(name, "stack") == 0)
			add_op(m, OP_AF_STACK);
		add_text(m, m->array[m->depth] ? "]" : "}");
		m->first = false;
	}
}

/* Leave and enter objects until all but the last of the steps are open. */
static void
open_path(struct maker *m, char steps[][STEP_MAX], size_t count, bool array)
{
	size_t same = 0;

	while (same < m->depth && same + 1 < count && strcmp(m->open[same], steps[same]) == 0)
		same++;
	close_to(m, same);
	while (m->depth + 1 < count) {
		add_key(m, steps[m->depth]);
		m->array[m->depth] = array && m->depth + 2 == count;
		add_text(m, m->array[m->depth] ? "[" : "{");
		memcpy(m->open[m->depth], steps[m->depth], STEP_MAX);
		m->depth++;
		m->first = true;
	}
}

static size_t
split_path(const char *name, char steps[][STEP_MAX])
{
	size_t count = 0;

	for (;;) {
		size_t length = strcspn(name, ".");

		if (count == PATH_DEPTH || length >= STEP_MAX)
			abort(); /* fields.def has deeper or longer names than this */
		memset(steps[count], 0, STEP_MAX);
		memcpy(steps[count++], name, length);
		if (name[length] == '\0')
			return count;
		name += length + 1;
	}
}

static enum op_kind
addr_op(enum pfsync_field field)
{
	switch (field) {
	case PFSYNC_F_WIRE_ADDR0:
	case PFSYNC_F_WIRE_ADDR1:
		return OP_ADDR_WIRE;
	case PFSYNC_F_STACK_ADDR0:
	case PFSYNC_F_STACK_ADDR1:
		return OP_ADDR_STACK;
	case PFSYNC_F_RT_ADDR:
		return OP_ADDR_RT;
	default:
		return OP_ADDR_STATE;
	}
}

static enum op_kind
value_op(enum pfsync_field field, enum pfsync_kind kind)
{
	if (field == PFSYNC_F_ID)
		return OP_HEX64;
	if (field == PFSYNC_F_CREATORID)
		return OP_HEX32;
	if (field == PFSYNC_F_RULE || field == PFSYNC_F_ANCHOR || field == PFSYNC_F_NAT_RULE)
		return OP_RULE;
	switch (kind) {
	case PFSYNC_KIND_U8:
		return OP_U8;
	case PFSYNC_KIND_U16:
		return OP_U16;
	case PFSYNC_KIND_U32:
		return OP_U32;
	case PFSYNC_KIND_U64:
		return OP_U64;
	case PFSYNC_KIND_S32:
		return OP_S32;
	case PFSYNC_KIND_ADDR:
		return addr_op(field);
	default:
		return OP_NAME;
	}
}

/* The word that follows a number, or OP_END. */
static enum op_kind
word_op(enum pfsync_field field)
{
	switch (field) {
	case PFSYNC_F_SRC_STATE:
		return OP_SRC_STATE;
	case PFSYNC_F_DST_STATE:
		return OP_DST_STATE;
	case PFSYNC_F_PROTO:
		return OP_PROTO_NAME;
	case PFSYNC_F_TIMEOUT:
		return OP_TIMEOUT;
	case PFSYNC_F_STATE_FLAGS:
		return OP_FLAGS;
	default:
		return OP_END;
	}
}

/* Members that are a word, and a number only if there is no word for it. */
static enum op_kind
word_instead_op(enum pfsync_field field)
{
	switch (field) {
	case PFSYNC_F_DIRECTION:
		return OP_DIRECTION;
	case PFSYNC_F_RT:
		return OP_RT;
	case PFSYNC_F_BUS_STATUS:
		return OP_BUS_STATUS;
	case PFSYNC_F_TDB_DST:
		return OP_TDB_DST;
	default:
		return OP_END;
	}
}

static void
add_field(struct maker *m, enum pfsync_field field)
{
	const struct pfsync_field_info *info = pfsync_field_info((int)field);
	char steps[PATH_DEPTH][STEP_MAX];
	char path[PFSYNC_FIELD_KEY_MAX];
	size_t count;
	enum op_kind word = word_instead_op(field);
	struct json_op *op;
	bool array;

	if (word != OP_END) {
		close_to(m, 0);
		add_op(m, word);
		return;
	}
	pfsync_field_key((int)field, path);
	count = split_path(path, steps);
	array = steps[count - 1][0] >= '0' && steps[count - 1][0] <= '9';
	open_path(m, steps, count, array);
	if (array)
		add_comma(m);
	else
		add_key(m, steps[count - 1]);
	op = add_op(m, value_op(field, info->kind));
	op->member = info->member_offset;
	op->width = info->size_bytes;
	word = word_op(field);
	if (word != OP_END)
		add_op(m, word);
}

void
json_plan_make(struct json_plan *plan, const struct pfsync_fields *fields)
{
	struct maker m = {.plan = plan};

	plan->has = *fields;
	plan->used = true;
	for (int f = 0; f < PFSYNC_FIELD_COUNT; f++) {
		/* 1500 has no family of the state, only the keys' (FB 9.4). */
		if (f == PFSYNC_F_AF && (has(&m, PFSYNC_F_AF) || has(&m, PFSYNC_F_WIRE_AF))) {
			close_to(&m, 0);
			add_op(&m, OP_AF);
		}
		/* Without the marker the scrub fields are absent anyway (OB 4.4). */
		if (f != PFSYNC_F_SRC_SCRUB_VALID && f != PFSYNC_F_DST_SCRUB_VALID &&
		    has(&m, (enum pfsync_field)f))
			add_field(&m, (enum pfsync_field)f);
	}
	close_to(&m, 0);
	add_op(&m, OP_END);
}
