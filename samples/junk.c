/*
 * junk.c - old memory where kernels left it in packets (OB 19 no. 14).
 *
 * SPDX-License-Identifier: ISC
 */
#include "junk.h"

#include <string.h>

enum {
	BEHIND_COUNT = 0x01, /* v1 raw: the rest of the buffer (OB 5.3) */
	CLR_BUS = 0x02,      /* padding, and the interface name of CLR (OB 6.2, 7.2) */
	TDB_CKSUM = 0x04,    /* header of v3, v4 TDB packets (OB 8.1) */
	CKSUM = 0x08,        /* of all packets (FB 3.8, DragonFly) */
	EOF_HMAC = 0x10,     /* OB 10.4, FB 8.5 */
	UPD_C = 0x20,        /* scrub, padding and flags (OB 10.3) */
	CLR_NAME = 0x40,     /* the interface name only (OB 11.4) */
	LOCAL_FLAGS = 0x80   /* FB 9.2, FreeBSD 9 */
};

static const struct {
	const char *name;
	unsigned places;
} dialects[] = {
    {"openbsd-1r7-ilp32", BEHIND_COUNT},
    {"openbsd-1n2", CLR_BUS},
    {"openbsd-2e", CLR_BUS},
    {"openbsd-2g", CLR_BUS},
    {"freebsd-6", CLR_BUS},
    {"openbsd-3b", CLR_BUS | TDB_CKSUM},
    {"openbsd-4", CLR_BUS | TDB_CKSUM},
    {"dragonfly-4", CLR_BUS | CKSUM},
    {"openbsd-5a", EOF_HMAC | UPD_C},
    {"openbsd-5b", UPD_C},
    {"freebsd-9", EOF_HMAC | LOCAL_FLAGS},
    {"openbsd-6c", UPD_C},
    {"openbsd-6k", CLR_NAME},
};

static unsigned
places_of(const struct pfsync_dialect *dialect)
{
	for (size_t i = 0; i < sizeof(dialects) / sizeof(dialects[0]); i++) {
		if (strcmp(dialects[i].name, dialect->name) == 0)
			return dialects[i].places;
	}
	return 0;
}

bool
junk_has(const struct pfsync_dialect *dialect)
{
	return places_of(dialect) != 0;
}

static void
junk(uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t) "JUNK"[i % 4];
}

/* Behind the NUL of a name of 16 bytes. */
static void
junk_name(uint8_t *text)
{
	size_t used = strnlen((const char *)text, PFSYNC_IFNAMSIZ - 1) + 1;

	junk(text + used, PFSYNC_IFNAMSIZ - used);
}

static void
junk_clr_bus(const struct pfsync_layout *layout, enum pfsync_action action, uint8_t *record)
{
	const struct pfsync_row *last = &layout->rows[layout->row_count - 1];
	size_t used = (size_t)last->offset + last->width;

	if (action == PFSYNC_ACT_CLR && layout->rows[0].field == PFSYNC_F_CLR_IFNAME)
		junk_name(record);
	junk(record + used, layout->size_bytes - used);
}

/* Scrub is left alone where there is some: then all of it was written. */
static void
junk_upd_c(uint8_t *record)
{
	enum { SRC = 8, DST = 40, PEER_PADDING = 26, SCRUB_VALID = 3, TAIL = 81 };

	for (size_t at = SRC; at <= DST; at += DST - SRC) {
		if (record[at + SCRUB_VALID] == 0)
			junk(record + at, 8);
		junk(record + at + PEER_PADDING, 6);
	}
	junk(record + TAIL, 3);
}

static void
junk_record(unsigned places, const struct pfsync_record *record, uint8_t *bytes)
{
	const bool clr = record->action == PFSYNC_ACT_CLR;

	if ((places & CLR_BUS) != 0 && (clr || record->action == PFSYNC_ACT_BUS))
		junk_clr_bus(record->layout, record->action, bytes);
	if ((places & CLR_NAME) != 0 && clr)
		junk_name(bytes);
	if ((places & UPD_C) != 0 && record->action == PFSYNC_ACT_UPD_C)
		junk_upd_c(bytes);
	if ((places & LOCAL_FLAGS) != 0 && record->layout->record == PFSYNC_REC_1301)
		bytes[235] = 0x01;
}

void
junk_fill(const struct pfsync_dialect *dialect, uint8_t *bytes, size_t len)
{
	unsigned places = places_of(dialect);
	struct pfsync_hint hint = {.forced = dialect};
	struct pfsync_frame frame;
	struct pfsync_section section;
	struct pfsync_record record;

	if (pfsync_frame_open(&frame, bytes, len, len, &hint) != PFSYNC_OK)
		return;
	while (pfsync_section_next(&frame, &section) == PFSYNC_OK) {
		size_t end = section.body_offset + section.count * section.stride_bytes;
		for (int more = pfsync_record_first(&frame, &section, &record); more == PFSYNC_OK;
		     more = pfsync_record_next(&frame, &section, &record))
			junk_record(places, &record, bytes + record.offset);
		if ((places & BEHIND_COUNT) != 0)
			junk(bytes + end, len - end);
		if ((places & EOF_HMAC) != 0 && section.action == PFSYNC_ACT_EOF)
			junk(bytes + section.body_offset, 20);
		if ((places & CKSUM) != 0 ||
		    ((places & TDB_CKSUM) != 0 && section.action == PFSYNC_ACT_TDB))
			junk(bytes + 4, 16);
	}
}
