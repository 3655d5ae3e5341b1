/*
 * scenario.c - a scenario: its frame and its nodes.
 *
 * SPDX-License-Identifier: ISC
 */
#include "scenario.h"

#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "packet_read.h"

enum { NAME_MAX_BYTES = 64, NS_PER_MS = 1000000 };
/* 2024-01-01T00:00:00Z: files of scenarios without a time are alike, always. */
#define START_DEFAULT_NS INT64_C(1704067200000000000)
#define INTERVAL_DEFAULT_NS (INT64_C(100) * NS_PER_MS)
#define INTERVAL_MAX_NS (INT64_C(86400) * 1000 * NS_PER_MS)
#define DIALECT_DEFAULT "openbsd-6k"

static const char *const scenario_keys[] = {"comment", "start", "interval", "dialect", "link",
    "format", "nanoseconds", "big_endian", "snaplen", "padded", "vlan", "outer_vlan", "view",
    "nodes", "packets", NULL};
static const char *const node_keys[] = {"comment", "name", "address", "address6", "mac", "dialect",
    "hostid", "cksum", "ip_id", "last_id", NULL};

const struct pfsync_dialect *
scenario_dialect(const struct doc_at *object, const char *key)
{
	const char *name = doc_text(object, key, NAME_MAX_BYTES, NULL);
	const struct pfsync_dialect *dialect;

	if (name == NULL)
		return NULL;
	dialect = pfsync_dialect_by_name(name);
	if (dialect == NULL)
		doc_error(object, key,
		    "\"%s\" is no dialect; accepted: what \"pfsyncsend --dialect help\" lists, "
		    "such "
		    "as openbsd-6k, freebsd-14",
		    name);
	return dialect;
}

/* ------------------------------------------------------------------------
 * Nodes
 */

static void
read_address(const struct doc_at *at, const char *key, struct scenario_node *node)
{
	const char *text = doc_text(at, key, NAME_MAX_BYTES, NULL);
	struct ip_address address;

	if (text == NULL)
		return;
	node->own_addresses = true;
	if (!ip_address_parse(text, &address)) {
		doc_error(at, key, "\"%s\"; accepted: an IPv4 or IPv6 address", text);
	} else if (address.ip6) {
		node->ip6 = address.addr;
		node->has_ip6 = true;
	} else {
		node->ip4 = address.addr;
		node->has_ip4 = true;
	}
}

static void
read_mac(const struct doc_at *at, const struct scenario_node *node, struct link_mac *mac)
{
	const char *text = doc_text(at, "mac", NAME_MAX_BYTES, NULL);
	const uint8_t *a = node->has_ip4 ? node->ip4.b : node->ip6.b + 12;

	/* Locally administered, and ends like the address. */
	*mac = (struct link_mac){{0x02, 0x00, a[0], a[1], a[2], a[3]}};
	if (text != NULL && !link_mac_parse(text, mac))
		doc_error(at, "mac", "\"%s\"; accepted: 02:00:5e:00:53:01", text);
}

static void
check_name(const struct scenario *s, const struct doc_at *at, const char *name)
{
	for (size_t i = 0; i < s->node_count; i++) {
		if (strcmp(s->nodes[i].name, name) == 0)
			doc_error(at, "name", "\"%s\" is another node's", name);
	}
}

static void
read_cksum(const struct doc_at *at, uint8_t cksum[16])
{
	const char *text = doc_text(at, "cksum", NAME_MAX_BYTES, NULL);
	size_t len = 0;

	if (text != NULL && (!hex_parse(text, cksum, 16, &len) || len != 16))
		doc_error(at, "cksum", "accepted: 32 hexadecimal digits");
}

/* Node `number` as far as nobody says otherwise. */
static struct scenario_node
some_node(size_t number, const struct pfsync_dialect *dialect)
{
	static const char *const names[] = {"fw1", "fw2", "fw3", "fw4"};

	return (struct scenario_node){
	    .name = number < 4 ? names[number] : "fw",
	    .dialect = dialect,
	    .hostid = (uint32_t)number + 1,
	    .ip_id = 1,
	};
}

