/*
 * realwire.c - the captures of real firewalls, read by a loop of a few lines.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pfsync.h"
#include "realwire.h"

const char *
realwire_path(const char *name)
{
	static char path[1024];
	const char *shared = getenv("PFSYNC_SHARED");

	snprintf(path, sizeof(path), "%s/captures/%s",
	    shared != NULL ? shared : PFSYNC_SHARED_DEFAULT, name);
	return path;
}

bool
realwire_exists(const char *name)
{
	FILE *file = fopen(realwire_path(name), "rb");

	if (file != NULL)
		fclose(file);
	return file != NULL;
}

static uint32_t
le32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint32_t
be32(const uint8_t *p)
{
	return (uint32_t)p[3] | (uint32_t)p[2] << 8 | (uint32_t)p[1] << 16 | (uint32_t)p[0] << 24;
}

/* Where the pfsync header is and how long the rest: false for other traffic. */
static bool
find_pfsync(uint32_t linktype, const uint8_t **packet, size_t *len, uint32_t *src)
{
	const uint8_t *ip = *packet + 14;
	size_t skip, total;

	*src = 0;
	if (linktype != 1) {
		skip = pfsync_tap_ip_header(*packet, *len);
		*packet += skip;
		*len -= skip;
		return true;
	}
	if (*len < 34 || (*packet)[12] != 8 || (*packet)[13] != 0 || ip[9] != PFSYNC_IPPROTO)
		return false;
	skip = (size_t)(ip[0] & 0x0f) * 4;
	total = (size_t)ip[2] << 8 | ip[3];
	assert_true(total >= skip && 14 + total <= *len);
	*src = be32(ip + 12);
	*packet = ip + skip;
	*len = total - skip;
	return true;
}

size_t
realwire_read(const char *name, realwire_fn *fn, void *context)
{
	FILE *file = fopen(realwire_path(name), "rb");
	uint8_t head[24];
	uint32_t linktype;
	size_t frames = 0;

	assert_non_null(file);
	assert_int_equal(fread(head, 1, sizeof(head), file), sizeof(head));
	assert_true(le32(head) == 0xa1b2c3d4U || le32(head) == 0xa1b23c4dU);
	linktype = le32(head + 20);
	while (fread(head, 1, 16, file) == 16) {
		size_t len = le32(head + 8);
		uint8_t *packet = malloc(len > 0 ? len : 1), *exact;
		const uint8_t *bytes = packet;
		uint32_t src;
		assert_non_null(packet);
		assert_int_equal(fread(packet, 1, len, file), len);
		if (find_pfsync(linktype, &bytes, &len, &src)) {
			exact = malloc(len > 0 ? len : 1);
			assert_non_null(exact);
			memcpy(exact, bytes, len);
			fn(context, exact, len, src);
			free(exact);
			frames++;
		}
		free(packet);
	}
	fclose(file);
	return frames;
}
