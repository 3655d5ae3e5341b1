/*
 * real_files.h - where captures of real kernels and what these listed are.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef TEST_REAL_FILES_H
#define TEST_REAL_FILES_H

#include <stdbool.h>

/* From now on take the pieces in samples/real instead of the whole captures. */
void real_files_take_pieces(void);
bool real_files_are_pieces(void);

/*
 * The path of "wire.pcap", "tables.jsonl" ... of a run such as "freebsd-14.3", there
 * or not, of a piece with ".gz"; to be freed with g_free().
 */
char *real_file(const char *run, const char *file);
bool real_file_exists(const char *run, const char *file);

#endif
