/*
 * rng.c - random numbers that are the same for the same seed, everywhere.
 *
 * SPDX-License-Identifier: ISC
 *
 * xoshiro256** (Blackman and Vigna), seeded by splitmix64 over seed, name and number.
 */
#include <math.h>

#include "rng.h"

static uint64_t
splitmix(uint64_t *x)
{
	uint64_t z = (*x += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static uint64_t
rotate(uint64_t x, unsigned bits)
{
	return (x << bits) | (x >> (64 - bits));
}

void
rng_init(struct rng *rng, uint64_t seed, const char *purpose, uint64_t index)
{
	uint64_t x = UINT64_C(0xcbf29ce484222325); /* FNV-1a of the name */

	for (const char *p = purpose; *p != '\0'; p++)
		x = (x ^ (uint8_t)*p) * UINT64_C(0x100000001b3);
	x ^= splitmix(&seed);
	x += splitmix(&index);
	for (unsigned i = 0; i < 4; i++)
		rng->s[i] = splitmix(&x);
}

uint64_t
rng_u64(struct rng *rng)
{
	uint64_t *s = rng->s;
	uint64_t result = rotate(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return result;
}

uint32_t
rng_u32(struct rng *rng)
{
	return (uint32_t)(rng_u64(rng) >> 32);
}

uint64_t
rng_below(struct rng *rng, uint64_t limit)
{
	uint64_t x, reject;

	if (limit == 0)
		return 0;
	reject = (UINT64_MAX - limit + 1) % limit; /* 2^64 mod limit */
	do {
		x = rng_u64(rng);
	} while (x < reject);
	return x % limit;
}

int64_t
rng_between(struct rng *rng, int64_t low, int64_t high)
{
	if (high <= low)
		return low;
	return low + (int64_t)rng_below(rng, (uint64_t)(high - low) + 1);
}

double
rng_unit(struct rng *rng)
{
	return (double)(rng_u64(rng) >> 11) * 0x1.0p-53;
}

bool
rng_chance(struct rng *rng, double rate)
{
	return rate > 0 && rng_unit(rng) < rate;
}

double
rng_exponential(struct rng *rng, double mean)
{
	return -mean * log(1.0 - rng_unit(rng));
}
