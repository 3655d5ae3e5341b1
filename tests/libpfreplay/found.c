/*
 * found.c - what a scene's replay found (see found.h).
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

/* All are well formed. */
static void
check(const struct scene *scene, const struct pfreplay_divergence *divergence)
{
	assert_true(divergence->count > 0);
	assert_true(divergence->first_ns <= divergence->last_ns);
	assert_true(divergence->text[0] != '\0' && divergence->advice[0] != '\0');
	assert_null(strchr(divergence->text, '%'));
	assert_null(strchr(divergence->advice, '%'));
	assert_true(divergence->text[strlen(divergence->text) - 1] == '.');
	assert_string_equal(pfreplay_divergence_name((unsigned)(divergence->code[2] - '0') * 10 +
						     (unsigned)(divergence->code[3] - '0')),
	    divergence->name);
	for (size_t i = 0; i < divergence->frame_count; i++)
		assert_in_range(divergence->frames[i].frame, 1, scene->frame);
}

static bool
find(const struct scene *scene, const char *code, size_t *count, struct pfreplay_divergence *first)
{
	struct pfreplay_divergence divergence;
	enum pfreplay_severity before = PFREPLAY_CRITICAL;

	*count = 0;
	pfreplay_advance(scene->r, scene->now_ns);
	for (size_t n = 0; pfreplay_divergence_at(scene->r, n, &divergence); n++) {
		check(scene, &divergence);
		assert_true(divergence.severity <= before);
		before = divergence.severity;
		if (strcmp(divergence.code, code) == 0 && (*count)++ == 0)
			*first = divergence;
	}
	return *count > 0;
}

size_t
found(const struct scene *scene, const char *code)
{
	struct pfreplay_divergence first;
	size_t count;

	find(scene, code, &count, &first);
	return count;
}

struct pfreplay_divergence
found_one(const struct scene *scene, const char *code)
{
	struct pfreplay_divergence first = {0};
	size_t count;

	if (!find(scene, code, &count, &first))
		fail_msg("no %s", code);
	return first;
}

int64_t
found_number(const struct pfreplay_divergence *divergence, const char *name)
{
	for (size_t i = 0; i < divergence->detail_count; i++)
		if (strcmp(divergence->details[i].name, name) == 0)
			return divergence->details[i].value;
	fail_msg("%s has no %s", divergence->code, name);
	return 0;
}

void
found_nothing_bad(const struct scene *scene)
{
	struct pfreplay_divergence divergence;

	pfreplay_advance(scene->r, scene->now_ns);
	if (pfreplay_divergence_at(scene->r, 0, &divergence) && divergence.severity > PFREPLAY_LOW)
		fail_msg("%s: %s", divergence.code, divergence.text);
}

void
found_nothing(const struct scene *scene)
{
	struct pfreplay_divergence divergence;

	pfreplay_advance(scene->r, scene->now_ns);
	if (pfreplay_divergence_at(scene->r, 0, &divergence))
		fail_msg("%s: %s", divergence.code, divergence.text);
}

void
found_meet(struct scene *scene, const char *dialect, const struct pfreplay_options *options)
{
	scene_begin(scene, dialect, options);
	scene_say(scene, A, scene_full(PFSYNC_ACT_INS, 1, CA));
	scene_say(scene, B, scene_full(PFSYNC_ACT_INS, 2, CB));
}

enum pfreplay_now
found_now(const struct scene *scene)
{
	struct pfreplay_verdict verdict;

	pfreplay_verdict(scene->r, &verdict);
	return verdict.now;
}
