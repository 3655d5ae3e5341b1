/*
 * receive.c - a packet: acceptance, sections, records (SEM 2.1).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "internal.h"

/* Records looked at ahead, so that their states are near when needed. */
#define AHEAD 32

static bool
has_no_use(const struct fw *fw, const struct pfsync_section *section)
{
	/* FreeBSD 14 and later answer an uncompressed DEL with an error. */
	return section->action == PFSYNC_ACT_DEL && fw->traits.import >= FW_IMPORT_F14;
}

static void
tell_section(struct fw *fw, struct receiving *rx, enum fw_outcome outcome, int64_t number)
{
	fw_tell_message(fw, rx, NULL, 0, false, outcome, number);
}

/* True: the packet ends here. */
static bool
bad_action(struct fw *fw, struct receiving *rx)
{
	fw->counters.badact++;
	tell_section(fw, rx, FW_OUT_BAD_ACTION, rx->section.action_number);
	return true;
}

/*
 * FreeBSD 14 steps through a 1301 section by the size of the larger record, so
 * it reads later entries at the wrong places, beyond the end in the worst case
 * (SEM 2.2).  What lies there is unknown: zeros.
 */
static void
handle_misread(struct fw *fw, struct receiving *rx, const struct pfsync_frame *frame)
{
	const size_t stride = fw->dialect->layouts[PFSYNC_SLOT_STATE2]->size_bytes;
	const size_t size = rx->section.layout->size_bytes;
	uint8_t bytes[PFSYNC_RECORD_MAX];
	struct pfsync_message message;

	for (uint32_t i = 0; i < rx->section.count && !rx->abandon; i++) {
		const size_t at = rx->section.body_offset + i * stride;
		const size_t there = at >= frame->caplen         ? 0
				     : frame->caplen - at < size ? frame->caplen - at
								 : size;
		const struct pfsync_record record = {.frame = frame,
		    .layout = rx->section.layout,
		    .bytes = bytes,
		    .offset = at,
		    .avail = size,
		    .index = i,
		    .action = rx->section.action,
		    .action_number = rx->section.action_number};
		memset(bytes, 0, sizeof(bytes));
		if (there > 0)
			memcpy(bytes, frame->bytes + at, there);
		if (pfsync_message_decode(&record, &message) == PFSYNC_OK)
			fw_handle(fw, rx, &message, i, i > 0);
	}
}

static void
fetch_ahead(const struct fw *fw, const struct pfsync_record *records, uint32_t count)
{
	uint32_t hashes[AHEAD];
	uint32_t keyed = 0;

	if (fw->table.live == 0 || count < 2)
		return;
	for (uint32_t i = 0; i < count; i++) {
		uint64_t id;
		uint32_t creatorid;
		if (!pfsync_record_key(&records[i], &id, &creatorid))
			continue;
		hashes[keyed] = table_hash_id(&fw->table, id, creatorid);
		table_prefetch_slot(&fw->table, hashes[keyed++]);
	}
	for (uint32_t i = 0; i < keyed; i++)
		table_prefetch_state(&fw->table, hashes[i]);
}

static void
handle_records(struct fw *fw, struct receiving *rx, struct pfsync_frame *frame)
{
	struct pfsync_record records[AHEAD];
	struct pfsync_record record;
	struct pfsync_message message;
	int status = pfsync_record_first(frame, &rx->section, &record);

	while (status == PFSYNC_OK) {
		uint32_t count = 0;
		do {
			records[count++] = record;
			status = pfsync_record_next(frame, &rx->section, &record);
		} while (status == PFSYNC_OK && count < AHEAD);
		fetch_ahead(fw, records, count);
		for (uint32_t i = 0; i < count; i++) {
			if (pfsync_message_decode(&records[i], &message) != PFSYNC_OK)
				continue;
			if (rx->abandon) {
				fw_tell_message(
				    fw, rx, &message, records[i].index, false, FW_OUT_ABANDONED, 0);
				continue;
			}
			fw_handle(fw, rx, &message, records[i].index, false);
		}
	}
}

/* False: the packet is over. */
static bool
known_section(struct fw *fw, struct receiving *rx, struct pfsync_frame *frame)
{
	const struct pfsync_section *section = &rx->section;

	if (section->layout == NULL)
		return true;
	if (section->count * section->stride_bytes > frame->end - section->body_offset) {
		fw->counters.badlen++;
		tell_section(fw, rx, FW_OUT_BAD_LENGTH, section->action_number);
		return false;
	}
	rx->abandon = false;
	memset(rx->clr_filter, 0, sizeof(rx->clr_filter));
	if (fw->config.misreads_1301 && section->layout->record == PFSYNC_REC_1301 &&
	    section->count > 1)
		handle_misread(fw, rx, frame);
	else
		handle_records(fw, rx, frame);
	return true;
}

/* EOF: must end the packet; 4.5 and FreeBSD 9 want 20 bytes behind it (OB 10.4, FB 8.5). */
static void
end_of_frame(struct fw *fw, struct receiving *rx, const struct pfsync_frame *frame)
{
	const bool hmac = (fw->dialect->quirks & PFSYNC_QUIRK_EOF_HMAC) != 0;
	const size_t end = rx->section.body_offset + (hmac ? 20 : 0);

	if (end == frame->wirelen)
		return;
	if (fw->config.family == FW_V5F9)
		fw->counters.badact++;
	else
		fw->counters.badlen++;
	tell_section(fw, rx, FW_OUT_BAD_LENGTH, rx->section.action_number);
}

