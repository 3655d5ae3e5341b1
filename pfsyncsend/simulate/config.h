/*
 * config.h - what a simulation is made of, as read from a JSON document.
 *
 * SPDX-License-Identifier: ISC
 *
 * docs/pfsyncsend-simulate.schema.json and pfsyncsend(1) describe the document; the names here
 * are the document's.  Times count from the start of the run.
 */
#ifndef PFSYNCSEND_SIMULATE_CONFIG_H
#define PFSYNCSEND_SIMULATE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "flow.h"
#include "ip_write.h"
#include "link_write.h"
#include "node/node.h"

enum {
	SIM_NODES_MAX = 4,
	SIM_CLASSES_MAX = 32,
	SIM_FAULTS_MAX = 256,
	SIM_INSTANTS_MAX = 1000,
	SIM_VHIDS_MAX = 8,
	SIM_SCRIPT_MAX = 4096,
	SIM_SAS_MAX = 16,
	SIM_CODES_MAX = 4,
	SIM_IFNAMES_MAX = 16
};

#define SIM_EVERYBODY (-1) /* a node that is not given */

/* Where on the sync link wire.pcap is taken: which lost packets it has. */
enum sim_capture_at {
	SIM_AT_SENDER,  /* all that were sent */
	SIM_AT_MIDDLE,  /* half of those that are lost */
	SIM_AT_RECEIVER /* none of those that nobody got */
};

struct sim_node {
	struct fw_config fw; /* ifnames and rules point into this structure and sim_config */
	const char *ifnames[SIM_IFNAMES_MAX];
	char ifname_text[SIM_IFNAMES_MAX][PFSYNC_IFNAMSIZ];
	size_t ifname_count;   /* 0: all that the workload and the other nodes use */
	const char *lan, *wan; /* what this node calls the two sides */
	char lan_text[PFSYNC_IFNAMSIZ], wan_text[PFSYNC_IFNAMSIZ];
	struct link_mac mac;
	int64_t boot_ns; /* pfsync0 comes up then; -1: long before the run */
	bool mute;       /* its pfsync packets never leave it */
	bool stranger;   /* not one of the firewalls: takes no traffic of the cluster (D-22) */
};

enum sim_routing {
	SIM_ROUTE_ACTIVE,       /* one node at a time: `active`, or the master of the first vhid */
	SIM_ROUTE_SHARED,       /* flows are spread over the nodes, or the masters of the vhids */
	SIM_ROUTE_BY_DIRECTION, /* a share of flows has its answers through another node */
	SIM_ROUTE_BY_PACKET     /* a share of flows changes the node with each packet */
};

/* Flows of one kind. */
struct sim_class {
	char name[32];
	struct flow_class flow;
	bool ip6;
	bool nat;  /* out on the WAN side, source address and port translated */
	bool out;  /* state made on the way out of the WAN side, else in from the LAN side */
	bool open; /* any packet makes a state, answers too (no "flags S/SA", no block) */
	bool no_sync;
	bool source_node;
	uint32_t rule; /* PFSYNC_RULE_NONE: the default rule */
	bool route_to; /* to a next hop on the WAN side */
	bool modulate; /* sequence numbers are modulated */
	double rate_per_s;
	uint64_t preload; /* flows that begin within preload_ns from the start */
	int64_t preload_ns;
	uint64_t count; /* at most so many in all; 0: no limit */
	int64_t from_ns, until_ns;
	int node;                  /* only through this node, or SIM_EVERYBODY */
	uint16_t port;             /* the servers' */
	uint32_t clients, servers; /* how many addresses on each side */
	double asymmetric;         /* share of flows that SIM_ROUTE_BY_... means */
	uint16_t state_flags;
};

/* A packet of a scripted flow. */
struct sim_script {
	int64_t at_ns;
	uint32_t flow; /* number of the scripted flow */
	int node;      /* who forwards it */
	bool from_server;
	uint8_t flags;
	uint32_t seq, ack, len;
	uint16_t window;
	uint8_t wscale; /* PFSYNC_WSCALE_FLAG | shift */
	uint8_t proto;
};

struct sim_sa {
	struct fw_tdb tdb;
	int node;
	int64_t every_ns;
	uint64_t packets_per_s, bytes_per_s;
};

