/*
 * test_real_differences.c - what is said to be on one firewall only, against the
 * kernels' own tables.
 *
 * SPDX-License-Identifier: ISC
 *
 * At every instant at which both firewalls of a capture listed their tables, the
 * differences that the replay tells are compared with those of the listings.
 * Prints, per capture, precision (of those that are sure, and of all) and recall.
 * What is younger than YOUNG_S, or due within it, is under way and left out.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feed.h"
#include "listing.h"
#include "pfverdict.h"

#define SKIPPED 77
#define NS_PER_S INT64_C(1000000000)
#define YOUNG_S 3
/* Two listings at most so far apart are one instant. */
#define APART_NS (3 * NS_PER_S)

struct capture_case {
	const char *name;
	const char *file;
	double slack_s;
	double least_sure;   /* of the precision of what is sure */
	double least_all;    /* of all */
	double least_recall; /* 0: what one end cannot show is not asked for */
};

static const struct capture_case cases[] = {
    {"fault-openbsd-loss", "wire_A.pcap", 0, 0.99, 0, 0},
    {"fault-openbsd-loss", "wire_B.pcap", 0, 0.99, 0, 0},
    {"fault-freebsd-15-partition", "wire_A.pcap", 0, 0.99, 0, 0},
    {"fault-freebsd-15-partition", "wire_B.pcap", 0, 0.99, 0, 0},
    {"freebsd-14.3", "wire.pcap", 0, 0, 0, 0},
    {"freebsd-14.3-ipv6", "wire.pcap", 0, 0, 0, 0},
    {"freebsd-15", "wire.pcap", 0, 0, 0, 0},
    {"openbsd-6.6", "wire.pcap", 0, 0, 0, 0},
    {"openbsd-7.6", "wire.pcap", 1.1, 0, 0, 0},
    {"openbsd-2009-07", "wire.pcap", 1.1, 0, 0, 0},
    {"carp-failover-freebsd-10.1", "wire_sync.pcap", 0, 0, 0, 0},
};

struct score {
	uint64_t sure;
	uint64_t sure_right;
	uint64_t told;
	uint64_t told_right;
	uint64_t truth;
	uint64_t found;
};

static bool verbose;

static bool
travels(const struct listed *row)
{
	return row->proto != PFSYNC_IPPROTO && row->proto != 112;
}

/* Is the state on one of the two only, and neither new nor about to end? */
static bool
differs(const struct listing *a, const struct listing *b, const struct listed *row)
{
	return travels(row) && (listing_find(a, row->id, row->creatorid) == NULL) !=
				   (listing_find(b, row->id, row->creatorid) == NULL);
}

static void
check_told(struct pfreplay *r, const struct listing *a, const struct listing *b, const int nodes[2],
    GHashTable *told, struct score *score)
{
	struct pfreplay_difference difference;

	for (size_t n = 0; pfreplay_difference_at(r, n, &difference); n++) {
		const struct listed *on_a = listing_find(a, difference.id, difference.creatorid);
		const struct listed *on_b = listing_find(b, difference.id, difference.creatorid);
		struct listed *row = g_new0(struct listed, 1);
		bool has_a = (difference.has >> nodes[0] & 1) != 0;
		bool right = has_a ? on_a != NULL && on_b == NULL : on_b != NULL && on_a == NULL;

		row->id = difference.id;
		row->creatorid = difference.creatorid;
		if (difference.kind == PFREPLAY_PEERS) {
			g_free(row);
			continue;
		}
		g_hash_table_add(told, row);
		score->told++;
		score->told_right += right;
		if (difference.surety == PFREPLAY_SURE) {
			score->sure++;
			score->sure_right += right;
		}
		if (verbose && !right)
			printf("      wrong: %016" PRIx64 "/%08" PRIx32
			       " %s, told on %s only, listed %s%s\n",
			    difference.id, difference.creatorid,
			    pfreplay_surety_name(difference.surety), has_a ? "A" : "B",
			    on_a != NULL ? "A" : "", on_b != NULL ? "B" : "");
	}
}

