/*
 * config.c - what a simulation is made of: the whole, the network, CARP, instants.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "config_read.h"
#include "rng.h"

#define SECOND INT64_C(1000000000)
#define DAY_NS (86400 * SECOND)

static const char *const capture_names[] = {"sender", "middle", "receiver", NULL};
static const char *const routing_names[] = {"active", "shared", "by-direction", "by-packet", NULL};

int
sim_node_by_name(const struct sim_config *config, const char *name)
{
	for (size_t i = 0; i < config->node_count; i++) {
		if (strcmp(config->nodes[i].fw.name, name) == 0)
			return (int)i;
	}
	return -1;
}

int
sim_read_node(
    const struct sim_config *config, const struct doc_at *object, const char *key, int fallback)
{
	const char *name = doc_text(object, key, sizeof(config->nodes[0].fw.name) - 1, NULL);
	GString *names;
	int node;

	if (name == NULL)
		return fallback;
	node = sim_node_by_name(config, name);
	if (node >= 0)
		return node;
	names = g_string_new(NULL);
	for (size_t i = 0; i < config->node_count; i++)
		g_string_append_printf(names, "%s%s", i == 0 ? "" : ", ", config->nodes[i].fw.name);
	doc_error(object, key, "\"%s\" is no node; accepted: %s", name, names->str);
	g_string_free(names, TRUE);
	return fallback;
}

bool
sim_read_address(const struct doc_at *object, const char *key, struct ip_address *address)
{
	const char *text = doc_text(object, key, 64, NULL);

	if (text == NULL)
		return false;
	if (ip_address_parse(text, address))
		return true;
	doc_error(object, key, "\"%s\" is no address; accepted: 10.0.0.1, fe80::1", text);
	return false;
}

bool
sim_read_mac(const struct doc_at *object, const char *key, struct link_mac *mac)
{
	const char *text = doc_text(object, key, 32, NULL);

	if (text == NULL)
		return false;
	if (link_mac_parse(text, mac))
		return true;
	doc_error(object, key, "\"%s\" is no MAC address; accepted: 02:00:00:00:00:01", text);
	return false;
}

bool
sim_read_ifname(const struct doc_at *object, const char *key, char out[PFSYNC_IFNAMSIZ])
{
	const char *text = doc_text(object, key, PFSYNC_IFNAMSIZ - 1, NULL);

	if (text == NULL)
		return false;
	if (text[0] == '\0') {
		doc_error(
		    object, key, "the name of an interface has 1 to %d bytes", PFSYNC_IFNAMSIZ - 1);
		return false;
	}
	memset(out, 0, PFSYNC_IFNAMSIZ);
	memcpy(out, text, strlen(text));
	return true;
}

bool
sim_read_cksum(const struct doc_at *object, const char *key, uint8_t cksum[16])
{
	const char *text = doc_text(object, key, 64, NULL);

	if (text == NULL)
		return false;
	if (strlen(text) != 32 || strspn(text, "0123456789abcdefABCDEF") != 32) {
		doc_error(object, key, "a ruleset checksum has 32 hexadecimal digits");
		return false;
	}
	for (size_t i = 0; i < 16; i++)
		cksum[i] = (uint8_t)(g_ascii_xdigit_value(text[2 * i]) << 4 |
				     g_ascii_xdigit_value(text[2 * i + 1]));
	return true;
}

/* ------------------------------------------------------------------------ */

static void
read_network(struct sim_config *config, const struct doc_at *root)
{
	static const char *const keys[] = {"delay", "jitter", "link", NULL};
	struct doc_at at;

	config->delay_ns = 100000;
	config->jitter_ns = 20000;
	config->link = LINK_ETHERNET;
	if (!doc_object(root, "network", &at))
		return;
	doc_known(&at, keys);
	config->delay_ns = doc_duration_ns(&at, "delay", 0, 60 * SECOND, config->delay_ns);
	config->jitter_ns = doc_duration_ns(&at, "jitter", 0, 60 * SECOND, config->jitter_ns);
	config->link = (enum link_kind)doc_choice(&at, "link", link_kind_names, LINK_ETHERNET);
	if (link_is_tap(config->link))
		doc_error(&at, "link", "pfsync0 is a view of one node; use --tap");
}

static void
read_carp_members(struct sim_config *config, const struct doc_at *vhid, struct sim_carp *carp)
{
	struct doc_at at;
	size_t members = 0;

	for (size_t i = 0; i < SIM_NODES_MAX; i++)
		carp->advskew[i] = -1;
	if (!doc_need(vhid, "advskew") || !doc_object(vhid, "advskew", &at))
		return;
	for (size_t i = 0; i < config->node_count; i++) {
		const char *name = config->nodes[i].fw.name;
		if (!doc_has(&at, name))
			continue;
		carp->advskew[i] = (int)doc_integer(&at, name, 0, 254, 0);
		if (config->nodes[i].fw.address.af != PFSYNC_AF_INET)
			doc_error(
			    &at, name, "CARP is simulated over IPv4; this node's address is IPv6");
		members++;
	}
	if (members != json_object_size(at.value))
		doc_error(&at, NULL, "accepted: the names of the nodes");
}

