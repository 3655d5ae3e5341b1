/*
 * config_work.c - traffic: classes of flows, scripted flows, IPsec SAs.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include <glib.h>

#include "config_read.h"

#define SECOND INT64_C(1000000000)
#define YEAR_NS (INT64_C(366) * 86400 * SECOND)

enum { ICMP = 1, TCP = 6, UDP = 17, ICMP6 = 58 };

/* "tcp" or a number. */
static uint8_t
read_proto(const struct doc_at *at, const char *key, uint8_t fallback)
{
	struct doc_at value;
	const char *name;
	int number;

	if (!doc_has(at, key) || !doc_value(at, key, &value))
		return fallback;
	if (!doc_is_text(&value))
		return (uint8_t)doc_integer(at, key, 1, 255, fallback);
	name = doc_text(at, key, 32, "tcp");
	number = pfsync_proto_by_name(name);
	if (number < 0)
		doc_error(at, key,
		    "\"%s\" is no protocol; accepted: tcp, udp, icmp, icmp6 ..., "
		    "or a number",
		    name);
	return number < 0 ? fallback : (uint8_t)number;
}

static double
read_share(const struct doc_at *at, const char *key, double fallback)
{
	return doc_real(at, key, 0, 1, fallback);
}

/* Pace and sizes. */
static void
read_flow(const struct doc_at *at, struct flow_class *flow)
{
	static const char *const forms[] = {"random", "fixed", NULL};

	flow->lifetime_ns = doc_duration_ns(at, "lifetime", 0, YEAR_NS, 10 * SECOND);
	flow->lifetime_fixed = doc_choice(at, "lifetime_form", forms, 0) == 1;
	flow->gap_ns = doc_duration_ns(at, "gap", 1000, YEAR_NS, SECOND);
	flow->gap_fixed = doc_choice(at, "gap_form", forms, 0) == 1;
	flow->rtt_ns = doc_duration_ns(at, "rtt", 0, 60 * SECOND, 20000000);
	flow->request_bytes = (uint32_t)doc_integer(at, "request_bytes", 0, 65535, 300);
	flow->reply_bytes = (uint32_t)doc_integer(at, "reply_bytes", 0, 1 << 20, 6000);
	flow->window = (uint16_t)doc_integer(at, "window", 1, 65535, 65535);
	flow->wscale = (int8_t)doc_integer(at, "wscale", -1, 14, 7);
	flow->unanswered = read_share(at, "unanswered", 0);
	flow->reset = read_share(at, "reset", flow->proto == TCP ? 0.05 : 0);
	flow->vanish = read_share(at, "vanish", flow->proto == TCP ? 0.02 : 0);
}

static void
read_class(struct sim_config *config, const struct doc_at *at, size_t i)
{
	static const char *const keys[] = {"name", "proto", "af", "nat", "direction", "open",
	    "no_sync", "source_node", "rule", "route_to", "modulate", "rate", "preload",
	    "preload_over", "count", "from", "until", "node", "port", "clients", "servers",
	    "asymmetric", "state_flags", "lifetime", "lifetime_form", "gap", "gap_form", "rtt",
	    "request_bytes", "reply_bytes", "window", "wscale", "unanswered", "reset", "vanish",
	    NULL};
	static const char *const families[] = {"inet", "inet6", NULL};
	static const char *const directions[] = {"in", "out", NULL};
	struct sim_class *c = &config->classes[i];
	char fallback[16];
	const char *name;

	doc_known(at, keys);
	(void)g_snprintf(fallback, sizeof(fallback), "class%u", (unsigned)(i % 1000));
	name = doc_text(at, "name", sizeof(c->name) - 1, fallback);
	memcpy(c->name, name, strlen(name));
	c->ip6 = doc_choice(at, "af", families, 0) == 1;
	c->flow.proto = read_proto(at, "proto", TCP);
	if (c->ip6 && c->flow.proto == ICMP)
		c->flow.proto = ICMP6;
	read_flow(at, &c->flow);
	c->nat = doc_bool(at, "nat", false);
	c->out = doc_choice(at, "direction", directions, c->nat ? 1 : 0) == 1;
	if (c->nat && !c->out)
		doc_error(at, "direction", "addresses are translated on the way out");
	c->open = doc_bool(at, "open", false);
	c->no_sync = doc_bool(at, "no_sync", false);
	c->source_node = doc_bool(at, "source_node", false);
	c->rule = PFSYNC_RULE_NONE;
	if (doc_has(at, "rule"))
		c->rule = (uint32_t)doc_integer(
		    at, "rule", 0, config->rule_count > 0 ? (int64_t)config->rule_count - 1 : 0, 0);
	if (c->rule != PFSYNC_RULE_NONE && config->rule_count == 0)
		doc_error(at, "rule", "the document has no \"rules\"");
	c->route_to = doc_bool(at, "route_to", false);
	c->modulate = doc_bool(at, "modulate", false);
	c->rate_per_s = doc_real(at, "rate", 0, 10e6, 0);
	c->preload = (uint64_t)doc_integer(at, "preload", 0, 100000000, 0);
	c->preload_ns = doc_duration_ns(at, "preload_over", 0, YEAR_NS, SECOND);
	c->count = (uint64_t)doc_integer(at, "count", 0, INT64_C(1) << 40, 0);
	c->from_ns = doc_duration_ns(at, "from", 0, YEAR_NS * 10, 0);
	c->until_ns = doc_duration_ns(at, "until", 0, YEAR_NS * 10, INT64_MAX);
	c->node = sim_read_node(config, at, "node", SIM_EVERYBODY);
	c->port = (uint16_t)doc_integer(at, "port", 1, 65535, c->flow.proto == UDP ? 53 : 443);
	c->clients = (uint32_t)doc_integer(at, "clients", 1, 60000, 250);
	c->servers = (uint32_t)doc_integer(at, "servers", 1, 60000, 1000);
	c->asymmetric = read_share(at, "asymmetric", 1);
	c->state_flags = (uint16_t)doc_integer(at, "state_flags", 0, 0xffff, 0);
}

