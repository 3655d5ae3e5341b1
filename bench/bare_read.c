/*
 * bare_read.c - the limit: a libpcap read loop that looks at nothing.
 *
 * SPDX-License-Identifier: ISC
 */
#include <pcap/pcap.h>
#include <stdio.h>

int
main(int argc, char **argv)
{
	char error[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *header;
	const u_char *bytes;
	unsigned long packets = 0;
	pcap_t *pcap;

	if (argc != 2) {
		fputs("usage: bare_read FILE\n", stderr);
		return 2;
	}
	pcap = pcap_open_offline(argv[1], error);
	if (pcap == NULL) {
		fprintf(stderr, "bare_read: %s\n", error);
		return 2;
	}
	while (pcap_next_ex(pcap, &header, &bytes) == 1)
		packets++;
	pcap_close(pcap);
	printf("%lu packets\n", packets);
	return 0;
}
