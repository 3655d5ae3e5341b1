/*
 * wake.h - signals that end reading, or want an answer, while input is waited for.
 *
 * SPDX-License-Identifier: ISC
 *
 * INT, TERM, HUP and QUIT end reading as if the input ended there, so that all that is
 * known of it is still told; a second one ends the program at once.  What a pipe still
 * holds is read first: tcpdump in `tcpdump -w - | pfsyncdump -r -` gets the same signal
 * and writes its last packets then.
 */
#ifndef PFSYNCDUMP_CAPTURE_WAKE_H
#define PFSYNCDUMP_CAPTURE_WAKE_H

#include <stdbool.h>

/* Both may be NULL. */
struct wake_hooks {
	/* A signal came, or nothing did for a while. */
	void (*idle)(void *user);
	/* Called by signal handlers: let the wait for packets of an interface end. */
	void (*interrupt)(void *user);
	void *user;
};

/* Signals end reading from now on. */
void wake_begin(const struct wake_hooks *hooks);
/* Signals do what they did before. */
void wake_end(void);

/* Did one of them come? */
bool wake_ended(void);
/* Nothing comes at the moment. */
void wake_idle(void);
/* For handlers of other signals that want idle() soon. */
void wake_now(void);

/*
 * Wait until `fd`, which is no regular file, can be read.  False if reading is over:
 * a signal came, and nothing more within half a second.
 */
bool wake_wait(int fd);

#endif
