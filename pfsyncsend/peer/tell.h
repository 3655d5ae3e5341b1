/*
 * tell.h - what a peer does, one line an event.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCSEND_PEER_TELL_H
#define PFSYNCSEND_PEER_TELL_H

#include "node/node.h"

/* How much: -1 trouble only, 0 events, 1 messages and packets, too. */
struct tell {
	int level;
	int64_t started_ns;
	int64_t now_ns; /* set before each call of the node */
};

void tell_packet(const struct tell *tell, const struct fw_packet_out *packet);
void tell_change(const struct tell *tell, enum fw_change change, enum fw_source source,
    enum fw_why why, const struct fw_state *state);
void tell_message(const struct tell *tell, const struct fw_message_told *told);
void tell_bulk(const struct tell *tell, enum fw_bulk_step step, uint64_t number);
void tell_demotion(const struct tell *tell, int before, int after);
void tell_release(const struct tell *tell, const struct fw_state *state, bool acknowledged);
/* A packet that was not read to its end. */
void tell_verdict(const struct tell *tell, enum fw_verdict verdict, const struct fw_address *from);
/* Any other line, with the time in front.  `level` as above. */
void tell_line(const struct tell *tell, int level, const char *format, ...)
#ifdef __GNUC__
    __attribute__((format(printf, 3, 4)))
#endif
    ;

#endif
