/*
 * rewrap.c - pfsync packets into a capture file that any program opens.
 *
 * SPDX-License-Identifier: ISC
 */
#include "rewrap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/compat.h"
#include "outfile.h"

enum {
	DLT_ETHERNET = 1,
	ETHERNET_HEADER = 14,
	IP4_HEADER = 20,
	IP6_HEADER = 40,
	IP_HEADER_MAX = 256,
	IP_TOTAL_MAX = 65535,
	PAYLOAD_MAX = 262144 - ETHERNET_HEADER - IP_HEADER_MAX,
	TYPE_IP4 = 0x0800,
	TYPE_IP6 = 0x86dd,
	TOS_LOWDELAY = 0x10,
	DONT_FRAGMENT = 0x40
};

struct rewrap {
	const char *path;
	pcap_t *pcap;
	struct outfile *file;
	pcap_dumper_t *dumper;
	bool failed;
	int error; /* errno then */
	uint8_t frame[ETHERNET_HEADER + IP_HEADER_MAX + PAYLOAD_MAX];
};

static const uint8_t group4[4] = {224, 0, 0, 240};

static void
explain(char error[CAPTURE_ERROR_MAX], const char *path, const char *reason)
{
	char shown[256];

	pfsync_text_name(shown, sizeof(shown), path, strlen(path));
	snprintf(error, CAPTURE_ERROR_MAX, "-w %s: %s", shown, reason);
}

/* The file and its header.  False with errno. */
static bool
begin(struct rewrap *rewrap)
{
	FILE *stream;
	int fd;

	rewrap->file = outfile_open(rewrap->path);
	if (rewrap->file == NULL)
		return false;
	/* libpcap closes what it writes to; the file itself stays open. */
	fd = dup(fileno(outfile_stream(rewrap->file)));
	stream = fd >= 0 ? fdopen(fd, "wb") : NULL;
	if (stream == NULL) {
		const int error = errno;

		if (fd >= 0)
			close(fd);
		errno = error;
		return false;
	}
	errno = 0;
	rewrap->dumper = pcap_dump_fopen(rewrap->pcap, stream);
	if (rewrap->dumper != NULL)
		return true;
	fclose(stream);
	return false;
}

struct rewrap *
rewrap_open(const char *path, char error[CAPTURE_ERROR_MAX])
{
	struct rewrap *rewrap = calloc(1, sizeof(*rewrap));
	const char *reason = "out of memory";

	if (rewrap != NULL) {
		rewrap->path = path;
		rewrap->pcap = pcap_open_dead_with_tstamp_precision(
		    DLT_ETHERNET, sizeof(rewrap->frame), PCAP_TSTAMP_PRECISION_NANO);
	}
	if (rewrap != NULL && rewrap->pcap != NULL) {
		if (begin(rewrap))
			return rewrap;
		reason = errno != 0 ? strerror(errno) : "cannot be written";
	}
	explain(error, path, reason);
	if (rewrap != NULL) {
		outfile_discard(rewrap->file);
		if (rewrap->pcap != NULL)
			pcap_close(rewrap->pcap);
	}
	free(rewrap);
	return NULL;
}

static void
put_be16(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void
put_checksum4(uint8_t *header)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < IP4_HEADER; i += 2)
		sum += (uint32_t)header[i] << 8 | header[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	put_be16(header + 10, ~sum & 0xffff);
}

/* 0 is what hardware is given to cut: "not known". */
static size_t
total_length(size_t length)
{
	return length <= IP_TOTAL_MAX ? length : 0;
}

static size_t
make_ip4(uint8_t *at, const struct capture_packet *packet)
{
	static const uint8_t nobody[4] = {192, 0, 2, 0};
	const bool has_dst = packet->af == PFSYNC_AF_INET;

	memset(at, 0, IP4_HEADER);
	at[0] = 0x45;
	at[1] = TOS_LOWDELAY;
	put_be16(at + 2, total_length(IP4_HEADER + packet->wirelen));
	if (packet->has_ip_id)
		put_be16(at + 4, packet->ip_id);
	at[6] = packet->reassembled ? 0 : DONT_FRAGMENT;
	at[8] = packet->has_ttl ? packet->ttl : PFSYNC_TTL;
	at[9] = PFSYNC_IPPROTO;
	if (capture_has_source(packet)) {
		memcpy(at + 12, packet->src.b, 4);
	} else {
		memcpy(at + 12, nobody, 4);
		at[15] = (uint8_t)(packet->file + 1);
	}
	memcpy(at + 16, has_dst ? packet->dst.b : group4, 4);
	put_checksum4(at);
	return IP4_HEADER;
}

