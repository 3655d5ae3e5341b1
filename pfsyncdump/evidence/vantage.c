/*
 * vantage.c - the same packets, captured at several places of the sync link.
 *
 * SPDX-License-Identifier: ISC
 */
#include "vantage.h"

#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "duplicate.h"
#include "place.h"

/* If frames were cut short, by lengths that may differ, this much is compared. */
#define PRINT_CUT_BYTES 64
#define SNAPLEN_WHOLE 65535
/* More packets that are the same within the window are a flood, not looked at. */
#define ALIKE_MAX 64
/* A frame that one input shows again so soon is the same frame. */
#define TWICE_NS INT64_C(10000000)
/* Places are found anew for each packet at first, later now and then. */
#define LOCATE_EACH 1024

/* Where and when one input saw a packet. */
struct sight {
	int64_t time_ns;
	uint64_t frame;
	uint64_t order; /* among all of its sender there, from 1; 0 = not seen */
};

struct held {
	enum capture_status status;
	struct capture_packet packet;
	struct capture_problem problem;
	struct source *source; /* NULL: nothing to be matched */
	uint64_t print;
	bool twice;         /* this input showed the same without an IP id just before */
	struct held *alike; /* the next younger one with that print */
	/* Of the eldest: the youngest, and how many there are. */
	struct held *youngest;
	unsigned alike_count;
	struct sight sights[];
};

struct vantage {
	struct capture *capture;
	size_t file_count;
	const struct capture_file *files[VANTAGE_FILES_MAX];
	size_t print_bytes;
	/* The user says that the sync link was captured there. */
	bool is_place[VANTAGE_FILES_MAX];
	int64_t clocks_ns[VANTAGE_FILES_MAX]; /* taken off before */
	struct places places;
	uint64_t told; /* packets that said something of places */
	int64_t now_ns;
	bool early;         /* what is handed out was not waited for: too much is held */
	GQueue held;        /* struct held, in order */
	GHashTable *prints; /* the eldest held of each print */
	struct held *given; /* what was handed out last */
};

static size_t
usable_files(struct capture *capture)
{
	size_t count = capture_file_count(capture), wires = 0;

	for (size_t i = 0; i < count; i++)
		wires += !capture_file(capture, (unsigned)i)->tap;
	return count <= VANTAGE_FILES_MAX && wires >= 2 ? count : 0;
}

struct vantage *
vantage_new(struct capture *capture, const struct vantage_place *places, size_t place_count,
    const int64_t *clocks_ns)
{
	size_t file_count = usable_files(capture);
	struct vantage *vantage;

	if (file_count == 0)
		return NULL;
	vantage = g_new0(struct vantage, 1);
	vantage->capture = capture;
	vantage->file_count = vantage->places.file_count = file_count;
	vantage->print_bytes = SIZE_MAX;
	if (clocks_ns != NULL)
		memcpy(vantage->clocks_ns, clocks_ns, file_count * sizeof(*clocks_ns));
	vantage->prints = g_hash_table_new(g_int64_hash, g_int64_equal);
	g_queue_init(&vantage->held);
	for (size_t i = 0; i < file_count; i++) {
		const struct capture_file *file = capture_file(capture, (unsigned)i);

		vantage->files[i] = file;
		if (!file->tap && file->snaplen != 0 && file->snaplen < SNAPLEN_WHOLE)
			vantage->print_bytes = PRINT_CUT_BYTES;
	}
	for (size_t i = 0; i < place_count; i++) {
		struct source *source =
		    places_source(&vantage->places, places[i].af, &places[i].addr);

		if (source != NULL && places[i].file < file_count) {
			source->given = true;
			source->near_file = (int)places[i].file;
			vantage->is_place[places[i].file] = true;
		}
	}
	return vantage;
}

static void
held_free(struct held *held)
{
	if (held == NULL)
		return;
	g_free((void *)(uintptr_t)held->packet.bytes);
	g_free((void *)(uintptr_t)held->packet.ip_header);
	g_free(held);
}

void
vantage_free(struct vantage *vantage)
{
	if (vantage == NULL)
		return;
	held_free(vantage->given);
	while (!g_queue_is_empty(&vantage->held))
		held_free(g_queue_pop_head(&vantage->held));
	g_hash_table_destroy(vantage->prints);
	places_clear(&vantage->places);
	g_free(vantage);
}

/* ------------------------------------------------------------------------
 * In
 */