void
sim_read_workload(struct sim_config *config, const struct doc_at *root)
{
	struct doc_at array;

	if (!doc_array(root, "workload", SIM_CLASSES_MAX, &array))
		return;
	config->class_count = doc_length(&array);
	for (size_t i = 0; i < config->class_count; i++) {
		struct doc_at at = doc_item_object(&array, i);
		read_class(config, &at, i);
	}
}

/* ------------------------------------------------------------------------
 * Scripts: flows said packet by packet
 */

/* "S", "SA", "PA", "FA", "R": as in pf.conf and tcpdump. */
static uint8_t
read_flags(const struct doc_at *at)
{
	const char *text = doc_text(at, "flags", 8, "A");
	uint8_t flags = 0;

	for (const char *p = text; *p != '\0'; p++) {
		switch (*p) {
		case 'S':
			flags |= FLOW_SYN;
			break;
		case 'A':
			flags |= FLOW_ACK;
			break;
		case 'F':
			flags |= FLOW_FIN;
			break;
		case 'R':
			flags |= FLOW_RST;
			break;
		case 'P':
			flags |= FLOW_PUSH;
			break;
		default:
			doc_error(at, "flags", "\"%s\"; accepted: letters of S A F R P", text);
			return flags;
		}
	}
	return flags;
}

static void
read_script_packet(struct sim_config *config, const struct doc_at *at, uint32_t flow, uint8_t proto)
{
	static const char *const keys[] = {
	    "at", "node", "from", "flags", "seq", "ack", "len", "window", "wscale", NULL};
	static const char *const sides[] = {"client", "server", NULL};
	struct sim_script *packet = &config->script[config->script_count++];

	doc_known(at, keys);
	doc_need(at, "at");
	*packet = (struct sim_script){.flow = flow, .proto = proto};
	packet->at_ns = doc_duration_ns(at, "at", 0, YEAR_NS * 10, 0);
	packet->node = sim_read_node(config, at, "node", 0);
	packet->from_server = doc_choice(at, "from", sides, 0) == 1;
	packet->flags = read_flags(at);
	packet->seq = (uint32_t)doc_u64(at, "seq", UINT32_MAX, 0);
	packet->ack = (uint32_t)doc_u64(at, "ack", UINT32_MAX, 0);
	packet->len = (uint32_t)doc_integer(at, "len", 0, 1 << 20, 0);
	packet->window = (uint16_t)doc_integer(at, "window", 0, 65535, 65535);
	if (doc_has(at, "wscale"))
		packet->wscale =
		    (uint8_t)(PFSYNC_WSCALE_FLAG | doc_integer(at, "wscale", 0, 14, 0));
}

void
sim_read_scripts(struct sim_config *config, const struct doc_at *root)
{
	static const char *const keys[] = {"proto", "packets", NULL};
	struct doc_at array, packets;
	size_t room = 0;

	if (!doc_array(root, "scripts", 1000, &array))
		return;
	for (size_t i = 0; i < doc_length(&array); i++) {
		struct doc_at at = doc_item_object(&array, i);
		uint8_t proto = read_proto(&at, "proto", TCP);
		doc_known(&at, keys);
		if (!doc_need_array(&at, "packets", SIM_SCRIPT_MAX, &packets))
			continue;
		room += doc_length(&packets);
		config->script = g_renew(struct sim_script, config->script, room);
		for (size_t k = 0; k < doc_length(&packets); k++) {
			struct doc_at packet = doc_item_object(&packets, k);
			read_script_packet(config, &packet, (uint32_t)i, proto);
		}
	}
}

/* ------------------------------------------------------------------------ */

void
sim_read_sas(struct sim_config *config, const struct doc_at *root)
{
	static const char *const keys[] = {
	    "spi", "dst", "node", "outbound", "every", "packets_per_s", "bytes_per_s", NULL};
	struct doc_at array;

	if (!doc_array(root, "sas", SIM_SAS_MAX, &array))
		return;
	config->sa_count = doc_length(&array);
	for (size_t i = 0; i < config->sa_count; i++) {
		struct doc_at at = doc_item_object(&array, i);
		struct sim_sa *sa = &config->sas[i];
		struct ip_address dst = {.addr = {{203, 0, 113, (uint8_t)(i + 1)}}};
		doc_known(&at, keys);
		sim_read_address(&at, "dst", &dst);
		sa->tdb.spi = (uint32_t)doc_u64(&at, "spi", UINT32_MAX, 0x1000 + i);
		sa->tdb.dst.af = dst.ip6 ? PFSYNC_AF_INET6 : PFSYNC_AF_INET;
		sa->tdb.dst.addr = dst.addr;
		sa->tdb.sproto = 50;
		sa->tdb.outbound = doc_bool(&at, "outbound", true);
		sa->node = sim_read_node(config, &at, "node", SIM_EVERYBODY);
		sa->every_ns = doc_duration_ns(&at, "every", SECOND / 100, YEAR_NS, SECOND);
		sa->packets_per_s = (uint64_t)doc_integer(&at, "packets_per_s", 0, 10000000, 100);
		sa->bytes_per_s =
		    (uint64_t)doc_integer(&at, "bytes_per_s", 0, INT64_C(1) << 40, 100000);
	}
}
