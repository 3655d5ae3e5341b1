/*
 * test_pfctl.c - listings of pfctl: real forms, round trips, and what is none.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "craft.h"
#include "generate.h"
#include "pfctl.h"

#define TEXT_MAX 4096

static struct lines lines;

static struct pfctl_listing *
read_text(const char *text)
{
	struct pfctl_listing *listing;

	memset(&lines, 0, sizeof(lines));
	lines.name = "list";
	lines.stream = craft_open(text, strlen(text));
	assert_non_null(lines.stream);
	listing = pfctl_read(&lines);
	fclose(lines.stream);
	return listing;
}

static const struct pfctl_state *
state_at(const struct pfctl_listing *listing, guint n)
{
	assert_true(n < listing->states->len);
	return &g_array_index(listing->states, struct pfctl_state, n);
}

static void
test_freebsd(void **state)
{
	struct pfctl_listing *listing = read_text(
	    "No ALTQ support in kernel\n"
	    "ALTQ related functions disabled\n"
	    "all tcp 10.2.0.10:63721 (10.1.0.2:35652) -> 10.2.0.2:7       ESTABLISHED:CLOSING\n"
	    "   [2249596462 + 65536] wscale 10  [4294967290 + 64512](+3711727100) wscale 0\n"
	    "   age 00:00:23, expires in 24:00:00, 94:48 pkts, 18696:16304 bytes, rule 0\n"
	    "   id: 000000006b03e77b creatorid: aa1cc860 gateway: 10.2.0.1\n"
	    "   origif: vtnet1\n"
	    "em0 ipv6-icmp fe80::1%em0[128] <- ff02::1[8]       NO_TRAFFIC:SINGLE\n"
	    "   age 123:59:59, expires in 00:00:01, 1:0 pkts, 2:0 bytes\n"
	    "   id: 0000000000000001 creatorid: 00000002\n");
	const struct pfctl_state *s;

	(void)state;
	assert_non_null(listing);
	assert_int_equal(listing->states->len, 2);
	assert_true(listing->has_ids);
	s = state_at(listing, 0);
	assert_int_equal(s->line, 3);
	assert_string_equal(s->ifname, "all");
	assert_int_equal(s->proto, 6);
	assert_int_equal(s->direction, PFSYNC_OUT);
	assert_int_equal(s->src_state, 4);
	assert_int_equal(s->dst_state, 7);
	assert_int_equal(s->src.seqlo, 2249596462U);
	assert_int_equal(s->src.seqhi, 2249596462U + 65536U);
	assert_int_equal(s->src.wscale, 0x8a);
	assert_int_equal(s->dst.seqhi, 64506); /* beyond 2^32 */
	assert_int_equal(s->dst.seqdiff, 3711727100U);
	assert_int_equal(s->dst.wscale, 0x80);
	assert_int_equal(s->age_s, 23);
	assert_int_equal(s->expires_s, 86400);
	assert_true(s->id == UINT64_C(0x6b03e77b));
	assert_int_equal(s->creatorid, 0xaa1cc860U);
	/* Wire key: what leaves; initiator second for a state that goes out. */
	assert_memory_equal(s->ends[1].addr.b, "\x0a\x02\x00\x0a", 4);
	assert_int_equal(s->ends[1].port, 63721);
	assert_memory_equal(s->ends[3].addr.b, "\x0a\x01\x00\x02", 4);
	assert_int_equal(s->ends[0].port, 7);
	s = state_at(listing, 1);
	assert_int_equal(s->proto, 58);
	assert_int_equal(s->direction, PFSYNC_IN);
	assert_int_equal(s->src_state, 1);
	assert_int_equal(s->dst_state, 0);
	assert_int_equal(s->age_s, 123 * 3600 + 3599);
	assert_int_equal(s->ends[3].af, PFSYNC_AF_INET6);
	pfctl_free(listing);
}

static void
test_openbsd(void **state)
{
	struct pfctl_listing *listing =
	    read_text("all tcp (7) 10.0.0.1:80 {10.9.9.9} <- (7) 10.0.0.2:1234       PROXY:DST\n"
		      "   [1 + 2]  [3 + 4]\n"
		      "all 99 10.0.0.1 -> 10.0.0.2 ((3) 10.0.0.3)       2:1\r\n"
		      "em1 udp fd00::1[53] (10.0.0.9:1053) -> 2001:db8::2[99] (10.0.0.8:99)       "
		      "MULTIPLE:MULTIPLE\n");
	const struct pfctl_state *s;

	(void)state;
	assert_non_null(listing);
	assert_int_equal(listing->states->len, 3);
	assert_false(listing->has_ids);
	s = state_at(listing, 0);
	assert_false(s->has_levels);
	assert_true(s->has_windows);
	assert_int_equal(s->ends[3].rdomain, 7);
	assert_int_equal(s->dst.seqlo, 1);
	assert_int_equal(s->src.seqhi, 7);
	s = state_at(listing, 1);
	assert_int_equal(s->proto, 99);
	assert_int_equal(s->src_state, 2);
	assert_int_equal(s->ends[2].rdomain, 3);
	/* af-to: it came in by one family and left by the other. */
	s = state_at(listing, 2);
	assert_int_equal(s->direction, PFSYNC_IN);
	assert_int_equal(s->ends[2].af, PFSYNC_AF_INET6);
	assert_int_equal(s->ends[0].af, PFSYNC_AF_INET);
	pfctl_free(listing);
}

