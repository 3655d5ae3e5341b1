/*
 * savefile.c - libpcap on a possibly compressed file, and its errors in words.
 *
 * SPDX-License-Identifier: ISC
 */
#include "savefile.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "live.h"
#include "stream.h"

/* Room for a name or a reason in an error, escaped. */
enum { PART_MAX = 360 };
/* libpcap reads no longer frames of the link types here. */
enum { FRAME_BYTES_MAX = 262144 };
/* In front of frames of BSD's loopback link type. */
enum { FAMILY_BYTES = 4 };

/* The filter for frames of one link type. */
struct program {
	int link; /* -1: as the whole file */
	bool usable;
	struct bpf_program code;
	struct program *next;
};

struct savefile {
	const char *name;
	struct stream *stream;
	pcap_t *pcap;
	enum link_type link;      /* of the first interface */
	int frame_link;           /* of the frame just read, if it has its own; or -1 */
	const char *filter;       /* NULL: none */
	struct program *programs; /* by link type as it was met */
	uint8_t *turned;          /* room for a frame; NULL until needed */
};

const char *
capture_library(void)
{
	return pcap_lib_version();
}

/*
 * Names come from anywhere and reasons quote the file, so only printable ASCII
 * goes out as it is.  pfsync_text_name() would escape the blanks as well.
 */
static const char *
printable(char out[PART_MAX], const char *text)
{
	size_t len = 0;

	for (; *text != '\0' && len + sizeof("\\ooo") <= PART_MAX; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte >= ' ' && byte < 0x7f)
			out[len++] = (char)byte;
		else
			len += (size_t)snprintf(out + len, PART_MAX - len, "\\%03o", byte);
	}
	out[len] = '\0';
	return out;
}

static const char *
printable_name(char out[PART_MAX], const char *name)
{
	return strcmp(name, "-") == 0 ? "standard input" : printable(out, name);
}

static void
say(char error[CAPTURE_ERROR_MAX], const char *name, const char *reason, const char *advice)
{
	char name_text[PART_MAX], reason_text[PART_MAX];

	snprintf(error, CAPTURE_ERROR_MAX, "%s: %s%s%s", printable_name(name_text, name),
	    printable(reason_text, reason), *advice != '\0' ? "; " : "", advice);
}

static bool
is_tap(enum link_type link)
{
	return link == LINK_TYPE_PFSYNC || link == LINK_TYPE_PFSYNC_MAYBE;
}

static bool
open_pcap(struct savefile *savefile, char error[CAPTURE_ERROR_MAX])
{
	char why[PCAP_ERRBUF_SIZE] = "";
	char reason[PCAP_ERRBUF_SIZE + 64];
	FILE *reader = stream_reader(savefile->stream);

	if (reader == NULL) {
		say(error, savefile->name, "out of memory", "");
		return false;
	}
	savefile->pcap =
	    pcap_fopen_offline_with_tstamp_precision(reader, PCAP_TSTAMP_PRECISION_NANO, why);
	if (savefile->pcap != NULL)
		return true;
	fclose(reader);
	if (stream_error(savefile->stream) != NULL) {
		say(error, savefile->name, stream_error(savefile->stream), "copy the file again");
		return false;
	}
	snprintf(reason, sizeof(reason), "not a capture file that can be read (%s)", why);
	say(error, savefile->name, reason,
	    "give a pcap or pcapng file, plain or packed with gzip or zstd");
	return false;
}

static bool
find_link(struct savefile *savefile, char error[CAPTURE_ERROR_MAX])
{
	int dlt = pcap_datalink(savefile->pcap);
	const char *name = pcap_datalink_val_to_name(dlt);
	char reason[128];

	savefile->link = link_type_of(dlt);
	savefile->frame_link = -1;
	if (savefile->link != LINK_TYPE_UNKNOWN)
		return true;
	snprintf(reason, sizeof(reason), "captures of link type %d (%s) are not read here", dlt,
	    name != NULL ? name : "unknown to libpcap");
	say(error, savefile->name, reason,
	    "capture the sync link on an Ethernet, VLAN, raw IP or loopback interface, on Linux's "
	    "\"any\", or on pfsync0");
	return false;
}

/*
 * Compile for a capture of that link type without frames: for that, unlike for a link
 * type alone, libpcap looks for the IPv6 of all systems behind an address family.
 */
