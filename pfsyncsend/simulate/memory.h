/*
 * memory.h - fetch memory ahead of its use.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCSEND_SIMULATE_MEMORY_H
#define PFSYNCSEND_SIMULATE_MEMORY_H

#include <stddef.h>

/* A hint without effect on what is computed. */
static inline void
memory_fetch(const void *at, size_t len)
{
#ifdef __GNUC__
	for (size_t i = 0; i < len; i += 64)
		__builtin_prefetch((const char *)at + i);
#else
	(void)at;
	(void)len;
#endif
}

#endif
