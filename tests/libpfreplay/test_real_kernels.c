/*
 * test_real_kernels.c - what a replay says of the firewalls of FreeBSD 14.3 and 15
 * and of OpenBSD 6.6, against what their kernels held.
 *
 * SPDX-License-Identifier: ISC
 *
 * These runs list the kernels' own structures at an exact time, so each field is
 * compared, and counters phase by phase.  "-v" shows every difference, "-v RUN"
 * those of one run; "--pieces" takes the tables in samples/real, which has no counters.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feed.h"
#include "real_files.h"
#include "tally.h"

#define SKIPPED 77
#define NODES 2
/* Cases of which samples/real has a piece. */
#define PIECES 3

struct run_case {
	const char *name;
	const char *pcap[NODES]; /* at the end of the link of A, of B */
	const char *counters[NODES];
	/* Where the wire does not show why, 0 = the common aim: what the kernel lacks
	 * (an interface, a rule's room for states) shows in nothing that it sends. */
	double predicted_least;
	double found_least;
	bool second_life; /* its counters are of B after its restart */
};

static const struct run_case cases[] = {
    {"freebsd-14.3", {"wire.pcap", "wire.pcap"}, {"counters-A.txt", "counters-B.txt"}, 0, 0, false},
    {"freebsd-14.3-ipv6", {"wire.pcap", "wire.pcap"}, {"counters-A.txt", "counters-B.txt"}, 0, 0,
	false},
    {"freebsd-15", {"wire.pcap", "wire.pcap"}, {"counters-A.txt", "counters-B.txt"}, 0, 0, false},
    {"openbsd-6.6", {"wire.pcap", "wire.pcap"}, {"counters-A.txt", "counters-B.txt"}, 0, 0, false},
    {"fault-freebsd-15-partition", {"wire_A.pcap", "wire_B.pcap"},
	{"counters-A.txt", "counters-B.txt"}, 0, 0, false},
    {"inject-freebsd-14.3", {"wire.pcap", "wire.pcap"}, {NULL, "counters-B.txt"}, 0.70, 0.95,
	false},
    {"peer-freebsd-14.3", {"wire.pcap", "wire.pcap"}, {NULL, "counters-B.txt"}, 0, 0, true},
};

/* The link as one end saw it. */
struct vantage {
	struct feed *feed;
	struct pfreplay *r;
	struct history *history;
};

static void
vantage_open(struct vantage *vantage, const struct run_case *one, const char *pcap)
{
	char *path = real_file(one->name, pcap);
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
	bool good = at_least(one->name, "asserted", share_value(&total->asserted), ASSERTED_LEAST);

	good &= at_least(one->name, "predicted", share_value(&total->predicted),
	    one->predicted_least != 0 ? one->predicted_least : PREDICTED_LEAST);
	good &= at_least(one->name, "found of listed", share_value(&found),
	    one->found_least != 0 ? one->found_least : LISTED_LEAST);
	good &=
	    at_least(one->name, "differences", share_value(&total->differences), DIFFERENCES_LEAST);
	good &= at_least(one->name, "fields", tally_least_field(total), FIELDS_LEAST);
	return good;
}

