/*
 * print-pfsync.c - tcpdump's printer for pfsync, on libpfsync.
 *
 * SPDX-License-Identifier: ISC
 */

/* \summary: pfsync (state synchronisation of the pf packet filter) printer */

/*
 * specification: the kernels of OpenBSD, FreeBSD, NetBSD and DragonFly BSD; there is
 * no other.  Six version numbers are on record, and behind each stand several
 * formats that differ in their records: libpfsync tells them apart.
 *
 *   none  version, length; a line a section: action and count
 *   -q    the first line only
 *   -v    a line a record: states as in "pfctl -ss", ids with both peers' levels
 *   -vv   windows, ages, counters, rules and flags, ids of states
 *   -vvv  every field of the record
 *
 * Bounds: netdissect confirms [bp, bp + caplen) once (ND_TCHECK_LEN), libpfsync
 * reads nothing outside it and says so when the packet goes on behind it; that is
 * when this printer leaves with nd_trunc_longjmp(), with everything that was
 * captured printed.  What libpfsync gives out is decoded and copied, and names are
 * escaped there.
 */

#include <config.h>

#include "netdissect-stdinc.h"

#include <string.h>

#define ND_LONGJMP_FROM_TCHECK
#include "netdissect.h"
#include "addrtoname.h"
#include "extract.h"

#include "pfsync.h"

/* Where a field listing starts a new line, and what stands before the lines. */
#define FIELDS_COLUMNS 100
#define SECTION_LINE "\n    "
#define RECORD_LINE "\n\t"
#define DETAIL_LINE "\n\t   "
#define FIELDS_LINE "\n\t     "
#define FIELDS_INDENT 13

#define LINE_TEXT_MAX 2048 /* a state line whose host names are all escapes */
#define FIELD_TEXT_MAX (4 * PFSYNC_TAGSIZ + 3)

/*
 * One frame does not always tell the format; several of one sender do.  Few
 * firewalls are seen in one capture: the oldest entry makes room.
 */
#define PFSYNC_SENDERS 16

struct pfsync_sender {
	u_int ver; /* 4, 6, 0 for pfsync0, which names no source */
	u_char addr[16];
	struct pfsync_hint hint;
};

static struct {
	struct pfsync_sender list[PFSYNC_SENDERS];
	u_int used;
	u_int next;
} pfsync_senders;

struct pfsync_packet {
	netdissect_options *ndo;
	struct pfsync_frame frame;
	const struct pfsync_namer *namer; /* of addresses; NULL with -n */
	int fragmented;
};

static struct pfsync_sender *
pfsync_sender(u_int ver, const u_char addr[16])
{
	struct pfsync_sender *sender;

	for (u_int i = 0; i < pfsync_senders.used; i++) {
		sender = &pfsync_senders.list[i];
		if (sender->ver == ver && memcmp(sender->addr, addr, 16) == 0)
			return sender;
	}
	sender = &pfsync_senders.list[pfsync_senders.next];
	pfsync_senders.next = (pfsync_senders.next + 1) % PFSYNC_SENDERS;
	if (pfsync_senders.used < PFSYNC_SENDERS)
		pfsync_senders.used++;
	memset(sender, 0, sizeof(*sender));
	sender->ver = ver;
	memcpy(sender->addr, addr, 16);
	sender->hint.tap = ver == 0;
	return sender;
}

/* Names of hosts as everywhere in tcpdump. */
static const char *
pfsync_addr_name(void *context, enum pfsync_af af, const struct pfsync_addr *addr)
{
	netdissect_options *ndo = context;

	return af == PFSYNC_AF_INET ? ipaddr_string(ndo, addr->b) : ip6addr_string(ndo, addr->b);
}

static void
pfsync_addr_print(
    const struct pfsync_packet *packet, enum pfsync_af af, const struct pfsync_addr *addr)
{
	netdissect_options *ndo = packet->ndo;
	char text[64];

	if (af == PFSYNC_AF_UNSPEC) {
		pfsync_text_addr(text, sizeof(text), af, addr);
		ND_PRINT("%s", text);
	} else {
		ND_PRINT("%s", pfsync_addr_name(ndo, af, addr));
	}
}

/* ------------------------------------------------------------------------
 * What is wrong
 */

