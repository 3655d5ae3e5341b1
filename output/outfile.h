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
 * exists and is no regular file (a pipe, a device): that is opened and never
 * replaced.  A symbolic link stays; the file behind it is replaced, and keeps its
 * permissions.  outfile_is_input() tells whether a target is read at the same time.
 */
#ifndef PFSYNC_OUTFILE_H
#define PFSYNC_OUTFILE_H

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

/*
 * Is `target` the file that `input` names, by whatever path or link?  "-" is standard
 * input there, and never a target.  Only regular files are compared: what can be read
 * and written at once, like a terminal, is not destroyed by that.
 */
bool outfile_is_input(const char *target, const char *input);

/* Remove what is unfinished when SIGHUP, SIGINT or SIGTERM ends the program. */
void outfile_mind_signals(void);

#endif
