/*
 * detect.c - which dialect a frame speaks.
 *
 * SPDX-License-Identifier: ISC
 *
 * The version byte never suffices (OB 2, FB 16).  Every dialect of that version
 * is asked three questions:
 *
 *   fits()        do lengths, strides and actions end where they should?
 *   contradicts() does a byte say what this dialect never says?
 *   rank          how likely is such a sender met?
 *
 * What survives is the candidate set of the frame; the hint keeps the
 * intersection over a sender's frames.
 */
#include "pfsync.h"

#include "detect.h"
#include "wire.h"

/*
 * A sender's candidates are narrowed by each of its first frames and by one in
 * RECHECK_FRAMES later; in between a frame only has to fit what was chosen.
 */
#define NARROW_FRAMES 64
#define RECHECK_FRAMES 1024

/* ------------------------------------------------------------------------
 * Does the frame end where it should?
 */

static size_t
plain_body_bytes(const struct pfsync_dialect *dialect, unsigned action, unsigned count)
{
	const struct pfsync_action_row *row = &dialect->actions[action];
	const struct pfsync_layout *layout = dialect->layouts[row->slot];

	if (layout == NULL)
		return 0;
	if (count == 0 && (row->action == PFSYNC_ACT_CLR || row->action == PFSYNC_ACT_BUS))
		count = 1; /* OB 19 no. 5 */
	return (size_t)count * layout->size_bytes;
}

/* v1 .. v4: one action, `count` records, no length. */
static bool
plain_fits(const struct pfsync_dialect *dialect, const struct detect_input *in)
{
	size_t body;

	if (in->caplen < 4 || in->wirelen < dialect->header_bytes)
		return false;
	if (in->bytes[2] >= dialect->action_max)
		return false;
	body = plain_body_bytes(dialect, in->bytes[2], in->bytes[3]);
	if ((dialect->quirks & PFSYNC_QUIRK_RAW_BUFFER) != 0)
		/* OB 5.3: the buffer's length, and only INS and DEL were sent. */
		return dialect->header_bytes + body <= in->wirelen &&
		       (in->bytes[2] == 1 || in->bytes[2] == 3) && in->bytes[3] > 0;
	return dialect->header_bytes + body == in->wirelen;
}

/*
 * v5 and v6: walk the subheaders.  A v5 frame must have its EOF where the
 * packet ends, or a frame of 240-byte records also fits 242-byte ones
 * (confirmed on OpenBSD of 2009).  A snapped capture is judged by what is
 * there.
 */
static bool
sections_fit(const struct pfsync_dialect *dialect, const struct detect_input *in)
{
	const bool wants_eof = (dialect->quirks & PFSYNC_QUIRK_EOF) != 0;
	size_t end, at = 20;

	if (in->caplen < 4)
		return false;
	end = wire_be16(in->bytes + 2);
	if (end < 20 || end > in->wirelen)
		return false;
	while (at < end) {
		const struct pfsync_action_row *row;
		const struct pfsync_layout *layout;
		size_t stride, count;
		unsigned length;

		if (end - at < 4)
			return false;
		if (at + 4 > in->caplen)
			return true; /* snapped: no objection so far */
		length = in->bytes[at + 1];
		count = wire_be16(in->bytes + at + 2);
		if (in->bytes[at] >= dialect->action_max)
			return false;
		row = &dialect->actions[in->bytes[at]];
		layout = dialect->layouts[row->slot];
		if ((dialect->quirks & PFSYNC_QUIRK_LENGTH) == 0 && length != 0)
			return false; /* padding there (OB 19 no. 11) */
		if (row->slot == PFSYNC_SLOT_EOF) {
			size_t trailer = (dialect->quirks & PFSYNC_QUIRK_EOF_HMAC) != 0 ? 20 : 0;
			return wants_eof && at + 4 + trailer == end;
		}
		stride = layout != NULL ? layout->size_bytes : 0;
		if ((dialect->quirks & PFSYNC_QUIRK_LENGTH) != 0) {
			/* Longer is allowed (OB 11.2), shorter and zero are not. */
			if ((size_t)length * 4 < stride || length == 0)
				return false;
			stride = (size_t)length * 4;
		}
		if (stride == 0 || count == 0 || count * stride > end - at - 4)
			return false;
		at += 4 + count * stride;
	}
	return !wants_eof;
}

