/*
 * packet_read.c - the packets of a scenario.
 *
 * SPDX-License-Identifier: ISC
 */
#include "packet_read.h"

#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "wrong.h"

enum { NAME_MAX_BYTES = 64, HEX_MAX = 3 * 65536 };
#define DURATION_MAX_NS (INT64_C(86400000000000) * 3650)

static const char *const packet_keys[] = {"comment", "at", "after", "time", "from", "to", "ip6",
    "dialect", "ttl", "tos", "id", "df", "hop_by_hop", "bad_checksum", "mtu", "snaplen", "proto",
    "messages", "payload", "wrong", "repeat", "every", NULL};

struct reader {
	struct scenario *s;
	const struct packet_clock *clock;
	struct scenario_packet *packet;
	int64_t last_ns; /* time of the packet before */
	uint8_t *bytes;  /* SCENARIO_PAYLOAD_MAX, for the packet at hand */
	size_t len;
};

/* The first message: lines of pfsyncdump say time, source and destination. */
static struct doc_at
first_message(const struct doc_at *at, struct doc_at *messages)
{
	if (doc_value(at, "messages", messages) && doc_is_array(messages)) {
		struct doc_at first = doc_item(messages, 0);
		if (doc_is_object(&first))
			return first;
	}
	return (struct doc_at){.doc = at->doc};
}

/* ------------------------------------------------------------------------
 * From and to
 */

static bool
find_node(const struct scenario *s, const char *text, size_t *node)
{
	struct ip_address address;

	for (size_t i = 0; i < s->node_count; i++) {
		if (strcmp(s->nodes[i].name, text) == 0) {
			*node = i;
			return true;
		}
	}
	if (!ip_address_parse(text, &address))
		return false;
	for (size_t i = 0; i < s->node_count; i++) {
		const struct scenario_node *n = &s->nodes[i];
		bool has = address.ip6 ? n->has_ip6 : n->has_ip4;
		if (has && memcmp(&address.addr, address.ip6 ? &n->ip6 : &n->ip4,
			       sizeof(address.addr)) == 0) {
			*node = i;
			return true;
		}
	}
	return false;
}

static void
list_nodes(const struct scenario *s, char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < s->node_count && used + 1 < size; i++) {
		snprintf(out + used, size - used, "%s%s", i > 0 ? ", " : "", s->nodes[i].name);
		used = strlen(out);
	}
}

static void
read_from(struct reader *r, const struct doc_at *at)
{
	const char *name = doc_text(at, "from", NAME_MAX_BYTES, NULL);
	char nodes[512];
	struct doc_at messages, first = first_message(at, &messages), src;

	if (name == NULL) {
		/* Who said it in the capture; else the first node. */
		if (doc_value(&first, "ip_src", &src) && doc_is_text(&src))
			find_node(r->s, doc_at_text(&src, NAME_MAX_BYTES, ""), &r->packet->node);
		return;
	}
	if (find_node(r->s, name, &r->packet->node))
		return;
	list_nodes(r->s, nodes, sizeof(nodes));
	doc_error(at, "from", "\"%s\" is no node; accepted: %s", name, nodes);
}

/* The node's address of that family, if it is a node; else the address itself. */
static bool
find_target(const struct reader *r, const char *text, bool want_ip6, struct ip_address *target)
{
	size_t node;

	if (ip_address_parse(text, target))
		return true;
	if (!find_node(r->s, text, &node))
		return false;
	target->ip6 = want_ip6 || !r->s->nodes[node].has_ip4;
	target->addr = target->ip6 ? r->s->nodes[node].ip6 : r->s->nodes[node].ip4;
	return true;
}

static void
read_to(struct reader *r, const struct doc_at *at)
{
	const struct scenario_node *node = &r->s->nodes[r->packet->node];
	bool ip6 = doc_bool(at, "ip6", !node->has_ip4);
	struct doc_at messages, first = first_message(at, &messages), dst = {.doc = at->doc};
	const char *text = doc_text(at, "to", NAME_MAX_BYTES, NULL);
	struct ip_address target = ip_pfsync_group(ip6);

	if (text == NULL && doc_value(&first, "ip_dst", &dst) && doc_is_text(&dst))
		text = doc_at_text(&dst, NAME_MAX_BYTES, NULL);
	if (text != NULL && strcmp(text, "group") != 0 && !find_target(r, text, ip6, &target))
		doc_error(
		    at, "to", "\"%s\"; accepted: an address, the name of a node, \"group\"", text);
	if (doc_has(at, "ip6") && target.ip6 != ip6)
		doc_error(at, "ip6", "not the family of \"to\"");
	if (target.ip6 ? !node->has_ip6 : !node->has_ip4)
		doc_error(at, doc_has(at, "to") ? "to" : NULL,
		    "node %s has no address of that family", node->name);
	r->packet->ip = ip_pfsync(target.ip6);
	r->packet->ip.dst = target.addr;
	r->packet->to_group = ip_is_multicast(target.ip6, &target.addr);
}

