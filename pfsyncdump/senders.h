/*
 * senders.h - what each source address sent, counted.
 *
 * SPDX-License-Identifier: ISC
 *
 * Cheap enough to be done for every packet, also when no tables are kept.  The
 * packets of a pfsync0 capture that name no source belong to one sender an
 * input.
 */
#ifndef PFSYNCDUMP_SENDERS_H
#define PFSYNCDUMP_SENDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/capture.h"
#include "pfreplay.h"
#include "pfsync.h"

/* More sources than this in one run share the last place. */
#define SENDERS_MAX 1024

/* Counters of netstat -s -p pfsync that a packet's faults would raise. */
enum sender_counter {
	SENDER_BADTTL,
	SENDER_HDROPS,
	SENDER_BADVER,
	SENDER_BADACT,
	SENDER_BADLEN,
	SENDER_BADVAL,
	SENDER_COUNTER_COUNT
};

struct sender {
	enum pfsync_af af; /* UNSPEC: the pfsync0 of input `file` */
	struct pfsync_addr addr;
	unsigned file;
	const char *name;   /* as the user calls it, or NULL */
	uint64_t frames[3]; /* by enum pfsync_af */
	uint64_t messages[PFSYNC_ACT_COUNT];
	uint64_t counters[SENDER_COUNTER_COUNT];
	enum pfsync_af dst_af; /* the first destination */
	struct pfsync_addr dst;
	bool more_dsts; /* there were others */
	bool overflow;  /* stands for all senders beyond SENDERS_MAX */
	struct pfsync_hint hint;
};

struct senders;

/*
 * `names` are the user's names of addresses, `count` of them, which must stay
 * until senders_free().  NULL if memory is short.  Free with senders_free(),
 * which takes NULL.
 */
struct senders *senders_new(const struct pfreplay_name *names, size_t count);
void senders_free(struct senders *senders);

/*
 * The sender of the packet, made if it is new, with this packet counted.  Valid
 * until senders_free().
 */
struct sender *senders_packet(struct senders *senders, const struct capture_packet *packet);

/* Number of senders, and each in order of appearance. */
size_t senders_count(const struct senders *senders);
const struct sender *senders_at(const struct senders *senders, size_t index);

/* The sender of that address, or NULL. */
const struct sender *senders_find(
    const struct senders *senders, enum pfsync_af af, const struct pfsync_addr *addr);

/* What to call it: "10.0.0.11", "fw1 (10.0.0.11)" or "pfsync0 of input 1". */
void sender_name(char *out, size_t size, const struct sender *sender);

/* Is that one of the counters a sender has? */
bool sender_counts(const char *counter);

/* Raise the counter of that name ("badver"), if it is one of netstat's. */
void sender_count(struct sender *sender, const char *counter);

#endif