static void
pfsync_problem_print(const struct pfsync_packet *packet)
{
	netdissect_options *ndo = packet->ndo;
	const struct pfsync_problem *problem = &packet->frame.problem;

	/* Of a fragmented packet the rest is not here, either. */
	if (problem->status == PFSYNC_TRUNCATED || (packet->fragmented && problem->lost_bytes > 0))
		nd_trunc_longjmp(ndo);
	ND_PRINT(SECTION_LINE "[%s at %zu: %s", pfsync_status_name((int)problem->status),
	    problem->offset, problem->text);
	if (problem->found != 0 || problem->expected != 0) {
		ND_PRINT(" (found %u", problem->found);
		if (problem->expected != 0)
			ND_PRINT(", expected %u", problem->expected);
		ND_PRINT(")");
	}
	if (problem->lost_bytes > 0)
		ND_PRINT(", %zu bytes not decoded", problem->lost_bytes);
	ND_PRINT("]");
	nd_print_invalid(ndo);
}

/* ------------------------------------------------------------------------
 * Records
 */

/* Each record begins with one of these two, or with that of an SA. */
static void
pfsync_id_print(const struct pfsync_packet *packet, const struct pfsync_message *message)
{
	netdissect_options *ndo = packet->ndo;
	char text[LINE_TEXT_MAX];

	pfsync_text_id_named(text, sizeof(text), message, packet->namer);
	ND_PRINT(RECORD_LINE "%s", text);
}

static const char *
pfsync_line_before(const char *text)
{
	return text[0] != '\0' ? DETAIL_LINE : "";
}

/* In one call: there are five lines to most states. */
static void
pfsync_state_print(const struct pfsync_packet *packet, const struct pfsync_message *message)
{
	netdissect_options *ndo = packet->ndo;
	char state[LINE_TEXT_MAX], windows[LINE_TEXT_MAX], age[LINE_TEXT_MAX], id[LINE_TEXT_MAX],
	    origif[LINE_TEXT_MAX];

	/* The family stands near the end of most records: cut, it says little. */
	if (pfsync_state_af(message) == PFSYNC_AF_UNSPEC && !pfsync_has(message, PFSYNC_F_AF) &&
	    !pfsync_has(message, PFSYNC_F_WIRE_AF)) {
		pfsync_id_print(packet, message);
		return;
	}
	pfsync_text_state_named(state, sizeof(state), message, packet->namer);
	if (ndo->ndo_vflag < 2) {
		ND_PRINT(RECORD_LINE "%s", state);
		return;
	}
	pfsync_text_windows(windows, sizeof(windows), message);
	pfsync_text_age(age, sizeof(age), message);
	pfsync_text_id_named(id, sizeof(id), message, packet->namer);
	pfsync_text_origif(origif, sizeof(origif), message);
	ND_PRINT(RECORD_LINE "%s%s%s%s%s%s%s%s%s", state, pfsync_line_before(windows), windows,
	    pfsync_line_before(age), age, pfsync_line_before(id), id, pfsync_line_before(origif),
	    origif);
}

static void
pfsync_timeout_print(const struct pfsync_packet *packet, const struct pfsync_message *message)
{
	netdissect_options *ndo = packet->ndo;
	const unsigned timeout = message->u.state.timeout;
	const char *name = pfsync_dialect_timeout_name(packet->frame.dialect, timeout);
	char text[32];

	if (name != NULL)
		ND_PRINT(DETAIL_LINE "timeout %s", name);
	else
		ND_PRINT(DETAIL_LINE "timeout %u", timeout);
	if (pfsync_has(message, PFSYNC_F_EXPIRE)) {
		pfsync_text_duration(text, sizeof(text), message->u.state.expire_s);
		ND_PRINT(", expires in %s", text);
	}
}

/*
 * UPD_C and DEL_C: id and both peers.  Nothing in them tells protocol or direction,
 * which the text functions ask for: it is given as an outbound state's, so that
 * the peers stand in the order of the wire.
 */
