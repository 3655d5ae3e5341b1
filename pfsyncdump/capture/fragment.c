/*
 * fragment.c - put IP fragments of pfsync datagrams together.
 *
 * SPDX-License-Identifier: ISC
 */
#include "fragment.h"

#include <stdlib.h>
#include <string.h>

enum { DATAGRAM_MAX = 65535 };

/* Bytes start .. end arrived, start .. captured of them were captured. */
struct stretch {
	uint32_t start;
	uint32_t captured;
	uint32_t end;
};

struct datagram {
	bool used;
	enum pfsync_af af;
	struct pfsync_addr src;
	struct pfsync_addr dst;
	uint32_t id;
	uint32_t total; /* length by the last part, 0 = not seen yet */
	int64_t first_ns;
	int64_t last_ns;
	uint64_t last_frame;
	size_t stored;  /* captured bytes */
	uint8_t *bytes; /* DATAGRAM_MAX, allocated at first use and kept */
	unsigned count;
	struct stretch stretch[FRAGMENT_STRETCHES_MAX]; /* sorted, with gaps */
};

struct fragment_set {
	int64_t deadline;
	struct datagram datagram[FRAGMENT_DATAGRAMS_MAX];
};

struct fragment_set *
fragment_set_new(void)
{
	struct fragment_set *set = calloc(1, sizeof(*set));

	if (set != NULL)
		set->deadline = INT64_MAX;
	return set;
}

void
fragment_set_free(struct fragment_set *set)
{
	if (set == NULL)
		return;
	for (size_t i = 0; i < FRAGMENT_DATAGRAMS_MAX; i++)
		free(set->datagram[i].bytes);
	free(set);
}

static int64_t
expires_at(const struct datagram *datagram)
{
	if (datagram->first_ns > INT64_MAX - FRAGMENT_TIMEOUT_NS)
		return INT64_MAX;
	return datagram->first_ns + FRAGMENT_TIMEOUT_NS;
}

static struct datagram *
oldest(struct fragment_set *set)
{
	struct datagram *found = NULL;

	for (size_t i = 0; i < FRAGMENT_DATAGRAMS_MAX; i++) {
		struct datagram *datagram = &set->datagram[i];

		if (datagram->used && (found == NULL || datagram->first_ns < found->first_ns))
			found = datagram;
	}
	return found;
}

static void
release(struct fragment_set *set, struct datagram *datagram)
{
	const struct datagram *next;

	datagram->used = false;
	next = oldest(set);
	set->deadline = next != NULL ? expires_at(next) : INT64_MAX;
}

static void
give_up(struct fragment_set *set, struct datagram *datagram, const char *text,
    struct fragment_loss *loss)
{
	*loss = (struct fragment_loss){.text = text,
	    .frame = datagram->last_frame,
	    .time_ns = datagram->last_ns,
	    .lost_bytes = datagram->stored,
	    .af = datagram->af,
	    .src = datagram->src,
	    .dst = datagram->dst};
	release(set, datagram);
}

static enum fragment_status
refuse(const struct fragment *part, const char *text, struct fragment_loss *loss)
{
	*loss = (struct fragment_loss){.text = text,
	    .frame = part->frame,
	    .time_ns = part->time_ns,
	    .lost_bytes = part->caplen,
	    .af = part->af,
	    .src = part->src,
	    .dst = part->dst};
	return FRAGMENT_HELD;
}

static bool
belongs(const struct datagram *datagram, const struct fragment *part)
{
	return datagram->used && datagram->id == part->id && datagram->af == part->af &&
	       memcmp(&datagram->src, &part->src, sizeof(part->src)) == 0 &&
	       memcmp(&datagram->dst, &part->dst, sizeof(part->dst)) == 0;
}

static struct datagram *
find(struct fragment_set *set, const struct fragment *part)
{
	for (size_t i = 0; i < FRAGMENT_DATAGRAMS_MAX; i++)
		if (belongs(&set->datagram[i], part))
			return &set->datagram[i];
	return NULL;
}

/* Room for a new datagram, the oldest one's if need be.  NULL: no memory. */
static struct datagram *
begin(struct fragment_set *set, const struct fragment *part, struct fragment_loss *loss)
{
	struct datagram *datagram = NULL;

	for (size_t i = 0; i < FRAGMENT_DATAGRAMS_MAX && datagram == NULL; i++)
		if (!set->datagram[i].used)
			datagram = &set->datagram[i];
	if (datagram == NULL) {
		datagram = oldest(set);
		give_up(set, datagram,
		    "too many fragmented datagrams at once, the oldest is dropped", loss);
	}
	if (datagram->bytes == NULL)
		datagram->bytes = malloc(DATAGRAM_MAX);
	if (datagram->bytes == NULL)
		return NULL;
	datagram->used = true;
	datagram->af = part->af;
	datagram->src = part->src;
	datagram->dst = part->dst;
	datagram->id = part->id;
	datagram->total = 0;
	datagram->first_ns = part->time_ns;
	datagram->stored = 0;
	datagram->count = 0;
	if (expires_at(datagram) < set->deadline)
		set->deadline = expires_at(datagram);
	return datagram;
}

/* What makes a fragment impossible by itself; NULL if nothing does. */
static const char *
fault_alone(const struct fragment *part)
{
	if (part->wirelen == 0)
		return "an IP fragment without data";
	if (part->more && part->wirelen % 8 != 0)
		return "an IP fragment that is not the last has no multiple of 8 bytes";
	if (part->wirelen > DATAGRAM_MAX || part->part_at > DATAGRAM_MAX - part->wirelen)
		return "an IP fragment goes beyond 65535 bytes";
	return NULL;
}