static void
check_truth(struct pfreplay *r, const struct listing *of, const struct listing *other,
    const int nodes[2], GHashTable *told, struct score *score)
{
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, of->rows);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		const struct listed *row = key;
		struct pfreplay_state state;
		bool found;

		if (!differs(of, other, row) || (row->age_s >= 0 && row->age_s < YOUNG_S))
			continue;
		/* About to end, by the replay's own reckoning. */
		if ((pfreplay_state_get(r, (size_t)nodes[0], row->id, row->creatorid, &state) ||
			pfreplay_state_get(r, (size_t)nodes[1], row->id, row->creatorid, &state)) &&
		    state.due_ns - pfreplay_now(r) < YOUNG_S * NS_PER_S)
			continue;
		found = g_hash_table_contains(told, row);
		score->truth++;
		score->found += found;
		if (verbose && !found)
			printf("      not told: %016" PRIx64 "/%08" PRIx32 " is on %s only\n",
			    row->id, row->creatorid, of->node);
	}
}

static guint
row_hash(gconstpointer key)
{
	const struct listed *row = key;

	return (guint)(row->id * 2654435761U) ^ row->creatorid;
}

static gboolean
row_equal(gconstpointer a, gconstpointer b)
{
	const struct listed *x = a, *y = b;

	return x->id == y->id && x->creatorid == y->creatorid;
}

static void
look(struct pfreplay *r, const struct listing *a, const struct listing *b, struct score *score)
{
	int nodes[2] = {pfreplay_node_by_name(r, a->node), pfreplay_node_by_name(r, b->node)};
	GHashTable *told;
	struct score before = *score;

	if (nodes[0] < 0 || nodes[1] < 0)
		return;
	told = g_hash_table_new_full(row_hash, row_equal, g_free, NULL);
	check_told(r, a, b, nodes, told, score);
	check_truth(r, a, b, nodes, told, score);
	check_truth(r, b, a, nodes, told, score);
	g_hash_table_destroy(told);
	if (verbose)
		printf("    %s: told %" PRIu64 ", right %" PRIu64 "; truly %" PRIu64
		       ", found %" PRIu64 "\n",
		    a->label, score->told - before.told, score->told_right - before.told_right,
		    score->truth - before.truth, score->found - before.found);
}

static char *
path_of(const struct capture_case *one, const char *file)
{
	const char *shared = g_getenv("PFSYNC_SHARED");

	return g_build_filename(
	    shared != NULL ? shared : PFSYNC_SHARED_DEFAULT, "captures", one->name, file, NULL);
}

static double
ratio(uint64_t part, uint64_t whole)
{
	return whole == 0 ? 1 : (double)part / (double)whole;
}

static bool
run(const struct capture_case *one)
{
	char *path = path_of(one, one->file), *tables = path_of(one, "tables.jsonl");
	const char *names[] = {path};
	GPtrArray *listings = listing_read_jsonl(tables, one->slack_s);
	struct pfreplay *r = pfreplay_new(NULL);
	struct feed *feed;
	struct score score = {0};

	feed = feed_open(names, 1);
	for (guint i = 0; i + 1 < listings->len; i++) {
		const struct listing *a = listings->pdata[i], *b = listings->pdata[i + 1];

		if (strcmp(a->node, b->node) == 0 || b->latest_ns - a->latest_ns > APART_NS)
			continue;
		feed_until(feed, r, b->earliest_ns);
		pfreplay_advance(r, b->earliest_ns);
		look(r, a, b, &score);
		i++;
	}
	feed_close(feed);
	pfreplay_free(r);
	printf("%s %s: sure %" PRIu64 "/%" PRIu64 " right, told %" PRIu64 "/%" PRIu64
	       " right, found %" PRIu64 "/%" PRIu64 "\n",
	    one->name, one->file, score.sure_right, score.sure, score.told_right, score.told,
	    score.found, score.truth);
	g_ptr_array_free(listings, TRUE);
	g_free(tables);
	g_free(path);
	return ratio(score.sure_right, score.sure) >= one->least_sure &&
	       ratio(score.told_right, score.told) >= one->least_all &&
	       ratio(score.found, score.truth) >= one->least_recall;
}

int
main(int argc, char **argv)
{
	char *probe = path_of(&cases[0], "tables.jsonl");
	bool there = g_file_test(probe, G_FILE_TEST_EXISTS), good = true;

	verbose = argc > 1 && strcmp(argv[1], "-v") == 0;
	g_free(probe);
	if (!there) {
		printf("no captures: skipped\n");
		return SKIPPED;
	}
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if ((argc < 3 || strcmp(argv[2], cases[i].name) == 0) && !run(&cases[i])) {
			printf("  below its limits\n");
			good = false;
		}
	return good ? 0 : 1;
}
