/*
 * packets.c - packets on their way: memory and bytes.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "packets.h"

struct sim_packet *
sim_packet_at(const struct sim *sim, size_t index)
{
	return g_ptr_array_index(sim->packets, index);
}

size_t
sim_packet_new(struct sim *sim)
{
	if (sim->free_packets->len > 0) {
		uint32_t index =
		    g_array_index(sim->free_packets, uint32_t, sim->free_packets->len - 1);
		g_array_set_size(sim->free_packets, sim->free_packets->len - 1);
		return index;
	}
	g_ptr_array_add(sim->packets, g_new0(struct sim_packet, 1));
	return sim->packets->len - 1;
}

void
sim_packet_release(struct sim *sim, size_t index)
{
	struct sim_packet *packet = sim_packet_at(sim, index);
	uint32_t number = (uint32_t)index;

	if (--packet->users > 0)
		return;
	g_array_append_val(sim->free_packets, number);
}

/* ------------------------------------------------------------------------
 * Bytes
 */

static struct link_mac
destination_mac(const struct sim *sim, const struct fw_address *dst)
{
	bool ip6 = dst->af == PFSYNC_AF_INET6;

	if (ip_is_multicast(ip6, &dst->addr))
		return link_group_mac(ip6, &dst->addr);
	for (size_t n = 0; n < sim->nodes; n++) {
		const struct fw_address *address = &sim->config->nodes[n].fw.address;
		if (address->af == dst->af &&
		    memcmp(&address->addr, &dst->addr, sizeof(dst->addr)) == 0)
			return sim->config->nodes[n].mac;
	}
	return (struct link_mac){{0x02, 0x00, 0x0a, 0xff, 0xff, 0xff}}; /* who knows whose */
}

void
sim_packet_write(struct sim *sim, struct sim_packet *packet, const struct leaving *out)
{
	bool ip6 = out->dst.af == PFSYNC_AF_INET6;
	struct ip_packet ip = ip_pfsync(ip6);
	struct link_frame frame = {.kind = sim->config->link,
	    .ip6 = ip6,
	    .src = out->src_mac,
	    .dst = destination_mac(sim, &out->dst),
	    .vlan = 240,
	    .outer_vlan = 24,
	    .padded = sim->config->link == LINK_ETHERNET,
	    .af_inet6 = 24};

	ip.payload = out->bytes;
	ip.len = out->len;
	ip.src = out->src.addr;
	ip.dst = out->dst.addr;
	ip.ttl = out->ttl;
	ip.id = out->ip_id;
	if (out->dialect == NULL)
		ip.proto = CARP_PROTO;
	buffer_reset(&sim->ip);
	ip_write(&sim->ip, &ip);
	buffer_reset(&packet->frame);
	link_write(&packet->frame, &frame, sim->ip.bytes, sim->ip.len);
	packet->payload_at = sim->link_header_bytes + (ip6 ? IP6_HEADER_BYTES : IP4_HEADER_BYTES);
	packet->payload_len = out->len;
	packet->from = out->from;
	packet->ttl = out->ttl;
	packet->carp = out->dialect == NULL;
	packet->src = out->src;
	packet->dialect = out->dialect;
	packet->users = 0;
}

static void
free_packet(gpointer data)
{
	struct sim_packet *packet = data;

	buffer_free(&packet->frame);
	g_free(packet);
}

void
sim_packets_begin(struct sim *sim)
{
	struct link_frame frame = {.kind = sim->config->link};
	struct buffer empty = {0};

	sim->packets = g_ptr_array_new_with_free_func(free_packet);
	sim->free_packets = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	link_write(&empty, &frame, (const uint8_t *)"", 0);
	sim->link_header_bytes = empty.len;
	buffer_free(&empty);
}

void
sim_packets_free(struct sim *sim)
{
	if (sim->packets != NULL)
		g_ptr_array_free(sim->packets, TRUE);
	if (sim->free_packets != NULL)
		g_array_free(sim->free_packets, TRUE);
	buffer_free(&sim->ip);
}
