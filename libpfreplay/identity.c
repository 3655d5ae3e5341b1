/*
 * identity.c - whose host id it is, and whether it came up anew (SEM 1.3, 1.4).
 *
 * SPDX-License-Identifier: ISC
 */
#include "internal.h"

/* Another firewall that proved to own that host id, or NULL. */
static struct node *
owner_besides(const struct pfreplay *r, const struct node *node, uint32_t creatorid)
{
	for (size_t n = 0; n < r->nodes.count; n++) {
		struct node *other = r->nodes.list[n];

		if (other == node || node_is_hidden(other) || other->address_count == 0)
			continue;
		for (size_t i = 0; i < other->creatorid_count; i++)
			if (other->creatorids[i] == creatorid)
				return other;
	}
	return NULL;
}

static void
tell_node(struct event *event, enum watch_node_kind kind, struct node *other)
{
	const struct watch_node told = {.kind = kind,
	    .node = event->sender,
	    .other = other,
	    .creatorid = event->message->creatorid,
	    .time_ns = event->time_ns};

	watch_tell_node(event->r, &told);
}

/* Two nodes are one firewall: go on with the one that has an address. */
static void
join(struct event *event, struct node *other)
{
	struct pfreplay *r = event->r;
	struct open_packet *open = &r->open;
	bool keep_other = event->sender->address_count == 0;
	struct node *into = keep_other ? other : event->sender;
	struct node *from = keep_other ? event->sender : other;

	store_join(r, into, from);
	nodes_join(&r->nodes, into, from);
	bulks_join(&r->bulks, into->index, from->index);
	event->sender = into;
	open->sender = into;
	open->fast = NULL;
	tell_node(event, WATCH_NODE_JOINED, from);
	for (size_t i = open->receiver_count; i-- > 0;)
		if (open->receivers[i] == into->index || open->receivers[i] == from->index)
			open->receivers[i] = open->receivers[--open->receiver_count];
}

/* --- ids begin anew ------------------------------------------------------- */

/* Ids of FreeBSD 10 to 13 have the CPU in their top octet. */
#define ID_CPU_SHIFT 56
#define ID_SECONDS_SHIFT 32
/* States that two announcements lie apart, at most, if the counter went on. */
#define ID_STEPS_MAX 4096
/* How long after pf's start the first state may be announced, at most. */
#define ID_START_S 600

/* What the ids of a counter begin with: seconds since 1970 (SEM 1.3). */
static bool
begins_near(uint64_t seed_s, int64_t time_ns)
{
	int64_t ago_s = time_ns / EXPIRY_NS_PER_S - (int64_t)seed_s;

	return ago_s >= -2 && ago_s <= ID_START_S;
}

/*
 * Did the counter of ids start anew between two of a node's own states?  A
 * pfsync that was only taken down and up goes on where it was.
 */
static bool
id_starts_anew(const struct node *node, uint64_t before, uint64_t id, int64_t time_ns)
{
	bool freebsd = node->family >= PFREPLAY_V5F10 && node->family <= PFREPLAY_V5F15;

	if (id - before <= ID_STEPS_MAX || before - id <= ID_STEPS_MAX)
		return false;
	if (!freebsd)
		return id >> ID_SECONDS_SHIFT != before >> ID_SECONDS_SHIFT &&
		       begins_near(id >> ID_SECONDS_SHIFT, time_ns);
	if (id >> ID_CPU_SHIFT != before >> ID_CPU_SHIFT)
		return false;
	return begins_near(id & ((UINT64_C(1) << ID_CPU_SHIFT) - 1), time_ns);
}

/* It came up anew: what it had before its bulk request is gone. */
static void
reboot(struct event *event)
{
	struct node *node = event->sender;
	const struct store_filter gone = {.before_ns = node->restarted_ns};

	node->restarted = false;
	(void)store_remove(event->r, node, &gone, NULL);
	store_reborn(event->r, node);
	tell_node(event, WATCH_NODE_REBOOTED, NULL);
}

static bool
owns_id(const struct node *node, uint32_t creatorid)
{
	for (size_t i = 0; i < node->creatorid_count; i++)
		if (node->creatorids[i] == creatorid)
			return true;
	return false;
}

/* An INS of its own: after a restart with a fixed host id, ids tell. */
static void
note_id(struct event *event)
{
	struct node *node = event->sender;
	const struct pfsync_message *message = event->message;
	bool known = node->latest_id != 0 && node->latest_creatorid == message->creatorid;

	if (!owns_id(node, message->creatorid))
		return;
	if (known && node->restarted && node->kept_ns == 0 &&
	    id_starts_anew(node, node->latest_id, message->id, node->restarted_ns))
		reboot(event);
	node->restarts = 0;
	node->latest_id = message->id;
	node->latest_creatorid = message->creatorid;
}

/* INS, CLR and BUS carry the sender's own host id (SEM 1.4). */
void
identity_learn(struct event *event)
{
	struct pfreplay *r = event->r;
	struct node *node = event->sender, *other = NULL;
	bool claims = false;
	uint32_t creatorid = event->message->creatorid;
	size_t known = node->creatorid_count;

	if (event->message->action == PFSYNC_ACT_INS)
		note_id(event);
	node = event->sender;
	for (size_t i = 0; i < known; i++)
		if (node->creatorids[i] == creatorid)
			return;
	if (node->address_count != 0) {
		other = owner_besides(r, node, creatorid);
		claims = other != NULL;
		if (claims)
			tell_node(event, WATCH_NODE_CLAIM, other);
		/* Some OpenBSD announced imported states by INS (SEM 1.4). */
		if (other != NULL && event->message->action == PFSYNC_ACT_INS)
			return;
	}
	other = nodes_own(&r->nodes, node, creatorid);
	tell_node(event, WATCH_NODE_HOSTID, NULL);
	if (!claims && known != 0 && node->creatorid_count > known && node->restarted &&
	    node->kept_ns == 0) {
		/* A new host id after a bulk request: the system came up anew,
		 * and what it had before is gone. */
		reboot(event);
	}
	if (other != NULL)
		join(event, other);
}
