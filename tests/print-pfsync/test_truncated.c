/*
 * test_truncated.c - every packet of every sample, cut at every length.
 *
 * SPDX-License-Identifier: ISC
 *
 * test_truncated FILE...
 *
 * Each packet is printed by tcpdump's own way, from the link layer on, from a
 * buffer of just the captured size, so that the sanitizers see each byte too far.
 * Whatever a cut takes away must be told by a mark such as [|pfsync]; and what is
 * printed before the mark must be what the whole packet gives.
 */
#include "harness.h"

#include "print.h"

static netdissect_options ndo_of_test;
static unsigned long cuts, failures;

static void
print_packet(if_printer printer, const struct pcap_pkthdr *whole, const u_char *bytes, u_int caplen,
    int verbose)
{
	netdissect_options *ndo = &ndo_of_test;
	struct pcap_pkthdr header = *whole;
	u_char *copy = malloc(caplen);

	if (copy == NULL)
		abort();
	memcpy(copy, bytes, caplen);
	header.caplen = caplen;
	ndo->ndo_if_printer = printer;
	ndo->ndo_vflag = verbose;
	harness_begin();
	pretty_print_packet(ndo, &header, copy, 1);
	free(copy);
}

static void
fail(const char *file, unsigned packet, u_int caplen, int verbose, const char *why)
{
	fprintf(stderr, "%s: packet %u cut at %u, verbosity %d: %s\n%s", file, packet, caplen,
	    verbose, why, harness_text);
	failures++;
}

/* The sections: what stands before them tells lengths and may differ. */
static const char *
items(const char *text)
{
	const char *first = strstr(text, "\n    act ");

	return first != NULL ? first : "";
}

/* Where the last section or record of the text begins. */
static const char *
last_item(const char *text)
{
	const char *last = text;

	for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++) {
		if (strncmp(at, "\n    act ", 9) == 0 || (at[1] == '\t' && at[2] != ' '))
			last = at;
	}
	return last;
}

/* All sections and records of `cut` but the last, which was cut, are in `whole`. */
static bool
same_items(const char *whole, const char *cut)
{
	const char *w = items(whole), *c = items(cut);

	return strncmp(w, c, (size_t)(last_item(c) - c)) == 0;
}

/* The format that the head line names; "" for none. */
static void
dialect_of(const char *text, char name[64])
{
	const char *head = strstr(text, "PFSYNCv");

	name[0] = '\0';
	if (head != NULL)
		(void)sscanf(head, "PFSYNCv%*u len %*u, %63[a-z0-9-]", name);
}

static void
cut_packet(const char *file, unsigned number, if_printer printer, const struct pcap_pkthdr *h,
    const u_char *bytes)
{
	static char whole[4][HARNESS_TEXT_MAX / 4];
	char named[2][64];

	for (int verbose = 0; verbose < 4; verbose++) {
		print_packet(printer, h, bytes, h->caplen, verbose);
		if (harness_len >= sizeof(whole[0]))
			abort();
		memcpy(whole[verbose], harness_text, harness_len + 1);
	}
	if (strstr(whole[0], "PFSYNC") == NULL)
		return; /* the rest of tcpdump has tests of its own */
	dialect_of(whole[3], named[0]);
	for (u_int caplen = 1; caplen < h->caplen; caplen++) {
		/* Half of them at -vvv, the rest at the others in turn. */
		const int verbose = (caplen + number) % 2 == 0 ? 3 : (int)(caplen % 3);
		bool marked;

		print_packet(printer, h, bytes, caplen, verbose);
		cuts++;
		if (strstr(harness_text, "PFSYNC") == NULL)
			continue;
		marked = strstr(harness_text, "[|") != NULL;
		dialect_of(harness_text, named[1]);
		if (!marked && strcmp(named[0], named[1]) == 0 &&
		    strcmp(items(harness_text), items(whole[verbose])) != 0)
			fail(file, number, caplen, verbose, "not said that it is cut");
		/* What is left may look like another format. */
		if (marked && verbose > 0 && strcmp(named[0], named[1]) == 0 &&
		    !same_items(whole[verbose], harness_text))
			fail(file, number, caplen, verbose, "differs from the whole");
	}
}

static void
cut_file(const char *path)
{
	char error[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *header;
	const u_char *bytes;
	pcap_t *pcap = pcap_open_offline(path, error);
	if_printer printer;
	unsigned number = 0;

	if (pcap == NULL)
		return; /* some are broken on purpose */
	harness_forget_senders();
	printer = get_if_printer(pcap_datalink(pcap));
	while (pcap_next_ex(pcap, &header, &bytes) == 1 && failures < 10)
		cut_packet(path, ++number, printer, header, bytes);
	pcap_close(pcap);
}

int
main(int argc, char **argv)
{
	netdissect_options *ndo = &ndo_of_test;
	char error[256];

	if (nd_init(error, sizeof(error)) != 0) {
		fprintf(stderr, "%s\n", error);
		return 2;
	}
	ndo_set_function_pointers(ndo);
	ndo->ndo_printf = harness_printf;
	ndo->ndo_nflag = 1;
	ndo->ndo_tflag = 1;
	init_print(ndo, 0, 0);
	for (int i = 1; i < argc && failures < 10; i++)
		cut_file(argv[i]);
	nd_cleanup();
	printf("%lu cuts of the packets of %d files, %lu failures\n", cuts, argc - 1, failures);
	return failures != 0 || cuts == 0;
}
