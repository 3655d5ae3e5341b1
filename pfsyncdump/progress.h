/*
 * progress.h - how far reading is, on standard error.
 *
 * SPDX-License-Identifier: ISC
 *
 * A line when SIGUSR1 (or SIGINFO where there is one, Ctrl-T) arrives, and a
 * line that is rewritten all the time with --progress.
 */
#ifndef PFSYNCDUMP_PROGRESS_H
#define PFSYNCDUMP_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/capture.h"

struct progress {
	bool shown;      /* --progress */
	bool on_line;    /* an unfinished line stands there */
	int64_t next_ns; /* when to rewrite it (monotonic clock) */
	uint32_t calls;
};

/* Installs the signal handlers; `shown` is --progress. */
void progress_begin(struct progress *progress, bool shown);

/* Call for each packet: cheap.  `pfsync_packets` is what was done so far. */
void progress_packet(struct progress *progress, struct capture *capture, uint64_t pfsync_packets);

/* Call while nothing comes: answers a signal. */
void progress_idle(struct progress *progress, struct capture *capture, uint64_t pfsync_packets);

/* Finish the line, if there is one. */
void progress_end(struct progress *progress);

#endif
