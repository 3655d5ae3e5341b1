/*
 * listing.c - state tables as the kernels listed them (see listing.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "listing.h"
#include "stream.h"

#define NS_PER_S 1e9
#define PROTO_CARP 112

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
row_free(gpointer row)
{
	g_free(((struct listed *)row)->keys);
	g_free(row);
}

static struct listing *
listing_new(const char *node, double earliest_s, double latest_s)
{
	struct listing *listing = g_new0(struct listing, 1);

	listing->node = g_strdup(node);
	listing->earliest_ns = (int64_t)(earliest_s * NS_PER_S);
	listing->latest_ns = (int64_t)(latest_s * NS_PER_S);
	listing->rows = g_hash_table_new_full(row_hash, row_equal, row_free, NULL);
	return listing;
}

void
listing_free(gpointer pointer)
{
	struct listing *listing = pointer;

	g_hash_table_destroy(listing->rows);
	g_free(listing->node);
	g_free(listing->label);
	g_free(listing);
}

const struct listed *
listing_find(const struct listing *listing, uint64_t id, uint32_t creatorid)
{
	const struct listed key = {.id = id, .creatorid = creatorid};

	return g_hash_table_lookup(listing->rows, &key);
}

/* --- tables.jsonl --------------------------------------------------------- */

static int
peer_state(const json_t *row, const char *peer)
{
	const json_t *number = json_object_get(json_object_get(row, peer), "state_number");

	return json_is_integer(number) ? (int)json_integer_value(number) : -1;
}

static void
add_key(GString *text, const json_t *key)
{
	const json_t *addr = json_object_get(key, "addr"), *port = json_object_get(key, "port");

	for (size_t i = 0; i < 2; i++)
		g_string_append_printf(text, "%s %d ", json_string_value(json_array_get(addr, i)),
		    (int)json_integer_value(json_array_get(port, i)));
}

static char *
json_keys(const json_t *row)
{
	GString *text;

	if (json_object_get(row, "wire") == NULL)
		return NULL;
	text = g_string_new(NULL);
	add_key(text, json_object_get(row, "wire"));
	add_key(text, json_object_get(row, "stack"));
	return g_string_free(text, FALSE);
}

static int
json_int(const json_t *row, const char *name)
{
	return (int)json_integer_value(json_object_get(row, name));
}

static void
json_name(char out[PFSYNC_IFNAMSIZ], const json_t *row, const char *name)
{
	const char *text = json_string_value(json_object_get(row, name));

	g_strlcpy(out, text != NULL ? text : "", PFSYNC_IFNAMSIZ);
}

/* Only where the kernel's own structures were read. */
static void
json_rest(struct listed *listed, const json_t *row)
{
	const json_t *src = json_object_get(row, "src"), *dst = json_object_get(row, "dst");

	listed->has_rest = json_object_get(row, "sync_state") != NULL;
	if (!listed->has_rest)
		return;
	listed->tagged = json_int(row, "tag") != 0;
	listed->rule = json_int(row, "rule");
	listed->nat_rule = json_int(row, "nat_rule");
	listed->flags = json_int(row, "state_flags_raw");
	listed->expire_s = json_int(row, "expire_s");
	listed->src_seqlo = (uint32_t)json_integer_value(json_object_get(src, "seqlo"));
	listed->dst_seqlo = (uint32_t)json_integer_value(json_object_get(dst, "seqlo"));
	listed->src_ts_mod =
	    (uint32_t)json_integer_value(json_object_get(json_object_get(src, "scrub"), "ts_mod"));
	listed->dst_ts_mod =
	    (uint32_t)json_integer_value(json_object_get(json_object_get(dst, "scrub"), "ts_mod"));
	json_name(listed->ifname, row, "ifname");
	json_name(listed->orig_ifname, row, "orig_ifname");
}

static struct listed *
json_row(const json_t *row)
{
	struct listed *listed = g_new0(struct listed, 1);
	const json_t *timeout = json_object_get(row, "timeout_number");
	const json_t *age = json_object_get(row, "creation_s");
	int src = peer_state(row, "src"), dst = peer_state(row, "dst");

	listed->id = strtoull(json_string_value(json_object_get(row, "id")), NULL, 16);
	listed->creatorid =
	    (uint32_t)strtoul(json_string_value(json_object_get(row, "creatorid")), NULL, 16);
	/* null: a protocol that its pfctl had no name for, CARP */
	listed->proto = json_is_null(json_object_get(row, "proto"))
			    ? PROTO_CARP
			    : (int)json_integer_value(json_object_get(row, "proto"));
	listed->age_s = age != NULL ? (int)json_integer_value(age) : -1;
	listed->has_peers = src >= 0 && dst >= 0;
	listed->src_state = (uint8_t)src;
	listed->dst_state = (uint8_t)dst;
	listed->timeout = timeout != NULL ? (int)json_integer_value(timeout) : -1;
	listed->keys = json_keys(row);
	json_rest(listed, row);
	return listed;
}

static struct listing *
json_listing(GPtrArray *listings, const json_t *row, double slack_s)
{
	const char *node = json_string_value(json_object_get(row, "node"));
	double at = json_number_value(json_object_get(row, "at"));
	const json_t *before = json_object_get(row, "before");
	struct listing *listing = NULL;
	double first = at - slack_s, last = at;

	if (before != NULL) {
		first = json_number_value(before);
		last = json_number_value(json_object_get(row, "after"));
	}
	for (guint i = 0; i < listings->len && listing == NULL; i++) {
		struct listing *known = g_ptr_array_index(listings, i);

		if (strcmp(known->node, node) == 0 &&
		    known->latest_ns == (int64_t)(last * NS_PER_S))
			listing = known;
	}
	if (listing == NULL) {
		listing = listing_new(node, first, last);
		listing->label = g_strdup_printf("%.3f", at);
		g_ptr_array_add(listings, listing);
	}
	return listing;
}

