/*
 * make_seeds.c - seed corpora: make_seeds TARGET DIRECTORY [SAMPLES]
 *
 * SPDX-License-Identifier: ISC
 *
 * The packets of the samples, and frames and records of every dialect, in the
 * input form of each target; for fuzz_file the samples themselves, for
 * fuzz_scenario the documentation's examples.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "capture.h"
#include "generate.h"
#include "node/node.h"
#include "pfsync.h"

static int
save(const char *directory, const char *name, unsigned n, const uint8_t *bytes, size_t size)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s-%u", directory, name, n);
	file = fopen(path, "wb");
	if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
		fprintf(stderr, "make_seeds: %s: cannot write\n", path);
		return 2;
	}
	return 0;
}

/* Ethernet and IPv4 in front of a frame, in fuzz_link's form. */
static size_t
as_link(uint8_t *out, const uint8_t *frame, size_t length)
{
	static const uint8_t head[] = {1, 255, 0, 1, 0, 0x5e, 0, 0, 0xf0, 2, 0, 0, 0, 0, 1, 8, 0,
	    0x45, 0x10, 0, 0, 0, 1, 0x40, 0, 255, 240, 0, 0, 10, 9, 0, 1, 224, 0, 0, 240};
	size_t packet = 34 + length;

	memcpy(out, head, sizeof(head));
	out[1] = (uint8_t)(packet < 255 ? packet : 255);
	out[2] = (uint8_t)(packet > 255 ? (packet - 255 + 7) / 8 : 0);
	out[19] = (uint8_t)((20 + length) >> 8);
	out[20] = (uint8_t)(20 + length);
	memcpy(out + sizeof(head), frame, length);
	return 3 + (packet < 255 ? packet : 255);
}

/* A frame for which no dialect is forced, in fuzz_frame's form. */
static size_t
as_frame(uint8_t *out, const uint8_t *frame, size_t length)
{
	out[0] = 255;
	out[1] = 0;
	memcpy(out + 2, frame, length);
	return length + 2;
}

/* A frame as a packet of IPv4, all of it captured, at -vvv, in fuzz_print's form. */
static size_t
as_print(uint8_t *out, const uint8_t *frame, size_t length)
{
	out[0] = 3;
	out[1] = 0;
	memcpy(out + 2, frame, length);
	return length + 2;
}

/* Two packets of one frame, a second apart, in fuzz_replay's form. */
static size_t
as_replay(uint8_t *out, const uint8_t *frame, size_t length)
{
	size_t used = 0;

	for (uint8_t sender = 1; sender <= 2; sender++) {
		const uint8_t head[5] = {sender, 1, 0, (uint8_t)(length >> 8), (uint8_t)length};
		memcpy(out + used, head, sizeof(head));
		memcpy(out + used + sizeof(head), frame, length);
		used += sizeof(head) + length;
	}
	return used;
}

/* The same for fuzz_node: a flow, then the frame twice at a node that speaks like that. */
static size_t
as_node(uint8_t *out, const struct pfsync_dialect *dialect, const uint8_t *frame, size_t length)
{
	const int family = fw_family_of_dialect(dialect);
	size_t used = 2;

	out[0] = (uint8_t)(family < 0 ? 0 : family);
	out[1] = 0;
	for (uint8_t round = 1; round <= 2; round++) {
		const uint8_t head[4] = {
		    10, (uint8_t)(round << 5), (uint8_t)(length >> 8), (uint8_t)length};
		memcpy(out + used, head, sizeof(head));
		memcpy(out + used + sizeof(head), frame, length);
		used += sizeof(head) + length;
	}
	return used;
}

