/*
 * counters.h - netstat's counters against those that the replay predicts.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCDUMP_EVIDENCE_COUNTERS_H
#define PFSYNCDUMP_EVIDENCE_COUNTERS_H

#include "netstat.h"
#include "pfevidence.h"

/* A counter of netstat, or how many messages of one kind it counted. */
struct counters_row {
	const char *name;  /* "badver", "UPD_C"; static */
	const char *group; /* "counters", "received", "sent"; static */
	uint64_t counted;
	bool has_predicted;      /* else a capture cannot tell */
	uint64_t predicted;      /* the least that fits */
	uint64_t predicted_most; /* equal, or more where a capture gives bounds only */
};

#define COUNTERS_ROWS_MAX (NETSTAT_COUNTER_COUNT + 2 * PFSYNC_ACT_COUNT)

struct counters {
	/* Set by the caller of counters_load(). */
	const char *node;
	const char *before; /* a path, NULL: counters began at zero */
	const char *after;
	/* Read: what was counted between the two. */
	struct netstat netstat;
	bool restarted; /* they went back: the firewall did */
	/* Found out by counters_compare(). */
	bool no_node; /* no firewall of that name was there */
	size_t row_count;
	struct counters_row rows[COUNTERS_ROWS_MAX];
};

/* Read the files.  False and a line in `error`. */
bool counters_load(struct counters *counters, char error[LINES_ERROR_MAX]);

/* `replay` was told to pfreplay_received_count(). */
void counters_compare(struct counters *counters, struct pfreplay *replay);

/* Does the capture predict what was counted, or bounds around it? */
bool counters_row_agrees(const struct counters_row *row);
/* Rows that could be compared, and of these those that agree. */
size_t counters_compared(const struct counters *counters, size_t *agree);

#endif
