/*
 * fuzz_wireshark.c - libFuzzer: the plugin within Wireshark's own dissection.
 *
 * SPDX-License-Identifier: ISC
 *
 * The input is that of fuzz_replay: a row of packets, each behind five bytes:
 * sender, seconds since the last packet (signed), flags, and the length in two
 * bytes.  Each is dissected as part of an IP packet, or as one captured on
 * pfsync0, with its whole tree, then once more: the second pass of a file.
 * Nothing may be thrown by the dissector: Wireshark would say "Malformed".
 */
#include <stdlib.h>
#include <string.h>

#include "../wireshark-plugin/compat.h"

#include <epan/epan.h>
#include <epan/epan_dissect.h>
#include <wsutil/filesystem.h>
#include <wsutil/privileges.h>

#include "../wireshark-plugin/encap.h"
#include "../wireshark-plugin/packet-pfsync.h"

#define IP_BYTES 20
#define PACKETS_MAX 64

/* Flags of a packet. */
#define FLAG_TAP 2
#define FLAG_CUT 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);
const char *__asan_default_options(void);

struct packet_provider_data {
	nstime_t time;
};

struct packet {
	frame_data fd;
	wtap_rec rec;
	uint8_t *bytes;
};

/* Wireshark's libraries keep what they allocate when they start. */
const char *
__asan_default_options(void)
{
	return "detect_leaks=0";
}

static const nstime_t *
frame_time(struct packet_provider_data *provider, guint32 number)
{
	(void)number;
	return &provider->time;
}

static epan_t *session;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const struct packet_provider_funcs functions = {.get_frame_ts = frame_time};
	static struct packet_provider_data provider;
	static proto_plugin plugin;

	(void)argc;
	/* Defaults, and nobody's preferences. */
	setenv("HOME", "/nonexistent", 1);
	init_process_policies();
	g_free(configuration_init((*argv)[0], NULL));
	wtap_init(FALSE);
	plugin.register_protoinfo = packet_register;
	plugin.register_handoff = encap_handoff;
	proto_register_plugin(&plugin);
	if (!epan_init(NULL, NULL, FALSE))
		abort();
	epan_load_settings();
	session = epan_new(&provider, &functions);
	return 0;
}

/* An IPv4 header of protocol 240; its checksum is not looked at. */
static void
put_ip(uint8_t *p, const uint8_t *head, size_t length)
{
	static const uint8_t start[IP_BYTES] = {
	    0x45, 0, 0, 0, 0, 1, 0, 0, 255, 240, 0, 0, 10, 0, 0, 0, 224, 0, 0, 240};

	memcpy(p, start, sizeof(start));
	p[2] = (uint8_t)(length >> 8);
	p[3] = (uint8_t)length;
	p[15] = head[0] & 7;
}

static void
make_packet(struct packet *packet, const uint8_t *head, const uint8_t *payload, size_t caplen,
    size_t wirelen, int64_t time_s, uint32_t number)
{
	bool tap = (head[2] & FLAG_TAP) != 0;
	size_t front = tap ? 0 : IP_BYTES;

	memset(packet, 0, sizeof(*packet));
	packet->bytes = malloc(front + caplen + 1);
	if (packet->bytes == NULL)
		abort();
	if (!tap)
		put_ip(packet->bytes, head, front + wirelen);
	memcpy(packet->bytes + front, payload, caplen);
	wtap_rec_init(&packet->rec);
	packet->rec.rec_type = REC_TYPE_PACKET;
	packet->rec.presence_flags = WTAP_HAS_TS | WTAP_HAS_CAP_LEN;
	packet->rec.ts.secs = time_s;
	packet->rec.rec_header.packet_header.caplen = (guint32)(front + caplen);
	packet->rec.rec_header.packet_header.len = (guint32)(front + wirelen);
	packet->rec.rec_header.packet_header.pkt_encap =
	    tap ? WTAP_ENCAP_UNKNOWN : WTAP_ENCAP_RAW_IP;
	frame_data_init(&packet->fd, number, &packet->rec, 0, 0);
}

static bool
is_in(const epan_dissect_t *edt, const char *protocol)
{
	GPtrArray *found = proto_find_first_finfo(edt->tree, proto_get_id_by_filter_name(protocol));
	bool any = found != NULL && found->len > 0;

	if (found != NULL)
		g_ptr_array_free(found, TRUE);
	return any;
}

static void
dissect(struct packet *packet)
{
	epan_dissect_t *edt = epan_dissect_new(session, TRUE, TRUE);
	guint caplen = packet->rec.rec_header.packet_header.caplen;
	tvbuff_t *tvb = tvb_new_real_data(
	    packet->bytes, caplen, (gint)packet->rec.rec_header.packet_header.len);

	epan_dissect_run(edt, wtap_pcap_file_type_subtype(), &packet->rec, tvb, &packet->fd, NULL);
	if (is_in(edt, "pfsync") && is_in(edt, "_ws.malformed"))
		abort();
	epan_dissect_free(edt);
	packet->fd.visited = 1;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct packet packets[PACKETS_MAX];
	int64_t time_s = 1795000000;
	uint32_t count = 0;

	while (size > 5 && count < PACKETS_MAX) {
		const uint8_t *head = data;
		size_t wirelen = (size_t)head[3] << 8 | head[4];
		size_t length = wirelen < size - 5 ? wirelen : size - 5;

		time_s += (int8_t)head[1];
		if (wirelen > UINT16_MAX - IP_BYTES || (head[2] & FLAG_CUT) == 0)
			wirelen = length < UINT16_MAX - IP_BYTES ? length : UINT16_MAX - IP_BYTES;
		if (length > wirelen)
			length = wirelen;
		make_packet(&packets[count], head, data + 5, length, wirelen, time_s, count + 1);
		dissect(&packets[count++]);
		data += 5 + length;
		size -= 5 + length;
	}
	for (uint32_t i = 0; i < count; i++)
		dissect(&packets[i]);
	/* The end of a file, as far as the plugin can tell: a session of its own
	 * for each input would start every other dissector anew. */
	wmem_free_all(wmem_file_scope());
	for (uint32_t i = 0; i < count; i++) {
		frame_data_destroy(&packets[i].fd);
		wtap_rec_cleanup(&packets[i].rec);
		free(packets[i].bytes);
	}
	return 0;
}
