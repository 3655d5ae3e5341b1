/*
 * fuzz_print.c - libFuzzer: the printer of tcpdump-pfsync.
 *
 * SPDX-License-Identifier: ISC
 *
 * Two bytes choose verbosity and options, the way in (IPv4, IPv6, pfsync0, a shared
 * link type), and how much longer the packet was than its capture; the rest is the
 * packet.  It is printed twice, the second time as one of a known sender.  Whatever
 * the bytes are, what comes out must be printable.
 *
 * Of netdissect only the headers are used: host names and the printers of other
 * protocols have no part in this.
 */
#include "../tests/print-pfsync/harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

const char *
ipaddr_string(netdissect_options *ndo, const u_char *address)
{
	static char text[16];

	(void)ndo;
	snprintf(text, sizeof(text), "%u.%u.%u.%u", address[0], address[1], address[2], address[3]);
	return text;
}

const char *
ip6addr_string(netdissect_options *ndo, const u_char *address)
{
	static char text[40];

	(void)ndo;
	snprintf(text, sizeof(text), "%02x%02x::%02x", address[0], address[1], address[15]);
	return text;
}

void
nd_print_invalid(netdissect_options *ndo)
{
	ND_PRINT(" (invalid)");
}

/* pfsync_if_print() saw that the header is whole and says protocol 240. */
void
ip_print(netdissect_options *ndo, const u_char *bytes, u_int length)
{
	const u_int header = (bytes[0] & 0x0fU) * 4;

	pfsync_print(ndo, bytes + header, length - header, bytes, 4, 0, bytes[8]);
}

void
unsupported_if_print(netdissect_options *ndo, const struct pcap_pkthdr *h, const u_char *bytes)
{
	(void)h, (void)bytes;
	ND_PRINT("unsupported");
}

/* Headers as long as IPv6's stand before each packet. */
#define HEADERS 40

static void
print_once(netdissect_options *ndo, const uint8_t *data, const u_char *buffer, u_int caplen)
{
	const u_char *packet = buffer + HEADERS;
	const struct pcap_pkthdr h = {.caplen = caplen, .len = caplen + data[1] * 8U};
	const int fragmented = data[0] >> 5 & 1;

	harness_begin();
	ndo->ndo_snapend = packet + caplen;
	ndo->ndo_packetp = buffer;
	if (setjmp(ndo->ndo_early_end) != 0)
		return;
	switch (data[0] >> 2 & 3) {
	case 0:
		pfsync_print(ndo, packet, h.len, packet - 20, 4, fragmented, data[0]);
		break;
	case 1:
		pfsync_print(ndo, packet, h.len, buffer, 6, fragmented, 255);
		break;
	case 2:
		pfsync_if_print(ndo, &h, packet);
		break;
	default:
		pfsync_shared_if_print(ndo, &h, packet);
		break;
	}
}

static void
require_printable(void)
{
	for (size_t i = 0; i < harness_len; i++) {
		const unsigned char c = (unsigned char)harness_text[i];

		if (c != '\n' && c != '\t' && (c < 0x20 || c > 0x7e))
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	netdissect_options ndo = {.ndo_printf = harness_printf, .ndo_nflag = 1};
	u_char *buffer;
	size_t caplen;

	if (size < 3)
		return 0;
	caplen = size - 2;
	buffer = malloc(HEADERS + caplen); /* of just that size */
	if (buffer == NULL)
		return 0;
	memset(buffer, data[0] & 0x10 ? 0 : 10, HEADERS); /* OpenBSD 7.4: no source */
	memcpy(buffer + HEADERS, data + 2, caplen);
	ndo.ndo_vflag = data[0] & 3;
	ndo.ndo_qflag = data[0] >> 6 & 1;
	ndo.ndo_eflag = data[0] >> 7;
	harness_forget_senders();
	for (int round = 0; round < 2; round++) {
		print_once(&ndo, data, buffer, (u_int)caplen);
		require_printable();
	}
	free(buffer);
	return 0;
}
