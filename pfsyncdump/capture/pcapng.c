/*
 * pcapng.c - a pcapng as libpcap can read it (see pcapng.h).
 *
 * SPDX-License-Identifier: ISC
 *
 * Block types, options and offsets: draft-ietf-opsawg-pcapng, sections 3 and 4.
 */
#include "pcapng.h"

#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "link.h"

enum {
	BLOCK_SECTION = 0x0a0d0d0a, /* the same in both byte orders */
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET = 2, /* obsolete */
	BLOCK_SIMPLE = 3,
	BLOCK_ENHANCED = 6
};
enum { BYTE_ORDER_MAGIC = 0x1a2b3c4d };
enum { OPTION_END = 0, OPTION_TSRESOL = 9, OPTION_TSOFFSET = 14 };

/* Type, length and the first word of any block; its length again at the end. */
enum { START_BYTES = 12, TAIL_BYTES = 4 };
enum { SECTION_BYTES = 24, INTERFACE_BYTES = 16, PACKET_BYTES = 28 };

#define TSRESOL_BINARY 0x80
/* With more bits fractions times 10^9 no longer fit into 64. */
#define TSRESOL_BITS_MAX 34
#define TSRESOL_BITS_LIMIT 64

enum { INPUT_BYTES = 65536, HEAD_BYTES = 4096 };

enum part {
	PART_HEAD, /* a block's first bytes are being collected */
	PART_GIVE, /* and given */
	PART_BODY, /* its other bytes, unchanged */
	PART_TAIL,
	PART_REST /* everything else of the file, unchanged */
};

struct interface {
	uint16_t link;
	uint8_t shift; /* bits that its times lose */
};

/* Packets from that number on are of that link type. */
struct run {
	uint64_t packet;
	uint16_t link;
};

struct pcapng {
	pcapng_source *source;
	void *user;
	enum part part;
	bool rest;      /* what comes is not looked at */
	bool begun;     /* length and kind of the block are known */
	bool any;       /* a section has begun */
	bool first_big; /* byte order of the first section */
	bool big;       /* of this one */
	bool has_first; /* interface */
	uint32_t snaplen;
	uint16_t first_link;
	GArray *interfaces;  /* struct interface: of the section */
	GArray *runs;        /* struct run: of packets not asked for yet */
	uint64_t packets;    /* passed so far */
	bool has_tail;       /* of the block, behind what is collected */
	uint32_t body_bytes; /* to come */
	size_t head_len;     /* bytes collected */
	size_t head_want;
	size_t head_given;
	const uint8_t *in;
	size_t in_len;
	uint8_t head[HEAD_BYTES];
	uint8_t input[INPUT_BYTES];
};

static uint32_t
get16(const uint8_t *at, bool big)
{
	return big ? (uint32_t)at[0] << 8 | at[1] : (uint32_t)at[1] << 8 | at[0];
}

static uint32_t
get32(const uint8_t *at, bool big)
{
	return big ? get16(at, true) << 16 | get16(at + 2, true)
		   : get16(at + 2, false) << 16 | get16(at, false);
}

static void
put32(uint8_t *at, uint32_t value, bool big)
{
	for (unsigned i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> (big ? 24 - 8 * i : 8 * i));
}

static void
put16(uint8_t *at, unsigned value, bool big)
{
	at[big ? 0 : 1] = (uint8_t)(value >> 8);
	at[big ? 1 : 0] = (uint8_t)value;
}

/* The number of `size` bytes into the byte order of the first section. */
static void
turn(const struct pcapng *pcapng, uint8_t *at, size_t size)
{
	if (pcapng->big == pcapng->first_big)
		return;
	for (size_t i = 0; i < size / 2; i++) {
		uint8_t other = at[size - 1 - i];

		at[size - 1 - i] = at[i];
		at[i] = other;
	}
}

struct pcapng *
pcapng_new(pcapng_source *source, void *user)
{
	struct pcapng *pcapng = calloc(1, sizeof(*pcapng));

	if (pcapng == NULL)
		return NULL;
	pcapng->source = source;
	pcapng->user = user;
	pcapng->head_want = START_BYTES;
	pcapng->interfaces = g_array_new(FALSE, FALSE, sizeof(struct interface));
	pcapng->runs = g_array_new(FALSE, FALSE, sizeof(struct run));
	return pcapng;
}