static void
test_old_form(void **state)
{
	struct pfctl_listing *listing =
	    read_text("self tcp 10.1.0.2:4711 -> 10.2.0.10:50001 -> 10.2.0.2:80       2:0\n"
		      "self tcp 10.2.0.2:80 <- 10.2.0.10:80 <- 10.9.0.2:4711       2:0\n");
	struct pfsync_message message;
	char text[256];

	(void)state;
	assert_non_null(listing);
	assert_true(state_at(listing, 0)->old_form);
	assert_int_equal(state_at(listing, 0)->direction, PFSYNC_OUT);
	pfctl_message(state_at(listing, 0), &message);
	pfsync_text_state(text, sizeof(text), &message);
	assert_string_equal(text, "self tcp 10.1.0.2:4711 -> 10.2.0.10:50001 -> 10.2.0.2:80       "
				  "SYN_SENT:CLOSED");
	pfctl_message(state_at(listing, 1), &message);
	pfsync_text_state(text, sizeof(text), &message);
	assert_string_equal(text, "self tcp 10.2.0.2:80 <- 10.2.0.10:80 <- 10.9.0.2:4711       "
				  "SYN_SENT:CLOSED");
	pfctl_free(listing);
}

static void
test_status(void **state)
{
	struct pfctl_listing *listing =
	    read_text("Status: Enabled for 0 days 00:02:18           Debug: Urgent\n\n"
		      "Hostid:   0xaa1cc860\n"
		      "Checksum: 0x000102030405060708090a0b0c0d0e0f\n\n"
		      "State Table                          Total             Rate\n"
		      "  current entries                        9               \n");

	(void)state;
	assert_non_null(listing);
	assert_int_equal(listing->states->len, 0);
	assert_true(listing->has_hostid);
	assert_int_equal(listing->hostid, 0xaa1cc860U);
	assert_true(listing->has_cksum);
	for (unsigned i = 0; i < 16; i++)
		assert_int_equal(listing->cksum[i], i);
	pfctl_free(listing);
}

static void
test_empty(void **state)
{
	static const char *const texts[] = {"", "\n", "No ALTQ support in kernel\n"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct pfctl_listing *listing = read_text(texts[i]);

		assert_non_null(listing);
		assert_int_equal(listing->states->len, 0);
		pfctl_free(listing);
	}
}

static void
test_errors(void **state)
{
	static const struct {
		const char *text;
		const char *error;
	} cases[] = {
	    {"root:x:0:0::/root:/bin/sh\n", "list: no line of it is as pfctl"},
	    {"\n\nall tcp 10.0.0.1:80 -> nowhere       1:1\n", "list:3: addresses"},
	    {"all tcp 10.0.0.1:80 -> 10.0.0.2:99999       1:1\n", "list:1: addresses"},
	    {"all tcp 10.0.0.1 -> 10.0.0.2 <- 10.0.0.3       1:1\n", "list:1: addresses"},
	    {"all tcp 10.0.0.1 (10.0.0.9 -> 10.0.0.2       1:1\n", "list:1: addresses"},
	    {"all tcp fd00::1[80 -> fd00::2[1]       1:1\n", "list:1: addresses"},
	    {"all xyz 10.0.0.1 -> 10.0.0.2       1:1\n", "list:1: a protocol"},
	    {"all 256 10.0.0.1 -> 10.0.0.2       1:1\n", "list:1: a protocol"},
	    {"an-interface-of-26-letters tcp 10.0.0.1 -> 10.0.0.2       1:1\n",
		"list:1: a state without an interface"},
	    {"all tcp 10.0.0.1 -> 10.0.0.2       1:1\n   [1 + x]  [1 + 2]\n",
		"list:2: sequence windows"},
	    {"all tcp 10.0.0.1 -> 10.0.0.2       1:1\n   age 00:61:00, expires\n",
		"list:2: an age"},
	    {"all tcp 10.0.0.1 -> 10.0.0.2       1:1\n   id: 1 creatorid: 100000000\n",
		"list:2: an id"},
	};
	char *flood;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pfctl_listing *listing = read_text(cases[i].text);

		if (listing != NULL)
			fail_msg("read: %s", cases[i].text);
		if (strncmp(lines.error, cases[i].error, strlen(cases[i].error)) != 0)
			fail_msg("%s: %s", cases[i].text, lines.error);
	}
	flood = malloc(LINES_LENGTH_MAX + 1);
	assert_non_null(flood);
	memset(flood, 'x', LINES_LENGTH_MAX);
	flood[LINES_LENGTH_MAX] = '\0';
	assert_null(read_text(flood));
	assert_string_equal(lines.error, "list:1: the line is too long");
	free(flood);
}

