/*
 * coverage.h - could one firewall take over from another?
 *
 * SPDX-License-Identifier: ISC
 *
 * The tables side by side: what one has and the other lacks, what differs so
 * much that pf would drop the connection (SEM 5.3, 5.4), now and as the capture
 * went on.
 */
#ifndef PFREPLAY_DIVERGENCE_COVERAGE_H
#define PFREPLAY_DIVERGENCE_COVERAGE_H

#include "divergence.h"

/* Lag below this is normal (SEM 7.5). */
#define COVERAGE_LAG_NS (3 * NS_PER_S)
/* Bytes that a peer may be behind: pf's window test takes 65535 + 1500. */
#define COVERAGE_WINDOW_BYTES 67035

/* One state of a pair of firewalls, looked at. */
struct coverage_look {
	uint32_t number;
	const struct entry *entry;
	const struct view *from;
	const struct view *to; /* NULL: it lacks the state */
	int64_t made_ns;       /* when the state was made, as far as known */
};

/* Does this pair of views count: is it known who has what? */
bool coverage_counts(const struct pfreplay *r, struct coverage_look *look);
/* Why it would not survive; PFREPLAY_RISK_COUNT: it would. */
enum pfreplay_risk coverage_risk(const struct pfreplay *r, const struct coverage_look *look);

/* True if `to` is a firewall that can be compared with `from`. */
bool coverage_is_pair(const struct pfreplay *r, size_t from, size_t to);

/* Calls `fn` for each state that `from` has, in the order of the table, that counts. */
typedef void coverage_fn(void *user, const struct coverage_look *look);
void coverage_walk(const struct pfreplay *r, size_t from, size_t to, coverage_fn *fn, void *user);

#endif
