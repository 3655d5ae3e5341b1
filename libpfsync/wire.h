/*
 * wire.h - byte-wise loads and stores.
 *
 * SPDX-License-Identifier: ISC
 *
 * Packet bytes are never cast to wider types: records follow each other
 * without alignment (FB 16 no. 7).  Compilers turn these into single
 * instructions.  Private to libpfsync.
 */
#ifndef PFSYNC_WIRE_H
#define PFSYNC_WIRE_H

#include <stddef.h>
#include <stdint.h>

static inline uint16_t
wire_be16(const uint8_t *p)
{
	return (uint16_t)((unsigned)p[0] << 8 | p[1]);
}

static inline uint32_t
wire_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline uint64_t
wire_be64(const uint8_t *p)
{
	return (uint64_t)wire_be32(p) << 32 | wire_be32(p + 4);
}

static inline uint16_t
wire_le16(const uint8_t *p)
{
	return (uint16_t)((unsigned)p[1] << 8 | p[0]);
}

static inline uint32_t
wire_le32(const uint8_t *p)
{
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static inline void
wire_put_be16(uint8_t *p, uint16_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

static inline void
wire_put_be32(uint8_t *p, uint32_t value)
{
	p[0] = (uint8_t)(value >> 24);
	p[1] = (uint8_t)(value >> 16);
	p[2] = (uint8_t)(value >> 8);
	p[3] = (uint8_t)value;
}

static inline void
wire_put_be(uint8_t *p, unsigned width, uint64_t value)
{
	for (unsigned i = 0; i < width; i++)
		p[i] = (uint8_t)(value >> (8 * (width - 1 - i)));
}

static inline void
wire_put_le(uint8_t *p, unsigned width, uint64_t value)
{
	for (unsigned i = 0; i < width; i++)
		p[i] = (uint8_t)(value >> (8 * i));
}

/* Bytes of a raw v1 packet at the default MTU, by the size of its record: the
 * whole buffer was sent, as many records as fit 2048 bytes (OB 5.3). */
static inline size_t
wire_raw_buffer_bytes(size_t record_bytes)
{
	return 4 + (2048 - 4) / record_bytes * record_bytes;
}

#endif
