/*
 * scene.c - firewalls that talk (see scene.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

void
scene_begin(struct scene *scene, const char *dialect, const struct pfreplay_options *options)
{
	memset(scene, 0, sizeof(*scene));
	scene->r = pfreplay_new(options);
	scene->dialect = pfsync_dialect_by_name(dialect);
	assert_non_null(scene->dialect);
	scene->now_ns = SCENE_START;
	scene->ttl = PFSYNC_TTL;
}

void
scene_end(struct scene *scene)
{
	pfreplay_free(scene->r);
}

void
scene_wait(struct scene *scene, double seconds)
{
	scene->now_ns += (int64_t)(seconds * (double)SCENE_S);
}

static struct pfsync_addr
address(uint8_t last)
{
	struct pfsync_addr addr = {{192, 0, 2, last}};

	if (last == SCENE_ALL)
		memcpy(addr.b, (const uint8_t[]){224, 0, 0, 240}, 4);
	return addr;
}

static struct pfsync_addr
address6(uint8_t last)
{
	struct pfsync_addr addr = {{0xfe, 0x80}};

	if (last == SCENE_ALL)
		addr = (struct pfsync_addr){{0xff, 0x12}};
	addr.b[15] = last;
	return addr;
}

void
scene_send(struct scene *scene, uint8_t from, uint8_t to, const struct pfsync_message *messages,
    size_t count)
{
	struct pfreplay_packet packet = {
	    .missed = scene->missed,
	    .time_ns = scene->now_ns,
	    .frame = ++scene->frame,
	    .file = scene->file,
	    .tap = scene->tap,
	    .tap_owner = scene->tap_owner,
	    .tap_name = scene->tap_name,
	};
	uint8_t bytes[9000], cksum[16], octet;
	struct pfsync_builder builder;
	int used;

	if (!scene->tap) {
		packet.af = PFSYNC_AF_INET;
		packet.src = address(from);
		packet.dst = address(to);
		if (scene->ipv6) {
			packet.af = PFSYNC_AF_INET6;
			packet.src = address6(from);
			packet.dst = address6(to);
		}
		if (to == SCENE_ALL && scene->group_last != 0)
			packet.dst.b[scene->ipv6 ? 15 : 3] = scene->group_last;
		packet.has_ip = true;
		packet.ttl = scene->ttl;
		packet.ip_id = scene->ip_id != 0 ? scene->ip_id : (uint16_t)scene->frame;
		packet.missed = scene->missed;
		packet.fragmented = scene->fragmented;
		packet.has_mac = scene->mac_last != 0;
		packet.mac[0] = 2;
		packet.mac[5] = scene->mac_last;
	}
	octet = scene->cksum != 0 ? scene->cksum : 0x5a;
	if ((scene->dialect->quirks & PFSYNC_QUIRK_CKSUM_ZERO) != 0)
		octet = 0;
	memset(cksum, octet, sizeof(cksum));
	pfsync_build_begin(&builder, scene->dialect, cksum, bytes, sizeof(bytes));
	for (size_t i = 0; i < count; i++)
		assert_int_equal(pfsync_build_add(&builder, &messages[i]), PFSYNC_OK);
	used = pfsync_build_end(&builder);
	assert_true(used > 0);
	assert_int_equal(
	    pfreplay_packet_bytes(scene->r, &packet, bytes, (size_t)used, (size_t)used), PFSYNC_OK);
}

void
scene_say(struct scene *scene, uint8_t from, struct pfsync_message message)
{
	scene_send(scene, from, SCENE_ALL, &message, 1);
}

static void
has_all(struct pfsync_message *message, const enum pfsync_field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++)
		pfsync_has_set(message, fields[i]);
}

#define HAS_ALL(message, ...)                                                                      \
	do {                                                                                       \
		static const enum pfsync_field fields_[] = {__VA_ARGS__};                          \
		has_all(message, fields_, sizeof(fields_) / sizeof(fields_[0]));                   \
	} while (0)

struct pfsync_message
scene_id(enum pfsync_action action, uint64_t id, uint32_t creatorid)
{
	struct pfsync_message message = {.action = action, .id = id, .creatorid = creatorid};

	HAS_ALL(&message, PFSYNC_F_ID, PFSYNC_F_CREATORID);
	return message;
}

struct pfsync_message
scene_upd_c(uint64_t id, uint32_t creatorid, uint8_t src_state, uint32_t src_seq, uint8_t dst_state,
    uint32_t dst_seq)
{
	struct pfsync_message message = scene_id(PFSYNC_ACT_UPD_C, id, creatorid);
	struct pfsync_state *state = &message.u.state;

	HAS_ALL(&message, PFSYNC_F_SRC_STATE, PFSYNC_F_SRC_SEQLO, PFSYNC_F_SRC_SEQHI,
	    PFSYNC_F_DST_STATE, PFSYNC_F_DST_SEQLO, PFSYNC_F_DST_SEQHI, PFSYNC_F_TIMEOUT);
	state->src.state = src_state;
	state->src.seqlo = src_seq;
	state->src.seqhi = src_seq + 1000;
	state->dst.state = dst_state;
	state->dst.seqlo = dst_seq;
	state->dst.seqhi = dst_seq + 1000;
	state->timeout = 2;
	return message;
}

struct pfsync_message
scene_full(enum pfsync_action action, uint64_t id, uint32_t creatorid)
{
	struct pfsync_message message = scene_upd_c(id, creatorid, 4, 100, 4, 200);
	struct pfsync_state *state = &message.u.state;
	const struct pfsync_key key = {.addr = {{{10, 1, 0, 1}}, {{10, 2, 0, 2}}},
	    .port = {(uint16_t)(1024 + id % 60000), 80},
	    .af_number = 2};

	message.action = action;
	message.record = message.action == PFSYNC_ACT_DEL ? PFSYNC_REC_NONE : message.record;
	HAS_ALL(&message, PFSYNC_F_IFNAME, PFSYNC_F_AF, PFSYNC_F_PROTO, PFSYNC_F_DIRECTION,
	    PFSYNC_F_WIRE_ADDR0, PFSYNC_F_WIRE_ADDR1, PFSYNC_F_WIRE_PORT0, PFSYNC_F_WIRE_PORT1,
	    PFSYNC_F_WIRE_AF, PFSYNC_F_STACK_AF, PFSYNC_F_STACK_PROTO, PFSYNC_F_STACK_ADDR0,
	    PFSYNC_F_STACK_ADDR1, PFSYNC_F_STACK_PORT0, PFSYNC_F_STACK_PORT1, PFSYNC_F_LAN_ADDR,
	    PFSYNC_F_LAN_PORT, PFSYNC_F_GWY_ADDR, PFSYNC_F_GWY_PORT, PFSYNC_F_EXT_ADDR,
	    PFSYNC_F_EXT_PORT, PFSYNC_F_CREATION, PFSYNC_F_EXPIRE, PFSYNC_F_RULE, PFSYNC_F_PACKETS0,
	    PFSYNC_F_BYTES0);
	memcpy(state->ifname, "em0", 4);
	state->af_number = 2;
	state->proto = state->stack_proto = 6;
	state->direction = PFSYNC_IN;
	state->wire = state->stack = key;
	state->lan.addr = state->gwy.addr = key.addr[1];
	state->lan.port = state->gwy.port = key.port[1];
	state->ext.addr = key.addr[0];
	state->ext.port = key.port[0];
	state->expire_s = 86400;
	state->rule = 7;
	state->packets[0] = 5;
	state->bytes[0] = 500;
	return message;
}

struct pfsync_message
scene_clr(uint32_t creatorid, const char *ifname)
{
	struct pfsync_message message = {.action = PFSYNC_ACT_CLR, .creatorid = creatorid};

	HAS_ALL(&message, PFSYNC_F_CREATORID, PFSYNC_F_CLR_IFNAME);
	snprintf(message.u.clr.ifname, sizeof(message.u.clr.ifname), "%s", ifname);
	return message;
}

struct pfsync_message
scene_bus(uint32_t creatorid, uint8_t status, uint32_t endtime_s)
{
	struct pfsync_message message = {.action = PFSYNC_ACT_BUS, .creatorid = creatorid};

	HAS_ALL(&message, PFSYNC_F_CREATORID, PFSYNC_F_BUS_STATUS, PFSYNC_F_BUS_ENDTIME);
	message.u.bus.status = status;
	message.u.bus.endtime_s = endtime_s;
	return message;
}

size_t
scene_node(const struct scene *scene, uint8_t last)
{
	char name[32];
	int node;

	snprintf(name, sizeof(name), "192.0.2.%u", last);
	node = pfreplay_node_by_name(scene->r, name);
	assert_true(node >= 0);
	return (size_t)node;
}

struct pfreplay_node
scene_info(const struct scene *scene, uint8_t last)
{
	size_t index = scene_node(scene, last);
	struct pfreplay_node node;

	for (size_t n = 0; pfreplay_node_at(scene->r, n, &node); n++)
		if (node.index == index)
			return node;
	fail_msg("node %u is not listed", last);
	return node;
}

bool
scene_has(const struct scene *scene, uint8_t last, uint64_t id, uint32_t creatorid,
    struct pfreplay_state *state)
{
	struct pfreplay_state unused;

	pfreplay_advance(scene->r, scene->now_ns);
	return pfreplay_state_get(
	    scene->r, scene_node(scene, last), id, creatorid, state != NULL ? state : &unused);
}
