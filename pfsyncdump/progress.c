/*
 * progress.c - how far reading is, on standard error.
 *
 * SPDX-License-Identifier: ISC
 *
 * SIGINFO is of the BSDs, and some of them hide SA_RESTART from POSIX code, too, so
 * this file asks for everything its system has.
 */
#undef _POSIX_C_SOURCE
#define _DEFAULT_SOURCE
#define _DARWIN_C_SOURCE
#define _NETBSD_SOURCE

#include "progress.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "capture/wake.h"

/* --progress: twice a second on a terminal, less often into a file. */
#define PERIOD_TERMINAL_NS INT64_C(500000000)
#define PERIOD_FILE_NS INT64_C(5000000000)
/* Packets between two looks at the clock. */
#define CLOCK_EVERY 4096

static volatile sig_atomic_t asked;

static void
on_signal(int number)
{
	(void)number;
	asked = 1;
	wake_now();
}

static int64_t
now_ns(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		return 0;
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void
progress_begin(struct progress *progress, bool shown)
{
	struct sigaction action;

	memset(progress, 0, sizeof(*progress));
	progress->shown = shown;
	memset(&action, 0, sizeof(action));
	action.sa_handler = on_signal;
	action.sa_flags = SA_RESTART;
	sigemptyset(&action.sa_mask);
	sigaction(SIGUSR1, &action, NULL);
#ifdef SIGINFO
	sigaction(SIGINFO, &action, NULL);
#endif
}

static void
print(struct progress *progress, struct capture *capture, uint64_t pfsync_packets)
{
	uint64_t size = 0, consumed = 0, packets = 0;
	size_t count = capture_file_count(capture);
	bool sized = true;

	for (size_t i = 0; i < count; i++) {
		const struct capture_file *file = capture_file(capture, (unsigned)i);

		packets += file->packets;
		size += file->size_bytes;
		consumed += file->consumed_bytes;
		sized = sized && file->size_bytes != 0;
	}
	fprintf(stderr, "pfsyncdump: %" PRIu64 " packets read, %" PRIu64 " of pfsync", packets,
	    pfsync_packets);
	if (sized && size > 0)
		fprintf(
		    stderr, ", %d %% of the input", (int)(100.0 * (double)consumed / (double)size));
	progress->on_line = progress->shown && isatty(STDERR_FILENO);
	/* Blanks cover the rest of a longer line before. */
	fputs(progress->on_line ? "   \r" : "\n", stderr);
	fflush(stderr);
}

void
progress_idle(struct progress *progress, struct capture *capture, uint64_t pfsync_packets)
{
	if (!asked)
		return;
	asked = 0;
	print(progress, capture, pfsync_packets);
}

void
progress_packet(struct progress *progress, struct capture *capture, uint64_t pfsync_packets)
{
	progress_idle(progress, capture, pfsync_packets);
	if (!progress->shown || ++progress->calls % CLOCK_EVERY != 0)
		return;
	if (now_ns() >= progress->next_ns) {
		print(progress, capture, pfsync_packets);
		progress->next_ns =
		    now_ns() + (progress->on_line ? PERIOD_TERMINAL_NS : PERIOD_FILE_NS);
	}
}

void
progress_end(struct progress *progress)
{
	if (progress->on_line)
		fputc('\n', stderr);
	progress->on_line = false;
}
