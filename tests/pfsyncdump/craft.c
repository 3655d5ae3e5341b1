/*
 * craft.c - frames and capture files, byte by byte, for tests of reading them.
 *
 * SPDX-License-Identifier: ISC
 */
#include "craft.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <zlib.h>
#include <zstd.h>

void
craft_free(struct craft *craft)
{
	free(craft->bytes);
	craft->bytes = NULL;
	craft->len = 0;
}

/*
 * Bytes to allocate: for a frame exactly what it has, so that reading past it is
 * found; large files grow by doubling, since each step costs a sanitizer dearly.
 */
static size_t
room_for(size_t len)
{
	size_t room = 65536;

	if (len <= room)
		return len;
	while (room < len)
		room *= 2;
	return room;
}

void
craft_bytes(struct craft *craft, const void *bytes, size_t len)
{
	if (len == 0)
		return;
	if (craft->len == 0 || room_for(craft->len + len) != room_for(craft->len))
		craft->bytes = realloc(craft->bytes, room_for(craft->len + len));
	assert_non_null(craft->bytes);
	memcpy(craft->bytes + craft->len, bytes, len);
	craft->len += len;
}

void
craft_u8(struct craft *craft, unsigned value)
{
	uint8_t byte = (uint8_t)value;

	craft_bytes(craft, &byte, 1);
}

void
craft_fill(struct craft *craft, uint8_t byte, size_t len)
{
	while (len-- > 0)
		craft_u8(craft, byte);
}

void
craft_u16(struct craft *craft, unsigned value, bool big)
{
	craft_u8(craft, big ? value >> 8 : value);
	craft_u8(craft, big ? value : value >> 8);
}

void
craft_u32(struct craft *craft, uint32_t value, bool big)
{
	craft_u16(craft, big ? value >> 16 : value & 0xffff, big);
	craft_u16(craft, big ? value & 0xffff : value >> 16, big);
}

void
craft_pfsync(struct craft *craft, uint32_t id)
{
	craft_bytes(craft, "\x02\x00\x08\x01", 4);
	craft_u32(craft, 0x4f000000, true);
	craft_u32(craft, id, true);
	craft_u32(craft, 0x1234abcd, true);
	craft_u32(craft, 0, true);
}

static unsigned
checksum(const uint8_t *bytes, size_t len)
{
	unsigned sum = 0;

	for (size_t i = 0; i < len; i += 2)
		sum += (unsigned)bytes[i] << 8 | bytes[i + 1];
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum ^ 0xffff;
}

void
craft_ip4(struct craft *craft, const struct craft_ip4 *ip, size_t payload)
{
	static const uint8_t zero[4], from[4] = {10, 0, 0, 11}, group[4] = {224, 0, 0, 240};
	size_t header = 20 + (size_t)ip->options_words * 4, begin = craft->len;
	unsigned sum, total = ip->total != 0 ? ip->total : (unsigned)(header + payload);

	craft_u8(craft, 0x40 | (unsigned)(header / 4));
	craft_u8(craft, 0x10);
	craft_u16(craft, ip->total_zero ? 0 : total, true);
	craft_u16(craft, ip->id, true);
	craft_u16(craft, ip->fragment, true);
	craft_u8(craft, 255);
	craft_u8(craft, ip->proto != 0 ? ip->proto : 240);
	craft_u16(craft, 0, true);
	craft_bytes(craft, memcmp(ip->src, zero, 4) == 0 ? from : ip->src, 4);
	craft_bytes(craft, group, 4);
	craft_fill(craft, 1, (size_t)ip->options_words * 4); /* "no operation" */
	sum = checksum(craft->bytes + begin, header);
	if (ip->checksum_zero || ip->checksum != 0)
		sum = ip->checksum;
	craft->bytes[begin + 10] = (uint8_t)(sum >> 8);
	craft->bytes[begin + 11] = (uint8_t)sum;
}

void
craft_ip6(struct craft *craft, unsigned next, size_t payload)
{
	craft_u32(craft, 0x60000000, true);
	craft_u16(craft, (unsigned)payload, true);
	craft_u8(craft, next);
	craft_u8(craft, 255);
	craft_bytes(craft, "\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x11", 16);
	craft_bytes(craft, "\xff\x12\0\0\0\0\0\0\0\0\0\0\0\0\0\xf0", 16);
}

void
craft_ethernet(struct craft *craft, unsigned type)
{
	craft_bytes(craft, "\x01\x00\x5e\x00\x00\xf0\x02\x00\x00\x00\x00\x11", 12);
	craft_u16(craft, type, true);
}

