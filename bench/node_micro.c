/*
 * node_micro.c - speed of the firewall model: two nodes, one sends, one obeys.
 *
 * SPDX-License-Identifier: ISC
 *
 *	node_micro [FAMILY [STATES [MESSAGES]]]
 *
 * STATES flows are inserted on one node, then updated at random until MESSAGES
 * messages went over: encoded by the one, decoded and applied by the other.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "node/node.h"

#define S INT64_C(1000000000)
#define AHEAD 16
#define T0 (INT64_C(1700000000) * S)

struct link {
	struct fw *to;
	int64_t now_ns;
	uint64_t messages, packets;
	uint8_t *bytes; /* packets of one call, length in front */
	size_t used, room;
	uint64_t outcomes[FW_OUT_COUNT];
};

static void
on_packet(void *context, const struct fw_packet_out *out)
{
	struct link *link = context;
	uint32_t len = (uint32_t)out->len_bytes;

	link->messages += out->messages;
	link->packets++;
	if (link->used + sizeof(len) + len > link->room) {
		link->room = link->room * 2 + sizeof(len) + len;
		link->bytes = realloc(link->bytes, link->room);
		if (link->bytes == NULL)
			exit(2);
	}
	memcpy(link->bytes + link->used, &len, sizeof(len));
	memcpy(link->bytes + link->used + sizeof(len), out->bytes, len);
	link->used += sizeof(len) + len;
}

static void
on_message(void *context, const struct fw_message_told *told)
{
	struct link *link = context;

	link->outcomes[told->outcome]++;
}

static void
deliver(struct link *link)
{
	for (size_t at = 0; at < link->used;) {
		struct fw_packet_in in = {.ttl = 255, .src = {.af = PFSYNC_AF_INET}};
		uint32_t len;
		memcpy(&len, link->bytes + at, sizeof(len));
		in.bytes = link->bytes + at + sizeof(len);
		in.len_bytes = len;
		fw_receive(link->to, link->now_ns, &in);
		at += sizeof(len) + len;
	}
	link->used = 0;
}