static void
pfsync_compressed_print(
    const struct pfsync_packet *packet, const struct pfsync_message *message, int proto)
{
	netdissect_options *ndo = packet->ndo;
	struct pfsync_message named = *message;
	char text[LINE_TEXT_MAX];

	pfsync_id_print(packet, message);
	if (proto >= 0) {
		named.u.state.proto = (uint8_t)proto;
		pfsync_has_set(&named, PFSYNC_F_PROTO);
	}
	named.u.state.direction = PFSYNC_OUT;
	pfsync_has_set(&named, PFSYNC_F_DIRECTION);
	if (pfsync_has(message, PFSYNC_F_SRC_STATE) && pfsync_has(message, PFSYNC_F_DST_STATE)) {
		pfsync_text_levels(text, sizeof(text), &named, false);
		ND_PRINT("  %s", text);
	}
	if (ndo->ndo_vflag < 2)
		return;
	pfsync_text_windows(text, sizeof(text), &named);
	ND_PRINT("%s%s", pfsync_line_before(text), text);
	if (pfsync_has(message, PFSYNC_F_TIMEOUT))
		pfsync_timeout_print(packet, message);
}

static void
pfsync_request_print(const struct pfsync_packet *packet, const struct pfsync_message *message)
{
	netdissect_options *ndo = packet->ndo;

	pfsync_id_print(packet, message);
	if (pfsync_has(message, PFSYNC_F_CREATORID) && message->id == 0 && message->creatorid == 0)
		ND_PRINT(" (bulk update of all states)");
}

static void
pfsync_clr_print(const struct pfsync_packet *packet, const struct pfsync_message *message)
{
	netdissect_options *ndo = packet->ndo;
	char name[4 * PFSYNC_IFNAMSIZ + 1];

	pfsync_id_print(packet, message);
	if (!pfsync_has(message, PFSYNC_F_CLR_IFNAME) || message->u.clr.ifname[0] == '\0')
		return;
	pfsync_text_name(name, sizeof(name), message->u.clr.ifname, PFSYNC_IFNAMSIZ);
	ND_PRINT(" interface: %s", name);
}

static void
pfsync_bus_print(const struct pfsync_packet *packet, const struct pfsync_message *message)
{
	netdissect_options *ndo = packet->ndo;
	const char *status;
	char text[32];

	pfsync_id_print(packet, message);
	if (pfsync_has(message, PFSYNC_F_BUS_ENDTIME)) {
		pfsync_text_duration(text, sizeof(text), message->u.bus.endtime_s);
		ND_PRINT(" age: %s", text);
	}
	if (!pfsync_has(message, PFSYNC_F_BUS_STATUS))
		return;
	status = pfsync_bus_status_name(message->u.bus.status);
	if (status != NULL)
		ND_PRINT(" status: %s", status);
	else
		ND_PRINT(" status: UNKNOWN (%u)", message->u.bus.status);
}

static void
pfsync_tdb_print(const struct pfsync_packet *packet, const struct pfsync_message *message)
{
	netdissect_options *ndo = packet->ndo;
	const struct pfsync_tdb *tdb = &message->u.tdb;
	struct pfsync_addr addr;
	enum pfsync_af af = pfsync_tdb_dst(message, &addr);

	ND_PRINT(RECORD_LINE);
	if (pfsync_has(message, PFSYNC_F_TDB_SPI))
		ND_PRINT("spi: 0x%08x", tdb->spi);
	if (af != PFSYNC_AF_UNSPEC) {
		ND_PRINT(" dst: ");
		pfsync_addr_print(packet, af, &addr);
	}
	if (pfsync_has(message, PFSYNC_F_TDB_SPROTO))
		ND_PRINT(" sproto: %u", tdb->sproto);
	if (pfsync_has(message, PFSYNC_F_TDB_RPL))
		ND_PRINT(" rpl: %" PRIu64, tdb->rpl);
	if (pfsync_has(message, PFSYNC_F_TDB_CUR_BYTES))
		ND_PRINT(" cur_bytes: %" PRIu64, tdb->cur_bytes);
}

static const char *
pfsync_unit(enum pfsync_unit unit)
{
	switch (unit) {
	case PFSYNC_UNIT_S:
		return " s";
	case PFSYNC_UNIT_BYTES:
		return " bytes";
	case PFSYNC_UNIT_PACKETS:
		return " packets";
	default:
		return "";
	}
}

