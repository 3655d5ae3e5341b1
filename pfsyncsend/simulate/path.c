/*
 * path.c - pfsync packets leave a node, cross the network, are captured, arrive.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "engine.h"
#include "packets.h"
#include "peek.h"

/* ------------------------------------------------------------------------
 * Who gets it
 */

static bool
is_meant(const struct sim *sim, const struct leaving *out, size_t node)
{
	const struct fw_address *address = &sim->config->nodes[node].fw.address;

	if ((int)node == out->from || address->af != out->dst.af)
		return false;
	return ip_is_multicast(out->dst.af == PFSYNC_AF_INET6, &out->dst.addr) ||
	       memcmp(&address->addr, &out->dst.addr, sizeof(out->dst.addr)) == 0;
}

struct match {
	const struct sim *sim;
	const struct leaving *out;
	const struct sim_fault *fault;
	bool found;
};

static bool
match_message(void *context, const struct peek_message *message)
{
	struct match *match = context;
	const struct sim_fault *fault = match->fault;
	bool is_bulk_request = message->action == PFSYNC_ACT_UPD_REQ && message->id == 0;

	if (fault->action >= 0 && (int)message->action != fault->action)
		return true;
	if (fault->action == PFSYNC_ACT_UPD_REQ && fault->flow < 0 && !is_bulk_request)
		return true;
	if (fault->bus_status != 0 && message->bus_status != fault->bus_status)
		return true;
	if (fault->flow >= 0) {
		bool its = false;
		for (size_t i = 0; i < match->sim->flow_count && !its; i++) {
			const struct sim_flow *flow = &match->sim->flows[i];
			its = flow->used && flow->id == message->id &&
			      flow->creatorid == message->creatorid &&
			      (flow->flow.number & 0xffffffffffU) == (uint64_t)fault->flow;
		}
		if (!its)
			return true;
	}
	match->found = true;
	return false;
}

static bool
match_packet(void *context, size_t rule)
{
	struct match *match = context;

	match->fault = &match->sim->config->faults[network_rule(match->sim->sync, rule)->fault];
	match->found = false;
	peek(match->out->dialect, match->out->bytes, match->out->len, false, match_message, match);
	return match->found;
}

/* What one receiver will see of it. */
static struct net_verdict
judge(struct sim *sim, struct network *network, const struct leaving *out, size_t to)
{
	struct match match = {.sim = sim, .out = out};
	size_t len = out->len + IP4_HEADER_BYTES;
	int from = out->from >= 0 ? out->from : NETWORK_NODES_MAX - 1;
	struct net_verdict verdict;

	verdict = network_judge(network, sim->now_ns, from, (int)to, len,
	    out->dialect != NULL ? match_packet : NULL, &match);
	if (verdict.rule >= 0 && sim->started)
		happen_hit(sim, network_rule(network, (size_t)verdict.rule)->fault);
	return verdict;
}

static void
hold(struct sim *sim, size_t index, int64_t at_ns, enum sim_event event, size_t node)
{
	sim_packet_at(sim, index)->users++;
	queue_add(sim->queue, at_ns, event, (uint32_t)node, index);
}

/* When wire.pcap has it, or -1. */
static int64_t
capture_time(struct sim *sim, int64_t first_ns, bool lost_by_all)
{
	if (!sim->has_wire || !sim->started ||
	    sim->now_ns < sim->config->start_ns + sim->config->capture_from_ns)
		return -1;
	switch (sim->config->capture_at) {
	case SIM_AT_SENDER:
		return sim->now_ns;
	case SIM_AT_RECEIVER:
		return lost_by_all ? -1 : first_ns;
	default:
		if (lost_by_all && rng_chance(&sim->capture_rng, 0.5))
			return -1;
		return sim->now_ns + (first_ns - sim->now_ns) / 2;
	}
}

/* CARP has links of its own: it does not end with the sync link. */
static bool
reaches(const struct sim *sim, const struct leaving *out, size_t node)
{
	return sim->peers[node].on && (out->dialect == NULL || sim->peers[node].cut == 0);
}

