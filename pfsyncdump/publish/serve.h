/*
 * serve.h - a small HTTP server that hands out texts.
 *
 * SPDX-License-Identifier: ISC
 *
 * It answers in a thread of its own from copies of the latest texts, and knows
 * nothing of what they say.  Without libmicrohttpd serve_absent.c takes its place.
 */
#ifndef PFSYNCDUMP_SERVE_H
#define PFSYNCDUMP_SERVE_H

#include <stddef.h>

#include "values.h"

#define SERVE_ERROR_MAX 256

enum serve_text { SERVE_PAGE, SERVE_METRICS, SERVE_TEXT_COUNT };

struct serve;

/*
 * Listen.  NULL, and one line in `error`, if that is not possible.  Until a text is
 * set, requests for it get status 503.
 */
struct serve *serve_start(const struct values_endpoint *endpoint, char error[SERVE_ERROR_MAX]);
/* The port that it listens on. */
uint16_t serve_port(const struct serve *serve);
/* From now on requests get this; copied. */
void serve_set(struct serve *serve, enum serve_text which, const char *text, size_t length);
/* NULL is allowed. */
void serve_stop(struct serve *serve);

#endif
