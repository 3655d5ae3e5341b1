/*
 * packets.h - packets on their way: memory and bytes.
 *
 * SPDX-License-Identifier: ISC
 *
 * A packet is an index; it is there as long as somebody holds it (`users`), then its memory is
 * used for another.
 */
#ifndef PFSYNCSEND_SIMULATE_PACKETS_H
#define PFSYNCSEND_SIMULATE_PACKETS_H

#include "engine.h"

/* A packet about to leave. */
struct leaving {
	int from; /* node, or -1 */
	struct fw_address src, dst;
	struct link_mac src_mac;
	const struct pfsync_dialect *dialect; /* NULL: CARP */
	const uint8_t *bytes;
	size_t len;
	uint8_t ttl;
	uint16_t ip_id;
};

struct sim_packet *sim_packet_at(const struct sim *sim, size_t index);
size_t sim_packet_new(struct sim *sim);
/* One user less. */
void sim_packet_release(struct sim *sim, size_t index);
/* The bytes of `out` with IP and link header; users becomes 0. */
void sim_packet_write(struct sim *sim, struct sim_packet *packet, const struct leaving *out);

#endif
