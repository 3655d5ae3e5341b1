/*
 * rules.c - which family follows which rules (see rules.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include "rules.h"

const struct pfreplay_rules *
rules_of(enum pfreplay_family family)
{
	(void)family;
	return &rules_simple;
}
