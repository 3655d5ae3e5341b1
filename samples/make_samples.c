/*
 * make_samples.c - write the samples anew.
 *
 * SPDX-License-Identifier: ISC
 *
 * usage: make_samples FOLDER
 *
 * Nothing here depends on the time, the machine or chance: every run writes
 * the same bytes.  samples/README.md says what each file shows.
 */
#include <stdio.h>

#include "make.h"

int
main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: make_samples FOLDER\n");
		return 2;
	}
	make_dialects(argv[1]);
	make_forms(argv[1]);
	make_broken(argv[1]);
	return 0;
}