static bool
same_bytes(
    const struct vantage *vantage, const struct capture_packet *a, const struct capture_packet *b)
{
	size_t size = MIN(MIN(a->caplen, b->caplen), vantage->print_bytes);

	return a->wirelen == b->wirelen && a->ip_id == b->ip_id && a->af == b->af &&
	       memcmp(a->dst.b, b->dst.b, a->af == PFSYNC_AF_INET ? 4 : 16) == 0 &&
	       (size == 0 || memcmp(a->bytes, b->bytes, size) == 0);
}

/* The eldest of its kind that this input has not shown; NULL if it is new. */
static struct held *
find_alike(struct vantage *vantage, const struct source *source, uint64_t print,
    const struct capture_packet *packet)
{
	gint64 key = (gint64)print;
	struct held *held = g_hash_table_lookup(vantage->prints, &key);

	for (; held != NULL; held = held->alike) {
		if (held->sights[packet->file].order == 0 && held->source == source &&
		    same_bytes(vantage, &held->packet, packet))
			return held;
	}
	return NULL;
}

/* Is it a frame that this input has just shown, once more? */
static bool
is_twice(struct vantage *vantage, const struct source *source, uint64_t print,
    const struct capture_packet *packet)
{
	gint64 key = (gint64)print;
	struct held *held = g_hash_table_lookup(vantage->prints, &key);

	for (; held != NULL; held = held->alike) {
		const struct sight *sight = &held->sights[packet->file];

		if (sight->order != 0 && held->source == source &&
		    llabs(packet->time_ns - sight->time_ns) <= TWICE_NS &&
		    same_bytes(vantage, &held->packet, packet))
			return true;
	}
	return false;
}

/* False if there are too many of its kind. */
static bool
remember(struct vantage *vantage, struct held *held)
{
	struct held *eldest = g_hash_table_lookup(vantage->prints, &held->print);

	if (eldest == NULL) {
		held->youngest = held;
		held->alike_count = 1;
		g_hash_table_insert(vantage->prints, &held->print, held);
		return true;
	}
	if (eldest->alike_count == ALIKE_MAX)
		return false;
	eldest->alike_count++;
	eldest->youngest->alike = held;
	eldest->youngest = held;
	return true;
}

/* It leaves, being the eldest of all. */
static void
forget(struct vantage *vantage, struct held *held)
{
	if (held->source == NULL)
		return;
	g_hash_table_remove(vantage->prints, &held->print);
	if (held->alike == NULL)
		return;
	held->alike->youngest = held->youngest;
	held->alike->alike_count = held->alike_count - 1;
	g_hash_table_insert(vantage->prints, &held->alike->print, held->alike);
}

static void
see(struct vantage *vantage, struct held *held, const struct capture_packet *packet)
{
	struct source *source = held->source;
	struct sight *here = &held->sights[packet->file];

	here->time_ns = packet->time_ns;
	here->frame = packet->frame;
	here->order = ++source->seen[packet->file];
	for (size_t file = 0; file < vantage->file_count; file++) {
		const struct sight *there = &held->sights[file];

		if (file == packet->file || there->order == 0)
			continue;
		source->matched[packet->file]++;
		source->matched[file]++;
		places_compare(
		    &vantage->places, source, file, there->time_ns, packet->file, here->time_ns);
		/* Whichever of the two comes to be the sender's end.  Packets are
		 * counted in the order of this input, so those count as late whose
		 * number in the other is lower than one that was here before. */
		flow_delivered(places_flow(source, file, packet->file),
		    here->time_ns - there->time_ns, there->order, packet->wirelen);
		flow_delivered(places_flow(source, packet->file, file),
		    there->time_ns - here->time_ns, there->order, packet->wirelen);
	}
}

static struct held *
hold(struct vantage *vantage, enum capture_status status)
{
	struct held *held =
	    g_malloc0(sizeof(*held) + vantage->file_count * sizeof(held->sights[0]));

	held->status = status;
	g_queue_push_tail(&vantage->held, held);
	return held;
}

static struct held *
hold_packet(struct vantage *vantage, enum capture_status status,
    const struct capture_packet *packet, struct source *source, uint64_t print)
{
	struct held *held = hold(vantage, status);

	held->packet = *packet;
	held->packet.bytes = g_memdup2(packet->bytes, packet->caplen);
	held->packet.ip_header =
	    packet->ip_header == NULL ? NULL : g_memdup2(packet->ip_header, packet->ip_header_len);
	held->source = source;
	held->print = print;
	if (source != NULL && remember(vantage, held))
		see(vantage, held, packet);
	else
		held->source = NULL;
	return held;
}

