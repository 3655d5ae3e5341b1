/*
 * facts.c - what a full record says of a state (see facts.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "facts.h"

#define NS_PER_S INT64_C(1000000000)
/* PFSTATE_ACK of FreeBSD and OpenBSD. */
#define STATE_FLAG_ACK 0x10

static guint
traits_hash(gconstpointer key)
{
	const unsigned char *bytes = key;
	uint64_t h = 0, word;

	for (size_t i = 0; i + sizeof(word) <= sizeof(struct traits); i += sizeof(word)) {
		memcpy(&word, bytes + i, sizeof(word));
		h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 29;
	}
	return (guint)(h >> 32);
}

static gboolean
traits_equal(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, sizeof(struct traits)) == 0;
}

void
facts_init(struct facts_store *store, uint32_t limit)
{
	slab_init(&store->slab, sizeof(struct facts), limit);
	/* traits are the first member: a key is the item itself */
	store->traits = g_hash_table_new_full(traits_hash, traits_equal, g_free, NULL);
}

void
facts_clear(struct facts_store *store)
{
	slab_clear(&store->slab);
	g_hash_table_destroy(store->traits);
}

/*
 * The members that are kept as they are: X(field, member of pfsync_state,
 * member of traits).  Both directions are made from these rows.
 */
#define TRAIT_ROWS(X)                                                                              \
	X(AF, af_number, af_number)                                                                \
	X(WIRE_AF, wire.af_number, wire_af)                                                        \
	X(STACK_AF, stack.af_number, stack_af)                                                     \
	X(PROTO, proto, proto)                                                                     \
	X(STACK_PROTO, stack_proto, stack_proto)                                                   \
	X(DIRECTION, direction, direction)                                                         \
	X(RT, rt, rt)                                                                              \
	X(RT_AF, rt_af_number, rt_af_number)                                                       \
	X(RT_ADDR, rt_addr, rt_addr)                                                               \
	X(RULE, rule, rule)                                                                        \
	X(ANCHOR, anchor, anchor)                                                                  \
	X(NAT_RULE, nat_rule, nat_rule)                                                            \
	X(LOG, log, log)                                                                           \
	X(ALLOW_OPTS, allow_opts, allow_opts)                                                      \
	X(STATE_FLAGS, state_flags, state_flags)                                                   \
	X(SYNC_FLAGS, sync_flags, sync_flags)                                                      \
	X(MIN_TTL, min_ttl, min_ttl)                                                               \
	X(SET_TOS, set_tos, set_tos)                                                               \
	X(MAX_MSS, max_mss, max_mss)                                                               \
	X(SET_PRIO0, set_prio[0], set_prio[0])                                                     \
	X(SET_PRIO1, set_prio[1], set_prio[1])                                                     \
	X(RTABLEID0, rtableid[0], rtableid[0])                                                     \
	X(RTABLEID1, rtableid[1], rtableid[1])                                                     \
	X(QID, qid, qid)                                                                           \
	X(PQID, pqid, pqid)                                                                        \
	X(DNPIPE, dnpipe, dnpipe)                                                                  \
	X(DNRPIPE, dnrpipe, dnrpipe)

#define TEXT_ROWS(X)                                                                               \
	X(IFNAME, ifname)                                                                          \
	X(RT_IFNAME, rt_ifname)                                                                    \
	X(ORIG_IFNAME, orig_ifname)                                                                \
	X(TAGNAME, tagname)

/* Likewise for the facts: X(field, member of pfsync_state, member of facts). */
#define KEY_ROWS(X)                                                                                \
	X(WIRE_ADDR0, wire.addr[0], addr[0])                                                       \
	X(WIRE_ADDR1, wire.addr[1], addr[1])                                                       \
	X(STACK_ADDR0, stack.addr[0], addr[2])                                                     \
	X(STACK_ADDR1, stack.addr[1], addr[3])                                                     \
	X(WIRE_PORT0, wire.port[0], port[0])                                                       \
	X(WIRE_PORT1, wire.port[1], port[1])                                                       \
	X(STACK_PORT0, stack.port[0], port[2])                                                     \
	X(STACK_PORT1, stack.port[1], port[3])                                                     \
	X(WIRE_RDOMAIN, wire.rdomain, rdomain[0])                                                  \
	X(STACK_RDOMAIN, stack.rdomain, rdomain[1])

#define HOST_ROWS(X)                                                                               \
	X(LAN_ADDR, lan.addr, addr[0])                                                             \
	X(GWY_ADDR, gwy.addr, addr[1])                                                             \
	X(EXT_ADDR, ext.addr, addr[2])                                                             \
	X(LAN_PORT, lan.port, port[0])                                                             \
	X(GWY_PORT, gwy.port, port[1])                                                             \
	X(EXT_PORT, ext.port, port[2])

