/*
 * node.c - the firewalls of a capture (see node.h; SEM 10).
 *
 * SPDX-License-Identifier: ISC
 */
#include <sys/socket.h>
#include <arpa/inet.h>
#include <string.h>

#include "discards.h"
#include "families/rules.h"
#include "ifnames.h"
#include "node.h"

#define ADDRESS_KEY_BYTES 17

/* An address as a key of a GLib table: family and bytes, bit for bit. */
static GBytes *
address_key(enum pfsync_af af, const struct pfsync_addr *addr)
{
	uint8_t key[ADDRESS_KEY_BYTES] = {(uint8_t)af};

	memcpy(key + 1, addr->b, af == PFSYNC_AF_INET ? 4 : sizeof(addr->b));
	return g_bytes_new(key, sizeof(key));
}

static struct node *
by_address(const struct nodes *nodes, enum pfsync_af af, const struct pfsync_addr *addr)
{
	GBytes *key = address_key(af, addr);
	struct node *node = g_hash_table_lookup(nodes->by_address, key);

	g_bytes_unref(key);
	return node;
}

static const char *
given_name(const struct nodes *nodes, enum pfsync_af af, const struct pfsync_addr *addr)
{
	GBytes *key = address_key(af, addr);
	const char *name = g_hash_table_lookup(nodes->names, key);

	g_bytes_unref(key);
	return name;
}

/* 0.0.0.0 and :: name nobody. */
static bool
names_nobody(enum pfsync_af af, const struct pfsync_addr *addr)
{
	static const struct pfsync_addr zero;

	return af == PFSYNC_AF_UNSPEC ||
	       memcmp(addr->b, zero.b, af == PFSYNC_AF_INET ? 4 : sizeof(zero.b)) == 0;
}

/* Deep: the caller's may go. */
static void
copy_setups(struct nodes *nodes, const struct pfreplay_options *options)
{
	struct pfreplay_setup *copies = g_new0(struct pfreplay_setup, options->setup_count);

	for (size_t i = 0; i < options->setup_count; i++) {
		const struct pfreplay_setup *from = &options->setups[i];
		const char **ifnames = g_new0(const char *, from->ifname_count);

		copies[i] = *from;
		copies[i].node = g_strdup(from->node);
		for (size_t k = 0; k < from->ifname_count; k++)
			ifnames[k] = g_strdup(from->ifnames[k]);
		copies[i].ifnames = ifnames;
	}
	nodes->setups = copies;
	nodes->setup_count = options->setup_count;
}

static void
free_setups(struct nodes *nodes)
{
	for (size_t i = 0; i < nodes->setup_count; i++) {
		for (size_t k = 0; k < nodes->setups[i].ifname_count; k++)
			g_free((gpointer)(uintptr_t)nodes->setups[i].ifnames[k]);
		g_free((gpointer)(uintptr_t)nodes->setups[i].ifnames);
		g_free((gpointer)(uintptr_t)nodes->setups[i].node);
	}
	g_free((gpointer)(uintptr_t)nodes->setups);
}

/* What the options say of the node that is called so, or has that address. */
static void
set_up(const struct nodes *nodes, struct node *node, const char *name)
{
	for (size_t i = 0; i < nodes->setup_count; i++) {
		const struct pfreplay_setup *setup = &nodes->setups[i];

		if (strcmp(setup->node, name) != 0)
			continue;
		if (setup->family > 0 && setup->family < PFREPLAY_FAMILY_COUNT) {
			node->family_forced = false;
			node_set_family(node, (enum pfreplay_family)setup->family);
			node->family_forced = true;
		}
		if (setup->state_limit != 0)
			node->limit = setup->state_limit;
		for (size_t k = 0; k < PFREPLAY_TIMEOUTS; k++)
			if (setup->timeout_s[k] != 0)
				node->given_s[k] = setup->timeout_s[k];
		if (setup->ifname_count != 0 && node->ifnames == NULL)
			node->ifnames = ifnames_new();
		for (size_t k = 0; k < setup->ifname_count; k++)
			ifnames_give(node->ifnames, setup->ifnames[k]);
	}
}

void
nodes_init(struct nodes *nodes, const struct pfreplay_options *options)
{
	memset(nodes, 0, sizeof(*nodes));
	nodes->wire_present = options->wire_present;
	nodes->by_address =
	    g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
	nodes->names = g_hash_table_new_full(
	    g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, g_free);
	nodes->by_mac = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	nodes->by_tap = g_hash_table_new(g_direct_hash, g_direct_equal);
	nodes->by_name = g_hash_table_new(g_str_hash, g_str_equal);
	memcpy(nodes->given_s, options->timeout_s, sizeof(nodes->given_s));
	copy_setups(nodes, options);
	for (size_t i = 0; i < options->name_count; i++)
		g_hash_table_insert(nodes->names,
		    address_key(options->names[i].af, &options->names[i].addr),
		    g_strdup(options->names[i].name));
}