static bool
compile_for(int link, struct bpf_program *code, const char *filter, char *why, size_t size)
{
	const struct {
		uint32_t magic;
		uint16_t version[2];
		uint32_t zero[2];
		uint32_t snaplen;
		uint32_t link;
	} header = {0xa1b2c3d4, {2, 4}, {0, 0}, FRAME_BYTES_MAX, (uint32_t)link};
	FILE *file = fmemopen((void *)(uintptr_t)&header, sizeof(header), "r");
	char reason[PCAP_ERRBUF_SIZE] = "out of memory";
	pcap_t *pcap = file != NULL ? pcap_fopen_offline(file, reason) : NULL;
	bool usable =
	    pcap != NULL && pcap_compile(pcap, code, filter, 1, PCAP_NETMASK_UNKNOWN) == 0;

	if (!usable)
		snprintf(why, size, "the filter is not usable: %s",
		    pcap != NULL ? pcap_geterr(pcap) : reason);
	if (pcap != NULL)
		pcap_close(pcap);
	else if (file != NULL)
		fclose(file);
	return usable;
}

/*
 * The filter for frames of that link type, -1 that of the whole file; NULL and a
 * reason if it is not usable.
 */
static const struct program *
program_of(struct savefile *savefile, int link, char *why, size_t size)
{
	struct program *program;

	for (program = savefile->programs; program != NULL; program = program->next)
		if (program->link == link)
			return program->usable ? program : NULL;
	program = calloc(1, sizeof(*program));
	if (program == NULL) {
		snprintf(why, size, "out of memory");
		return NULL;
	}
	program->link = link;
	if (link >= 0)
		program->usable = compile_for(link, &program->code, savefile->filter, why, size);
	else if (pcap_compile(savefile->pcap, &program->code, savefile->filter, 1,
		     PCAP_NETMASK_UNKNOWN) == 0)
		program->usable = true;
	else
		snprintf(why, size, "the filter is not usable: %s", pcap_geterr(savefile->pcap));
	program->next = savefile->programs;
	savefile->programs = program;
	return program->usable ? program : NULL;
}

static bool
set_filter(struct savefile *savefile, const char *filter, char error[CAPTURE_ERROR_MAX])
{
	char reason[PCAP_ERRBUF_SIZE + 64];

	if (filter == NULL || *filter == '\0')
		return true;
	if (is_tap(savefile->link)) {
		/* FB 3.2 */
		say(error, savefile->name,
		    "a filter does not work on a capture of pfsync0, because libpcap expects a "
		    "header of 4 bytes there as only version 2 has",
		    "leave the filter out");
		return false;
	}
	savefile->filter = filter;
	if (program_of(savefile, savefile->frame_link, reason, sizeof(reason)) != NULL)
		return true;
	say(error, savefile->name, reason, "see pcap-filter(7)");
	return false;
}

struct savefile *
savefile_open(
    const char *name, FILE *stream, const char *filter, bool digest, char error[CAPTURE_ERROR_MAX])
{
	struct savefile *savefile = calloc(1, sizeof(*savefile));
	char why[PART_MAX];

	if (savefile == NULL) {
		if (stream != NULL)
			fclose(stream);
		say(error, name, "out of memory", "");
		return NULL;
	}
	savefile->name = name;
	savefile->stream = stream != NULL ? stream_open_file(stream, why, sizeof(why))
					  : stream_open(name, why, sizeof(why));
	if (savefile->stream == NULL)
		say(error, name, why, "");
	else if (digest && !stream_want_digest(savefile->stream))
		say(error, name, "out of memory", "");
	else if (open_pcap(savefile, error) && find_link(savefile, error) &&
		 set_filter(savefile, filter, error))
		return savefile;
	savefile_close(savefile);
	return NULL;
}

struct savefile *
savefile_open_live(
    const char *name, const char *filter, int buffer_kib, char error[CAPTURE_ERROR_MAX])
{
	struct savefile *savefile = calloc(1, sizeof(*savefile));

	if (savefile == NULL) {
		say(error, name, "out of memory", "");
		return NULL;
	}
	savefile->name = name;
	savefile->pcap = live_open(name, buffer_kib, error);
	if (savefile->pcap != NULL && find_link(savefile, error) &&
	    set_filter(savefile, filter, error))
		return savefile;
	savefile_close(savefile);
	return NULL;
}

pcap_t *
savefile_pcap(struct savefile *savefile)
{
	return savefile->pcap;
}

enum link_type
savefile_link(const struct savefile *savefile)
{
	return savefile->link;
}

void
savefile_describe(const struct savefile *savefile, struct capture_file *file)
{
	int snaplen = pcap_snapshot(savefile->pcap);
	uint32_t pcapng_snaplen =
	    savefile->stream != NULL ? stream_pcapng_snaplen(savefile->stream) : 0;

	file->name = savefile->name;
	file->linktype = pcap_datalink(savefile->pcap);
	file->tap = is_tap(savefile->link);
	/* libpcap has other names for the numbers that pfsync0 shares. */
	file->linktype_name = file->tap ? "PFSYNC" : pcap_datalink_val_to_name(file->linktype);
	if (file->linktype_name == NULL)
		file->linktype_name = "";
	file->snaplen = snaplen > 0 ? (uint32_t)snaplen : 0;
	if (pcapng_snaplen != 0 && pcapng_snaplen < file->snaplen)
		file->snaplen = pcapng_snaplen;
	file->compression = "";
	if (savefile->stream == NULL)
		return;
	file->compression = stream_compression(savefile->stream);
	file->size_bytes = stream_size_bytes(savefile->stream);
}

