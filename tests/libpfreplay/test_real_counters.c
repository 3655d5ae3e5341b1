/*
 * test_real_counters.c - what real kernels counted against what the replay
 * predicted for them.
 *
 * SPDX-License-Identifier: ISC
 *
 * Prints, per capture and firewall, each counter of netstat -s -p pfsync, or
 * of OpenBSD's pfsyncstats phase by phase, as the kernel had it and as predicted.
 * Where the capture is complete, message histograms must agree exactly, "stale"
 * must lie between the least and the most that are predicted, and all else be
 * near.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "feed.h"

#define SKIPPED 77
#define NS_PER_S INT64_C(1000000000)

/* Lines of netstat and which counter they are. */
static const struct {
	const char *words;
	enum pfreplay_counter counter;
} lines[] = {
    {"discarded for bad ttl", PFREPLAY_BADTTL},
    {"shorter than header", PFREPLAY_HDROPS},
    {"discarded for bad version", PFREPLAY_BADVER},
    {"discarded for bad action", PFREPLAY_BADACT},
    {"discarded for short packet", PFREPLAY_BADLEN},
    {"discarded for bad values", PFREPLAY_BADVAL},
    {"stale state", PFREPLAY_STALE},
    {"failed state lookup/insert", PFREPLAY_BADSTATE},
};

/* In the order of the action numbers of FreeBSD 10 to 13 (SEM 6). */
static const char *const histogram[] = {"clear all request", "state insert", "state inserted ack",
    "state update", "compressed state update", "uncompressed state request", "state delete",
    "compressed state delete", "fragment insert", "fragment delete", "bulk update mark",
    "TDB replay counter update", "end of frame mark"};
#define ACTIONS (sizeof(histogram) / sizeof(histogram[0]))

/* Places in OpenBSD's pfsyncstats (OB 15). */
static const struct {
	unsigned place;
	enum pfreplay_counter counter;
} places[] = {{3, PFREPLAY_BADTTL}, {4, PFREPLAY_HDROPS}, {5, PFREPLAY_BADVER},
    {6, PFREPLAY_BADACT}, {7, PFREPLAY_BADLEN}, {9, PFREPLAY_STALE}, {10, PFREPLAY_BADVAL},
    {11, PFREPLAY_BADSTATE}};
#define PLACE_PACKETS 0
#define PLACES 16

struct counted {
	uint64_t received;
	uint64_t counters[PFREPLAY_COUNTER_COUNT];
	uint64_t heard[ACTIONS];
	bool has_histogram;
};

struct counter_case {
	const char *name;
	const char *pcap;
	const char *a; /* files of counters */
	const char *b;
	/* The capture has all that they received and processed while they counted:
	 * histograms must be equal. */
	bool complete_a;
	bool complete_b;
};

static const struct counter_case cases[] = {
    /* B's pfsync0 went down and up: a packet was counted and not processed. */
    {"freebsd-10.1", "wire.pcap", "netstat-A.txt", "netstat-B.txt", true, false},
    /* So was A's, and B's link was cut. */
    {"carp-failover-freebsd-10.1", "wire_sync.pcap", "A_counters.txt", "B_counters.txt", false,
	false},
    {"openbsd-7.6", "wire.pcap", "counters-A.txt", "counters-B.txt", true, true},
    /* B counted six packets before the capture saw any for it. */
    {"openbsd-2009-07", "wire.pcap", "counters-A.txt", "counters-B.txt", true, false},
    {"fault-openbsd-loss", "wire_A.pcap", "A_counters.txt", NULL, true, false},
    {"fault-openbsd-loss", "wire_B.pcap", NULL, "B_counters.txt", false, true},
};

static char *
path_of(const struct counter_case *one, const char *file)
{
	const char *shared = g_getenv("PFSYNC_SHARED");

	return g_build_filename(
	    shared != NULL ? shared : PFSYNC_SHARED_DEFAULT, "captures", one->name, file, NULL);
}

static bool
find_node(struct pfreplay *r, const char *name, struct pfreplay_node *node)
{
	int index = pfreplay_node_by_name(r, name);

	for (size_t n = 0; pfreplay_node_at(r, n, node); n++)
		if ((int)node->index == index)
			return true;
	return false;
}

