/*
 * test_scenario.c - nodes, packets and messages of a document.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scenario.h"

static struct scenario *
read_text(const char *text, struct doc **doc)
{
	struct scenario *s;

	*doc = doc_parse("d", text, strlen(text));
	s = scenario_read(*doc);
	assert_non_null(s);
	return s;
}

static void
nobody_needs_to_say_anything(void **state)
{
	struct doc *doc;
	struct scenario *s =
	    read_text("{\"packets\": [{\"messages\": [{\"action\": \"INS\"}]}]}", &doc);
	const struct scenario_packet *packet = &s->packets[0];

	(void)state;
	assert_false(doc_failed(doc));
	assert_int_equal(s->node_count, 1);
	assert_string_equal(s->nodes[0].name, "fw1");
	assert_string_equal(s->nodes[0].dialect->name, "openbsd-6k");
	assert_int_equal(s->nodes[0].hostid, 1);
	assert_false(s->nodes[0].own_addresses);
	assert_memory_equal(s->nodes[0].ip4.b, "\x0a\x09\0\1", 4);
	assert_memory_equal(s->nodes[0].mac.b, "\2\0\x0a\x09\0\1", 6);
	assert_int_equal(s->packet_count, 1);
	assert_int_equal(s->messages, 1);
	assert_int_equal(packet->time_ns, INT64_C(1704067200000000000));
	assert_true(packet->to_group);
	assert_int_equal(packet->ip.ttl, 255);
	assert_int_equal(packet->ip.len, 288);
	assert_int_equal(packet->repeat, 1);
	scenario_free(s);
	doc_free(doc);
	scenario_free(NULL);
}

static void
names_and_addresses_find_nodes(void **state)
{
	struct doc *doc;
	struct scenario *s = read_text(
	    "{\"nodes\": [{\"name\": \"a\"}, {\"name\": \"b\", \"address\": \"10.1.1.2\", "
	    "\"address6\": \"fe80::2\"}], \"packets\": ["
	    "{\"from\": \"b\", \"to\": \"a\", \"messages\": [{\"action\": \"BUS\"}]},"
	    "{\"from\": \"10.1.1.2\", \"ip6\": true, \"messages\": [{\"action\": \"BUS\"}]},"
	    "{\"messages\": [{\"action\": \"BUS\", \"ip_src\": \"fe80::2\", \"ip_dst\": "
	    "\"10.9.0.1\"}]}]}",
	    &doc);

	(void)state;
	assert_false(doc_failed(doc));
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(s->packets[i].node, 1);
	assert_false(s->packets[0].to_group);
	assert_memory_equal(s->packets[0].ip.dst.b, "\x0a\x09\0\1", 4);
	assert_true(s->packets[1].ip.ip6 && s->packets[1].to_group);
	assert_memory_equal(s->packets[2].ip.dst.b, "\x0a\x09\0\1", 4);
	scenario_free(s);
	doc_free(doc);
}

static void
assert_wrong(const char *text, const char *error)
{
	struct doc *doc;
	struct scenario *s = read_text(text, &doc);

	assert_true(doc_failed(doc));
	if (strstr(doc_error_text(doc, 0), error) == NULL)
		fail_msg("%s", doc_error_text(doc, 0));
	scenario_free(s);
	doc_free(doc);
}

#define BUS "\"messages\": [{\"action\": \"BUS\"}]"

static void
what_is_wrong_is_told(void **state)
{
	(void)state;
	assert_wrong("{}", "$.packets: missing");
	assert_wrong("{\"nodes\": [{\"name\": \"a\"}, {\"name\": \"a\"}], \"packets\": [{" BUS
		     "}]}",
	    "$.nodes[1].name: \"a\" is another node's");
	assert_wrong("{\"nodes\": [{}, {}, {}, {}, {}], \"packets\": [{" BUS "}]}",
	    "$.nodes[4].name: missing");
	assert_wrong(
	    "{\"nodes\": [{\"address\": \"fe80::1\"}], \"packets\": [{\"to\": \"10.0.0.1\", " BUS
	    "}]}",
	    "$.packets[0].to: node fw1 has no address of that family");
	assert_wrong("{\"nodes\": [{\"cksum\": \"00\"}], \"packets\": [{" BUS "}]}",
	    "$.nodes[0].cksum: accepted: 32 hexadecimal digits");
	assert_wrong(
	    "{\"nodes\": [{\"mac\": \"00\"}], \"packets\": [{" BUS "}]}", "$.nodes[0].mac: ");
	assert_wrong("{\"view\": \"x\", \"packets\": [{" BUS "}]}", "$.view: \"x\" is no node");
	assert_wrong("{\"packets\": [{}]}", "$.packets[0].messages: missing");
	assert_wrong("{\"packets\": [{\"payload\": \"0\"}]}", "$.packets[0].payload: accepted");
	assert_wrong("{\"packets\": [{\"payload\": \"00\", " BUS "}]}",
	    "$.packets[0].payload: a packet has");
	assert_wrong("{\"start\": \"2261-01-01T00:00:00Z\", \"packets\": [{" BUS "}]}",
	    "$.packets[0]: after the year 2116");
	assert_wrong("{\"packets\": [{\"repeat\": 1000000, \"every\": \"1d\", " BUS "}]}",
	    "$.packets[0].every: ");
}

static void
sections_and_packets_end(void **state)
{
	static char text[200000] = "{\"dialect\": \"openbsd-2e\", \"packets\": [{\"messages\": [";
	static char many[300000] = "{\"packets\": [{\"messages\": [";

	(void)state;
	for (int i = 0; i < 256; i++)
		strcat(text, i > 0 ? ",{\"action\":\"DEL_C\"}" : "{\"action\":\"DEL_C\"}");
	strcat(text, "]}]}");
	assert_wrong(text, "$.packets[0].messages[254]: does not fit");
	for (int i = 0; i < 260; i++)
		strcat(many, i > 0 ? ",{\"action\":\"INS\"}" : "{\"action\":\"INS\"}");
	strcat(many, "]}]}");
	assert_wrong(many, "$.packets[0].messages[248]: does not fit");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nobody_needs_to_say_anything),
	    cmocka_unit_test(names_and_addresses_find_nodes),
	    cmocka_unit_test(what_is_wrong_is_told),
	    cmocka_unit_test(sections_and_packets_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
