/*
 * fuzz_link.c - libFuzzer: link layers, IP headers and fragments.
 *
 * SPDX-License-Identifier: ISC
 *
 * The first byte chooses a link type.  The rest is a row of frames, each behind
 * two bytes: how many bytes were captured, and by how many (times eight) the
 * frame was longer.  Claims of the headers are checked against that.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fragment.h"
#include "ip.h"
#include "link.h"
#include "pfsync.h"

static const int link_types[] = {0, 1, 12, 14, 18, 101, 108, 113, 121, 228, 229, 246, 276};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A promise of the headers was broken. */
static void
require(bool kept)
{
	if (!kept)
		abort();
}

static void
check_payload(const uint8_t *bytes, size_t caplen, size_t wirelen)
{
	volatile uint8_t last;

	require(caplen <= wirelen);
	if (caplen > 0)
		last = bytes[caplen - 1];
	(void)last;
	(void)pfsync_plausible(bytes, caplen, wirelen);
}

static void
add_fragment(
    struct fragment_set *set, const struct ip_view *view, const uint8_t *payload, uint64_t frame)
{
	/* Ten seconds from frame to frame, so that some are too late. */
	const struct fragment part = {.af = view->af,
	    .src = view->src,
	    .dst = view->dst,
	    .id = view->id,
	    .part_at = view->part_at,
	    .more = view->more,
	    .bytes = payload,
	    .caplen = view->caplen,
	    .wirelen = view->wirelen,
	    .frame = frame,
	    .time_ns = (int64_t)frame * 10000000000};
	struct fragment_loss loss;
	struct fragment whole;

	if (fragment_add(set, &part, &whole, &loss) == FRAGMENT_COMPLETE) {
		require(whole.wirelen <= 65535);
		check_payload(whole.bytes, whole.caplen, whole.wirelen);
	}
	while (fragment_expire(set, part.time_ns, &loss))
		require(loss.text != NULL);
}

static void
one_frame(struct fragment_set *set, enum link_type type, const uint8_t *bytes, size_t caplen,
    size_t wirelen, uint64_t frame)
{
	struct link_view link;
	struct ip_view ip;

	if (type == LINK_TYPE_PFSYNC || type == LINK_TYPE_PFSYNC_MAYBE) {
		size_t skip = pfsync_tap_ip_header(bytes, caplen);

		require(skip <= caplen);
		check_payload(bytes + skip, caplen - skip, wirelen - skip);
		return;
	}
	if (link_strip(type, bytes, caplen, wirelen, &link) != LINK_IP)
		return;
	require(link.offset <= caplen);
	bytes += link.offset;
	caplen -= link.offset;
	wirelen -= link.offset;
	switch (ip_parse(link.version, bytes, caplen, wirelen, &ip)) {
	case IP_PFSYNC:
		require(ip.offset <= caplen && ip.caplen <= caplen - ip.offset);
		require(ip.wirelen <= wirelen - ip.offset);
		check_payload(bytes + ip.offset, ip.caplen, ip.wirelen);
		if (ip.fragment)
			add_fragment(set, &ip, bytes + ip.offset, frame);
		break;
	case IP_CARP:
		if (ip_parse_carp(link.version, bytes, caplen, wirelen, &ip)) {
			require(ip.offset <= caplen && ip.caplen <= caplen - ip.offset);
			check_payload(bytes + ip.offset, ip.caplen, ip.wirelen);
		}
		break;
	case IP_BAD:
		require(ip.trouble_count > 0 && ip.trouble[0].offset <= caplen);
		break;
	default:
		break;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fragment_set *set = fragment_set_new();
	struct fragment_loss loss;
	enum link_type type;

	if (size == 0 || set == NULL) {
		fragment_set_free(set);
		return 0;
	}
	type = link_type_of(link_types[data[0] % (sizeof(link_types) / sizeof(link_types[0]))]);
	data++;
	size--;
	for (uint64_t frame = 1; size >= 2; frame++) {
		size_t caplen = data[0], wirelen = caplen + data[1] * 8U;
		uint8_t *exact;

		data += 2;
		size -= 2;
		if (caplen > size)
			caplen = size;
		/* A block of its own: a byte read behind the capture is seen. */
		exact = malloc(caplen > 0 ? caplen : 1);
		require(exact != NULL);
		memcpy(exact, data, caplen);
		one_frame(set, type, exact, caplen, wirelen, frame);
		free(exact);
		data += caplen;
		size -= caplen;
	}
	while (fragment_drain(set, &loss))
		require(loss.text != NULL);
	fragment_set_free(set);
	return 0;
}