static void
read_carp(struct sim_config *config, const struct doc_at *root)
{
	static const char *const keys[] = {
	    "vhid", "advbase", "preempt", "address", "advskew", NULL};
	struct doc_at array;

	config->carp_captured = doc_bool(root, "carp_captured", true);
	if (!doc_array(root, "carp", SIM_VHIDS_MAX, &array))
		return;
	config->carp_count = doc_length(&array);
	for (size_t i = 0; i < config->carp_count; i++) {
		struct doc_at at = doc_item_object(&array, i);
		struct sim_carp *carp = &config->carp[i];
		struct ip_address address;
		doc_known(&at, keys);
		carp->vhid = (uint8_t)doc_integer(&at, "vhid", 1, 255, (int64_t)i + 1);
		carp->advbase = (uint8_t)doc_integer(&at, "advbase", 1, 254, 1);
		carp->preempt = doc_bool(&at, "preempt", true);
		carp->address = (struct pfsync_addr){{192, 0, 2, (uint8_t)(i + 1)}};
		if (sim_read_address(&at, "address", &address)) {
			carp->address = address.addr;
			if (address.ip6)
				doc_error(&at, "address", "virtual hosts of simulations are IPv4");
		}
		read_carp_members(config, &at, carp);
	}
}

static int
compare_times(const void *x, const void *y)
{
	int64_t a, b;

	memcpy(&a, x, sizeof(a));
	memcpy(&b, y, sizeof(b));
	return (a > b) - (a < b);
}

/* A list of times, or {"every": DURATION}. */
static void
read_instants(struct sim_config *config, const struct doc_at *root)
{
	static const char *const keys[] = {"every", NULL};
	struct doc_at at;
	bool list;

	if (!doc_has(root, "instants"))
		return;
	if (doc_value(root, "instants", &at) && doc_is_object(&at)) {
		int64_t every_ns;
		doc_known(&at, keys);
		every_ns = doc_duration_ns(
		    &at, "every", SECOND / 1000, config->duration_ns, config->duration_ns);
		for (int64_t t = every_ns; t < config->duration_ns; t += every_ns) {
			if (config->instant_count == SIM_INSTANTS_MAX) {
				doc_error(&at, "every", "at most %d instants", SIM_INSTANTS_MAX);
				break;
			}
			config->instants_ns[config->instant_count++] = t;
		}
		return;
	}
	list = doc_array(root, "instants", SIM_INSTANTS_MAX, &at);
	for (size_t i = 0; list && i < doc_length(&at); i++) {
		struct doc_at item = doc_item(&at, i);
		int64_t t = 0;
		if (json_is_number(item.value))
			t = (int64_t)(json_number_value(item.value) * (double)SECOND);
		else if (!doc_parse_duration(doc_at_text(&item, 32, "0s"), &t))
			doc_error(&item, NULL, "no time; accepted: 2.5, \"90s\", \"10m\"");
		if (t < 0 || t > config->duration_ns)
			doc_error(&item, NULL, "outside of the run");
		config->instants_ns[config->instant_count++] = t;
	}
	qsort(config->instants_ns, config->instant_count, sizeof(config->instants_ns[0]),
	    compare_times);
}

static void
read_top(struct sim_config *config, const struct doc_at *root)
{
	config->start_ns = doc_time_ns(root, "start", INT64_C(1767600000) * SECOND);
	config->duration_ns =
	    doc_duration_ns(root, "duration", SECOND / 1000, 3650 * DAY_NS, 60 * SECOND);
	config->capture_from_ns = doc_duration_ns(root, "capture_from", 0, config->duration_ns, 0);
	config->capture_at =
	    (enum sim_capture_at)doc_choice(root, "capture_at", capture_names, SIM_AT_MIDDLE);
	config->pcapng = doc_bool(root, "pcapng", false);
	config->routing =
	    (enum sim_routing)doc_choice(root, "routing", routing_names, SIM_ROUTE_ACTIVE);
	config->active = sim_read_node(config, root, "active", 0);
	if (config->start_ns < DAY_NS)
		doc_error(root, "start",
		    "captures know no time before 1970; accepted: from "
		    "1970-01-02 on");
}

static struct sim_config *
read_document(const char *path, struct doc *doc, uint64_t seed, FILE *errors)
{
	static const char *const keys[] = {"description", "start", "duration", "capture_from",
	    "capture_at", "pcapng", "network", "nodes", "rules", "routing", "active", "workload",
	    "scripts", "sas", "carp", "carp_captured", "faults", "instants", NULL};
	struct sim_config *config = g_new0(struct sim_config, 1);
	struct doc_at root = doc_root(doc);

	config->path = path;
	config->document = doc;
	config->seed = seed;
	if (root.value != NULL) {
		doc_known(&root, keys);
		doc_text(&root, "description", 1000, NULL);
		sim_read_rules(config, &root);
		sim_read_nodes(config, &root);
		read_top(config, &root);
		read_network(config, &root);
		sim_read_workload(config, &root);
		sim_read_scripts(config, &root);
		sim_read_sas(config, &root);
		read_carp(config, &root);
		sim_read_faults(config, &root);
		read_instants(config, &root);
	}
	if (!doc_failed(doc))
		return config;
	doc_print_errors(doc, "pfsyncsend: ", errors);
	sim_config_free(config);
	return NULL;
}

struct sim_config *
sim_config_read(const char *path, uint64_t seed, FILE *errors)
{
	return read_document(path, doc_read(path), seed, errors);
}

struct sim_config *
sim_config_parse(const char *name, const char *text, uint64_t seed, FILE *errors)
{
	return read_document(name, doc_parse(name, text, strlen(text)), seed, errors);
}

void
sim_config_free(struct sim_config *config)
{
	if (config == NULL)
		return;
	doc_free(config->document);
	g_free(config->script);
	g_free(config);
}
