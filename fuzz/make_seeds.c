/*
 * make_seeds.c - seed corpora: make_seeds TARGET DIRECTORY [SAMPLES]
 *
 * SPDX-License-Identifier: ISC
 *
 * Frames and records of every dialect in the input form of each target; for
 * fuzz_file the samples themselves.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "generate.h"
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

static int
generated(const char *target, const char *directory)
{
	const bool whole = strcmp(target, "fuzz_message") != 0;
	const bool link = strcmp(target, "fuzz_link") == 0;
	const bool replay = strcmp(target, "fuzz_replay") == 0;
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
			} else if (whole) {
				seed[0] = 255; /* forces no dialect */
				seed[1] = 0;
				memcpy(seed + 2, frame, length);
				length += 2;
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

static int
copied(const char *directory, const char *samples)
{
	static uint8_t bytes[1 << 20];
	DIR *dir = opendir(samples);
	const struct dirent *entry;

	if (dir == NULL) {
		fprintf(stderr, "make_seeds: %s: cannot read\n", samples);
		return 2;
	}
	while ((entry = readdir(dir)) != NULL) {
		char path[4096];
		FILE *file;
		size_t size;
		if (strstr(entry->d_name, ".pcap") == NULL)
			continue;
		snprintf(path, sizeof(path), "%s/%s", samples, entry->d_name);
		file = fopen(path, "rb");
		if (file == NULL)
			continue;
		size = fread(bytes, 1, sizeof(bytes), file);
		fclose(file);
		if (size < 65536 && save(directory, entry->d_name, 0, bytes, size) != 0)
			break;
	}
	closedir(dir);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc < 3 || argc > 4) {
		fputs("usage: make_seeds TARGET DIRECTORY [SAMPLES]\n", stderr);
		return 2;
	}
	if (strcmp(argv[1], "fuzz_file") == 0)
		return copied(argv[2], argc > 3 ? argv[3] : "samples");
	return generated(argv[1], argv[2]);
}