/* Every field: "name value, name value", as many as fit a line. */
static void
pfsync_fields_print(
    const struct pfsync_packet *packet, const struct pfsync_message *message, int proto)
{
	netdissect_options *ndo = packet->ndo;
	size_t column = FIELDS_COLUMNS;
	bool first = true;

	for (int f = 0; f < PFSYNC_FIELD_COUNT; f++) {
		const struct pfsync_field_info *info = pfsync_field_info(f);
		char text[FIELD_TEXT_MAX];
		const char *unit;
		size_t width;

		if (!pfsync_has(message, (enum pfsync_field)f))
			continue;
		unit = pfsync_unit(info->unit);
		width = pfsync_text_field(text, sizeof(text), message, (enum pfsync_field)f,
		    packet->frame.dialect, proto);
		width += strlen(info->name) + 1 + strlen(unit);
		if (column + 2 + width > FIELDS_COLUMNS) {
			ND_PRINT("%s" FIELDS_LINE, first ? "" : ",");
			column = FIELDS_INDENT + width;
		} else {
			ND_PRINT(", ");
			column += 2 + width;
		}
		first = false;
		ND_PRINT("%s %s%s", info->name, text, unit);
	}
}

static void
pfsync_message_print(const struct pfsync_packet *packet, const struct pfsync_message *message)
{
	netdissect_options *ndo = packet->ndo;
	const int proto = pfsync_message_proto(message, packet->frame.dialect);
	const char *text = NULL;

	switch (message->action) {
	case PFSYNC_ACT_INS:
	case PFSYNC_ACT_UPD:
	case PFSYNC_ACT_DEL:
		pfsync_state_print(packet, message);
		break;
	case PFSYNC_ACT_CLR:
		pfsync_clr_print(packet, message);
		break;
	case PFSYNC_ACT_BUS:
		pfsync_bus_print(packet, message);
		break;
	case PFSYNC_ACT_TDB:
		pfsync_tdb_print(packet, message);
		break;
	case PFSYNC_ACT_UPD_REQ:
		pfsync_request_print(packet, message);
		break;
	default:
		pfsync_compressed_print(packet, message, proto);
		break;
	}
	if (pfsync_message_check(message, packet->frame.dialect, &text) != PFSYNC_OK) {
		ND_PRINT(DETAIL_LINE "[badval: %s]", text);
		nd_print_invalid(ndo);
	}
	if (ndo->ndo_vflag > 2)
		pfsync_fields_print(packet, message, proto);
}

/* ------------------------------------------------------------------------
 * Sections
 */

static void
pfsync_section_print(const struct pfsync_packet *packet, const struct pfsync_section *section)
{
	netdissect_options *ndo = packet->ndo;
	const struct pfsync_layout *layout = section->layout;

	if (section->action == PFSYNC_ACT_UNKNOWN)
		ND_PRINT(SECTION_LINE "act UNKNOWN id %u count %u", section->action_number,
		    section->count_wire);
	else
		ND_PRINT(SECTION_LINE "act %s count %u", pfsync_action_label(section->action),
		    section->count_wire);
	/* FreeBSD 14 and later send one action in several records. */
	if (ndo->ndo_vflag > 0 && layout != NULL && layout->record >= PFSYNC_REC_1301)
		ND_PRINT(", record %s", pfsync_record_name(layout->record));
}

static void
pfsync_sections_print(struct pfsync_packet *packet)
{
	struct pfsync_reader reader;
	struct pfsync_message message;
	enum pfsync_step step;

	pfsync_reader_begin(&reader, &packet->frame);
	while ((step = pfsync_next(&reader)) != PFSYNC_STEP_END) {
		switch (step) {
		case PFSYNC_STEP_SECTION:
			pfsync_section_print(packet, &reader.section);
			break;
		case PFSYNC_STEP_RECORD:
			if (packet->ndo->ndo_vflag > 0 &&
			    pfsync_message_decode(&reader.record, &message) == PFSYNC_OK)
				pfsync_message_print(packet, &message);
			break;
		case PFSYNC_STEP_PROBLEM:
			pfsync_problem_print(packet);
			break;
		default:
			break;
		}
	}
}

/* ------------------------------------------------------------------------
 * Frames
 */

static void
pfsync_dialect_print(const struct pfsync_packet *packet)
{
	netdissect_options *ndo = packet->ndo;
	const struct pfsync_frame *frame = &packet->frame;

	if (frame->dialect == NULL)
		return;
	if (frame->certainty != PFSYNC_CERTAIN)
		ND_PRINT(
		    ", %s (%s)", frame->dialect->name, pfsync_certainty_name(frame->certainty));
	else if (ndo->ndo_vflag > 0)
		ND_PRINT(", %s", frame->dialect->name);
	if (ndo->ndo_vflag > 1 && frame->header.has_cksum) {
		ND_PRINT(", ruleset ");
		for (size_t i = 0; i < sizeof(frame->header.cksum); i++)
			ND_PRINT("%02x", frame->header.cksum[i]);
	}
}