/* --- FreeBSD: netstat ------------------------------------------------------ */

static bool
is_plural_of(const char *text, const char *words)
{
	size_t length = strlen(words);

	if (strncmp(text, words, length) != 0)
		return false;
	text += length;
	return strcmp(text, " received") == 0 || strcmp(text, "s received") == 0;
}

static void
take_netstat_line(const char *line, struct counted *counted)
{
	char *rest;
	uint64_t value;

	while (isspace((unsigned char)*line))
		line++;
	value = strtoull(line, &rest, 10);
	if (rest == line || *rest != ' ')
		return;
	rest++;
	if (strcmp(rest, "packets received (IPv4)") == 0)
		counted->received = value;
	for (size_t i = 0; i < ACTIONS; i++)
		if (is_plural_of(rest, histogram[i]))
			counted->heard[i] = value;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (strstr(rest, lines[i].words) != NULL)
			counted->counters[lines[i].counter] = value;
}

static struct counted
read_netstat(const char *text)
{
	struct counted counted = {.has_histogram = true};
	char **rows = g_strsplit(text, "\n", -1);
	bool pfsync = false;

	for (size_t i = 0; rows[i] != NULL; i++) {
		g_strchomp(rows[i]);
		if (strcmp(rows[i], "pfsync:") == 0)
			pfsync = true;
		else if (rows[i][0] != '\0' && !isspace((unsigned char)rows[i][0]))
			pfsync = false;
		else if (pfsync)
			take_netstat_line(rows[i], &counted);
	}
	g_strfreev(rows);
	return counted;
}

/* --- OpenBSD: pfsyncstats --------------------------------------------------- */

static bool
read_stats(const char *line, struct counted *counted)
{
	const char *numbers = strstr(line, "pfsyncstats ");
	uint64_t values[PLACES] = {0};
	char *rest;

	if (numbers == NULL)
		return false;
	numbers += strlen("pfsyncstats ");
	if (!isdigit((unsigned char)*numbers))
		return false;
	for (size_t i = 0; i < PLACES; i++) {
		values[i] = strtoull(numbers, &rest, 10);
		numbers = rest;
	}
	memset(counted, 0, sizeof(*counted));
	counted->received = values[PLACE_PACKETS];
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		counted->counters[places[i].counter] = values[places[i].place];
	return true;
}

/* --- both ------------------------------------------------------------------ */

static void
print_row(const char *what, uint64_t counted, uint64_t predicted)
{
	if (counted != 0 || predicted != 0)
		printf("    %-28s counted %6" PRIu64 "  predicted %6" PRIu64 "%s\n", what, counted,
		    predicted, counted == predicted ? "" : "  *");
}

/* Off by at most a tenth, or by a few. */
#define FEW 3

static bool
is_near(uint64_t counted, uint64_t predicted)
{
	uint64_t off = counted > predicted ? counted - predicted : predicted - counted;

	return off <= FEW || off * 10 <= counted;
}

static bool
compare(const char *capture, struct pfreplay *r, const char *name, const char *when,
    const struct counted *counted, bool complete)
{
	struct pfreplay_node node;
	uint64_t stale = counted->counters[PFREPLAY_STALE];
	bool good = true;

	if (!find_node(r, name, &node))
		return false;
	printf("  %s %s %s\n", capture, name, when);
	print_row("packets", counted->received, node.received);
	if (stale != 0 || node.stale_most != 0)
		printf("    %-28s counted %6" PRIu64 "  predicted %6" PRIu64 " to %" PRIu64 "%s\n",
		    "stale", stale, node.predicted[PFREPLAY_STALE], node.stale_most,
		    stale >= node.predicted[PFREPLAY_STALE] && stale <= node.stale_most ? ""
											: "  *");
	good &= !complete || (stale >= node.predicted[PFREPLAY_STALE] && stale <= node.stale_most);
	for (int i = 0; i < PFREPLAY_TRUNCATED; i++) {
		if (i == PFREPLAY_STALE)
			continue;
		print_row(pfreplay_counter_name((enum pfreplay_counter)i), counted->counters[i],
		    node.predicted[i]);
		good &= !complete || is_near(counted->counters[i], node.predicted[i]);
	}
	for (size_t i = 0; counted->has_histogram && i < ACTIONS; i++) {
		print_row(histogram[i], counted->heard[i], node.heard[i]);
		good &= !complete || counted->heard[i] == node.heard[i];
	}
	return good;
}