/* One section of V5; true: go on. */
static bool
section_v5(struct fw *fw, struct receiving *rx, struct pfsync_frame *frame, int status)
{
	const struct pfsync_section *section = &rx->section;

	if (section->action_number < fw->dialect->action_max && fw->traits.histogram)
		fw->counters.iacts[section->action_number] += section->count_wire;
	if (status == PFSYNC_BADACT || has_no_use(fw, section))
		return !bad_action(fw, rx);
	if (section->action == PFSYNC_ACT_EOF) {
		end_of_frame(fw, rx, frame);
		return false;
	}
	return known_section(fw, rx, frame);
}

/* One section of V6 with message lengths; true: go on. */
static bool
section_v6(struct fw *fw, struct receiving *rx, struct pfsync_frame *frame, int status)
{
	const struct pfsync_section *section = &rx->section;
	const bool undefined = section->action_number >= fw->dialect->action_max;

	if (status == PFSYNC_BADACT || section->action == PFSYNC_ACT_EOF) {
		if (undefined && section->count_wire != 0 && section->length_words != 0)
			return true; /* skipped by its length */
		if (!undefined && fw->traits.bulk == FW_BULK_V6B)
			return true;
		return !bad_action(fw, rx);
	}
	if (status == PFSYNC_BADLEN) {
		/* Shorter than what I need: skipped, if it can be. */
		if (section->count_wire != 0 && section->length_words != 0)
			return true;
		return !bad_action(fw, rx);
	}
	return known_section(fw, rx, frame);
}

static enum fw_verdict
walk_sections(struct fw *fw, struct receiving *rx, struct pfsync_frame *frame)
{
	const bool lengths = (fw->dialect->quirks & PFSYNC_QUIRK_LENGTH) != 0;

	for (;;) {
		int status = pfsync_section_next(frame, &rx->section);
		bool on;
		if (status == PFSYNC_END || status == PFSYNC_TRAILING)
			return FW_ACCEPTED;
		/* Less than a subheader is left: the kernels' loops end without a word. */
		if (status == PFSYNC_BADLEN && rx->section.body_offset == 0)
			return FW_ACCEPTED;
		on =
		    lengths ? section_v6(fw, rx, frame, status) : section_v5(fw, rx, frame, status);
		if (!on)
			return rx->section.action == PFSYNC_ACT_EOF ? FW_ACCEPTED : FW_STOPPED;
	}
}

static enum fw_verdict
walk_plain(struct fw *fw, struct receiving *rx, struct pfsync_frame *frame)
{
	int status = pfsync_section_next(frame, &rx->section);
	bool whole;

	if (status == PFSYNC_BADACT) {
		/* INS_F, DEL_F: accepted, without effect. */
		if (rx->section.action != PFSYNC_ACT_UNKNOWN)
			return FW_ACCEPTED;
		(void)bad_action(fw, rx);
		return FW_DROP_BADACT;
	}
	if (status != PFSYNC_OK)
		return FW_ACCEPTED;
	whole = known_section(fw, rx, frame);
	if (rx->ask_count > 0)
		fw_plain_requests(fw, fw->asks, rx->ask_count, &rx->packet->src);
	if (rx->corrected || rx->answered)
		fw_plain_send(fw, rx->corrected ? FW_FLUSH_STALE : FW_FLUSH_REQUEST);
	return whole ? FW_ACCEPTED : FW_DROP_BADLEN;
}

static enum fw_verdict
accept_packet(struct fw *fw, struct receiving *rx)
{
	const struct fw_packet_in *packet = rx->packet;
	struct pfsync_frame frame;

	if (!fw->up)
		return FW_DROP_DOWN;
	if (packet->other_interface) {
		fw->counters.badif++;
		return FW_DROP_BADIF;
	}
	if (packet->ttl != PFSYNC_TTL) {
		fw->counters.badttl++;
		return FW_DROP_BADTTL;
	}
	if (packet->len_bytes < fw->dialect->header_bytes) {
		fw->counters.hdrops++;
		return FW_DROP_HDROPS;
	}
	switch (pfsync_frame_open(
	    &frame, packet->bytes, packet->len_bytes, packet->len_bytes, &fw->hint)) {
	case PFSYNC_BADVER:
		fw->counters.badver++;
		return FW_DROP_BADVER;
	case PFSYNC_BADLEN:
		if (frame.header.len > packet->len_bytes) {
			fw->counters.badlen++;
			return FW_DROP_BADLEN;
		}
		return FW_ACCEPTED; /* len below its own header: there are no sections */
	default:
		break;
	}
	rx->trusted = fw->dialect->header_bytes >= 20 &&
		      (fw->dialect->quirks & PFSYNC_QUIRK_CKSUM_ZERO) == 0 &&
		      memcmp(frame.header.cksum, fw->config.cksum, sizeof(fw->config.cksum)) == 0;
	return fw->traits.sections ? walk_sections(fw, rx, &frame) : walk_plain(fw, rx, &frame);
}

enum fw_verdict
fw_receive(struct fw *fw, int64_t now_ns, const struct fw_packet_in *packet)
{
	struct receiving rx = {.packet = packet};
	enum fw_verdict verdict;

	fw_begin(fw, now_ns);
	if (packet->src.af == PFSYNC_AF_INET6 && !fw->freebsd)
		fw->counters.ipackets6++;
	else
		fw->counters.ipackets++;
	verdict = accept_packet(fw, &rx);
	fw_end(fw);
	return verdict;
}