enum sim_fault_kind {
	SIM_F_LOSS,
	SIM_F_LOSS_NTH,
	SIM_F_LOSS_OF, /* packets with a kind of message */
	SIM_F_PARTITION,
	SIM_F_MTU,
	SIM_F_DELAY,
	SIM_F_REORDER,
	SIM_F_DUPLICATE,
	SIM_F_MUTE,
	SIM_F_TTL,
	SIM_F_WRONG_INTERFACE,
	SIM_F_RESTART,
	SIM_F_RELOAD,
	SIM_F_REENABLE,
	SIM_F_FLUSH,
	SIM_F_KILL,
	SIM_F_TIMEOUT,
	SIM_F_LINK,        /* a node's sync link goes down and comes up */
	SIM_F_RECONFIGURE, /* pfsync0 is set up again and again */
	SIM_F_STUCK,       /* CARP stays demoted after the bulk */
	SIM_F_FAILOVER,    /* without CARP: another node takes the traffic */
	SIM_F_CARP_LOSS,   /* adverts do not arrive: two masters */
	SIM_F_CARP_DOWN,   /* a node leaves its virtual hosts, and comes back */
	SIM_F_BAD_VALUES,
	SIM_F_INJECT,    /* somebody else sends CLR, DEL_C, INS, UPD_C */
	SIM_F_REPLAY_SA, /* counters of an SA go back */
	SIM_F_KINDS
};

struct sim_fault {
	enum sim_fault_kind kind;
	char codes[SIM_CODES_MAX][8]; /* "D-15": what it should be found as */
	size_t code_count;
	bool on_sync, on_carp; /* network faults: which packets */
	int64_t at_ns, until_ns;
	int node;     /* who it happens to */
	int from, to; /* network faults */
	double rate;
	int64_t time_ns;  /* delay, downtime, period */
	int64_t every_ns; /* link: from one flap to the next */
	uint32_t n, repeat;
	uint32_t size_bytes;
	uint8_t ttl;
	int action;      /* enum pfsync_action, -1: any */
	int bus_status;  /* 0: any */
	int64_t flow;    /* -1: any */
	uint32_t hostid; /* 0: a new one, or kept */
	bool keep_hostid;
	uint8_t cksum[16];
	bool new_cksum;
	char ifname[PFSYNC_IFNAMSIZ];
	unsigned timeout_class;
	uint32_t seconds;
	struct ip_address address; /* inject: the sender */
	struct link_mac mac;
	uint64_t number; /* how many */
	uint32_t creatorid;
	size_t line; /* in the document */
};

struct sim_carp {
	uint8_t vhid;
	bool preempt;
	uint8_t advbase;
	int advskew[SIM_NODES_MAX]; /* -1: not a member */
	struct pfsync_addr address;
};

struct sim_config {
	const char *path; /* as given; the document lives as long as this */
	void *document;   /* struct doc */
	uint64_t seed;
	int64_t start_ns, duration_ns; /* start: UTC */
	int64_t capture_from_ns;
	enum sim_capture_at capture_at;
	enum link_kind link;
	bool pcapng;
	int64_t delay_ns, jitter_ns;
	size_t node_count;
	struct sim_node nodes[SIM_NODES_MAX];
	size_t rule_count;
	struct fw_rule rules[FW_RULES_MAX];
	enum sim_routing routing;
	int active;
	size_t class_count;
	struct sim_class classes[SIM_CLASSES_MAX];
	size_t script_count;
	struct sim_script *script;
	size_t sa_count;
	struct sim_sa sas[SIM_SAS_MAX];
	size_t fault_count;
	struct sim_fault faults[SIM_FAULTS_MAX];
	size_t carp_count;
	struct sim_carp carp[SIM_VHIDS_MAX];
	bool carp_captured; /* adverts are on the sync link, too */
	size_t instant_count;
	int64_t instants_ns[SIM_INSTANTS_MAX];
};

/*
 * Read a configuration.  On errors they are printed to `errors`, one a line, and NULL is
 * returned.
 */
struct sim_config *sim_config_read(const char *path, uint64_t seed, FILE *errors);
/* The same from memory. */
struct sim_config *sim_config_parse(
    const char *name, const char *text, uint64_t seed, FILE *errors);
void sim_config_free(struct sim_config *config);

const char *sim_fault_name(enum sim_fault_kind kind);                    /* "loss" */
int sim_node_by_name(const struct sim_config *config, const char *name); /* or -1 */

#endif