/* ------------------------------------------------------------------------
 * When and how
 */

static void
read_time(struct reader *r, const struct doc_at *at)
{
	struct doc_at messages, first = first_message(at, &messages);
	int64_t next = r->last_ns + (r->s->packet_count > 0 ? r->clock->interval_ns : 0);
	int given = doc_has(at, "at") + doc_has(at, "after") + doc_has(at, "time");

	if (given > 1)
		doc_error(at, NULL, "only one of \"at\", \"after\" and \"time\" can hold");
	if (doc_has(at, "at"))
		next = r->clock->start_ns + doc_duration_ns(at, "at", 0, DURATION_MAX_NS, 0);
	else if (doc_has(at, "after"))
		next = r->last_ns + doc_duration_ns(at, "after", 0, DURATION_MAX_NS, 0);
	else if (doc_has(at, "time"))
		next = doc_time_ns(at, "time", next);
	else if (doc_has(&first, "time"))
		next = doc_time_ns(&first, "time", next);
	/* A million packets that each wait for years end behind all time. */
	if (next > INT64_MAX / 2) {
		doc_error(at, NULL, "after the year 2116");
		next = r->clock->start_ns;
	}
	r->packet->time_ns = next;
}

static void
read_ip(struct reader *r, const struct doc_at *at)
{
	struct scenario_packet *p = r->packet;

	p->ip.ttl = (uint8_t)doc_integer(at, "ttl", 0, UINT8_MAX, p->ip.ttl);
	p->ip.tos = (uint8_t)doc_integer(at, "tos", 0, UINT8_MAX, p->ip.tos);
	p->ip.proto = (uint8_t)doc_integer(at, "proto", 0, UINT8_MAX, p->ip.proto);
	p->ip.may_fragment = !doc_bool(at, "df", true);
	p->ip.hop_by_hop = doc_bool(at, "hop_by_hop", false);
	p->bad_checksum = doc_bool(at, "bad_checksum", false);
	p->has_id = doc_has(at, "id");
	p->ip.id = (uint16_t)doc_integer(at, "id", 0, UINT16_MAX, 0);
	p->mtu = (size_t)doc_integer(at, "mtu", 68, 65535, 0);
	p->snaplen = (size_t)doc_integer(at, "snaplen", 1, 262144, 0);
	p->repeat = (uint64_t)doc_integer(at, "repeat", 1, SCENARIO_REPEAT_MAX, 1);
	p->every_ns = doc_duration_ns(at, "every", 0, DURATION_MAX_NS / SCENARIO_REPEAT_MAX,
	    r->clock->interval_ns < DURATION_MAX_NS / SCENARIO_REPEAT_MAX ? r->clock->interval_ns
									  : 0);
	if (p->ip.hop_by_hop && !p->ip.ip6)
		doc_error(at, "hop_by_hop", "only IPv6 has extension headers");
	if (p->bad_checksum && p->ip.ip6)
		doc_error(at, "bad_checksum", "IPv6 has no header checksum");
}

/* ------------------------------------------------------------------------
 * What is in it
 */

/* The packet's own, else that in which its first message was heard, else the node's. */
static const struct pfsync_dialect *
dialect_of(const struct reader *r, const struct doc_at *at)
{
	struct doc_at messages, first = first_message(at, &messages);
	const struct pfsync_dialect *dialect = scenario_dialect(at, "dialect");

	if (dialect == NULL)
		dialect = scenario_dialect(&first, "dialect");
	return dialect != NULL ? dialect : r->s->nodes[r->packet->node].dialect;
}

static void
tell_builder(const struct doc_at *at, const struct pfsync_dialect *dialect, int status)
{
	if (status == PFSYNC_NOSPACE)
		doc_error(at, NULL,
		    "does not fit: a packet has at most %d bytes, and a section of %s at most %d "
		    "messages",
		    SCENARIO_PAYLOAD_MAX, dialect->name, dialect->version >= 5 ? 65535 : 254);
	else
		doc_error(at, NULL,
		    "%s has one action in a packet; put this message into a packet of its own",
		    dialect->name);
}

