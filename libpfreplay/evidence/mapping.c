/*
 * mapping.c - who was behind an address (see pfevidence.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "../internal.h"
#include "pfevidence.h"

/* One of them, and where it was spoken of. */
struct known {
	struct pfreplay_mapping mapping;
	GArray *frames; /* of view_evidence() */
};

struct mappings {
	struct pfreplay *r;
	struct pfreplay_end asked;
	GPtrArray *list;   /* struct known */
	GHashTable *by_id; /* the latest of an id and creatorid; keys owned */
	uint64_t unlisted;
};

struct state_name {
	uint64_t id;
	uint64_t creatorid;
};

static guint
name_hash(gconstpointer data)
{
	const struct state_name *name = data;

	return g_int64_hash(&name->id) ^ (guint)name->creatorid;
}

static gboolean
name_equal(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, sizeof(struct state_name)) == 0;
}

static void
known_free(gpointer data)
{
	struct known *known = data;

	g_array_free(known->frames, TRUE);
	g_free(known);
}

static struct known *
find(const struct mappings *mappings, const struct pfsync_message *message)
{
	const struct state_name name = {.id = message->id, .creatorid = message->creatorid};

	return g_hash_table_lookup(mappings->by_id, &name);
}

/* Are the first `bits` of two addresses the same? */
static bool
begins_alike(const struct pfsync_addr *a, const struct pfsync_addr *b, unsigned bits)
{
	const unsigned whole = bits / 8, rest = bits % 8;

	return memcmp(a->b, b->b, whole) == 0 &&
	       (rest == 0 || ((a->b[whole] ^ b->b[whole]) >> (8 - rest)) == 0);
}

/* Is it end `i` of that key? */
static bool
is_end(const struct mappings *mappings, const struct pfsync_key *key, enum pfsync_af af, unsigned i)
{
	const struct pfreplay_end *asked = &mappings->asked;

	if (asked->af == PFSYNC_AF_UNSPEC)
		return true;
	return af == asked->af && (asked->port == 0 || asked->port == key->port[i]) &&
	       begins_alike(&key->addr[i], &asked->addr, asked->prefix_bits);
}

/* The packet speaks of it. */
static void
hear(struct known *known, const struct event *event)
{
	const GArray *frames = known->frames;

	if (frames->len == PFREPLAY_MAPPING_FRAMES_MAX ||
	    (frames->len > 0 &&
		g_array_index(frames, uint64_t, frames->len - 1) == event->evidence))
		return;
	g_array_append_val(known->frames, event->evidence);
}

/*
 * Which side of the state it is.  The two keys differ where the state translates:
 * the stack key is the side behind the firewall, with NAT of what goes out as with
 * redirection of what comes in, and the wire key what others see (OB 4.3).
 */
static bool
find_side(
    const struct mappings *mappings, const struct pfsync_message *message, enum pfreplay_side *side)
{
	struct pfsync_key keys[2];
	const enum pfsync_af af[2] = {pfsync_key_af(message, false), pfsync_key_af(message, true)};
	bool in[2];

	if (!pfsync_state_keys(message, &keys[0], &keys[1]))
		return false;
	for (unsigned k = 0; k < 2; k++)
		in[k] =
		    is_end(mappings, &keys[k], af[k], 0) || is_end(mappings, &keys[k], af[k], 1);
	if (in[0] && in[1])
		*side = PFREPLAY_DIRECT;
	else if (in[0] || in[1])
		*side = in[0] ? PFREPLAY_MAPPED : PFREPLAY_INSIDE;
	return in[0] || in[1];
}

static struct known *
add(struct mappings *mappings, const struct event *event)
{
	const struct open_packet *open = &mappings->r->open;
	struct known *known;
	struct state_name *name;

	if (mappings->list->len == PFREPLAY_MAPPINGS_MAX) {
		mappings->unlisted++;
		return NULL;
	}
	known = g_new0(struct known, 1);
	known->frames = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	known->mapping.first_ns = event->time_ns;
	known->mapping.first_frame = open->packet->frame;
	known->mapping.first_file = open->packet->file;
	g_ptr_array_add(mappings->list, known);
	name = g_new0(struct state_name, 1);
	name->id = event->message->id;
	name->creatorid = event->message->creatorid;
	g_hash_table_replace(mappings->by_id, name, known);
	return known;
}

/* A full record: perhaps one that has the address. */
static void
full(struct mappings *mappings, const struct event *event)
{
	struct known *known = find(mappings, event->message);
	const struct pfsync_message *message = event->message;
	struct pfreplay_mapping *mapping;
	enum pfreplay_side side;

	if (!find_side(mappings, message, &side))
		return;
	/* The id may be another state's by now (SEM 1.3). */
	if (known != NULL && known->mapping.ended_ns != 0 && message->action == PFSYNC_ACT_INS)
		known = NULL;
	if (known == NULL)
		known = add(mappings, event);
	if (known == NULL)
		return;
	hear(known, event);
	mapping = &known->mapping;
	mapping->side = side;
	mapping->message = *message;
	mapping->last_ns = event->time_ns;
	mapping->ended_ns = 0;
	if (pfsync_has(message, PFSYNC_F_CREATION) && mapping->created_ns == 0)
		mapping->created_ns =
		    event->time_ns - (int64_t)message->u.state.creation_s * 1000000000;
}

