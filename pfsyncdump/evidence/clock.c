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

/* Time of each packet by its print; those that come twice tell nothing. */
struct beginning {
	GHashTable *times; /* gint64 print -> gint64 time, -1 = twice */
};

static bool
can_be_read_twice(const char *name)
{
	struct stat info;

	return stat(name, &info) == 0 && S_ISREG(info.st_mode);
}

static gint64
print_of(const struct capture_packet *packet)
{
	uint64_t print = duplicate_print((uint16_t)packet->wirelen, packet->ip_id, packet->bytes,
	    MIN(packet->caplen, PRINT_BYTES));

	/* The source, too: ids are each sender's own. */
	for (size_t i = 0; i < sizeof(packet->src.b); i++)
		print =
		    print * 31 + (packet->af == PFSYNC_AF_INET && i >= 4 ? 0 : packet->src.b[i]);
	return (gint64)print;
}

static void
note(struct beginning *beginning, const struct capture_packet *packet)
{
	gint64 print = print_of(packet);
	gint64 *time = g_hash_table_lookup(beginning->times, &print);

	if (time != NULL)
		*time = -1;
	else
		g_hash_table_insert(beginning->times, g_memdup2(&print, sizeof(print)),
		    g_memdup2(&packet->time_ns, sizeof(packet->time_ns)));
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

	beginning->times = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
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

/* They are sorted; their median, or 0 if they do not agree. */
static int64_t
agreed(const GArray *differences)
{
	int64_t median = g_array_index(differences, gint64, differences->len / 2);
	guint agree = 0;

	for (guint i = 0; i < differences->len; i++)
		agree += llabs(g_array_index(differences, gint64, i) - median) < AGREE_NS;
	return agree * 100 >= differences->len * AGREE_PERCENT ? median : 0;
}

/* The median of how much later `other` saw what both did; 0 if too few. */
static int64_t
later_by(const struct beginning *first, const struct beginning *other)
{
	GArray *differences = g_array_new(FALSE, FALSE, sizeof(gint64));
	GHashTableIter iter;
	gpointer print, time;
	int64_t median = 0;

	g_hash_table_iter_init(&iter, other->times);
	while (g_hash_table_iter_next(&iter, &print, &time)) {
		const gint64 *before = g_hash_table_lookup(first->times, print);
		const gint64 now = *(const gint64 *)time;
		gint64 difference;

		if (before == NULL || *before < 0 || now < 0)
			continue;
		difference = now - *before;
		g_array_append_val(differences, difference);
	}
	if (differences->len >= COMMON_MIN) {
		g_array_sort(differences, by_size);
		median = agreed(differences);
	}
	g_array_free(differences, TRUE);
	return median;
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
	for (size_t i = 1; i < count && g_hash_table_size(first.times) > 0; i++) {
		int64_t offset_ns;

		read_beginning(names[i], &other);
		offset_ns = later_by(&first, &other);
		if (offset_ns > CLOCK_TOLERATED_NS || offset_ns < -CLOCK_TOLERATED_NS) {
			offsets_ns[i] = offset_ns;
			any = true;
		}
		g_hash_table_destroy(other.times);
	}
	g_hash_table_destroy(first.times);
	return any;
}
