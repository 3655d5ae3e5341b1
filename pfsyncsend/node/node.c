/*
 * node.c - making, running and ending a node.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define UPTIME_MAX_S 1000000000U

void
fw_config_init(struct fw_config *config, enum fw_family family)
{
	*config = (struct fw_config){
	    .family = family, .adaptive_start = FW_DEFAULT, .adaptive_end = FW_DEFAULT};
	for (int i = 0; i < FW_TIMEOUT_CLASSES; i++)
		config->timeout_s[i] = FW_DEFAULT;
}

/* ------------------------------------------------------------------------
 * Configuration -> node
 */

static void
refine_traits(struct fw *fw)
{
	struct fw_traits *traits = &fw->traits;
	const struct fw_config *config = &fw->config;

	/* Kernels of July 2009 merged as V5f10 does; only 4.5 is left to era A (capture). */
	if (config->family == FW_V5O && strcmp(fw->dialect->name, "openbsd-5a") != 0)
		traits->era = FW_ERA_B;
	/* The interface counts from 5.9 at the latest; 5.7 begins that record (SEM 2.7). */
	if (config->family == FW_V6A && strcmp(fw->dialect->name, "openbsd-6i") != 0 &&
	    strcmp(fw->dialect->name, "openbsd-6j") != 0) {
		traits->clr = FW_CLR_ALL;
		traits->adaptive32 = true;
	}
	if (config->family == FW_V5F10) {
		const bool early = config->freebsd_release < 12;
		traits->slices = early ? 1 : 0;
		traits->adaptive32 = early;
		traits->adaptive_total = !early;
		traits->upd_binds_rule = !early;
		if (early)
			traits->state_limit = 10000;
	}
	if (config->family == FW_V5F15 && config->freebsd_release >= 16)
		traits->clr = FW_CLR_LEAKING;
	fw->freebsd = traits->freebsd || strncmp(fw->dialect->name, "freebsd", 7) == 0;
}

static const char *
choose_record(struct fw *fw)
{
	uint16_t version = fw->config.message_version;
	const enum fw_family family = fw->config.family;

	fw->record = fw->dialect->layouts[PFSYNC_SLOT_STATE]->record;
	if (family != FW_V5F14 && family != FW_V5F15)
		return version == 0 || (version == 1301 && family == FW_V5F10)
			   ? NULL
			   : "a message version is only chosen on FreeBSD 14 and later";
	if (version == 0)
		version = family == FW_V5F14 ? 1400 : 1500;
	fw->config.message_version = version;
	switch (version) {
	case 1301:
		return NULL;
	case 1400:
		fw->record = PFSYNC_REC_1400;
		return NULL;
	case 1500:
		fw->record = PFSYNC_REC_1500;
		return family == FW_V5F15 ? NULL : "FreeBSD 14 does not send version 1500";
	default:
		return "message version must be 1301, 1400 or 1500";
	}
}

static void
choose_times(struct fw *fw)
{
	struct fw_config *config = &fw->config;

	for (unsigned i = 0; i < FW_TIMEOUT_CLASSES; i++) {
		if (config->timeout_s[i] == FW_DEFAULT)
			config->timeout_s[i] =
			    i == 14 ? fw->traits.frag_s : pfsync_timeout_default_s(i);
	}
	if (config->state_limit == 0)
		config->state_limit = fw->traits.state_limit;
	/* pfctl derives both from the limit (SEM 4.3). */
	if (config->adaptive_start == FW_DEFAULT)
		config->adaptive_start =
		    fw->traits.adaptive ? (uint32_t)((uint64_t)config->state_limit * 6 / 10) : 0;
	if (config->adaptive_end == FW_DEFAULT)
		config->adaptive_end =
		    fw->traits.adaptive ? (uint32_t)((uint64_t)config->state_limit * 12 / 10) : 0;
	if (config->interval_s == 0)
		config->interval_s = 10;
	if (config->hz == 0)
		config->hz = fw->traits.ticks_1000 && fw->freebsd ? 1000 : 100;
}

