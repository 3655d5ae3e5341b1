/*
 * engine.h - a simulation at work; shared by the files that make it up.
 *
 * SPDX-License-Identifier: ISC
 *
 *	sim.c        the whole: begin, the loop over time, end
 *	traffic.c    flows begin, and their packets meet nodes
 *	packets.c    packets on their way: memory and bytes
 *	path.c       pfsync packets leave a node, cross the network, are captured, arrive
 *	happen.c     faults begin and end
 *	adverts.c    CARP packets and roles
 *	effects.c    what happened in the nodes, by D-code
 *	watch.c      what nodes tell
 *	evidence.c   what a reader of the capture can know
 *	truth.c      the truth file; truth_end.c its end
 */
#ifndef PFSYNCSEND_SIMULATE_ENGINE_H
#define PFSYNCSEND_SIMULATE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "buffer.h"
#include "carp.h"
#include "config.h"
#include "effects.h"
#include "network.h"
#include "node/node.h"
#include "options.h"
#include "pcap_out.h"
#include "queue.h"
#include "rng.h"
#include "seen.h"

#define SIM_SECOND INT64_C(1000000000)
/*
 * How long before the run nodes come up that are simply there: enough for every family to have
 * its bulk update, or to give up waiting for one (SEM 2.9), and for CARP to settle.  Nothing of
 * this time is captured, counted or told.
 */
#define SIM_LEAD_NS (120 * SIM_SECOND)

/* Events; what `a` and `b` are stands behind each. */
enum sim_event {
	SIM_EV_ARRIVE,  /* class; 0: by rate, 1: by preload */
	SIM_EV_FLOW,    /* -; index of the flow */
	SIM_EV_SCRIPT,  /* -; index in config->script */
	SIM_EV_SA,      /* SA */
	SIM_EV_DELIVER, /* node; packet */
	SIM_EV_CAPTURE, /* -; packet */
	SIM_EV_BOOT,    /* node */
	SIM_EV_START,   /* the run begins */
	SIM_EV_FAULT,   /* fault; 0 begins, 1 ends, 2 and on: goes on */
	SIM_EV_INSTANT  /* -; number */
};

/* Why a packet did not get where it should. */
enum sim_loss {
	SIM_LOST_NETWORK, /* by a rule */
	SIM_LOST_MUTE,    /* it never left its sender */
	SIM_LOST_OFF      /* the receiver was off */
};

/* A packet on its way; frames are kept until the last arrival. */
struct sim_packet {
	struct buffer frame; /* link header on */
	size_t payload_at;   /* offset of the pfsync (or CARP) header */
	size_t payload_len;
	uint32_t users; /* events that hold it */
	int32_t from;   /* node, or -1: somebody else */
	uint8_t ttl;
	bool carp;
	struct fw_address src;
	const struct pfsync_dialect *dialect;
};

enum { SIM_SCRIPTED = SIM_CLASSES_MAX };

struct sim_flow {
	struct flow flow;
	uint64_t id; /* of the state last met; 0: none yet */
	uint32_t creatorid;
	uint16_t kind; /* class; SIM_SCRIPTED */
	uint8_t tries; /* of the packet that is due */
	uint8_t node;  /* that had its last packet; a guess for the next */
	bool used;
};

/* What is counted of a node, beside its own counters. */
struct sim_counts {
	uint64_t outcomes[FW_OUT_COUNT];
	uint64_t changes[3]; /* by enum fw_change */
	uint64_t packets_sent, messages_sent, packets_got, packets_lost;
	uint64_t bulks_asked, bulks_complete, bulks_given_up, bulks_sent;
	uint64_t rollback_bytes_max;
};

struct sim_peer {
	struct sim *sim; /* context of the node's callbacks */
	size_t index;
	struct fw *fw;
	bool on;            /* not between shutdown and boot */
	uint32_t mute;      /* how many faults silence it */
	uint32_t misplaced; /* how many faults have it listen on another interface */
	uint8_t ttl;        /* of what it sends; 255 */
	uint32_t cut;       /* how many faults have its sync link down */
	uint32_t stuck;     /* faults that keep it demoted */
	uint16_t ip_id;
	bool captured; /* a packet of it was captured: a reader knows that it is there */
	struct sim_counts counts;
	struct fw_counters netstat_before; /* the run */
	struct pcap_out vantage, tap;
	bool has_vantage, has_tap;
};

/* A fault as it goes: counts for the truth. */
struct sim_fault_state {
	int32_t sync_rule, carp_rule; /* of the networks; -1: none */
	uint64_t hits;                /* times it did something */
	int64_t first_ns, last_ns;    /* of these; -1: none */
};

