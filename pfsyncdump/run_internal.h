/*
 * run_internal.h - what the files of a run share.
 *
 * SPDX-License-Identifier: ISC
 *
 * run_open.c opens all that is needed, run.c reads it to the end.
 */
#ifndef PFSYNCDUMP_RUN_INTERNAL_H
#define PFSYNCDUMP_RUN_INTERNAL_H

#include "follow/follow.h"
#include "options.h"
#include "progress.h"
#include "publish/publish.h"
#include "report/report.h"
#include "rewrap.h"
#include "vantage.h"
#include "walk.h"
#include "witness.h"

#define EXIT_OK 0
#define EXIT_DIVERGED 1
#define EXIT_NO_HIT 1 /* of --trace, --nat */
#define EXIT_TROUBLE 2
#define EXIT_CANNOT_TELL 3

struct run {
	const struct options *options;
	struct out *out;
	struct capture *capture;
	struct rewrap *rewrap;   /* NULL: nothing to write */
	bool quiet;              /* nothing but that was asked for */
	bool proofs;             /* only the packets that prove the answer */
	struct vantage *vantage; /* NULL: the inputs are not compared */
	struct witness *witness;
	struct report_window window;
	struct report report;
	struct senders *senders;
	struct pfreplay *replay;
	struct report_summary summary;
	struct pfreplay_totals totals;
	struct walk walk;
	const char **tap_names;
	struct progress progress;
	struct follow *follow;   /* NULL: nobody wants events */
	struct publish *publish; /* NULL: nothing is published */
	bool streams;            /* packets may come at any time: nobody waits for the end */
	int64_t published_ns;    /* when that was renewed last, by a steady clock */
	bool began_known;
	int64_t began_ns;
	int64_t clocks_ns[VANTAGE_FILES_MAX]; /* by which inputs are ahead */
	bool times_placed;                    /* they are moments now */
	bool at_known;
	int64_t at_ns;
	int status;
};

/* One line on standard error; the run ends with EXIT_TROUBLE. */
void run_complain(struct run *run, const char *text);

/* Open inputs, writers and the replay.  False, and complained of, if that fails. */
bool run_open(struct run *run);

/* While it is on, ^C ends a live capture, and what came of it is told. */
void run_end_by_signal(struct run *run, bool on);

#endif
