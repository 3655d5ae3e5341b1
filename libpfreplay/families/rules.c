/*
 * rules.c - which family follows which rules (see rules.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include "rules.h"

const struct pfreplay_rules *
rules_of(enum pfreplay_family family)
{
	static const struct pfreplay_rules *const all[PFREPLAY_FAMILY_COUNT] = {
	    [PFREPLAY_FAMILY_UNKNOWN] = &rules_unknown,
	    [PFREPLAY_V1] = &rules_v1,
	    [PFREPLAY_V2A] = &rules_v2a,
	    [PFREPLAY_V2B] = &rules_v2b,
	    [PFREPLAY_V3] = &rules_v3,
	    [PFREPLAY_V4A] = &rules_v4a,
	    [PFREPLAY_V4B] = &rules_v4b,
	    [PFREPLAY_V5O] = &rules_v5o,
	    [PFREPLAY_V5F9] = &rules_v5f9,
	    [PFREPLAY_V5F10] = &rules_v5f10,
	    [PFREPLAY_V5F14] = &rules_v5f14,
	    [PFREPLAY_V5F15] = &rules_v5f15,
	    [PFREPLAY_V6A] = &rules_v6a,
	    [PFREPLAY_V6B] = &rules_v6b,
	};

	return (unsigned)family < PFREPLAY_FAMILY_COUNT ? all[family] : &rules_unknown;
}