void
nodes_clear(struct nodes *nodes)
{
	for (size_t i = 0; i < nodes->count; i++) {
		g_free(nodes->list[i]->name);
		g_free(nodes->list[i]->fallback);
		g_free(nodes->list[i]->discards);
		ifnames_free(nodes->list[i]->ifnames);
		g_free(nodes->list[i]);
	}
	free_setups(nodes);
	g_hash_table_destroy(nodes->by_name);
	g_hash_table_destroy(nodes->by_tap);
	g_hash_table_destroy(nodes->by_mac);
	g_hash_table_destroy(nodes->names);
	g_hash_table_destroy(nodes->by_address);
}

static struct node *
node_new(struct nodes *nodes)
{
	struct node *node;

	if (nodes->count == PFREPLAY_NODES_MAX)
		return NULL;
	node = g_new0(struct node, 1);
	node->index = (uint16_t)nodes->count;
	node_set_family(node, PFREPLAY_FAMILY_UNKNOWN);
	memcpy(node->given_s, nodes->given_s, sizeof(node->given_s));
	node->hint[1].tap = true;
	nodes->list[nodes->count++] = node;
	return node;
}

static void
call_it(struct nodes *nodes, struct node *node, const char *name)
{
	if (node->name != NULL)
		return;
	node->name = g_strdup(name);
	g_hash_table_insert(nodes->by_name, node->name, node);
	set_up(nodes, node, name);
}

static void
add_address(
    struct nodes *nodes, struct node *node, enum pfsync_af af, const struct pfsync_addr *addr)
{
	const char *name = given_name(nodes, af, addr);
	char text[64];

	g_hash_table_replace(nodes->by_address, address_key(af, addr), node);
	if (node->address_count < PFREPLAY_NODE_ADDRS) {
		node->addresses[node->address_count].af = af;
		node->addresses[node->address_count].addr = *addr;
		node->address_count++;
	}
	if (name != NULL)
		call_it(nodes, node, name);
	pfsync_text_addr(text, sizeof(text), af, addr);
	set_up(nodes, node, text);
	if (node->address_count == 1) {
		g_free(node->fallback);
		node->fallback = g_strdup(text);
	}
}

/* A node for an address that none has: perhaps one that the user named. */
static struct node *
node_for_address(struct nodes *nodes, enum pfsync_af af, const struct pfsync_addr *addr)
{
	const char *name = given_name(nodes, af, addr);
	struct node *node = NULL;

	if (name != NULL)
		node = g_hash_table_lookup(nodes->by_name, name);
	return node;
}

const struct node *
nodes_of_address(
    const struct nodes *nodes, enum pfsync_af af, const struct pfsync_addr *addr, const char **name)
{
	const struct node *node = by_address(nodes, af, addr);

	*name = given_name(nodes, af, addr);
	if (node == NULL && *name != NULL)
		node = g_hash_table_lookup(nodes->by_name, *name);
	return node;
}

/* A node for an address that nothing was seen of yet. */
static struct node *
unseen(struct nodes *nodes, enum pfsync_af af, const struct pfsync_addr *addr)
{
	struct node *node = by_address(nodes, af, addr);

	if (node == NULL)
		node = node_for_address(nodes, af, addr);
	if (node == NULL)
		node = node_new(nodes);
	if (node != NULL && by_address(nodes, af, addr) == NULL)
		add_address(nodes, node, af, addr);
	return node;
}

struct node *
nodes_named(struct nodes *nodes, const char *name)
{
	struct node *node = NULL;
	struct pfsync_addr addr;
	enum pfsync_af af;
	GHashTableIter iter;
	gpointer key, value;

	memset(&addr, 0, sizeof(addr));
	if (inet_pton(AF_INET, name, addr.b) == 1)
		return unseen(nodes, PFSYNC_AF_INET, &addr);
	if (inet_pton(AF_INET6, name, addr.b) == 1)
		return unseen(nodes, PFSYNC_AF_INET6, &addr);
	g_hash_table_iter_init(&iter, nodes->names);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		const uint8_t *bytes = g_bytes_get_data(key, NULL);

		if (strcmp(value, name) != 0)
			continue;
		af = (enum pfsync_af)bytes[0];
		memcpy(addr.b, bytes + 1, sizeof(addr.b));
		node = unseen(nodes, af, &addr);
	}
	return node;
}

