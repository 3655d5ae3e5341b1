/*
 * rules.c - which family follows which rules (see rules.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include "rules.h"

const struct pfreplay_rules *
rules_of(const struct node *receiver)
{
	(void)receiver;
	return &rules_simple;
}
