/*
 * values.h - values of options that take more than a number or a name.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCDUMP_VALUES_H
#define PFSYNCDUMP_VALUES_H

#include <stdbool.h>
#include <stdint.h>

#include "pfsync.h"

/* An address and port to listen on. */
struct values_endpoint {
	enum pfsync_af af;
	struct pfsync_addr addr;
	uint16_t port; /* 0: any that is free */
};

/* "127.0.0.1:9240", "[::1]:9240"; ":9240" and "9240" mean 127.0.0.1. */
bool values_endpoint(const char *text, struct values_endpoint *endpoint);

/* "10", "10s", "1.5m", "2h", "500ms"; more than nothing, 365 days at most. */
bool values_span(const char *text, int64_t *span_ns);

#endif