static int
generated(const char *target, const char *directory)
{
	const bool whole = strcmp(target, "fuzz_message") != 0;
	const bool link = strcmp(target, "fuzz_link") == 0;
	const bool replay =
	    strcmp(target, "fuzz_replay") == 0 || strcmp(target, "fuzz_wireshark") == 0;
	const bool node = strcmp(target, "fuzz_node") == 0;
	const bool print = strcmp(target, "fuzz_print") == 0;
	struct generate g = {20260101};
	static uint8_t frame[16384], seed[2 * 16500];

	for (size_t d = 0; d < pfsync_dialect_count(); d++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(d);
		for (unsigned n = 0; n <= PFSYNC_ACTION_NUMBERS; n++) {
			size_t length;
			int failed;
			if (n == PFSYNC_ACTION_NUMBERS && (dialect->version < 5 || !whole))
				continue;
			length = generate_frame(&g, dialect, n, 1, true, frame, sizeof(frame));
			if (length == 0)
				continue;
			if (link) {
				length = as_link(seed, frame, length);
			} else if (replay) {
				length = as_replay(seed, frame, length);
			} else if (node) {
				length = as_node(seed, dialect, frame, length);
			} else if (print) {
				length = as_print(seed, frame, length);
			} else if (whole) {
				length = as_frame(seed, frame, length);
			} else {
				size_t skip =
				    dialect->header_bytes + (dialect->version < 5 ? 0U : 4U);
				seed[0] = (uint8_t)d;
				seed[1] = (uint8_t)n;
				length -= skip;
				memcpy(seed + 2, frame + skip, length);
				length += 2;
			}
			failed = save(directory, dialect->name, n, seed, length);
			if (failed)
				return failed;
		}
	}
	return 0;
}

/* The packets of one sample, in the input form of the target. */
static int
packets_of(const char *target, const char *directory, const char *sample, const char *path)
{
	static uint8_t seed[2 * 65600];
	char error[CAPTURE_ERROR_MAX];
	const struct capture_options options = {.filter = NULL};
	const struct capture_packet *packet;
	const struct capture_problem *problem;
	struct capture *capture = capture_open(&path, 1, &options, error);
	enum capture_status status;
	int failed = 0;

	if (capture == NULL)
		return 0; /* some are broken on purpose */
	for (unsigned n = 0; (status = capture_next(capture, &packet, &problem)) != CAPTURE_END;) {
		size_t length = 0;
		if (status != CAPTURE_PACKET || packet->caplen > 16384 || failed != 0)
			continue;
		if (strcmp(target, "fuzz_link") == 0)
			length = as_link(seed, packet->bytes, packet->caplen);
		else if (strcmp(target, "fuzz_replay") == 0 ||
			 strcmp(target, "fuzz_wireshark") == 0)
			length = as_replay(seed, packet->bytes, packet->caplen);
		else if (strcmp(target, "fuzz_print") == 0)
			length = as_print(seed, packet->bytes, packet->caplen);
		else if (strcmp(target, "fuzz_frame") == 0)
			length = as_frame(seed, packet->bytes, packet->caplen);
		if (length > 0)
			failed = save(directory, sample, n++, seed, length);
	}
	capture_close(capture);
	return failed;
}

static int
copied(const char *target, const char *directory, const char *samples)
{
	static uint8_t bytes[1 << 20];
	DIR *dir = opendir(samples);
	const struct dirent *entry;
	int failed = 0;

	if (dir == NULL) {
		fprintf(stderr, "make_seeds: %s: cannot read\n", samples);
		return 2;
	}
	while (failed == 0 && (entry = readdir(dir)) != NULL) {
		char path[4096];
		FILE *file;
		size_t size;
		if (strstr(entry->d_name, ".pcap") == NULL)
			continue;
		snprintf(path, sizeof(path), "%s/%s", samples, entry->d_name);
		if (strcmp(target, "fuzz_file") != 0) {
			failed = packets_of(target, directory, entry->d_name, path);
			continue;
		}
		file = fopen(path, "rb");
		if (file == NULL)
			continue;
		size = fread(bytes, 1, sizeof(bytes), file);
		fclose(file);
		if (size < 65536)
			failed = save(directory, entry->d_name, 0, bytes, size);
	}
	closedir(dir);
	return failed;
}

