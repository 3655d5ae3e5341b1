/*
 * make_broken.c - everything that is wrong in some way.
 *
 * SPDX-License-Identifier: ISC
 *
 * Each capture has good packets before and behind the bad ones, to show that
 * these are still read.
 */
#include "make.h"

#include <string.h>

#include "sample.h"

/* Where things stand in a packet of version 5 and 6. */
enum { LEN = 2, FIRST_SECTION = 20, SECTION_COUNT = 2, SECTION_BODY = 4 };
enum { RECORD_IFNAME = 8, V6_RECORD = 264, V6_TAIL = 250 };

/* A capture that is being put together from packets of one story. */
struct broken {
	struct sample sample;
	struct story *story;
	struct story_frame at;            /* time and sender of the next packet */
	uint8_t bytes[SAMPLE_PACKET_MAX]; /* the packet at hand */
	size_t len;
};

static void
begin(struct broken *b, const char *dialect)
{
	const struct capture_form form = {.link = LINK_ETHERNET};

	*b = (struct broken){.story = story_new(pfsync_dialect_by_name(dialect), STORY_WIRE)};
	b->at = b->story->frames[0];
	b->at.node = CAST_A;
	sample_begin(&b->sample, &form);
}

/* Go on in another dialect's words. */
static void
speak(struct broken *b, const char *dialect)
{
	story_free(b->story);
	b->story = story_new(pfsync_dialect_by_name(dialect), STORY_WIRE);
}

/* Take the story's first packet that begins with `action`. */
static void
take(struct broken *b, enum pfsync_action action)
{
	const struct story *story = b->story;

	for (size_t i = 0; i < story->count; i++) {
		if (story->frames[i].messages[0].action != action)
			continue;
		b->len = story_encode(story, &story->frames[i], b->bytes, sizeof(b->bytes));
		break;
	}
}

static void
send(struct broken *b)
{
	b->at.time_ns += 100000000;
	sample_packet(&b->sample, &b->at, b->bytes, b->len);
}

static void
good(struct broken *b, enum pfsync_action action)
{
	take(b, action);
	send(b);
}

static void
put16(struct broken *b, size_t at, unsigned value)
{
	b->bytes[at] = (uint8_t)(value >> 8);
	b->bytes[at + 1] = (uint8_t)value;
}

static void
save(struct broken *b, const char *folder, const char *name)
{
	sample_save(&b->sample, folder, name);
	sample_free(&b->sample);
	story_free(b->story);
}

/* ------------------------------------------------------------------------ */

static void
make_files(const char *folder)
{
	struct broken b;
	const struct buffer nothing = {0};

	begin(&b, "openbsd-6k");
	good(&b, PFSYNC_ACT_UPD_REQ);
	good(&b, PFSYNC_ACT_INS);
	good(&b, PFSYNC_ACT_INS);
	b.sample.file.len -= 100;
	save(&b, folder, "broken-cut-short.pcap");

	begin(&b, "openbsd-6k");
	good(&b, PFSYNC_ACT_INS);
	b.sample.file.bytes[0] ^= 0x55;
	save(&b, folder, "broken-magic.pcap");

	sample_save_bytes(&nothing, folder, "broken-empty.pcap");
}

/* More records announced than there are. */
static void
make_count(const char *folder)
{
	struct broken b;

	begin(&b, "openbsd-2e");
	good(&b, PFSYNC_ACT_INS);
	take(&b, PFSYNC_ACT_INS);
	b.bytes[3] = 200;
	send(&b);
	good(&b, PFSYNC_ACT_DEL_C);
	save(&b, folder, "broken-count-v2.pcap");

	begin(&b, "freebsd-10");
	good(&b, PFSYNC_ACT_INS);
	take(&b, PFSYNC_ACT_INS);
	put16(&b, FIRST_SECTION + SECTION_COUNT, 65535);
	send(&b);
	good(&b, PFSYNC_ACT_DEL_C);
	save(&b, folder, "broken-count-v5.pcap");

	begin(&b, "openbsd-6k");
	good(&b, PFSYNC_ACT_INS);
	take(&b, PFSYNC_ACT_INS);
	put16(&b, FIRST_SECTION + SECTION_COUNT, 4);
	send(&b);
	good(&b, PFSYNC_ACT_DEL_C);
	save(&b, folder, "broken-count-v6.pcap");
}

