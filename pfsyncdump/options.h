/*
 * options.h - what the user asked for.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCDUMP_OPTIONS_H
#define PFSYNCDUMP_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "pfevidence.h"
#include "pfreplay.h"
#include "pfsync.h"
#include "report/writer.h"
#include "setups.h"
#include "values.h"

#define OPTIONS_ERROR_MAX 512
/* Longest name of --node and --pair, bytes without the NUL. */
#define OPTIONS_NODE_NAME_MAX 63

enum options_colour { OPTIONS_COLOUR_AUTO, OPTIONS_COLOUR_ALWAYS, OPTIONS_COLOUR_NEVER };

/* NODE=VALUE, as some options have it. */
struct options_pair {
	const char *node;
	const char *value;
};

struct options_pairs {
	struct options_pair *list;
	size_t count;
};

/* A moment of the capture, as the user said it. */
struct options_time {
	bool given;
	bool relative; /* time_ns counts from the start of the capture */
	int64_t time_ns;
};

struct options {
	bool live;          /* -i: the only one of `files` is an interface */
	const char **files; /* -r; none if only listings (pfctl) are compared */
	size_t file_count;
	uint64_t packet_limit; /* -c, 0 = no limit */
	const char *rewrap;    /* -w, NULL = no */
	char *filter;          /* -F or the trailing words, NULL = none */
	unsigned views;        /* enum report_view, together */
	int verbose;
	enum time_form time_form;
	bool json;
	const char *states_node; /* --states=NODE, NULL = all */
	bool at_given;
	bool at_relative; /* at_ns counts from the start of the capture */
	int64_t at_ns;
	const struct pfsync_dialect *dialect; /* --dialect, NULL = find out */
	struct pfreplay_name *names;          /* --node, one row an address */
	size_t name_count;
	struct options_pairs vantage; /* --vantage: files of -r */
	struct options_pairs pfctl;   /* --pfctl: FILE[@TIME] */
	struct setups setups;         /* --family, --limit, --interfaces, --timeout */
	int as_peer;                  /* --as-peer: enum pfreplay_family, 0 = none */
	bool trace_given;             /* --trace */
	bool trace_creator_given;
	uint64_t trace_id;
	uint32_t trace_creatorid;
	struct pfreplay_end nat; /* --nat; af UNSPEC = not given */
	struct options_time since;
	struct options_time until;
	struct options_pairs netstat; /* --netstat: [BEFORE,]AFTER */
	uint64_t max_states;          /* 0 = the replay's own limit */
	uint64_t ignored;             /* --ignore: bit n for D-n */
	int buffer_kib;               /* -B, 0: the usual one */
	bool fails; /* --fail-on, which implies --check: findings of that severity on */
	enum pfreplay_severity fail_on;
	bool check; /* the exit status tells the verdict */
	enum options_colour colour;
	bool progress;
	unsigned explain;     /* --explain: the number of a code */
	const char *pair;     /* --pair, NULL = none */
	const char *textfile; /* --textfile, NULL = none */
	bool listen_given;    /* --listen */
	struct values_endpoint listen;
	bool every_given; /* --every */
	int64_t every_ns;
};

enum options_result {
	OPTIONS_RUN,
	OPTIONS_HELP,     /* print options_help() and end well */
	OPTIONS_VERSION,  /* print the version and end well */
	OPTIONS_EXPLAIN,  /* explain(), options->explain, and end well */
	OPTIONS_DIALECTS, /* print options_dialects() and end well */
	OPTIONS_ERROR     /* `error` says what is wrong, in one line */
};

/*
 * Read the command line.  `options` is filled in and must be released with
 * options_free(), whatever is returned; it points into argv.
 */
enum options_result options_parse(
    struct options *options, int argc, char **argv, char error[OPTIONS_ERROR_MAX]);
void options_free(struct options *options);

/* --color; without it: on a terminal that can, unless NO_COLOR is set. */
bool options_colour(const struct options *options);

/* An address as text; false if it is none. */
bool options_addr(const char *text, enum pfsync_af *af, struct pfsync_addr *addr);

void options_help(FILE *stream);
/* Every dialect with its systems, and the aliases. */
void options_dialects(FILE *stream);

#endif
