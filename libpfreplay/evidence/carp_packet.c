/*
 * carp_packet.c - the bytes of a CARP advert (SEM 8).
 *
 * SPDX-License-Identifier: ISC
 *
 *	 0 version 2, type 1   1 vhid        2 advskew   3 authlen 7
 *	 4 demote (OpenBSD)    5 advbase     6 checksum
 *	 8 counter (64 bits)  16 HMAC-SHA1 (160 bits)
 */
#include "carp_packet.h"

enum {
	AT_VERSION = 0,
	AT_VHID = 1,
	AT_ADVSKEW = 2,
	AT_AUTHLEN = 3,
	AT_DEMOTE = 4,
	AT_ADVBASE = 5,
	AT_COUNTER = 8,
	COUNTER_END = 16,
	/* All that tells who is master. */
	NEEDED = 6,
	LENGTH = 36
};

enum { CARP_VERSION_TYPE = 0x21, VRRP3_VERSION_TYPE = 0x31, CARP_AUTHLEN = 7 };
/* net.inet.carp.demotion is added to the advskew and capped there. */
enum { FREEBSD_DEMOTED = 240 };
enum { LEAVES_BASE = 255, LEAVES_SKEW = 255 };

/* The Internet checksum over an intact advert, its own field included, is 0. */
static bool
checksum_holds(const uint8_t *bytes)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < LENGTH; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return sum == 0xffff;
}

enum pfreplay_carp_status
carp_parse(const uint8_t *bytes, size_t caplen, size_t wirelen, struct carp_advert *advert)
{
	if (caplen == 0)
		return wirelen == 0 ? PFREPLAY_CARP_MALFORMED : PFREPLAY_CARP_CUT;
	if (bytes[AT_VERSION] == VRRP3_VERSION_TYPE)
		return PFREPLAY_CARP_VRRP;
	if (bytes[AT_VERSION] != CARP_VERSION_TYPE)
		return PFREPLAY_CARP_MALFORMED;
	/* The octet is VRRP 2's count of addresses, which 36 bytes would make 5. */
	if (caplen > AT_AUTHLEN && (wirelen != LENGTH || bytes[AT_AUTHLEN] != CARP_AUTHLEN))
		return wirelen >= 16 && bytes[AT_AUTHLEN] * 4U + 16U == wirelen
			   ? PFREPLAY_CARP_VRRP
			   : PFREPLAY_CARP_MALFORMED;
	if (caplen < NEEDED)
		return PFREPLAY_CARP_CUT;
	if (caplen >= LENGTH && !checksum_holds(bytes))
		return PFREPLAY_CARP_CHECKSUM;
	*advert = (struct carp_advert){
	    .vhid = bytes[AT_VHID],
	    .advskew = bytes[AT_ADVSKEW],
	    .advbase = bytes[AT_ADVBASE],
	    .demote = bytes[AT_DEMOTE],
	    .has_counter = caplen >= COUNTER_END,
	};
	for (size_t i = AT_COUNTER; advert->has_counter && i < COUNTER_END; i++)
		advert->counter = advert->counter << 8 | bytes[i];
	return PFREPLAY_CARP_ADVERT;
}

static int64_t
skew_ns(const struct carp_advert *advert)
{
	return advert->advskew * CARP_NS_PER_S / 256;
}

int64_t
carp_interval_ns(const struct carp_advert *advert)
{
	return advert->advbase * CARP_NS_PER_S + skew_ns(advert);
}

int64_t
carp_timeout_ns(const struct carp_advert *advert)
{
	return 3 * advert->advbase * CARP_NS_PER_S + skew_ns(advert);
}

bool
carp_leaves(const struct carp_advert *advert)
{
	return advert->advbase == LEAVES_BASE && advert->advskew == LEAVES_SKEW;
}

bool
carp_demoted(const struct carp_advert *advert)
{
	return !carp_leaves(advert) && (advert->demote > 0 || advert->advskew == FREEBSD_DEMOTED);
}
