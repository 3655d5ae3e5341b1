/*
 * pfsync_wtap.c - let wiretap open a classic pcap with link type 246.
 *
 * SPDX-License-Identifier: ISC
 *
 * That is what FreeBSD's tcpdump writes on pfsync0, and what wiretap refuses.
 * A plugin of its own, because it needs a header of Wireshark's that is not
 * installed; encap.c gives what is read here to the dissector.  Every file
 * but these is left to wiretap.
 */
#define WS_BUILD_DLL
#include "../compat.h"

#if COMPAT_WIRESHARK(4, 6)
#include <wiretap/wtap_module.h>
#else
#include <wiretap/wtap-int.h>
#endif
#include <wiretap/file_wrappers.h>

#include "pfsync.h"

#define FILE_HEADER_BYTES 24
#define RECORD_HEADER_BYTES 16
#define MAGIC_USEC 0xa1b2c3d4U
#define MAGIC_NSEC 0xa1b23c4dU
/* Of the word that holds the link type, the rest says what follows a packet. */
#define LINKTYPE_MASK 0x03ffffffU
/* Longest packet of a capture, as in wiretap. */
#define PACKET_MAX WTAP_MAX_PACKET_SIZE_STANDARD

struct pcap {
	bool swapped; /* written little-endian */
	uint32_t ns_per_tick;
};

static int encap = -1;

static uint32_t
get32(const struct pcap *pcap, const uint8_t *p)
{
	uint32_t big_endian =
	    (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];

	return pcap->swapped ? GUINT32_SWAP_LE_BE(big_endian) : big_endian;
}

/* ------------------------------------------------------------------------
 * Records
 */

/* 4.6 keeps more in a record, and aborts where that was not set. */
static void
begin_packet(wtap_rec *rec)
{
#if COMPAT_WIRESHARK(4, 6)
	wtap_setup_packet_rec(rec, encap);
#else
	rec->rec_type = REC_TYPE_PACKET;
	rec->rec_header.packet_header.pkt_encap = encap;
#endif
	rec->block = wtap_block_create(WTAP_BLOCK_PACKET);
}

static bool
fill_record(
    const struct pcap *pcap, const uint8_t *header, wtap_rec *rec, int *err, char **err_info)
{
	uint32_t caplen = get32(pcap, header + 8);

	if (caplen > PACKET_MAX) {
		*err = WTAP_ERR_BAD_FILE;
		*err_info = g_strdup_printf(
		    "pcap: a packet of %u bytes is longer than %u", caplen, (unsigned)PACKET_MAX);
		return false;
	}
	begin_packet(rec);
	rec->presence_flags = WTAP_HAS_TS | WTAP_HAS_CAP_LEN;
	rec->ts.secs = (time_t)get32(pcap, header);
	rec->ts.nsecs =
	    (int)(get32(pcap, header + 4) % (1000000000 / pcap->ns_per_tick) * pcap->ns_per_tick);
	rec->rec_header.packet_header.caplen = caplen;
	rec->rec_header.packet_header.len = get32(pcap, header + 12);
	return true;
}

static bool
read_record(wtap *wth, FILE_T file, wtap_rec *rec, Buffer *buffer, int *err, char **err_info)
{
	const struct pcap *pcap = wth->priv;
	uint8_t header[RECORD_HEADER_BYTES];

	if (!wtap_read_bytes_or_eof(file, header, sizeof(header), err, err_info) ||
	    !fill_record(pcap, header, rec, err, err_info))
		return false;
#if COMPAT_WIRESHARK(4, 6)
	return wtap_read_bytes_buffer(
	    file, buffer, rec->rec_header.packet_header.caplen, err, err_info);
#else
	return wtap_read_packet_bytes(
	    file, buffer, rec->rec_header.packet_header.caplen, err, err_info);
#endif
}

#if COMPAT_WIRESHARK(4, 6)
static bool
read_next(wtap *wth, wtap_rec *rec, int *err, char **err_info, int64_t *offset)
{
	*offset = file_tell(wth->fh);
	return read_record(wth, wth->fh, rec, &rec->data, err, err_info);
}

static bool
read_at(wtap *wth, int64_t offset, wtap_rec *rec, int *err, char **err_info)
{
	return file_seek(wth->random_fh, offset, SEEK_SET, err) >= 0 &&
	       read_record(wth, wth->random_fh, rec, &rec->data, err, err_info);
}
#else
static compat_bool
read_next(wtap *wth, wtap_rec *rec, Buffer *buffer, int *err, char **err_info, gint64 *offset)
{
	*offset = file_tell(wth->fh);
	return read_record(wth, wth->fh, rec, buffer, err, err_info);
}

static compat_bool
read_at(wtap *wth, gint64 offset, wtap_rec *rec, Buffer *buffer, int *err, char **err_info)
{
	return file_seek(wth->random_fh, offset, SEEK_SET, err) >= 0 &&
	       read_record(wth, wth->random_fh, rec, buffer, err, err_info);
}
#endif

/* ------------------------------------------------------------------------
 * Files
 */

/* Either byte order, micro- or nanoseconds. */
static bool
read_magic(struct pcap *pcap, const uint8_t *p)
{
	uint32_t magic;

	for (int swapped = 0; swapped < 2; swapped++) {
		pcap->swapped = swapped != 0;
		magic = get32(pcap, p);
		pcap->ns_per_tick = magic == MAGIC_NSEC ? 1 : 1000;
		if (magic == MAGIC_USEC || magic == MAGIC_NSEC)
			return true;
	}
	return false;
}

static wtap_open_return_val
open_file(wtap *wth, int *err, char **err_info)
{
	uint8_t header[FILE_HEADER_BYTES];
	struct pcap pcap;

	if (!wtap_read_bytes(wth->fh, header, sizeof(header), err, err_info))
		return *err == WTAP_ERR_SHORT_READ ? WTAP_OPEN_NOT_MINE : WTAP_OPEN_ERROR;
	if (!read_magic(&pcap, header) ||
	    (get32(&pcap, header + 20) & LINKTYPE_MASK) != PFSYNC_LINKTYPE)
		return WTAP_OPEN_NOT_MINE;
	wth->priv = g_memdup2(&pcap, sizeof(pcap));
	wth->subtype_read = read_next;
	wth->subtype_seek_read = read_at;
	wth->snapshot_length = get32(&pcap, header + 16);
	wth->file_encap = encap;
	if (pcap.ns_per_tick == 1) {
		wth->file_type_subtype = wtap_pcap_nsec_file_type_subtype();
		wth->file_tsprec = WTAP_TSPREC_NSEC;
	} else {
		wth->file_type_subtype = wtap_pcap_file_type_subtype();
		wth->file_tsprec = WTAP_TSPREC_USEC;
	}
	wtap_add_generated_idb(wth);
	return WTAP_OPEN_MINE;
}

static void
register_module(void)
{
	static struct open_info info = {
	    "pcap of pfsync0", OPEN_INFO_MAGIC, open_file, NULL, NULL, NULL};

	encap = wtap_register_encap_type("pf state synchronisation, pfsync0", "pfsync");
	wtap_register_open_info(&info, TRUE);
}

COMPAT_PLUGIN(WS_PLUGIN_DESC_FILE_TYPE)
{
	static wtap_plugin module;

	module.register_wtap_module = register_module;
	wtap_register_plugin(&module);
}
