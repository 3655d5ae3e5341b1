/*
 * found.h - what a scene's replay found, for tests.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef TEST_FOUND_H
#define TEST_FOUND_H

#include "pfverdict.h"
#include "scene.h"

/* Findings with that code. */
size_t found(const struct scene *scene, const char *code);
/* The first, worst one; fails if there is none. */
struct pfreplay_divergence found_one(const struct scene *scene, const char *code);
/* The number of that name; fails if there is none. */
int64_t found_number(const struct pfreplay_divergence *divergence, const char *name);
/* The verdict now, in one word. */
enum pfreplay_now found_now(const struct scene *scene);
/* Nothing above PFREPLAY_LOW. */
void found_nothing_bad(const struct scene *scene);
/* No finding at all. */
void found_nothing(const struct scene *scene);
/* Both speak and know of each other: INS 1 of A's, INS 2 of B's, so they own
 * the host ids. */
void found_meet(struct scene *scene, const char *dialect, const struct pfreplay_options *options);

/* 192.0.2.1 and 2, and their host ids. */
#define A 1
#define B 2
#define CA 0xaaaa0001U
#define CB 0xbbbb0002U

#endif