static void
cut_behind_id(char *text)
{
	static const char word[] = " creatorid: ";
	char *at = strstr(text, word);

	assert_non_null(at);
	at[strlen(word) + 8] = '\0';
}

/* What libpfsync prints of a random state, read and printed again, is the same. */
static void
check_round_trip(const struct pfsync_message *message)
{
	char text[TEXT_MAX], again[TEXT_MAX];
	size_t (*const parts[])(char *, size_t, const struct pfsync_message *) = {
	    pfsync_text_state, pfsync_text_windows, pfsync_text_id};
	struct pfctl_listing *listing;
	struct pfsync_message back;
	size_t used = 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (i > 0)
			used += (size_t)snprintf(text + used, sizeof(text) - used, "\n   ");
		used += parts[i](text + used, sizeof(text) - used, message);
	}
	listing = read_text(text);
	if (listing == NULL)
		fail_msg("%s\n%s", lines.error, text);
	assert_int_equal(listing->states->len, 1);
	pfctl_message(state_at(listing, 0), &back);
	used = 0;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (i > 0)
			used += (size_t)snprintf(again + used, sizeof(again) - used, "\n   ");
		used += parts[i](again + used, sizeof(again) - used, &back);
	}
	pfctl_free(listing);
	/* Routing and what follows is read over. */
	cut_behind_id(text);
	assert_string_equal(text, again);
}

/* Levels of TCP that pfctl does not print, by number or by a name of our own. */
static void
test_levels_of_tcp(void **state)
{
	static const char *const listings[] = {
	    "all tcp 10.2.0.10:1 -> 10.2.0.2:7       40:0\n",
	    "all tcp 10.2.0.10:1 -> 10.2.0.2:7       4:11\n",
	    "all tcp 10.2.0.10:1 -> 10.2.0.2:7       PROXY_SRC:ESTABLISHED\n",
	    "all tcp 10.2.0.10:1 -> 10.2.0.2:7       <BAD STATE LEVELS 40:0>\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(listings) / sizeof(listings[0]); i++) {
		struct pfctl_listing *listing = read_text(listings[i]);

		assert_non_null(listing);
		assert_int_equal(listing->states->len, 1);
		assert_false(state_at(listing, 0)->has_levels);
		pfctl_free(listing);
	}
}

/* What listings of that form say, or pfctl itself never prints. */
static bool
is_listed(struct pfsync_message *message)
{
	struct pfsync_state *s = &message->u.state;
	char ifname[PFSYNC_IFNAMSIZ] = "em0";

	if (!pfsync_has(message, PFSYNC_F_PROTO) || !pfsync_has(message, PFSYNC_F_IFNAME) ||
	    !pfsync_has(message, PFSYNC_F_DIRECTION) ||
	    (s->direction != PFSYNC_IN && s->direction != PFSYNC_OUT))
		return false;
	memcpy(s->ifname, ifname, sizeof(ifname));
	memset(&s->rt_addr, 0, sizeof(s->rt_addr));
	/* PROXY:SRC is read as not known. */
	s->src.state %= 11;
	s->dst.state %= 11;
	return true;
}

static void
test_round_trips(void **state)
{
	struct generate g = {.state = 42};
	struct pfsync_message message;
	unsigned count = 0;

	(void)state;
	for (size_t d = 0; d < pfsync_dialect_count(); d++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(d);

		for (unsigned number = 0; number < PFSYNC_ACTION_NUMBERS; number++) {
			for (unsigned i = 0; i < 20; i++) {
				if (!generate_message(&g, dialect, number, true, &message) ||
				    message.action != PFSYNC_ACT_INS || !is_listed(&message))
					continue;
				check_round_trip(&message);
				count++;
			}
		}
	}
	assert_true(count > 500);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_freebsd),
	    cmocka_unit_test(test_openbsd),
	    cmocka_unit_test(test_old_form),
	    cmocka_unit_test(test_status),
	    cmocka_unit_test(test_empty),
	    cmocka_unit_test(test_errors),
	    cmocka_unit_test(test_levels_of_tcp),
	    cmocka_unit_test(test_round_trips),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