void
pcapng_free(struct pcapng *pcapng)
{
	if (pcapng == NULL)
		return;
	g_array_free(pcapng->interfaces, TRUE);
	g_array_free(pcapng->runs, TRUE);
	free(pcapng);
}

uint32_t
pcapng_snaplen(const struct pcapng *pcapng)
{
	return pcapng->snaplen;
}

int
pcapng_link(struct pcapng *pcapng, uint64_t packet)
{
	guint past = 0;

	while (past + 1 < pcapng->runs->len &&
	       g_array_index(pcapng->runs, struct run, past + 1).packet <= packet)
		past++;
	if (past > 0)
		g_array_remove_range(pcapng->runs, 0, past);
	return packet < pcapng->packets ? g_array_index(pcapng->runs, struct run, 0).link : -1;
}

/* --- what is changed ------------------------------------------------------ */

static void
change_section(struct pcapng *pcapng)
{
	turn(pcapng, pcapng->head + 8, 4);  /* byte-order magic */
	turn(pcapng, pcapng->head + 12, 2); /* version */
	turn(pcapng, pcapng->head + 14, 2);
	turn(pcapng, pcapng->head + 16, 8); /* length of the section */
	g_array_set_size(pcapng->interfaces, 0);
}

/* The bits too many of a time's resolution, which is changed. */
static uint8_t
change_resolution(uint8_t *tsresol)
{
	unsigned bits = *tsresol & (TSRESOL_BINARY - 1U);

	if ((*tsresol & TSRESOL_BINARY) == 0 || bits <= TSRESOL_BITS_MAX ||
	    bits >= TSRESOL_BITS_LIMIT)
		return 0;
	*tsresol = TSRESOL_BINARY | TSRESOL_BITS_MAX;
	return (uint8_t)(bits - TSRESOL_BITS_MAX);
}

static uint8_t
change_options(const struct pcapng *pcapng, uint8_t *at, const uint8_t *end)
{
	uint8_t shift = 0;

	while (end - at >= 4) {
		uint32_t code = get16(at, pcapng->big), len = get16(at + 2, pcapng->big);
		uint32_t padded = (len + 3) & ~3U;

		turn(pcapng, at, 2);
		turn(pcapng, at + 2, 2);
		at += 4;
		if (code == OPTION_END || padded > (size_t)(end - at))
			break;
		if (code == OPTION_TSRESOL && len == 1)
			shift = change_resolution(at);
		else if (code == OPTION_TSOFFSET && len == 8)
			turn(pcapng, at, 8);
		at += padded;
	}
	return shift;
}

/* Has each frame of that link type an IP header, or says that it has none? */
static bool
is_plain(int link)
{
	enum link_type type = link_type_of(link);

	return type != LINK_TYPE_UNKNOWN && type != LINK_TYPE_PFSYNC &&
	       type != LINK_TYPE_PFSYNC_MAYBE;
}

static void
change_interface(struct pcapng *pcapng)
{
	uint8_t *head = pcapng->head;
	struct interface interface = {.link = (uint16_t)get16(head + 8, pcapng->big)};

	if (!pcapng->has_first) {
		pcapng->first_link = interface.link;
		pcapng->snaplen = get32(head + 12, pcapng->big);
	}
	pcapng->has_first = true;
	turn(pcapng, head + 8, 2);
	if (is_plain(interface.link) && is_plain(pcapng->first_link))
		put16(head + 8, pcapng->first_link, pcapng->first_big);
	put32(head + 12, 0, false); /* snapshot length: none */
	if (!pcapng->has_tail)
		interface.shift = change_options(
		    pcapng, head + INTERFACE_BYTES, head + pcapng->head_len - TAIL_BYTES);
	g_array_append_val(pcapng->interfaces, interface);
}

static void
note_packet(struct pcapng *pcapng, const struct interface *interface)
{
	struct run run = {pcapng->packets++, interface->link};

	if (pcapng->runs->len == 0 ||
	    g_array_index(pcapng->runs, struct run, pcapng->runs->len - 1).link != run.link)
		g_array_append_val(pcapng->runs, run);
}

/* Interface number `n` of the section; one that is not there, as libpcap will say. */
static struct interface
interface_at(const struct pcapng *pcapng, uint32_t n)
{
	const struct interface none = {pcapng->first_link, 0};

	return n < pcapng->interfaces->len ? g_array_index(pcapng->interfaces, struct interface, n)
					   : none;
}