void
vantage_put(struct vantage *vantage, enum capture_status status,
    const struct capture_packet *packet, const struct capture_problem *problem)
{
	struct source *source = NULL;
	struct held *held = NULL;
	uint64_t print = 0;
	bool twice = false;

	if (status == CAPTURE_PROBLEM) {
		vantage->now_ns = problem->time_ns;
		hold(vantage, status)->problem = *problem;
		return;
	}
	vantage->now_ns = packet->time_ns;
	if (status == CAPTURE_PACKET && capture_has_source(packet))
		source = places_source(&vantage->places, packet->af, &packet->src);
	if (source != NULL) {
		print = duplicate_print(
		    0, packet->ip_id, packet->bytes, MIN(packet->caplen, vantage->print_bytes));
		held = find_alike(vantage, source, print, packet);
		twice = held == NULL && is_twice(vantage, source, print, packet);
		/* Mirror ports and bridges do that; it is neither lost nor new. */
		if (twice && packet->ip_id != 0)
			return;
	}
	if (held != NULL)
		see(vantage, held, packet);
	else
		hold_packet(vantage, status, packet, source, print)->twice = twice;
}

/* ------------------------------------------------------------------------
 * Out
 */

/* An input that saw it. */
static size_t
seen_at(const struct vantage *vantage, const struct held *held)
{
	size_t file = 0;

	while (file + 1 < vantage->file_count && held->sights[file].order == 0)
		file++;
	return file;
}

/* How long packets took on that way at most, by the two clocks. */
static int64_t
longest_ns(const struct source *source, size_t from, size_t to)
{
	const struct flow *flow = source->flows[from][to];
	int64_t longest = flow != NULL && flow->delivered > 0 ? flow->delay_ns.max : 0;

	return MAX(MIN(longest, VANTAGE_WINDOW_NS), -VANTAGE_WINDOW_NS);
}

/* Was that input capturing when the packet came by, and until it must have come? */
static bool
covers(const struct vantage *vantage, size_t file, const struct held *held)
{
	const struct capture_file *info = vantage->files[file];
	size_t seen = seen_at(vantage, held);
	int64_t sent_ns = held->sights[seen].time_ns;
	int64_t time_ns =
	    sent_ns + vantage->places.offset_ns[file] - vantage->places.offset_ns[seen];
	int64_t latest_ns = MAX(time_ns, sent_ns + longest_ns(held->source, seen, file));

	return !info->tap && info->has_time && info->first_ns <= time_ns &&
	       info->last_ns >= latest_ns;
}

/* May that input still show it? */
static bool
may_come(const struct vantage *vantage, size_t file, const struct held *held)
{
	const struct capture_file *info = vantage->files[file];
	int64_t time_ns = held->packet.time_ns;

	return !info->tap && info->has_time && held->sights[file].order == 0 &&
	       info->first_ns - VANTAGE_WINDOW_NS <= time_ns &&
	       info->last_ns + VANTAGE_WINDOW_NS >= time_ns;
}

static bool
was_waited_for(const struct vantage *vantage, const struct held *held)
{
	int64_t waited_ns = vantage->now_ns - held->packet.time_ns;

	/* A clock that steps back does not make it wait for ever. */
	if (held->source == NULL || waited_ns > VANTAGE_WINDOW_NS || waited_ns < -VANTAGE_WINDOW_NS)
		return true;
	for (size_t file = 0; file < vantage->file_count; file++) {
		if (may_come(vantage, file, held))
			return false;
	}
	return true;
}

/* An input shows that sender's packets, and should have shown this one. */
static bool
lacks(const struct vantage *vantage, size_t file, const struct held *held)
{
	return !vantage->early && held->sights[file].order == 0 &&
	       held->source->matched[file] > 0 && covers(vantage, file, held);
}

/* Did it show anything, by being in two inputs or lacking in one? */
static bool
count_losses(struct vantage *vantage, struct held *held)
{
	struct source *source = held->source;
	size_t seen = 0, lacking = 0;

	for (size_t to = 0; to < vantage->file_count; to++) {
		seen += held->sights[to].order != 0;
		if (!lacks(vantage, to, held))
			continue;
		lacking++;
		for (size_t from = 0; from < vantage->file_count; from++) {
			const struct sight *sight = &held->sights[from];

			if (sight->order == 0)
				continue;
			flow_lost(places_flow(source, from, to), sight->time_ns, sight->frame,
			    held->packet.wirelen);
			places_flow(source, to, from)->appeared++;
		}
	}
	if (seen == 1 && lacking > 0)
		source->only[seen_at(vantage, held)]++;
	return seen > 1 || lacking > 0;
}

