/*
 * clock.c - by how much the clocks of two captures differ, before reading them.
 *
 * SPDX-License-Identifier: ISC
 */
#include "clock.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <glib.h>

#include "duplicate.h"

/*
 * So many packets in common, nearly all of them as far apart, prove that it is
 * the same link: short packets without an IP id may be alike by chance.
 */
#define COMMON_MIN 3
#define AGREE_PERCENT 80
#define AGREE_NS INT64_C(1000000000)
#define PRINT_BYTES 64
/* With packets of one firewall only, the way's time may be part of the difference. */
#define LONE_NS (2 * AGREE_NS)

/* One packet; those that come twice tell nothing. */
struct sight {
	int64_t time_ns; /* -1 = twice */
	gint64 source;
};

struct beginning {
	GHashTable *sights; /* gint64 print -> struct sight */
};

static bool
can_be_read_twice(const char *name)
{
	struct stat info;

	return stat(name, &info) == 0 && S_ISREG(info.st_mode);
}

static uint64_t
with_source(uint64_t print, const struct capture_packet *packet)
{
	for (size_t i = 0; i < sizeof(packet->src.b); i++)
		print =
		    print * 31 + (packet->af == PFSYNC_AF_INET && i >= 4 ? 0 : packet->src.b[i]);
	return print;
}

static void
note(struct beginning *beginning, const struct capture_packet *packet)
{
	/* The source, too: ids are each sender's own. */
	const gint64 print =
	    (gint64)with_source(duplicate_print((uint16_t)packet->wirelen, packet->ip_id,
				    packet->bytes, MIN(packet->caplen, PRINT_BYTES)),
		packet);
	const struct sight sight = {packet->time_ns, (gint64)with_source(0, packet)};
	struct sight *known = g_hash_table_lookup(beginning->sights, &print);

	if (known != NULL)
		known->time_ns = -1;
	else
		g_hash_table_insert(beginning->sights, g_memdup2(&print, sizeof(print)),
		    g_memdup2(&sight, sizeof(sight)));
}

static void
read_beginning(const char *name, struct beginning *beginning)
{
	char error[CAPTURE_ERROR_MAX];
	const struct capture_packet *packet;
	const struct capture_problem *problem;
	enum capture_status status;
	struct capture *capture;
	size_t count = 0;

	beginning->sights = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	if (!can_be_read_twice(name))
		return;
	capture = capture_open(&name, 1, NULL, error);
	if (capture == NULL)
		return;
	while (count < CLOCK_PACKETS &&
	       (status = capture_next(capture, &packet, &problem)) != CAPTURE_END) {
		if (status != CAPTURE_PACKET || !capture_has_source(packet))
			continue;
		note(beginning, packet);
		count++;
	}
	capture_close(capture);
}

static gint
by_size(gconstpointer a, gconstpointer b)
{
	const gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

	return (x > y) - (x < y);
}

/* Of one source, sorted: their median, or 0 if they do not agree. */
static int64_t
agreed(const GArray *differences)
{
	int64_t median = g_array_index(differences, gint64, differences->len / 2);
	guint agree = 0;

	for (guint i = 0; i < differences->len; i++)
		agree += llabs(g_array_index(differences, gint64, i) - median) < AGREE_NS;
	return agree * 100 >= differences->len * AGREE_PERCENT ? median : 0;
}

/* By source, how much later `other` saw what both did: GArray of gint64. */
static GHashTable *
compare(const struct beginning *first, const struct beginning *other)
{
	GHashTable *sources = g_hash_table_new_full(
	    g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)g_array_unref);
	GHashTableIter iter;
	gpointer print, value;

	g_hash_table_iter_init(&iter, other->sights);
	while (g_hash_table_iter_next(&iter, &print, &value)) {
		const struct sight *before = g_hash_table_lookup(first->sights, print);
		const struct sight *now = value;
		GArray *differences = g_hash_table_lookup(sources, &now->source);
		gint64 difference;

		if (before == NULL || before->time_ns < 0 || now->time_ns < 0)
			continue;
		if (differences == NULL) {
			differences = g_array_new(FALSE, FALSE, sizeof(gint64));
			g_hash_table_insert(
			    sources, g_memdup2(&now->source, sizeof(now->source)), differences);
		}
		difference = now->time_ns - before->time_ns;
		g_array_append_val(differences, difference);
	}
	return sources;
}

/*
 * What comes from near the first one is later at the other by the way's time and the
 * clocks' difference, what comes from near the other one by the difference less the way:
 * the middle is the difference.  Where all comes from one side, the way is in it, so that
 * only a large one is believed.
 */
static int64_t
later_by(const struct beginning *first, const struct beginning *other)
{
	GHashTable *sources = compare(first, other);
	int64_t most = 0, least = 0, offset_ns;
	size_t count = 0;
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, sources);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		GArray *differences = value;
		int64_t median;

		if (differences->len < COMMON_MIN)
			continue;
		g_array_sort(differences, by_size);
		median = agreed(differences);
		most = count == 0 ? median : MAX(most, median);
		least = count == 0 ? median : MIN(least, median);
		count++;
	}
	g_hash_table_destroy(sources);
	offset_ns = least + (most - least) / 2;
	return llabs(offset_ns) > (count > 1 ? CLOCK_TOLERATED_NS : LONE_NS) ? offset_ns : 0;
}

bool
clock_offsets(const char *const *names, size_t count, int64_t offsets_ns[VANTAGE_FILES_MAX])
{
	struct beginning first, other;
	bool any = false;

	memset(offsets_ns, 0, VANTAGE_FILES_MAX * sizeof(*offsets_ns));
	if (count < 2 || count > VANTAGE_FILES_MAX)
		return false;
	read_beginning(names[0], &first);
	for (size_t i = 1; i < count && g_hash_table_size(first.sights) > 0; i++) {
		read_beginning(names[i], &other);
		offsets_ns[i] = later_by(&first, &other);
		any = any || offsets_ns[i] != 0;
		g_hash_table_destroy(other.sights);
	}
	g_hash_table_destroy(first.sights);
	return any;
}
