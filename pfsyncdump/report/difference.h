/*
 * difference.h - the states that are not the same on all firewalls, as reports show them.
 *
 * SPDX-License-Identifier: ISC
 *
 * They come from a capture or from listings alone; writers need not know.
 */
#ifndef PFSYNCDUMP_DIFFERENCE_H
#define PFSYNCDUMP_DIFFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>
#include <jansson.h>

#include "out.h"
#include "pfreplay.h"
#include "pfsync.h"

enum difference_kind {
	DIFFERENCE_MISSING, /* some have it, others lack it */
	DIFFERENCE_PEERS,   /* all have it, but a takeover would break it */
	DIFFERENCE_KEY      /* the same connection is there under another id */
};
/* "missing", "peers", "key".  Static. */
const char *difference_kind_name(enum difference_kind kind);

/* How much it would hurt, worst first. */
struct difference_rank {
	enum difference_kind kind;
	bool sure;
	bool established; /* TCP, both peers */
	bool lasting;     /* established, or to live for more than half a minute */
	int64_t since_ns; /* 0: not known */
	size_t number;    /* of the source's own */
};

struct difference {
	struct difference_rank rank;
	/* As a firewall that has it has it: addresses, levels, age, expiry, where they
	 * are known; id and creatorid where the listings have them. */
	struct pfsync_message message;
	/* Bit n: firewall n.  Of DIFFERENCE_PEERS `has` is who is ahead, `lacks` who is
	 * behind. */
	uint64_t has;
	uint64_t lacks;
	const char *why;  /* of DIFFERENCE_PEERS: "window", ...; "" if there is nothing to say */
	unsigned finding; /* D-n that explains it; 0: none */
};

struct difference_list {
	GArray *ranks;            /* struct difference_rank */
	const char *const *names; /* of the firewalls, by number; NULL where there is none */
	size_t name_count;
	bool has_moment;
	int64_t moment_ns; /* of the tables */
	uint64_t comparable;
	uint64_t compared;
	/* Fill in `difference` but for its rank; the number is that of the rank. */
	void (*get)(void *self, size_t number, struct difference *difference);
	void *self;
};

/* Number `i` in the list's order, all of it. */
void difference_at(const struct difference_list *list, size_t i, struct difference *difference);

/* Worst first: what is missing before what would break, established ones before others. */
void difference_sort(struct difference_list *list);

/* A line of JSON, to be released with json_decref(). */
json_t *json_difference(const struct difference_list *list, const struct difference *difference);

/* All of them, as text. */
void text_differences(
    struct out *out, bool colour, int verbose, const struct difference_list *list);

#endif
