/*
 * walk.h - one packet: its sections, records and messages, and what is wrong.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCDUMP_WALK_H
#define PFSYNCDUMP_WALK_H

#include "capture/capture.h"
#include "options.h"
#include "pfreplay.h"
#include "report/report.h"
#include "senders.h"

/* Set the pointers, zero the rest. */
struct walk {
	struct report *report;
	struct senders *senders;
	struct pfreplay *replay;              /* NULL if nobody wants the tables */
	const struct pfsync_dialect *dialect; /* forced, or NULL */
	const char *const *tap_names;         /* of each input: the owner of its pfsync0, or NULL */
	enum time_form time_form;
	struct report_summary *summary; /* counted here: packets of pfsync, messages, anomalies */
	/* private */
	bool shown; /* the packet's moment is to be shown */
	bool begun;
	int64_t before_ns;
	struct report_frame frame;
	struct pfsync_frame opened;
	struct sender *sender;
	struct pfsync_value_spots value_spots;
};

/*
 * Decode, count, replay and report a packet.  `missed` are the nodes that did
 * not get it, as in struct pfreplay_packet.  False if memory is short.
 */
bool walk_packet(struct walk *walk, const struct capture_packet *packet, uint64_t missed);

/* A packet of CARP, for the roles. */
void walk_carp(struct walk *walk, const struct capture_packet *packet);

/* Count and report what the layers below found. */
void walk_problem(struct walk *walk, const struct capture_problem *problem);

#endif