uint64_t
savefile_consumed_bytes(const struct savefile *savefile)
{
	return savefile->stream != NULL ? stream_consumed_bytes(savefile->stream) : 0;
}

uint64_t
savefile_dropped(const struct savefile *savefile)
{
	struct pcap_stat stat;

	if (savefile->stream != NULL)
		return stream_dropped(savefile->stream);
	return pcap_stats(savefile->pcap, &stat) == 0 ? (uint64_t)stat.ps_drop + stat.ps_ifdrop : 0;
}

void
savefile_digest(const struct savefile *savefile, char out[65])
{
	out[0] = '\0';
	if (savefile->stream != NULL)
		stream_digest(savefile->stream, out);
}

enum link_type
savefile_frame_link(struct savefile *savefile, uint64_t frame)
{
	int link = savefile->stream != NULL ? stream_pcapng_link(savefile->stream, frame) : -1;
	enum link_type type;

	if (link < 0)
		return savefile->link;
	/* libpcap's number of the first may be another one.  Of loopback there are two. */
	type = link_type_of(link);
	savefile->frame_link = type == savefile->link && type != LINK_TYPE_NULL ? -1 : link;
	return type;
}

/*
 * Is the address family in front of the frame in the byte order that libpcap before
 * 1.11 does not compare?  Families are small numbers.
 */
static bool
is_family_turned(const struct savefile *savefile, const uint8_t *bytes, size_t caplen)
{
	bool own = savefile->frame_link >= 0;
	int link = own ? savefile->frame_link : pcap_datalink(savefile->pcap);
	uint32_t family;

	if (link != DLT_NULL || caplen < FAMILY_BYTES || caplen > FRAME_BYTES_MAX)
		return false;
	memcpy(&family, bytes, FAMILY_BYTES);
	return (family > UINT16_MAX) != (!own && pcap_is_swapped(savefile->pcap) == 1);
}

/* That frame with its family turned; NULL if there is no memory. */
static const uint8_t *
turn_family(struct savefile *savefile, const uint8_t *bytes, size_t caplen)
{
	if (savefile->turned == NULL)
		savefile->turned = malloc(FRAME_BYTES_MAX);
	if (savefile->turned == NULL)
		return NULL;
	memcpy(savefile->turned, bytes, caplen);
	for (size_t i = 0; i < FAMILY_BYTES; i++)
		savefile->turned[i] = bytes[FAMILY_BYTES - 1 - i];
	return savefile->turned;
}

bool
savefile_matches(struct savefile *savefile, const struct pcap_pkthdr *header, const uint8_t *bytes)
{
	const struct program *program;
	char why[PCAP_ERRBUF_SIZE + 64];

	if (savefile->filter == NULL)
		return true;
	program = program_of(savefile, savefile->frame_link, why, sizeof(why));
	if (is_family_turned(savefile, bytes, header->caplen))
		bytes = turn_family(savefile, bytes, header->caplen);
	/* What cannot be said of frames of that kind, no such frame fulfils. */
	return program != NULL && bytes != NULL &&
	       pcap_offline_filter(&program->code, header, bytes) != 0;
}

void
savefile_explain(const struct savefile *savefile, uint64_t frames, char error[CAPTURE_ERROR_MAX])
{
	const char *why = savefile->stream != NULL ? stream_error(savefile->stream) : NULL;
	const char *advice = "all frames before that were read; copy the file again, or let the "
			     "capture end first";
	char reason[PCAP_ERRBUF_SIZE + 128];

	if (why == NULL) {
		why = pcap_geterr(savefile->pcap);
		/* libpcap's word for interfaces of several kinds in one pcapng. */
		if (strstr(why, "different from the") != NULL)
			advice = "all frames before that were read; pfsync0, and link types that "
				 "are not read here, cannot be in one file with others: capture "
				 "them into files of their own";
	}
	snprintf(
	    reason, sizeof(reason), "cannot be read on after frame %" PRIu64 ": %s", frames, why);
	say(error, savefile->name, reason, advice);
}

void
savefile_close(struct savefile *savefile)
{
	if (savefile == NULL)
		return;
	while (savefile->programs != NULL) {
		struct program *program = savefile->programs;

		savefile->programs = program->next;
		if (program->usable)
			pcap_freecode(&program->code);
		free(program);
	}
	if (savefile->pcap != NULL)
		pcap_close(savefile->pcap); /* and the FILE on the stream */
	stream_close(savefile->stream);
	free(savefile->turned);
	free(savefile);
}