static void
leave(struct sim *sim, const struct leaving *out)
{
	struct network *network = out->dialect != NULL ? sim->sync : sim->adverts;
	size_t index = sim_packet_new(sim);
	struct sim_packet *packet = sim_packet_at(sim, index);
	int64_t first_ns = INT64_MAX, again_ns = 0, captured_ns;
	uint8_t meant = 0, known = 0;

	sim_packet_write(sim, packet, out);
	packet->users = 1;
	for (size_t n = 0; n < sim->nodes; n++) {
		struct net_verdict verdict;
		if (!is_meant(sim, out, n))
			continue;
		meant = (uint8_t)(meant | 1U << n);
		verdict = judge(sim, network, out, n);
		if (verdict.arrive_ns < first_ns)
			first_ns = verdict.arrive_ns;
		if (verdict.fate == NET_LOST || !reaches(sim, out, n)) {
			sim->peers[n].counts.packets_lost++;
			truth_lost(sim, packet, (int)n,
			    verdict.fate == NET_LOST ? SIM_LOST_NETWORK : SIM_LOST_OFF,
			    verdict.fate == NET_LOST ? verdict.rule : -1);
			continue;
		}
		known = (uint8_t)(known | 1U << n);
		hold(sim, index, verdict.arrive_ns, SIM_EV_DELIVER, n);
		if (verdict.again_ns != 0) {
			hold(sim, index, verdict.again_ns, SIM_EV_DELIVER, n);
			again_ns = verdict.again_ns;
		}
	}
	captured_ns = capture_time(
	    sim, first_ns == INT64_MAX ? sim->now_ns : first_ns, known == 0 && meant != 0);
	if (out->dialect == NULL && !sim->config->carp_captured)
		captured_ns = -1;
	if (sim->started && out->from >= 0 && sim->peers[out->from].has_vantage &&
	    (out->dialect != NULL || sim->config->carp_captured))
		pcap_out_frame(&sim->peers[out->from].vantage, sim->now_ns, packet->frame.bytes,
		    packet->frame.len);
	if (out->dialect != NULL) {
		const unsigned sender = out->from >= 0 ? 1U << out->from : 0;
		struct evidence_packet evidence = {.dialect = out->dialect,
		    .bytes = out->bytes,
		    .len = out->len,
		    .captured = captured_ns >= 0,
		    .from = out->from,
		    .meant = (uint8_t)(meant | sender),
		    .known = (uint8_t)(known | sender)};
		evidence_packet(sim, &evidence);
	}
	if (captured_ns >= 0)
		hold(sim, index, captured_ns, SIM_EV_CAPTURE, 0);
	if (captured_ns >= 0 && again_ns != 0 && sim->config->capture_at != SIM_AT_SENDER)
		hold(sim, index, captured_ns + (again_ns - first_ns), SIM_EV_CAPTURE, 0);
	sim_packet_release(sim, index);
}

/* ------------------------------------------------------------------------
 * From whom
 */

static struct leaving
from_node(struct sim *sim, size_t node)
{
	const struct sim_node *config = &sim->config->nodes[node];
	struct sim_peer *peer = &sim->peers[node];

	return (struct leaving){.from = (int)node,
	    .src = config->fw.address,
	    .src_mac = config->mac,
	    .dialect = fw_config(peer->fw)->dialect,
	    .ttl = peer->ttl,
	    .ip_id = peer->ip_id++};
}

/* A node that is mute says it to nobody; pfsync0 there shows it all the same. */
static void
swallow(struct sim *sim, const struct leaving *out)
{
	struct evidence_packet evidence = {.dialect = out->dialect,
	    .bytes = out->bytes,
	    .len = out->len,
	    .meant = (uint8_t)(1U << out->from),
	    .known = (uint8_t)(1U << out->from)};
	struct sim_packet *packet;
	size_t index = sim_packet_new(sim);

	packet = sim_packet_at(sim, index);
	sim_packet_write(sim, packet, out);
	packet->users = 1;
	truth_lost(sim, packet, -1, SIM_LOST_MUTE, -1);
	evidence_packet(sim, &evidence);
	sim_packet_release(sim, index);
}

/* pfsync0: the payload; of OpenBSD 7.4 and later with an unfinished IP header (OB 3.3). */
static void
write_tap(struct sim *sim, size_t node, const struct fw_packet_out *out)
{
	struct sim_peer *peer = &sim->peers[node];
	struct ip_packet ip = ip_pfsync(false);

	if (fw_config(peer->fw)->family != FW_V6B) {
		pcap_out_frame(&peer->tap, sim->now_ns, out->bytes, out->len_bytes);
		return;
	}
	ip.payload = out->bytes;
	ip.len = out->len_bytes;
	ip.dst = out->dst.addr;
	ip.zero_checksum = true;
	buffer_reset(&sim->ip);
	ip_write(&sim->ip, &ip);
	pcap_out_frame(&peer->tap, sim->now_ns, sim->ip.bytes, sim->ip.len);
}