static const char *
choose_sizes(struct fw *fw)
{
	struct fw_config *config = &fw->config;

	if (config->mtu == 0)
		config->mtu = 1500;
	if (config->maxupd == 0)
		config->maxupd = 128;
	if (config->cpus == 0)
		config->cpus = 2;
	if (config->cpus > BUCKETS_MAX / 2)
		return "at most 16 CPUs";
	fw->bucket_count = fw->traits.slices != 0 ? fw->traits.slices : (uint32_t)config->cpus * 2;
	fw_export_init(fw);
	if (fw_states_per_packet(fw) == 0)
		return "the MTU has no room for a state";
	return NULL;
}

static bool
copy_lists(struct fw *fw)
{
	struct fw_config *config = &fw->config;
	static const char all[PFSYNC_IFNAMSIZ] = "all";

	if (fw_ifname_add(fw, all) < 0)
		return false;
	for (size_t i = 0; i < config->ifname_count; i++) {
		char name[PFSYNC_IFNAMSIZ];
		fw_ifname_copy(name, config->ifnames[i]);
		if (fw_ifname_add(fw, name) < 0)
			return false;
	}
	fw->rules = calloc(config->rule_count + 1, sizeof(*fw->rules));
	fw->rule_states = calloc(config->rule_count + 1, sizeof(*fw->rule_states));
	if (fw->rules == NULL || fw->rule_states == NULL)
		return false;
	if (config->rule_count > 0)
		memcpy(fw->rules, config->rules, config->rule_count * sizeof(*fw->rules));
	config->rules = fw->rules;
	config->ifnames = NULL;
	config->ifname_count = 0;
	return true;
}

static const char *
setup(struct fw *fw)
{
	struct fw_config *config = &fw->config;
	const char *problem;
	int family;

	if ((unsigned)config->family >= FW_FAMILY_COUNT)
		return "no such family";
	fw->traits = *fw_traits_of(config->family);
	if (config->dialect == NULL)
		config->dialect = fw_family_dialect(config->family);
	fw->dialect = config->dialect;
	family = fw_family_of_dialect(fw->dialect);
	/* V2a and V2b, V3 and V4a speak alike. */
	if (family < 0 || ((enum fw_family)family != config->family &&
			      !(fw->dialect->version == 2 && config->family <= FW_V2B) &&
			      !(fw->dialect->version == 3 && config->family == FW_V4A)))
		return "that family does not speak that dialect";
	if (config->freebsd_release == 0)
		config->freebsd_release = config->family == FW_V5F15   ? 15
					  : config->family == FW_V5F14 ? 14
								       : 13;
	if (config->rule_count > FW_RULES_MAX)
		return "too many rules";
	if (config->ifname_count >= IFNAMES_MAX)
		return "too many interfaces";
	if (config->uptime_s > UPTIME_MAX_S)
		return "uptime is too long";
	refine_traits(fw);
	problem = choose_record(fw);
	if (problem != NULL)
		return problem;
	choose_times(fw);
	problem = choose_sizes(fw);
	if (problem != NULL)
		return problem;
	fw->buckets = calloc(fw->bucket_count, sizeof(*fw->buckets));
	fw->packet = malloc(PACKET_MAX);
	if (fw->buckets == NULL || fw->packet == NULL || !copy_lists(fw) || !fw_plain_init(fw))
		return "out of memory";
	return NULL;
}

uint32_t
fw_draw(struct fw *fw)
{
	uint32_t drawn;

	do {
		fw->random =
		    fw->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		drawn = (uint32_t)(fw->random >> 32);
	} while (drawn == 0);
	return drawn;
}

/* SEM 1.3.  Only FreeBSD 10 and later seed anew at each pf start. */
static void
seed_ids(struct fw *fw, uint64_t unix_s)
{
	if (fw->traits.ids == FW_ID_SHIFTED && fw->ids_seeded)
		return;
	fw->ids_seeded = true;
	for (int cpu = 0; cpu < 256; cpu++)
		fw->next_id[cpu] = fw->traits.ids == FW_ID_SHIFTED ? unix_s << 32 : unix_s;
}