/* The nodes whose own captures lack it. */
static uint64_t
who_missed(const struct vantage *vantage, const struct held *held, const struct pfreplay *replay)
{
	const struct places *places = &vantage->places;
	int sender;
	uint64_t missed = 0;

	if (replay == NULL)
		return 0;
	sender = pfreplay_node_by_addr(replay, held->packet.af, &held->packet.src);
	for (size_t i = 0; i < places->source_count; i++) {
		const struct source *other = places->sources[i];
		int node;

		if (other == held->source || other->near_file < 0 ||
		    other->near_file == held->source->near_file ||
		    !lacks(vantage, (size_t)other->near_file, held))
			continue;
		node = pfreplay_node_by_addr(replay, other->af, &other->addr);
		if (node >= 0 && node != sender)
			missed |= UINT64_C(1) << node;
	}
	return missed;
}

static bool
is_alone(const struct vantage *vantage, const struct held *held)
{
	size_t seen = 0;

	for (size_t file = 0; held->source != NULL && file < vantage->file_count; file++)
		seen += held->sights[file].order != 0;
	return seen == 1;
}

/* The eldest packet leaves; NULL if it has to wait. */
static struct held *
take_eldest(struct vantage *vantage, bool all)
{
	struct held *held = g_queue_peek_head(&vantage->held);

	if (held == NULL ||
	    (!all && vantage->held.length <= VANTAGE_HELD_MAX && !was_waited_for(vantage, held)))
		return NULL;
	vantage->early = !all && !was_waited_for(vantage, held);
	(void)g_queue_pop_head(&vantage->held);
	forget(vantage, held);
	return held;
}

bool
vantage_take(
    struct vantage *vantage, bool all, const struct pfreplay *replay, struct vantage_event *event)
{
	struct held *held = take_eldest(vantage, all);

	/* One input alone shows it twice: the other one would, if it had been sent twice. */
	while (held != NULL && held->twice && is_alone(vantage, held)) {
		held_free(held);
		held = take_eldest(vantage, all);
	}
	if (held == NULL)
		return false;
	held_free(vantage->given);
	vantage->given = held;
	*event = (struct vantage_event){
	    .status = held->status,
	    .packet = &held->packet,
	    .problem = &held->problem,
	};
	if (held->source == NULL)
		return true;
	/* What one input alone saw before the other began tells nothing. */
	if (count_losses(vantage, held) &&
	    (vantage->told++ < LOCATE_EACH || vantage->told % LOCATE_EACH == 0))
		places_locate(&vantage->places);
	event->missed = who_missed(vantage, held, replay);
	return true;
}

/* ------------------------------------------------------------------------
 * What came of it
 */

/* Is it the first of that node's addresses? */
static bool
first_of_node(const struct places *places, size_t index, int node, const struct pfreplay *replay)
{
	for (size_t i = 0; i < index; i++) {
		const struct source *other = places->sources[i];

		if (pfreplay_node_by_addr(replay, other->af, &other->addr) == node)
			return false;
	}
	return true;
}

static void
tell_between(const struct vantage *vantage, struct pfreplay *replay, const struct source *from,
    size_t to_index)
{
	const struct places *places = &vantage->places;
	const struct source *to = places->sources[to_index];
	struct pfreplay_direction direction;
	const struct flow *flow;
	size_t near, far;
	int receiver;

	if (from == to || from->near_file < 0 || to->near_file < 0 ||
	    from->near_file == to->near_file)
		return;
	near = (size_t)from->near_file;
	far = (size_t)to->near_file;
	flow = from->flows[near][far];
	receiver = pfreplay_node_by_addr(replay, to->af, &to->addr);
	if (flow == NULL || receiver < 0 || !first_of_node(places, to_index, receiver, replay))
		return;
	flow_describe(flow, places->offset_ns[far] - places->offset_ns[near], &direction);
	direction.sender = pfreplay_node_by_addr(replay, from->af, &from->addr);
	direction.receiver = receiver;
	direction.offset_known =
	    (near == 0 || places->offset_known[near]) && (far == 0 || places->offset_known[far]);
	direction.offset_ns = places->offset_ns[far] + vantage->clocks_ns[far] -
			      places->offset_ns[near] - vantage->clocks_ns[near];
	if (direction.sender >= 0 && direction.sender != receiver)
		pfreplay_direction_add(replay, &direction);
}

void
vantage_tell(const struct vantage *vantage, struct pfreplay *replay)
{
	const struct places *places = &vantage->places;

	for (size_t i = 0; i < places->source_count; i++)
		for (size_t j = 0; j < places->source_count; j++)
			tell_between(vantage, replay, places->sources[i], j);
}
