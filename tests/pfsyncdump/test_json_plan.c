/*
 * test_json_plan.c - every field of every layout arrives in the line.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "json_plan.h"
#include "random_message.h"
#include "words.h"

#define ROUNDS 12

struct lines {
	struct json_plans *plans;
	char *room;
};

static int
setup(void **state)
{
	struct lines *lines = calloc(1, sizeof(*lines));

	assert_non_null(lines);
	lines->plans = json_plans_new();
	/* Exactly what is promised, so that the sanitizer sees a byte more. */
	lines->room = malloc(json_plan_room());
	assert_non_null(lines->plans);
	assert_non_null(lines->room);
	*state = lines;
	return 0;
}

static int
teardown(void **state)
{
	struct lines *lines = *state;

	json_plans_free(lines->plans);
	free(lines->room);
	free(lines);
	return 0;
}

/* The members as an object. */
static json_t *
line(struct lines *lines, const struct pfsync_message *message,
    const struct pfsync_dialect *dialect, int proto)
{
	char *end = json_plan_write(lines->plans, lines->room, message, dialect, proto, true);
	size_t length = (size_t)(end - lines->room);
	char *text = malloc(length + 32);
	json_error_t error;
	json_t *object;

	assert_non_null(text);
	snprintf(text, length + 32, "{\"type\":\"x\"%.*s}", (int)length, lines->room);
	object = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	if (object == NULL)
		fail_msg("%s: %s", error.text, text);
	free(text);
	return object;
}

/* Fields whose name in a line is not that of the table, or that have none. */
static const struct {
	enum pfsync_field field;
	const char *path; /* NULL = tested on its own below */
} renamed[] = {
    {PFSYNC_F_AF, "af_number"},
    {PFSYNC_F_WIRE_AF, "wire.af_number"},
    {PFSYNC_F_STACK_AF, "stack.af_number"},
    {PFSYNC_F_RT_AF, "rt_af_number"},
    {PFSYNC_F_SRC_SCRUB_VALID, NULL},
    {PFSYNC_F_DST_SCRUB_VALID, NULL},
    {PFSYNC_F_DIRECTION, NULL},
    {PFSYNC_F_RT, NULL},
    {PFSYNC_F_BUS_STATUS, NULL},
    {PFSYNC_F_TDB_DST, NULL},
};

static const char *
path_of(enum pfsync_field field, char *room, size_t size)
{
	const char *name = pfsync_field_info((int)field)->name;

	for (size_t i = 0; i < sizeof(renamed) / sizeof(renamed[0]); i++) {
		if (renamed[i].field == field)
			return renamed[i].path;
	}
	if ((strncmp(name, "src.", 4) == 0 || strncmp(name, "dst.", 4) == 0)) {
		snprintf(room, size, "%.3s_peer%s", name, name + 3);
		return room;
	}
	return name;
}

static const json_t *
at_path(const json_t *object, const char *path)
{
	char step[64];

	while (object != NULL && *path != '\0') {
		size_t length = strcspn(path, ".");

		snprintf(step, sizeof(step), "%.*s", (int)length, path);
		object = json_is_array(object) ? json_array_get(object, (size_t)atoi(step))
					       : json_object_get(object, step);
		path += length;
		path += *path == '.';
	}
	return object;
}

static enum pfsync_af
family(const struct pfsync_message *message, enum pfsync_field field)
{
	const struct pfsync_state *state = &message->u.state;

	switch (field) {
	case PFSYNC_F_WIRE_ADDR0:
	case PFSYNC_F_WIRE_ADDR1:
		return pfsync_key_af(message, false);
	case PFSYNC_F_STACK_ADDR0:
	case PFSYNC_F_STACK_ADDR1:
		return pfsync_key_af(message, true);
	case PFSYNC_F_RT_ADDR:
		if (pfsync_has(message, PFSYNC_F_RT_AF) &&
		    pfsync_af_of(state->rt_af_number) != PFSYNC_AF_UNSPEC)
			return pfsync_af_of(state->rt_af_number);
		return pfsync_state_af(message);
	default:
		return pfsync_state_af(message);
	}
}