static bool
fits(const struct pfsync_dialect *dialect, const struct detect_input *in)
{
	return dialect->version >= 5 ? sections_fit(dialect, in) : plain_fits(dialect, in);
}

/* ------------------------------------------------------------------------
 * Does a byte say what this dialect never says?
 */

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
implausible_state(
    const struct pfsync_dialect *dialect, const struct pfsync_layout *layout, const uint8_t *record)
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
	return byte_of(layout, record, PFSYNC_F_TIMEOUT, 0) >= dialect->timeout_max;
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
		return record[254] > 3;
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
contradicts_state(
    const struct pfsync_dialect *dialect, const struct pfsync_layout *layout, const uint8_t *record)
{
	const struct pfsync_fields *absent = &dialect->absent_state;
	unsigned flags;

	if (implausible_state(dialect, layout, record))
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
		if (absent_in(absent, PFSYNC_F_SRC_SCRUB_VALID) &&
		    (byte_of(layout, record, PFSYNC_F_SRC_SCRUB_VALID, 0) != 0 ||
			byte_of(layout, record, PFSYNC_F_DST_SCRUB_VALID, 0) != 0))
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

static bool
contradicts_record(const struct pfsync_dialect *dialect, const struct pfsync_layout *layout,
    enum pfsync_action action, const uint8_t *record)
{
	if (layout->record != PFSYNC_REC_NONE)
		return contradicts_state(dialect, layout, record);
	switch (action) {
	case PFSYNC_ACT_UPD_C:
		if (absent_in(&dialect->absent_upd_c, PFSYNC_F_EXPIRE) && !all_zero(record + 76, 4))
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
		/* OB 11.6: 5.2's counter fills the first half only. */
		if ((dialect->quirks & PFSYNC_QUIRK_RPL_SHIFT) != 0)
			return !all_zero(record + 36, 4);
		return false;
	default:
		return false;
	}
}

/* Ruleset checksum: nothing but zeros since 7.4, never zeros before (OB 11.1). */
static bool
contradicts_cksum(const struct pfsync_dialect *dialect, const struct detect_input *in)
{
	if (dialect->version < 6 || in->caplen < 20)
		return false;
	return ((dialect->quirks & PFSYNC_QUIRK_CKSUM_ZERO) != 0) != all_zero(in->bytes + 4, 16);
}

/* The first record of each section; all records of v1 raw. */
static bool
contradicts(const struct pfsync_dialect *dialect, const struct detect_input *in)
{
	const struct pfsync_action_row *row;
	const struct pfsync_layout *layout;
	size_t at, end;

	if (contradicts_cksum(dialect, in))
		return true;
	if (dialect->version < 5) {
		size_t count = in->bytes[3];
		row = &dialect->actions[in->bytes[2]];
		layout = dialect->layouts[row->slot];
		if (layout == NULL)
			return false;
		at = dialect->header_bytes;
		if ((dialect->quirks & PFSYNC_QUIRK_RAW_BUFFER) == 0)
			count = 1;
		for (; count > 0 && at + layout->size_bytes <= in->caplen; count--) {
			if (contradicts_record(dialect, layout, row->action, in->bytes + at))
				return true;
			at += layout->size_bytes;
		}
		return false;
	}
	end = wire_be16(in->bytes + 2);
	if (end > in->caplen)
		end = in->caplen;
	for (at = 20; at + 4 <= end;) {
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
		if (layout->size_bytes > end - at)
			break;
		if (contradicts_record(dialect, layout, row->action, in->bytes + at))
			return true;
		at += count * stride;
	}
	return false;
}

/* ------------------------------------------------------------------------
 * Do two dialects read the frame alike?
 */

static bool
same_fields(const struct pfsync_fields *a, const struct pfsync_fields *b)
{
	return a->bits[0] == b->bits[0] && a->bits[1] == b->bits[1];
}

static bool
same_slot(const struct pfsync_dialect *a, const struct pfsync_dialect *b, unsigned number)
{
	const unsigned reading = PFSYNC_QUIRK_SWAPPED | PFSYNC_QUIRK_DIR01 | PFSYNC_QUIRK_RPL_SHIFT;
	const struct pfsync_action_row *x = &a->actions[number], *y = &b->actions[number];
	const struct pfsync_layout *layout = a->layouts[x->slot];
	bool codec = false;

	if (x->action != y->action || layout != b->layouts[y->slot])
		return false;
	if (layout == NULL)
		return true;
	for (size_t i = 0; i < layout->row_count; i++)
		codec |= layout->rows[i].codec != PFSYNC_CODEC_BE;
	if (codec && ((a->quirks ^ b->quirks) & reading) != 0)
		return false;
	if (layout->record != PFSYNC_REC_NONE)
		return same_fields(&a->absent_state, &b->absent_state);
	if (x->action == PFSYNC_ACT_UPD_C)
		return same_fields(&a->absent_upd_c, &b->absent_upd_c);
	if (x->action == PFSYNC_ACT_BUS || x->action == PFSYNC_ACT_DEL_C)
		return same_fields(&a->absent_other, &b->absent_other);
	return true;
}

static bool
read_alike(
    const struct pfsync_dialect *a, const struct pfsync_dialect *b, const struct detect_input *in)
{
	size_t at, end;

	if (a->version < 5)
		return in->caplen < 4 || in->bytes[2] >= PFSYNC_ACTION_NUMBERS ||
		       same_slot(a, b, in->bytes[2]);
	if (in->caplen < 4)
		return true;
	end = wire_be16(in->bytes + 2);
	if (end > in->caplen)
		end = in->caplen;
	for (at = 20; at + 4 <= end;) {
		const struct pfsync_layout *layout;
		size_t stride = (size_t)in->bytes[at + 1] * 4;
		if (in->bytes[at] >= PFSYNC_ACTION_NUMBERS)
			return false;
		if (!same_slot(a, b, in->bytes[at]))
			return false;
		layout = a->layouts[a->actions[in->bytes[at]].slot];
		if (layout == NULL)
			return true;
		if ((a->quirks & PFSYNC_QUIRK_LENGTH) == 0)
			stride = layout->size_bytes;
		at += 4 + stride * wire_be16(in->bytes + at + 2);
	}
	return true;
}

/* ------------------------------------------------------------------------ */

static void
set_add(struct pfsync_dialect_set *set, size_t index)
{
	set->bits[index / 64] |= UINT64_C(1) << (index % 64);
}

static bool
set_empty(const struct pfsync_dialect_set *set)
{
	return (set->bits[0] | set->bits[1]) == 0;
}

/* All of `version` that fit and are not contradicted; failing that, that fit. */
static struct pfsync_dialect_set
candidates_of(const struct detect_input *in)
{
	struct pfsync_dialect_set fit = {{0, 0}}, good = {{0, 0}};

	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(i);
		if (dialect->version != in->bytes[0] || !fits(dialect, in))
			continue;
		set_add(&fit, i);
		if (!contradicts(dialect, in))
			set_add(&good, i);
	}
	return set_empty(&good) ? fit : good;
}

