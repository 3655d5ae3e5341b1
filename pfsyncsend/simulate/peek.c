/*
 * peek.c - what is in a packet, for rules, truth and captures.
 *
 * SPDX-License-Identifier: ISC
 */
#include "peek.h"

static bool
whole_state(enum pfsync_action action)
{
	return action == PFSYNC_ACT_INS || action == PFSYNC_ACT_UPD || action == PFSYNC_ACT_DEL;
}

static bool
visit_record(
    const struct pfsync_record *record, enum pfsync_action action, peek_visit visit, void *context)
{
	struct peek_message seen = {.action = action, .full = whole_state(action)};
	struct pfsync_message message;

	if (action == PFSYNC_ACT_BUS || action == PFSYNC_ACT_CLR) {
		if (pfsync_message_decode(record, &message) != PFSYNC_OK)
			return true;
		seen.creatorid = message.creatorid;
		if (action == PFSYNC_ACT_BUS)
			seen.bus_status = message.u.bus.status;
	} else {
		(void)pfsync_record_key(record, &seen.id, &seen.creatorid);
	}
	return visit(context, &seen);
}

void
peek(const struct pfsync_dialect *dialect, const uint8_t *bytes, size_t len, bool full_only,
    peek_visit visit, void *context)
{
	struct pfsync_hint hint = {.forced = dialect};
	struct pfsync_frame frame;
	struct pfsync_section section;
	struct pfsync_record record;

	if (pfsync_frame_open(&frame, bytes, len, len, &hint) != PFSYNC_OK)
		return;
	while (pfsync_section_next(&frame, &section) == PFSYNC_OK) {
		int status;
		if (full_only && section.action == PFSYNC_ACT_UPD_C)
			continue;
		status = pfsync_record_first(&frame, &section, &record);
		for (; status == PFSYNC_OK;
		     status = pfsync_record_next(&frame, &section, &record)) {
			if (!visit_record(&record, section.action, visit, context))
				return;
		}
	}
}