/* The header's length: less than the header, less than the packet, more. */
static void
make_len(const char *folder)
{
	struct broken b;

	begin(&b, "openbsd-6k");
	good(&b, PFSYNC_ACT_INS);
	take(&b, PFSYNC_ACT_DEL_C);
	put16(&b, LEN, 19);
	send(&b);
	take(&b, PFSYNC_ACT_INS);
	put16(&b, LEN, (unsigned)b.len - V6_RECORD);
	send(&b);
	take(&b, PFSYNC_ACT_INS);
	put16(&b, LEN, (unsigned)b.len + 8);
	send(&b);
	good(&b, PFSYNC_ACT_DEL_C);
	save(&b, folder, "broken-len.pcap");
}

/* A section of `count` records of `words` words in front of all others. */
static void
insert_section(struct broken *b, unsigned action, unsigned words, unsigned count, size_t body)
{
	memmove(b->bytes + FIRST_SECTION + SECTION_BODY + body, b->bytes + FIRST_SECTION,
	    b->len - FIRST_SECTION);
	memset(b->bytes + FIRST_SECTION, 0, SECTION_BODY + body);
	b->bytes[FIRST_SECTION] = (uint8_t)action;
	b->bytes[FIRST_SECTION + 1] = (uint8_t)words;
	put16(b, FIRST_SECTION + SECTION_COUNT, count);
	b->len += SECTION_BODY + body;
	put16(b, LEN, (unsigned)b->len);
}

static void
make_actions(const char *folder)
{
	struct broken b;

	/* No length in v5: the rest is lost. */
	begin(&b, "freebsd-10");
	good(&b, PFSYNC_ACT_INS);
	take(&b, PFSYNC_ACT_UPD_C);
	insert_section(&b, 77, 0, 1, 16);
	send(&b);
	good(&b, PFSYNC_ACT_DEL_C);
	save(&b, folder, "broken-action-v5.pcap");

	begin(&b, "openbsd-6k");
	good(&b, PFSYNC_ACT_INS);
	take(&b, PFSYNC_ACT_UPD_C);
	insert_section(&b, 77, 4, 2, 32); /* unknown */
	send(&b);
	take(&b, PFSYNC_ACT_UPD_C);
	insert_section(&b, 8, 4, 1, 16); /* reserved: INS_F */
	send(&b);
	take(&b, PFSYNC_ACT_UPD_C);
	insert_section(&b, 1, 60, 1, 240); /* retired: INS of version 5 */
	send(&b);
	good(&b, PFSYNC_ACT_DEL_C);
	save(&b, folder, "broken-action-v6.pcap");

	begin(&b, "openbsd-2e");
	good(&b, PFSYNC_ACT_INS);
	take(&b, PFSYNC_ACT_INS);
	b.bytes[2] = 42;
	send(&b);
	take(&b, PFSYNC_ACT_INS);
	b.bytes[2] = 6; /* reserved: INS_F */
	send(&b);
	good(&b, PFSYNC_ACT_DEL_C);
	save(&b, folder, "broken-action-v2.pcap");
}

static void
make_stride(const char *folder)
{
	struct broken b;

	begin(&b, "openbsd-6j");
	good(&b, PFSYNC_ACT_INS);
	take(&b, PFSYNC_ACT_INS);
	b.bytes[FIRST_SECTION + 1] = 0; /* no length: the known one is used */
	send(&b);
	take(&b, PFSYNC_ACT_INS);
	b.bytes[FIRST_SECTION + 1] = 1; /* shorter than a record */
	send(&b);
	take(&b, PFSYNC_ACT_UPD_C);
	insert_section(&b, 77, 0, 3, 0); /* unknown, without a length */
	send(&b);
	good(&b, PFSYNC_ACT_DEL_C);
	save(&b, folder, "broken-stride0.pcap");
}

/* Names without an end, with what would spoil a terminal in them. */
static void
make_names(const char *folder)
{
	enum { TAGNAME = 232, RT_IFNAME = 296, ORIG_IFNAME = 312 };
	const size_t record = FIRST_SECTION + SECTION_BODY;
	struct broken b;

	begin(&b, "freebsd-15");
	good(&b, PFSYNC_ACT_INS);
	take(&b, PFSYNC_ACT_INS);
	memset(b.bytes + record + RECORD_IFNAME, 'i', PFSYNC_IFNAMSIZ);
	memcpy(b.bytes + record + TAGNAME, "\033]0;title\007\033[31m", 14);
	memset(b.bytes + record + TAGNAME + 14, 't', PFSYNC_TAGSIZ - 14);
	memset(b.bytes + record + RT_IFNAME, 0xff, PFSYNC_IFNAMSIZ);
	memcpy(b.bytes + record + ORIG_IFNAME, "a\"b\\c\n\td\r<&>'`%", PFSYNC_IFNAMSIZ);
	send(&b);
	take(&b, PFSYNC_ACT_CLR);
	memset(b.bytes + record, 0x9b, PFSYNC_IFNAMSIZ);
	send(&b);
	good(&b, PFSYNC_ACT_DEL_C);
	save(&b, folder, "broken-names.pcap");
}

