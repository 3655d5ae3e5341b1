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

struct savefile {
	const char *name;
	struct stream *stream;
	pcap_t *pcap;
	enum link_type link;
	bool filtered;
	struct bpf_program program;
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
	if (savefile->link != LINK_TYPE_UNKNOWN)
		return true;
	snprintf(reason, sizeof(reason), "captures of link type %d (%s) are not read here", dlt,
	    name != NULL ? name : "unknown to libpcap");
	say(error, savefile->name, reason,
	    "capture the sync link on an Ethernet, VLAN, raw IP or loopback interface, on Linux's "
	    "\"any\", or on pfsync0");
	return false;
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
	if (pcap_compile(savefile->pcap, &savefile->program, filter, 1, PCAP_NETMASK_UNKNOWN) ==
	    0) {
		savefile->filtered = true;
		return true;
	}
	snprintf(
	    reason, sizeof(reason), "the filter is not usable: %s", pcap_geterr(savefile->pcap));
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
savefile_open_live(const char *name, const char *filter, char error[CAPTURE_ERROR_MAX])
{
	struct savefile *savefile = calloc(1, sizeof(*savefile));

	if (savefile == NULL) {
		say(error, name, "out of memory", "");
		return NULL;
	}
	savefile->name = name;
	savefile->pcap = live_open(name, error);
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

	file->name = savefile->name;
	file->linktype = pcap_datalink(savefile->pcap);
	file->tap = is_tap(savefile->link);
	/* libpcap has other names for the numbers that pfsync0 shares. */
	file->linktype_name = file->tap ? "PFSYNC" : pcap_datalink_val_to_name(file->linktype);
	if (file->linktype_name == NULL)
		file->linktype_name = "";
	file->snaplen = snaplen > 0 ? (uint32_t)snaplen : 0;
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
	return savefile->stream != NULL ? stream_dropped(savefile->stream) : 0;
}

void
savefile_digest(const struct savefile *savefile, char out[65])
{
	out[0] = '\0';
	if (savefile->stream != NULL)
		stream_digest(savefile->stream, out);
}

bool
savefile_matches(
    const struct savefile *savefile, const struct pcap_pkthdr *header, const uint8_t *bytes)
{
	return !savefile->filtered || pcap_offline_filter(&savefile->program, header, bytes) != 0;
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
			advice = "all frames before that were read; save each interface to a file "
				 "of its own";
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
	if (savefile->filtered)
		pcap_freecode(&savefile->program);
	if (savefile->pcap != NULL)
		pcap_close(savefile->pcap); /* and the FILE on the stream */
	stream_close(savefile->stream);
	free(savefile);
}
