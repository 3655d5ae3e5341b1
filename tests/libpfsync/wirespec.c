/*
 * wirespec.c - compare a decoded record with what the specification says of it.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wirespec.h"

void
spec_add(struct spec *spec, const struct spec_row *row)
{
	assert_true(spec->row_count < sizeof(spec->rows) / sizeof(spec->rows[0]));
	spec->rows[spec->row_count++] = *row;
}

static void
change(struct spec *spec, enum pfsync_field field, enum spec_how how)
{
	bool found = false;

	for (size_t i = 0; i < spec->row_count; i++) {
		if (spec->rows[i].field != field)
			continue;
		spec->rows[i].how = how;
		found = true;
	}
	assert_true(found);
}

void
spec_unfilled(struct spec *spec, enum pfsync_field field)
{
	change(spec, field, SPEC_UNFILLED);
}

static void
change_scrub(struct spec *spec, enum spec_how fields, enum spec_how marker)
{
	change(spec, PFSYNC_F_SRC_SCRUB_FLAGS, fields);
	change(spec, PFSYNC_F_SRC_SCRUB_TTL, fields);
	change(spec, PFSYNC_F_SRC_SCRUB_VALID, marker);
	change(spec, PFSYNC_F_SRC_TS_MOD, fields);
	change(spec, PFSYNC_F_DST_SCRUB_FLAGS, fields);
	change(spec, PFSYNC_F_DST_SCRUB_TTL, fields);
	change(spec, PFSYNC_F_DST_SCRUB_VALID, marker);
	change(spec, PFSYNC_F_DST_TS_MOD, fields);
}

void
spec_scrub_unfilled(struct spec *spec)
{
	change_scrub(spec, SPEC_UNFILLED, SPEC_UNFILLED);
}

/* Without the marker the other three fields mean nothing (OB 4.4). */
void
spec_scrub_zero(struct spec *spec)
{
	change_scrub(spec, SPEC_ZERO, SPEC_MARKER);
}

/* OB 4.2, FB 4.2: address 16, port 2. */
void
spec_host(struct spec *spec, size_t lan, size_t gwy, size_t ext, bool swapped)
{
	SPEC(spec, BYTES, lan, 16, LAN_ADDR, u.state.lan.addr);
	SPEC(spec, BYTES, gwy, 16, GWY_ADDR, u.state.gwy.addr);
	SPEC(spec, BYTES, ext, 16, EXT_ADDR, u.state.ext.addr);
	if (swapped) {
		SPEC(spec, LE, lan + 16, 2, LAN_PORT, u.state.lan.port);
		SPEC(spec, LE, gwy + 16, 2, GWY_PORT, u.state.gwy.port);
		SPEC(spec, LE, ext + 16, 2, EXT_PORT, u.state.ext.port);
	} else {
		SPEC(spec, BE, lan + 16, 2, LAN_PORT, u.state.lan.port);
		SPEC(spec, BE, gwy + 16, 2, GWY_PORT, u.state.gwy.port);
		SPEC(spec, BE, ext + 16, 2, EXT_PORT, u.state.ext.port);
	}
}

/* OB 4.3, FB 4.3: two addresses, two ports. */
void
spec_keys(struct spec *spec, size_t wire, size_t stack)
{
	SPEC(spec, BYTES, wire, 16, WIRE_ADDR0, u.state.wire.addr[0]);
	SPEC(spec, BYTES, wire + 16, 16, WIRE_ADDR1, u.state.wire.addr[1]);
	SPEC(spec, BE, wire + 32, 2, WIRE_PORT0, u.state.wire.port[0]);
	SPEC(spec, BE, wire + 34, 2, WIRE_PORT1, u.state.wire.port[1]);
	SPEC(spec, BYTES, stack, 16, STACK_ADDR0, u.state.stack.addr[0]);
	SPEC(spec, BYTES, stack + 16, 16, STACK_ADDR1, u.state.stack.addr[1]);
	SPEC(spec, BE, stack + 32, 2, STACK_PORT0, u.state.stack.port[0]);
	SPEC(spec, BE, stack + 34, 2, STACK_PORT1, u.state.stack.port[1]);
}