struct sim {
	const struct sim_config *config;
	const struct sim_options *options;
	int64_t now_ns, end_ns;
	bool started; /* the run, after the time in which nodes came up */
	struct queue *queue;
	size_t nodes;
	struct sim_peer peers[SIM_NODES_MAX];
	struct network *sync, *adverts;
	struct carp *carp;
	int64_t two_masters_ns[SIM_VHIDS_MAX]; /* since when; -1: there is one, or it was told */
	struct rng capture_rng, route_rng, fault_rng;
	/* packets */
	GPtrArray *packets;   /* struct sim_packet, by index */
	GArray *free_packets; /* uint32_t */
	struct buffer ip;
	size_t link_header_bytes;
	struct pcap_out wire;
	bool has_wire;
	/* flows */
	struct sim_flow *flows;
	size_t flow_count, flow_size;
	GArray *free_flows; /* uint32_t */
	GHashTable *held;   /* id and creatorid -> the flow that waits for INS_ACK */
	GArray *scripted;   /* struct sim_flow, one a script */
	uint64_t sa_rpl[SIM_SAS_MAX], sa_bytes[SIM_SAS_MAX];
	struct rng class_rng[SIM_CLASSES_MAX];
	uint64_t class_number[SIM_CLASSES_MAX]; /* flows begun */
	bool verify; /* an id may mean two states: look at the addresses, too */
	uint64_t flows_begun, flows_done, flows_broken, segments, blocked, retried;
	int active; /* without CARP */
	/* what happened */
	struct sim_fault_state faults[SIM_FAULTS_MAX];
	struct seen *seen;
	struct effects *effects;
	FILE *truth;
	size_t instant; /* written so far */
};

struct sim_id {
	uint64_t id;
	uint32_t creatorid;
};

/* traffic.c */
void traffic_begin(struct sim *sim);
void traffic_arrive(struct sim *sim, size_t kind, bool preload);
void traffic_flow(struct sim *sim, size_t index);
void traffic_ahead(const struct sim *sim);
void traffic_script(struct sim *sim, size_t index);
void traffic_sa(struct sim *sim, size_t index);
/* A state's held packet goes on. */
void traffic_released(struct sim *sim, uint64_t id, uint32_t creatorid);
void traffic_free(struct sim *sim);
/* Addresses of a flow's state on a node, for looking at it and making it. */
void traffic_describe(const struct sim *sim, size_t node, const struct sim_flow *flow,
    bool reversed, struct fw_flow *out);

/* route.c: the node that forwards a flow's packet now; -1: none. */
int route(struct sim *sim, const struct sim_flow *flow, bool from_client);

/* packets.c */
void sim_packets_begin(struct sim *sim);
void sim_packets_free(struct sim *sim);

/* path.c */
void path_send(struct sim *sim, size_t node, const struct fw_packet_out *packet);
/* As a node would, with bytes that its pfsync did not make. */
void path_play(struct sim *sim, size_t node, const uint8_t *bytes, size_t len);
/* From somebody who is no node. */
void path_inject(struct sim *sim, const struct fw_address *src, const struct link_mac *mac,
    const struct pfsync_dialect *dialect, const uint8_t *bytes, size_t len);
void path_send_advert(
    struct sim *sim, size_t node, uint8_t vhid, const uint8_t bytes[CARP_ADVERT_BYTES]);
void path_deliver(struct sim *sim, size_t node, size_t packet);
void path_capture(struct sim *sim, size_t packet);

/* evidence.c: keeps sim->seen up to date. */
struct evidence_packet {
	const struct pfsync_dialect *dialect;
	const uint8_t *bytes;
	size_t len;
	bool captured;
	int from;      /* node, or -1 */
	uint8_t meant; /* bit a node: who should get it, and who said it */
	uint8_t known; /* who will have got it, and who said it */
};
void evidence_packet(struct sim *sim, const struct evidence_packet *packet);
void evidence_removed(struct sim *sim, size_t node, enum fw_why why, const struct fw_state *state);

/* happen.c */
void happen_begin(struct sim *sim);
void happen_fault(struct sim *sim, size_t fault, uint64_t step);
/* A fault did something, now. */
void happen_hit(struct sim *sim, uint32_t fault);

/* adverts.c */
void adverts_begin(struct sim *sim);
/* The roles as they are now, for the truth. */
void adverts_tell(struct sim *sim);

/* watch.c: what nodes tell; `context` is a struct sim_peer. */
struct fw_callbacks watch_callbacks(struct sim_peer *peer);
/* Looks at the tables for states that should be gone (D-25). */
void watch_ghosts(struct sim *sim);

/* truth.c, truth_end.c */
void truth_header(struct sim *sim);
void truth_instant(struct sim *sim);
void truth_lost(
    struct sim *sim, const struct sim_packet *packet, int to, enum sim_loss why, int32_t fault);
void truth_message(struct sim *sim, size_t node, const struct fw_message_told *told);
void truth_change(struct sim *sim, size_t node, enum fw_change change, enum fw_source source,
    enum fw_why why, const struct fw_state *state);
void truth_event(struct sim *sim, int node, const char *what, const char *detail, int64_t number);
void truth_summary(struct sim *sim);

/* sim.c: runs `config` with `options`; 0, or the exit status after a message on stderr. */
int sim_run(const struct sim_config *config, const struct sim_options *options);

#endif
