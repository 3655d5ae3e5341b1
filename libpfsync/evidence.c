/*
 * evidence.c - bytes that a dialect never sends.
 *
 * SPDX-License-Identifier: ISC
 *
 * Many dialects share version, lengths and actions.  What tells them apart is
 * what each leaves zero, which numbers it uses, and which values its kernels
 * would refuse (OB 2, 13, 14; FB 3.4, 16).
 */
#include "pfsync.h"

#include "evidence.h"
#include "wire.h"

static bool
all_zero(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i] != 0)
			return false;
	}
	return true;
}

static const struct pfsync_row *
find_row(const struct pfsync_layout *layout, unsigned field)
{
	for (size_t i = layout->row_count; i-- > 0;) {
		if (layout->rows[i].field == field)
			return &layout->rows[i];
	}
	return NULL;
}

/* The byte of a one-byte field, or `missing`. */
static unsigned
byte_of(const struct pfsync_layout *layout, const uint8_t *record, unsigned field, unsigned missing)
{
	const struct pfsync_row *row = find_row(layout, field);

	return row != NULL ? record[row->offset] : missing;
}

/* An AF number that this dialect's systems do not use (FB 3.4). */
static bool
foreign_af(const struct pfsync_dialect *dialect, unsigned af)
{
	return af != 2 && af != dialect->af_inet6;
}

static bool
absent_in(const struct pfsync_fields *absent, unsigned field)
{
	return (absent->bits[field / 64] >> (field % 64)) & 1;
}

/* OB 2: what every state record of every kernel has. */
static bool
implausible_state(const struct pfsync_dialect *dialect, const struct pfsync_layout *layout,
    enum pfsync_action action, const uint8_t *record)
{
	unsigned direction = byte_of(layout, record, PFSYNC_F_DIRECTION, 1);

	if (foreign_af(dialect, byte_of(layout, record, PFSYNC_F_AF, 2)))
		return true;
	if (byte_of(layout, record, PFSYNC_F_SRC_STATE, 0) > PFSYNC_TCPS_PROXY_DST ||
	    byte_of(layout, record, PFSYNC_F_DST_STATE, 0) > PFSYNC_TCPS_PROXY_DST)
		return true;
	if ((dialect->quirks & PFSYNC_QUIRK_DIR01) != 0 ? direction > 1
	    : dialect->version == 1                     ? direction < 1 || direction > 2
							: direction > 2)
		return true;
	return action != PFSYNC_ACT_DEL &&
	       byte_of(layout, record, PFSYNC_F_TIMEOUT, 0) >= dialect->timeout_max;
}

/*
 * v1 raw: the record was cleared before a few members were copied (OB 5.2), so
 * whatever no row covers is zero.  This tells the eighteen layouts apart.
 */
static bool
gaps_not_zero(const struct pfsync_layout *layout, const uint8_t *record)
{
	uint8_t covered[PFSYNC_RECORD_MAX] = {0};

	for (size_t i = 0; i < layout->row_count; i++) {
		const struct pfsync_row *row = &layout->rows[i];
		for (size_t k = 0; k < row->width; k++)
			covered[row->offset + k] = 1;
	}
	for (size_t i = 0; i < layout->size_bytes; i++) {
		if (!covered[i] && record[i] != 0)
			return true;
	}
	return false;
}

/* v1 .. v3: the six bytes behind each port are zero (OB 2, 4.2). */
static bool
host_padding_set(const struct pfsync_layout *layout, const uint8_t *record)
{
	static const unsigned ports[] = {PFSYNC_F_LAN_PORT, PFSYNC_F_GWY_PORT, PFSYNC_F_EXT_PORT};

	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++) {
		const struct pfsync_row *row = find_row(layout, ports[i]);
		if (row != NULL && !all_zero(record + row->offset + 2, 6))
			return true;
	}
	return false;
}

/* 3c: two keys of 36 bytes; hosts read as keys have zeros in their ports. */
static bool
keys_look_like_hosts(const uint8_t *record)
{
	return all_zero(record + 42, 6) && all_zero(record + 66, 6) && all_zero(record + 90, 6);
}