static struct pfsync_dialect_set
all_of_version(unsigned version)
{
	struct pfsync_dialect_set all = {{0, 0}};

	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		if (pfsync_dialect_at(i)->version == version)
			set_add(&all, i);
	}
	return all;
}

static const struct pfsync_dialect *
highest_rank(const struct pfsync_dialect_set *set)
{
	const struct pfsync_dialect *best = NULL;

	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(i);
		if (pfsync_set_has(set, i) && (best == NULL || dialect->rank > best->rank))
			best = dialect;
	}
	return best;
}

/* Certain if all candidates read it alike; a guess if the runner-up is as good. */
static enum pfsync_certainty
judge(const struct pfsync_dialect_set *set, const struct pfsync_dialect *chosen,
    const struct detect_input *in)
{
	enum pfsync_certainty certainty = PFSYNC_CERTAIN;

	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		const struct pfsync_dialect *other = pfsync_dialect_at(i);
		if (!pfsync_set_has(set, i) || other == chosen || read_alike(chosen, other, in))
			continue;
		if (other->rank + 1 >= chosen->rank)
			return PFSYNC_GUESS;
		certainty = PFSYNC_LIKELY;
	}
	return certainty;
}

static void
use(struct detect_result *out, const struct pfsync_dialect *dialect,
    const struct pfsync_dialect_set *set, enum pfsync_certainty certainty)
{
	out->dialect = dialect;
	out->candidates = *set;
	out->certainty = certainty;
}