#define COUNTER_ROWS(X)                                                                            \
	X(PACKETS0, packets[0], packets[0])                                                        \
	X(PACKETS1, packets[1], packets[1])                                                        \
	X(BYTES0, bytes[0], bytes[0])                                                              \
	X(BYTES1, bytes[1], bytes[1])                                                              \
	X(UPDATES, updates, updates)

static void
traits_of(const struct pfsync_message *message, struct traits *traits)
{
	const struct pfsync_state *state = &message->u.state;

	memset(traits, 0, sizeof(*traits));
	traits->has = message->has;
	traits->record = (uint8_t)message->record;
	traits->action_number = message->action_number;
#define TAKE(field, from, to)                                                                      \
	if (pfsync_has(message, PFSYNC_F_##field))                                                 \
		traits->to = state->from;
	TRAIT_ROWS(TAKE)
#undef TAKE
	/* Names: what stands behind the NUL says nothing. */
#define TAKE(field, name)                                                                          \
	if (pfsync_has(message, PFSYNC_F_##field))                                                 \
		memcpy(traits->name, state->name, strnlen(state->name, sizeof(traits->name)));
	TEXT_ROWS(TAKE)
#undef TAKE
}

static struct shared_traits *
share(struct facts_store *store, const struct traits *traits)
{
	struct shared_traits *shared = g_hash_table_lookup(store->traits, traits);

	if (shared == NULL) {
		shared = g_new0(struct shared_traits, 1);
		shared->traits = *traits;
		g_hash_table_add(store->traits, shared);
	}
	shared->users++;
	return shared;
}

static void
unshare(struct facts_store *store, struct shared_traits *shared)
{
	if (--shared->users == 0)
		g_hash_table_remove(store->traits, shared);
}

/* Age in seconds; V2a's wrapped ones are negative (SEM 2.2). */
static int64_t
age_of(const struct pfsync_message *message)
{
	uint32_t age = message->u.state.creation_s;

	return age > INT32_MAX ? (int64_t)age - (INT64_C(1) << 32) : (int64_t)age;
}

static void
take_counters(struct facts *facts, const struct pfsync_message *message)
{
	const struct pfsync_state *state = &message->u.state;

#define TAKE(field, from, to)                                                                      \
	if (pfsync_has(message, PFSYNC_F_##field))                                                 \
		facts->to = state->from;
	COUNTER_ROWS(TAKE)
#undef TAKE
}

/* Keys of the record into `facts`; true if they were others before. */
static bool
take_keys(struct facts *facts, const struct pfsync_message *message)
{
	const struct pfsync_state *state = &message->u.state;
	struct facts old = *facts;

#define TAKE(field, from, to)                                                                      \
	if (pfsync_has(message, PFSYNC_F_##field))                                                 \
		facts->to = state->from;
	KEY_ROWS(TAKE)
	if (!pfsync_has(message, PFSYNC_F_WIRE_ADDR0)) {
		HOST_ROWS(TAKE)
	}
#undef TAKE
	take_counters(facts, message);
	return memcmp(old.addr, facts->addr, sizeof(old.addr)) != 0 ||
	       memcmp(old.port, facts->port, sizeof(old.port)) != 0;
}

uint32_t
facts_put(struct facts_store *store, uint32_t number, const struct pfsync_message *message,
    int64_t time_ns)
{
	struct facts *facts;
	struct traits traits;
	int64_t creation_ns;
	bool fresh;

	traits_of(message, &traits);
	if (number == 0) {
		number = slab_take(&store->slab);
		if (number == 0)
			return 0;
	}
	facts = slab_at(&store->slab, number);
	if (facts->shared == NULL || !traits_equal(&facts->shared->traits, &traits)) {
		struct shared_traits *shared = share(store, &traits);

		if (facts->shared != NULL)
			unshare(store, facts->shared);
		facts->shared = shared;
	}
	/* Other keys under this id: another state (SEM 1.5, D-29). */
	fresh = take_keys(facts, message);
	if (pfsync_has(message, PFSYNC_F_CREATION)) {
		/* Ages are cut to whole seconds, so the earliest is nearest. */
		creation_ns = time_ns - age_of(message) * NS_PER_S;
		if (fresh || facts->creation_ns == 0 || creation_ns < facts->creation_ns)
			facts->creation_ns = creation_ns;
	}
	return number;
}

void
facts_count(struct facts_store *store, uint32_t number, const struct pfsync_message *message)
{
	take_counters(slab_at(&store->slab, number), message);
}

bool
facts_traits_differ(
    const struct facts_store *store, uint32_t number, const struct pfsync_message *message)
{
	const struct traits *held = &facts_at(store, number)->shared->traits;
	struct traits said;
	bool differ = false;

	traits_of(message, &said);
	/* On while it waits for an acknowledgement, and of this very message. */
	said.state_flags =
	    (uint16_t)((said.state_flags & ~STATE_FLAG_ACK) | (held->state_flags & STATE_FLAG_ACK));
	said.sync_flags = held->sync_flags;
#define BOTH(field)                                                                                \
	((held->has.bits[PFSYNC_F_##field / 64] & said.has.bits[PFSYNC_F_##field / 64]) >>         \
		(PFSYNC_F_##field % 64) &                                                          \
	    1)
#define LOOK(field, from, member)                                                                  \
	differ |= BOTH(field) != 0 && memcmp(&held->member, &said.member, sizeof(said.member)) != 0;
	TRAIT_ROWS(LOOK)
#undef LOOK
#define LOOK(field, name)                                                                          \
	differ |= BOTH(field) != 0 && memcmp(held->name, said.name, sizeof(said.name)) != 0;
	TEXT_ROWS(LOOK)
#undef LOOK
#undef BOTH
	return differ;
}

/* An address of IPv4 is its first four bytes only. */
static bool
addr_differs(const struct pfsync_addr *a, const struct pfsync_addr *b, enum pfsync_af af)
{
	return memcmp(a->b, b->b, af == PFSYNC_AF_INET ? 4 : sizeof(a->b)) != 0;
}

bool
facts_differ(const struct facts_store *store, uint32_t number, const struct pfsync_message *message)
{
	const struct facts *facts = facts_at(store, number);
	const struct traits *traits = &facts->shared->traits;
	const struct pfsync_state *state = &message->u.state;
	enum pfsync_af af = pfsync_state_af(message);
	bool hosts = facts_have_hosts(facts);

	if (!pfsync_has(message, PFSYNC_F_PROTO))
		return false;
	if (traits->proto != state->proto)
		return true;
	/* One has keys and the other hosts: an upgrade, and nothing to compare. */
	if (hosts == pfsync_has(message, PFSYNC_F_WIRE_ADDR0))
		return false;
	if (hosts)
		return addr_differs(&facts->addr[0], &state->lan.addr, af) ||
		       addr_differs(&facts->addr[2], &state->ext.addr, af) ||
		       facts->port[0] != state->lan.port || facts->port[2] != state->ext.port;
	return addr_differs(&facts->addr[0], &state->wire.addr[0], af) ||
	       addr_differs(&facts->addr[1], &state->wire.addr[1], af) ||
	       facts->port[0] != state->wire.port[0] || facts->port[1] != state->wire.port[1];
}

bool
facts_same(const struct facts_store *store, uint32_t a, uint32_t b)
{
	struct pfsync_message message = {0};

	if (a == b || a == 0 || b == 0)
		return true;
	facts_get(store, a, &message);
	return !facts_differ(store, b, &message);
}

uint32_t
facts_copy(struct facts_store *store, uint32_t number)
{
	uint32_t copy = slab_take(&store->slab);
	struct facts *facts;

	if (copy == 0)
		return 0;
	facts = slab_at(&store->slab, copy);
	*facts = *facts_at(store, number);
	facts->shared->users++;
	return copy;
}

void
facts_drop(struct facts_store *store, uint32_t number)
{
	struct facts *facts;

	if (number == 0)
		return;
	facts = slab_at(&store->slab, number);
	unshare(store, facts->shared);
	slab_give(&store->slab, number);
}

void
facts_get(const struct facts_store *store, uint32_t number, struct pfsync_message *message)
{
	const struct facts *facts = facts_at(store, number);
	const struct traits *traits = &facts->shared->traits;
	struct pfsync_state *state = &message->u.state;

	message->has = traits->has;
	message->record = (enum pfsync_record_kind)traits->record;
	message->action_number = traits->action_number;
#define GIVE(field, to, from) state->to = traits->from;
	TRAIT_ROWS(GIVE)
#undef GIVE
#define GIVE(field, name) memcpy(state->name, traits->name, sizeof(state->name));
	TEXT_ROWS(GIVE)
#undef GIVE
#define GIVE(field, to, from) state->to = facts->from;
	if (pfsync_has(message, PFSYNC_F_WIRE_ADDR0)) {
		KEY_ROWS(GIVE)
	} else {
		HOST_ROWS(GIVE)
	}
	COUNTER_ROWS(GIVE)
#undef GIVE
}

uint64_t
facts_bytes(const struct facts_store *store)
{
	/* A set's place is about three words in GLib. */
	return slab_bytes(&store->slab) + (uint64_t)g_hash_table_size(store->traits) *
					      (sizeof(struct shared_traits) + 3 * sizeof(void *));
}
