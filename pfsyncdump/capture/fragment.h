/*
 * fragment.h - put IP fragments of pfsync datagrams together.
 *
 * SPDX-License-Identifier: ISC
 *
 * Kernels send pfsync with "don't fragment" (OB 3.1), but a sync link through a
 * tunnel or a router that clears the bit shows fragments.  Memory is bounded:
 * FRAGMENT_DATAGRAMS_MAX datagrams of at most 65535 bytes each.
 */
#ifndef PFSYNCDUMP_CAPTURE_FRAGMENT_H
#define PFSYNCDUMP_CAPTURE_FRAGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pfsync.h"

/* Datagrams that can be incomplete at the same time. */
#define FRAGMENT_DATAGRAMS_MAX 64
/* Stretches of one datagram with gaps between them. */
#define FRAGMENT_STRETCHES_MAX 64
/* How long the first fragment waits for the last, by the capture's clock. */
#define FRAGMENT_TIMEOUT_NS (INT64_C(30) * 1000000000)

/* A fragment that arrived. */
struct fragment {
	enum pfsync_af af;
	struct pfsync_addr src;
	struct pfsync_addr dst;
	uint32_t id;          /* IPv4 identification or that of the IPv6 header */
	uint32_t part_at;     /* where its payload belongs, bytes */
	bool more;            /* not the last part */
	const uint8_t *bytes; /* payload */
	size_t caplen;        /* captured bytes of it */
	size_t wirelen;       /* bytes of it on the wire, at least caplen */
	uint64_t frame;
	int64_t time_ns;
};

/* A datagram that was given up, or a fragment that was refused. */
struct fragment_loss {
	const char *text; /* static sentence; NULL if nothing was lost */
	uint64_t frame;   /* of the last fragment seen of it */
	int64_t time_ns;
	size_t lost_bytes; /* captured bytes */
	enum pfsync_af af;
	struct pfsync_addr src;
	struct pfsync_addr dst;
};

enum fragment_status {
	FRAGMENT_HELD,     /* kept (or refused, see the loss) */
	FRAGMENT_COMPLETE, /* the datagram is whole */
	FRAGMENT_NOMEM     /* out of memory */
};

struct fragment_set;

/* An empty set; NULL if there is no memory. */
struct fragment_set *fragment_set_new(void);
/* NULL is allowed. */
void fragment_set_free(struct fragment_set *set);

/*
 * Add a fragment.  Its bytes are copied.
 *   whole  for FRAGMENT_COMPLETE: payload (the set's, until the next call with
 *          this set), caplen (captured without a gap from the start), wirelen;
 *          its other members are those of `part`
 *   loss   set in any case.  A fragment that contradicts others is refused;
 *          the first to arrive wins.  Exact repetitions are ignored silently.
 *          When there is no room the oldest datagram is given up.
 */
enum fragment_status fragment_add(struct fragment_set *set, const struct fragment *part,
    struct fragment *whole, struct fragment_loss *loss);

/*
 * Give up one datagram whose first fragment arrived more than
 * FRAGMENT_TIMEOUT_NS before `now_ns`.  Returns false if there is none (left).
 */
bool fragment_expire(struct fragment_set *set, int64_t now_ns, struct fragment_loss *loss);

/* The earliest time at which fragment_expire() has work; INT64_MAX for never. */
int64_t fragment_deadline(const struct fragment_set *set);

/* Give up one datagram, whatever its age, at the end of the capture. */
bool fragment_drain(struct fragment_set *set, struct fragment_loss *loss);

#endif