static void
compare(const json_t *value, const struct pfsync_message *message, enum pfsync_field field)
{
	const struct pfsync_field_info *info = pfsync_field_info((int)field);
	uint64_t number = pfsync_field_number(message, field);
	char text[4 * PFSYNC_TAGSIZ + 1];

	if (value == NULL)
		fail_msg("%s is missing", info->name);
	switch (info->kind) {
	case PFSYNC_KIND_TEXT16:
	case PFSYNC_KIND_TEXT64:
		pfsync_text_name(
		    text, sizeof(text), pfsync_field_ptr(message, field), info->size_bytes);
		assert_string_equal(json_string_value(value), text);
		return;
	case PFSYNC_KIND_ADDR:
		pfsync_text_addr(
		    text, sizeof(text), family(message, field), pfsync_field_ptr(message, field));
		assert_string_equal(json_string_value(value), text);
		return;
	default:
		break;
	}
	if (field == PFSYNC_F_ID || field == PFSYNC_F_CREATORID) {
		snprintf(text, sizeof(text), "%0*llx", field == PFSYNC_F_ID ? 16 : 8,
		    (unsigned long long)number);
		assert_string_equal(json_string_value(value), text);
		return;
	}
	assert_true(json_is_integer(value));
	if ((field == PFSYNC_F_RULE || field == PFSYNC_F_ANCHOR || field == PFSYNC_F_NAT_RULE) &&
	    number == PFSYNC_RULE_NONE)
		assert_int_equal(json_integer_value(value), -1);
	else
		assert_int_equal(json_integer_value(value), (json_int_t)number);
}

/* Every field that the message has is in the line, with its value. */
static void
compare_all(const json_t *object, const struct pfsync_message *message)
{
	char room[64];

	for (int f = 0; f < PFSYNC_FIELD_COUNT; f++) {
		const char *path;

		if (!pfsync_has(message, (enum pfsync_field)f))
			continue;
		path = path_of((enum pfsync_field)f, room, sizeof(room));
		if (path != NULL)
			compare(at_path(object, path), message, (enum pfsync_field)f);
	}
}

/* Number of numbers and strings in it. */
static size_t
leaves(const json_t *value)
{
	size_t count = 0, i;
	const char *key;
	json_t *inner;

	if (!json_is_object(value) && !json_is_array(value))
		return 1;
	if (json_is_array(value)) {
		json_array_foreach(value, i, inner) count += leaves(inner);
		return count;
	}
	json_object_foreach((json_t *)value, key, inner) count += leaves(inner);
	return count;
}

static void
test_each_layout(void **state)
{
	struct lines *lines = *state;
	struct pfsync_message message;
	uint64_t seed = 20021129;
	size_t layouts = 0;

	for (size_t d = 0; d < pfsync_dialect_count(); d++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(d);

		for (unsigned number = 0; number < PFSYNC_ACTION_NUMBERS; number++) {
			for (int round = 0; round < ROUNDS; round++) {
				json_t *object;

				if (!random_message(&seed, dialect, number, &message))
					break;
				layouts += round == 0;
				object = line(lines, &message, dialect, -1);
				compare_all(object, &message);
				json_decref(object);
			}
		}
	}
	/* The census has hundreds of them; none means that nothing was tested. */
	assert_in_range(layouts, 300, 5000);
}

/* An array's second element never comes without the first: it is cut off first. */
static void
drop_lone_seconds(struct pfsync_message *message)
{
	for (int f = 1; f < PFSYNC_FIELD_COUNT; f++) {
		const char *name = pfsync_field_info(f)->name;

		if (strcmp(name + strlen(name) - 2, ".1") == 0 &&
		    !pfsync_has(message, (enum pfsync_field)(f - 1)))
			message->has.bits[f / 64] &= ~(UINT64_C(1) << (f % 64));
	}
}

/* Fields that a cut record lacks are absent, and the rest is still JSON. */
static void
test_any_set_of_fields(void **state)
{
	struct lines *lines = *state;
	const struct pfsync_dialect *dialect = pfsync_dialect_by_name("openbsd-6k");
	struct pfsync_message message;
	uint64_t seed = 5;

	assert_non_null(dialect);
	for (int round = 0; round < 3000; round++) {
		json_t *object;

		assert_true(random_message(&seed, dialect, 13, &message));
		message.has.bits[0] &= random_next(&seed) | random_next(&seed);
		message.has.bits[1] &= random_next(&seed) | random_next(&seed);
		drop_lone_seconds(&message);
		object = line(lines, &message, dialect, -1);
		compare_all(object, &message);
		json_decref(object);
	}
}

