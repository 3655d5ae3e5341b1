/*
 * harness.h - the printer inside a test: packets in, text out.
 *
 * SPDX-License-Identifier: ISC
 *
 * Includes the printer itself, so that its memory of senders can be set, and for the
 * rest of netdissect what the including program links.
 */
#ifndef TESTS_HARNESS_H
#define TESTS_HARNESS_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "print-pfsync.c"

/* More than the longest packet gives at -vvv. */
#define HARNESS_TEXT_MAX (4U << 20)

static char harness_text[HARNESS_TEXT_MAX];
static size_t harness_len;

static int
harness_printf(netdissect_options *ndo, const char *format, ...)
{
	va_list arguments;
	int length;

	(void)ndo;
	va_start(arguments, format);
	length = vsnprintf(
	    harness_text + harness_len, sizeof(harness_text) - harness_len, format, arguments);
	va_end(arguments);
	if (length < 0 || (size_t)length >= sizeof(harness_text) - harness_len)
		abort(); /* nothing prints that much */
	harness_len += (size_t)length;
	return length;
}

static void
harness_begin(void)
{
	harness_len = 0;
	harness_text[0] = '\0';
}

static void
harness_forget_senders(void)
{
	memset(&pfsync_senders, 0, sizeof(pfsync_senders));
}

#endif
