/*
 * to_interface.c - a scenario on a real interface.
 *
 * SPDX-License-Identifier: ISC
 */
#include "to_interface.h"

#include <stdio.h>
#include <time.h>

#include "guard.h"
#include "packet_emit.h"
#include "rawsock.h"

enum { NS_PER_S = 1000000000, FAMILIES = 2, PROTOCOLS = 256 };

struct live {
	const struct interface_options *options;
	struct netif netif;
	struct rawsock *sockets[FAMILIES][PROTOCOLS]; /* as they are needed */
	int64_t first_ns;                             /* scenario time of the first packet */
	int64_t begun_ns;                             /* when that was sent */
	uint64_t sent;
	char error[RAWSOCK_ERROR_MAX];
};

static int64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

static void
wait_until(int64_t at_ns)
{
	for (;;) {
		int64_t left = at_ns - now_ns();
		struct timespec pause = {
		    .tv_sec = (time_t)(left / NS_PER_S), .tv_nsec = (long)(left % NS_PER_S)};
		if (left <= 0)
			return;
		nanosleep(&pause, NULL); /* again if a signal was handled */
	}
}

static bool
send_packet(void *context, const struct emitted *emitted)
{
	struct live *live = context;
	const struct ip_packet *ip = &emitted->packet->ip;
	struct rawsock **sock = &live->sockets[ip->ip6][ip->proto];

	if (*sock == NULL)
		*sock = rawsock_open(&live->netif, ip->ip6, ip->proto, live->error);
	if (*sock == NULL)
		return false;
	if (live->sent == 0) {
		live->first_ns = emitted->time_ns;
		live->begun_ns = now_ns();
	} else if (!live->options->fast) {
		wait_until(live->begun_ns + (emitted->time_ns - live->first_ns));
	}
	if (!rawsock_send(*sock, emitted->bytes, emitted->len, live->error))
		return false;
	live->sent++;
	return true;
}

/* Nodes nobody gave an address speak with the interface's. */
static void
lend_addresses(struct scenario *s, const struct netif *netif)
{
	for (size_t i = 0; i < s->node_count; i++) {
		if (s->nodes[i].own_addresses)
			continue;
		s->nodes[i].ip4 = netif->ip4;
		s->nodes[i].ip6 = netif->ip6;
		s->nodes[i].has_ip4 = netif->has_ip4;
		s->nodes[i].has_ip6 = netif->has_ip6;
	}
}

/* What was for the group goes to one address. */
static void
redirect(struct live *live, struct scenario *s)
{
	const struct ip_address *peer = live->options->syncpeer;

	for (size_t i = 0; i < s->packet_count && peer != NULL; i++) {
		struct scenario_packet *packet = &s->packets[i];
		if (!packet->to_group)
			continue;
		/* Only an address of another family changes what IP looks like. */
		if (packet->ip.ip6 != peer->ip6) {
			packet->ip.ip6 = peer->ip6;
			packet->ip.tos = ip_pfsync(peer->ip6).tos;
			packet->ip.hop_by_hop = false;
		}
		packet->ip.dst = peer->addr;
		packet->to_group = ip_is_multicast(peer->ip6, &peer->addr);
	}
}

/* Every sender has an address of the family it sends with. */
static bool
check_sources(struct live *live, const struct scenario *s)
{
	for (size_t i = 0; i < s->packet_count; i++) {
		const struct scenario_packet *packet = &s->packets[i];
		const struct scenario_node *node = &s->nodes[packet->node];
		if (packet->ip.ip6 ? node->has_ip6 : node->has_ip4)
			continue;
		snprintf(live->error, sizeof(live->error),
		    "%s: no %s address to send from; give the interface or the node (\"address\", "
		    "--from) one",
		    live->netif.name, packet->ip.ip6 ? "IPv6" : "IPv4");
		return false;
	}
	return true;
}

static bool
start(struct live *live, struct scenario *s)
{
	char reason[GUARD_TEXT_MAX];

	if (!netif_look(live->options->ifname, &live->netif, live->error))
		return false;
	redirect(live, s);
	lend_addresses(s, &live->netif);
	if (!live->options->yes && !guard_allows(s, &live->netif, reason)) {
		fprintf(stderr, "pfsyncsend: %s\n", reason);
		live->error[0] = '\0';
		return false;
	}
	return check_sources(live, s);
}

bool
to_interface(struct scenario *scenario, const struct interface_options *options, uint64_t *sent)
{
	struct live live = {.options = options};
	bool good = start(&live, scenario) && packets_emit(scenario, EMIT_IP, send_packet, &live);

	for (size_t family = 0; family < FAMILIES; family++) {
		for (size_t proto = 0; proto < PROTOCOLS; proto++)
			rawsock_close(live.sockets[family][proto]);
	}
	*sent = live.sent;
	if (!good && live.error[0] != '\0')
		fprintf(stderr, "pfsyncsend: %s\n", live.error);
	return good;
}
