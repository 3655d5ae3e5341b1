/*
 * encap.c - where packets of pfsync come from.
 *
 * SPDX-License-Identifier: ISC
 *
 * Wireshark 4.0 knows none of the link types of pfsync0.  246 in pcapng arrives
 * as an unknown encapsulation; 18 and 121 are other links' too, in files of
 * other systems: Linux' ATM CLIP and HiPath HDLC.  So what does not look like
 * pfsync goes to the dissector that had the encapsulation before.
 */
#include "encap.h"

#include "compat.h"
#include "packet-pfsync.h"

/* How pfsync_wtap calls the encapsulation of a classic pcap with 246. */
#define ENCAP_NAME "pfsync"

struct claim {
	int encap;
	dissector_handle_t before; /* NULL: nobody had it */
};

static struct claim claims[] = {
    {WTAP_ENCAP_UNKNOWN, NULL},
    {WTAP_ENCAP_LINUX_ATM_CLIP, NULL},
    {WTAP_ENCAP_HHDLC, NULL},
};

static dissector_handle_t ip_handle;

/* OpenBSD 7.4 and later put the IP header in front (OB 3.3). */
static size_t
ip_header_bytes(tvbuff_t *tvb)
{
	size_t caplen = tvb_captured_length(tvb);

	return caplen == 0 ? 0 : pfsync_tap_ip_header(tvb_get_ptr(tvb, 0, (gint)caplen), caplen);
}

static bool
is_pfsync(tvbuff_t *tvb)
{
	size_t skip = ip_header_bytes(tvb);
	size_t caplen = tvb_captured_length(tvb) - skip;
	size_t wirelen = tvb_reported_length(tvb) - skip;

	return caplen > 0 &&
	       pfsync_plausible(tvb_get_ptr(tvb, (gint)skip, (gint)caplen), caplen, wirelen);
}

static int
dissect_tap(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
	(void)data;
	packet_mark_tap(pinfo);
	if (ip_header_bytes(tvb) > 0)
		return call_dissector(ip_handle, tvb, pinfo, tree);
	col_set_str(pinfo->cinfo, COL_DEF_SRC, "pfsync0");
	return call_dissector(packet_handle(), tvb, pinfo, tree);
}

static int
dissect_shared(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
	int encap = pinfo->rec->rec_header.packet_header.pkt_encap;

	if (is_pfsync(tvb))
		return dissect_tap(tvb, pinfo, tree, data);
	for (size_t i = 0; i < G_N_ELEMENTS(claims); i++) {
		if (claims[i].encap == encap && claims[i].before != NULL)
			return call_dissector_only(claims[i].before, tvb, pinfo, tree, data);
	}
	/* Nobody's: what Wireshark does with a frame that no one claims. */
	col_set_str(pinfo->cinfo, COL_PROTOCOL, "UNKNOWN");
	col_add_fstr(pinfo->cinfo, COL_INFO, "WTAP_ENCAP = %d", encap);
	return call_data_dissector(tvb, pinfo, tree);
}

void
encap_handoff(void)
{
	dissector_handle_t tap = create_dissector_handle(dissect_tap, -1);
	dissector_handle_t shared = create_dissector_handle(dissect_shared, -1);
	int own = wtap_name_to_encap(ENCAP_NAME);

	ip_handle = find_dissector("ip");
	dissector_add_uint("ip.proto", PFSYNC_IPPROTO, packet_handle());
	for (size_t i = 0; i < G_N_ELEMENTS(claims); i++) {
		claims[i].before =
		    dissector_get_default_uint_handle("wtap_encap", (guint32)claims[i].encap);
		dissector_add_uint("wtap_encap", (guint32)claims[i].encap, shared);
	}
	if (own > 0)
		dissector_add_uint("wtap_encap", (guint32)own, tap);
}
