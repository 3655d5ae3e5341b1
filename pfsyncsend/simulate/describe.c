/*
 * describe.c - addresses and ports of a flow, and the state that they make.
 *
 * SPDX-License-Identifier: ISC
 *
 * Clients live in 10/8 (a /16 for each class) or 2001:db8::/32, servers in 198.18/15 or
 * 2001:db8:ffff::/48, translated addresses in 203/8.  All follow from the flow's number, so that
 * flows need not keep them and no two flows of a run share a key.
 */
#include <string.h>

#include "engine.h"

enum { ICMP = 1, ICMP6 = 58, PORT_FIRST = 1024, PORTS = 64000, ECHO = 8, ECHO6 = 128 };

static void
put_host(struct pfsync_addr *addr, bool ip6, bool server, uint32_t net, uint32_t host)
{
	memset(addr, 0, sizeof(*addr));
	if (ip6) {
		addr->b[0] = 0x20;
		addr->b[1] = 0x01;
		addr->b[2] = 0x0d;
		addr->b[3] = 0xb8;
		addr->b[4] = server ? 0xff : 0x01;
		addr->b[5] = server ? 0xff : (uint8_t)net;
		addr->b[14] = (uint8_t)((host + 1) >> 8);
		addr->b[15] = (uint8_t)(host + 1);
		return;
	}
	addr->b[0] = server ? 198 : 10;
	addr->b[1] = server ? 18 : (uint8_t)(16 + net);
	addr->b[2] = (uint8_t)((host + 1) >> 8);
	addr->b[3] = (uint8_t)(host + 1);
}

struct ends {
	struct pfsync_addr client, server, translated;
	uint16_t client_port, server_port, translated_port;
};

static void
scripted_ends(const struct sim_flow *flow, struct ends *ends)
{
	uint32_t number = (uint32_t)flow->flow.number;

	put_host(&ends->client, false, false, 200, number);
	put_host(&ends->server, false, true, 0, 0xff00);
	ends->translated = ends->client;
	ends->client_port = ends->translated_port = 40000;
	ends->server_port = 443;
}

static void
class_ends(const struct sim_flow *flow, const struct sim_class *kind, struct ends *ends)
{
	uint64_t n = flow->flow.number & 0xffffffffffU;
	uint32_t server = (uint32_t)((n * UINT64_C(2654435761)) % kind->servers);

	put_host(&ends->client, kind->ip6, false, flow->kind, (uint32_t)(n % kind->clients));
	put_host(&ends->server, kind->ip6, true, 0, server);
	ends->client_port = (uint16_t)(PORT_FIRST + n / kind->clients % PORTS);
	ends->server_port = kind->port;
	ends->translated = ends->client;
	ends->translated_port = ends->client_port;
	if (kind->nat) {
		memset(&ends->translated, 0, sizeof(ends->translated));
		if (kind->ip6) {
			put_host(&ends->translated, true, false, 0x80U + flow->kind,
			    (uint32_t)(n / PORTS));
		} else {
			ends->translated.b[0] = 203;
			ends->translated.b[1] = (uint8_t)flow->kind;
			ends->translated.b[2] = 113;
			ends->translated.b[3] = (uint8_t)(1 + n / PORTS % 250);
		}
		ends->translated_port = (uint16_t)(PORT_FIRST + n % PORTS);
	}
	if (kind->flow.proto == ICMP || kind->flow.proto == ICMP6)
		ends->server_port = kind->flow.proto == ICMP ? ECHO : ECHO6;
}

/* The number of "route-to" (OB 14.6, FB 3.7). */
static uint8_t
route_to(enum fw_family family)
{
	return family >= FW_V5F9 && family <= FW_V5F15 ? 2 : 1;
}

/* Index 0 is the initiator of a state made on the way in (OB 4.3). */
static void
put_key(struct fw_key *key, bool in, const struct pfsync_addr *initiator, uint16_t initiator_port,
    const struct pfsync_addr *responder, uint16_t responder_port)
{
	unsigned i = in ? 0 : 1;

	key->addr[i] = *initiator;
	key->port[i] = initiator_port;
	key->addr[1 - i] = *responder;
	key->port[1 - i] = responder_port;
}

void
traffic_describe(const struct sim *sim, size_t node, const struct sim_flow *flow, bool reversed,
    struct fw_flow *out)
{
	const struct sim_node *config = &sim->config->nodes[node];
	const struct sim_class *kind =
	    flow->kind == SIM_SCRIPTED ? NULL : &sim->config->classes[flow->kind];
	struct ends ends;
	bool in;

	*out = (struct fw_flow){.rule = PFSYNC_RULE_NONE, .hold = true};
	if (kind == NULL) {
		scripted_ends(flow, &ends);
		out->proto = flow->flow.step;
		out->af = PFSYNC_AF_INET;
	} else {
		class_ends(flow, kind, &ends);
		out->proto = kind->flow.proto;
		out->af = kind->ip6 ? PFSYNC_AF_INET6 : PFSYNC_AF_INET;
		out->rule = kind->rule;
		out->no_sync = kind->no_sync;
		out->source_node = kind->source_node;
		out->state_flags = kind->state_flags;
		if (kind->route_to) {
			out->rt = route_to(sim->config->nodes[node].fw.family);
			put_host(&out->rt_addr, kind->ip6, true, 0, 0xfe00);
			out->rt_ifname = config->wan;
		}
	}
	in = reversed || kind == NULL || !kind->out;
	out->direction = in ? PFSYNC_IN : PFSYNC_OUT;
	out->ifname = reversed || !in ? config->wan : config->lan;
	if (reversed) {
		put_key(&out->wire, true, &ends.server, ends.server_port, &ends.translated,
		    ends.translated_port);
		put_key(&out->stack, true, &ends.server, ends.server_port, &ends.client,
		    ends.client_port);
		return;
	}
	put_key(
	    &out->wire, in, &ends.translated, ends.translated_port, &ends.server, ends.server_port);
	put_key(&out->stack, in, &ends.client, ends.client_port, &ends.server, ends.server_port);
}
