/*
 * test_finding.c - what was found, grouped.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "found.h"
#include "divergence/finding.h"

static const struct finding_kind kind = {.number = 15, .sentence = "x.", .advice = "y."};
static const struct finding_kind other_kind = {.number = 16, .sentence = "x.", .advice = "y."};

static struct finding *
note(struct findings *findings, const struct finding_kind *of, uint16_t node, uint64_t tag,
    int64_t time_ns)
{
	struct node who = {.index = node};

	return findings_note(findings, &(struct sighting){.kind = of,
					   .tag = tag,
					   .node = &who,
					   .severity = PFREPLAY_LOW,
					   .time_ns = time_ns,
					   .evidence = (uint64_t)time_ns,
					   .id = (uint64_t)time_ns,
					   .creatorid = 7});
}

static void
one_cause_is_one_finding(void **state)
{
	struct findings findings;
	struct finding *finding;

	(void)state;
	findings_init(&findings, NULL);
	for (int64_t i = 1; i <= 1000; i++)
		finding = note(&findings, &kind, 1, 0, i);
	assert_int_equal(findings.list->len, 1);
	assert_int_equal(finding->count, 1000);
	assert_int_equal(finding->frame_count, PFREPLAY_PROOF_MAX);
	assert_int_equal(finding->state_count, PFREPLAY_PROOF_MAX);
	assert_true(finding->first_ns == 1 && finding->last_ns == 1000);
	note(&findings, &kind, 2, 0, 5);
	note(&findings, &kind, 1, 9, 5);
	note(&findings, &other_kind, 1, 0, 5);
	assert_int_equal(findings.list->len, 4);
	findings_clear(&findings);
}

static void
numbers(void **state)
{
	struct findings findings;
	struct finding *finding;

	(void)state;
	findings_init(&findings, NULL);
	finding = note(&findings, &kind, 1, 0, 1);
	finding_add(finding, "a", 3);
	finding_add(finding, "a", 4);
	finding_max(finding, "b", 9);
	finding_max(finding, "b", 2);
	finding_set(finding, "c", 1);
	finding_set(finding, "c", 5);
	assert_int_equal(finding_number(finding, "a"), 7);
	assert_int_equal(finding_number(finding, "b"), 9);
	assert_int_equal(finding_number(finding, "c"), 5);
	assert_int_equal(finding_number(finding, "d"), 0);
	finding_add(NULL, "a", 1);
	finding_worsen(finding, PFREPLAY_HIGH);
	finding_worsen(finding, PFREPLAY_LOW);
	assert_int_equal(finding->severity, PFREPLAY_HIGH);
	findings_clear(&findings);
}

static void
there_is_a_limit(void **state)
{
	struct findings findings;

	(void)state;
	findings_init(&findings, NULL);
	for (uint64_t i = 0; i < FINDINGS_MAX + 10; i++)
		note(&findings, &kind, 1, i, 1);
	assert_int_equal(findings.list->len, FINDINGS_MAX);
	assert_int_equal(findings.refused, 10);
	/* those that are there go on */
	assert_int_equal(note(&findings, &kind, 1, 5, 2)->count, 2);
	findings_clear(&findings);
}

static void
a_copy_stands_alone(void **state)
{
	struct findings findings, copy;

	(void)state;
	findings_init(&findings, NULL);
	findings_init(&copy, NULL);
	note(&findings, &kind, 1, 0, 1);
	findings_copy(&copy, &findings);
	note(&copy, &kind, 1, 0, 2);
	note(&copy, &kind, 2, 0, 2);
	assert_int_equal(findings.list->len, 1);
	assert_int_equal(((const struct finding *)findings.list->pdata[0])->count, 1);
	assert_int_equal(copy.list->len, 2);
	assert_int_equal(((const struct finding *)copy.list->pdata[0])->count, 2);
	findings_clear(&findings);
	findings_clear(&copy);
}

static void
joined_nodes(void **state)
{
	struct node a = {.index = 1}, b = {.index = 2};
	struct findings findings;
	struct sighting sighting = {.kind = &kind, .node = &a, .other = &b};

	(void)state;
	findings_init(&findings, NULL);
	findings_note(&findings, &sighting);
	note(&findings, &kind, 2, 3, 1);
	/* 2 is 1: what was between them is gone, the rest is 1's */
	findings_join(&findings, 1, 2);
	assert_int_equal(findings.list->len, 1);
	assert_int_equal(((const struct finding *)findings.list->pdata[0])->nodes[0], 1);
	assert_non_null(findings_find(&findings, &kind, 3, &a, NULL));
	findings_drop(&findings, findings_find(&findings, &kind, 3, &a, NULL));
	assert_int_equal(findings.list->len, 0);
	findings_clear(&findings);
}

/* Noted late, but it was earlier: the first sixteen of a file are kept. */
static void
proof_in_order(void **state)
{
	struct findings findings;
	struct finding *finding;

	(void)state;
	findings_init(&findings, NULL);
	finding = note(&findings, &kind, 1, 0, 1);
	finding->frame_count = 0;
	for (uint64_t frame = 40; frame >= 10; frame--)
		finding_proof(finding, view_evidence(0, frame));
	finding_proof(finding, view_evidence(0, 12));
	assert_int_equal(finding->frame_count, PFREPLAY_PROOF_MAX);
	for (uint64_t i = 0; i < PFREPLAY_PROOF_MAX; i++)
		assert_int_equal(finding->frames[i], view_evidence(0, 10 + i));
	/* what was seen in two files is in the order in which it came */
	finding->frame_count = 0;
	finding_proof(finding, view_evidence(1, 5));
	finding_proof(finding, view_evidence(0, 7));
	assert_int_equal(finding->frames[0], view_evidence(1, 5));
	findings_clear(&findings);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_cause_is_one_finding),
	    cmocka_unit_test(numbers),
	    cmocka_unit_test(there_is_a_limit),
	    cmocka_unit_test(a_copy_stands_alone),
	    cmocka_unit_test(joined_nodes),
	    cmocka_unit_test(proof_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
