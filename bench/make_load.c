/*
 * make_load.c - large captures for benchmarks: make_load KIND PACKETS STATES FILE
 *
 * SPDX-License-Identifier: ISC
 *
 * KIND is "updc" (compressed updates), "one" (one of them a packet), "full" (full
 * states) or "mixed": every
 * state inserted once, then compressed updates with one delete and insert in
 * twenty.  Two OpenBSD 7.4 firewalls on Ethernet, packets of at most 1500 bytes,
 * the states chosen at random with a fixed seed.
 */
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pfsync.h"

#define HEAD 34 /* Ethernet and IPv4 */
#define ROOM (HEAD + 1480)

struct load {
	const struct pfsync_dialect *dialect;
	pcap_dumper_t *dumper;
	uint64_t random;
	uint64_t packets;
	uint64_t messages;
	uint32_t states;
	uint32_t inserted;
};

static uint32_t
any_below(struct load *load, uint32_t limit)
{
	load->random ^= load->random >> 12;
	load->random ^= load->random << 25;
	load->random ^= load->random >> 27;
	return (uint32_t)((load->random * UINT64_C(2685821657736338717) >> 32) * limit >> 32);
}

static void
set(struct pfsync_message *m, enum pfsync_field first, enum pfsync_field last)
{
	for (int f = (int)first; f <= (int)last; f++)
		pfsync_has_set(m, (enum pfsync_field)f);
}

/* State number n: an established TCP connection, created by one node or the other. */
static void
fill(struct load *load, struct pfsync_message *m, enum pfsync_action action, uint32_t n)
{
	struct pfsync_state *st = &m->u.state;
	uint32_t client = 0x0a000000 | (n >> 4);

	memset(m, 0, sizeof(*m));
	m->action = action;
	m->id = UINT64_C(0x6600000000000000) + n;
	m->creatorid = n & 1 ? 0x0a090001 : 0x0a090002;
	set(m, PFSYNC_F_ID, PFSYNC_F_CREATORID);
	if (action == PFSYNC_ACT_DEL_C)
		return;
	/* Connections go on: a sequence number that goes back is a finding. */
	st->src = (struct pfsync_peer){.seqlo = 1000 + 16 * (uint32_t)load->messages,
	    .max_win = 64240,
	    .state = PFSYNC_TCPS_ESTABLISHED,
	    .wscale = 0x87};
	st->src.seqhi = st->src.seqlo + 65535;
	st->dst = st->src;
	st->timeout = 2;
	set(m, PFSYNC_F_SRC_STATE, PFSYNC_F_DST_TS_MOD);
	pfsync_has_set(m, PFSYNC_F_TIMEOUT);
	if (action == PFSYNC_ACT_UPD_C)
		return;
	m->record = PFSYNC_REC_V6;
	memcpy(st->ifname, "em0", 4);
	st->wire.af_number = st->stack.af_number = st->af_number = 2;
	for (unsigned i = 0; i < 4; i++) {
		st->wire.addr[1].b[i] = (uint8_t)(UINT32_C(0xc0000209) >> (8 * (3 - i)));
		st->wire.addr[0].b[i] = (uint8_t)(client >> (8 * (3 - i)));
	}
	st->wire.port[0] = (uint16_t)(1024 + (n & 15));
	st->wire.port[1] = 443;
	st->stack = st->wire;
	st->proto = 6;
	st->direction = PFSYNC_IN;
	st->creation_s = 10;
	st->expire_s = 86390;
	st->packets[0] = 12;
	st->packets[1] = 9;
	st->bytes[0] = 4711;
	st->bytes[1] = 8150;
	st->rule = 3;
	st->anchor = st->nat_rule = PFSYNC_RULE_NONE;
	set(m, PFSYNC_F_IFNAME, PFSYNC_F_STACK_RDOMAIN);
	set(m, PFSYNC_F_RT, PFSYNC_F_RTABLEID1);
}

