/*
 * packet_emit.c - from the packets of a scenario to IP packets, one by one.
 *
 * SPDX-License-Identifier: ISC
 */
#include "packet_emit.h"

enum { IP4_CHECKSUM = 10 };

struct emitter {
	enum emit_form form;
	emit_fn *fn;
	void *context;
	struct buffer buffer;
	const struct scenario_packet *packet;
	struct scenario_node *node;
	int64_t time_ns;
};

static bool
hand_over(struct emitter *e, bool ip)
{
	const struct emitted emitted = {.packet = e->packet,
	    .node = e->node,
	    .time_ns = e->time_ns,
	    .bytes = e->buffer.bytes,
	    .len = e->buffer.len,
	    .ip = ip};
	bool more;

	if (e->packet->bad_checksum && ip && !e->packet->ip.ip6)
		e->buffer.bytes[IP4_CHECKSUM] ^= 0x55;
	more = e->fn(e->context, &emitted);
	buffer_reset(&e->buffer);
	return more;
}

static bool
emit_fragments(struct emitter *e, const struct ip_packet *ip)
{
	size_t most = ip_fragment_bytes(ip->ip6, e->packet->mtu);

	for (size_t at = 0; at < ip->len; at += most) {
		size_t len = ip->len - at < most ? ip->len - at : most;
		ip_write_fragment(&e->buffer, ip, at, len);
		if (!hand_over(e, true))
			return false;
	}
	return true;
}

static bool
emit_ip(struct emitter *e, const struct ip_packet *ip)
{
	size_t header = ip->ip6 ? IP6_HEADER_BYTES : IP4_HEADER_BYTES;

	if (e->packet->mtu > 0 && header + ip->len > e->packet->mtu)
		return emit_fragments(e, ip);
	ip_write(&e->buffer, ip);
	return hand_over(e, true);
}

/* OpenBSD 7.4 and later: the packet as it will be, but for source and checksum. */
static bool
emit_tap(struct emitter *e, struct ip_packet *ip)
{
	const struct pfsync_dialect *dialect = e->packet->dialect;

	if (dialect->version == 6 && (dialect->quirks & PFSYNC_QUIRK_CKSUM_ZERO) != 0 && !ip->ip6) {
		ip->src = (struct pfsync_addr){{0}};
		ip->zero_checksum = true;
		ip_write(&e->buffer, ip);
		return hand_over(e, true);
	}
	buffer_add(&e->buffer, ip->payload, ip->len);
	/* A packet cut to nothing has no bytes to hand over. */
	return e->buffer.len == 0 || hand_over(e, false);
}

static bool
emit_once(struct emitter *e)
{
	struct ip_packet ip = e->packet->ip;

	ip.src = ip.ip6 ? e->node->ip6 : e->node->ip4;
	if (!e->packet->has_id)
		ip.id = e->node->ip_id++;
	return e->form == EMIT_TAP ? emit_tap(e, &ip) : emit_ip(e, &ip);
}

static bool
shown(const struct scenario *s, const struct scenario_packet *packet, enum emit_form form)
{
	return form == EMIT_IP || (packet->node == s->file.view && packet->dialect != NULL);
}

bool
packets_emit(struct scenario *scenario, enum emit_form form, emit_fn *fn, void *context)
{
	struct emitter e = {.form = form, .fn = fn, .context = context};
	bool more = true;

	for (size_t i = 0; i < scenario->packet_count && more; i++) {
		e.packet = &scenario->packets[i];
		e.node = &scenario->nodes[e.packet->node];
		e.time_ns = e.packet->time_ns;
		if (!shown(scenario, e.packet, form))
			continue;
		for (uint64_t n = 0; n < e.packet->repeat && more; n++) {
			more = emit_once(&e);
			e.time_ns += e.packet->every_ns;
		}
	}
	buffer_free(&e.buffer);
	return more;
}
