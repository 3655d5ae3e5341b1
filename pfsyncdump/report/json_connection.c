/*
 * json_connection.c - which connection a state is (see json_connection.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include "json_connection.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "json_set.h"
#include "words.h"

void
json_set_ids(json_t *object, uint64_t id, uint32_t creatorid)
{
	char text[20];

	snprintf(text, sizeof(text), "%016" PRIx64, id);
	json_set_string(object, "id", text);
	snprintf(text, sizeof(text), "%08" PRIx32, creatorid);
	json_set_string(object, "creatorid", text);
}

/* One end of a key. */
struct end {
	enum pfsync_af af;
	const struct pfsync_addr *addr;
	uint16_t port;
};

static bool
end_equal(const struct end *a, const struct end *b)
{
	return a->af == b->af && a->port == b->port &&
	       memcmp(a->addr, b->addr, a->af == PFSYNC_AF_INET ? 4 : 16) == 0;
}

static void
set_end(json_t *object, const char *addr_key, const char *port_key, const struct end *end)
{
	json_set_addr(object, addr_key, end->af, end->addr);
	json_set_count(object, port_key, end->port);
}

static void
set_ends(json_t *object, const struct pfsync_message *message)
{
	const enum pfsync_af wire_af = pfsync_key_af(message, false);
	const enum pfsync_af stack_af = pfsync_key_af(message, true);
	struct pfsync_key wire, stack;
	struct end ends[2][2];

	if (!pfsync_state_keys(message, &wire, &stack))
		return;
	for (unsigned i = 0; i < 2; i++) {
		ends[0][i] = (struct end){wire_af, &wire.addr[i], wire.port[i]};
		ends[1][i] = (struct end){stack_af, &stack.addr[i], stack.port[i]};
	}
	set_end(object, "inside_addr", "inside_port", &ends[1][1]);
	if (!end_equal(&ends[0][1], &ends[1][1]))
		set_end(object, "mapped_addr", "mapped_port", &ends[0][1]);
	set_end(object, "outside_addr", "outside_port", &ends[0][0]);
	if (!end_equal(&ends[0][0], &ends[1][0]))
		set_end(object, "outside_mapped_addr", "outside_mapped_port", &ends[1][0]);
}

static const char *
af_name(enum pfsync_af af)
{
	switch (af) {
	case PFSYNC_AF_INET:
		return "inet";
	case PFSYNC_AF_INET6:
		return "inet6";
	default:
		return NULL;
	}
}

static void
set_word(json_t *object, const char *key, const char *word)
{
	if (word != NULL)
		json_set_string(object, key, word);
}

/* What is known of one peer without its windows. */
static void
set_level(json_t *object, const char *key, const struct pfsync_message *message, unsigned level)
{
	json_t *peer = json_object();

	json_set_count(peer, "state_number", level);
	set_word(peer, "state", words_level(message, -1, level));
	json_object_set_new(object, key, peer);
}

void
json_set_connection(json_t *object, const struct pfsync_message *message)
{
	const struct pfsync_state *state = &message->u.state;
	char ifname[PFSYNC_IFNAMSIZ + 1] = "";

	if (pfsync_has(message, PFSYNC_F_IFNAME)) {
		memcpy(ifname, state->ifname, PFSYNC_IFNAMSIZ);
		json_set_name(object, "ifname", ifname);
	}
	set_word(object, "af", af_name(pfsync_state_af(message)));
	if (pfsync_has(message, PFSYNC_F_PROTO)) {
		json_set_count(object, "proto", state->proto);
		set_word(object, "proto_name", pfsync_proto_name(state->proto));
	}
	if (pfsync_has(message, PFSYNC_F_STACK_PROTO) && state->stack_proto != state->proto)
		json_set_count(object, "stack_proto", state->stack_proto);
	if (pfsync_has(message, PFSYNC_F_DIRECTION))
		set_word(object, "direction", pfsync_direction_name(state->direction));
	set_ends(object, message);
	if (pfsync_has(message, PFSYNC_F_SRC_STATE))
		set_level(object, "src_peer", message, state->src.state);
	if (pfsync_has(message, PFSYNC_F_DST_STATE))
		set_level(object, "dst_peer", message, state->dst.state);
}
