/*
 * test_real_tables.c - replay real captures and compare with what the kernels
 * themselves listed.
 *
 * SPDX-License-Identifier: ISC
 *
 * Prints, per capture, node and listing, precision and recall of (id,
 * creatorid), agreement of peer states, keys and timeout class, and the reason
 * of every difference; "-v" shows what is unexplained, "--pieces" takes those in
 * samples/real.  Fails if a judged listing or all of them together are below LEAST,
 * if a key differs, an asserted state was not there, or too much is unexplained.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "feed.h"
#include "real_files.h"

#define SKIPPED 77
#define NS_PER_S INT64_C(1000000000)
#define LEAST 0.995
/* Differences without a computed reason, over all captures. */
#define UNEXPLAINED_MAX 0
/* Cases of which samples/real has a piece. */
#define PIECES 6

struct capture_case {
	const char *name;
	const char *pcap;
	const char *elsewhere; /* the other end of a lossy link, or NULL */
	const char *only_node; /* NULL: both */
	int nosync_proto;      /* of its pf.conf, besides 240; or -1 */
	unsigned purge_s;      /* its pf.conf's interval */
	double slack_s;        /* how much earlier than it says a listing was taken */
	/* Listings from .. to are not judged: flushes and outages before them
	 * (captures/README.md, notes.txt); 0 = all are. */
	double disturbed_from_s;
	double disturbed_to_s;
	/* Not judged at all: shows what one vantage point misses. */
	bool shown_only;
};

#define MS(s) (INT64_C(1795424000000000000) + (int64_t)((s)*1000) * 1000000)

/* carp-failover-freebsd-10.1/notes.txt: pfsync0 down and up, the link cut and,
 * until A's next bulk is done, not made up for. */
static const struct outage carp_outages[] = {
    {"10.0.0.12", MS(224.179), MS(225.8)},
    {"10.0.0.11", MS(230.060), MS(231.35)},
    {NULL, MS(236.446), MS(260.2)},
    {"10.0.0.12", MS(265.222), MS(266.3)},
};

static const struct capture_case cases[] = {
    {"freebsd-10.1", "wire.pcap", NULL, NULL, -1, 3, 1.0, 0, 0, false},
    {"openbsd-7.6", "wire.pcap", NULL, NULL, -1, 10, 1.1, 1795418740, 1795418900, false},
    {"openbsd-2009-07", "wire.pcap", NULL, NULL, -1, 10, 1.1, 1795421735, 1795421900, false},
    {"fault-openbsd-loss", "wire_A.pcap", "wire_B.pcap", "10.0.0.11", -1, 10, 0, 0, 0, false},
    {"fault-openbsd-loss", "wire_B.pcap", "wire_A.pcap", "10.0.0.12", -1, 10, 0, 0, 0, false},
    {"fault-openbsd-loss", "wire_A.pcap", "wire_B.pcap", "10.0.0.12", -1, 10, 0, 0, 0, true},
    {"carp-failover-freebsd-10.1", "wire_sync.pcap", NULL, NULL, 112, 3, 0, 1795424225, 1795424270,
	false},
};

static struct history *
read_history(const struct capture_case *one, const char *file)
{
	char *path = real_file(one->name, file);
	const char *names[] = {path};
	struct feed *feed = feed_open(names, 1);
	struct pfreplay *r = pfreplay_new(NULL);
	struct history *history = history_new();

	feed_set_watch(feed, history_note, history);
	feed_until(feed, r, INT64_MAX);
	feed_close(feed);
	pfreplay_free(r);
	g_free(path);
	return history;
}

static GPtrArray *
read_listings(const struct capture_case *one)
{
	static const struct {
		const char *file;
		const char *node;
		double at_s;
	} pfctl[] = {
	    {"pfctl-vvss-A-phase2.txt", "10.0.0.11", 1795417990.7},
	    {"pfctl-vvss-B-phase2.txt", "10.0.0.12", 1795417990.7},
	    {"pfctl-vvss-A-phase3.txt", "10.0.0.11", 1795418001.2},
	    {"pfctl-vvss-B-phase3.txt", "10.0.0.12", 1795418001.2},
	};
	GPtrArray *listings;
	char *path = real_file(one->name, "tables.jsonl");

	if (g_file_test(path, G_FILE_TEST_EXISTS)) {
		listings = listing_read_jsonl(path, one->slack_s);
		g_free(path);
		return listings;
	}
	g_free(path);
	listings = g_ptr_array_new_with_free_func(listing_free);
	for (size_t i = 0; i < sizeof(pfctl) / sizeof(pfctl[0]); i++) {
		path = real_file(one->name, pfctl[i].file);
		g_ptr_array_add(
		    listings, listing_read_pfctl(path, pfctl[i].node, pfctl[i].at_s, one->slack_s));
		g_free(path);
	}
	return listings;
}

static uint64_t
sum(const uint64_t *counts)
{
	uint64_t all = 0;

	for (int i = 0; i < REASON_COUNT; i++)
		all += counts[i];
	return all;
}

static void
print_reasons(const char *what, const uint64_t *counts)
{
	const char *before = "";

	if (sum(counts) == 0)
		return;
	printf("; %s %" PRIu64 " (", what, sum(counts));
	for (int i = 0; i < REASON_COUNT; i++) {
		if (counts[i] == 0)
			continue;
		printf("%s%s %" PRIu64, before, reason_name((enum reason)i), counts[i]);
		before = ", ";
	}
	printf(")");
}

