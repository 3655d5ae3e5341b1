/*
 * rng.h - random numbers that are the same for the same seed, everywhere.
 *
 * SPDX-License-Identifier: ISC
 *
 * Each purpose has a stream of its own, derived from the seed, a name and a number: loss on
 * one link does not draw from the stream that makes flows, so a fault added to a configuration
 * leaves the workload as it was.  Not for secrets.
 */
#ifndef PFSYNCSEND_SIMULATE_RNG_H
#define PFSYNCSEND_SIMULATE_RNG_H

#include <stdbool.h>
#include <stdint.h>

struct rng {
	uint64_t s[4];
};

/* The stream for `purpose` (any text) and `index` under `seed`. */
void rng_init(struct rng *rng, uint64_t seed, const char *purpose, uint64_t index);
uint64_t rng_u64(struct rng *rng);
uint32_t rng_u32(struct rng *rng);
/* 0 .. limit - 1, all alike; 0 if limit is 0. */
uint64_t rng_below(struct rng *rng, uint64_t limit);
/* low .. high, both included. */
int64_t rng_between(struct rng *rng, int64_t low, int64_t high);
/* 0 <= x < 1. */
double rng_unit(struct rng *rng);
/* True once in 1 / rate; never draws for rate <= 0. */
bool rng_chance(struct rng *rng, double rate);
/* Exponentially distributed with that mean. */
double rng_exponential(struct rng *rng, double mean);

#endif
