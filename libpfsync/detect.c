/*
 * detect.c - which dialect a frame speaks.
 *
 * SPDX-License-Identifier: ISC
 *
 * The version byte never suffices (OB 2, FB 16).  Every dialect of that version
 * is asked three questions:
 *
 *   fits()        do lengths, strides and actions end where they should?
 *   evidence      does a byte say what this dialect never says (evidence.c)?
 *   rank          how likely is such a sender met?
 *
 * What survives is the candidate set of the frame; the hint keeps the
 * intersection over a sender's frames.
 */
#include "pfsync.h"

#include "detect.h"
#include "evidence.h"
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
candidates_among(const struct detect_input *in, bool with_raw)
{
	struct pfsync_dialect_set fit = {{0, 0}}, good = {{0, 0}};

	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(i);
		if (dialect->version != in->bytes[0] || !fits(dialect, in))
			continue;
		if (!with_raw && (dialect->quirks & PFSYNC_QUIRK_RAW_BUFFER) != 0)
			continue;
		set_add(&fit, i);
		if (!evidence_against(dialect, in))
			set_add(&good, i);
	}
	return set_empty(&good) ? fit : good;
}

/* Raw v1 was seen on pfsync0 only, never on a network (OB 5). */
static struct pfsync_dialect_set
candidates_of(const struct detect_input *in, const struct pfsync_hint *hint)
{
	struct pfsync_dialect_set set = candidates_among(in, hint == NULL || hint->tap);

	return set_empty(&set) ? candidates_among(in, true) : set;
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

/*
 * How likely such a sender is met.  A raw v1 packet of just the length that a
 * layout has at the default MTU is nearly proof of it, also where the capture
 * cut the record that would tell more (OB 2, 5.3).
 */
static unsigned
rank_of(const struct pfsync_dialect *dialect, const struct detect_input *in)
{
	const size_t size = (dialect->quirks & PFSYNC_QUIRK_RAW_BUFFER) != 0
				? dialect->layouts[PFSYNC_SLOT_STATE]->size_bytes
				: 0;

	if (size == 0 || in->wirelen != wire_raw_buffer_bytes(size))
		return dialect->rank;
	return dialect->rank + UINT8_MAX;
}

static const struct pfsync_dialect *
highest_rank(const struct pfsync_dialect_set *set, const struct detect_input *in)
{
	const struct pfsync_dialect *best = NULL;

	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(i);
		if (pfsync_set_has(set, i) &&
		    (best == NULL || rank_of(dialect, in) > rank_of(best, in)))
			best = dialect;
	}
	return best;
}

/* Two rows of the census that write the same bytes (6k and 6l). */
static bool
same_wire(const struct pfsync_dialect *a, const struct pfsync_dialect *b)
{
	for (size_t slot = 0; slot < PFSYNC_SLOT_COUNT; slot++) {
		if (a->layouts[slot] != b->layouts[slot])
			return false;
	}
	return a->version == b->version && a->actions == b->actions && a->quirks == b->quirks &&
	       a->af_inet6 == b->af_inet6 && a->timeout_max == b->timeout_max &&
	       same_fields(&a->absent_state, &b->absent_state) &&
	       same_fields(&a->absent_upd_c, &b->absent_upd_c) &&
	       same_fields(&a->absent_other, &b->absent_other);
}

/* A guess only if one that is met as often would read the frame differently. */
static enum pfsync_certainty
judge(const struct pfsync_dialect_set *set, const struct pfsync_dialect *chosen,
    const struct detect_input *in)
{
	enum pfsync_certainty certainty = PFSYNC_CERTAIN;

	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		const struct pfsync_dialect *other = pfsync_dialect_at(i);
		if (!pfsync_set_has(set, i) || other == chosen || same_wire(chosen, other))
			continue;
		if (rank_of(other, in) + 1 >= rank_of(chosen, in) && !read_alike(chosen, other, in))
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
	struct pfsync_dialect_set set = candidates_of(in, hint);
	const struct pfsync_dialect *chosen;

	if (set_empty(&set)) {
		/* Damaged: the hint is the best guess, and learns nothing. */
		set = all_of_version(in->bytes[0]);
		chosen = hint != NULL && hint->last != NULL && hint->last->version == in->bytes[0]
			     ? hint->last
			     : highest_rank(&set, in);
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
	chosen = highest_rank(&set, in);
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
	    !evidence_against_cksum(hint->last, in)) {
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
