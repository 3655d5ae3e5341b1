/*
 * handstate.c - the same connection as each record layout writes it.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "handstate.h"

static const uint8_t client[4] = {10, 1, 0, 5};
static const uint8_t server[4] = {198, 51, 100, 20};
enum { CLIENT_PORT = 40001, SERVER_PORT = 443 };

uint8_t *
handstate_last(struct handmade *hand, size_t size)
{
	assert_true(hand->len >= size);
	return hand->bytes + hand->len - size;
}

static uint8_t *
begin(struct handmade *hand, size_t size, unsigned nn)
{
	uint8_t *p;

	hand_fill(hand, 0, size);
	p = handstate_last(hand, size);
	hand_put(p, 8, HANDSTATE_ID + nn);
	return p;
}

static void
put_host(uint8_t *p, const uint8_t *addr, unsigned port)
{
	memcpy(p, addr, 4);
	hand_put(p + 16, 2, port);
}

/* Inbound: index 0 is the initiator (OB 4.3). */
static void
put_key(uint8_t *p)
{
	memcpy(p, client, 4);
	memcpy(p + 16, server, 4);
	hand_put(p + 32, 2, CLIENT_PORT);
	hand_put(p + 34, 2, SERVER_PORT);
}

static void
put_peers(uint8_t *src, uint8_t *dst)
{
	hand_put(src + 8, 4, 100000);
	hand_put(src + 12, 4, 116384);
	hand_put(src + 20, 2, 8192);
	hand_put(src + 22, 2, 1460);
	src[24] = 4;
	src[25] = 0x87;
	hand_put(dst + 8, 4, 200000);
	hand_put(dst + 12, 4, 265535);
	hand_put(dst + 20, 2, 16384);
	hand_put(dst + 22, 2, 1400);
	dst[24] = 4;
	dst[25] = 0x86;
}

/* rule, anchor, nat_rule, creation, expire. */
static void
put_rule(uint8_t *p, uint32_t nat_rule)
{
	hand_put(p, 4, 3);
	hand_put(p + 4, 4, 0xffffffff);
	hand_put(p + 8, 4, nat_rule);
	hand_put(p + 12, 4, 61);
	hand_put(p + 16, 4, 86339);
}

static void
put_counters(uint8_t *p, unsigned width)
{
	hand_put(p, width, 10);
	hand_put(p + width, width, 9);
	hand_put(p + 2 * width, width, 4200);
	hand_put(p + 3 * width, width, 9100);
}

void
handstate_208(struct handmade *hand, unsigned nn)
{
	uint8_t *p = begin(hand, 208, nn);

	put_host(p + 8, server, SERVER_PORT);
	put_host(p + 32, server, SERVER_PORT);
	put_host(p + 56, client, CLIENT_PORT);
	put_peers(p + 80, p + 112);
	put_rule(p + 160, 0);
	put_counters(p + 180, 4);
	hand_put(p + 196, 4, HANDSTATE_CREATOR);
	p[200] = 2;
	p[201] = 6;
	p[202] = 1;
}

void
handstate_224(struct handmade *hand, unsigned nn)
{
	uint8_t *p = begin(hand, 224, nn);

	memcpy(p + 8, "em0", 3);
	put_host(p + 24, server, SERVER_PORT);
	put_host(p + 48, server, SERVER_PORT);
	put_host(p + 72, client, CLIENT_PORT);
	put_peers(p + 96, p + 128);
	put_rule(p + 176, 0);
	put_counters(p + 196, 4);
	hand_put(p + 212, 4, HANDSTATE_CREATOR);
	p[216] = 2;
	p[217] = 6;
	p[218] = 1;
	p[221] = 2;
}

void
handstate_240h(struct handmade *hand, unsigned nn)
{
	uint8_t *p = begin(hand, 240, nn);

	memcpy(p + 8, "em0", 3);
	put_host(p + 24, server, SERVER_PORT);
	put_host(p + 48, server, SERVER_PORT);
	put_host(p + 72, client, CLIENT_PORT);
	put_peers(p + 96, p + 128);
	put_rule(p + 176, 0);
	put_counters(p + 196, 8);
	hand_put(p + 228, 4, HANDSTATE_CREATOR);
	p[232] = 2;
	p[233] = 6;
	p[234] = 1;
	p[237] = 2;
}

/* Bytes 0 to 231 of v4, v5 and FreeBSD's three (OB 9, FB 9.1). */
static uint8_t *
begin_keys(struct handmade *hand, size_t size, unsigned nn)
{
	uint8_t *p = begin(hand, size, nn);

	memcpy(p + 8, "em0", 3);
	put_key(p + 24);
	put_key(p + 60);
	put_peers(p + 96, p + 128);
	put_rule(p + 176, 0xffffffff);
	put_counters(p + 196, 8);
	hand_put(p + 228, 4, HANDSTATE_CREATOR);
	return p;
}