static bool
usable_mac(const struct pfreplay_packet *packet)
{
	static const uint8_t zero[6];

	return packet->has_mac && (packet->mac[0] & 1) == 0 &&
	       memcmp(packet->mac, zero, sizeof(zero)) != 0;
}

static gint64
mac_key(const uint8_t *mac)
{
	gint64 key = 0;

	for (size_t i = 0; i < 6; i++)
		key = key << 8 | mac[i];
	return key;
}

static void
note_mac(struct nodes *nodes, struct node *node, const struct pfreplay_packet *packet)
{
	gint64 key;

	if (node->has_mac || !usable_mac(packet))
		return;
	node->has_mac = true;
	memcpy(node->mac, packet->mac, sizeof(node->mac));
	key = mac_key(packet->mac);
	if (g_hash_table_lookup(nodes->by_mac, &key) == NULL)
		g_hash_table_insert(nodes->by_mac, g_memdup2(&key, sizeof(key)), node);
}

static struct node *
node_by_mac(const struct nodes *nodes, const struct pfreplay_packet *packet)
{
	gint64 key = mac_key(packet->mac);

	return usable_mac(packet) ? g_hash_table_lookup(nodes->by_mac, &key) : NULL;
}

/* A node for a firewall seen for the first time: the anonymous one's place
 * goes to the second that sends. */
static struct node *
newcomer(struct nodes *nodes)
{
	struct node *node = nodes->anonymous;

	if (node == NULL || nodes->senders == 0)
		return node_new(nodes);
	nodes->anonymous = NULL;
	node->anonymous = false;
	node->credited = true;
	return node;
}

static struct node *
tap_sender(struct nodes *nodes, const struct pfreplay_packet *packet)
{
	gpointer key = GUINT_TO_POINTER(packet->tap_owner + 1U);
	struct node *node = g_hash_table_lookup(nodes->by_tap, key);

	if (node != NULL)
		return node;
	if (packet->tap_name != NULL)
		node = g_hash_table_lookup(nodes->by_name, packet->tap_name);
	/* With the wire at hand the firewall appears there by itself. */
	if (node == NULL)
		node = nodes->wire_present ? node_new(nodes) : newcomer(nodes);
	if (node == NULL)
		return NULL;
	if (packet->tap_name != NULL)
		call_it(nodes, node, packet->tap_name);
	else if (node->fallback == NULL)
		node->fallback = g_strdup_printf("tap%u", (unsigned)packet->tap_owner);
	g_hash_table_insert(nodes->by_tap, key, node);
	return node;
}

static bool
is_recent(const struct nodes *nodes, unsigned i, const struct pfreplay_packet *packet)
{
	size_t bytes = packet->af == PFSYNC_AF_INET ? 4 : sizeof(packet->src.b);

	return nodes->recent[i].node != NULL && nodes->recent[i].af == packet->af &&
	       memcmp(nodes->recent[i].addr.b, packet->src.b, bytes) == 0;
}

static struct node *
known_sender(struct nodes *nodes, const struct pfreplay_packet *packet)
{
	struct node *node;

	for (unsigned i = 0; i < 2; i++)
		if (is_recent(nodes, i, packet))
			return nodes->recent[i].node;
	node = by_address(nodes, packet->af, &packet->src);
	if (node == NULL)
		return NULL;
	nodes->recent[nodes->recent_next].node = node;
	nodes->recent[nodes->recent_next].af = packet->af;
	nodes->recent[nodes->recent_next].addr = packet->src;
	nodes->recent_next ^= 1;
	return node;
}

static struct node *
address_sender(struct nodes *nodes, const struct pfreplay_packet *packet)
{
	struct node *node = known_sender(nodes, packet);

	if (node != NULL)
		return node;
	node = node_for_address(nodes, packet->af, &packet->src);
	if (node == NULL && given_name(nodes, packet->af, &packet->src) == NULL)
		node = node_by_mac(nodes, packet);
	if (node == NULL)
		node = newcomer(nodes);
	if (node != NULL)
		add_address(nodes, node, packet->af, &packet->src);
	return node;
}

struct node *
nodes_sender(struct nodes *nodes, const struct pfreplay_packet *packet)
{
	struct node *node;

	if (packet->tap && names_nobody(packet->af, &packet->src))
		node = tap_sender(nodes, packet);
	else
		node = address_sender(nodes, packet);
	if (node == NULL)
		return NULL;
	if (packet->tap && packet->tap_name != NULL)
		call_it(nodes, node, packet->tap_name);
	if (!packet->tap)
		note_mac(nodes, node, packet);
	if (!node->sends && !(packet->tap && nodes->wire_present)) {
		node->sends = true;
		nodes->senders++;
	}
	if (node->sent[0].frames == 0 && node->sent[1].frames == 0)
		node->first_ns = packet->time_ns;
	node->before_ns = node->last_ns;
	node->last_ns = packet->time_ns;
	return node;
}