static gint
by_time(gconstpointer a, gconstpointer b)
{
	const struct listing *const *x = a, *const *y = b;

	return ((*x)->latest_ns > (*y)->latest_ns) - ((*x)->latest_ns < (*y)->latest_ns);
}

/* Plain or packed. */
struct text_file {
	struct stream *stream;
	FILE *file;
};

static struct text_file
text_open(const char *path)
{
	char why[128] = "out of memory";
	struct text_file text = {stream_open(path, why, sizeof(why)), NULL};

	if (text.stream != NULL)
		text.file = stream_reader(text.stream);
	if (text.file == NULL) {
		fprintf(stderr, "%s: %s\n", path, why);
		exit(1);
	}
	return text;
}

static void
text_close(struct text_file *text, const char *path)
{
	if (ferror(text->file)) {
		fprintf(stderr, "%s: cannot be read to its end\n", path);
		exit(1);
	}
	fclose(text->file);
	stream_close(text->stream);
}

GPtrArray *
listing_read_jsonl(const char *path, double slack_s)
{
	GPtrArray *listings = g_ptr_array_new_with_free_func(listing_free);
	struct text_file text = text_open(path);
	char line[4096];

	while (fgets(line, sizeof(line), text.file) != NULL) {
		json_error_t error;
		json_t *row = json_loads(line, 0, &error);

		if (row == NULL) {
			fprintf(stderr, "%s: %s\n", path, error.text);
			exit(1);
		}
		g_hash_table_add(json_listing(listings, row, slack_s)->rows, json_row(row));
		json_decref(row);
	}
	text_close(&text, path);
	g_ptr_array_sort(listings, by_time);
	return listings;
}

/* --- pfctl -vvss (SEM 9.1) ------------------------------------------------ */

/*
 * "all tcp 10.2.0.2:80 <- 10.1.0.3:52343       ESTABLISHED:ESTABLISHED": all
 * before the run of spaces are the keys, behind it the states, in the order of
 * the hosts: swapped for a state that came in.
 */
static struct listed *
pfctl_row(const char *line)
{
	struct listed *row;
	const char *gap = strstr(line, "       "), *states;
	char **words, **names;

	if (gap == NULL)
		return NULL;
	row = g_new0(struct listed, 1);
	row->timeout = -1;
	row->age_s = -1;
	row->keys = g_strndup(line, (gsize)(gap - line));
	states = gap + strspn(gap, " ");
	words = g_strsplit(row->keys, " ", 3);
	row->proto = pfsync_proto_by_name(words[1]);
	names = g_strsplit(states, ":", 2);
	if (names[0] != NULL && names[1] != NULL) {
		bool in = strstr(row->keys, " <- ") != NULL;
		bool number = g_ascii_isdigit(names[0][0]);
		int first = number ? atoi(names[0])
				   : pfsync_peer_state_by_name((unsigned)row->proto, names[0]);
		int second = number ? atoi(names[1])
				    : pfsync_peer_state_by_name((unsigned)row->proto, names[1]);

		row->has_peers = first >= 0 && second >= 0;
		row->src_state = (uint8_t)(in ? second : first);
		row->dst_state = (uint8_t)(in ? first : second);
	}
	g_strfreev(names);
	g_strfreev(words);
	return row;
}

struct listing *
listing_read_pfctl(const char *path, const char *node, double at_s, double slack_s)
{
	struct listing *listing = listing_new(node, at_s - slack_s, at_s + slack_s);
	struct listed *row = NULL;
	struct text_file text = text_open(path);
	char line[1024];

	listing->by_pfctl = true;
	listing->label = g_strdup_printf("%.1f", at_s);
	while (fgets(line, sizeof(line), text.file) != NULL) {
		char *id = strstr(line, "   id: "), *creator = strstr(line, "creatorid: ");

		line[strcspn(line, "\r\n")] = '\0';
		if (id == line && creator != NULL && row != NULL) {
			row->id = strtoull(id + strlen("   id: "), NULL, 16);
			row->creatorid =
			    (uint32_t)strtoul(creator + strlen("creatorid: "), NULL, 16);
			g_hash_table_add(listing->rows, row);
			row = NULL;
		} else if (line[0] != ' ' && strchr(line, ':') != NULL) {
			if (row != NULL)
				row_free(row);
			row = pfctl_row(line);
		}
	}
	if (row != NULL)
		row_free(row);
	text_close(&text, path);
	return listing;
}

/* --- the other side ------------------------------------------------------- */

char *
listing_keys(const struct listing *listing, const struct pfsync_message *message)
{
	GString *text = g_string_new(NULL);
	struct pfsync_key keys[2];
	char out[512];

	if (listing->by_pfctl) {
		pfsync_text_state(out, sizeof(out), message);
		g_string_append_len(text, out, (gssize)(strstr(out, "       ") - out));
		return g_string_free(text, FALSE);
	}
	if (!pfsync_state_keys(message, &keys[0], &keys[1]))
		return g_string_free(text, FALSE);
	for (size_t k = 0; k < 2; k++) {
		for (size_t i = 0; i < 2; i++) {
			pfsync_text_addr(
			    out, sizeof(out), pfsync_key_af(message, k == 1), &keys[k].addr[i]);
			g_string_append_printf(text, "%s %d ", out, keys[k].port[i]);
		}
	}
	return g_string_free(text, FALSE);
}