static void
print_comparison(const struct listing *listing, const struct comparison *c, bool judged)
{
	printf("  %s %s %s: listed %" PRIu64 ", replayed %" PRIu64 ", both %" PRIu64
	       ", precision %.3f, recall %.3f\n",
	    listing->node, listing->label, judged ? "judged" : "shown ", c->listed, c->replayed,
	    c->both, comparison_precision(c), comparison_recall(c));
	printf("      agree: peers %" PRIu64 "/%" PRIu64 ", keys %" PRIu64 "/%" PRIu64
	       ", class %" PRIu64 "/%" PRIu64 "; due for long %" PRIu64,
	    c->peers_compared - sum(c->peers_differ), c->peers_compared,
	    c->keys_compared - c->keys_differ, c->keys_compared,
	    c->classes_compared - sum(c->classes_differ), c->classes_compared, c->long_due);
	print_reasons("missing", c->missing);
	print_reasons("extra", c->extra);
	print_reasons("peers differ", c->peers_differ);
	print_reasons("class differs", c->classes_differ);
	printf("\n");
}

static bool
is_judged(
    const struct capture_case *one, const struct listing *listing, const struct history *history)
{
	double at_s = (double)listing->latest_ns / 1e9;

	/* Where a piece ends, what the kernel knew already is said behind the cut. */
	if (real_files_are_pieces() && listing->latest_ns + NS_PER_S > history->last_ns)
		return false;
	return !one->shown_only && (at_s < one->disturbed_from_s || at_s > one->disturbed_to_s);
}

/* Adds what is unexplained; false if a judged listing is below the aim. */
static bool
judge(const struct capture_case *one, const struct listing *listing, const struct history *history,
    const struct comparison *result, uint64_t *unexplained)
{
	bool judged = is_judged(one, listing, history);

	print_comparison(listing, result, judged);
	if (judged || !real_files_are_pieces())
		*unexplained += result->missing[REASON_UNEXPLAINED] +
				result->extra[REASON_UNEXPLAINED] +
				result->peers_differ[REASON_UNEXPLAINED] +
				result->classes_differ[REASON_UNEXPLAINED];
	if (result->keys_differ != 0)
		return false;
	return !judged ||
	       (comparison_recall(result) >= LEAST && comparison_precision(result) >= LEAST);
}

static bool
run(const struct capture_case *one, bool verbose, uint64_t *unexplained, struct determinable *all)
{
	char *path = real_file(one->name, one->pcap);
	const char *names[] = {path};
	struct history *history = read_history(one, one->pcap);
	struct history *elsewhere =
	    one->elsewhere != NULL ? read_history(one, one->elsewhere) : NULL;
	const struct compare_options options = {
	    .outages = carp_outages,
	    .outage_count = sizeof(carp_outages) / sizeof(carp_outages[0]),
	    .nosync_proto = one->nosync_proto,
	    .purge_ns = one->purge_s * NS_PER_S,
	    .elsewhere = elsewhere,
	    .verbose = verbose,
	};
	GPtrArray *listings = read_listings(one);
	struct feed *feed = feed_open(names, 1);
	struct pfreplay *r = pfreplay_new(NULL);
	bool good = true;

	printf("%s %s\n", one->name, one->pcap);
	for (guint i = 0; i < listings->len; i++) {
		const struct listing *listing = g_ptr_array_index(listings, i);
		int64_t as_of_ns = (listing->earliest_ns + listing->latest_ns) / 2;
		struct comparison result;

		if (one->only_node != NULL && strcmp(listing->node, one->only_node) != 0)
			continue;
		feed_until(feed, r, as_of_ns);
		pfreplay_advance(r, as_of_ns);
		compare(r, listing, history, &options, &result);
		good &= judge(one, listing, history, &result, unexplained);
		determinable_add(all, &result);
	}
	feed_close(feed);
	pfreplay_free(r);
	g_ptr_array_free(listings, TRUE);
	history_free(history);
	if (elsewhere != NULL)
		history_free(elsewhere);
	g_free(path);
	return good;
}

int
main(int argc, char **argv)
{
	bool verbose = false, good = true;
	uint64_t unexplained = 0;
	struct determinable all = {0};
	size_t judged = 0;

	for (int i = 1; i < argc; i++) {
		verbose |= strcmp(argv[i], "-v") == 0;
		if (strcmp(argv[i], "--pieces") == 0)
			real_files_take_pieces();
	}
	if (!real_files_are_pieces() && !real_file_exists(cases[0].name, cases[0].pcap)) {
		fprintf(stderr, "no captures of real kernels here: skipped\n");
		return SKIPPED;
	}
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (real_files_are_pieces() && !real_file_exists(cases[i].name, cases[i].pcap))
			continue;
		good &= run(&cases[i], verbose, &unexplained, &all);
		judged++;
	}
	if (real_files_are_pieces())
		good &= judged == PIECES;
	printf("all listings, flushes, restarts and outages included, as far as the capture can "
	       "tell:\n  precision %.4f, recall %.4f, asserted and wrong %" PRIu64 "\n",
	    (double)all.both / (double)all.replayed, (double)all.both / (double)all.listed,
	    all.asserted_wrong);
	good &= (double)all.both >= LEAST * (double)all.replayed &&
		(double)all.both >= LEAST * (double)all.listed && all.asserted_wrong == 0;
	printf("unexplained: %" PRIu64 " (at most %d)\n", unexplained, UNEXPLAINED_MAX);
	return good && unexplained <= UNEXPLAINED_MAX ? 0 : 1;
}