struct node *
nodes_destination(struct nodes *nodes, const struct pfreplay_packet *packet, bool *everybody)
{
	const uint8_t *b = packet->dst.b;
	struct node *node;

	*everybody = names_nobody(packet->af, &packet->dst);
	if (packet->af == PFSYNC_AF_INET) /* group, or broadcast */
		*everybody |= b[0] >= 224;
	else if (packet->af == PFSYNC_AF_INET6)
		*everybody |= b[0] == 0xff;
	if (*everybody)
		return NULL;
	node = by_address(nodes, packet->af, &packet->dst);
	if (node != NULL)
		return node;
	node = node_for_address(nodes, packet->af, &packet->dst);
	if (node == NULL)
		node = node_new(nodes);
	if (node == NULL)
		return NULL;
	node->credited = true;
	add_address(nodes, node, packet->af, &packet->dst);
	return node;
}

static bool
is_group(const struct pfreplay_packet *packet)
{
	if (packet->af == PFSYNC_AF_INET)
		return packet->dst.b[0] >= 224 && packet->dst.b[0] < 240;
	return packet->af == PFSYNC_AF_INET6 && packet->dst.b[0] == 0xff;
}

static bool
same_group(enum pfsync_af af, const struct pfsync_addr *a, const struct pfsync_addr *b)
{
	return memcmp(a->b, b->b, af == PFSYNC_AF_INET ? 4 : sizeof(a->b)) == 0;
}

void
node_sends_to_group(struct node *node, const struct pfreplay_packet *packet)
{
	if (packet->tap || !is_group(packet))
		return;
	node->group_af = packet->af;
	node->group = packet->dst;
}

bool
node_hears_group(const struct node *node, const struct pfreplay_packet *packet)
{
	if (packet->tap || !is_group(packet) || node->group_af == PFSYNC_AF_UNSPEC)
		return true;
	return node->group_af == packet->af && same_group(packet->af, &node->group, &packet->dst);
}

bool
node_groups_differ(const struct node *a, const struct node *b)
{
	if (a->group_af == PFSYNC_AF_UNSPEC || b->group_af == PFSYNC_AF_UNSPEC)
		return false;
	return a->group_af != b->group_af || !same_group(a->group_af, &a->group, &b->group);
}

struct node *
nodes_anonymous(struct nodes *nodes)
{
	if (nodes->anonymous_made || nodes->senders != 1)
		return nodes->anonymous;
	nodes->anonymous_made = true;
	nodes->anonymous = node_new(nodes);
	if (nodes->anonymous != NULL)
		nodes->anonymous->anonymous = true;
	return nodes->anonymous;
}

struct node *
nodes_own(struct nodes *nodes, struct node *node, uint32_t creatorid)
{
	struct node *same = NULL;

	for (size_t i = 0; i < node->creatorid_count; i++)
		if (node->creatorids[i] == creatorid)
			return NULL;
	for (size_t n = 0; n < nodes->count && same == NULL; n++) {
		struct node *other = nodes->list[n];

		if (other == node || node_is_hidden(other) ||
		    (other->address_count != 0 && node->address_count != 0))
			continue;
		for (size_t i = 0; i < other->creatorid_count; i++)
			if (other->creatorids[i] == creatorid)
				same = other;
	}
	if (node->creatorid_count < PFREPLAY_NODE_CREATORS)
		node->creatorids[node->creatorid_count++] = creatorid;
	else
		node->creatorids_more = true;
	return same;
}

static void
redirect(GHashTable *table, const struct node *from, struct node *into)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, table);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		if (value == from)
			g_hash_table_iter_replace(&iter, into);
}

static void
join_sent(struct node_sent *into, const struct node_sent *from)
{
	into->frames += from->frames;
	for (size_t i = 0; i < PFSYNC_ACT_COUNT; i++)
		into->messages[i] += from->messages[i];
	for (size_t i = 0; i < PFREPLAY_COUNTER_COUNT; i++)
		into->anomalies[i] += from->anomalies[i];
}

