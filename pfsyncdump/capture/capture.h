/*
 * capture.h - from capture files to pfsync datagrams.
 *
 * SPDX-License-Identifier: ISC
 *
 * Opens one or several savefiles (pcap and pcapng in both byte orders, plain,
 * gzip or zstd, "-" for standard input), removes link layer and IP, puts IP
 * fragments together, and hands out one pfsync datagram at a time.
 *
 *	char error[CAPTURE_ERROR_MAX];
 *	struct capture *capture = capture_open(names, count, &options, error);
 *	if (capture == NULL)
 *		complain(error), exit(2);
 *	while ((status = capture_next(capture, &packet, &problem)) != CAPTURE_END)
 *		switch (status) {
 *		case CAPTURE_PACKET:  ... packet ...   break;
 *		case CAPTURE_PROBLEM: ... problem ...  break;
 *		case CAPTURE_ERROR:   complain(capture_error(capture)); failed = true;
 *		}
 *	capture_close(capture);
 *
 * Several inputs are merged by time.  One event (packet, problem or error) of
 * each input is held ready and the earliest is handed out; on equal times the
 * input that was named first comes first.  An input whose clock steps back is
 * never reordered: its next event simply has an earlier time than the last,
 * and so is handed out at once.  Nothing but that one event is buffered.
 *
 * Of more than CAPTURE_OPEN_MAX inputs, files are open only as long as they are
 * needed: from when the others have reached their first frame until their end.  So
 * hundreds of files that follow each other take few descriptors.
 *
 * Not safe to share between threads; different captures are independent.
 */
#ifndef PFSYNCDUMP_CAPTURE_H
#define PFSYNCDUMP_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "pfsync.h"

/* Room for any error text of this module, bytes including the NUL. */
#define CAPTURE_ERROR_MAX 1024

/* So many inputs are just opened. */
#define CAPTURE_OPEN_MAX 16

/* One pfsync datagram, or an advert of CARP. */
struct capture_packet {
	uint64_t frame; /* 1-based number in its file, counting all frames of it */
	unsigned file;  /* 0-based number of the input, as given to capture_open() */
	/*
	 * Nanoseconds since 1970-01-01 UTC.  May go backwards from packet to
	 * packet.  A time that cannot be real is replaced by the last good one
	 * of its file (0 if there is none); a problem said so before.
	 */
	int64_t time_ns;
	const uint8_t *bytes; /* from the pfsync header on; until the next capture_next() */
	/*
	 * The IP header before it as captured, options and all; NULL if there
	 * was none that is the datagram's own (pfsync0, fragments).
	 */
	const uint8_t *ip_header;
	size_t ip_header_len;
	size_t caplen; /* captured bytes from there on */
	/*
	 * Bytes on the wire from there on, at least caplen.  From the IP length,
	 * so Ethernet padding is no part of it; from the frame's length where
	 * there is no IP header or its length is 0 (segmentation offload).
	 */
	size_t wirelen;
	enum pfsync_af af; /* of src and dst; UNSPEC if there was no IP header */
	struct pfsync_addr src;
	struct pfsync_addr dst;
	uint16_t ip_id;     /* IPv4 identification, host order */
	uint8_t src_mac[6]; /* link-layer source */
	uint8_t ttl;        /* TTL or hop limit */
	bool has_ttl;
	bool has_mac;
	bool has_ip_id;
	/*
	 * Seen on a pfsync0 interface: one node's outgoing messages only (OB 3.3,
	 * FB 3.3).  There is no IP header, or (OpenBSD 7.4 and later) one whose
	 * source is still 0.0.0.0: see capture_has_source().
	 */
	bool tap;
	/*
	 * Which link of several in one input: made of VLAN and interface numbers;
	 * 0 if there is one.  Not known on Linux's "any", version 1.
	 */
	uint32_t link;
	bool link_unknown;
	bool reassembled; /* from IP fragments; frame and time are the last one's */
};

/*
 * Does the packet say who sent it?  If not (pfsync0), all packets of one input
 * are of one node, which has no name but the input's: use packet->file.
 */
static inline bool
capture_has_source(const struct capture_packet *packet)
{
	return packet->af != PFSYNC_AF_UNSPEC && !packet->tap;
}

/*
 * Something wrong below pfsync, in or near a pfsync packet.  The packet itself,
 * as far as it can be read, follows as the next event of the same input.
 */
struct capture_problem {
	uint64_t frame;
	unsigned file;
	int64_t time_ns;
	/*
	 * Word to count it under, static:
	 *	"truncated"  the capture ends inside the link or IP headers
	 *	"hdrops"     the packet does
	 *	"badlen"     an IP length contradicts itself or the frame's
	 *	"checksum"   IPv4 header checksum
	 *	"fragment"   fragments that overlap, contradict each other, never
	 *	             complete, or are too many
	 *	"badtime"    a time stamp that cannot be one
	 */
	const char *counter;
	const char *text;  /* static sentence for people */
	size_t offset;     /* bytes from the start of the captured frame */
	size_t lost_bytes; /* captured bytes that will not be decoded because of it */
	enum pfsync_af af; /* of src and dst; UNSPEC if they are not known */
	struct pfsync_addr src;
	struct pfsync_addr dst;
};