static void
pfsync_frame_print(netdissect_options *ndo, const u_char *bp, u_int length,
    struct pfsync_sender *sender, int fragmented)
{
	const struct pfsync_namer namer = {.name = pfsync_addr_name, .context = ndo};
	struct pfsync_packet packet = {
	    .ndo = ndo,
	    .namer = ndo->ndo_nflag ? NULL : &namer,
	    .fragmented = fragmented,
	};
	u_int caplen, wirelen = length;
	int status;

	if (length == 0) {
		ND_PRINT("PFSYNC len 0");
		nd_print_invalid(ndo);
		return;
	}
	ND_PRINT("PFSYNCv%u len %u", GET_U_1(bp), length);
	caplen = ND_MIN(length, ND_BYTES_AVAILABLE_AFTER(bp));
	ND_TCHECK_LEN(bp, caplen);
	if (fragmented) {
		ND_PRINT(" (first fragment)");
		/* Versions 5 and 6 tell how long the whole is. */
		if (GET_U_1(bp) >= 5)
			wirelen = ND_MAX(length, GET_BE_U_2(bp + 2));
	}
	status = pfsync_frame_open(&packet.frame, bp, caplen, wirelen, &sender->hint);
	pfsync_dialect_print(&packet);
	if (ndo->ndo_qflag)
		return;
	if (status != PFSYNC_OK)
		pfsync_problem_print(&packet);
	pfsync_sections_print(&packet);
}

/* An IP packet of protocol 240; `iph` is its IPv4 or IPv6 header. */
void
pfsync_print(netdissect_options *ndo, const u_char *bp, u_int length, const u_char *iph, u_int ver,
    int fragmented, u_int ttl)
{
	static const u_char none[16];
	u_char source[16] = {0};
	int tap;

	ndo->ndo_protocol = "pfsync";
	if (ver == 4)
		GET_CPY_BYTES(source, iph + 12, 4);
	else
		GET_CPY_BYTES(source, iph + 8, 16);
	/* OpenBSD 7.4 and later: the header on pfsync0 has no source yet. */
	tap = memcmp(source, none, sizeof(source)) == 0;
	/* Receivers drop all else: it was routed, or forged. */
	if (ttl != PFSYNC_TTL && !tap)
		ND_PRINT("[ttl=%u!] ", ttl);
	pfsync_frame_print(ndo, bp, length, pfsync_sender(tap ? 0 : ver, source), fragmented);
}

static void
pfsync_tap_print(netdissect_options *ndo, const struct pcap_pkthdr *h, const u_char *p)
{
	static const u_char none[16];

	if (ndo->ndo_eflag)
		ND_PRINT("pfsync: ");
	pfsync_frame_print(ndo, p, h->len, pfsync_sender(0, none), 0);
}

/* DLT_PFSYNC: the pfsync header, or from OpenBSD 7.4 on the IPv4 header before it. */
void
pfsync_if_print(netdissect_options *ndo, const struct pcap_pkthdr *h, const u_char *p)
{
	ndo->ndo_protocol = "pfsync";
	ND_TCHECK_LEN(p, h->caplen);
	if (pfsync_tap_ip_header(p, h->caplen) == 0) {
		pfsync_tap_print(ndo, h, p);
		return;
	}
	if (ndo->ndo_eflag)
		ND_PRINT("IP ");
	ip_print(ndo, p, h->len);
}

/*
 * Link types that mean pfsync on some systems and something else on others: 18 (also
 * Classical IP in old Linux files) and 121 (also DLT_HHDLC).
 */
void
pfsync_shared_if_print(netdissect_options *ndo, const struct pcap_pkthdr *h, const u_char *p)
{
	size_t skip;

	ND_TCHECK_LEN(p, h->caplen);
	skip = pfsync_tap_ip_header(p, h->caplen);
	if (skip > 0 || pfsync_plausible(p, h->caplen, h->len))
		pfsync_if_print(ndo, h, p);
	else
		unsupported_if_print(ndo, h, p);
}