void
craft_pcap_begin(
    struct craft *craft, const struct craft_pcap *pcap, uint32_t snaplen, uint32_t linktype)
{
	craft_u32(craft, pcap->nano ? 0xa1b23c4d : 0xa1b2c3d4, pcap->big);
	craft_u16(craft, 2, pcap->big);
	craft_u16(craft, 4, pcap->big);
	craft_u32(craft, 0, pcap->big);
	craft_u32(craft, 0, pcap->big);
	craft_u32(craft, snaplen, pcap->big);
	craft_u32(craft, linktype, pcap->big);
}

void
craft_pcap_frame(struct craft *craft, const struct craft_pcap *pcap, uint32_t seconds,
    uint32_t fraction, const struct craft *frame, size_t caplen)
{
	craft_u32(craft, seconds, pcap->big);
	craft_u32(craft, fraction, pcap->big);
	craft_u32(craft, (uint32_t)caplen, pcap->big);
	craft_u32(craft, (uint32_t)frame->len, pcap->big);
	craft_bytes(craft, frame->bytes, caplen);
}

void
craft_pcapng_interface(struct craft *craft, bool big, uint32_t snaplen, unsigned linktype)
{
	craft_u32(craft, 1, big);
	craft_u32(craft, 32, big);
	craft_u16(craft, linktype, big);
	craft_u16(craft, 0, big);
	craft_u32(craft, snaplen, big);
	craft_u16(craft, 9, big); /* if_tsresol */
	craft_u16(craft, 1, big);
	craft_u32(craft, 9, false); /* 10^-9, and padding */
	craft_u32(craft, 0, big);
	craft_u32(craft, 32, big);
}

void
craft_pcapng_begin(struct craft *craft, bool big, uint32_t snaplen, unsigned linktype)
{
	craft_u32(craft, 0x0a0d0d0a, big);
	craft_u32(craft, 28, big);
	craft_u32(craft, 0x1a2b3c4d, big);
	craft_u16(craft, 1, big);
	craft_u16(craft, 0, big);
	craft_fill(craft, 0xff, 8); /* length of the section: not stated */
	craft_u32(craft, 28, big);
	craft_pcapng_interface(craft, big, snaplen, linktype);
}

void
craft_pcapng_frame(struct craft *craft, bool big, uint64_t time_ns, const struct craft *frame)
{
	uint32_t padding = (uint32_t)(-frame->len & 3);
	uint32_t block = 32 + (uint32_t)frame->len + padding;

	craft_u32(craft, 6, big);
	craft_u32(craft, block, big);
	craft_u32(craft, 0, big);
	craft_u32(craft, (uint32_t)(time_ns >> 32), big);
	craft_u32(craft, (uint32_t)time_ns, big);
	craft_u32(craft, (uint32_t)frame->len, big);
	craft_u32(craft, (uint32_t)frame->len, big);
	craft_bytes(craft, frame->bytes, frame->len);
	craft_fill(craft, 0, padding);
	craft_u32(craft, block, big);
}

void
craft_gzip(struct craft *out, const void *bytes, size_t len)
{
	z_stream stream = {.avail_in = (uInt)len};
	size_t room;
	uint8_t *packed;

	assert_int_equal(
	    deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	room = deflateBound(&stream, (uLong)len);
	packed = malloc(room);
	assert_non_null(packed);
	stream.next_in = (Bytef *)(uintptr_t)bytes; /* zlib lacks a const */
	stream.next_out = packed;
	stream.avail_out = (uInt)room;
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	craft_bytes(out, packed, stream.total_out);
	deflateEnd(&stream);
	free(packed);
}

void
craft_zstd(struct craft *out, const void *bytes, size_t len)
{
	size_t room = ZSTD_compressBound(len), used;
	uint8_t *packed = malloc(room);

	assert_non_null(packed);
	used = ZSTD_compress(packed, room, bytes, len, 3);
	assert_false(ZSTD_isError(used));
	craft_bytes(out, packed, used);
	free(packed);
}

FILE *
craft_open(const void *bytes, size_t len)
{
	/* Only read from; fmemopen() takes what it could also write. */
	FILE *file = len > 0 ? fmemopen((void *)(uintptr_t)bytes, len, "r") : tmpfile();

	assert_non_null(file);
	return file;
}

char *
craft_file(const void *bytes, size_t len)
{
	static const char pattern[] = "/pfsync-test-XXXXXX";
	const char *folder = getenv("TMPDIR");
	char *path;
	FILE *file;
	int fd;

	if (folder == NULL)
		folder = "/tmp";
	path = malloc(strlen(folder) + sizeof(pattern));
	assert_non_null(path);
	strcpy(path, folder);
	strcat(path, pattern);
	fd = mkstemp(path);
	assert_int_not_equal(fd, -1);
	file = fdopen(fd, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
	return path;
}

const char *
craft_shared(void)
{
	const char *folder = getenv("PFSYNC_SHARED");

	if (folder == NULL)
		folder = PFSYNC_SHARED_DEFAULT;
	return access(folder, R_OK) == 0 ? folder : NULL;
}
