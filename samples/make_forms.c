/*
 * make_forms.c - the same story in every form a capture can have.
 *
 * SPDX-License-Identifier: ISC
 */
#include "make.h"

#include "pack.h"
#include "sample.h"

/* ------------------------------------------------------------------------
 * Link layers, IP versions, file formats: one row a file.
 */

#define OPENBSD "openbsd-6k"
#define OPENBSD_OLD "openbsd-6j"
#define FREEBSD "freebsd-14"

static const struct {
	const char *name;
	const char *dialect;
	struct capture_form form;
} forms[] = {
    {"link-vlan.pcap", OPENBSD, {.link = LINK_VLAN}},
    {"link-qinq.pcap", OPENBSD, {.link = LINK_QINQ}},
    {"link-sll.pcap", OPENBSD, {.link = LINK_SLL}},
    {"link-sll2.pcap", OPENBSD, {.link = LINK_SLL2}},
    {"link-raw.pcap", OPENBSD, {.link = LINK_RAW}},
    {"link-null-le.pcap", OPENBSD, {.link = LINK_NULL_LITTLE}},
    {"link-null-be.pcap", OPENBSD, {.link = LINK_NULL_BIG}},
    {"link-null-ipv6.pcap", FREEBSD, {.link = LINK_NULL_LITTLE, .ip = IP_FORM_6}},
    {"link-loop.pcap", OPENBSD, {.link = LINK_LOOP}},
    {"link-raw-ipv6.pcap", FREEBSD, {.link = LINK_RAW, .ip = IP_FORM_6}},

    {"pfsync0-246.pcap", FREEBSD, {.link = LINK_TAP, .ip = IP_FORM_NONE}},
    {"pfsync0-121.pcap", FREEBSD, {.link = LINK_TAP_FREEBSD, .ip = IP_FORM_NONE}},
    {"pfsync0-18.pcap", OPENBSD_OLD, {.link = LINK_TAP_OPENBSD, .ip = IP_FORM_NONE}},
    {"pfsync0-18-ip.pcap", OPENBSD, {.link = LINK_TAP_OPENBSD, .tap_ip = true}},

    {"ipv6.pcap", FREEBSD, {.ip = IP_FORM_6}},
    {"ipv6-hop-by-hop.pcap", FREEBSD, {.ip = IP_FORM_6_HOP_BY_HOP}},

    {"file-pcap-be.pcap", OPENBSD, {.file.big = true}},
    {"file-pcap-nano.pcap", OPENBSD, {.file.nano = true}},
    {"file-pcap-be-nano.pcap", OPENBSD, {.file.big = true, .file.nano = true}},
    {"file-pcapng.pcapng", OPENBSD, {.file.pcapng = true}},
    {"file-pcapng-be.pcapng", OPENBSD, {.file.pcapng = true, .file.big = true}},
    {"file-pcapng-nano.pcapng", OPENBSD, {.file.pcapng = true, .file.nano = true}},
    {"file-pcapng-be-nano.pcapng", OPENBSD,
	{.file.pcapng = true, .file.big = true, .file.nano = true}},

    {"snapped-96.pcap", OPENBSD, {.file.snaplen = 96}},
    {"snapped-96-v2.pcap", "openbsd-2e", {.file.snaplen = 96}},
    {"snapped-96-v5.pcap", FREEBSD, {.file.snaplen = 96}},
};

/* pfsync0 shows what its own node sends, everything else both. */
static struct story *
story_for(const char *dialect, const struct capture_form *form)
{
	return story_new(
	    pfsync_dialect_by_name(dialect), link_is_tap(form->link) ? STORY_TAP : STORY_WIRE);
}

static void
make_rows(const char *folder)
{
	struct sample sample = {0};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct story *story = story_for(forms[i].dialect, &forms[i].form);
		sample_story(&sample, story, &forms[i].form);
		sample_save(&sample, folder, forms[i].name);
		story_free(story);
	}
	sample_free(&sample);
}

static void
make_packed(const char *folder)
{
	const struct capture_form plain = {.link = LINK_ETHERNET};
	struct story *story = story_for(OPENBSD, &plain);
	struct sample sample = {0};
	struct buffer packed = {0};

	sample_story(&sample, story, &plain);
	pack_gzip(&packed, &sample.file);
	sample_save_bytes(&packed, folder, "file-gzip.pcap.gz");
	buffer_reset(&packed);
	pack_zstd(&packed, &sample.file);
	sample_save_bytes(&packed, folder, "file-zstd.pcap.zst");
	buffer_free(&packed);
	story_free(story);
	sample_free(&sample);
}

/* ------------------------------------------------------------------------
 * Fragments
 */

enum { PART_BYTES = 256 };

struct fragment_form {
	const char *name;
	bool ip6;
	bool reversed;    /* the last part arrives first */
	unsigned lost_of; /* 1-based number of the datagram whose second part is lost */
};

static const struct fragment_form fragment_forms[] = {
    {"fragments.pcap", false, false, 0},
    {"fragments-reordered.pcap", false, true, 0},
    {"fragments-lost.pcap", false, false, 2},
    {"ipv6-fragments.pcap", true, false, 0},
};

static void
add_parts(struct sample *sample, const struct fragment_form *form, const struct story_frame *told,
    const uint8_t *bytes, size_t total, bool lossy)
{
	const struct ip_packet ip = sample_ip(sample, told, bytes, total);
	struct link_frame link = sample_link(sample, told);
	size_t parts = (total + PART_BYTES - 1) / PART_BYTES;

	link.padded = false;
	for (size_t i = 0; i < parts; i++) {
		size_t part = form->reversed ? parts - 1 - i : i;
		size_t at = part * PART_BYTES;
		size_t len = total - at < PART_BYTES ? total - at : PART_BYTES;
		struct buffer packet = {0}, frame = {0};
		if (lossy && part == 1)
			continue;
		ip_write_fragment(&packet, &ip, at, len);
		link_write(&frame, &link, packet.bytes, packet.len);
		sample_frame(sample, told->time_ns + (int64_t)i * 20000, frame.bytes, frame.len);
		buffer_free(&packet);
		buffer_free(&frame);
	}
}

static void
make_fragments(const char *folder, const struct fragment_form *form)
{
	const struct capture_form file = {.ip = form->ip6 ? IP_FORM_6 : IP_FORM_4};
	struct story *story = story_for(FREEBSD, &file);
	struct sample sample = {0};
	unsigned datagrams = 0;
	uint8_t bytes[SAMPLE_PACKET_MAX];

	sample_begin(&sample, &file);
	for (size_t i = 0; i < story->count; i++) {
		const struct story_frame *told = &story->frames[i];
		size_t len = story_encode(story, told, bytes, sizeof(bytes));
		if (len <= PART_BYTES) {
			sample_packet(&sample, told, bytes, len);
			continue;
		}
		datagrams++;
		add_parts(&sample, form, told, bytes, len, datagrams == form->lost_of);
	}
	sample_save(&sample, folder, form->name);
	story_free(story);
	sample_free(&sample);
}

void
make_forms(const char *folder)
{
	make_rows(folder);
	make_packed(folder);
	for (size_t i = 0; i < sizeof(fragment_forms) / sizeof(fragment_forms[0]); i++)
		make_fragments(folder, &fragment_forms[i]);
}
