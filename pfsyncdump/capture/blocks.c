/*
 * blocks.c - what a pcapng file says of packets that its capture lost (see blocks.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include "blocks.h"

#include <string.h>

#define BLOCK_SECTION 0x0a0d0d0aU
#define BLOCK_STATISTICS 5U
#define BYTE_ORDER_MAGIC 0x1a2b3c4dU
#define HEADER_BYTES 12U /* type, length, and the magic of a section or the interface */
#define OPTIONS_AT 20U   /* of statistics: behind interface and time */
#define OPTION_IFDROP 5U
#define OPTION_OSDROP 7U
#define OPTION_BYTES 4U
#define COUNTER_BYTES 8U

static uint64_t
number(const struct blocks *blocks, size_t at, size_t bytes)
{
	uint64_t value = 0;

	for (size_t i = 0; i < bytes; i++) {
		size_t from = blocks->swapped ? i : bytes - 1 - i;

		value = value << 8 | blocks->bytes[at + from];
	}
	return value;
}

static void
begin_section(struct blocks *blocks)
{
	blocks->swapped = false;
	blocks->swapped = number(blocks, 8, 4) != BYTE_ORDER_MAGIC;
	blocks->dropped_before = blocks_dropped(blocks);
	memset(blocks->dropped, 0, sizeof(blocks->dropped));
}

/* Statistics are complete, as far as they are kept. */
static void
take_statistics(struct blocks *blocks)
{
	const uint64_t interface = number(blocks, 8, 4);
	const size_t end = blocks->kept < blocks->length ? blocks->kept : blocks->length - 4;
	uint64_t dropped = 0;
	bool any = false;

	for (size_t at = OPTIONS_AT; at + OPTION_BYTES <= end;) {
		const uint64_t code = number(blocks, at, 2), bytes = number(blocks, at + 2, 2);

		if (code == 0 || at + OPTION_BYTES + bytes > end)
			break;
		if ((code == OPTION_IFDROP || code == OPTION_OSDROP) && bytes == COUNTER_BYTES) {
			dropped += number(blocks, at + OPTION_BYTES, COUNTER_BYTES);
			any = true;
		}
		at += OPTION_BYTES + (size_t)((bytes + 3) & ~UINT64_C(3));
	}
	if (any && interface < BLOCKS_INTERFACES_MAX)
		blocks->dropped[interface] = dropped;
}

/* The first bytes of a block are there: how long is it, and what? */
static void
begin_block(struct blocks *blocks)
{
	const uint64_t type = number(blocks, 0, 4);

	if (type == BLOCK_SECTION)
		begin_section(blocks);
	else if (!blocks->told)
		blocks->other = true;
	blocks->told = true;
	blocks->length = (uint32_t)number(blocks, 4, 4);
	/* No block is shorter; libpcap will say so. */
	if (blocks->length < HEADER_BYTES || blocks->length % 4 != 0)
		blocks->other = true;
}

static void
end_block(struct blocks *blocks)
{
	if (number(blocks, 0, 4) == BLOCK_STATISTICS && blocks->length >= OPTIONS_AT + 4)
		take_statistics(blocks);
	blocks->at = blocks->kept = blocks->length = 0;
}

void
blocks_feed(struct blocks *blocks, const uint8_t *bytes, size_t len)
{
	while (len > 0 && !blocks->other) {
		/* Up to the end of the header, then up to that of the block. */
		const uint32_t until = blocks->at < HEADER_BYTES ? HEADER_BYTES : blocks->length;
		const size_t step = len < until - blocks->at ? len : until - blocks->at;
		const size_t room = BLOCKS_KEPT_BYTES - blocks->kept;
		const size_t keep = step < room ? step : room;

		memcpy(blocks->bytes + blocks->kept, bytes, keep);
		blocks->kept += (uint32_t)keep;
		blocks->at += (uint32_t)step;
		bytes += step;
		len -= step;
		if (blocks->at == HEADER_BYTES && blocks->length == 0)
			begin_block(blocks);
		if (!blocks->other && blocks->at >= HEADER_BYTES && blocks->at == blocks->length)
			end_block(blocks);
	}
}

uint64_t
blocks_dropped(const struct blocks *blocks)
{
	uint64_t sum = blocks->dropped_before;

	for (size_t i = 0; i < BLOCKS_INTERFACES_MAX; i++)
		sum += blocks->dropped[i];
	return sum;
}
