/*
 * demote.c - what CARP sees of pfsync (SEM 3.7, 8).
 *
 * SPDX-License-Identifier: ISC
 */
#include "internal.h"

#define SKEW_MAX 240

static void
settle(struct fw *fw)
{
	int before = fw->demotion;

	fw->demotion = fw->demotion_bulk + fw->demotion_link;
	if (fw->demotion != before && fw->callbacks.demotion != NULL)
		fw->callbacks.demotion(fw->callbacks.context, before, fw->demotion);
}

void
fw_demote_bulk(struct fw *fw, bool waiting)
{
	int weight = 0;

	switch (fw->traits.demote) {
	case FW_DEMOTE_NONE:
		break;
	case FW_DEMOTE_PREEMPT:
	case FW_DEMOTE_ONE:
		weight = 1;
		break;
	case FW_DEMOTE_240:
		weight = SKEW_MAX;
		break;
	case FW_DEMOTE_32:
		/* V6a: 32 only for the first after boot, "pfsync init"; V6b: until done. */
		weight = fw->traits.bulk == FW_BULK_V6B || fw->bulk_in.initial ? 32 : 1;
		break;
	}
	fw->demotion_bulk = waiting ? weight : 0;
	settle(fw);
}

void
fw_demote_link(struct fw *fw, bool down)
{
	fw->demotion_link = down && fw->traits.demote == FW_DEMOTE_32 ? 1 : 0;
	settle(fw);
}

void
fw_demote_reset(struct fw *fw)
{
	fw->demotion_bulk = 0;
	fw_demote_link(fw, !fw->link);
}

int
fw_demotion(const struct fw *fw)
{
	return fw->demotion;
}

void
fw_carp_advert(const struct fw *fw, uint8_t advskew, uint8_t *shown_skew, uint8_t *demote)
{
	int skew = advskew;

	*demote = 0;
	switch (fw->traits.demote) {
	case FW_DEMOTE_240:
		skew += fw->demotion;
		if (skew > SKEW_MAX)
			skew = SKEW_MAX;
		break;
	case FW_DEMOTE_PREEMPT:
		/* Seen only where preemption is on: then 240 (SEM 3.7). */
		if (fw->demotion > 0)
			skew = SKEW_MAX;
		break;
	case FW_DEMOTE_ONE:
	case FW_DEMOTE_32:
		*demote = (uint8_t)fw->demotion;
		break;
	case FW_DEMOTE_NONE:
		break;
	}
	*shown_skew = (uint8_t)skew;
}
