/*
 * pcap_write.c - capture files in every form that readers must know.
 *
 * SPDX-License-Identifier: ISC
 *
 * Formats: draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng.
 */
#include "pcap_write.h"

enum { SNAPLEN_DEFAULT = 65535 };
enum { MAGIC_MICRO = 0xa1b2c3d4, MAGIC_NANO = 0xa1b23c4d };
enum { BLOCK_SECTION = 0x0a0d0d0a, BLOCK_INTERFACE = 1, BLOCK_PACKET = 6 };
enum { BYTE_ORDER_MAGIC = 0x1a2b3c4d };
enum { OPTION_END = 0, OPTION_TSRESOL = 9 };

static uint32_t
snaplen(const struct pcap_format *format)
{
	return format->snaplen != 0 ? format->snaplen : SNAPLEN_DEFAULT;
}

static void
u16(struct buffer *out, const struct pcap_format *format, unsigned value)
{
	buffer_number(out, value, 2, format->big);
}

static void
u32(struct buffer *out, const struct pcap_format *format, uint32_t value)
{
	buffer_number(out, value, 4, format->big);
}

static void
classic_begin(struct buffer *out, const struct pcap_format *format)
{
	u32(out, format, format->nano ? MAGIC_NANO : MAGIC_MICRO);
	u16(out, format, 2);
	u16(out, format, 4);
	u32(out, format, 0); /* reserved: time zone */
	u32(out, format, 0); /* reserved: accuracy */
	u32(out, format, snaplen(format));
	u32(out, format, format->linktype);
}

static void
pcapng_begin(struct buffer *out, const struct pcap_format *format)
{
	u32(out, format, BLOCK_SECTION);
	u32(out, format, 28);
	u32(out, format, BYTE_ORDER_MAGIC);
	u16(out, format, 1);
	u16(out, format, 0);
	buffer_fill(out, 0xff, 8); /* length of the section: not given */
	u32(out, format, 28);

	u32(out, format, BLOCK_INTERFACE);
	u32(out, format, 32);
	u16(out, format, (unsigned)format->linktype);
	u16(out, format, 0);
	u32(out, format, snaplen(format));
	u16(out, format, OPTION_TSRESOL);
	u16(out, format, 1);
	buffer_u8(out, format->nano ? 9 : 6);
	buffer_fill(out, 0, 3);
	u16(out, format, OPTION_END);
	u16(out, format, 0);
	u32(out, format, 32);
}

void
pcap_begin(struct buffer *out, const struct pcap_format *format)
{
	if (format->pcapng)
		pcapng_begin(out, format);
	else
		classic_begin(out, format);
}

static void
classic_frame(struct buffer *out, const struct pcap_format *format, int64_t time_ns,
    const uint8_t *bytes, size_t kept, size_t len)
{
	int64_t fraction = time_ns % 1000000000;

	u32(out, format, (uint32_t)(time_ns / 1000000000));
	u32(out, format, (uint32_t)(format->nano ? fraction : fraction / 1000));
	u32(out, format, (uint32_t)kept);
	u32(out, format, (uint32_t)len);
	buffer_add(out, bytes, kept);
}

static void
pcapng_frame(struct buffer *out, const struct pcap_format *format, int64_t time_ns,
    const uint8_t *bytes, size_t kept, size_t len)
{
	uint64_t ticks = (uint64_t)(format->nano ? time_ns : time_ns / 1000);
	size_t padded = (kept + 3) / 4 * 4;

	u32(out, format, BLOCK_PACKET);
	u32(out, format, (uint32_t)(32 + padded));
	u32(out, format, 0); /* interface */
	u32(out, format, (uint32_t)(ticks >> 32));
	u32(out, format, (uint32_t)ticks);
	u32(out, format, (uint32_t)kept);
	u32(out, format, (uint32_t)len);
	buffer_add(out, bytes, kept);
	buffer_fill(out, 0, padded - kept);
	u32(out, format, (uint32_t)(32 + padded));
}

void
pcap_frame_part(struct buffer *out, const struct pcap_format *format, int64_t time_ns,
    const uint8_t *bytes, size_t kept, size_t len)
{
	if (kept > len)
		kept = len;
	if (kept > snaplen(format))
		kept = snaplen(format);
	if (format->pcapng)
		pcapng_frame(out, format, time_ns, bytes, kept, len);
	else
		classic_frame(out, format, time_ns, bytes, kept, len);
}

void
pcap_frame(struct buffer *out, const struct pcap_format *format, int64_t time_ns,
    const uint8_t *bytes, size_t len)
{
	pcap_frame_part(out, format, time_ns, bytes, len, len);
}
