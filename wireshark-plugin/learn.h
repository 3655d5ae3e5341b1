/*
 * learn.h - what a file's packets teach: kept in file scope.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNC_PLUGIN_LEARN_H
#define PFSYNC_PLUGIN_LEARN_H

#include "follow.h"
#include "judge.h"
#include "senders.h"

/* What is known of the open file; NULL members never. */
struct learnt {
	struct senders *senders;
	struct follow *follow;
	struct judge *judge;
};

/* What was learnt of one packet of pfsync, for all passes. */
struct packet_facts {
	struct pfsync_hint hint;  /* as it was before the packet */
	struct mention *mentions; /* of its messages, linked by next */
	bool bad_values;          /* a message has values that no kernel accepts */
};

/* The bytes of one packet of pfsync. */
struct packet_bytes {
	const uint8_t *bytes;
	size_t caplen;
	size_t wirelen;
};

/* Of the open file; made when it is asked for first. */
struct learnt *learnt_now(void);

/*
 * Learn a packet that is dissected for the first time.  Nothing of Wireshark's
 * tree is touched, so nothing can be thrown halfway.
 */
struct packet_facts *learn_packet(struct learnt *learnt, packet_info *pinfo,
    const struct packet_bytes *packet, const struct endpoint *endpoint);

#endif
