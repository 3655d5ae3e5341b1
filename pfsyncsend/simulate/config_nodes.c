/*
 * config_nodes.c - firewalls and their rules.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include <glib.h>

#include "config_read.h"
#include "rng.h"

#define SECOND INT64_C(1000000000)

void
sim_read_timeouts(
    const struct doc_at *object, const char *key, uint32_t timeout_s[FW_TIMEOUT_CLASSES])
{
	struct doc_at at;
	const char *name;
	json_t *value;

	if (!doc_object(object, key, &at))
		return;
	json_object_foreach(at.value, name, value)
	{
		int number = pfsync_timeout_by_name(name);
		if (number < 0 || number >= FW_TIMEOUT_CLASSES)
			doc_error(&at, name,
			    "no timeout class; accepted: tcp.first, tcp.opening, "
			    "tcp.established ... as in pf.conf");
		else
			timeout_s[number] = (uint32_t)doc_integer(&at, name, 0, INT32_MAX, 0);
	}
}

void
sim_read_adaptive(const struct doc_at *object, const char *key, uint32_t *start, uint32_t *end)
{
	struct doc_at at, item;

	if (!doc_array(object, key, 2, &at))
		return;
	if (doc_length(&at) != 2) {
		doc_error(&at, NULL, "accepted: [start, end]");
		return;
	}
	item = doc_item(&at, 0);
	*start = (uint32_t)doc_at_integer(&item, 0, INT32_MAX, 0);
	item = doc_item(&at, 1);
	*end = (uint32_t)doc_at_integer(&item, 0, INT32_MAX, 0);
}

void
sim_read_rules(struct sim_config *config, const struct doc_at *root)
{
	static const char *const keys[] = {
	    "max_states", "timeouts", "adaptive", "route_pool", "no_sync", NULL};
	struct doc_at array;

	if (!doc_array(root, "rules", FW_RULES_MAX, &array))
		return;
	config->rule_count = doc_length(&array);
	for (size_t i = 0; i < config->rule_count; i++) {
		struct doc_at at = doc_item_object(&array, i);
		struct fw_rule *rule = &config->rules[i];
		doc_known(&at, keys);
		rule->max_states = (uint32_t)doc_integer(&at, "max_states", 0, INT32_MAX, 0);
		rule->route_pool = (uint8_t)doc_integer(&at, "route_pool", 0, 255, 0);
		rule->no_sync = doc_bool(&at, "no_sync", false);
		sim_read_timeouts(&at, "timeouts", rule->timeout_s);
		sim_read_adaptive(&at, "adaptive", &rule->adaptive_start, &rule->adaptive_end);
	}
}

/* ------------------------------------------------------------------------ */

static struct fw_address
fw_address_of(const struct ip_address *address)
{
	return (struct fw_address){
	    .af = address->ip6 ? PFSYNC_AF_INET6 : PFSYNC_AF_INET, .addr = address->addr};
}

/* The family, and the dialect if it is another than the family's own. */
static void
read_family(const struct doc_at *at, struct sim_node *node)
{
	const char *names[FW_FAMILY_COUNT + 1] = {NULL};
	const char *dialect;
	int family;

	for (int i = 0; i < FW_FAMILY_COUNT; i++)
		names[i] = fw_family_name((enum fw_family)i);
	doc_need(at, "family");
	family = doc_choice(at, "family", names, FW_V6B);
	fw_config_init(&node->fw, (enum fw_family)family);
	dialect = doc_text(at, "dialect", 64, NULL);
	if (dialect == NULL)
		return;
	node->fw.dialect = pfsync_dialect_by_name(dialect);
	if (node->fw.dialect == NULL)
		doc_error(at, "dialect",
		    "\"%s\" is none; accepted: the names that pfsyncdump "
		    "--list-dialects prints, as openbsd-6k",
		    dialect);
	else if (fw_family_of_dialect(node->fw.dialect) != family)
		doc_error(at, "dialect", "%s is not spoken by family %s", dialect, names[family]);
}

static void
read_interfaces(const struct doc_at *at, struct sim_node *node)
{
	struct doc_at array;

	memcpy(node->lan_text, "em0", 4);
	memcpy(node->wan_text, "em1", 4);
	sim_read_ifname(at, "lan", node->lan_text);
	sim_read_ifname(at, "wan", node->wan_text);
	node->lan = node->lan_text;
	node->wan = node->wan_text;
	node->ifnames[0] = node->lan;
	node->ifnames[1] = node->wan;
	node->ifname_count = 2;
	if (doc_array(at, "interfaces", SIM_IFNAMES_MAX - 2, &array)) {
		for (size_t i = 0; i < doc_length(&array); i++) {
			struct doc_at item = doc_item(&array, i);
			char *text = node->ifname_text[i];
			const char *name = doc_at_text(&item, PFSYNC_IFNAMSIZ - 1, "");
			memcpy(text, name, strlen(name));
			node->ifnames[node->ifname_count++] = text;
		}
	}
	node->fw.ifnames = node->ifnames;
	node->fw.ifname_count = node->ifname_count;
}

