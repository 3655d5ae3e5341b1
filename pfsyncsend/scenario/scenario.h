/*
 * scenario.h - a scenario: who says what to whom, when, and how wrongly.
 *
 * SPDX-License-Identifier: ISC
 *
 * The format is described in docs/scenarios.md and docs/pfsyncsend-scenario.schema.json.
 */
#ifndef PFSYNCSEND_SCENARIO_H
#define PFSYNCSEND_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "doc.h"
#include "link_write.h"
#include "message_read.h"
#include "pcap_write.h"
#include "pfsync.h"

enum {
	SCENARIO_NODES_MAX = 64,
	SCENARIO_PACKETS_MAX = 1000000,
	SCENARIO_MESSAGES_MAX = 4096, /* in a packet */
	SCENARIO_REPEAT_MAX = 1000000,
	SCENARIO_PAYLOAD_MAX = 65535 - IP4_HEADER_BYTES
};

struct scenario_node {
	const char *name; /* the document's */
	bool has_ip4, has_ip6;
	bool own_addresses; /* as given; else made up for files, the interface's when sending */
	struct pfsync_addr ip4;
	struct pfsync_addr ip6;
	struct link_mac mac;
	const struct pfsync_dialect *dialect;
	uint32_t hostid;
	uint8_t cksum[16];
	uint16_t ip_id;   /* of the next packet */
	uint64_t last_id; /* of its states */
};

struct scenario_packet {
	int64_t time_ns;
	size_t node;
	struct ip_packet ip; /* payload is the scenario's; src and id are set on sending */
	bool to_group;
	bool has_id;
	bool bad_checksum;
	size_t mtu;                           /* 0: never fragmented by us */
	size_t snaplen;                       /* bytes kept of a frame in files; 0: all */
	const struct pfsync_dialect *dialect; /* NULL: not pfsync */
	uint64_t repeat;                      /* how often in all, at least 1 */
	int64_t every_ns;
};

/* How a capture file is made of it. */
struct scenario_file {
	struct pcap_format format; /* linktype follows from `link` on writing */
	enum link_kind link;
	uint16_t vlan, outer_vlan;
	bool padded;
	size_t view; /* pfsync0: whose */
};

struct scenario {
	struct scenario_node nodes[SCENARIO_NODES_MAX];
	size_t node_count;
	struct scenario_packet *packets;
	size_t packet_count;
	uint64_t messages;
	struct scenario_file file;
	struct named_states named;
};

/*
 * Read a document.  NULL if there is no memory.  What is wrong is told to the
 * document: look at doc_failed() before using the scenario, which keeps pointers
 * into the document.
 */
struct scenario *scenario_read(struct doc *doc);
void scenario_free(struct scenario *scenario);

/* A dialect by name from `key`; NULL and an error if it is none. */
const struct pfsync_dialect *scenario_dialect(const struct doc_at *object, const char *key);

#endif
