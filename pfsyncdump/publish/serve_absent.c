/*
 * serve_absent.c - in the place of serve.c where libmicrohttpd is not there.
 *
 * SPDX-License-Identifier: ISC
 */
#include "serve.h"

#include <stdio.h>

struct serve *
serve_start(const struct values_endpoint *endpoint, char error[SERVE_ERROR_MAX])
{
	(void)endpoint;
	snprintf(error, SERVE_ERROR_MAX,
	    "--listen: this pfsyncdump was built without libmicrohttpd; use --textfile, or build "
	    "it with that library");
	return NULL;
}

uint16_t
serve_port(const struct serve *serve)
{
	(void)serve;
	return 0;
}

void
serve_set(struct serve *serve, enum serve_text which, const char *text, size_t length)
{
	(void)serve;
	(void)which;
	(void)text;
	(void)length;
}

void
serve_stop(struct serve *serve)
{
	(void)serve;
}
