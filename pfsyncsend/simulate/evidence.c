/*
 * evidence.c - what the capture tells, and where it is behind or ahead of a node.
 *
 * SPDX-License-Identifier: ISC
 */
#include "engine.h"
#include "peek.h"

struct walk {
	struct sim *sim;
	const struct evidence_packet *packet;
};

/* A node that got what was captured, or missed what was not, agrees with it from now on. */
static void
compare(struct walk *walk, struct seen_entry *entry)
{
	const struct evidence_packet *packet = walk->packet;

	for (unsigned n = 0; n < walk->sim->nodes; n++) {
		bool meant = (packet->meant >> n & 1) != 0;
		bool known = (packet->known >> n & 1) != 0;
		if (meant && (packet->captured || known))
			seen_differ(walk->sim->seen, entry, n, packet->captured != known);
		if (known && packet->captured)
			entry->gone = (uint8_t)(entry->gone & ~(1U << n));
	}
}

static bool
held_by_any(const struct sim *sim, size_t but, uint64_t id, uint32_t creatorid)
{
	for (size_t n = 0; n < sim->nodes; n++) {
		if (n != but && fw_lookup(sim->peers[n].fw, id, creatorid) != NULL)
			return true;
	}
	return false;
}

/* CLR names no state: it concerns all of a creator. */
static void
compare_creator(struct walk *walk, uint32_t creatorid)
{
	const struct seen_entry *next;
	size_t cursor = 0;

	if (walk->packet->captured && walk->packet->meant == walk->packet->known)
		return;
	while ((next = seen_next(walk->sim->seen, &cursor)) != NULL) {
		if (next->creatorid == creatorid)
			compare(walk, seen_find(walk->sim->seen, next->id, next->creatorid));
	}
}

/* Nobody has it, and nobody can think that somebody has. */
static bool
is_over(const struct sim *sim, const struct seen_entry *entry, size_t but)
{
	return entry->differs == 0 && entry->gone == 0 &&
	       !held_by_any(sim, but, entry->id, entry->creatorid);
}

/*
 * Who asks for everything may have lost everything, or not: the capture does not tell, until
 * something is said about a state again.
 */
static void
forget_node(struct walk *walk)
{
	struct sim *sim = walk->sim;
	GArray *over;
	const struct seen_entry *next;
	size_t cursor = 0;

	if (!walk->packet->captured || walk->packet->from < 0)
		return;
	over = g_array_new(FALSE, FALSE, sizeof(struct sim_id));
	while ((next = seen_next(sim->seen, &cursor)) != NULL) {
		struct seen_entry *entry = seen_find(sim->seen, next->id, next->creatorid);
		struct sim_id id = {.id = next->id, .creatorid = next->creatorid};
		entry->gone = (uint8_t)(entry->gone & ~(1U << walk->packet->from));
		if (held_by_any(sim, SIZE_MAX, id.id, id.creatorid))
			seen_differ(sim->seen, entry, (unsigned)walk->packet->from, true);
		else if (entry->gone == 0)
			g_array_append_val(over, id);
	}
	for (guint i = 0; i < over->len; i++) {
		const struct sim_id *id = &g_array_index(over, struct sim_id, i);
		seen_remove(sim->seen, id->id, id->creatorid);
	}
	g_array_free(over, TRUE);
}

static bool
visit(void *context, const struct peek_message *message)
{
	struct walk *walk = context;
	struct sim *sim = walk->sim;
	bool deletes = message->action == PFSYNC_ACT_DEL || message->action == PFSYNC_ACT_DEL_C;
	struct seen_entry *entry;

	if (message->action == PFSYNC_ACT_UPD_REQ && message->id == 0)
		forget_node(walk);
	if (message->action == PFSYNC_ACT_CLR) {
		compare_creator(walk, message->creatorid);
		return true;
	}
	/* Requests and acknowledgements change nobody's table. */
	if (message->id == 0 || message->action == PFSYNC_ACT_UPD_REQ ||
	    message->action == PFSYNC_ACT_INS_ACK || message->action == PFSYNC_ACT_TDB)
		return true;
	entry = seen_find(sim->seen, message->id, message->creatorid);
	if (entry == NULL) {
		if (deletes && !held_by_any(sim, SIZE_MAX, message->id, message->creatorid))
			return true;
		entry = seen_add(sim->seen, message->id, message->creatorid);
	}
	if (walk->packet->captured) {
		entry->full |= message->full;
		entry->deleted_ns = deletes ? sim->now_ns : -1;
	}
	compare(walk, entry);
	if (deletes && is_over(sim, entry, SIZE_MAX))
		seen_remove(sim->seen, message->id, message->creatorid);
	return true;
}

void
evidence_packet(struct sim *sim, const struct evidence_packet *packet)
{
	bool plain = packet->captured && packet->meant == packet->known &&
		     seen_differing(sim->seen) == 0 && sim->config->capture_from_ns == 0;
	struct walk walk = {.sim = sim, .packet = packet};

	peek(packet->dialect, packet->bytes, packet->len, plain, visit, &walk);
}

void
evidence_removed(struct sim *sim, size_t node, enum fw_why why, const struct fw_state *state)
{
	struct seen_entry *entry = seen_find(sim->seen, state->id, state->creatorid);

	if (entry == NULL)
		return;
	switch (why) {
	case FW_WHY_EXPIRED:
	case FW_WHY_KILLED:
	case FW_WHY_RETIRED:
	case FW_WHY_RESTART:
		/* Until it says so; a mute or restarted node never will. */
		entry->gone = (uint8_t)(entry->gone | 1U << node);
		break;
	default: /* by a message, or by a flush, which CLR tells (SEM 10) */
		if (is_over(sim, entry, node))
			seen_remove(sim->seen, state->id, state->creatorid);
		break;
	}
}
