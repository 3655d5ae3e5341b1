/*
 * fuzz_carp.c - libFuzzer: adverts of CARP and the roles that follow from them.
 *
 * SPDX-License-Identifier: ISC
 *
 * The input is a row of packets behind five bytes each: time since the last one
 * (a quarter of a second), sender, link and family, length, captured length.
 * Checksums are made right, or nothing would get past them.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pfevidence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool kept)
{
	if (!kept)
		abort();
}

static void
make_checksum(uint8_t *bytes, size_t size)
{
	uint32_t sum = 0;

	if (size != 36)
		return;
	bytes[6] = bytes[7] = 0;
	for (size_t i = 0; i < 36; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~((sum & 0xffff) + (sum >> 16));
	bytes[6] = (uint8_t)(sum >> 8);
	bytes[7] = (uint8_t)sum;
}

/* What is handed out keeps its promises. */
static void
look(const struct pfreplay *r)
{
	struct pfreplay_vhid vhid;
	struct pfreplay_master master;
	struct pfreplay_split split;
	struct pfreplay_demotion demotion;

	for (size_t n = 0; pfreplay_vhid_at(r, n, &vhid); n++) {
		for (size_t i = 0; pfreplay_master_at(r, n, i, &master); i++) {
			require(master.speaker < vhid.speakers && master.adverts > 0);
			require(pfreplay_role_at(r, n, master.speaker, master.seen.from_ns) <
				PFREPLAY_ROLE_COUNT);
		}
		for (size_t i = 0; pfreplay_split_at(r, n, i, &split); i++)
			require(split.speakers[0] < vhid.speakers &&
				split.speakers[1] < vhid.speakers &&
				split.speakers[0] != split.speakers[1]);
		for (size_t i = 0; pfreplay_demotion_at(r, n, i, &demotion); i++)
			require(demotion.speaker < vhid.speakers);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pfreplay *r = pfreplay_new(NULL);
	struct pfreplay_packet packet = {.time_ns = 0, .has_ip = true, .ttl = 255};

	while (size >= 5) {
		size_t wirelen = data[3] % 64, caplen = data[4] < wirelen ? data[4] : wirelen;
		uint8_t *exact;

		packet.time_ns += (int64_t)(int8_t)data[0] * 250000000;
		packet.frame++;
		packet.file = data[2] >> 6;
		packet.af = (data[2] & 1) != 0 ? PFSYNC_AF_INET6 : PFSYNC_AF_INET;
		packet.src.b[3] = data[1];
		packet.dst.b[0] = data[2] & 2 ? 224 : 10;
		if (caplen > size - 5)
			caplen = size - 5;
		exact = malloc(caplen > 0 ? caplen : 1);
		require(exact != NULL);
		memcpy(exact, data + 5, caplen);
		make_checksum(exact, caplen);
		require(pfreplay_carp(r, &packet, data[2] >> 2 & 3, exact, caplen, wirelen) <
			PFREPLAY_CARP_STATUS_COUNT);
		free(exact);
		data += 5 + caplen;
		size -= 5 + caplen;
	}
	look(r);
	pfreplay_free(r);
	return 0;
}