static void
set_time(struct fw *fw, int64_t now_ns)
{
	fw->now_ns = now_ns;
	fw->now_s = now_ns / NS_PER_S;
}

static void
reset_sync(struct fw *fw)
{
	for (uint32_t i = 0; i < fw->bucket_count; i++) {
		memset(&fw->buckets[i], 0, sizeof(fw->buckets[i]));
		fw_bucket_reset(fw, &fw->buckets[i]);
	}
	fw->plain.count = 0;
	fw->plain.timer_ns = NEVER;
	fw->bulk_in = (struct bulk_in){.timer_ns = NEVER};
	fw->bulk_out = (struct bulk_out){.timer_ns = NEVER, .asked_s = INT64_MIN};
	fw->push_wanted = false;
	fw->request_count = 0;
}

struct fw *
fw_new(const struct fw_config *config, const struct fw_callbacks *callbacks, int64_t now_ns,
    const char **problem)
{
	struct fw *fw = calloc(1, sizeof(*fw));
	const char *text = "out of memory";

	if (fw != NULL) {
		fw->config = *config;
		if (callbacks != NULL)
			fw->callbacks = *callbacks;
		fw->random = config->seed ^ UINT64_C(0x9e3779b97f4a7c15);
		fw->extra_free = TABLE_NONE;
		table_init(&fw->table, config->seed);
		text = setup(fw);
	}
	if (text != NULL) {
		if (problem != NULL)
			*problem = text;
		fw_free(fw);
		return NULL;
	}
	fw->hint.forced = fw->dialect;
	fw->hostid = config->hostid != 0 ? config->hostid : fw_draw(fw);
	fw->link = true;
	fw->soonest_ns = NEVER;
	set_time(fw, now_ns);
	fw->base_s = fw->now_s - fw->config.uptime_s;
	seed_ids(fw, config->id_seed_s != 0 ? config->id_seed_s : (uint64_t)fw->now_s);
	reset_sync(fw);
	fw_purge_init(fw);
	return fw;
}

void
fw_free(struct fw *fw)
{
	if (fw == NULL)
		return;
	table_free(&fw->table);
	fw_plain_drop(fw);
	free(fw->extras);
	free(fw->ifnames);
	free(fw->rules);
	free(fw->rule_states);
	free(fw->buckets);
	free(fw->packet);
	free(fw);
}

/* ------------------------------------------------------------------------
 * Time
 */

int64_t
fw_tick_ns(const struct fw *fw)
{
	return NS_PER_S / fw->config.hz;
}

static void
earlier(int64_t *soonest_ns, int64_t at_ns)
{
	if (at_ns < *soonest_ns)
		*soonest_ns = at_ns;
}

static int64_t
next_timer(const struct fw *fw)
{
	int64_t at = fw->plain.timer_ns;

	for (uint32_t i = 0; i < fw->bucket_count; i++)
		earlier(&at, fw->buckets[i].timer_ns);
	earlier(&at, fw->bulk_in.timer_ns);
	earlier(&at, fw->bulk_out.timer_ns);
	earlier(&at, fw_hold_deadline(fw));
	if (fw->table.live > 0)
		earlier(&at, fw->purge_next_ns);
	return at;
}

static void
run_due(struct fw *fw)
{
	const int64_t now_ns = fw->now_ns;

	if (fw->bulk_in.timer_ns <= now_ns)
		fw_bulk_in_timer(fw);
	if (fw->bulk_out.timer_ns <= now_ns)
		fw_bulk_out_timer(fw);
	if (fw_hold_deadline(fw) <= now_ns)
		fw_hold_run(fw);
	if (fw->table.live > 0 && fw->purge_next_ns <= now_ns)
		fw_purge_run(fw);
	fw_end(fw);
	if (fw->plain.timer_ns <= now_ns)
		fw_plain_send(fw, FW_FLUSH_TIMER);
	for (uint32_t i = 0; i < fw->bucket_count; i++) {
		if (fw->buckets[i].timer_ns <= now_ns)
			fw_bucket_send(fw, i, FW_FLUSH_TIMER);
	}
}