static void
make_version(const char *folder)
{
	struct broken b;

	begin(&b, "openbsd-6k");
	good(&b, PFSYNC_ACT_INS);
	take(&b, PFSYNC_ACT_INS);
	b.bytes[0] = 7;
	send(&b);
	b.bytes[0] = 0;
	send(&b);
	good(&b, PFSYNC_ACT_DEL_C);
	save(&b, folder, "broken-version.pcap");
}

/* Values that receivers refuse (SEM 2.2). */
static void
make_values(const char *folder)
{
	enum { SRC_STATE = 104 + 24, AF = V6_TAIL, DIRECTION = 252, TIMEOUT = 255 };
	const size_t record = FIRST_SECTION + SECTION_BODY;
	struct broken b;

	begin(&b, "openbsd-6k");
	good(&b, PFSYNC_ACT_INS);
	good(&b, PFSYNC_ACT_INS);
	take(&b, PFSYNC_ACT_INS);
	b.bytes[record + SRC_STATE] = 13;
	b.bytes[record + V6_RECORD + DIRECTION] = 7;
	b.bytes[record + 2 * V6_RECORD + TIMEOUT] = 99;
	send(&b);
	take(&b, PFSYNC_ACT_INS);
	b.bytes[record + AF] = 99;
	send(&b);
	good(&b, PFSYNC_ACT_DEL_C);
	save(&b, folder, "broken-values.pcap");
}

static void
make_tail(const char *folder)
{
	struct broken b;

	begin(&b, "openbsd-6k");
	good(&b, PFSYNC_ACT_INS);
	take(&b, PFSYNC_ACT_INS);
	memcpy(b.bytes + b.len, "garbage behind the end", 22);
	b.len += 22;
	send(&b);
	good(&b, PFSYNC_ACT_DEL_C);
	speak(&b, "openbsd-2e");
	b.at.node = CAST_B;
	good(&b, PFSYNC_ACT_INS);
	take(&b, PFSYNC_ACT_DEL_C);
	memcpy(b.bytes + b.len, "garbage", 7);
	b.len += 7;
	send(&b);
	good(&b, PFSYNC_ACT_INS);
	save(&b, folder, "broken-tail.pcap");
}

/* Packets that end inside their header. */
static void
make_short(const char *folder)
{
	const size_t lengths[] = {0, 1, 3, 19};
	struct broken b;

	begin(&b, "openbsd-6k");
	good(&b, PFSYNC_ACT_INS);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		take(&b, PFSYNC_ACT_INS);
		b.len = lengths[i];
		send(&b);
	}
	good(&b, PFSYNC_ACT_DEL_C);
	save(&b, folder, "broken-short.pcap");
}

/* What receivers drop before they look at pfsync (SEM 2.1), or never would. */
static void
make_ip(const char *folder)
{
	enum { IP = 24 + 16 + 14, IP_CHECKSUM = IP + 10 };
	struct broken b;

	begin(&b, "openbsd-6k");
	good(&b, PFSYNC_ACT_INS);
	b.sample.form.ttl = 64;
	good(&b, PFSYNC_ACT_UPD);
	b.sample.form.ttl = 0;
	good(&b, PFSYNC_ACT_DEL_C);
	save(&b, folder, "broken-ttl.pcap");

	begin(&b, "openbsd-6k");
	good(&b, PFSYNC_ACT_INS);
	b.sample.file.bytes[IP_CHECKSUM] ^= 0xff;
	good(&b, PFSYNC_ACT_DEL_C);
	save(&b, folder, "broken-checksum.pcap");
}

void
make_broken(const char *folder)
{
	make_files(folder);
	make_count(folder);
	make_len(folder);
	make_actions(folder);
	make_stride(folder);
	make_names(folder);
	make_version(folder);
	make_values(folder);
	make_tail(folder);
	make_short(folder);
	make_ip(folder);
}