static void
end(struct mappings *mappings, struct pfreplay_mapping *mapping, int64_t time_ns)
{
	const struct open_packet *open = &mappings->r->open;

	if (mapping->ended_ns != 0)
		return;
	mapping->ended_ns = time_ns;
	mapping->ended_frame = open->packet->frame;
	mapping->ended_file = open->packet->file;
}

static void
on_said(void *user, const struct watch_said *said)
{
	struct mappings *mappings = user;
	const struct pfsync_message *message = said->event->message;
	struct known *known;

	if (said->bad_value || !pfsync_has(message, PFSYNC_F_ID))
		return;
	switch (message->action) {
	case PFSYNC_ACT_INS:
	case PFSYNC_ACT_UPD:
		full(mappings, said->event);
		break;
	case PFSYNC_ACT_DEL:
	case PFSYNC_ACT_DEL_C:
		known = find(mappings, message);
		if (known != NULL) {
			hear(known, said->event);
			end(mappings, &known->mapping, said->event->time_ns);
		}
		break;
	default:
		known = find(mappings, message);
		if (known != NULL) {
			hear(known, said->event);
			known->mapping.last_ns = said->event->time_ns;
		}
		break;
	}
}

/* The sender flushed its table: its own states are over everywhere. */
static void
on_clear(void *user, const struct watch_clear *clear)
{
	struct mappings *mappings = user;
	const struct pfsync_message *message = clear->event->message;

	if (!clear->sender)
		return;
	for (guint i = 0; i < mappings->list->len; i++) {
		struct known *known = g_ptr_array_index(mappings->list, i);
		struct pfreplay_mapping *mapping = &known->mapping;

		if (mapping->message.creatorid == message->creatorid &&
		    (!pfsync_has(message, PFSYNC_F_CLR_IFNAME) ||
			message->u.clr.ifname[0] == '\0' ||
			strncmp(mapping->message.u.state.ifname, message->u.clr.ifname,
			    PFSYNC_IFNAMSIZ) == 0)) {
			if (mapping->ended_ns == 0)
				hear(known, clear->event);
			end(mappings, mapping, clear->event->time_ns);
		}
	}
}

static void
release(void *user)
{
	struct mappings *mappings = user;

	g_hash_table_destroy(mappings->by_id);
	g_ptr_array_free(mappings->list, TRUE);
	g_free(mappings);
}

bool
pfreplay_mappings(struct pfreplay *r, const struct pfreplay_end *asked)
{
	static const struct watcher watcher = {
	    .said = WATCH_SAID(WATCH_KIND_COUNT) - 1,
	    .on_said = on_said,
	    .on_clear = on_clear,
	    .release = release,
	};
	struct mappings *mappings;

	if (r->mappings != NULL || r->watchers.count == WATCHERS_MAX)
		return false;
	mappings = r->mappings = g_new0(struct mappings, 1);
	mappings->r = r;
	mappings->asked = *asked;
	mappings->list = g_ptr_array_new_with_free_func(known_free);
	mappings->by_id = g_hash_table_new_full(name_hash, name_equal, g_free, NULL);
	watch_add(r, &watcher, mappings);
	return true;
}

bool
pfreplay_mapping_at(struct pfreplay *r, size_t n, struct pfreplay_mapping *mapping)
{
	struct pfreplay_state state;

	if (r->mappings == NULL || n >= r->mappings->list->len)
		return false;
	*mapping = ((const struct known *)g_ptr_array_index(r->mappings->list, n))->mapping;
	for (size_t i = 0; i < r->nodes.count && !mapping->open && mapping->ended_ns == 0; i++)
		mapping->open = !node_is_hidden(r->nodes.list[i]) &&
				pfreplay_state_get(r, i, mapping->message.id,
				    mapping->message.creatorid, &state) &&
				state.standing != PFREPLAY_DUE;
	return true;
}

bool
pfreplay_mapping_frame_at(
    const struct pfreplay *r, size_t n, size_t i, struct pfreplay_frame *frame)
{
	const struct known *known;
	uint64_t evidence;

	if (r->mappings == NULL || n >= r->mappings->list->len)
		return false;
	known = g_ptr_array_index(r->mappings->list, n);
	if (i >= known->frames->len)
		return false;
	evidence = g_array_index(known->frames, uint64_t, i);
	frame->file = (uint16_t)(evidence >> 48);
	frame->frame = evidence & UINT64_C(0xffffffffffff);
	return true;
}

uint64_t
pfreplay_mappings_unlisted(const struct pfreplay *r)
{
	return r->mappings != NULL ? r->mappings->unlisted : 0;
}
