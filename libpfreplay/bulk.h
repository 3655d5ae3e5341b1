/*
 * bulk.h - bulk transfers: requests, answers, ends (SEM 2.9, 3.6).
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFREPLAY_BULK_H
#define PFREPLAY_BULK_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "pfreplay.h"

/* A request this long after the one before is a new transfer: no family
 * retries more slowly than 5 s, but an idle FreeBSD sends its retries with the
 * next flush only, seconds late. */
#define BULK_RETRY_NS INT64_C(30000000000)
/* All give up after that many tries (SEM 2.9). */
#define BULK_TRIES 12

/*
 * FreeBSD sends an END at once, and each of the queues that states wait in when
 * its turn comes: some full updates follow the END.  In all runs of 14.3 and 15
 * within 2 ms; its queues wait a second at most, but then hold other updates, too.
 */
#define BULK_TAIL_NS INT64_C(100000000)

/* More than that many transfers are counted only. */
#define BULK_MAX 65536

struct bulk {
	struct pfreplay_bulk pub;
	int64_t asked_ns; /* latest request */
};

/* What happened to a transfer; for bulks.told(). */
enum bulk_step {
	BULK_REQUESTED,
	BULK_RETRIED,
	BULK_STARTED,
	BULK_ENDED,
	BULK_REFUSED, /* the requester does not accept the END */
	BULK_UNASKED  /* START or END that no request explains */
};

struct bulks {
	/* Called at each step, unless NULL; -1 = unknown node. */
	void (*told)(void *user, enum bulk_step step, int requester, int sender);
	void *told_user;
	GArray *list; /* struct bulk */
	GArray *open; /* guint: places in `list` of those that may go on */
	GArray *tail; /* guint: of those that ended less than BULK_TAIL_NS ago */
	uint64_t refused;
};

void bulks_init(struct bulks *bulks);
void bulks_clear(struct bulks *bulks);

/* UPD_REQ(0,0) from `requester`.  Returns true if this begins a new transfer. */
bool bulks_request(struct bulks *bulks, int requester, int64_t time_ns);

/*
 * BUS START from `sender`, for `requester` or, if -1, for all that wait.
 */
void bulks_start(struct bulks *bulks, int sender, int requester, int64_t time_ns);

/* A full update from `sender`, whose END may overtake them or not. */
void bulks_state(struct bulks *bulks, int sender, int64_t time_ns, bool end_overtakes);

/* What an END says and how its receivers judge it. */
struct bulk_end {
	bool has_endtime;
	uint32_t endtime_s; /* since the sender received the request, it says */
	/* True if that node wants a START before it (V6b), false if it compares
	 * the endtime with its request (SEM 2.9). */
	bool (*needs_start)(void *user, int node);
	void *user;
};

/* BUS END from `sender`, for `requester` or all that wait (-1). */
void bulks_end(
    struct bulks *bulks, int sender, int requester, int64_t time_ns, const struct bulk_end *end);

/* `from` turned out to be node `into`. */
void bulks_join(struct bulks *bulks, int into, int from);

#endif