static void
some_address(size_t number, struct scenario_node *node)
{
	if (node->has_ip4 || node->has_ip6)
		return;
	node->has_ip4 = node->has_ip6 = true;
	node->ip4 = (struct pfsync_addr){{10, 9, 0, (uint8_t)(number + 1)}};
	node->ip6 = (struct pfsync_addr){{0xfd, 0x09, [15] = (uint8_t)(number + 1)}};
}

static void
read_node(struct scenario *s, const struct doc_at *at, const struct pfsync_dialect *dialect)
{
	struct scenario_node *node = &s->nodes[s->node_count];
	const struct pfsync_dialect *own = scenario_dialect(at, "dialect");

	*node = some_node(s->node_count, own != NULL ? own : dialect);
	doc_known(at, node_keys);
	if (s->node_count >= 4)
		doc_need(at, "name");
	node->name = doc_text(at, "name", NAME_MAX_BYTES, node->name);
	check_name(s, at, node->name);
	read_address(at, "address", node);
	read_address(at, "address6", node);
	some_address(s->node_count, node);
	read_mac(at, node, &node->mac);
	node->hostid = (uint32_t)doc_hex(at, "hostid", UINT32_MAX, node->hostid);
	node->ip_id = (uint16_t)doc_integer(at, "ip_id", 0, UINT16_MAX, node->ip_id);
	node->last_id = doc_hex(at, "last_id", UINT64_MAX, 0);
	read_cksum(at, node->cksum);
	s->node_count++;
}

static void
read_nodes(struct scenario *s, const struct doc_at *root)
{
	const struct pfsync_dialect *dialect = scenario_dialect(root, "dialect");
	struct doc_at nodes;

	if (dialect == NULL)
		dialect = pfsync_dialect_by_name(DIALECT_DEFAULT);
	if (doc_array(root, "nodes", SCENARIO_NODES_MAX, &nodes)) {
		for (size_t i = 0; i < doc_length(&nodes); i++) {
			struct doc_at at = doc_item_object(&nodes, i);
			read_node(s, &at, dialect);
		}
	}
	/* One nobody needed to describe. */
	if (s->node_count == 0) {
		const struct doc_at nothing = {.doc = root->doc};
		read_node(s, &nothing, dialect);
	}
}

/* ------------------------------------------------------------------------
 * The file
 */

static void
read_file(struct scenario *s, const struct doc_at *root)
{
	static const char *const formats[] = {"pcap", "pcapng", NULL};
	struct scenario_file *file = &s->file;
	const char *view = doc_text(root, "view", NAME_MAX_BYTES, NULL);

	file->link = (enum link_kind)doc_choice(root, "link", link_kind_names, LINK_ETHERNET);
	file->format.pcapng = doc_choice(root, "format", formats, 0) == 1;
	file->format.nano = doc_bool(root, "nanoseconds", false);
	file->format.big = doc_bool(root, "big_endian", false);
	file->format.snaplen = (uint32_t)doc_integer(root, "snaplen", 1, 262144, 65535);
	file->padded = doc_bool(root, "padded", false);
	file->vlan = (uint16_t)doc_integer(root, "vlan", 0, UINT16_MAX, 9);
	file->outer_vlan = (uint16_t)doc_integer(root, "outer_vlan", 0, UINT16_MAX, 100);
	for (size_t i = 0; view != NULL && i < s->node_count; i++) {
		if (strcmp(s->nodes[i].name, view) == 0) {
			file->view = i;
			return;
		}
	}
	if (view != NULL)
		doc_error(root, "view", "\"%s\" is no node", view);
}

struct scenario *
scenario_read(struct doc *doc)
{
	struct scenario *s = calloc(1, sizeof(*s));
	struct doc_at root = doc_root(doc);
	struct packet_clock clock;

	if (s == NULL)
		return NULL;
	doc_known(&root, scenario_keys);
	read_nodes(s, &root);
	read_file(s, &root);
	clock.start_ns = doc_time_ns(&root, "start", START_DEFAULT_NS);
	clock.interval_ns =
	    doc_duration_ns(&root, "interval", 0, INTERVAL_MAX_NS, INTERVAL_DEFAULT_NS);
	packets_read(s, &root, &clock);
	return s;
}

void
scenario_free(struct scenario *scenario)
{
	if (scenario == NULL)
		return;
	packets_free(scenario);
	named_states_free(&scenario->named);
	free(scenario);
}
