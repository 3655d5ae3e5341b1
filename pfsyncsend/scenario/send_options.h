/*
 * send_options.h - the command line of scenarios and one-liners.
 *
 * SPDX-License-Identifier: ISC
 *
 * A one-liner (pfsyncsend ins --tcp ...) becomes a scenario with one packet and
 * one message, so that its values are read and checked like any other's.
 */
#ifndef PFSYNCSEND_SEND_OPTIONS_H
#define PFSYNCSEND_SEND_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

enum { SEND_ERROR_MAX = 512 };

struct send_options {
	const char *scenario; /* file; NULL: a one-liner */
	json_t *one_liner;    /* the scenario it makes; NULL if there is a file */
	const char *write;    /* -w */
	const char *ifname;   /* -i */
	const char *syncpeer;
	const char *view; /* pfsync0: whose */
	int link;         /* enum link_kind, -1: as the scenario says */
	long snaplen;     /* 0: as the scenario says */
	bool pcapng;
	bool nano;
	bool fast;
	bool yes;
	bool check;
	bool verbose;
};

enum send_result { SEND_RUN, SEND_DIALECTS, SEND_WRONG };

/* Read the arguments; SEND_WRONG with one line in `error`. */
enum send_result send_options_parse(
    struct send_options *options, int argc, char **argv, char error[SEND_ERROR_MAX]);
void send_options_free(struct send_options *options);
/* The part of --help about this. */
void send_options_help(FILE *out);

#endif
