/*
 * eras.h - when a dialect was spoken and what its kernels put into fields.
 *
 * SPDX-License-Identifier: ISC
 *
 * The samples should look like captures of their time: years, state ids,
 * and which values were real.
 */
#ifndef SAMPLES_ERAS_H
#define SAMPLES_ERAS_H

#include <stdbool.h>
#include <stdint.h>

#include "pfsync.h"

/* How state ids begin (SEM 1.3). */
enum id_style {
	ID_SECONDS_HIGH, /* OpenBSD, FreeBSD to 9: seconds in the upper half */
	ID_CPU_HIGH,     /* FreeBSD 10 to 14: a CPU number in the top byte, plain seconds */
	ID_SECONDS       /* FreeBSD 15: plain seconds */
};

struct era {
	int64_t start_s; /* noon of a day, seconds since 1970-01-01 UTC */
	enum id_style ids;
	bool expire;   /* full records tell the seconds left (OB 13.4) */
	bool nat_rule; /* nat_rule is the number of a rule (OB 13.5) */
	bool deferral; /* inserts may ask for an INS_ACK (OB 14.7) */
	bool sloppy;   /* there are state flags at all */
	bool proxy;    /* synproxy levels exist (OB 14.1) */
	bool freebsd;  /* its numbering of route-to (FB 3.7) */
};

/* The era of a dialect. */
struct era era_of(const struct pfsync_dialect *dialect);

#endif