/* netstat ran shortly before the capture ended: up to the packet that it counted
 * last. */
static void
feed_as_counted(
    struct feed *feed, struct pfreplay *r, const char *name, const struct counted *counted)
{
	struct pfreplay_node node;
	int64_t next_ns;

	while ((next_ns = feed_next_ns(feed)) != INT64_MAX) {
		if (find_node(r, name, &node) && node.received == counted->received)
			return;
		feed_until(feed, r, next_ns);
	}
}

static bool
run_freebsd(const struct counter_case *one, const char *file, const char *name, bool complete)
{
	char *path = path_of(one, file), *pcap = path_of(one, one->pcap), *text = NULL;
	const char *names[] = {pcap};
	struct feed *feed = feed_open(names, 1);
	struct pfreplay *r = pfreplay_new(NULL);
	struct counted counted;
	struct pfreplay_node node;
	bool good;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return false;
	counted = read_netstat(text);
	feed_as_counted(feed, r, name, &counted);
	good = compare(one->name, r, name, "when netstat ran", &counted, complete);
	/* A DEL that crossed is known when the other one arrives. */
	feed_until(feed, r, INT64_MAX);
	if (find_node(r, name, &node))
		print_row("badstate, known at the end", counted.counters[PFREPLAY_BADSTATE],
		    node.predicted[PFREPLAY_BADSTATE]);
	g_free(text);
	g_free(path);
	g_free(pcap);
	feed_close(feed);
	pfreplay_free(r);
	return good;
}

/* Each "phaseN TIME", or a time alone, then a line of numbers. */
static bool
run_openbsd(const struct counter_case *one, const char *file, const char *name, bool complete)
{
	char *path = path_of(one, file), *pcap = path_of(one, one->pcap), *text = NULL;
	const char *names[] = {pcap};
	struct feed *feed = feed_open(names, 1);
	struct pfreplay *r = pfreplay_new(NULL);
	struct counted counted;
	char **rows, when[32];
	bool good = true;
	double at_s = 0;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return false;
	rows = g_strsplit(text, "\n", -1);
	for (size_t i = 0; rows[i] != NULL; i++) {
		const char *number =
		    g_str_has_prefix(rows[i], "phase") ? strchr(rows[i], ' ') : rows[i];

		if (number != NULL && g_ascii_strtod(number, NULL) > 1e9)
			at_s = g_ascii_strtod(number, NULL);
		if (!read_stats(rows[i], &counted))
			continue;
		feed_until(feed, r, (int64_t)(at_s * 1e9));
		snprintf(when, sizeof(when), "at %.1f", at_s);
		good &= compare(one->name, r, name, when, &counted, complete);
	}
	g_strfreev(rows);
	g_free(text);
	g_free(path);
	g_free(pcap);
	feed_close(feed);
	pfreplay_free(r);
	return good;
}

static bool
run(const struct counter_case *one)
{
	bool openbsd = strstr(one->name, "openbsd") != NULL, good = true;

	if (one->a != NULL)
		good &= openbsd ? run_openbsd(one, one->a, "10.0.0.11", one->complete_a)
				: run_freebsd(one, one->a, "10.0.0.11", one->complete_a);
	if (one->b != NULL)
		good &= openbsd ? run_openbsd(one, one->b, "10.0.0.12", one->complete_b)
				: run_freebsd(one, one->b, "10.0.0.12", one->complete_b);
	return good;
}

int
main(void)
{
	char *path = path_of(&cases[0], "wire.pcap");
	bool there = g_file_test(path, G_FILE_TEST_EXISTS), good = true;

	g_free(path);
	if (!there) {
		fprintf(stderr, "no captures of real kernels here: skipped\n");
		return SKIPPED;
	}
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		good &= run(&cases[i]);
	return good ? 0 : 1;
}