void
path_send(struct sim *sim, size_t node, const struct fw_packet_out *packet)
{
	struct sim_peer *peer = &sim->peers[node];
	struct leaving out = from_node(sim, node);

	peer->counts.packets_sent++;
	peer->counts.messages_sent += packet->messages;
	out.dst = packet->dst;
	out.bytes = packet->bytes;
	out.len = packet->len_bytes;
	if (sim->started && peer->has_tap)
		write_tap(sim, node, packet);
	if (peer->mute > 0)
		swallow(sim, &out);
	else
		leave(sim, &out);
}

static struct fw_address
group_of(const struct fw_address *src)
{
	struct ip_address group = ip_pfsync_group(src->af == PFSYNC_AF_INET6);

	return (struct fw_address){.af = src->af, .addr = group.addr};
}

void
path_play(struct sim *sim, size_t node, const uint8_t *bytes, size_t len)
{
	struct leaving out = from_node(sim, node);

	out.dst = sim->config->nodes[node].fw.syncpeer;
	if (out.dst.af == PFSYNC_AF_UNSPEC)
		out.dst = group_of(&out.src);
	out.bytes = bytes;
	out.len = len;
	leave(sim, &out);
}

void
path_inject(struct sim *sim, const struct fw_address *src, const struct link_mac *mac,
    const struct pfsync_dialect *dialect, const uint8_t *bytes, size_t len)
{
	struct leaving out = {.from = -1,
	    .src = *src,
	    .dst = group_of(src),
	    .src_mac = *mac,
	    .dialect = dialect,
	    .bytes = bytes,
	    .len = len,
	    .ttl = PFSYNC_TTL};

	leave(sim, &out);
}

void
path_send_advert(struct sim *sim, size_t node, uint8_t vhid, const uint8_t bytes[CARP_ADVERT_BYTES])
{
	struct leaving out = from_node(sim, node);
	struct ip_address group = ip_carp_group(false);

	out.dialect = NULL;
	out.ttl = PFSYNC_TTL;
	out.dst = (struct fw_address){.af = PFSYNC_AF_INET, .addr = group.addr};
	out.src_mac = (struct link_mac){{0x00, 0x00, 0x5e, 0x00, 0x01, vhid}};
	out.bytes = bytes;
	out.len = CARP_ADVERT_BYTES;
	leave(sim, &out);
}

/* ------------------------------------------------------------------------
 * Arrival
 */

static void
note_verdict(struct sim *sim, size_t node, enum fw_verdict verdict)
{
	static const char *const codes[] = {[FW_DROP_BADIF] = "D-04",
	    [FW_DROP_BADTTL] = "D-05",
	    [FW_DROP_BADVER] = "D-01",
	    [FW_DROP_BADACT] = "D-02",
	    [FW_DROP_BADLEN] = "D-26"};

	if (sim->started && verdict > FW_DROP_DOWN && codes[verdict] != NULL)
		effects_add(sim->effects, codes[verdict], fw_verdict_name(verdict), (int)node,
		    sim->now_ns, 0, 0, 0);
}

void
path_deliver(struct sim *sim, size_t node, size_t index)
{
	struct sim_packet *packet = sim_packet_at(sim, index);
	struct sim_peer *peer = &sim->peers[node];
	struct fw_packet_in in = {.bytes = packet->frame.bytes + packet->payload_at,
	    .len_bytes = packet->payload_len,
	    .src = packet->src,
	    .ttl = packet->ttl,
	    .other_interface = peer->misplaced > 0};

	if (peer->on && packet->carp) {
		carp_receive(sim->carp, sim->now_ns, node, in.bytes);
	} else if (peer->on) {
		peer->counts.packets_got++;
		if (sim->started && peer->has_vantage && peer->misplaced == 0)
			pcap_out_frame(
			    &peer->vantage, sim->now_ns, packet->frame.bytes, packet->frame.len);
		note_verdict(sim, node, fw_receive(peer->fw, sim->now_ns, &in));
	}
	sim_packet_release(sim, index);
}

void
path_capture(struct sim *sim, size_t index)
{
	struct sim_packet *packet = sim_packet_at(sim, index);

	pcap_out_frame(&sim->wire, sim->now_ns, packet->frame.bytes, packet->frame.len);
	if (packet->from >= 0 && !packet->carp)
		sim->peers[packet->from].captured = true;
	sim_packet_release(sim, index);
}
