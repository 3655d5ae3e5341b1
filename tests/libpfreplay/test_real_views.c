/*
 * test_real_views.c - the same traffic seen from several places gives the same
 * tables, and what receivers should have counted is what they counted.
 *
 * SPDX-License-Identifier: ISC
 *
 * Real captures of one run: the sync link, and pfsync0 of both firewalls.  Any
 * of them together must not count anything twice.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "feed.h"

#define SKIPPED 77
#define NS_PER_S INT64_C(1000000000)
/* A counter is right if it is off by no more than this part. */
#define COUNTER_PART 0.06

static int failures;

static void
check(bool good, const char *what, const char *where)
{
	printf("  %s: %s %s\n", where, what, good ? "agrees" : "DIFFERS");
	failures += !good;
}

static char *
path_of(const char *capture, const char *file)
{
	const char *shared = g_getenv("PFSYNC_SHARED");

	return g_build_filename(
	    shared != NULL ? shared : PFSYNC_SHARED_DEFAULT, "captures", capture, file, NULL);
}

static gint
by_text(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* All states of a node, one line each, sorted. */
static char *
table_of(const struct pfreplay *r, const char *node)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
	struct pfreplay_cursor cursor = {0};
	struct pfreplay_state state;
	int index = pfreplay_node_by_name(r, node);
	char *text;

	cursor.node = index < 0 ? 0 : (size_t)index;
	while (index >= 0 && pfreplay_state_next(r, &cursor, &state)) {
		const struct pfsync_state *s = &state.message.u.state;

		g_ptr_array_add(
		    lines, g_strdup_printf("%016" PRIx64 " %08" PRIx32 " %u:%u %u:%u %u",
			       state.message.id, state.message.creatorid, s->src.state,
			       s->dst.state, s->src.seqlo, s->dst.seqlo, s->timeout));
	}
	g_ptr_array_sort(lines, by_text);
	g_ptr_array_add(lines, NULL);
	text = g_strjoinv("\n", (char **)lines->pdata);
	g_ptr_array_free(lines, TRUE);
	return text;
}

static struct pfreplay *
replay(const char *capture, const char *const *files, size_t count,
    const struct pfreplay_options *options, int64_t until_ns)
{
	struct pfreplay *r = pfreplay_new(options);
	char *names[3];
	struct feed *feed;

	for (size_t i = 0; i < count; i++)
		names[i] = path_of(capture, files[i]);
	feed = feed_open((const char *const *)names, count);
	feed_until(feed, r, until_ns);
	pfreplay_advance(r, until_ns);
	feed_close(feed);
	for (size_t i = 0; i < count; i++)
		g_free(names[i]);
	return r;
}

static bool
find_node(struct pfreplay *r, const char *name, struct pfreplay_node *node)
{
	int index = pfreplay_node_by_name(r, name);

	for (size_t n = 0; pfreplay_node_at(r, n, node); n++)
		if (index >= 0 && node->index == (size_t)index)
			return true;
	return false;
}

/* The same transfers, whatever number their nodes have. */
static void
same_bulks(struct pfreplay *wire, struct pfreplay *both)
{
	struct pfreplay_bulk x, y;
	size_t n = 0;

	for (; pfreplay_bulk_at(wire, n, &x); n++)
		check(pfreplay_bulk_at(both, n, &y) && x.outcome == y.outcome &&
			  x.requested_ns == y.requested_ns && x.started_ns == y.started_ns &&
			  x.ended_ns == y.ended_ns && x.states == y.states && x.tries == y.tries,
		    "bulk transfer with pfsync0 beside the wire", "");
	check(n > 0 && !pfreplay_bulk_at(both, n, &y), "number of bulk transfers", "");
}

/* The wire, and the wire with both pfsync0, at one time. */
static void
wire_and_taps(const char *capture, int64_t at_s)
{
	static const char *const files[] = {"wire.pcap", "pfsync0-A.pcap", "pfsync0-B.pcap"};
	static const char *const nodes[] = {"10.0.0.11", "10.0.0.12"};
	const struct pfreplay_options all = {.wire_present = true, .several_files = true};
	struct pfreplay *wire = replay(capture, files, 1, NULL, at_s * NS_PER_S);
	struct pfreplay *both = replay(capture, files, 3, &all, at_s * NS_PER_S);

	for (size_t i = 0; i < 2; i++) {
		char *a = table_of(wire, nodes[i]), *b = table_of(both, nodes[i]);
		struct pfreplay_node x, y;
		bool found = find_node(wire, nodes[i], &x) && find_node(both, nodes[i], &y);

		check(a[0] != '\0' && strcmp(a, b) == 0, "table with pfsync0 beside the wire",
		    nodes[i]);
		check(found && memcmp(x.messages, y.messages, sizeof(x.messages)) == 0, "messages",
		    nodes[i]);
		check(found && memcmp(x.predicted, y.predicted, sizeof(x.predicted)) == 0,
		    "predicted counters", nodes[i]);
		g_free(a);
		g_free(b);
	}
	same_bulks(wire, both);
	pfreplay_free(wire);
	pfreplay_free(both);
}