static void
change_packet(struct pcapng *pcapng, uint8_t *head, bool obsolete)
{
	struct interface interface = interface_at(
	    pcapng, obsolete ? get16(head + 8, pcapng->big) : get32(head + 8, pcapng->big));
	uint64_t time =
	    (uint64_t)get32(head + 12, pcapng->big) << 32 | get32(head + 16, pcapng->big);

	if (obsolete) {
		turn(pcapng, head + 8, 2);  /* interface */
		turn(pcapng, head + 10, 2); /* drops */
	} else
		turn(pcapng, head + 8, 4);
	time >>= interface.shift;
	put32(head + 12, (uint32_t)(time >> 32), pcapng->first_big);
	put32(head + 16, (uint32_t)time, pcapng->first_big);
	turn(pcapng, head + 20, 4); /* captured, original length */
	turn(pcapng, head + 24, 4);
	note_packet(pcapng, &interface);
}

static void
change_simple(struct pcapng *pcapng, uint8_t *head)
{
	struct interface interface = interface_at(pcapng, 0);

	turn(pcapng, head + 8, 4); /* original length */
	note_packet(pcapng, &interface);
}

/* --- block by block ------------------------------------------------------- */

/* Least length of such a block, and how much of it to collect. */
static size_t
least_bytes(uint32_t type)
{
	switch (type) {
	case BLOCK_SECTION:
		return SECTION_BYTES + TAIL_BYTES;
	case BLOCK_INTERFACE:
		return INTERFACE_BYTES + TAIL_BYTES;
	case BLOCK_PACKET:
	case BLOCK_ENHANCED:
		return PACKET_BYTES + TAIL_BYTES;
	case BLOCK_SIMPLE:
		return START_BYTES + TAIL_BYTES;
	default:
		return START_BYTES;
	}
}

/* Type, length and first word are there.  False: nothing that is known here. */
static bool
begin_block(struct pcapng *pcapng)
{
	const uint8_t *head = pcapng->head;
	uint32_t type, len;

	if (get32(head, false) == BLOCK_SECTION) {
		pcapng->big = get32(head + 8, true) == BYTE_ORDER_MAGIC;
		if (!pcapng->big && get32(head + 8, false) != BYTE_ORDER_MAGIC)
			return false;
		if (!pcapng->any)
			pcapng->first_big = pcapng->big;
		pcapng->any = true;
	}
	type = get32(head, pcapng->big);
	len = get32(head + 4, pcapng->big);
	if (!pcapng->any || len % 4 != 0 || len < least_bytes(type))
		return false;
	/* An interface with its options, unless they are endless. */
	if (len == START_BYTES || (type == BLOCK_INTERFACE && len <= sizeof(pcapng->head)))
		pcapng->head_want = len;
	else
		pcapng->head_want = MAX(START_BYTES, least_bytes(type) - TAIL_BYTES);
	pcapng->has_tail = pcapng->head_want < len;
	pcapng->body_bytes = pcapng->has_tail ? len - (uint32_t)pcapng->head_want - TAIL_BYTES : 0;
	return true;
}

/* All that was wanted of the block is there. */
static void
change_block(struct pcapng *pcapng)
{
	uint8_t *head = pcapng->head;
	uint32_t type = get32(head, pcapng->big), len = get32(head + 4, pcapng->big);

	turn(pcapng, head, 4);
	turn(pcapng, head + 4, 4);
	if (!pcapng->has_tail)
		turn(pcapng, head + len - TAIL_BYTES, TAIL_BYTES);
	switch (type) {
	case BLOCK_SECTION:
		change_section(pcapng);
		break;
	case BLOCK_INTERFACE:
		change_interface(pcapng);
		break;
	case BLOCK_PACKET:
	case BLOCK_ENHANCED:
		change_packet(pcapng, head, type == BLOCK_PACKET);
		break;
	case BLOCK_SIMPLE:
		change_simple(pcapng, head);
		break;
	default:
		break;
	}
}

/* From the input to the head, up to what is wanted; false: more is needed. */
static bool
collect(struct pcapng *pcapng)
{
	size_t len = MIN(pcapng->head_want - pcapng->head_len, pcapng->in_len);

	memcpy(pcapng->head + pcapng->head_len, pcapng->in, len);
	pcapng->head_len += len;
	pcapng->in += len;
	pcapng->in_len -= len;
	return pcapng->head_len == pcapng->head_want;
}

