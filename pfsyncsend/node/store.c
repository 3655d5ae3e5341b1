/*
 * store.c - a state's way into the table and out of it.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define ID_CPU_SHIFT 56
#define ID_MAX_CPU ((UINT64_C(1) << ID_CPU_SHIFT) - 1)

void
fw_tell_change(
    struct fw *fw, enum fw_change change, enum fw_source source, enum fw_why why, uint32_t index)
{
	if (fw->callbacks.change != NULL)
		fw->callbacks.change(
		    fw->callbacks.context, change, source, why, table_at(&fw->table, index));
}

/* ------------------------------------------------------------------------
 * Interface names
 */

void
fw_ifname_copy(char to[PFSYNC_IFNAMSIZ], const char *from)
{
	size_t len = 0;

	memset(to, 0, PFSYNC_IFNAMSIZ);
	while (len < PFSYNC_IFNAMSIZ - 1 && from[len] != '\0')
		len++;
	memcpy(to, from, len);
}

int
fw_ifname_find(const struct fw *fw, const char name[PFSYNC_IFNAMSIZ])
{
	for (uint32_t i = 0; i < fw->ifname_count; i++) {
		if (strncmp(fw->ifnames[i].name, name, PFSYNC_IFNAMSIZ - 1) == 0)
			return (int)i;
	}
	return -1;
}

int
fw_ifname_add(struct fw *fw, const char name[PFSYNC_IFNAMSIZ])
{
	int found = fw_ifname_find(fw, name);

	if (found >= 0)
		return found;
	if (fw->ifname_count >= IFNAMES_MAX)
		return -1;
	if (fw->ifname_count >= fw->ifname_room) {
		uint32_t room = fw->ifname_room == 0 ? 16 : fw->ifname_room * 2;
		struct ifname *names = realloc(fw->ifnames, room * sizeof(*names));
		if (names == NULL)
			return -1;
		fw->ifnames = names;
		fw->ifname_room = room;
	}
	memset(&fw->ifnames[fw->ifname_count], 0, sizeof(fw->ifnames[0]));
	memcpy(fw->ifnames[fw->ifname_count].name, name, strnlen(name, PFSYNC_IFNAMSIZ - 1));
	return (int)fw->ifname_count++;
}

/* ------------------------------------------------------------------------
 * What few states have
 */

uint32_t
fw_extra_new(struct fw *fw)
{
	uint32_t at = fw->extra_free;

	if (at != TABLE_NONE) {
		fw->extra_free = fw->extras[at].next_free;
	} else {
		if (fw->extra_high >= fw->extra_room) {
			uint32_t room = fw->extra_room == 0 ? 64 : fw->extra_room * 2;
			struct extra *extras = realloc(fw->extras, room * sizeof(*extras));
			if (extras == NULL)
				return TABLE_NONE;
			fw->extras = extras;
			fw->extra_room = room;
		}
		at = fw->extra_high++;
	}
	fw->extras[at] = (struct extra){.rtableid = {-1, -1}};
	return at;
}

void
fw_extra_drop(struct fw *fw, uint32_t extra)
{
	if (extra == TABLE_NONE)
		return;
	fw->extras[extra].next_free = fw->extra_free;
	fw->extra_free = extra;
}

/* ------------------------------------------------------------------------
 * In and out
 */

static uint32_t *
bound_count(struct fw *fw, uint32_t rule)
{
	return &fw->rule_states[rule < fw->config.rule_count ? rule : fw->config.rule_count];
}

bool
fw_rule_full(const struct fw *fw, uint32_t rule)
{
	return rule < fw->config.rule_count && fw->rules[rule].max_states != 0 &&
	       fw->rule_states[rule] >= fw->rules[rule].max_states;
}

/* SEM 1.3 */
static uint64_t
draw_id(struct fw *fw)
{
	uint8_t cpu = 0;
	uint64_t id;

	if (fw->traits.ids == FW_ID_CPU) {
		cpu = fw->next_cpu;
		fw->next_cpu = (uint8_t)((fw->next_cpu + 1) % fw->config.cpus);
	}
	id = fw->next_id[cpu]++;
	if (fw->traits.ids == FW_ID_CPU && id == ID_MAX_CPU)
		fw->next_id[cpu] = 1;
	return id | (uint64_t)cpu << ID_CPU_SHIFT;
}

/* A connection that both ends have left makes way for a new one (SEM 1.5). */
static bool
may_retire(const struct fw_state *st)
{
	return st->proto == 6 && st->src.state >= PFSYNC_TCPS_FIN_WAIT_2 &&
	       st->dst.state >= PFSYNC_TCPS_FIN_WAIT_2;
}

enum fw_stored
fw_store(struct fw *fw, uint32_t index)
{
	struct fw_state *st = table_at(&fw->table, index);
	uint32_t taken;

	/* Wire key, then stack key; a retired one may stand in front of another. */
	while ((taken = table_key_taken(&fw->table, st)) != TABLE_NONE) {
		struct fw_state *old = table_at(&fw->table, taken);
		if (st->proto != 6 || !may_retire(old))
			return STORED_KEY_TAKEN;
		old->src.state = old->dst.state = PFSYNC_TCPS_CLOSED;
		fw_remove(fw, taken, FW_LOCAL, FW_WHY_RETIRED, true);
	}
	/* Named only now and only if nobody did: an import keeps its name (SEM 1.5). */
	if (st->id == 0 && st->creatorid == 0) {
		st->id = draw_id(fw);
		st->creatorid = fw->hostid;
	}
	fw_choose_bucket(fw, st);
	if (table_find(&fw->table, st->id, st->creatorid) != TABLE_NONE)
		return STORED_ID_TAKEN;
	if (!table_link(&fw->table, index))
		return STORED_NO_MEMORY;
	++*bound_count(fw, st->rule);
	if (fw->table.live == 1)
		fw_purge_resume(fw);
	return STORED;
}

void
fw_remove(struct fw *fw, uint32_t index, enum fw_source source, enum fw_why why, bool announce)
{
	struct fw_state *st = table_at(&fw->table, index);

	fw_hold_forget(fw, index);
	fw_tell_change(fw, FW_CHANGE_REMOVED, source, why, index);
	table_unlink(&fw->table, index);
	--*bound_count(fw, st->rule);
	fw_extra_drop(fw, st->extra);
	st->extra = TABLE_NONE;
	if (!announce)
		st->marks |= MARK_NO_SYNC;
	fw_sync_delete(fw, index);
}
