/*
 * fuzz_message.c - libFuzzer: record -> message -> record -> message, and all
 * texts of it.
 *
 * SPDX-License-Identifier: ISC
 *
 * Two bytes choose dialect and action number; the rest is the record, possibly
 * cut.  What was decoded must survive encoding; texts must be printable, end in
 * NUL and report their full length whatever the room.
 */
#include <stdlib.h>
#include <string.h>

#include "generate.h"
#include "pfsync.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool kept)
{
	if (!kept)
		abort();
}

typedef size_t text_fn(char *, size_t, const struct pfsync_message *);

static void
check_text(text_fn *text, const struct pfsync_message *message)
{
	char whole[2048], part[2048];
	size_t length = text(whole, sizeof(whole), message);

	require(length < sizeof(whole) && strlen(whole) == length);
	for (size_t i = 0; i < length; i++)
		require(whole[i] >= 0x20 && whole[i] < 0x7f);
	for (size_t room = 1; room <= length; room += 13) {
		require(text(part, room, message) == length);
		require(strlen(part) == room - 1 && memcmp(part, whole, room - 1) == 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static text_fn *const texts[] = {
	    pfsync_text_state, pfsync_text_windows, pfsync_text_age, pfsync_text_id};
	const struct pfsync_dialect *dialect;
	struct pfsync_frame frame;
	struct pfsync_record record;
	struct pfsync_message first, second;
	uint8_t bytes[PFSYNC_RECORD_MAX];
	const char *difference;
	int encoded;

	if (size < 2)
		return 0;
	dialect = pfsync_dialect_at(data[0] % pfsync_dialect_count());
	frame = (struct pfsync_frame){.dialect = dialect};
	record = (struct pfsync_record){.frame = &frame, .bytes = data + 2, .avail = size - 2};
	record.action_number = data[1] % PFSYNC_ACTION_NUMBERS;
	record.action = (enum pfsync_action)dialect->actions[record.action_number].action;
	record.layout = dialect->layouts[dialect->actions[record.action_number].slot];
	if (record.layout == NULL ||
	    dialect->actions[record.action_number].slot == PFSYNC_SLOT_RETIRED)
		return 0;
	if (record.avail > record.layout->size_bytes)
		record.avail = record.layout->size_bytes;
	require(pfsync_message_decode(&record, &first) == PFSYNC_OK);
	if (first.record != PFSYNC_REC_NONE) {
		for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
			check_text(texts[i], &first);
	}
	if (record.avail < record.layout->size_bytes ||
	    (dialect->quirks &
		(PFSYNC_QUIRK_NO_SCRUB | PFSYNC_QUIRK_DIR01 | PFSYNC_QUIRK_RPL_SHIFT)) != 0)
		return 0; /* these do not carry every value there and back */
	encoded = pfsync_message_encode(dialect, &first, bytes, sizeof(bytes));
	require(encoded == record.layout->size_bytes);
	record.bytes = bytes;
	require(pfsync_message_decode(&record, &second) == PFSYNC_OK);
	require(generate_equal(&first, &second, &difference));
	return 0;
}