static void
detect_fresh(const struct detect_input *in, struct pfsync_hint *hint, struct detect_result *out)
{
	struct pfsync_dialect_set set = candidates_of(in);
	const struct pfsync_dialect *chosen;

	if (set_empty(&set)) {
		/* Damaged: the hint is the best guess, and learns nothing. */
		set = all_of_version(in->bytes[0]);
		chosen = hint != NULL && hint->last != NULL && hint->last->version == in->bytes[0]
			     ? hint->last
			     : highest_rank(&set);
		use(out, chosen, &set,
		    chosen != NULL && hint != NULL && chosen == hint->last ? hint->certainty
									   : PFSYNC_GUESS);
		return;
	}
	if (hint != NULL && hint->frames > 0) {
		struct pfsync_dialect_set both = {{set.bits[0] & hint->candidates.bits[0],
		    set.bits[1] & hint->candidates.bits[1]}};
		if (set_empty(&both)) {
			hint->changes++; /* upgraded, or two senders behind one address */
			hint->frames = 0;
		} else {
			set = both;
		}
	}
	chosen = highest_rank(&set);
	use(out, chosen, &set, judge(&set, chosen, in));
	if (hint != NULL) {
		hint->candidates = set;
		hint->last = chosen;
		hint->certainty = out->certainty;
		hint->frames++;
	}
}

static bool
single(const struct pfsync_dialect_set *set)
{
	uint64_t a = set->bits[0], b = set->bits[1];

	return (a & (a - 1)) == 0 && (b & (b - 1)) == 0 && (a == 0) != (b == 0);
}

bool
pfsync_detect(const struct detect_input *in, struct pfsync_hint *hint, struct detect_result *out)
{
	out->dialect = NULL;
	if (in->caplen == 0)
		return false;
	if (hint != NULL && hint->forced != NULL) {
		struct pfsync_dialect_set only = {{0, 0}};
		if (hint->forced->version != in->bytes[0])
			return false;
		set_add(&only, pfsync_dialect_index(hint->forced));
		use(out, hint->forced, &only, PFSYNC_CERTAIN);
		return true;
	}
	if (hint != NULL && hint->frames % RECHECK_FRAMES != 0 &&
	    hint->last->version == in->bytes[0] &&
	    (hint->frames >= NARROW_FRAMES || single(&hint->candidates)) && fits(hint->last, in) &&
	    !contradicts_cksum(hint->last, in)) {
		use(out, hint->last, &hint->candidates, hint->certainty);
		hint->frames += hint->frames < UINT32_MAX;
		return true;
	}
	detect_fresh(in, hint, out);
	return out->dialect != NULL;
}

bool
pfsync_plausible(const uint8_t *bytes, size_t caplen, size_t wirelen)
{
	struct detect_input in = {bytes, caplen, wirelen > caplen ? wirelen : caplen};

	if (caplen < 4)
		return false;
	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(i);
		if (dialect->version == bytes[0] && fits(dialect, &in))
			return true;
	}
	return false;
}

size_t
pfsync_tap_ip_header(const uint8_t *bytes, size_t caplen)
{
	size_t header;

	if (caplen < 20 || bytes[0] >> 4 != 4 || bytes[9] != PFSYNC_IPPROTO)
		return 0;
	header = (size_t)(bytes[0] & 0x0f) * 4;
	return header >= 20 && header <= caplen ? header : 0;
}
