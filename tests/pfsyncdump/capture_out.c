/*
 * capture_out.c - a struct out whose text a test can look at.
 *
 * SPDX-License-Identifier: ISC
 */
#include "capture_out.h"

#include <stdlib.h>

void
capture_out_open(struct capture_out *capture)
{
	capture->file = tmpfile();
	if (capture->file == NULL || out_open(&capture->out, fileno(capture->file)) != 0)
		abort();
}

const char *
capture_out_close(struct capture_out *capture)
{
	size_t length;

	if (out_close(&capture->out) != 0)
		abort();
	rewind(capture->file);
	length = fread(capture->text, 1, sizeof(capture->text) - 1, capture->file);
	capture->text[length] = '\0';
	fclose(capture->file);
	return capture->text;
}