static double
seconds(void)
{
	struct timespec ts;

	/* Of this process: other jobs on the machine do not count. */
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static struct fw_flow
flow(uint32_t n)
{
	struct fw_flow f = {.af = PFSYNC_AF_INET,
	    .proto = 6,
	    .direction = PFSYNC_IN,
	    .ifname = "em0",
	    .rule = PFSYNC_RULE_NONE,
	    .seq = n * 7919,
	    .win = 64000};

	f.wire.addr[0] =
	    (struct pfsync_addr){{10, (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n}};
	f.wire.addr[1] = (struct pfsync_addr){{192, 0, 2, 1}};
	f.wire.port[0] = (uint16_t)(1024 + n % 60000);
	f.wire.port[1] = 443;
	f.stack = f.wire;
	return f;
}

struct name {
	uint64_t id;
	uint32_t creatorid;
};

static long
memory_kb(void)
{
	FILE *file = fopen("/proc/self/status", "r");
	char line[128];
	long kb = 0;

	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		if (strncmp(line, "VmRSS:", 6) == 0)
			kb = strtol(line + 6, NULL, 10);
	}
	if (file != NULL)
		fclose(file);
	return kb;
}

static struct fw *
node(enum fw_family family, unsigned n, struct link *link, bool sends, uint32_t states)
{
	static const char *const ifnames[] = {"em0"};
	const struct fw_callbacks callbacks = {
	    .context = link, .packet = sends ? on_packet : NULL, .message = on_message};
	struct fw_config config;
	const char *problem = NULL;
	struct fw *fw;

	fw_config_init(&config, family);
	config.hostid = n;
	config.ifnames = ifnames;
	config.ifname_count = 1;
	config.state_limit = states + 1;
	config.adaptive_end = 0;
	/* Nothing expires while it runs. */
	config.timeout_s[0] = config.timeout_s[1] = config.timeout_s[2] = 1000000;
	fw = fw_new(&config, &callbacks, T0, &problem);
	if (fw == NULL) {
		fprintf(stderr, "node_micro: %s\n", problem);
		exit(2);
	}
	fw_up(fw, T0);
	fw_tick(fw, T0 + 4000 * S); /* nobody answers: the bulk is given up */
	return fw;
}

static void
report(const char *what, double took, const struct link *link, uint64_t before)
{
	uint64_t messages = link->messages - before;

	printf("%-8s %9" PRIu64 " messages in %6.2f s: %5.2f M/s, %" PRIu64
	       " packets in all, RSS %ld kB\n",
	    what, messages, took, (double)messages / took / 1e6, link->packets, memory_kb());
}

static uint32_t
draw(uint64_t *random, uint32_t below)
{
	*random ^= *random << 13;
	*random ^= *random >> 7;
	*random ^= *random << 17;
	return (uint32_t)(*random >> 16) % below;
}

int
main(int argc, char **argv)
{
	int family = argc > 1 ? fw_family_by_name(argv[1]) : FW_V6B;
	uint32_t states = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 1000000;
	uint64_t wanted = argc > 3 ? strtoull(argv[3], NULL, 10) : 10000000;
	struct link link = {.now_ns = T0 + 4000 * S};
	uint64_t random = 88172645463325252U;
	uint32_t next[AHEAD];
	unsigned at = 0;
	struct name *names;
	struct fw *a, *b;
	uint64_t before;
	double began;

	if (family < 0 || states == 0) {
		fprintf(stderr, "usage: node_micro [FAMILY [STATES [MESSAGES]]]\n");
		return 2;
	}
	names = malloc(states * sizeof(*names));
	if (names == NULL)
		return 2;
	a = node((enum fw_family)family, 1, &link, true, states);
	b = node((enum fw_family)family, 2, &link, false, states);
	link.to = b;
	link.used = 0;
	link.messages = link.packets = 0;

	began = seconds();
	for (uint32_t n = 0; n < states; n++) {
		struct fw_flow f = flow(n);
		link.now_ns += 20000;
		if (fw_create(a, link.now_ns, &f, &names[n].id, &names[n].creatorid) != FW_CREATED)
			return 1;
		deliver(&link);
	}
	link.now_ns += 2 * S;
	fw_tick(a, link.now_ns);
	deliver(&link);
	report("insert", seconds() - began, &link, 0);

	before = link.messages;
	for (unsigned i = 0; i < AHEAD; i++)
		next[i] = draw(&random, states);
	began = seconds();
	while (link.messages - before < wanted) {
		struct fw_segment segment = {.flags = FW_SEG_ACK, .from_dst = true, .win = 500};
		const uint32_t n = next[at % AHEAD];
		const struct name *near = &names[next[(at + AHEAD / 2) % AHEAD]];
		next[at++ % AHEAD] = draw(&random, states);
		fw_near(a, near->id, near->creatorid);
		near = &names[next[(at - 1) % AHEAD]];
		fw_near_slot(a, near->id, near->creatorid);
		segment.seq = 5000;
		segment.ack = n * 7919 + 1;
		link.now_ns += 20000;
		if (fw_traffic(a, link.now_ns, names[n].id, names[n].creatorid, &segment) !=
		    FW_PASSED)
			return 1;
		if (link.used > 0)
			deliver(&link);
	}
	report("update", seconds() - began, &link, before);
	printf("outcomes: inserted %" PRIu64 " merged %" PRIu64 " stale %" PRIu64
	       " requested %" PRIu64 "; states %" PRIu64 " and %" PRIu64 "\n",
	    link.outcomes[FW_OUT_INSERTED], link.outcomes[FW_OUT_MERGED],
	    link.outcomes[FW_OUT_STALE], link.outcomes[FW_OUT_REQUESTED], fw_state_count(a),
	    fw_state_count(b));
	fw_free(a);
	fw_free(b);
	free(names);
	free(link.bytes);
	return 0;
}
