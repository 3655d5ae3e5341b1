/*
 * scene.h - firewalls that talk, for tests: messages are encoded into frames
 * and fed to a replay.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef TEST_SCENE_H
#define TEST_SCENE_H

#include <stdint.h>

#include "pfreplay.h"

#define SCENE_S INT64_C(1000000000)
#define SCENE_START (INT64_C(1700000000) * SCENE_S)
/* Destination: everybody. */
#define SCENE_ALL 240

struct scene {
	struct pfreplay *r;
	const struct pfsync_dialect *dialect;
	int64_t now_ns;
	uint64_t frame;
	/* Of the packets to come; see struct pfreplay_packet. */
	uint16_t file;
	bool tap;
	uint16_t tap_owner;
	const char *tap_name;
	uint8_t ttl;
	uint8_t mac_last; /* of 02:00:00:00:00:xx; 0 = no MAC */
	uint8_t cksum;    /* each octet of the ruleset's checksum; 0 = 0x5a */
	uint64_t missed;  /* as in struct pfreplay_packet */
	bool fragmented;
	uint16_t ip_id; /* 0 = the frame's number */
	/* Over IPv6, from fe80::`from`; the group is then ff12::f0. */
	bool ipv6;
	uint8_t group_last; /* of 224.0.0.x or ff12::xx; 0 = 240 */
};

/* Speaks `dialect`; `options` may be NULL. */
void scene_begin(struct scene *scene, const char *dialect, const struct pfreplay_options *options);
void scene_end(struct scene *scene);

void scene_wait(struct scene *scene, double seconds);

/* One packet from 192.0.2.`from` to 192.0.2.`to` or, SCENE_ALL, the group. */
void scene_send(struct scene *scene, uint8_t from, uint8_t to,
    const struct pfsync_message *messages, size_t count);
void scene_say(struct scene *scene, uint8_t from, struct pfsync_message message);

/* INS or UPD of a TCP state, class tcp.established, that lives for a day. */
struct pfsync_message scene_full(enum pfsync_action action, uint64_t id, uint32_t creatorid);
/* UPD_C with these peer states and sequence numbers. */
struct pfsync_message scene_upd_c(uint64_t id, uint32_t creatorid, uint8_t src_state,
    uint32_t src_seq, uint8_t dst_state, uint32_t dst_seq);
/* DEL_C, UPD_REQ, INS_ACK. */
struct pfsync_message scene_id(enum pfsync_action action, uint64_t id, uint32_t creatorid);
struct pfsync_message scene_clr(uint32_t creatorid, const char *ifname);
struct pfsync_message scene_bus(uint32_t creatorid, uint8_t status, uint32_t endtime_s);

/* The node of 192.0.2.`last` must exist. */
size_t scene_node(const struct scene *scene, uint8_t last);
struct pfreplay_node scene_info(const struct scene *scene, uint8_t last);
/* Does that node's table have the state?  `state` may be NULL. */
bool scene_has(const struct scene *scene, uint8_t last, uint64_t id, uint32_t creatorid,
    struct pfreplay_state *state);

#endif