static bool
run_tables(const struct run_case *one, bool verbose, struct tally *total)
{
	const struct tally_options options = {verbose};
	struct vantage vantages[NODES];
	char *path = real_file(one->name, "tables.jsonl");
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

/* --- counters -------------------------------------------------------------- */

#define COUNTED_MAX 8

static const struct {
	const char *word;
	enum pfreplay_counter counter;
} counter_words[COUNTED_MAX] = {{"badttl", PFREPLAY_BADTTL}, {"hdrops", PFREPLAY_HDROPS},
    {"badver", PFREPLAY_BADVER}, {"badact", PFREPLAY_BADACT}, {"badlen", PFREPLAY_BADLEN},
    {"badval", PFREPLAY_BADVAL}, {"badstate", PFREPLAY_BADSTATE}, {"stale", PFREPLAY_STALE}};

/* What a kernel had counted when a phase ended. */
struct phase {
	int64_t at_ns;
	uint64_t received;
	uint64_t counted[COUNTED_MAX];
	uint64_t heard[PFSYNC_ACTION_NUMBERS];
	bool has_heard;
};

static bool
find_node(struct pfreplay *r, int place, struct pfreplay_node *node)
{
	for (size_t n = 0; pfreplay_node_at(r, n, node); n++)
		if (node->first_ns != 0 && index_of_node(node->name) == place)
			return true;
	return false;
}

static void
take_line(struct phase *phase, const char *line)
{
	unsigned long long value;
	unsigned number;
	char word[32];

	if (sscanf(line, "iacts[%u] %llu", &number, &value) == 2) {
		phase->has_heard = true;
		if (number < PFSYNC_ACTION_NUMBERS)
			phase->heard[number] = value;
		return;
	}
	if (sscanf(line, "%31s %llu", word, &value) != 2)
		return;
	if (strcmp(word, "ipackets") == 0 || strcmp(word, "ipackets6") == 0)
		phase->received += value;
	for (size_t i = 0; i < COUNTED_MAX; i++)
		if (strcmp(word, counter_words[i].word) == 0)
			phase->counted[i] = value;
}

static bool
exactly(const char *label, const char *what, uint64_t counted, uint64_t predicted)
{
	if (counted == predicted)
		return true;
	printf("  %s %s: counted %" PRIu64 ", predicted %" PRIu64 "\n", label, what, counted,
	    predicted);
	return false;
}

static bool
between(const char *label, const char *what, uint64_t counted, uint64_t least, uint64_t most)
{
	bool good = counted >= least && counted <= most;

	if (counted != 0 || most != 0)
		printf("  %s %s: counted %" PRIu64 ", predicted %" PRIu64 " to %" PRIu64 "%s\n",
		    label, what, counted, least, most, good ? "" : " *");
	return good;
}

static bool
judge_phase(const char *label, const struct phase *phase, const struct pfreplay_node *node)
{
	bool good = exactly(label, "ipackets", phase->received, node->received);

	for (size_t i = 0; i < COUNTED_MAX; i++) {
		enum pfreplay_counter counter = counter_words[i].counter;

		if (counter == PFREPLAY_STALE)
			good &= between(label, "stale", phase->counted[i], node->predicted[counter],
			    node->stale_most);
		else if (counter == PFREPLAY_BADSTATE &&
			 node->badstate_most != node->predicted[counter])
			good &= between(label, "badstate", phase->counted[i],
			    node->predicted[counter], node->badstate_most);
		else
			good &= exactly(label, counter_words[i].word, phase->counted[i],
			    node->predicted[counter]);
	}
	for (unsigned i = 0; phase->has_heard && i < PFSYNC_ACTION_NUMBERS; i++) {
		char what[16];

		/* A kernel that is down, or just comes up, counts a packet and does
		 * not look at its messages: shown, not judged. */
		snprintf(what, sizeof(what), "iacts[%u]", i);
		(void)exactly(label, what, phase->heard[i], node->heard[i]);
	}
	return good;
}

/* What was predicted before the kernel's second life began. */
static void
take_away(struct pfreplay_node *node, const struct pfreplay_node *before)
{
	node->received -= before->received;
	node->stale_most -= before->stale_most;
	node->badstate_most -= before->badstate_most;
	for (int i = 0; i < PFREPLAY_COUNTER_COUNT; i++)
		node->predicted[i] -= before->predicted[i];
	for (int i = 0; i < PFSYNC_ACTION_NUMBERS; i++)
		node->heard[i] -= before->heard[i];
}

/* It came up with its last request for all states before that time. */
static bool
before_life(const struct run_case *one, int place, int64_t at_ns, struct pfreplay_node *node)
{
	struct vantage vantage;
	int64_t born_ns = 0;
	bool found;

	vantage_open(&vantage, one, one->pcap[place]);
	for (guint i = 0; i < vantage.history->requests->len; i++) {
		const struct happening *h =
		    &g_array_index(vantage.history->requests, struct happening, i);
		bool its = h->from.b[3] == 11 + place || h->from.b[15] == 0x11 + place;

		if (its && h->time_ns < at_ns)
			born_ns = h->time_ns;
	}
	vantage_until(&vantage, born_ns - 1);
	found = find_node(vantage.r, place, node);
	vantage_close(&vantage);
	return found;
}

static bool
run_counters(const struct run_case *one, int place)
{
	char *path = real_file(one->name, one->counters[place]), *text = NULL;
	struct vantage vantage;
	char **rows, label[96] = "";
	struct phase phase = {0};
	struct pfreplay_node node, before;
	/* The file of one run begins with the second life. */
	uint64_t received = one->second_life ? UINT64_MAX : 0;
	bool good = true, open = false, has_before = false;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return false;
	vantage_open(&vantage, one, one->pcap[place]);
	rows = g_strsplit(text, "\n", -1);
	for (size_t i = 0;; i++) {
		bool begins = rows[i] != NULL && g_str_has_prefix(rows[i], "== ");

		if (open && (rows[i] == NULL || begins)) {
			if (phase.received < received)
				has_before = before_life(one, place, phase.at_ns, &before);
			received = phase.received;
			vantage_until(&vantage, phase.at_ns);
			if (find_node(vantage.r, place, &node)) {
				if (has_before)
					take_away(&node, &before);
				good &= judge_phase(label, &phase, &node);
			}
		}
		if (rows[i] == NULL)
			break;
		if (begins) {
			const char *at = strrchr(rows[i], ' ');

			memset(&phase, 0, sizeof(phase));
			phase.at_ns = (int64_t)(g_ascii_strtod(at, NULL) * 1e9);
			snprintf(
			    label, sizeof(label), "%s %c %s", one->name, "AB"[place], rows[i] + 3);
			open = true;
		} else if (open)
			take_line(&phase, rows[i]);
	}
	g_strfreev(rows);
	g_free(text);
	g_free(path);
	vantage_close(&vantage);
	return good;
}

static bool
is_wanted(const struct run_case *one, const char *only)
{
	if (real_files_are_pieces() && !real_file_exists(one->name, one->pcap[0]))
		return false;
	return only == NULL || strcmp(only, one->name) == 0;
}

int
main(int argc, char **argv)
{
	bool verbose = argc > 1 && strcmp(argv[1], "-v") == 0, good = true;
	const char *only = argc > 2 ? argv[2] : NULL;
	size_t judged = 0;

	if (argc > 1 && strcmp(argv[1], "--pieces") == 0)
		real_files_take_pieces();
	else if (!real_file_exists(cases[0].name, cases[0].pcap[0])) {
		fprintf(stderr, "no captures of real kernels here: skipped\n");
		return SKIPPED;
	}
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tally total = {0};

		if (!is_wanted(&cases[i], only))
			continue;
		good &= run_tables(&cases[i], verbose, &total);
		judged++;
	}
	if (real_files_are_pieces())
		return good && judged == PIECES ? 0 : 1;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (int place = 0; place < NODES; place++)
			if (cases[i].counters[place] != NULL && is_wanted(&cases[i], only))
				good &= run_counters(&cases[i], place);
	return good ? 0 : 1;
}