void
fw_begin(struct fw *fw, int64_t now_ns)
{
	while (fw->soonest_ns <= now_ns) {
		int64_t at = next_timer(fw);
		fw->soonest_ns = at;
		if (at > now_ns)
			break;
		if (at > fw->now_ns)
			set_time(fw, at);
		run_due(fw);
		fw->soonest_ns = next_timer(fw);
	}
	if (now_ns > fw->now_ns)
		set_time(fw, now_ns);
}

void
fw_end(struct fw *fw)
{
	if (fw->request_count > 0)
		fw_requests_send(fw);
	if (!fw->push_wanted)
		return;
	fw->push_wanted = false;
	for (uint32_t i = 0; i < fw->bucket_count; i++) {
		if (fw->buckets[i].push)
			fw_bucket_send(fw, i, fw->buckets[i].why);
	}
}

int64_t
fw_deadline_ns(const struct fw *fw)
{
	return fw->soonest_ns;
}

void
fw_tick(struct fw *fw, int64_t now_ns)
{
	fw_begin(fw, now_ns);
}

/* ------------------------------------------------------------------------
 * What the operator does
 */

/* Queues are dropped without a word (SEM 3.8); the states stay. */
static void
drop_queues(struct fw *fw)
{
	for (uint32_t i = 0; i < fw->bucket_count; i++) {
		struct bucket *b = &fw->buckets[i];
		for (int q = 0; q < FW_Q_COUNT; q++) {
			while (b->queues[q].head != TABLE_NONE) {
				uint32_t index = b->queues[q].head;
				fw_dequeue(fw, index);
				if ((table_at(&fw->table, index)->marks & MARK_LIVE) == 0)
					table_drop(&fw->table, index);
			}
		}
		while (b->held_count > 0)
			fw_release(fw, b->held[b->held_first].index, false);
		fw_bucket_reset(fw, b);
	}
	fw->plain.count = 0;
	fw->plain.timer_ns = NEVER;
	fw->request_count = 0;
}

void
fw_up(struct fw *fw, int64_t now_ns)
{
	fw_begin(fw, now_ns);
	if (fw->up)
		return;
	fw->up = true;
	/* FreeBSD asks when the sync interface is set, not for up and down. */
	if (!(fw->traits.histogram && fw->asked_once)) {
		fw_bulk_ask(fw, !fw->asked_once);
		fw->asked_once = true;
	}
	fw_end(fw);
}

void
fw_ask_bulk(struct fw *fw, int64_t now_ns)
{
	fw_begin(fw, now_ns);
	if (fw->up)
		fw_bulk_ask(fw, false);
	fw_end(fw);
}

void
fw_down(struct fw *fw, int64_t now_ns)
{
	fw_begin(fw, now_ns);
	if (!fw->up)
		return;
	fw->up = false;
	drop_queues(fw);
	fw_bulk_stop(fw);
	fw_bulk_out_stop(fw);
}

void
fw_link(struct fw *fw, int64_t now_ns, bool up)
{
	fw_begin(fw, now_ns);
	if (fw->link == up)
		return;
	fw->link = up;
	fw_demote_link(fw, !up);
	if (fw->up && up)
		fw_bulk_ask(fw, false);
	fw_end(fw);
}

void
fw_restart(struct fw *fw, int64_t now_ns, uint32_t hostid)
{
	uint64_t cursor = 0;

	fw_begin(fw, now_ns);
	while (fw_next(fw, &cursor) != NULL)
		fw_tell_change(
		    fw, FW_CHANGE_REMOVED, FW_LOCAL, FW_WHY_RESTART, (uint32_t)(cursor - 1));
	table_clear(&fw->table);
	fw->extra_high = 0;
	fw->extra_free = TABLE_NONE;
	memset(fw->rule_states, 0, (fw->config.rule_count + 1) * sizeof(*fw->rule_states));
	reset_sync(fw);
	fw->up = fw->asked_once = false;
	fw->tdb_count = 0;
	fw->counters = (struct fw_counters){0};
	fw->base_s = fw->now_s;
	fw->ids_seeded = false;
	seed_ids(fw, (uint64_t)fw->now_s);
	fw->hostid = hostid != 0 ? hostid : fw_draw(fw);
	fw_demote_reset(fw);
	fw_purge_init(fw);
}

