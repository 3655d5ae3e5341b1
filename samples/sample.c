/*
 * sample.c - from a story to a capture file.
 *
 * SPDX-License-Identifier: ISC
 */
#include "sample.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "junk.h"

void
sample_begin(struct sample *sample, const struct capture_form *form)
{
	sample->form = *form;
	if (form->file.linktype == 0)
		sample->form.file.linktype = link_type(form->link);
	sample->frames = 0;
	buffer_reset(&sample->file);
	pcap_begin(&sample->file, &sample->form.file);
}

uint16_t
sample_ip_id(const struct sample *sample)
{
	return (uint16_t)(4711 + sample->frames * 1543);
}

void
sample_frame(struct sample *sample, int64_t time_ns, const uint8_t *bytes, size_t len)
{
	pcap_frame(&sample->file, &sample->form.file, time_ns, bytes, len);
	sample->frames++;
	sample->last_ns = time_ns;
}

struct ip_packet
sample_ip(
    const struct sample *sample, const struct story_frame *told, const uint8_t *bytes, size_t len)
{
	static const struct pfsync_addr nodes4[CAST_NODES] = {{{10, 9, 0, 1}}, {{10, 9, 0, 2}}};
	static const struct pfsync_addr nodes6[CAST_NODES] = {
	    {{0xfd, 0x09, [15] = 1}}, {{0xfd, 0x09, [15] = 2}}};
	const struct capture_form *form = &sample->form;
	const bool ip6 = form->ip == IP_FORM_6 || form->ip == IP_FORM_6_HOP_BY_HOP;
	const struct pfsync_addr *nodes = ip6 ? nodes6 : nodes4;
	struct ip_packet ip = ip_pfsync(ip6);

	ip.payload = bytes;
	ip.len = len;
	ip.id = sample_ip_id(sample);
	ip.hop_by_hop = form->ip == IP_FORM_6_HOP_BY_HOP;
	if (form->ttl != 0)
		ip.ttl = form->ttl;
	/* OpenBSD 7.4 shows a header without source and checksum on pfsync0 (OB 3.3). */
	ip.zero_checksum = form->tap_ip;
	if (!form->tap_ip)
		ip.src = nodes[told->node];
	if (told->unicast)
		ip.dst = nodes[1 - told->node];
	return ip;
}

struct link_frame
sample_link(const struct sample *sample, const struct story_frame *told)
{
	/* Locally administered addresses that end like the IPv4 ones. */
	static const struct link_mac macs[CAST_NODES] = {
	    {{0x02, 0x00, 0x0a, 0x09, 0x00, 0x01}}, {{0x02, 0x00, 0x0a, 0x09, 0x00, 0x02}}};
	const struct capture_form *form = &sample->form;
	const bool ip6 = form->ip == IP_FORM_6 || form->ip == IP_FORM_6_HOP_BY_HOP;
	const struct ip_address group = ip_pfsync_group(ip6);

	return (struct link_frame){
	    .kind = form->link,
	    .ip6 = ip6,
	    .src = macs[told->node],
	    .dst = told->unicast ? macs[1 - told->node] : link_group_mac(ip6, &group.addr),
	    .vlan = 9,
	    .outer_vlan = 100,
	    .padded = form->link == LINK_ETHERNET && told->node == CAST_B,
	    .af_inet6 = 28,
	};
}

void
sample_packet(
    struct sample *sample, const struct story_frame *told, const uint8_t *bytes, size_t len)
{
	const struct ip_packet ip = sample_ip(sample, told, bytes, len);
	const struct link_frame link = sample_link(sample, told);
	struct buffer packet = {0}, frame = {0};

	if (sample->form.ip == IP_FORM_NONE)
		buffer_add(&packet, bytes, len);
	else
		ip_write(&packet, &ip);
	link_write(&frame, &link, packet.bytes, packet.len);
	sample_frame(sample, told->time_ns, frame.bytes, frame.len);
	buffer_free(&packet);
	buffer_free(&frame);
}

void
sample_story(struct sample *sample, const struct story *story, const struct capture_form *form)
{
	uint8_t bytes[SAMPLE_PACKET_MAX];

	sample_begin(sample, form);
	for (size_t i = 0; i < story->count; i++) {
		size_t len = story_encode(story, &story->frames[i], bytes, sizeof(bytes));
		if (form->junk)
			junk_fill(story->cast.dialect, bytes, len);
		sample_packet(sample, &story->frames[i], bytes, len);
	}
}

void
sample_free(struct sample *sample)
{
	buffer_free(&sample->file);
}

void
sample_save_bytes(const struct buffer *bytes, const char *folder, const char *name)
{
	char path[4096];
	FILE *file;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", folder, name) >= sizeof(path)) {
		fprintf(stderr, "make_samples: %s: path is too long\n", folder);
		exit(2);
	}
	file = fopen(path, "wb");
	/* The empty file has no bytes to point at. */
	if (file == NULL ||
	    (bytes->len > 0 && fwrite(bytes->bytes, 1, bytes->len, file) != bytes->len) ||
	    fclose(file) != 0) {
		fprintf(stderr, "make_samples: cannot write %s: %s\n", path, strerror(errno));
		exit(2);
	}
}

void
sample_save(const struct sample *sample, const char *folder, const char *name)
{
	sample_save_bytes(&sample->file, folder, name);
}
