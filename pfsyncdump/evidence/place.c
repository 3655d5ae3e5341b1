/*
 * place.c - near whom each capture of the sync link was made.
 *
 * SPDX-License-Identifier: ISC
 */
#include "place.h"

#include <stdlib.h>
#include <string.h>

#include <glib.h>

/* So many losses on one side are no accident of capturing. */
#define ONLY_MIN 3
#define ONLY_RATIO 10

struct source *
places_source(struct places *places, enum pfsync_af af, const struct pfsync_addr *addr)
{
	const size_t bytes = af == PFSYNC_AF_INET ? 4 : sizeof(addr->b);
	struct source *source;

	for (size_t i = 0; i < places->source_count; i++) {
		source = places->sources[i];
		if (source->af == af && memcmp(source->addr.b, addr->b, bytes) == 0)
			return source;
	}
	if (places->source_count == PLACE_SOURCES_MAX)
		return NULL;
	source = g_new0(struct source, 1);
	source->af = af;
	memcpy(source->addr.b, addr->b, bytes);
	source->near_file = PLACE_UNKNOWN;
	places->sources[places->source_count++] = source;
	return source;
}

void
places_compare(struct places *places, struct source *source, size_t from, int64_t from_ns,
    size_t to, int64_t to_ns)
{
	(void)places;
	/* All is measured from the first input. */
	if (from != 0 && to != 0)
		return;
	if (to == 0)
		source->later_ns[from][source->compared[from]++ % PLACE_LATEST] = from_ns - to_ns;
	else
		source->later_ns[to][source->compared[to]++ % PLACE_LATEST] = to_ns - from_ns;
}

static int
by_size(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The median of how much later that input saw its packets than the first one. */
static int64_t
later(const struct source *source, size_t file)
{
	const size_t count =
	    source->compared[file] < PLACE_LATEST ? (size_t)source->compared[file] : PLACE_LATEST;
	int64_t sorted[PLACE_LATEST];

	memcpy(sorted, source->later_ns[file], count * sizeof(sorted[0]));
	qsort(sorted, count, sizeof(sorted[0]), by_size);
	return sorted[count / 2];
}

/*
 * Packets of who is near the first input come later to the other one by the
 * way's time and the clocks' difference; those of who is near the other one by
 * the difference less the way.
 */
static void
find_offset(struct places *places, size_t file)
{
	int64_t most = 0, least = 0;
	size_t count = 0;

	for (size_t i = 0; i < places->source_count; i++) {
		const struct source *source = places->sources[i];
		int64_t by;

		if (source->compared[file] == 0)
			continue;
		by = later(source, file);
		if (count == 0 || by > most)
			most = by;
		if (count == 0 || by < least)
			least = by;
		count++;
	}
	places->offset_known[file] = count >= 2;
	places->offset_ns[file] = count >= 2 ? least + (most - least) / 2 : 0;
}

/* The input that alone has what others lost, or PLACE_UNKNOWN. */
static int
near_by_loss(const struct places *places, const struct source *source)
{
	uint64_t sum = 0;
	size_t best = 0;

	for (size_t file = 0; file < places->file_count; file++) {
		sum += source->only[file];
		if (source->only[file] > source->only[best])
			best = file;
	}
	if (source->only[best] < ONLY_MIN ||
	    source->only[best] < ONLY_RATIO * (sum - source->only[best]))
		return PLACE_UNKNOWN;
	return (int)best;
}

/* The input that its packets reach first. */
static int
near_by_time(const struct places *places, const struct source *source)
{
	int best = PLACE_UNKNOWN;
	int64_t best_ns = 0;

	for (size_t file = 0; file < places->file_count; file++) {
		int64_t by = 0;

		if (source->matched[file] == 0 || (file != 0 && source->compared[file] == 0))
			continue;
		if (file != 0)
			by = later(source, file) - places->offset_ns[file];
		if (best == PLACE_UNKNOWN || by < best_ns) {
			best = (int)file;
			best_ns = by;
		}
	}
	return best;
}

void
places_locate(struct places *places)
{
	for (size_t file = 1; file < places->file_count; file++)
		find_offset(places, file);
	for (size_t i = 0; i < places->source_count; i++) {
		struct source *source = places->sources[i];

		if (source->given)
			continue;
		source->near_file = near_by_loss(places, source);
		if (source->near_file == PLACE_UNKNOWN)
			source->near_file = near_by_time(places, source);
	}
}

struct flow *
places_flow(struct source *source, size_t from, size_t to)
{
	struct flow **flow = &source->flows[from][to];

	if (*flow == NULL) {
		*flow = g_new0(struct flow, 1);
		(*flow)->from = (uint16_t)from;
		(*flow)->to = (uint16_t)to;
	}
	return *flow;
}

void
places_clear(struct places *places)
{
	for (size_t i = 0; i < places->source_count; i++) {
		for (size_t from = 0; from < VANTAGE_FILES_MAX; from++)
			for (size_t to = 0; to < VANTAGE_FILES_MAX; to++)
				g_free(places->sources[i]->flows[from][to]);
		g_free(places->sources[i]);
	}
	places->source_count = 0;
}