static size_t
make_ip6(uint8_t *at, const struct capture_packet *packet)
{
	memset(at, 0, IP6_HEADER);
	at[0] = 0x60;
	put_be16(at + 4, total_length(packet->wirelen));
	at[6] = PFSYNC_IPPROTO;
	at[7] = packet->has_ttl ? packet->ttl : PFSYNC_TTL;
	memcpy(at + 8, packet->src.b, 16);
	memcpy(at + 24, packet->dst.b, 16);
	return IP6_HEADER;
}

static size_t
put_ip(uint8_t *at, const struct capture_packet *packet)
{
	if (packet->ip_header != NULL && packet->ip_header_len <= IP_HEADER_MAX) {
		memcpy(at, packet->ip_header, packet->ip_header_len);
		return packet->ip_header_len;
	}
	return packet->af == PFSYNC_AF_INET6 ? make_ip6(at, packet) : make_ip4(at, packet);
}

/* What Ethernet makes of a group (RFC 1112, RFC 2464). */
static void
put_destination(uint8_t at[6], const struct capture_packet *packet)
{
	const uint8_t *dst = packet->af == PFSYNC_AF_INET ? packet->dst.b : group4;

	memset(at, 0, 6);
	if (packet->af == PFSYNC_AF_INET6 && packet->dst.b[0] == 0xff) {
		at[0] = at[1] = 0x33;
		memcpy(at + 2, packet->dst.b + 12, 4);
	} else if (packet->af == PFSYNC_AF_INET6 || dst[0] < 224) {
		at[0] = 0x02;
	} else {
		at[0] = 0x01;
		at[2] = 0x5e;
		at[3] = dst[1] & 0x7f;
		memcpy(at + 4, dst + 2, 2);
	}
}

/* `ip` is the header that follows. */
static void
put_source(uint8_t at[6], const struct capture_packet *packet, const uint8_t *ip)
{
	if (packet->has_mac) {
		memcpy(at, packet->src_mac, 6);
		return;
	}
	at[0] = 0x02;
	at[1] = 0x00;
	memcpy(at + 2, packet->af == PFSYNC_AF_INET6 ? ip + 20 : ip + 12, 4);
}

void
rewrap_packet(struct rewrap *rewrap, const struct capture_packet *packet)
{
	struct pcap_pkthdr header;
	const bool six = packet->af == PFSYNC_AF_INET6;
	const int64_t time_ns = packet->time_ns > 0 ? packet->time_ns : 0;
	size_t used = ETHERNET_HEADER, kept;

	if (rewrap->failed)
		return;
	put_destination(rewrap->frame, packet);
	put_be16(rewrap->frame + 12, six ? TYPE_IP6 : TYPE_IP4);
	used += put_ip(rewrap->frame + used, packet);
	put_source(rewrap->frame + 6, packet, rewrap->frame + ETHERNET_HEADER);
	kept = packet->caplen < PAYLOAD_MAX ? packet->caplen : PAYLOAD_MAX;
	memcpy(rewrap->frame + used, packet->bytes, kept);

	memset(&header, 0, sizeof(header));
	header.ts.tv_sec = (time_t)(time_ns / 1000000000);
	header.ts.tv_usec = (suseconds_t)(time_ns % 1000000000);
	header.caplen = (bpf_u_int32)(used + kept);
	header.len = (bpf_u_int32)(used + packet->wirelen);
	errno = 0;
	pcap_dump((u_char *)rewrap->dumper, &header, rewrap->frame);
	if (ferror(pcap_dump_file(rewrap->dumper)) != 0) {
		rewrap->failed = true;
		rewrap->error = errno;
	}
}

void
rewrap_discard(struct rewrap *rewrap)
{
	if (rewrap == NULL)
		return;
	pcap_dump_close(rewrap->dumper);
	pcap_close(rewrap->pcap);
	outfile_discard(rewrap->file);
	free(rewrap);
}

bool
rewrap_close(struct rewrap *rewrap, char error[CAPTURE_ERROR_MAX])
{
	bool good;

	if (rewrap == NULL)
		return true;
	errno = 0;
	if (!rewrap->failed && pcap_dump_flush(rewrap->dumper) != 0) {
		rewrap->failed = true;
		rewrap->error = errno;
	}
	good = !rewrap->failed;
	if (!good)
		explain(error, rewrap->path,
		    rewrap->error != 0 ? strerror(rewrap->error) : "cannot be written");
	pcap_dump_close(rewrap->dumper);
	pcap_close(rewrap->pcap);
	if (!good) {
		outfile_discard(rewrap->file);
	} else {
		const int failure = outfile_commit(rewrap->file);

		good = failure == 0;
		if (!good)
			explain(error, rewrap->path, strerror(failure));
	}
	free(rewrap);
	return good;
}