static void
collect_next(struct pcapng *pcapng, enum part part, size_t want)
{
	pcapng->part = part;
	pcapng->head_len = pcapng->head_given = 0;
	pcapng->head_want = want;
}

/* As soon as the first bytes show it: who reads from a pipe must not wait for more. */
static bool
is_no_pcapng(const struct pcapng *pcapng)
{
	static const uint8_t magic[] = {0x0a, 0x0d, 0x0d, 0x0a};

	return !pcapng->any &&
	       memcmp(pcapng->head, magic, MIN(pcapng->head_len, sizeof(magic))) != 0;
}

static void
give_rest(struct pcapng *pcapng)
{
	pcapng->part = PART_GIVE;
	pcapng->rest = true;
}

/* More of the head is there: is it all? */
static void
head_part(struct pcapng *pcapng)
{
	bool all = collect(pcapng);

	if (is_no_pcapng(pcapng)) {
		give_rest(pcapng);
		return;
	}
	if (all && !pcapng->begun) {
		pcapng->begun = begin_block(pcapng);
		if (!pcapng->begun) {
			give_rest(pcapng);
			return;
		}
		all = pcapng->head_len == pcapng->head_want;
	}
	if (!all)
		return;
	change_block(pcapng);
	pcapng->part = PART_GIVE;
}

/* Up to `size` bytes of the head. */
static size_t
give_part(struct pcapng *pcapng, char *out, size_t size)
{
	size_t len = MIN(pcapng->head_len - pcapng->head_given, size);

	memcpy(out, pcapng->head + pcapng->head_given, len);
	pcapng->head_given += len;
	if (pcapng->head_given < pcapng->head_len)
		return len;
	if (pcapng->rest)
		pcapng->part = PART_REST;
	else if (pcapng->body_bytes > 0)
		pcapng->part = PART_BODY;
	else if (pcapng->has_tail)
		collect_next(pcapng, PART_TAIL, TAIL_BYTES);
	else
		collect_next(pcapng, PART_HEAD, START_BYTES);
	pcapng->begun = pcapng->begun && pcapng->part != PART_HEAD;
	return len;
}

static size_t
plain_part(struct pcapng *pcapng, char *out, size_t size)
{
	size_t len = MIN(size, pcapng->in_len);

	if (pcapng->part == PART_BODY) {
		len = MIN(len, pcapng->body_bytes);
		pcapng->body_bytes -= (uint32_t)len;
		if (pcapng->body_bytes == 0)
			collect_next(pcapng, PART_TAIL, TAIL_BYTES);
	}
	memcpy(out, pcapng->in, len);
	pcapng->in += len;
	pcapng->in_len -= len;
	return len;
}

static void
tail_part(struct pcapng *pcapng)
{
	if (!collect(pcapng))
		return;
	turn(pcapng, pcapng->head, TAIL_BYTES);
	pcapng->has_tail = false;
	pcapng->part = PART_GIVE;
}

/* What the input there is yields, up to `size` bytes. */
static size_t
pass(struct pcapng *pcapng, char *out, size_t size)
{
	size_t done = 0;

	while (done < size && (pcapng->in_len > 0 || pcapng->part == PART_GIVE)) {
		switch (pcapng->part) {
		case PART_HEAD:
			head_part(pcapng);
			break;
		case PART_TAIL:
			tail_part(pcapng);
			break;
		case PART_GIVE:
			done += give_part(pcapng, out + done, size - done);
			break;
		case PART_BODY:
		case PART_REST:
		default:
			done += plain_part(pcapng, out + done, size - done);
			break;
		}
	}
	return done;
}

ssize_t
pcapng_read(struct pcapng *pcapng, char *buffer, size_t size)
{
	for (;;) {
		size_t done = pass(pcapng, buffer, size);
		ssize_t got;

		if (done > 0 || size == 0)
			return (ssize_t)done;
		/* No more changes to come: without this copy. */
		if (pcapng->part == PART_REST)
			return pcapng->source(pcapng->user, buffer, size);
		got = pcapng->source(pcapng->user, (char *)pcapng->input, sizeof(pcapng->input));
		if (got < 0)
			return got;
		if (got == 0) {
			/* The file ends inside a block: what is there of it. */
			if (pcapng->head_len == pcapng->head_given)
				return 0;
			give_rest(pcapng);
			continue;
		}
		pcapng->in = pcapng->input;
		pcapng->in_len = (size_t)got;
	}
}
