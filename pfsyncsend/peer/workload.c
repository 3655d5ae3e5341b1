/*
 * workload.c - local traffic on demand.
 *
 * SPDX-License-Identifier: ISC
 */
#include "workload.h"

enum { ICMP = 1, TCP = 6, PORT_FIRST = 1024, PORTS = 60000, DATA_BYTES = 100 };

bool
workload_insert(struct workload *work, struct fw *fw, int64_t now_ns, uint8_t proto)
{
	const uint32_t n = work->flows++;
	struct fw_flow flow = {.af = PFSYNC_AF_INET,
	    .proto = proto,
	    .direction = PFSYNC_IN,
	    .ifname = work->ifname,
	    .rule = PFSYNC_RULE_NONE,
	    .seq = n * 7919 + 1,
	    .len_bytes = proto == TCP ? 0 : DATA_BYTES,
	    .win = 64000,
	    .mss = 1460,
	    .wscale = PFSYNC_WSCALE_FLAG | 7,
	    .hold = true};

	/* 10.x.y.z, of which x tells the peers apart, to the test network. */
	flow.wire.addr[0] = (struct pfsync_addr){
	    {10, (uint8_t)work->base, (uint8_t)(n / PORTS >> 8), (uint8_t)(n / PORTS)}};
	flow.wire.addr[1] = (struct pfsync_addr){{192, 0, 2, 1}};
	flow.wire.port[0] = (uint16_t)(PORT_FIRST + n % PORTS);
	flow.wire.port[1] = proto == ICMP ? flow.wire.port[0] : 80;
	flow.stack = flow.wire;
	/* Every other one is translated. */
	if (n % 2 == 1)
		flow.stack.addr[1] = (struct pfsync_addr){{172, 16, 0, 80}};
	return fw_create(fw, now_ns, &flow, NULL, NULL) == FW_CREATED;
}

/* Handshake first, then data from both ends in turn. */
static struct fw_segment
next_segment(const struct fw_state *st)
{
	struct fw_segment segment = {.flags = FW_SEG_ACK, .win = 500};

	if (st->dst.state < PFSYNC_TCPS_SYN_SENT) {
		segment.from_dst = true;
		segment.flags = FW_SEG_SYN | FW_SEG_ACK;
		segment.seq = (uint32_t)st->id * 104729 + 1;
		segment.ack = st->src.seqlo + 1;
		segment.win = 65000;
		segment.mss = 1460;
		segment.wscale = PFSYNC_WSCALE_FLAG | 6;
		return segment;
	}
	segment.from_dst =
	    st->dst.state >= PFSYNC_TCPS_ESTABLISHED && st->packets[1] <= st->packets[0];
	segment.seq = segment.from_dst ? st->dst.seqlo : st->src.seqlo;
	segment.ack = segment.from_dst ? st->src.seqlo : st->dst.seqlo;
	if (st->dst.state >= PFSYNC_TCPS_ESTABLISHED)
		segment.len_bytes = DATA_BYTES;
	return segment;
}

bool
workload_update(struct workload *work, struct fw *fw, int64_t now_ns)
{
	const struct fw_state *st = fw_next(fw, &work->cursor);
	struct fw_segment segment = {.len_bytes = DATA_BYTES};

	if (st == NULL) {
		work->cursor = 0;
		st = fw_next(fw, &work->cursor);
	}
	if (st == NULL)
		return false;
	if (st->proto == TCP)
		segment = next_segment(st);
	else
		segment.from_dst = st->packets[1] < st->packets[0];
	(void)fw_traffic(fw, now_ns, st->id, st->creatorid, &segment);
	return true;
}

bool
workload_delete(struct workload *work, struct fw *fw, int64_t now_ns)
{
	const struct fw_state *st;
	uint64_t cursor = 0;

	(void)work;
	while ((st = fw_next(fw, &cursor)) != NULL) {
		if (st->creatorid == fw_hostid(fw))
			return fw_kill(fw, now_ns, st->id, st->creatorid);
	}
	return false;
}