/* The scenarios of the documentation, which stands beside the samples. */
static int
documents(const char *directory, const char *samples)
{
	static const char *const names[] = {"bulk", "life", "wrong"};
	static uint8_t bytes[1 << 16];
	int failed = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && failed == 0; i++) {
		char path[4096];
		FILE *file;
		size_t size;
		snprintf(path, sizeof(path), "%s/../docs/scenarios/%s.json", samples, names[i]);
		file = fopen(path, "rb");
		if (file == NULL) {
			fprintf(stderr, "make_seeds: %s: cannot read\n", path);
			return 2;
		}
		size = fread(bytes, 1, sizeof(bytes), file);
		fclose(file);
		failed = save(directory, names[i], 0, bytes, size);
	}
	return failed;
}

/* Listings in their various forms; false if the target reads none. */
static bool
listings(const char *target, const char *directory, int *failed)
{
	static const struct {
		const char *target;
		const char *text;
	} seeds[] = {
	    {"fuzz_pfctl", "No ALTQ support in kernel\n"
			   "all tcp 10.2.0.10:63721 (10.1.0.2:35652) -> 10.2.0.2:7       "
			   "ESTABLISHED:CLOSING\n"
			   "   [2249596462 + 65536] wscale 10  [1 + 64512](+3711727100) wscale 0\n"
			   "   age 00:00:23, expires in 24:00:00, 94:48 pkts, 18696:16304 bytes\n"
			   "   id: 000000006b03e77b creatorid: aa1cc860\n"},
	    {"fuzz_pfctl", "all ipv6-icmp fe80::1%em0[128] <- ff02::1[8]       0:0\n"
			   "all 99 (7) 10.0.0.1 {10.0.0.9} <- (7) 10.0.0.2       2:1\n"
			   "em1 udp fd00::1[53] (10.0.0.9:1053) -> fd00::2[99] (10.0.0.8:99)       "
			   "MULTIPLE:MULTIPLE\n"},
	    {"fuzz_pfctl", "self tcp 10.1.0.2:47 -> 10.2.0.10:50 -> 10.2.0.2:80       2:0\n"
			   "Hostid:   0xaa1cc860\n"
			   "Checksum: 0x000102030405060708090a0b0c0d0e0f\n"},
	    {"fuzz_netstat", "carp:\n\t1 packet received (IPv4)\npfsync:\n"
			     "\t545 packets received (IPv4)\n"
			     "\t    46 13.1 state inserts received\n"
			     "\t\t/3 packets discarded for bad interface\n"
			     "\t\t10 stale states\n\t\t11 failed state lookup/inserts\n"
			     "\t12 packets sent (IPv4)\n\t\t1 send error\n"},
	};
	bool any = false;

	for (unsigned i = 0; i < sizeof(seeds) / sizeof(seeds[0]) && *failed == 0; i++) {
		if (strcmp(seeds[i].target, target) != 0)
			continue;
		any = true;
		*failed = save(
		    directory, "listing", i, (const uint8_t *)seeds[i].text, strlen(seeds[i].text));
	}
	return any;
}

int
main(int argc, char **argv)
{
	int failed = 0;

	if (argc < 3 || argc > 4) {
		fputs("usage: make_seeds TARGET DIRECTORY [SAMPLES]\n", stderr);
		return 2;
	}
	if (strcmp(argv[1], "fuzz_scenario") == 0)
		return documents(argv[2], argc > 3 ? argv[3] : "samples");
	if (listings(argv[1], argv[2], &failed))
		return failed;
	failed = copied(argv[1], argv[2], argc > 3 ? argv[3] : "samples");
	if (failed == 0 && strcmp(argv[1], "fuzz_file") != 0)
		failed = generated(argv[1], argv[2]);
	return failed;
}