/* Clocks, table sizes, pfsync0's settings. */
static void
read_settings(const struct doc_at *at, struct sim_node *node)
{
	struct fw_config *fw = &node->fw;
	int64_t id_seed_ns = doc_time_ns(at, "id_seed", 0);
	int64_t version = doc_integer(at, "message_version", 0, 9999, 0);

	if (version != 0 && version != 1301 && version != 1400 && version != 1500)
		doc_error(at, "message_version", "%lld is none; accepted: 1301, 1400, 1500",
		    (long long)version);
	fw->message_version = (uint16_t)version;
	fw->freebsd_release = (uint8_t)doc_integer(at, "freebsd_release", 0, 16, 0);
	fw->cpus = (uint8_t)doc_integer(at, "cpus", 1, 64, 2);
	fw->id_seed_s = (uint64_t)(id_seed_ns / SECOND);
	fw->mtu = (uint16_t)doc_integer(at, "mtu", 576, 9000, 1500);
	fw->maxupd = (uint8_t)doc_integer(at, "maxupd", 1, 255, 128);
	fw->defer = doc_bool(at, "defer", false);
	fw->bind_states = doc_bool(at, "if_bound", false);
	fw->reannounce = doc_bool(at, "reannounce", false);
	fw->state_limit = (uint32_t)doc_integer(at, "state_limit", 0, INT32_MAX, 0);
	fw->interval_s = (uint32_t)doc_integer(at, "interval_s", 1, 86400, 10);
	sim_read_timeouts(at, "timeouts", fw->timeout_s);
	sim_read_adaptive(at, "adaptive", &fw->adaptive_start, &fw->adaptive_end);
	node->boot_ns = doc_duration_ns(at, "boot", 0, INT64_MAX / 4, -1);
	node->mute = doc_bool(at, "mute", false);
	node->stranger = doc_bool(at, "stranger", false);
}

static void
read_identity(
    const struct sim_config *config, const struct doc_at *at, size_t i, struct sim_node *node)
{
	struct ip_address address = {.addr = {{10, 255, 0, (uint8_t)(i + 1)}}};
	char fallback[8];
	const char *name;
	struct rng rng;

	(void)g_snprintf(fallback, sizeof(fallback), "fw%u", (unsigned)(i + 1) % 10);
	name = doc_text(at, "name", sizeof(node->fw.name) - 1, fallback);
	if (name[0] == '\0' || sim_node_by_name(config, name) >= 0)
		doc_error(at, "name", "every node needs a name of its own");
	memcpy(node->fw.name, name, strlen(name));
	sim_read_address(at, "address", &address);
	node->fw.address = fw_address_of(&address);
	node->fw.group6 = address.ip6;
	if (sim_read_address(at, "syncpeer", &address))
		node->fw.syncpeer = fw_address_of(&address);
	if (node->fw.syncpeer.af != PFSYNC_AF_UNSPEC && node->fw.syncpeer.af != node->fw.address.af)
		doc_error(at, "syncpeer", "of another address family than the node's address");
	node->mac = (struct link_mac){{0x02, 0x00, 0x0a, 0xff, 0x00, (uint8_t)(i + 1)}};
	sim_read_mac(at, "mac", &node->mac);

	rng_init(&rng, config->seed, "hostid", i);
	node->fw.hostid = (uint32_t)doc_hex(at, "hostid", UINT32_MAX, rng_u32(&rng) | 1);
	node->fw.seed = rng_u64(&rng);
	rng_init(&rng, config->seed, "ruleset", 0);
	for (size_t b = 0; b < 16; b++)
		node->fw.cksum[b] = (uint8_t)rng_u32(&rng);
	sim_read_cksum(at, "cksum", node->fw.cksum);
}

void
sim_read_nodes(struct sim_config *config, const struct doc_at *root)
{
	static const char *const keys[] = {"name", "family", "dialect", "message_version",
	    "freebsd_release", "cpus", "address", "syncpeer", "mac", "hostid", "id_seed", "cksum",
	    "lan", "wan", "interfaces", "boot", "mtu", "maxupd", "defer", "if_bound", "reannounce",
	    "state_limit", "timeouts", "adaptive", "interval_s", "mute", "stranger", NULL};
	struct doc_at array;
	size_t count;

	if (!doc_need_array(root, "nodes", SIM_NODES_MAX, &array))
		return;
	count = doc_length(&array);
	if (count < 2)
		doc_error(root, "nodes", "a simulation has 2 to %d nodes", SIM_NODES_MAX);
	for (size_t i = 0; i < count; i++) {
		struct doc_at at = doc_item_object(&array, i);
		struct sim_node *node = &config->nodes[i];
		doc_known(&at, keys);
		read_family(&at, node);
		read_settings(&at, node);
		read_identity(config, &at, i, node);
		read_interfaces(&at, node);
		node->fw.rules = config->rules;
		node->fw.rule_count = config->rule_count;
		config->node_count++;
	}
}