static void
put16(uint8_t *p, unsigned value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

static void
send_frame(struct load *load, uint8_t *packet, size_t payload)
{
	static const uint8_t head[HEAD] = {1, 0, 0x5e, 0, 0, 0xf0, 2, 0, 0, 0, 0, 1, 8, 0, 0x45,
	    0x10, 0, 0, 0, 0, 0x40, 0, 255, 240, 0, 0, 10, 9, 0, 1, 224, 0, 0, 240};
	struct pcap_pkthdr header;
	uint32_t sum = 0;

	memcpy(packet, head, HEAD);
	packet[29] = (uint8_t)(1 + (load->packets & 1));
	packet[11] = packet[29];
	put16(packet + 16, (unsigned)(20 + payload));
	put16(packet + 18, (unsigned)(load->packets & 0xffff));
	for (unsigned i = 14; i < HEAD; i += 2)
		sum += (uint32_t)packet[i] << 8 | packet[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	put16(packet + 24, (~(sum + (sum >> 16))) & 0xffff);
	memset(&header, 0, sizeof(header));
	header.ts.tv_sec = (time_t)(1795000000 + load->packets / 20000);
	header.ts.tv_usec = (suseconds_t)(load->packets % 20000 * 50);
	header.caplen = header.len = (bpf_u_int32)(HEAD + payload);
	pcap_dump((u_char *)load->dumper, &header, packet);
	load->packets++;
}

/* A state of the firewall whose turn it is to send: see fill(). */
static uint32_t
any_own(struct load *load)
{
	uint32_t pairs = load->states / 2;

	return 2 * any_below(load, pairs > 0 ? pairs : 1) + (load->packets & 1 ? 0 : 1);
}

static void
build(struct load *load, enum pfsync_action action, unsigned count, bool in_order)
{
	uint8_t packet[ROOM];
	struct pfsync_builder b;
	struct pfsync_message m;
	int payload;

	pfsync_build_begin(&b, load->dialect, NULL, packet + HEAD, sizeof(packet) - HEAD);
	for (unsigned i = 0; i < count; i++) {
		uint32_t n = in_order ? load->inserted++ % load->states : any_own(load);
		fill(load, &m, action, n);
		if (pfsync_build_add(&b, &m) != PFSYNC_OK)
			abort();
		load->messages++;
	}
	payload = pfsync_build_end(&b);
	if (payload < 0)
		abort();
	send_frame(load, packet, (size_t)payload);
}

static void
make_mixed(struct load *load, uint64_t packets)
{
	while (load->inserted < load->states && load->packets < packets)
		build(load, PFSYNC_ACT_INS, 5, true);
	while (load->packets < packets) {
		if (load->packets % 20 == 0)
			build(load, PFSYNC_ACT_DEL_C, 5, false);
		else if (load->packets % 20 == 1)
			build(load, PFSYNC_ACT_INS, 5, false);
		else
			build(load, PFSYNC_ACT_UPD_C, 17, false);
	}
}

int
main(int argc, char **argv)
{
	struct load load = {.random = 20260101};
	uint64_t packets;
	pcap_t *pcap;

	if (argc != 5) {
		fputs("usage: make_load updc|one|full|mixed PACKETS STATES FILE\n", stderr);
		return 2;
	}
	packets = strtoull(argv[2], NULL, 10);
	load.states = (uint32_t)strtoul(argv[3], NULL, 10);
	load.dialect = pfsync_dialect_by_name("openbsd-6k");
	pcap = pcap_open_dead(DLT_EN10MB, 65535);
	load.dumper = pcap != NULL ? pcap_dump_open(pcap, argv[4]) : NULL;
	if (load.dumper == NULL || load.states == 0) {
		fprintf(stderr, "make_load: %s: %s\n", argv[4],
		    pcap != NULL ? pcap_geterr(pcap) : "out of memory");
		return 2;
	}
	if (strcmp(argv[1], "mixed") == 0) {
		make_mixed(&load, packets);
	} else {
		const bool full = strcmp(argv[1], "full") == 0;
		const unsigned count = strcmp(argv[1], "one") == 0 ? 1 : full ? 5 : 17;
		while (load.packets < packets)
			build(&load, full ? PFSYNC_ACT_UPD : PFSYNC_ACT_UPD_C, count, full);
	}
	pcap_dump_close(load.dumper);
	pcap_close(pcap);
	printf("%llu packets, %llu messages\n", (unsigned long long)load.packets,
	    (unsigned long long)load.messages);
	return 0;
}
