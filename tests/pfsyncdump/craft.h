/*
 * craft.h - frames and capture files, byte by byte, for tests of reading them.
 *
 * SPDX-License-Identifier: ISC
 *
 * Written from the formats' descriptions and without libpcap, so that a test
 * does not prove libpcap by libpcap.
 */
#ifndef TESTS_CRAFT_H
#define TESTS_CRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Bytes that grow.  Zero-initialise; free with craft_free(). */
struct craft {
	uint8_t *bytes;
	size_t len;
};

void craft_free(struct craft *craft);
void craft_bytes(struct craft *craft, const void *bytes, size_t len);
void craft_fill(struct craft *craft, uint8_t byte, size_t len);
/* Numbers, in the byte order that `big` says. */
void craft_u8(struct craft *craft, unsigned value);
void craft_u16(struct craft *craft, unsigned value, bool big);
void craft_u32(struct craft *craft, uint32_t value, bool big);

/* A whole pfsync packet of version 2: one request (FB 5.4), 20 bytes. */
#define CRAFT_PFSYNC_LEN 20
void craft_pfsync(struct craft *craft, uint32_t id);

/* How to write an IPv4 header; zero-initialise. */
struct craft_ip4 {
	uint8_t proto;         /* 0 = 240 */
	uint8_t options_words; /* behind the 20 bytes */
	uint16_t id;
	uint16_t fragment; /* flags and offset as on the wire */
	uint16_t total;    /* 0 = the right one */
	bool total_zero;   /* really 0 */
	uint16_t checksum; /* 0 = the right one */
	bool checksum_zero;
	uint8_t src[4]; /* zeros = 10.0.0.11 */
};

/* An IPv4 header for a payload of that length. */
void craft_ip4(struct craft *craft, const struct craft_ip4 *ip, size_t payload);

/* An IPv6 header from fd00::11 to ff12::f0. */
void craft_ip6(struct craft *craft, unsigned next, size_t payload);

/* Ethernet from 02:00:00:00:00:11. */
void craft_ethernet(struct craft *craft, unsigned type);

/* A classic pcap file; `nano` is the resolution of its fractions. */
struct craft_pcap {
	bool big;
	bool nano;
};
void craft_pcap_begin(
    struct craft *craft, const struct craft_pcap *pcap, uint32_t snaplen, uint32_t linktype);
/* A frame whose first `caplen` bytes are kept; its length is the craft's. */
void craft_pcap_frame(struct craft *craft, const struct craft_pcap *pcap, uint32_t seconds,
    uint32_t fraction, const struct craft *frame, size_t caplen);

/* A pcapng section with one interface whose clock counts nanoseconds. */
void craft_pcapng_begin(struct craft *craft, bool big, uint32_t snaplen, unsigned linktype);
void craft_pcapng_interface(struct craft *craft, bool big, uint32_t snaplen, unsigned linktype);
void craft_pcapng_frame(struct craft *craft, bool big, uint64_t time_ns, const struct craft *frame);

/* The bytes packed, as a file would be.  `out` is appended to. */
void craft_gzip(struct craft *out, const void *bytes, size_t len);
void craft_zstd(struct craft *out, const void *bytes, size_t len);

/* A FILE that reads the bytes; they must live as long. */
FILE *craft_open(const void *bytes, size_t len);

/* A new file with these bytes; the path is malloc'ed, remove and free it. */
char *craft_file(const void *bytes, size_t len);

/* Folder of the real captures, or NULL if there is none on this machine. */
const char *craft_shared(void);

#endif