void
nodes_join(struct nodes *nodes, struct node *into, struct node *from)
{
	redirect(nodes->by_address, from, into);
	memset(nodes->recent, 0, sizeof(nodes->recent));
	redirect(nodes->by_mac, from, into);
	redirect(nodes->by_tap, from, into);
	redirect(nodes->by_name, from, into);
	if (into->name == NULL && from->name != NULL) {
		/* the key of by_name stays with `from`, which is kept */
		into->name = g_strdup(from->name);
	}
	for (size_t i = 0; i < from->address_count && into->address_count < PFREPLAY_NODE_ADDRS;
	     i++)
		into->addresses[into->address_count++] = from->addresses[i];
	for (size_t i = 0; i < from->creatorid_count; i++)
		(void)nodes_own(nodes, into, from->creatorids[i]);
	join_sent(&into->sent[0], &from->sent[0]);
	join_sent(&into->sent[1], &from->sent[1]);
	into->on_wire |= from->on_wire;
	if (into->group_af == PFSYNC_AF_UNSPEC) {
		into->group_af = from->group_af;
		into->group = from->group;
	}
	into->has_mac |= from->has_mac;
	if (from->first_ns != 0 && (into->first_ns == 0 || from->first_ns < into->first_ns))
		into->first_ns = from->first_ns;
	if (from->last_ns > into->last_ns)
		into->last_ns = from->last_ns;
	/* Both were given what was multicast: count it once. */
	if (from->received > into->received) {
		into->received = from->received;
		memcpy(into->predicted, from->predicted, sizeof(into->predicted));
		memcpy(into->heard, from->heard, sizeof(into->heard));
	}
	if (into->dialect == NULL) {
		into->certainty = from->certainty;
		node_set_dialect(into, from->dialect);
	}
	from->joined = true;
}

static void
set_era(struct node *node)
{
	node->era = node->rules->era;
	if (node->rules->era_of != NULL)
		node->era = node->rules->era_of(node);
}

void
node_set_family(struct node *node, enum pfreplay_family family)
{
	if (node->family_forced)
		return;
	node->family = family;
	node->rules = rules_of(family);
	node->is_before_v5 = node->rules->version != 0 && node->rules->version < 5;
	/* Its own dialect if that is one of the family's. */
	node->takes = NULL;
	if (node->dialect != NULL && family_of_dialect(node->dialect) == family)
		node->takes = node->dialect;
	else if (family != PFREPLAY_FAMILY_UNKNOWN)
		node->takes = pfsync_dialect_by_name(node->rules->dialect);
	set_era(node);
}

void
node_set_dialect(struct node *node, const struct pfsync_dialect *dialect)
{
	node->dialect = dialect;
	node->family_borrowed = false;
	node_set_family(node, family_of_dialect(dialect));
	/* Forced to behave otherwise, it still reads what it speaks. */
	if (dialect != NULL && node->rules->version == dialect->version)
		node->takes = dialect;
	set_era(node);
}

bool
node_sent_full_states(const struct node *node)
{
	return (node->sent[0].messages[PFSYNC_ACT_INS] | node->sent[0].messages[PFSYNC_ACT_UPD] |
		   node->sent[1].messages[PFSYNC_ACT_INS] |
		   node->sent[1].messages[PFSYNC_ACT_UPD]) != 0;
}

/* Could what the node sent so far be of that dialect? */
static bool
may_speak(const struct node *node, const struct pfsync_dialect *dialect)
{
	const struct pfsync_hint *hint = &node->hint[node->hint[0].frames == 0];

	for (size_t i = 0; hint->frames != 0 && i < pfsync_dialect_count(); i++)
		if (pfsync_dialect_at(i) == dialect)
			return pfsync_set_has(&hint->candidates, i);
	return true;
}

void
node_borrow_family(struct node *node, const struct node *sender)
{
	if (node->takes == sender->dialect || node->family_forced || node->family_settled ||
	    node->discards != NULL || sender->dialect == NULL || sender->family_borrowed ||
	    node_sent_full_states(node) ||
	    (node->dialect != NULL && node->certainty == PFSYNC_CERTAIN) ||
	    !may_speak(node, sender->dialect))
		return;
	node_set_family(node, sender->family);
	node->family_borrowed = true;
	node->takes = sender->dialect;
	node->era = sender->era;
}

struct node *
nodes_add_peer(struct nodes *nodes, enum pfreplay_family family)
{
	struct node *node = node_new(nodes);

	if (node == NULL)
		return NULL;
	node_set_family(node, family);
	node->family_forced = true;
	node->discards = g_new0(struct discards, 1);
	node->fallback = g_strdup_printf("as-peer %s", node->rules->name);
	return node;
}

const char *
node_name(const struct node *node)
{
	if (node->name != NULL)
		return node->name;
	return node->fallback != NULL ? node->fallback : "unknown";
}
