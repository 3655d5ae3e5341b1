/*
 * sample.h - from a story to a capture file.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef SAMPLES_SAMPLE_H
#define SAMPLES_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"
#include "ip_write.h"
#include "link_write.h"
#include "pcap_write.h"
#include "story.h"

/* Largest pfsync packet in a sample: a raw v1 buffer (OB 5.3). */
enum { SAMPLE_PACKET_MAX = 2048 };

enum ip_form { IP_FORM_4, IP_FORM_6, IP_FORM_6_HOP_BY_HOP, IP_FORM_NONE };

/* How the story is captured; zero-initialise for Ethernet, IPv4, classic pcap. */
struct capture_form {
	struct pcap_format file; /* linktype 0: that of `link` */
	enum link_kind link;
	enum ip_form ip;
	uint8_t ttl; /* 0 = 255 */
	bool junk;   /* with old memory where kernels left it */
	bool tap_ip; /* OpenBSD 7.4's pfsync0: IPv4 header without source (OB 3.3) */
};

/* A capture file in memory; zero-initialise, free with sample_free(). */
struct sample {
	struct capture_form form;
	struct buffer file;
	unsigned frames;
	int64_t last_ns;
};

void sample_begin(struct sample *sample, const struct capture_form *form);
/*
 * Add one pfsync packet as the form says.  `told` gives time, sender and
 * destination.
 */
void sample_packet(
    struct sample *sample, const struct story_frame *told, const uint8_t *bytes, size_t len);
/* What stands around that packet: the caller may change it before writing. */
struct ip_packet sample_ip(
    const struct sample *sample, const struct story_frame *told, const uint8_t *bytes, size_t len);
struct link_frame sample_link(const struct sample *sample, const struct story_frame *told);
/* Add a finished link-layer frame. */
void sample_frame(struct sample *sample, int64_t time_ns, const uint8_t *bytes, size_t len);
/* The identification that the next IP packet of the sample gets. */
uint16_t sample_ip_id(const struct sample *sample);
void sample_free(struct sample *sample);

/* A whole story in one capture. */
void sample_story(
    struct sample *sample, const struct story *story, const struct capture_form *form);

/* Write the file into `folder`.  Ends the program if that fails. */
void sample_save(const struct sample *sample, const char *folder, const char *name);
/* The same for any bytes. */
void sample_save_bytes(const struct buffer *bytes, const char *folder, const char *name);

#endif