/* What is known of one input; the counters grow as it is read. */
struct capture_file {
	const char *name;          /* as given to capture_open(); unescaped */
	const char *linktype_name; /* "EN10MB", "PFSYNC"; static */
	const char *compression;   /* "", "gzip" or "zstd"; static */
	int linktype;              /* libpcap's DLT number on this platform */
	uint32_t snaplen;          /* bytes of a frame that were kept at most */
	bool tap;                  /* link type of pfsync0 */
	bool failed;               /* ended by CAPTURE_ERROR */
	uint64_t packets;          /* frames read so far, of whatever kind */
	uint64_t filtered_packets; /* of these: refused by the filter */
	uint64_t filtered_tagged;  /* of these: Ethernet frames with a VLAN tag */
	uint64_t pfsync_packets;   /* of these: IP protocol 240, fragments counted one by one */
	uint64_t carp_packets;     /* of these: IP protocol 112 (CARP, VRRP) */
	uint64_t other_packets;    /* of these: anything else, also what was too short to tell */
	bool has_time;             /* first_ns and last_ns are set */
	int64_t first_ns;          /* earliest time of any frame that passed the filter */
	int64_t last_ns;           /* latest */
	/*
	 * Of the bytes on disk, in hexadecimal, once capture_digest() was called
	 * for it; "" if that was not wanted (options.digest), or it is a pipe that
	 * was not read to its end.
	 */
	char sha256[65];
	uint64_t size_bytes;     /* of the file on disk; 0 if unknown (a pipe) */
	uint64_t consumed_bytes; /* of that read so far, read-ahead included */
	uint64_t dropped;        /* packets that the capture itself says it lost, so far */
};

struct capture_options {
	/*
	 * BPF expression that frames must match, NULL or "" for all.  Refused on
	 * captures of pfsync0, whose layout libpcap gets wrong (FB 3.2).
	 */
	const char *filter;
	bool carp;      /* packets of protocol 112, too */
	bool digest;    /* capture_digest() will be called */
	int buffer_kib; /* of the kernel, for an interface; 0: the usual one */
	/*
	 * By how much the clock of each input is ahead: that is taken off its
	 * times.  NULL: nothing is.
	 */
	const int64_t *clocks_ns;
};

enum capture_status {
	CAPTURE_END = 0, /* all inputs are read */
	CAPTURE_PACKET,  /* *packet is set */
	CAPTURE_CARP,    /* *packet is set: CARP or VRRP, from behind the IP header on */
	CAPTURE_PROBLEM, /* *problem is set; go on */
	CAPTURE_IDLE,    /* nothing came on the interface for a moment; go on */
	CAPTURE_ERROR    /* one input cannot be read on, see capture_error(); go on */
};

struct capture;

/*
 * Open the inputs.
 *   names, count  files to read, at least one; "-" (once) is standard input.
 *                 The strings must stay as they are until capture_close()
 *   options       NULL for none; its filter must stay as the names do
 *   error         filled in on failure: one line without a newline, printable
 * Returns NULL if any input cannot be used: cannot be opened, empty, not a
 * capture, of a link type that cannot carry pfsync; or if the filter does not
 * compile or fit.
 */
struct capture *capture_open(const char *const *names, size_t count,
    const struct capture_options *options, char error[CAPTURE_ERROR_MAX]);

/*
 * The same on an interface.  The rights of root are given up when it is open.
 * It ends by capture_stop(); what came in before is still handed out.
 */
struct capture *capture_open_live(
    const char *name, const struct capture_options *options, char error[CAPTURE_ERROR_MAX]);

/* Let no more packets come from interfaces; may be called by a signal handler. */
void capture_stop(struct capture *capture);

/*
 * The same for one stream that is open already.  `stream` is the capture's
 * from then on, also on failure, and closed in the end.
 */
struct capture *capture_open_stream(FILE *stream, const char *name,
    const struct capture_options *options, char error[CAPTURE_ERROR_MAX]);

/*
 * The next event.  What *packet or *problem points to, and the packet's bytes,
 * belong to the capture and stay valid until the next call.
 * Returns CAPTURE_PACKET, CAPTURE_CARP, CAPTURE_PROBLEM, CAPTURE_ERROR (an input is cut short
 * or damaged; all whole packets before that were handed out; the call may be
 * repeated to read the other inputs), CAPTURE_IDLE (interfaces only) or CAPTURE_END, from then on
 * for ever.
 */
enum capture_status capture_next(struct capture *capture, const struct capture_packet **packet,
    const struct capture_problem **problem);

/*
 * The text of the last CAPTURE_ERROR: one line without a newline, printable:
 * which file, after which frame, what was wrong, what to do.  Valid until the
 * next capture_next().  "" if there was none.
 */
const char *capture_error(const struct capture *capture);

/* Number of inputs. */
size_t capture_file_count(const struct capture *capture);

/*
 * The input of that number, NULL if file >= capture_file_count().  Valid until
 * capture_close(), of more than CAPTURE_OPEN_MAX until capture_next(); brought up to
 * date by each call of this function and of capture_next().
 */
const struct capture_file *capture_file(struct capture *capture, unsigned file);

/* Bring the sha256 of all inputs up to date; files are read to their end for it. */
void capture_digest(struct capture *capture);

/* Close all inputs and free everything.  NULL is allowed. */
void capture_close(struct capture *capture);

/* Which libpcap reads and captures, in its own words: "libpcap version 1.10.3 ...". */
const char *capture_library(void);

#endif