/* OB 4.3, 11.3: what tells the 264-byte layouts apart. */
static bool
contradicts_264(
    const struct pfsync_dialect *dialect, const struct pfsync_layout *layout, const uint8_t *record)
{
	const bool sends_key_af = find_row(layout, PFSYNC_F_WIRE_AF) != NULL &&
				  !absent_in(&dialect->absent_state, PFSYNC_F_WIRE_AF);

	if (sends_key_af == (record[24 + 38] == 0))
		return true;
	if (find_row(layout, PFSYNC_F_SET_PRIO0) == NULL && !all_zero(record + 262, 2))
		return true;
	if (find_row(layout, PFSYNC_F_RT) != NULL)
		/* Also the flags of 6e and 6f stand here; a route has an address. */
		return record[254] > 3 || (record[254] != 0 && all_zero(record + 168, 16));
	/* 6e, 6f: low byte in both places; 6g .. 6i: nothing at 254. */
	if (layout->row_count > 0 && find_row(layout, PFSYNC_F_STATE_FLAGS)->width == 2) {
		bool copied = false;
		for (size_t i = 0; i < layout->row_count; i++)
			copied |= layout->rows[i].offset == 254;
		return copied ? record[254] != record[261] : record[254] != 0;
	}
	return !all_zero(record + 260, 2); /* 5c .. 6d: padding */
}

static bool
has_scrub(const struct pfsync_layout *layout, const uint8_t *record)
{
	return byte_of(layout, record, PFSYNC_F_SRC_SCRUB_VALID, 0) != 0 ||
	       byte_of(layout, record, PFSYNC_F_DST_SCRUB_VALID, 0) != 0;
}

/*
 * A class that is filled is one of the protocol's (OB 14.4).  Where it is not
 * (before 2004-01-22) every class reads 0, a class of TCP.
 */
static bool
class_never_filled(const struct pfsync_layout *layout, const uint8_t *record)
{
	enum { ICMP = 1, TCP = 6, UDP = 17, UDP_FIRST = 6 };
	unsigned proto = byte_of(layout, record, PFSYNC_F_PROTO, TCP);

	return (proto == ICMP || proto == UDP) &&
	       byte_of(layout, record, PFSYNC_F_TIMEOUT, UDP_FIRST) < UDP_FIRST;
}

static bool
contradicts_state(const struct pfsync_dialect *dialect, const struct pfsync_layout *layout,
    enum pfsync_action action, const uint8_t *record)
{
	const struct pfsync_fields *absent = &dialect->absent_state;
	unsigned flags;

	if (implausible_state(dialect, layout, action, record))
		return true;
	switch (layout->record) {
	case PFSYNC_REC_V1RAW:
		return gaps_not_zero(layout, record);
	case PFSYNC_REC_V1:
	case PFSYNC_REC_V2:
	case PFSYNC_REC_V3:
		if (host_padding_set(layout, record))
			return true;
		if (absent_in(absent, PFSYNC_F_TIMEOUT) &&
		    byte_of(layout, record, PFSYNC_F_TIMEOUT, 0) != 0)
			return true;
		if (!absent_in(absent, PFSYNC_F_TIMEOUT) && class_never_filled(layout, record))
			return true;
		if ((dialect->quirks & PFSYNC_QUIRK_NO_SCRUB) != 0 && has_scrub(layout, record))
			return true;
		flags = byte_of(layout, record, PFSYNC_F_ALLOW_OPTS, 0);
		return flags > 1;
	case PFSYNC_REC_V4:
		return dialect->version == 3 && keys_look_like_hosts(record);
	case PFSYNC_REC_V6:
		return contradicts_264(dialect, layout, record);
	case PFSYNC_REC_1500:
		return foreign_af(dialect, byte_of(layout, record, PFSYNC_F_WIRE_AF, 2)) ||
		       foreign_af(dialect, byte_of(layout, record, PFSYNC_F_STACK_AF, 2));
	default:
		return false;
	}
}

/* OB 10.3: from 6d on UPD_C is cleared before it is filled. */
static bool
upd_c_padding_set(const struct pfsync_dialect *dialect, const uint8_t *record)
{
	enum { SRC_PADDING = 8 + 26, DST_PADDING = 40 + 26, TAIL = 81 };

	if (dialect->version < 6 || absent_in(&dialect->absent_upd_c, PFSYNC_F_SRC_SCRUB_VALID))
		return false;
	return !all_zero(record + SRC_PADDING, 6) || !all_zero(record + DST_PADDING, 6) ||
	       !all_zero(record + TAIL, 3);
}

/* OB 11.6: 5.2's counter fills the first half only, all others fill the second
 * long before the first. */
static bool
contradicts_rpl(
    const struct pfsync_dialect *dialect, const struct pfsync_row *row, const uint8_t *record)
{
	const uint8_t *rpl = record + row->offset;

	if (row->width != 8)
		return false;
	if ((dialect->quirks & PFSYNC_QUIRK_RPL_SHIFT) != 0)
		return !all_zero(rpl + 4, 4);
	return all_zero(rpl + 4, 4) && !all_zero(rpl, 4);
}

