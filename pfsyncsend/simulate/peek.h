/*
 * peek.h - what is in a packet, for rules, truth and captures.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCSEND_SIMULATE_PEEK_H
#define PFSYNCSEND_SIMULATE_PEEK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pfsync.h"

struct peek_message {
	enum pfsync_action action;
	uint64_t id; /* 0 for CLR and BUS */
	uint32_t creatorid;
	uint8_t bus_status; /* BUS; else 0 */
	bool full;          /* INS, UPD, DEL with a whole state */
};

/* False ends the walk. */
typedef bool (*peek_visit)(void *context, const struct peek_message *message);

/*
 * Visit the messages of a packet (pfsync header on) that was made in that dialect.  With
 * `full_only`, UPD_C sections are passed over, which costs next to nothing.
 */
void peek(const struct pfsync_dialect *dialect, const uint8_t *bytes, size_t len, bool full_only,
    peek_visit visit, void *context);

#endif