static void
test_nothing_is_made_up(void **state)
{
	struct lines *lines = *state;
	struct pfsync_message message;
	json_t *object;

	memset(&message, 0, sizeof(message));
	object = line(lines, &message, NULL, -1);
	assert_int_equal(json_object_size(object), 1);
	json_decref(object);
	pfsync_has_set(&message, PFSYNC_F_TIMEOUT);
	object = line(lines, &message, NULL, -1);
	assert_int_equal(leaves(object), 3);
	json_decref(object);
}

static void
text_is(const json_t *object, const char *path, const char *expected)
{
	const char *value = json_string_value(at_path(object, path));

	if (value == NULL && expected != NULL)
		fail_msg("%s is missing", path);
	if (expected == NULL)
		assert_null(at_path(object, path));
	else
		assert_string_equal(value, expected);
}

static struct pfsync_message
update(unsigned timeout, unsigned src, unsigned dst)
{
	struct pfsync_message message;

	memset(&message, 0, sizeof(message));
	message.action = PFSYNC_ACT_UPD_C;
	message.u.state.timeout = (uint8_t)timeout;
	message.u.state.src.state = (uint8_t)src;
	message.u.state.dst.state = (uint8_t)dst;
	pfsync_has_set(&message, PFSYNC_F_TIMEOUT);
	pfsync_has_set(&message, PFSYNC_F_SRC_STATE);
	pfsync_has_set(&message, PFSYNC_F_DST_STATE);
	return message;
}

static void
test_words_of_an_update(void **state)
{
	struct lines *lines = *state;
	struct pfsync_message message = update(2, 4, 11);
	json_t *object = line(lines, &message, NULL, -1);

	text_is(object, "timeout", "tcp.established");
	text_is(object, "src_peer.state", "ESTABLISHED");
	text_is(object, "dst_peer.state", "PROXY_SRC");
	text_is(object, "proto_name", NULL);
	assert_null(at_path(object, "proto"));
	json_decref(object);

	/* What the tables know goes before what the class tells. */
	object = line(lines, &message, NULL, 17);
	assert_int_equal(json_integer_value(at_path(object, "proto")), 17);
	text_is(object, "proto_name", "udp");
	text_is(object, "src_peer.state", NULL);
	json_decref(object);

	message = update(9, 1, 0);
	object = line(lines, &message, NULL, -1);
	text_is(object, "timeout", "icmp.first");
	text_is(object, "src_peer.state", NULL);
	json_decref(object);
}

/* OB 14.4: 22 is no class on OpenBSD. */
static void
test_class_of_the_dialect(void **state)
{
	struct lines *lines = *state;
	struct pfsync_message message = update(22, 0, 0);
	json_t *object = line(lines, &message, pfsync_dialect_by_name("openbsd-6k"), -1);

	text_is(object, "timeout", NULL);
	assert_int_equal(json_integer_value(at_path(object, "timeout_number")), 22);
	text_is(object, "src_peer.state", NULL);
	json_decref(object);
}

static void
test_words_instead_of_numbers(void **state)
{
	struct lines *lines = *state;
	struct pfsync_message message;
	json_t *object;

	memset(&message, 0, sizeof(message));
	message.record = PFSYNC_REC_V6;
	pfsync_has_set(&message, PFSYNC_F_DIRECTION);
	pfsync_has_set(&message, PFSYNC_F_RT);
	message.u.state.direction = PFSYNC_IN;
	message.u.state.rt = 1;
	object = line(lines, &message, NULL, -1);
	text_is(object, "direction", "in");
	text_is(object, "rt", "route-to");
	assert_int_equal(json_object_size(object), 3);
	json_decref(object);

	message.u.state.direction = 7;
	message.u.state.rt = 200;
	object = line(lines, &message, NULL, -1);
	assert_int_equal(json_integer_value(at_path(object, "direction_number")), 7);
	assert_int_equal(json_integer_value(at_path(object, "rt_number")), 200);
	assert_int_equal(json_object_size(object), 3);
	json_decref(object);
}

