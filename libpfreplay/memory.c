/*
 * memory.c - what only the system knows about memory (see memory.h).
 *
 * SPDX-License-Identifier: ISC
 *
 * The one file of libpfreplay that goes beyond POSIX: madvise() and _SC_PHYS_PAGES.
 */
#define _DEFAULT_SOURCE 1
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <glib.h>

#include "memory.h"
#include "slab.h"

#define HUGE_PAGE ((size_t)2 << 20)

uint64_t
memory_physical(void)
{
#ifdef _SC_PHYS_PAGES
	long pages = sysconf(_SC_PHYS_PAGES);
	long bytes = sysconf(_SC_PAGESIZE);

	if (pages > 0 && bytes > 0)
		return (uint64_t)pages * (uint64_t)bytes;
#endif
	return 0;
}

void *
memory_pages(size_t bytes)
{
	size_t align = bytes >= HUGE_PAGE ? HUGE_PAGE : SLAB_LINE;
	size_t rounded = (bytes + align - 1) / align * align;
	void *memory = aligned_alloc(align, rounded);

	if (memory == NULL)
		g_error(
		    "libpfreplay: no memory for %zu bytes; use a smaller --max-states", rounded);
#ifdef MADV_HUGEPAGE
	/* A random access to a table of small pages misses the TLB as well as
	 * the cache.  Failing is harmless. */
	if (align == HUGE_PAGE)
		(void)madvise(memory, rounded, MADV_HUGEPAGE);
#endif
	return memory;
}
