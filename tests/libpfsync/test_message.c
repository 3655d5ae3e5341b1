/*
 * test_message.c - decode(encode(x)) == x over every dialect and message.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "generate.h"
#include "pfsync.h"

#define ROUNDS 200

static struct pfsync_record
record_of(const struct pfsync_frame *frame, const struct pfsync_dialect *dialect, unsigned number,
    const uint8_t *bytes, size_t avail)
{
	return (struct pfsync_record){
	    .frame = frame,
	    .layout = dialect->layouts[dialect->actions[number].slot],
	    .bytes = bytes,
	    .avail = avail,
	    .action = (enum pfsync_action)dialect->actions[number].action,
	    .action_number = (uint8_t)number,
	};
}

static void
round_trip(void **state)
{
	struct generate g = {20031215};
	size_t messages = 0;

	(void)state;
	for (size_t d = 0; d < pfsync_dialect_count(); d++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(d);
		struct pfsync_frame frame = {.dialect = dialect};
		for (unsigned n = 0; n < PFSYNC_ACTION_NUMBERS; n++) {
			for (int round = 0; round < ROUNDS; round++) {
				struct pfsync_message in, out;
				uint8_t bytes[PFSYNC_RECORD_MAX], again[PFSYNC_RECORD_MAX];
				struct pfsync_record record;
				const char *difference;
				int size;
				if (!generate_message(&g, dialect, n, round % 2 == 0, &in))
					break;
				size = pfsync_message_encode(dialect, &in, bytes, sizeof(bytes));
				assert_true(size > 0);
				record = record_of(&frame, dialect, n, bytes, (size_t)size);
				memset(&out, 0xa5, sizeof(out));
				assert_int_equal(pfsync_message_decode(&record, &out), PFSYNC_OK);
				if (!generate_equal(&in, &out, &difference))
					fail_msg("%s, action %u: %s differs", dialect->name, n,
					    difference);
				/* and the bytes of it are the same again */
				assert_int_equal(
				    pfsync_message_encode(dialect, &out, again, sizeof(again)),
				    size);
				assert_memory_equal(bytes, again, (size_t)size);
				messages++;
			}
		}
	}
	print_message("%zu messages of %zu dialects\n", messages, pfsync_dialect_count());
	assert_true(messages > 90000);
}

/* A cut record gives exactly the fields that lie before the cut. */
static void
cut_records(void **state)
{
	struct generate g = {42};

	(void)state;
	for (size_t d = 0; d < pfsync_dialect_count(); d++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(d);
		struct pfsync_frame frame = {.dialect = dialect};
		for (unsigned n = 0; n < PFSYNC_ACTION_NUMBERS; n++) {
			struct pfsync_message in, out;
			uint8_t bytes[PFSYNC_RECORD_MAX];
			const struct pfsync_layout *layout;
			int size;
			if (!generate_message(&g, dialect, n, true, &in))
				continue;
			size = pfsync_message_encode(dialect, &in, bytes, sizeof(bytes));
			assert_true(size > 0);
			layout = dialect->layouts[dialect->actions[n].slot];
			for (size_t avail = 0; avail < (size_t)size; avail++) {
				struct pfsync_record record =
				    record_of(&frame, dialect, n, bytes, avail);
				assert_int_equal(pfsync_message_decode(&record, &out), PFSYNC_OK);
				for (size_t i = 0; i < layout->row_count; i++) {
					const struct pfsync_row *row = &layout->rows[i];
					enum pfsync_field field = (enum pfsync_field)row->field;
					if ((size_t)row->offset + row->width > avail) {
						assert_false(pfsync_has(&out, field));
					} else if (pfsync_has(&out, field)) {
						assert_true(pfsync_has(&in, field));
						assert_memory_equal(pfsync_field_ptr(&in, field),
						    pfsync_field_ptr(&out, field),
						    pfsync_field_info(row->field)->size_bytes);
					}
				}
			}
		}
	}
}

static void
keys_without_decoding(void **state)
{
	struct generate g = {7};
	size_t with_key = 0;

	(void)state;
	for (size_t d = 0; d < pfsync_dialect_count(); d++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(d);
		struct pfsync_frame frame = {.dialect = dialect};
		for (unsigned n = 0; n < PFSYNC_ACTION_NUMBERS; n++) {
			struct pfsync_message in;
			uint8_t bytes[PFSYNC_RECORD_MAX];
			struct pfsync_record record;
			uint64_t id = 0;
			uint32_t creatorid = 0;
			int size;
			if (!generate_message(&g, dialect, n, true, &in))
				continue;
			size = pfsync_message_encode(dialect, &in, bytes, sizeof(bytes));
			record = record_of(&frame, dialect, n, bytes, (size_t)size);
			if (!pfsync_record_key(&record, &id, &creatorid)) {
				assert_false(pfsync_has(&in, PFSYNC_F_ID));
				continue;
			}
			with_key++;
			assert_true(id == in.id);
			assert_int_equal(creatorid, in.creatorid);
			record.avail--;
			assert_false(pfsync_record_key(&record, &id, &creatorid));
		}
	}
	assert_true(with_key > 100);
}

static void
nothing_to_decode(void **state)
{
	const struct pfsync_dialect *dialect = pfsync_dialect_by_name("openbsd-6k");
	struct pfsync_frame frame = {.dialect = dialect};
	struct pfsync_record record = {.frame = &frame, .action = PFSYNC_ACT_EOF};
	struct pfsync_message message;
	uint64_t id;
	uint32_t creatorid;

	(void)state;
	assert_int_equal(pfsync_message_decode(&record, &message), PFSYNC_END);
	assert_int_equal(message.action, PFSYNC_ACT_EOF);
	assert_int_equal(message.record, PFSYNC_REC_NONE);
	assert_int_equal(message.has.bits[0] | message.has.bits[1], 0);
	assert_false(pfsync_record_key(&record, &id, &creatorid));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(round_trip),
	    cmocka_unit_test(cut_records),
	    cmocka_unit_test(keys_without_decoding),
	    cmocka_unit_test(nothing_to_decode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
