/*
 * senders.h - who sends, and what is known of each sender's dialect.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNC_PLUGIN_SENDERS_H
#define PFSYNC_PLUGIN_SENDERS_H

#include "compat.h"
#include "pfsync.h"

struct bulk;

/* In file scope: one per source address, or per pfsync0 without one. */
struct sender {
	enum pfsync_af af; /* UNSPEC: the owner of a pfsync0 */
	struct pfsync_addr addr;
	uint32_t interface; /* of the capture file, to tell two pfsync0 apart */
	struct pfsync_hint hint;
	struct bulk *asked;   /* it asked for, and did not get to the end of */
	struct bulk *sending; /* it is sending */
};

/* Where a packet comes from and goes to. */
struct endpoint {
	bool tap; /* captured on pfsync0 */
	enum pfsync_af af;
	struct pfsync_addr src;
	struct pfsync_addr dst;
	bool has_ip;     /* ttl and ip_id are known */
	bool fragmented; /* it came in IP fragments */
	uint8_t ttl;
	uint16_t ip_id;
	uint32_t interface;
};

/* Of the packet in `tvb`: out of the frame's addresses, and the IP header that
 * Wireshark's dissector of IP hands down as `data` (NULL without one). */
void endpoint_of(struct endpoint *out, packet_info *pinfo, tvbuff_t *tvb, void *data, bool tap);

struct senders;

struct senders *senders_new(wmem_allocator_t *scope);
/* Found or made; never NULL.  Lives as long as the scope. */
struct sender *senders_get(struct senders *senders, const struct endpoint *endpoint);

/*
 * Calls `visit` for each sender until it returns false.
 */
void senders_each(
    struct senders *senders, bool (*visit)(struct sender *sender, void *arg), void *arg);

/* "10.0.0.11", its name where names are resolved, or "pfsync0". */
const char *sender_label(const struct endpoint *endpoint, packet_info *pinfo);

#endif
