/*
 * facts.h - what a full record says of a state, kept once for all nodes.
 *
 * SPDX-License-Identifier: ISC
 *
 * Keys and counters differ from state to state; the rest (interface, rule,
 * flags, route, which fields the dialect has) is the same for all states that
 * one rule made, so equal ones are kept once.
 */
#ifndef PFREPLAY_FACTS_H
#define PFREPLAY_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "pfsync.h"
#include "slab.h"

/* Compared byte by byte: always made from zeroed memory. */
struct traits {
	struct pfsync_fields has;
	struct pfsync_addr rt_addr;
	uint32_t rule;
	uint32_t anchor;
	uint32_t nat_rule;
	int32_t rtableid[2];
	uint16_t state_flags;
	uint16_t max_mss;
	uint16_t qid;
	uint16_t pqid;
	uint16_t dnpipe;
	uint16_t dnrpipe;
	uint8_t record; /* enum pfsync_record_kind */
	uint8_t action_number;
	uint8_t af_number;
	uint8_t wire_af;
	uint8_t stack_af;
	uint8_t rt_af_number;
	uint8_t proto;
	uint8_t stack_proto;
	uint8_t direction;
	uint8_t log;
	uint8_t allow_opts;
	uint8_t sync_flags;
	uint8_t min_ttl;
	uint8_t set_tos;
	uint8_t set_prio[2];
	uint8_t rt;
	char ifname[PFSYNC_IFNAMSIZ];
	char rt_ifname[PFSYNC_IFNAMSIZ];
	char orig_ifname[PFSYNC_IFNAMSIZ];
	char tagname[PFSYNC_TAGSIZ];
};

struct shared_traits {
	struct traits traits;
	uint64_t users;
};

/* Two cache lines. */
struct facts {
	/* wire 0, 1, stack 0, 1; or lan, gwy, ext (v1 .. v3). */
	struct pfsync_addr addr[4];
	uint64_t packets[2];
	uint64_t bytes[2];
	int64_t creation_ns; /* the earliest time that a record's age gives */
	struct shared_traits *shared;
	uint16_t port[4];
	uint16_t rdomain[2];
	uint8_t updates;
};

struct facts_store {
	struct slab slab;
	GHashTable *traits; /* set of struct shared_traits */
};

/* At most `limit` facts.  Release with facts_clear(). */
void facts_init(struct facts_store *store, uint32_t limit);
void facts_clear(struct facts_store *store);

/*
 * Keep what the full state in `message`, sent at `time_ns`, says.  `number` is
 * what an earlier call returned for this state, or 0; the number to use from
 * now on is returned, 0 when the limit is reached.
 */
uint32_t facts_put(struct facts_store *store, uint32_t number, const struct pfsync_message *message,
    int64_t time_ns);
/*
 * True if `message` has keys or a protocol and they are not those of `number`:
 * another state under the same id (SEM 1.5, D-29).
 */
bool facts_differ(
    const struct facts_store *store, uint32_t number, const struct pfsync_message *message);
/* True if fields that both tell besides keys and counters are not those of `number`;
 * the flag of a wanted acknowledgement does not count. */
bool facts_traits_differ(
    const struct facts_store *store, uint32_t number, const struct pfsync_message *message);
/* Of `message`, keep packets, bytes and updates only. */
void facts_count(struct facts_store *store, uint32_t number, const struct pfsync_message *message);
/* True if the two have the same keys and protocol. */
bool facts_same(const struct facts_store *store, uint32_t a, uint32_t b);
/* The number of a copy; 0 if there is no room. */
uint32_t facts_copy(struct facts_store *store, uint32_t number);
/* Forget; 0 is allowed. */
void facts_drop(struct facts_store *store, uint32_t number);

static inline const struct facts *
facts_at(const struct facts_store *store, uint32_t number)
{
	return slab_at(&store->slab, number);
}

/* The inverse: fills the members of `message` and `has`, but not id,
 * creatorid, peers, timeout, creation_s, expire_s. */
void facts_get(const struct facts_store *store, uint32_t number, struct pfsync_message *message);

/* Are addr and port those of lan, gwy and ext? */
static inline bool
facts_have_hosts(const struct facts *facts)
{
	return ((facts->shared->traits.has.bits[PFSYNC_F_WIRE_ADDR0 / 64] >>
		    (PFSYNC_F_WIRE_ADDR0 % 64)) &
		   1) == 0;
}

/* Memory held, bytes. */
uint64_t facts_bytes(const struct facts_store *store);

#endif