#define PEER(spec, off, WHO, who)                                                                  \
	do {                                                                                       \
		SPEC(spec, BE, (off), 2, WHO##_SCRUB_FLAGS, u.state.who.scrub_flags);              \
		SPEC(spec, BE, (off) + 2, 1, WHO##_SCRUB_TTL, u.state.who.scrub_ttl);              \
		SPEC(spec, BE, (off) + 3, 1, WHO##_SCRUB_VALID, u.state.who.scrub_valid);          \
		SPEC(spec, BE, (off) + 4, 4, WHO##_TS_MOD, u.state.who.ts_mod);                    \
		SPEC(spec, BE, (off) + 8, 4, WHO##_SEQLO, u.state.who.seqlo);                      \
		SPEC(spec, BE, (off) + 12, 4, WHO##_SEQHI, u.state.who.seqhi);                     \
		SPEC(spec, BE, (off) + 16, 4, WHO##_SEQDIFF, u.state.who.seqdiff);                 \
		SPEC(spec, BE, (off) + 20, 2, WHO##_MAX_WIN, u.state.who.max_win);                 \
		SPEC(spec, BE, (off) + 22, 2, WHO##_MSS, u.state.who.mss);                         \
		SPEC(spec, BE, (off) + 24, 1, WHO##_STATE, u.state.who.state);                     \
		SPEC(spec, BE, (off) + 25, 1, WHO##_WSCALE, u.state.who.wscale);                   \
	} while (0)

/* OB 4.4, 4.5, FB 4.4, 4.5. */
void
spec_peers(struct spec *spec, size_t src, size_t dst)
{
	PEER(spec, src, SRC, src);
	PEER(spec, dst, DST, dst);
}

/* ------------------------------------------------------------------------ */

/* The number in a member of 1, 2, 4 or 8 bytes, as this machine holds it. */
static uint64_t
member_number(const struct pfsync_message *message, const struct spec_row *row)
{
	const unsigned char *p = (const unsigned char *)message + row->member;
	uint8_t u8;
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;

	switch (row->size) {
	case 1:
		memcpy(&u8, p, sizeof(u8));
		return u8;
	case 2:
		memcpy(&u16, p, sizeof(u16));
		return u16;
	case 4:
		memcpy(&u32, p, sizeof(u32));
		return u32;
	default:
		assert_int_equal(row->size, 8);
		memcpy(&u64, p, sizeof(u64));
		return u64;
	}
}

static uint64_t
wire_number(const struct spec_row *row, const uint8_t *record)
{
	const uint8_t *p = record + row->offset;
	uint64_t value = 0;

	for (unsigned i = 0; i < row->width; i++)
		value = value << 8 | p[row->how == SPEC_LE ? row->width - 1 - i : i];
	if (row->how == SPEC_DIR01)
		value++;
	if (row->how == SPEC_SHIFTED)
		value >>= 32;
	return value;
}

/* Distinct bytes everywhere; the few that steer the reading are set. */
static void
fill_record(const struct spec *spec, uint8_t *record, unsigned pass)
{
	for (size_t i = 0; i < spec->size; i++)
		record[i] = (uint8_t)(pass == 0 ? i + 1 + i / 256 * 77 : 0xfe - 3 * i - i / 256);
	for (size_t i = 0; i < spec->row_count; i++) {
		const struct spec_row *row = &spec->rows[i];
		uint8_t *p = record + row->offset;
		if (row->how == SPEC_DIR01)
			*p = (uint8_t)pass;
		else if (row->how == SPEC_SHIFTED)
			memset(p + 4, 0, 4);
		else if (row->how == SPEC_ZERO || row->how == SPEC_MARKER)
			memset(p, 0, row->width);
		else if (row->field == PFSYNC_F_SRC_SCRUB_VALID ||
			 row->field == PFSYNC_F_DST_SCRUB_VALID)
			*p = PFSYNC_SCRUB_FLAG_VALID;
	}
	for (size_t i = 0; i < spec->row_count; i++) {
		/* 6e sends the low byte of the flags twice: keep it consistent. */
		if (spec->rows[i].how == SPEC_SHADOWED)
			record[spec->rows[i].offset] = record[261];
	}
}

static void
frame_record(const struct spec *spec, const uint8_t *record, struct handmade *hand)
{
	const struct pfsync_dialect *dialect = hand_dialect(spec->dialect);
	const unsigned version = dialect->version;

	memset(hand, 0, sizeof(*hand));
	if (version < 5) {
		hand_header(hand, version, spec->action, 1);
		hand_bytes(hand, record, spec->size);
		return;
	}
	hand_header5(hand, version);
	hand_section(hand, spec->action, spec->words, 1);
	hand_bytes(hand, record, spec->size);
	if (version == 5) {
		hand_section(hand, 12, 0, 1);
		if (strcmp(spec->dialect, "openbsd-5a") == 0 ||
		    strcmp(spec->dialect, "freebsd-9") == 0)
			hand_fill(hand, 0xbb, 20);
	}
	hand_end(hand);
}

static bool
filled(enum spec_how how)
{
	return how != SPEC_UNFILLED && how != SPEC_SHADOWED && how != SPEC_ZERO;
}

static void
compare_members(
    const struct spec *spec, const uint8_t *record, const struct pfsync_message *message)
{
	struct pfsync_message wanted = {0};

	for (size_t i = 0; i < spec->row_count; i++) {
		const struct spec_row *row = &spec->rows[i];
		if (!filled(row->how))
			continue;
		pfsync_has_set(&wanted, row->field);
		if (!pfsync_has(message, row->field))
			fail_msg("%s: %s is missing", spec->dialect, row->name);
		if (row->how == SPEC_BYTES) {
			assert_int_equal(row->width, row->size);
			if (memcmp((const unsigned char *)message + row->member,
				record + row->offset, row->width) != 0)
				fail_msg(
				    "%s: %s at %zu differs", spec->dialect, row->name, row->offset);
		} else if (member_number(message, row) != wire_number(row, record)) {
			fail_msg("%s: %s at %zu is %llx, not %llx", spec->dialect, row->name,
			    row->offset, (unsigned long long)member_number(message, row),
			    (unsigned long long)wire_number(row, record));
		}
	}
	for (unsigned field = 0; field < PFSYNC_FIELD_COUNT; field++) {
		if (pfsync_has(message, (enum pfsync_field)field) &&
		    !pfsync_has(&wanted, (enum pfsync_field)field))
			fail_msg("%s: has %s, which it never fills", spec->dialect,
			    pfsync_field_info((int)field)->id);
	}
}

static void
compare_encoded(
    const struct spec *spec, const uint8_t *record, const struct pfsync_message *message)
{
	uint8_t wanted[PFSYNC_RECORD_MAX] = {0};
	uint8_t *out = malloc(spec->size);

	assert_non_null(out);
	for (size_t i = 0; i < spec->row_count; i++) {
		const struct spec_row *row = &spec->rows[i];
		if (row->how != SPEC_UNFILLED)
			memcpy(wanted + row->offset, record + row->offset, row->width);
	}
	memset(out, 0xa5, spec->size);
	assert_int_equal(
	    pfsync_message_encode(hand_dialect(spec->dialect), message, out, spec->size - 1),
	    PFSYNC_NOSPACE);
	assert_int_equal(
	    pfsync_message_encode(hand_dialect(spec->dialect), message, out, spec->size),
	    spec->size);
	for (size_t i = 0; i < spec->size; i++) {
		if (out[i] != wanted[i])
			fail_msg("%s: encoded byte %zu is %02x, not %02x", spec->dialect, i, out[i],
			    wanted[i]);
	}
	free(out);
}

static void
check_pass(const struct spec *spec, unsigned pass)
{
	uint8_t record[PFSYNC_RECORD_MAX];
	struct hand_walk walk;
	struct handmade hand;

	fill_record(spec, record, pass);
	frame_record(spec, record, &hand);
	hand_walk(&walk, &hand, spec->dialect);
	if (walk.problems != 0)
		fail_msg("%s: %s at %zu", spec->dialect, walk.problem.text, walk.problem.offset);
	assert_int_equal(walk.message_count, 1);
	assert_int_equal(walk.messages[0].action_number, spec->action);
	assert_int_equal(walk.first.layout->size_bytes, spec->size);
	assert_int_equal(walk.first.stride_bytes, spec->size);
	compare_members(spec, record, &walk.messages[0]);
	compare_encoded(spec, record, &walk.messages[0]);
}

void
spec_check(const struct spec *spec)
{
	assert_true(spec->size <= PFSYNC_RECORD_MAX);
	check_pass(spec, 0);
	check_pass(spec, 1);
	for (size_t i = 0; i < spec->row_count; i++) {
		struct spec unmarked = *spec;
		if (spec->rows[i].field != PFSYNC_F_SRC_SCRUB_VALID || spec->rows[i].how != SPEC_BE)
			continue;
		/* The same bytes without the marker: they mean nothing (OB 4.4). */
		change_scrub(&unmarked, SPEC_UNFILLED, SPEC_MARKER);
		check_pass(&unmarked, 0);
	}
}
