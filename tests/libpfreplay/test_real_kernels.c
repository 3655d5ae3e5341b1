/*
 * test_real_kernels.c - what a replay says of the firewalls of FreeBSD 14.3 and 15
 * and of OpenBSD 6.6, against what their kernels held.
 *
 * SPDX-License-Identifier: ISC
 *
 * These runs list the kernels' own structures at an exact time, so each field is
 * compared, and counters phase by phase.  "-v" shows every difference, "-v RUN"
 * those of one run.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feed.h"
#include "tally.h"

#define SKIPPED 77
#define NODES 2

struct run_case {
	const char *name;
	const char *pcap[NODES]; /* at the end of the link of A, of B */
	const char *counters[NODES];
	/* Where the wire does not show why, 0 = the common aim: what the kernel lacks
	 * (an interface, a rule's room for states) shows in nothing that it sends. */
	double predicted_least;
	double found_least;
};

static const struct run_case cases[] = {
    {"freebsd-14.3", {"wire.pcap", "wire.pcap"}, {"counters-A.txt", "counters-B.txt"}, 0, 0},
    {"freebsd-14.3-ipv6", {"wire.pcap", "wire.pcap"}, {"counters-A.txt", "counters-B.txt"}, 0, 0},
    {"freebsd-15", {"wire.pcap", "wire.pcap"}, {"counters-A.txt", "counters-B.txt"}, 0, 0},
    {"openbsd-6.6", {"wire.pcap", "wire.pcap"}, {"counters-A.txt", "counters-B.txt"}, 0, 0},
    {"fault-freebsd-15-partition", {"wire_A.pcap", "wire_B.pcap"},
	{"counters-A.txt", "counters-B.txt"}, 0, 0},
    {"inject-freebsd-14.3", {"wire.pcap", "wire.pcap"}, {NULL, "counters-B.txt"}, 0.70, 0.95},
    {"peer-freebsd-14.3", {"wire.pcap", "wire.pcap"}, {NULL, "counters-B.txt"}, 0, 0},
};

static char *
path_of(const char *name, const char *file)
{
	const char *shared = g_getenv("PFSYNC_SHARED");

	return g_build_filename(
	    shared != NULL ? shared : PFSYNC_SHARED_DEFAULT, "captures", name, file, NULL);
}

/* The link as one end saw it. */
struct vantage {
	struct feed *feed;
	struct pfreplay *r;
	struct history *history;
};

static void
vantage_open(struct vantage *vantage, const struct run_case *one, const char *pcap)
{
	char *path = path_of(one->name, pcap);
	const char *names[] = {path};
	struct feed *feed = feed_open(names, 1);
	struct pfreplay *r = pfreplay_new(NULL);

	vantage->history = history_new();
	feed_set_watch(feed, history_note, vantage->history);
	feed_until(feed, r, INT64_MAX);
	feed_close(feed);
	pfreplay_free(r);
	vantage->feed = feed_open(names, 1);
	vantage->r = pfreplay_new(NULL);
	g_free(path);
}

static void
vantage_close(struct vantage *vantage)
{
	feed_close(vantage->feed);
	pfreplay_free(vantage->r);
	history_free(vantage->history);
}

static void
vantage_until(struct vantage *vantage, int64_t time_ns)
{
	feed_until(vantage->feed, vantage->r, time_ns);
	pfreplay_advance(vantage->r, time_ns);
}

/* 10.0.0.11 and fe80::11 are A, 10.0.0.12 and fe80::12 are B. */
static int
index_of_node(const char *name)
{
	return name[strlen(name) - 1] == '2';
}

/* The partner's listing of the same moment. */
static const struct listing *
partner_of(GPtrArray *listings, const struct listing *listing)
{
	for (guint i = 0; i < listings->len; i++) {
		const struct listing *other = g_ptr_array_index(listings, i);

		if (other != listing && other->latest_ns == listing->latest_ns)
			return other;
	}
	return NULL;
}

static bool
at_least(const char *name, const char *what, double value, double least)
{
	if (value >= least)
		return true;
	printf("  %s: %s %.4f, aim %.4f\n", name, what, value, least);
	return false;
}

#define ASSERTED_LEAST 0.998
#define PREDICTED_LEAST 0.995
#define LISTED_LEAST 0.995
#define DIFFERENCES_LEAST 0.99
#define FIELDS_LEAST 0.99

static bool
is_good(const struct run_case *one, const struct tally *total)
{
	const struct share found = {total->listed - total->missed, total->listed};
	bool good = at_least(
	    one->name, "asserted", share_value(&total->asserted), ASSERTED_LEAST);

	good &= at_least(one->name, "predicted", share_value(&total->predicted),
	    one->predicted_least != 0 ? one->predicted_least : PREDICTED_LEAST);
	good &= at_least(one->name, "found of listed", share_value(&found),
	    one->found_least != 0 ? one->found_least : LISTED_LEAST);
	good &= at_least(
	    one->name, "differences", share_value(&total->differences), DIFFERENCES_LEAST);
	good &= at_least(one->name, "fields", tally_least_field(total), FIELDS_LEAST);
	return good;
}

static bool
run_tables(const struct run_case *one, bool verbose, struct tally *total)
{
	const struct tally_options options = {verbose};
	struct vantage vantages[NODES];
	char *path = path_of(one->name, "tables.jsonl");
	GPtrArray *listings = listing_read_jsonl(path, 0);

	for (int i = 0; i < NODES; i++)
		vantage_open(&vantages[i], one, one->pcap[i]);
	for (guint i = 0; i < listings->len; i++) {
		const struct listing *listing = g_ptr_array_index(listings, i);
		const struct listing *partner = partner_of(listings, listing);
		int place = index_of_node(listing->node);
		struct vantage *mine = &vantages[place], *theirs = &vantages[1 - place];
		const struct tally_side side = {listing, mine->r, mine->history},
					other = {partner, theirs->r, theirs->history};
		struct tally tally = {0};

		vantage_until(mine, listing->latest_ns);
		vantage_until(theirs, listing->latest_ns);
		tally_add(&tally, &side, &other, &options);
		if (verbose) {
			char label[64];

			snprintf(label, sizeof(label), "  %s %s", listing->node, listing->label);
			tally_print(label, &tally);
		}
		tally_sum(total, &tally);
	}
	for (int i = 0; i < NODES; i++)
		vantage_close(&vantages[i]);
	g_ptr_array_free(listings, TRUE);
	g_free(path);
	tally_print(one->name, total);
	return is_good(one, total);
}

int
main(int argc, char **argv)
{
	bool verbose = argc > 1 && strcmp(argv[1], "-v") == 0, good = true;
	const char *only = argc > 2 ? argv[2] : NULL;
	char *path = path_of(cases[0].name, "wire.pcap");
	bool there = g_file_test(path, G_FILE_TEST_EXISTS);

	g_free(path);
	if (!there) {
		fprintf(stderr, "no captures of real kernels here: skipped\n");
		return SKIPPED;
	}
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tally total = {0};

		if (only == NULL || strcmp(only, cases[i].name) == 0)
			good &= run_tables(&cases[i], verbose, &total);
	}
	return good ? 0 : 1;
}
