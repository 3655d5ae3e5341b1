/*
 * test_view.c - views of an entry, in it and spilled.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "table.h"
#include "view.h"

#define NODES 6

struct fixture {
	struct slab spill;
	struct entry entry;
};

static void
begin(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	slab_init(&f->spill, sizeof(struct spilled), 100);
	f->entry.view[0].node = VIEW_NOBODY;
	f->entry.view[1].node = VIEW_NOBODY;
}

static void
add(struct fixture *f, uint16_t node)
{
	struct view *view = view_add(&f->spill, &f->entry, node);

	struct peers peers = {.src = {.seqlo = node * 100U}, .dst = {.seqhi = node * 7U}};

	assert_non_null(view);
	view->evidence = node * 10U;
	*view_own_peers(&f->entry, view) = peers;
}

static unsigned
count(struct fixture *f)
{
	uint32_t position = 0;
	unsigned n = 0;

	while (view_next(&f->spill, &f->entry, &position) != NULL)
		n++;
	return n;
}

/* Whatever was added and not removed is found with its contents, nothing else. */
static void
check(struct fixture *f, const bool *held)
{
	unsigned n = 0;

	for (uint16_t node = 0; node < NODES; node++) {
		const struct view *view = view_find(&f->spill, &f->entry, node);

		assert_int_equal(view != NULL, held[node]);
		if (view == NULL)
			continue;
		assert_int_equal(view->node, node);
		assert_int_equal(view->evidence, node * 10U);
		assert_int_equal(view_peers(&f->entry, view)->src.seqlo, node * 100U);
		assert_int_equal(view_peers(&f->entry, view)->dst.seqhi, node * 7U);
		n++;
	}
	assert_int_equal(count(f), n);
	assert_int_equal(view_none(&f->entry), n == 0);
}

static void
every_order_of_removal_keeps_the_others(void **state)
{
	(void)state;
	for (uint16_t first = 0; first < NODES; first++) {
		for (uint16_t step = 1; step < NODES; step += 4) { /* 1, 5: coprime to 6 */
			struct fixture f;
			bool held[NODES] = {false};

			begin(&f);
			for (uint16_t node = 0; node < NODES; node++) {
				add(&f, node);
				held[node] = true;
				check(&f, held);
			}
			for (uint16_t i = 0, node = first; i < NODES; i++) {
				view_remove(&f.spill, &f.entry, node);
				view_remove(&f.spill, &f.entry, node);
				held[node] = false;
				check(&f, held);
				node = (uint16_t)((node + step) % NODES);
			}
			assert_int_equal(f.spill.live, 0);
			slab_clear(&f.spill);
		}
	}
}

static void
a_full_slab_refuses_the_third(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	f.spill.limit = 0;
	add(&f, 0);
	add(&f, 1);
	assert_null(view_add(&f.spill, &f.entry, 2));
	assert_int_equal(count(&f), 2);
	slab_clear(&f.spill);
}

static void
two_share_until_they_differ(void **state)
{
	const struct peers one = {.src = {.seqlo = 1}}, two = {.src = {.seqlo = 2}};
	struct view *a, *b;
	struct fixture f;

	(void)state;
	for (unsigned changed = 0; changed < 2; changed++) {
		begin(&f);
		a = view_add(&f.spill, &f.entry, 0);
		*view_own_peers(&f.entry, a) = one;
		b = view_add(&f.spill, &f.entry, 1);
		assert_int_equal(view_peers(&f.entry, b)->src.seqlo, 0);
		assert_false(view_shares(&f.entry, a, b));
		view_try_share(&f.entry);
		assert_false(view_shares(&f.entry, a, b));
		*view_own_peers(&f.entry, b) = one;
		view_try_share(&f.entry);
		assert_true(view_shares(&f.entry, a, b));
		assert_ptr_equal(view_peers(&f.entry, a), view_peers(&f.entry, b));
		*view_own_peers(&f.entry, changed == 0 ? a : b) = two;
		assert_int_equal(view_peers(&f.entry, a)->src.seqlo, changed == 0 ? 2 : 1);
		assert_int_equal(view_peers(&f.entry, b)->src.seqlo, changed == 0 ? 1 : 2);
		/* the second one inherits the place of the first with its own */
		view_remove(&f.spill, &f.entry, 0);
		b = view_find(&f.spill, &f.entry, 1);
		assert_ptr_equal(b, &f.entry.view[0]);
		assert_int_equal(view_peers(&f.entry, b)->src.seqlo, changed == 0 ? 1 : 2);
		slab_clear(&f.spill);
	}
}

static void
evidence_holds_file_and_frame(void **state)
{
	(void)state;
	assert_true(view_evidence(0xabcd, 0x123456789abcU) == UINT64_C(0xabcd123456789abc));
	assert_true(view_evidence(1, UINT64_MAX) == UINT64_C(0x1ffffffffffff));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_order_of_removal_keeps_the_others),
	    cmocka_unit_test(a_full_slab_refuses_the_third),
	    cmocka_unit_test(two_share_until_they_differ),
	    cmocka_unit_test(evidence_holds_file_and_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
