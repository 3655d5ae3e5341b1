/*
 * expire.c - when a state's time is up, and the purge that notices (SEM 4.2, 4.4).
 *
 * SPDX-License-Identifier: ISC
 */
#include "internal.h"

uint32_t
fw_timeout_s(const struct fw *fw, const struct fw_state *st, bool *at_once)
{
	const struct fw_rule *rule = st->rule < fw->config.rule_count ? &fw->rules[st->rule] : NULL;
	uint32_t start = fw->config.adaptive_start;
	uint32_t end = fw->config.adaptive_end;
	uint64_t states = fw->table.live;
	uint32_t timeout_s;

	*at_once = false;
	if (st->timeout >= fw->dialect->timeout_max || st->timeout >= FW_TIMEOUT_CLASSES) {
		*at_once = true;
		return 0;
	}
	timeout_s = rule != NULL && rule->timeout_s[st->timeout] != 0
			? rule->timeout_s[st->timeout]
			: fw->config.timeout_s[st->timeout];
	if (rule != NULL && rule->adaptive_end != 0) {
		start = rule->adaptive_start;
		end = rule->adaptive_end;
		states = fw->rule_states[st->rule];
	} else if (rule == NULL && !fw->traits.adaptive_total) {
		/* The default rule's own pair is the global one. */
		states = fw->rule_states[fw->config.rule_count];
	}
	if (end == 0 || states <= start || start >= end)
		return timeout_s;
	if (states >= end) {
		*at_once = true;
		return 0;
	}
	if (fw->traits.adaptive32)
		return timeout_s * (uint32_t)(end - states) / (end - start);
	return (uint32_t)((uint64_t)timeout_s * (end - states) / (end - start));
}

/* Seconds to the end of a state; 0 or less: due. */
static int64_t
left_s(const struct fw *fw, const struct fw_state *st, int64_t now_s)
{
	bool at_once;
	uint32_t timeout_s = fw_timeout_s(fw, st, &at_once);

	if (at_once)
		return 0;
	return (int64_t)st->expire_s + timeout_s - fw_rel_s(fw, now_s);
}

bool
fw_is_due(const struct fw *fw, const struct fw_state *st)
{
	return left_s(fw, st, fw->now_s) <= 0;
}

uint32_t
fw_remaining_s(const struct fw *fw, const struct fw_state *st, int64_t now_s)
{
	int64_t left = left_s(fw, st, now_s);

	return left <= 0 ? 0 : left >= UINT32_MAX ? UINT32_MAX : (uint32_t)left;
}

void
fw_purge_init(struct fw *fw)
{
	const int64_t interval_ns = fw->config.interval_s * NS_PER_S;

	switch (fw->traits.purge) {
	case FW_PURGE_WHOLE:
		fw->purge_parts = 1;
		break;
	case FW_PURGE_SECOND:
		fw->purge_parts = fw->config.interval_s;
		break;
	default:
		fw->purge_parts = fw->config.interval_s * 10;
		break;
	}
	fw->purge_step_ns = interval_ns / fw->purge_parts;
	fw->purge_part = 0;
	fw->purge_next_ns = fw->now_ns + fw->purge_step_ns;
}

/* As if the empty table had been scanned all the time. */
static void
catch_up(struct fw *fw)
{
	int64_t missed;

	if (fw->purge_next_ns > fw->now_ns)
		return;
	missed = (fw->now_ns - fw->purge_next_ns) / fw->purge_step_ns + 1;
	fw->purge_next_ns += missed * fw->purge_step_ns;
	fw->purge_part =
	    (uint32_t)(((uint64_t)fw->purge_part + (uint64_t)missed) % fw->purge_parts);
}

void
fw_purge_resume(struct fw *fw)
{
	catch_up(fw);
	fw_arm(fw, &fw->purge_next_ns, fw->purge_next_ns);
}

void
fw_purge_run(struct fw *fw)
{
	const uint64_t high = fw->table.high;
	uint32_t at = (uint32_t)(high * fw->purge_part / fw->purge_parts);
	const uint32_t end = (uint32_t)(high * (fw->purge_part + 1) / fw->purge_parts);

	for (; at < end; at++) {
		const struct fw_state *st = table_at(&fw->table, at);
		if ((st->marks & MARK_LIVE) != 0 && fw_is_due(fw, st))
			fw_remove(fw, at, FW_LOCAL, FW_WHY_EXPIRED, true);
	}
	catch_up(fw);
}
