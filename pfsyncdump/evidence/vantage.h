/*
 * vantage.h - the same packets, captured at several places of the sync link.
 *
 * SPDX-License-Identifier: ISC
 *
 * Events of the capture go in and come out in the same order, each packet once,
 * however many inputs it was seen in.  They are held until all inputs that might
 * show a packet have shown it, or VANTAGE_WINDOW_NS of the capture have passed.
 * A packet then tells which firewalls did not get it (SEM 7.4).
 *
 * Packets are matched by source, destination, IP id and bytes.  Near whom each
 * input was captured is the user's word, or is found out: the sender's own end
 * sees a packet first, and sees those that get lost.  Where packets of two
 * senders are seen at two places, the clocks' difference follows as well,
 * because the way takes equally long in both directions.
 *
 * Inputs of pfsync0 take no part: they pass, in order.
 */
#ifndef PFSYNCDUMP_VANTAGE_H
#define PFSYNCDUMP_VANTAGE_H

#include "capture/capture.h"
#include "pfevidence.h"

/* More inputs than that are not looked at in this way. */
#define VANTAGE_FILES_MAX 16
/* Longer than any path and than the difference of clocks that are set at all. */
#define VANTAGE_WINDOW_NS INT64_C(5000000000)
/* Most events held; the eldest go undecided. */
#define VANTAGE_HELD_MAX 262144

struct vantage;

/* What the user said: this input was captured at that address's firewall. */
struct vantage_place {
	enum pfsync_af af;
	struct pfsync_addr addr;
	unsigned file;
};

/*
 * For the inputs of `capture`, which must outlive it.  `clocks_ns` is what was
 * taken off their times already, or NULL.  NULL if there is nothing to compare:
 * fewer than two captures of a sync link, or too many.
 */
struct vantage *vantage_new(struct capture *capture, const struct vantage_place *places,
    size_t place_count, const int64_t *clocks_ns);
void vantage_free(struct vantage *vantage); /* NULL is allowed */

/* An event, with what came with it; copied. */
void vantage_put(struct vantage *vantage, enum capture_status status,
    const struct capture_packet *packet, const struct capture_problem *problem);

/* An event that is decided.  Valid until the next call. */
struct vantage_event {
	enum capture_status status;
	const struct capture_packet *packet;
	const struct capture_problem *problem;
	uint64_t missed; /* as in struct pfreplay_packet */
};
/*
 * The next one, false if none is due.  With `all` at the end of the capture
 * nothing is held back any longer.  `replay` (or NULL) knows the nodes.
 */
bool vantage_take(
    struct vantage *vantage, bool all, const struct pfreplay *replay, struct vantage_event *event);

/* Give `replay` what was found out: pfreplay_direction_add() and its like. */
void vantage_tell(const struct vantage *vantage, struct pfreplay *replay);

#endif
