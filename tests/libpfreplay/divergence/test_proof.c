/*
 * test_proof.c - all packets and states of a finding, within bounds.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "divergence/proof.h"
#include "found.h"

static void
frames_are_kept_once_and_in_order(void **state)
{
	/* Input 1 frame 3, input 0 frame 9, 2, 2, 5, input 1 frame 1. */
	static const uint64_t seen[] = {UINT64_C(1) << 48 | 3, 9, 2, 2, 5, UINT64_C(1) << 48 | 1};
	static const uint64_t kept[] = {2, 5, 9, UINT64_C(1) << 48 | 1, UINT64_C(1) << 48 | 3};
	struct proof *proof = proof_new();
	struct proof_budget budget = {0, 0};

	(void)state;
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(proof_frame(proof, &budget, seen[i]), i != 3);
	assert_int_equal(proof->frames->len, 5);
	assert_memory_equal(proof->frames->data, kept, sizeof(kept));
	assert_int_equal(budget.frames, 5);
	assert_int_equal(proof->frames_left_off, 0);
	proof_free(proof);
	proof_free(NULL);
}

static void
states_are_kept_once(void **state)
{
	struct proof *proof = proof_new(), *copy;
	struct proof_budget budget = {0, 0};
	struct pfsync_message message;

	(void)state;
	assert_true(proof_add_state(proof, &budget, NULL, 7, 1));
	assert_true(proof_add_state(proof, &budget, NULL, 7, 2));
	assert_false(proof_add_state(proof, &budget, NULL, 7, 1));
	copy = proof_copy(proof);
	proof_free(proof);
	assert_false(proof_add_state(copy, &budget, NULL, 7, 2));
	assert_int_equal(copy->states->len, 2);
	proof_message(copy->states->pdata[1], &message);
	assert_true(message.id == 7 && message.creatorid == 2);
	assert_false(pfsync_has(&message, PFSYNC_F_PROTO));
	proof_free(copy);
}

/* A capture cannot fill memory: what is too much is counted. */
static void
there_are_bounds(void **state)
{
	struct proof *proofs[5];
	struct proof_budget budget = {0, 0};
	uint64_t frames = 0, states = 0, frames_off = 0, states_off = 0;

	(void)state;
	for (size_t n = 0; n < 5; n++) {
		proofs[n] = proof_new();
		for (uint32_t i = 1; i <= PROOF_EACH + 10; i++) {
			proof_frame(proofs[n], &budget, i);
			proof_add_state(proofs[n], &budget, NULL, i, 1);
		}
		frames += proofs[n]->frames->len;
		states += proofs[n]->states->len;
		frames_off += proofs[n]->frames_left_off;
		states_off += proofs[n]->states_left_off;
		assert_in_range(proofs[n]->frames->len, 0, PROOF_EACH);
	}
	assert_int_equal(frames, PROOF_ALL);
	assert_int_equal(states, PROOF_ALL);
	assert_int_equal(frames + frames_off, 5 * (PROOF_EACH + 10));
	assert_int_equal(states + states_off, 5 * (PROOF_EACH + 10));
	for (size_t n = 0; n < 5; n++)
		proof_free(proofs[n]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(frames_are_kept_once_and_in_order),
	    cmocka_unit_test(states_are_kept_once),
	    cmocka_unit_test(there_are_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