/* Both ends of a lossy link: every packet that reached both counts once. */
static void
two_ends(void)
{
	static const char *const files[] = {"wire_A.pcap", "wire_B.pcap"};
	const struct pfreplay_options several = {.several_files = true};
	struct pfreplay *r =
	    replay("fault-openbsd-loss", files, 2, &several, 1795423330 * NS_PER_S);
	struct pfreplay *a = replay("fault-openbsd-loss", files, 1, NULL, 1795423330 * NS_PER_S);
	struct pfreplay *b =
	    replay("fault-openbsd-loss", files + 1, 1, NULL, 1795423330 * NS_PER_S);
	struct pfreplay_totals both, one, two;
	struct pfreplay_node node, sender;

	pfreplay_totals(r, &both);
	pfreplay_totals(a, &one);
	pfreplay_totals(b, &two);
	check(both.packets == one.packets + two.packets, "packets", "two ends");
	/* nobody sent more than is seen at its own end */
	check(find_node(r, "10.0.0.11", &node) && find_node(a, "10.0.0.11", &sender) &&
		  node.frames == sender.frames,
	    "A's frames", "two ends");
	check(find_node(r, "10.0.0.12", &node) && find_node(b, "10.0.0.12", &sender) &&
		  node.frames == sender.frames,
	    "B's frames", "two ends");
	pfreplay_free(r);
	pfreplay_free(a);
	pfreplay_free(b);
}

/* The number before `text` in netstat's output. */
static double
netstat_value(const char *file, const char *text)
{
	char *path = path_of("freebsd-10.1", file), *all = NULL, *at;
	double value = -1;

	if (g_file_get_contents(path, &all, NULL, NULL) && (at = strstr(all, text)) != NULL) {
		while (at > all && at[-1] != '\n')
			at--;
		value = atof(at);
	}
	g_free(all);
	g_free(path);
	return value;
}

static void
check_counter(const char *node, const char *what, double predicted, double counted)
{
	printf("  %s: %s predicted %.0f, counted %.0f\n", node, what, predicted, counted);
	failures += predicted < counted * (1 - COUNTER_PART) - 1 ||
		    predicted > counted * (1 + COUNTER_PART) + 1;
}

static void
netstat(void)
{
	static const struct {
		const char *node;
		const char *file;
	} nodes[] = {{"10.0.0.11", "netstat-A.txt"}, {"10.0.0.12", "netstat-B.txt"}};
	static const char *const files[] = {"wire.pcap"};
	struct pfreplay *r = replay("freebsd-10.1", files, 1, NULL, 1795419000 * NS_PER_S);

	for (size_t i = 0; i < 2; i++) {
		struct pfreplay_node node;

		if (!find_node(r, nodes[i].node, &node)) {
			check(false, "node", nodes[i].node);
			continue;
		}
		check_counter(node.name, "packets", (double)node.received,
		    netstat_value(nodes[i].file, "packets received (IPv4)"));
		check_counter(node.name, "badstate", (double)node.predicted[PFREPLAY_BADSTATE],
		    netstat_value(nodes[i].file, "failed state lookup"));
	}
	pfreplay_free(r);
}

int
main(void)
{
	char *path = path_of("freebsd-10.1", "wire.pcap");
	bool there = g_file_test(path, G_FILE_TEST_EXISTS);

	g_free(path);
	if (!there) {
		fprintf(stderr, "no captures of real kernels here: skipped\n");
		return SKIPPED;
	}
	for (int64_t at_s = 1795418000; at_s <= 1795418100; at_s += 50)
		wire_and_taps("freebsd-10.1", at_s);
	for (int64_t at_s = 1795418680; at_s <= 1795418860; at_s += 60)
		wire_and_taps("openbsd-7.6", at_s);
	two_ends();
	netstat();
	return failures == 0 ? 0 : 1;
}
