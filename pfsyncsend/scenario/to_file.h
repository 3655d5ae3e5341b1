/*
 * to_file.h - a scenario as a capture file.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCSEND_TO_FILE_H
#define PFSYNCSEND_TO_FILE_H

#include "scenario.h"

/* Write the capture.  False after one line on stderr; then no file is left. */
bool to_file(struct scenario *scenario, const char *path, uint64_t *frames);

#endif