/* What makes it impossible together with those before; NULL if nothing does. */
static const char *
fault_together(const struct datagram *datagram, const struct fragment *part, uint32_t end)
{
	uint32_t reached = datagram->count > 0 ? datagram->stretch[datagram->count - 1].end : 0;

	if (datagram->total != 0 && end > datagram->total)
		return "an IP fragment lies behind the last one";
	if (!part->more && ((datagram->total != 0 && datagram->total != end) || reached > end))
		return "two IP fragments disagree on where the datagram ends";
	return NULL;
}

/* Is the fragment, as far as captured, what a stretch already holds? */
static bool
repeats(const struct datagram *datagram, const struct stretch *stretch, const struct fragment *part,
    uint32_t end)
{
	uint32_t known;

	if (part->part_at < stretch->start || end > stretch->end)
		return false;
	if (part->part_at >= stretch->captured)
		return true;
	known = stretch->captured - part->part_at;
	if (known > part->caplen)
		known = (uint32_t)part->caplen;
	return memcmp(datagram->bytes + part->part_at, part->bytes, known) == 0;
}

/*
 * Append `b` to `a`, which ends where b begins.  Bytes captured behind a gap
 * that the snapshot length tore are of no use.
 */
static void
join(struct stretch *a, const struct stretch *b)
{
	if (a->captured == a->end)
		a->captured = b->captured;
	a->end = b->end;
}

/* Insert a stretch at `i` that overlaps none.  False if there are too many. */
static bool
insert(struct datagram *datagram, unsigned i, const struct stretch *added)
{
	struct stretch *stretch = datagram->stretch;
	bool left = i > 0 && stretch[i - 1].end == added->start;
	bool right = i < datagram->count && stretch[i].start == added->end;

	if (left) {
		join(&stretch[i - 1], added);
		if (!right)
			return true;
		join(&stretch[i - 1], &stretch[i]);
		datagram->count--;
		memmove(&stretch[i], &stretch[i + 1], (datagram->count - i) * sizeof(*stretch));
		return true;
	}
	if (right) {
		struct stretch joined = *added;

		join(&joined, &stretch[i]);
		stretch[i] = joined;
		return true;
	}
	if (datagram->count == FRAGMENT_STRETCHES_MAX)
		return false;
	memmove(&stretch[i + 1], &stretch[i], (datagram->count - i) * sizeof(*stretch));
	stretch[i] = *added;
	datagram->count++;
	return true;
}

static enum fragment_status
place(struct fragment_set *set, struct datagram *datagram, const struct fragment *part,
    struct fragment *whole, struct fragment_loss *loss)
{
	uint32_t end = part->part_at + (uint32_t)part->wirelen;
	const char *fault = fault_together(datagram, part, end);
	const struct stretch added = {
	    .start = part->part_at, .captured = part->part_at + (uint32_t)part->caplen, .end = end};
	unsigned i = 0;

	if (fault != NULL)
		return refuse(part, fault, loss);
	while (i < datagram->count && datagram->stretch[i].end <= part->part_at)
		i++;
	if (i < datagram->count && datagram->stretch[i].start < end) {
		if (!repeats(datagram, &datagram->stretch[i], part, end))
			return refuse(part, "IP fragments overlap", loss);
	} else if (!insert(datagram, i, &added)) {
		return refuse(part, "too many scattered IP fragments of one datagram", loss);
	} else {
		memcpy(datagram->bytes + part->part_at, part->bytes, part->caplen);
		datagram->stored += part->caplen;
	}
	if (!part->more)
		datagram->total = end;
	datagram->last_frame = part->frame;
	datagram->last_ns = part->time_ns;

	if (datagram->count != 1 || datagram->stretch[0].start != 0 ||
	    datagram->stretch[0].end != datagram->total)
		return FRAGMENT_HELD;
	*whole = *part;
	whole->part_at = 0;
	whole->bytes = datagram->bytes;
	whole->caplen = datagram->stretch[0].captured;
	whole->wirelen = datagram->total;
	release(set, datagram);
	return FRAGMENT_COMPLETE;
}

static const char timeout_text[] = "IP fragments of a datagram are still missing after 30 seconds";

enum fragment_status
fragment_add(struct fragment_set *set, const struct fragment *part, struct fragment *whole,
    struct fragment_loss *loss)
{
	const char *fault = fault_alone(part);
	struct datagram *datagram;

	loss->text = NULL;
	if (fault != NULL)
		return refuse(part, fault, loss);
	datagram = find(set, part);
	/* Identifications come round again: not the same datagram any more. */
	if (datagram != NULL && part->time_ns > expires_at(datagram)) {
		give_up(set, datagram, timeout_text, loss);
		datagram = NULL;
	}
	if (datagram == NULL)
		datagram = begin(set, part, loss);
	if (datagram == NULL)
		return FRAGMENT_NOMEM;
	return place(set, datagram, part, whole, loss);
}

bool
fragment_expire(struct fragment_set *set, int64_t now_ns, struct fragment_loss *loss)
{
	if (now_ns <= set->deadline)
		return false;
	give_up(set, oldest(set), timeout_text, loss);
	return true;
}

int64_t
fragment_deadline(const struct fragment_set *set)
{
	return set->deadline;
}

bool
fragment_drain(struct fragment_set *set, struct fragment_loss *loss)
{
	struct datagram *datagram = oldest(set);

	if (datagram == NULL)
		return false;
	give_up(set, datagram, "the capture ends before all IP fragments of a datagram", loss);
	return true;
}