void
fw_reload(struct fw *fw, int64_t now_ns, const uint8_t cksum[16], uint32_t hostid)
{
	fw_begin(fw, now_ns);
	memcpy(fw->config.cksum, cksum, sizeof(fw->config.cksum));
	if (hostid != 0)
		fw->hostid = hostid;
	else if (fw->traits.histogram)
		fw->hostid = fw_draw(fw); /* FreeBSD 10 and later: 0 each time (SEM 1.2) */
}

void
fw_reenable(struct fw *fw, int64_t now_ns)
{
	fw_begin(fw, now_ns);
	seed_ids(fw, (uint64_t)fw->now_s);
}

void
fw_set_timeout(struct fw *fw, unsigned timeout_class, uint32_t seconds)
{
	if (timeout_class < FW_TIMEOUT_CLASSES)
		fw->config.timeout_s[timeout_class] = seconds;
}

/* ------------------------------------------------------------------------
 * Looking
 */

const struct fw_counters *
fw_counters(const struct fw *fw)
{
	return &fw->counters;
}

const struct fw_config *
fw_config(const struct fw *fw)
{
	return &fw->config;
}

uint32_t
fw_hostid(const struct fw *fw)
{
	return fw->hostid;
}

uint64_t
fw_state_count(const struct fw *fw)
{
	return fw->table.live;
}

const struct fw_state *
fw_lookup(const struct fw *fw, uint64_t id, uint32_t creatorid)
{
	uint32_t index = table_find(&fw->table, id, creatorid);

	return index == TABLE_NONE ? NULL : table_at(&fw->table, index);
}

void
fw_near_slot(const struct fw *fw, uint64_t id, uint32_t creatorid)
{
	if (fw->table.live > 0)
		table_prefetch_slot(&fw->table, table_hash_id(&fw->table, id, creatorid));
}

void
fw_near(const struct fw *fw, uint64_t id, uint32_t creatorid)
{
	if (fw->table.live > 0)
		table_prefetch_state(&fw->table, table_hash_id(&fw->table, id, creatorid));
}

const struct fw_state *
fw_next(const struct fw *fw, uint64_t *cursor)
{
	while (*cursor < fw->table.high) {
		const struct fw_state *st = table_at(&fw->table, (uint32_t)(*cursor)++);
		if ((st->marks & MARK_LIVE) != 0)
			return st;
	}
	return NULL;
}

bool
fw_state_queued(const struct fw *fw, const struct fw_state *state)
{
	uint32_t index;

	if (fw->traits.sections)
		return state->queue != FW_Q_NONE;
	index = fw_index_of(fw, state);
	for (uint32_t i = 0; i < fw->plain.count; i++) {
		if (fw->plain.indexes[i] == index)
			return true;
	}
	return false;
}

const char *
fw_state_ifname(const struct fw *fw, const struct fw_state *state)
{
	return fw->ifnames[state->ifindex].name;
}

int64_t
fw_state_created_s(const struct fw *fw, const struct fw_state *state)
{
	return fw->base_s + state->creation_s;
}

int64_t
fw_state_refresh_s(const struct fw *fw, const struct fw_state *state)
{
	return fw->base_s + state->expire_s;
}

int64_t
fw_state_expires_s(const struct fw *fw, const struct fw_state *state)
{
	bool at_once;
	uint32_t timeout_s = fw_timeout_s(fw, state, &at_once);

	return at_once ? fw->now_s : fw->base_s + state->expire_s + timeout_s;
}
