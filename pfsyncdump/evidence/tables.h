/*
 * tables.h - listings of several firewalls, compared without any capture.
 *
 * SPDX-License-Identifier: ISC
 *
 * States are the same by id where all listings have ids, else by their addresses,
 * ports, protocol and direction.  Listings are never of the very same moment: what was
 * made, or was to expire, in between, or less than two seconds before, is no difference.
 * How far they are apart is what --pfctl says of their times, else what the ages of the
 * states in common say.
 */
#ifndef PFSYNCDUMP_TABLES_H
#define PFSYNCDUMP_TABLES_H

#include "difference.h"
#include "listing.h"

struct tables;

/*
 * `listings` (of at most 64 firewalls, one each) are read; they must outlive it.
 */
struct tables *tables_compare(const struct listing *const *listings, size_t count);
void tables_free(struct tables *tables); /* NULL is allowed */

/* What differs, worst first; it stays the tables'. */
const struct difference_list *tables_differences(const struct tables *tables);

/* By how much listing `n` is later than the first; false if nothing tells. */
bool tables_apart(const struct tables *tables, size_t n, int64_t *later_ns);
/* States that are the same everywhere; that may have come or gone in between; that never
 * travel (no-sync, or of protocol 240). */
uint64_t tables_same(const struct tables *tables);
uint64_t tables_young(const struct tables *tables);
uint64_t tables_never_travel(const struct tables *tables);
/* States in listing `n`, without those that never travel. */
uint64_t tables_listed(const struct tables *tables, size_t n);
/* Of firewall `n` alone, and those that differ in what a takeover needs. */
uint64_t tables_only_on(const struct tables *tables, size_t n);
uint64_t tables_only_on_established(const struct tables *tables, size_t n);
uint64_t tables_peers_differ(const struct tables *tables);
/* Something that lasts differs. */
bool tables_diverged(const struct tables *tables);

#endif
