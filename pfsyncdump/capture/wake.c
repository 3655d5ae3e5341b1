/*
 * wake.c - signals that end reading, or want an answer (see wake.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include "wake.h"

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/select.h>
#include <time.h>

/* How long after the signal a pipe may still bring what its writer had. */
#define LAST_WORDS_NS INT64_C(500000000)
#define NS_PER_S INT64_C(1000000000)

static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
#define ENDING_COUNT (sizeof(ending) / sizeof(ending[0]))

static volatile sig_atomic_t ended;
static struct sigaction before[ENDING_COUNT];
static bool begun;
static int64_t until_ns; /* reading may go on after the signal; 0: none was seen */
static struct wake_hooks hooks;

static void
on_signal(int number)
{
	if (ended) {
		/* Impatience. */
		signal(number, SIG_DFL);
		raise(number);
	}
	ended = 1;
	wake_now();
}

void
wake_now(void)
{
	if (hooks.interrupt != NULL)
		hooks.interrupt(hooks.user);
}

void
wake_begin(const struct wake_hooks *wanted)
{
	struct sigaction action;

	hooks = *wanted;
	ended = 0;
	until_ns = 0;
	memset(&action, 0, sizeof(action));
	action.sa_handler = on_signal;
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < ENDING_COUNT; i++) {
		sigaction(ending[i], NULL, &before[i]);
		/* nohup, and background jobs of a shell. */
		if (before[i].sa_handler != SIG_IGN)
			sigaction(ending[i], &action, NULL);
	}
	begun = true;
}

void
wake_end(void)
{
	for (size_t i = 0; begun && i < ENDING_COUNT; i++)
		sigaction(ending[i], &before[i], NULL);
	begun = false;
	memset(&hooks, 0, sizeof(hooks));
}

bool
wake_ended(void)
{
	return ended != 0;
}

void
wake_idle(void)
{
	if (hooks.idle != NULL)
		hooks.idle(hooks.user);
}

static int64_t
now_ns(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		return 0;
	return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

/* -1: a signal came; 0: nothing within the time; 1: there is something to read. */
static int
select_once(int fd, const struct timespec *timeout, const sigset_t *mask)
{
	fd_set readable;

	FD_ZERO(&readable);
	FD_SET(fd, &readable);
	return pselect(fd + 1, &readable, NULL, NULL, timeout, mask);
}

bool
wake_wait(int fd)
{
	sigset_t blocked, mask;
	int status;

	if (!begun || fd < 0 || fd >= FD_SETSIZE)
		return true;
	/* No signal may slip in between the look at `ended` and the wait. */
	sigemptyset(&blocked);
	for (size_t i = 0; i < ENDING_COUNT; i++)
		sigaddset(&blocked, ending[i]);
	sigaddset(&blocked, SIGUSR1);
	sigprocmask(SIG_BLOCK, &blocked, &mask);
	do {
		const struct timespec *timeout = NULL;
		struct timespec left;

		if (ended) {
			int64_t left_ns;

			if (until_ns == 0)
				until_ns = now_ns() + LAST_WORDS_NS;
			left_ns = until_ns - now_ns();
			if (left_ns < 0)
				left_ns = 0;
			left.tv_sec = left_ns / NS_PER_S;
			left.tv_nsec = left_ns % NS_PER_S;
			timeout = &left;
		}
		status = select_once(fd, timeout, &mask);
		if (status < 0)
			wake_idle();
	} while (status < 0);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	/* Whoever writes without end is not waited for. */
	return status > 0 && (until_ns == 0 || now_ns() <= until_ns);
}
