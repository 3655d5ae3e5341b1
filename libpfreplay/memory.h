/*
 * memory.h - what only the system knows about memory.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFREPLAY_MEMORY_H
#define PFREPLAY_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of main memory, or 0 if the system does not tell. */
uint64_t memory_physical(void);

/*
 * Uninitialised memory for large tables that are read in random order: on
 * cache line and, if large, huge page borders, where huge pages are to be had.
 * Ends the process when there is none.  Release with free().
 */
void *memory_pages(size_t bytes);

/* Ask for a cache line before it is needed; no effect where unsupported. */
#if defined(__GNUC__) || defined(__clang__)
#define memory_prefetch(address) __builtin_prefetch(address)
#else
#define memory_prefetch(address) ((void)(address))
#endif

#endif
