/*
 * carp_packet.h - the bytes of a CARP advert.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFREPLAY_CARP_PACKET_H
#define PFREPLAY_CARP_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pfevidence.h"

#define CARP_NS_PER_S INT64_C(1000000000)

struct carp_advert {
	uint8_t vhid;
	uint8_t advskew;
	uint8_t advbase;
	uint8_t demote; /* OpenBSD; reserved and 0 on FreeBSD */
	bool has_counter;
	uint64_t counter;
};

/*
 * Read what is behind the IP header.  `advert` is filled in for
 * PFREPLAY_CARP_ADVERT only.  The checksum is tested if all of it was captured.
 */
enum pfreplay_carp_status carp_parse(
    const uint8_t *bytes, size_t caplen, size_t wirelen, struct carp_advert *advert);

/* From one advert to the next; what a kernel that says so would keep to. */
int64_t carp_interval_ns(const struct carp_advert *advert);
/* How long a backup waits before it takes over (SEM 8). */
int64_t carp_timeout_ns(const struct carp_advert *advert);
/* OpenBSD says good-bye with both at their maximum. */
bool carp_leaves(const struct carp_advert *advert);
/* Does a master say that it would rather not be one? */
bool carp_demoted(const struct carp_advert *advert);

#endif
