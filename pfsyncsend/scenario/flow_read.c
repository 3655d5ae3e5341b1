/*
 * flow_read.c - connections as messages of a scenario give them.
 *
 * SPDX-License-Identifier: ISC
 */
#include "flow_read.h"

#include "message_words.h"

enum { PROTO_ICMP = 1, PROTO_TCP = 6, PROTO_UDP = 17, PROTO_ICMP6 = 58, PROTO_SCTP = 132 };
enum { NAME_MAX_BYTES = 256 };

static const struct {
	const char *key;
	uint8_t proto; /* 0: that of "proto" */
} flow_keys_known[] = {{"tcp", PROTO_TCP}, {"udp", PROTO_UDP}, {"icmp", PROTO_ICMP},
    {"sctp", PROTO_SCTP}, {"flow", 0}};

enum { FLOW_KEYS = sizeof(flow_keys_known) / sizeof(flow_keys_known[0]) };

static bool
read_endpoint(const struct doc_at *at, struct endpoint *endpoint)
{
	const char *text = doc_at_text(at, NAME_MAX_BYTES, NULL);

	if (text == NULL)
		return false;
	if (endpoint_parse(text, endpoint))
		return true;
	doc_error(at, NULL, "\"%s\"; accepted: %s", text, ENDPOINT_FORMS);
	return false;
}

/* "nat" or "rdr": an address alone keeps the port. */
static bool
read_translation(const struct doc_at *at, const char *key, uint16_t port, struct endpoint *endpoint)
{
	struct doc_at value;

	if (!doc_value(at, key, &value) || !read_endpoint(&value, endpoint))
		return false;
	if (!endpoint->has_port)
		endpoint->port = port;
	return true;
}

static void
check_families(const struct doc_at *at, const struct flow *flow)
{
	const bool ip6 = flow->from.address.ip6;

	if (flow->to.address.ip6 != ip6 || (flow->has_nat && flow->nat.address.ip6 != ip6) ||
	    (flow->has_rdr && flow->rdr.address.ip6 != ip6))
		doc_error(at, NULL,
		    "IPv4 and IPv6 in one connection; a state with two families needs \"wire\" and "
		    "\"stack\"");
}

bool
flow_read(const struct doc_at *at, struct flow *flow)
{
	struct doc_at ends, from, to;
	int found = -1;

	*flow = (struct flow){.direction = PFSYNC_OUT};
	for (int i = 0; i < FLOW_KEYS; i++) {
		if (!doc_has(at, flow_keys_known[i].key))
			continue;
		if (found >= 0)
			doc_error(at, flow_keys_known[i].key, "a second connection beside \"%s\"",
			    flow_keys_known[found].key);
		found = i;
	}
	if (found < 0) {
		if (doc_has(at, "nat") || doc_has(at, "rdr"))
			doc_error(at, doc_has(at, "nat") ? "nat" : "rdr",
			    "translates nothing; give the connection as \"tcp\": [FROM, TO]");
		return false;
	}
	if (!doc_array(at, flow_keys_known[found].key, 2, &ends))
		return false;
	if (doc_length(&ends) != 2) {
		doc_error(&ends, NULL, "accepted: two of %s", ENDPOINT_FORMS);
		return false;
	}
	from = doc_item(&ends, 0);
	to = doc_item(&ends, 1);
	if (!read_endpoint(&from, &flow->from) || !read_endpoint(&to, &flow->to))
		return false;
	flow->proto = flow_keys_known[found].proto;
	if (flow->proto == PROTO_ICMP && flow->from.address.ip6)
		flow->proto = PROTO_ICMP6;
	words_proto(at, &flow->proto);
	flow->has_nat = read_translation(at, "nat", flow->from.port, &flow->nat);
	flow->has_rdr = read_translation(at, "rdr", flow->to.port, &flow->rdr);
	if (flow->has_rdr)
		flow->direction = PFSYNC_IN;
	words_direction(at, &flow->direction);
	if (flow->direction == PFSYNC_IN ? flow->has_nat : flow->has_rdr)
		doc_error(at, flow->has_nat ? "nat" : "rdr",
		    "\"nat\" goes with direction \"out\", \"rdr\" with \"in\"");
	check_families(at, flow);
	return true;
}