void
handstate_240k(struct handmade *hand, unsigned nn)
{
	uint8_t *p = begin_keys(hand, 240, nn);

	p[232] = 2;
	p[233] = 6;
	p[234] = 1;
	p[237] = 2;
}

void
handstate_1301(struct handmade *hand, unsigned nn)
{
	uint8_t *p = begin_keys(hand, 242, nn);

	p[232] = 2;
	p[233] = 6;
	p[234] = 1;
	p[239] = 2;
}

void
handstate_1400(struct handmade *hand, unsigned nn)
{
	uint8_t *p = begin_keys(hand, 277, nn);

	p[232] = 2;
	p[233] = 6;
	p[234] = 1;
	p[239] = 2;
	hand_put(p + 250, 4, 0xffffffff);
}

void
handstate_1500(struct handmade *hand, unsigned nn)
{
	uint8_t *p = begin_keys(hand, 360, nn);

	memcpy(p + 312, "em0", 3);
	hand_put(p + 328, 4, 0xffffffff);
	p[344] = p[345] = 2;
	p[347] = p[348] = 6;
	p[350] = 2;
	p[351] = 1;
}

void
handstate_264(struct handmade *hand, unsigned nn)
{
	uint8_t *p = begin(hand, 264, nn);

	memcpy(p + 8, "em0", 3);
	put_key(p + 24);
	put_key(p + 64);
	p[62] = p[102] = 2;
	put_peers(p + 104, p + 136);
	put_rule(p + 184, 0xffffffff);
	put_counters(p + 204, 8);
	hand_put(p + 236, 4, HANDSTATE_CREATOR);
	hand_put(p + 240, 8, UINT64_MAX);
	p[250] = 2;
	p[251] = 6;
	p[252] = 1;
	p[255] = 2;
}

static uint8_t *
begin_upd_c(struct handmade *hand, size_t size, unsigned nn)
{
	uint8_t *p = begin(hand, size, nn);

	put_peers(p + 8, p + 40);
	hand_put(p + 72, 4, HANDSTATE_CREATOR);
	p[80] = 2;
	return p;
}

void
handstate_upd_c88(struct handmade *hand, unsigned nn)
{
	(void)begin_upd_c(hand, 88, nn);
}

void
handstate_upd_c84(struct handmade *hand, unsigned nn)
{
	(void)begin_upd_c(hand, 84, nn);
}

/* ------------------------------------------------------------------------ */

static void
check_end(const struct pfsync_key *key, unsigned i, const uint8_t *addr, unsigned port)
{
	assert_memory_equal(key->addr[i].b, addr, 4);
	assert_int_equal(key->port[i], port);
}

void
handstate_check(const struct pfsync_message *message, unsigned nn)
{
	const struct pfsync_state *st = &message->u.state;
	struct pfsync_key wire, stack;

	assert_true(pfsync_has(message, PFSYNC_F_ID));
	assert_true(message->id == HANDSTATE_ID + nn);
	assert_int_equal(message->creatorid, HANDSTATE_CREATOR);
	assert_int_equal(st->src.seqlo, 100000);
	assert_int_equal(st->src.seqhi, 116384);
	assert_int_equal(st->src.max_win, 8192);
	assert_int_equal(st->src.mss, 1460);
	assert_int_equal(st->src.state, 4);
	assert_int_equal(st->src.wscale, 0x87);
	assert_int_equal(st->dst.seqlo, 200000);
	assert_int_equal(st->dst.seqhi, 265535);
	assert_int_equal(st->dst.max_win, 16384);
	assert_int_equal(st->dst.mss, 1400);
	assert_int_equal(st->dst.state, 4);
	assert_int_equal(st->dst.wscale, 0x86);
	if (message->action == PFSYNC_ACT_UPD_C)
		return;
	assert_true(pfsync_state_keys(message, &wire, &stack));
	check_end(&wire, 0, client, CLIENT_PORT);
	check_end(&wire, 1, server, SERVER_PORT);
	check_end(&stack, 0, client, CLIENT_PORT);
	check_end(&stack, 1, server, SERVER_PORT);
	assert_int_equal(pfsync_state_af(message), PFSYNC_AF_INET);
	assert_int_equal(st->proto, 6);
	assert_int_equal(st->direction, PFSYNC_IN);
	assert_int_equal(st->rule, 3);
	assert_true(st->anchor == PFSYNC_RULE_NONE);
	assert_int_equal(st->creation_s, 61);
	assert_int_equal(st->expire_s, 86339);
	assert_true(st->packets[0] == 10 && st->packets[1] == 9);
	assert_true(st->bytes[0] == 4200 && st->bytes[1] == 9100);
}
