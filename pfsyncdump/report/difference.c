/*
 * difference.c - the order of differences (see difference.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include "difference.h"

const char *
difference_kind_name(enum difference_kind kind)
{
	static const char *const names[] = {"missing", "peers", "key"};

	return (unsigned)kind < sizeof(names) / sizeof(names[0]) ? names[kind] : "?";
}

/* 0 is worst. */
static int
harm(const struct difference_rank *rank)
{
	if (rank->established)
		return (int)rank->kind;
	return (rank->lasting ? 3 : 6) + (int)rank->kind;
}

static gint
worse(gconstpointer a, gconstpointer b)
{
	const struct difference_rank *x = a, *y = b;

	if (harm(x) != harm(y))
		return harm(x) - harm(y);
	if (x->sure != y->sure)
		return x->sure ? -1 : 1;
	if (x->since_ns != y->since_ns)
		return x->since_ns < y->since_ns ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

void
difference_sort(struct difference_list *list)
{
	g_array_sort(list->ranks, worse);
}

void
difference_at(const struct difference_list *list, size_t i, struct difference *difference)
{
	difference->rank = g_array_index(list->ranks, struct difference_rank, i);
	difference->why = "";
	list->get(list->self, difference->rank.number, difference);
}
