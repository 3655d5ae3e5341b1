/*
 * capture_out.h - a struct out whose text a test can look at.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef TESTS_CAPTURE_OUT_H
#define TESTS_CAPTURE_OUT_H

#include <stdio.h>

#include "out.h"

struct capture_out {
	struct out out;
	FILE *file;
	char text[65536];
};

/* Begin to write into it. */
void capture_out_open(struct capture_out *capture);

/* End, and return what was written; stays valid with `capture`. */
const char *capture_out_close(struct capture_out *capture);

#endif