static bool
contradicts_record(const struct pfsync_dialect *dialect, const struct pfsync_layout *layout,
    enum pfsync_action action, const uint8_t *record)
{
	if (layout->record != PFSYNC_REC_NONE)
		return contradicts_state(dialect, layout, action, record);
	switch (action) {
	case PFSYNC_ACT_UPD_C:
		if ((dialect->quirks & PFSYNC_QUIRK_NO_SCRUB) != 0 && has_scrub(layout, record))
			return true;
		if (absent_in(&dialect->absent_upd_c, PFSYNC_F_EXPIRE) && !all_zero(record + 76, 4))
			return true;
		if (upd_c_padding_set(dialect, record))
			return true;
		if (byte_of(layout, record, PFSYNC_F_SRC_STATE, 0) > PFSYNC_TCPS_PROXY_DST ||
		    byte_of(layout, record, PFSYNC_F_DST_STATE, 0) > PFSYNC_TCPS_PROXY_DST)
			return true;
		/* OB 19 no. 6: updates at 80 leaves 81 .. 87 as padding. */
		if (find_row(layout, PFSYNC_F_TIMEOUT) == NULL)
			return !all_zero(record + 81, 1);
		return byte_of(layout, record, PFSYNC_F_TIMEOUT, 0) >= dialect->timeout_max;
	case PFSYNC_ACT_BUS:
		return absent_in(&dialect->absent_other, PFSYNC_F_BUS_ENDTIME) &&
		       !all_zero(record + 4, 4);
	case PFSYNC_ACT_TDB:
		return contradicts_rpl(dialect, find_row(layout, PFSYNC_F_TDB_RPL), record);
	default:
		return false;
	}
}

/* Ruleset checksum: nothing but zeros since 7.4, never zeros before (OB 11.1). */
bool
evidence_against_cksum(const struct pfsync_dialect *dialect, const struct detect_input *in)
{
	if (dialect->version < 6 || in->caplen < 20)
		return false;
	return ((dialect->quirks & PFSYNC_QUIRK_CKSUM_ZERO) != 0) != all_zero(in->bytes + 4, 16);
}

/* Any of `count` records from `at` on, as far as they are there. */
static bool
contradicts_any(const struct pfsync_dialect *dialect, const struct pfsync_action_row *row,
    const struct detect_input *in, size_t at, size_t end, size_t count, size_t stride)
{
	const struct pfsync_layout *layout = dialect->layouts[row->slot];

	for (; count > 0 && stride > 0 && at <= end && layout->size_bytes <= end - at; count--) {
		if (contradicts_record(
			dialect, layout, (enum pfsync_action)row->action, in->bytes + at))
			return true;
		at += stride;
	}
	return false;
}

static bool
evidence_in_plain(const struct pfsync_dialect *dialect, const struct detect_input *in)
{
	const struct pfsync_action_row *row = &dialect->actions[in->bytes[2]];
	const struct pfsync_layout *layout = dialect->layouts[row->slot];
	size_t count = in->bytes[3] > 0 ? in->bytes[3] : 1; /* OB 19 no. 5 */

	return layout != NULL && contradicts_any(dialect, row, in, dialect->header_bytes,
				     in->caplen, count, layout->size_bytes);
}

static bool
evidence_in_sections(const struct pfsync_dialect *dialect, const struct detect_input *in)
{
	size_t end = wire_be16(in->bytes + 2);

	if (end > in->caplen)
		end = in->caplen;
	for (size_t at = 20; at + 4 <= end;) {
		const struct pfsync_action_row *row;
		const struct pfsync_layout *layout;
		size_t stride, count = wire_be16(in->bytes + at + 2);
		if (in->bytes[at] >= dialect->action_max)
			return true;
		row = &dialect->actions[in->bytes[at]];
		layout = dialect->layouts[row->slot];
		if (layout == NULL || row->slot == PFSYNC_SLOT_RETIRED)
			return layout != NULL; /* EOF or reserved: the walk ends */
		stride = layout->size_bytes;
		if ((dialect->quirks & PFSYNC_QUIRK_LENGTH) != 0)
			stride = (size_t)in->bytes[at + 1] * 4;
		at += 4;
		if (contradicts_any(dialect, row, in, at, end, count, stride))
			return true;
		at += count * stride;
	}
	return false;
}

bool
evidence_against(const struct pfsync_dialect *dialect, const struct detect_input *in)
{
	if (evidence_against_cksum(dialect, in))
		return true;
	return dialect->version < 5 ? evidence_in_plain(dialect, in)
				    : evidence_in_sections(dialect, in);
}