static void
read_messages(struct reader *r, const struct doc_at *at, const struct pfsync_dialect *dialect)
{
	struct scenario_node *node = &r->s->nodes[r->packet->node];
	const struct message_context context = {.dialect = dialect,
	    .hostid = node->hostid,
	    .last_id = &node->last_id,
	    .named = &r->s->named};
	struct pfsync_builder builder;
	struct pfsync_message message;
	struct doc_at messages;
	int status = 0;

	pfsync_build_begin(&builder, dialect, node->cksum, r->bytes, SCENARIO_PAYLOAD_MAX);
	if (!doc_need_array(at, "messages", SCENARIO_MESSAGES_MAX, &messages))
		return;
	for (size_t i = 0; i < doc_length(&messages); i++) {
		struct doc_at item = doc_item_object(&messages, i);
		if (item.value == NULL || message_read(&item, &context, &message) != MESSAGE_READ)
			continue;
		status = pfsync_build_add(&builder, &message);
		if (status < 0) {
			tell_builder(&item, dialect, status);
			return;
		}
		r->s->messages++;
	}
	status = pfsync_build_end(&builder);
	if (status < 0)
		tell_builder(&messages, dialect, status);
	else
		r->len = (size_t)status;
}

static void
read_payload(struct reader *r, const struct doc_at *at)
{
	const char *text = doc_text(at, "payload", HEX_MAX, "");

	if (!hex_parse(text, r->bytes, SCENARIO_PAYLOAD_MAX, &r->len))
		doc_error(at, "payload", "accepted: up to %d bytes as hexadecimal digits",
		    SCENARIO_PAYLOAD_MAX);
	if (doc_has(at, "messages"))
		doc_error(at, "payload", "a packet has \"payload\" or \"messages\"");
}

static void
read_content(struct reader *r, const struct doc_at *at)
{
	const struct pfsync_dialect *dialect = dialect_of(r, at);
	struct doc_at wrong;

	r->len = 0;
	if (doc_has(at, "payload")) {
		read_payload(r, at);
	} else {
		r->packet->dialect = dialect;
		read_messages(r, at, dialect);
	}
	if (doc_object(at, "wrong", &wrong) && r->len > 0)
		wrong_apply(&wrong, r->packet->dialect, r->bytes, SCENARIO_PAYLOAD_MAX, &r->len);
}

static bool
keep_bytes(struct reader *r)
{
	uint8_t *copy = malloc(r->len + 1);

	if (copy == NULL)
		return false;
	memcpy(copy, r->bytes, r->len);
	r->packet->ip.payload = copy;
	r->packet->ip.len = r->len;
	return true;
}

static void
read_packet(struct reader *r, const struct doc_at *at)
{
	*r->packet = (struct scenario_packet){.repeat = 1};
	doc_known(at, packet_keys);
	read_from(r, at);
	read_to(r, at);
	read_time(r, at);
	read_ip(r, at);
	read_content(r, at);
	if (r->packet->ip.ip6 && r->len + IP6_HEADER_BYTES > UINT16_MAX)
		doc_error(at, NULL, "too large for IPv6");
	r->last_ns = r->packet->time_ns + r->packet->every_ns * (int64_t)(r->packet->repeat - 1);
	if (!keep_bytes(r))
		doc_error(at, NULL, "out of memory");
	r->s->packet_count++;
}

void
packets_read(struct scenario *scenario, const struct doc_at *root, const struct packet_clock *clock)
{
	struct reader r = {.s = scenario, .clock = clock, .last_ns = clock->start_ns};
	struct doc_at packets;

	if (!doc_need_array(root, "packets", SCENARIO_PACKETS_MAX, &packets))
		return;
	r.bytes = malloc(SCENARIO_PAYLOAD_MAX);
	scenario->packets = calloc(doc_length(&packets), sizeof(*scenario->packets));
	if (r.bytes == NULL || scenario->packets == NULL)
		doc_error(&packets, NULL, "out of memory");
	for (size_t i = 0; i < doc_length(&packets) && r.bytes != NULL &&
			   scenario->packets != NULL && doc_error_count(root->doc) < DOC_ERRORS_MAX;
	     i++) {
		struct doc_at at = doc_item_object(&packets, i);
		r.packet = &scenario->packets[i];
		read_packet(&r, &at);
	}
	free(r.bytes);
}

void
packets_free(struct scenario *scenario)
{
	for (size_t i = 0; i < scenario->packet_count; i++)
		free((void *)(uintptr_t)scenario->packets[i].ip.payload);
	free(scenario->packets);
}
