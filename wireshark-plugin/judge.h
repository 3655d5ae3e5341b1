/*
 * judge.h - the replay behind the dissector: tables, divergences.
 *
 * SPDX-License-Identifier: ISC
 *
 * libpfreplay is fed each packet when it is dissected for the first time, up to
 * a number of packets that a preference sets.  What it finds is complete when
 * all were seen: in the second pass of tshark -2, and in Wireshark itself.  In a
 * single pass a frame shows what was known when it came.
 */
#ifndef PFSYNC_PLUGIN_JUDGE_H
#define PFSYNC_PLUGIN_JUDGE_H

#include "compat.h"
#include "pfreplay.h"
#include "senders.h"

struct judge;

/* Its memory is of the scope, and what libpfreplay holds is released with it. */
struct judge *judge_new(wmem_allocator_t *scope);

/*
 * A packet, in the order of the capture.  False if it is not to be replayed:
 * there were enough.  Otherwise calls for its parts follow, and judge_end().
 */
bool judge_begin(struct judge *judge, packet_info *pinfo, const struct endpoint *endpoint);
void judge_frame(struct judge *judge, const struct pfsync_frame *frame, int status);
void judge_message(struct judge *judge, const struct pfsync_message *message);
/* All records of a section at once; false if it is not whole (pfreplay_section()). */
bool judge_section(
    struct judge *judge, struct pfsync_frame *frame, const struct pfsync_section *section);
void judge_problem(struct judge *judge, const struct pfsync_problem *problem);
void judge_end(struct judge *judge);

/* The number of the first frame that was one too many; 0 if there was none. */
uint32_t judge_stopped_at(const struct judge *judge);

/*
 * The findings that `frame` proves: calls `found` for each.  `final` says that
 * no packet before the end of the capture is to come; else findings are looked
 * for only as often as costs little.
 */
void judge_findings(struct judge *judge, uint32_t frame, bool final,
    void (*found)(const struct pfreplay_divergence *divergence, void *arg), void *arg);

/* The replay as of the last packet; NULL if nothing was fed. */
struct pfreplay *judge_replay(struct judge *judge);

#endif