static void
test_bus_and_tdb(void **state)
{
	static const uint8_t sockaddr[] = {16, 2, 0, 0, 192, 0, 2, 9};
	struct lines *lines = *state;
	struct pfsync_message message;
	json_t *object;

	memset(&message, 0, sizeof(message));
	message.action = PFSYNC_ACT_BUS;
	pfsync_has_set(&message, PFSYNC_F_BUS_STATUS);
	message.u.bus.status = PFSYNC_BUS_END;
	object = line(lines, &message, NULL, -1);
	text_is(object, "status", "end");
	json_decref(object);
	message.u.bus.status = 9;
	object = line(lines, &message, NULL, -1);
	assert_int_equal(json_integer_value(at_path(object, "status_number")), 9);
	json_decref(object);

	memset(&message, 0, sizeof(message));
	message.action = PFSYNC_ACT_TDB;
	pfsync_has_set(&message, PFSYNC_F_TDB_DST);
	memcpy(message.u.tdb.dst_sockaddr, sockaddr, sizeof(sockaddr));
	object = line(lines, &message, NULL, -1);
	text_is(object, "sa_dst", "192.0.2.9");
	json_decref(object);
}

static void
test_state_flags(void **state)
{
	struct lines *lines = *state;
	struct pfsync_message message;
	json_t *object;

	memset(&message, 0, sizeof(message));
	pfsync_has_set(&message, PFSYNC_F_STATE_FLAGS);
	/* sloppy, no-df, and a bit without a name */
	message.u.state.state_flags = 0x0822;
	object = line(lines, &message, NULL, -1);
	assert_int_equal(json_array_size(at_path(object, "state_flags")), 2);
	text_is(object, "state_flags.0", "sloppy");
	text_is(object, "state_flags.1", "no-df");
	assert_int_equal(json_integer_value(at_path(object, "state_flags_raw")), 0x0822);
	json_decref(object);
}

/* The old form says lan, gwy, ext; wire and stack follow (OB 4.2, 4.3). */
static void
test_keys_of_old_dialects(void **state)
{
	struct lines *lines = *state;
	struct pfsync_message message;
	struct pfsync_key wire, stack;
	uint64_t seed = 3;
	char text[64];
	json_t *object;

	assert_true(random_message(&seed, pfsync_dialect_by_name("openbsd-2e"), 1, &message));
	message.u.state.af_number = 2;
	assert_true(pfsync_state_keys(&message, &wire, &stack));
	object = line(lines, &message, NULL, -1);
	for (int side = 0; side < 2; side++) {
		const struct pfsync_key *key = side == 0 ? &wire : &stack;
		const json_t *got = at_path(object, side == 0 ? "wire" : "stack");

		text_is(got, "af", "inet");
		for (size_t i = 0; i < 2; i++) {
			pfsync_text_addr(text, sizeof(text), PFSYNC_AF_INET, &key->addr[i]);
			text_is(got, i == 0 ? "addr.0" : "addr.1", text);
			assert_int_equal(
			    json_integer_value(at_path(got, i == 0 ? "port.0" : "port.1")),
			    key->port[i]);
		}
		assert_null(at_path(got, "rdomain"));
	}
	json_decref(object);
}

/* Beyond what jansson reads, numbers are still exact. */
static void
test_largest_counter(void **state)
{
	struct lines *lines = *state;
	struct pfsync_message message;
	char *end;

	memset(&message, 0, sizeof(message));
	pfsync_has_set(&message, PFSYNC_F_BYTES0);
	message.u.state.bytes[0] = UINT64_MAX;
	end = json_plan_write(lines->plans, lines->room, &message, NULL, -1, false);
	*end = '\0';
	assert_string_equal(lines->room, ",\"bytes\":[18446744073709551615]");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_each_layout),
	    cmocka_unit_test(test_any_set_of_fields),
	    cmocka_unit_test(test_nothing_is_made_up),
	    cmocka_unit_test(test_words_of_an_update),
	    cmocka_unit_test(test_class_of_the_dialect),
	    cmocka_unit_test(test_words_instead_of_numbers),
	    cmocka_unit_test(test_bus_and_tdb),
	    cmocka_unit_test(test_state_flags),
	    cmocka_unit_test(test_keys_of_old_dialects),
	    cmocka_unit_test(test_largest_counter),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
