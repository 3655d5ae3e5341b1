/*
 * outfile.h - output files that are complete or not there.
 *
 * SPDX-License-Identifier: ISC
 *
 * The bytes go to a temporary file beside the target, which takes the target's
 * name when all of them are written.  What was not committed is removed: by
 * outfile_discard(), when the program ends by exit(), and, after
 * outfile_mind_signals(), when a signal ends it.
 *
 * "-" is standard output, which is written as it comes; so is a target that
 * exists and is no regular file (a pipe, /dev/null).
 */
#ifndef PFSYNCSEND_OUTFILE_H
#define PFSYNCSEND_OUTFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct outfile;

/* Begin.  NULL with errno set if that is not possible. */
struct outfile *outfile_open(const char *path);
/*
 * The stream to write to; do not close it.  Writing errors need not be checked
 * on the way: outfile_commit() tells of the first.
 */
FILE *outfile_stream(struct outfile *file);
/* The name it will have; "standard output" for "-". */
const char *outfile_name(const struct outfile *file);
/*
 * Finish.  Frees `file` whatever happens.  Returns 0, or the errno of the first
 * thing that went wrong; then there is no new file.
 */
int outfile_commit(struct outfile *file);
/* Give up: no new file.  NULL is allowed. */
void outfile_discard(struct outfile *file);

/* Remove what is unfinished when SIGHUP, SIGINT or SIGTERM ends the program. */
void outfile_mind_signals(void);

#endif
