/*
 * main.c - pfsyncdump: what do the firewalls tell each other?
 *
 * SPDX-License-Identifier: ISC
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "capture.h"
#include "explain.h"
#include "options.h"
#include "run.h"
#include "run_listings.h"

#define EXIT_OK 0
#define EXIT_TROUBLE 2

/* Close standard output, and tell once if anything could not be written. */
static int
finish_output(struct out *out, int status)
{
	int error = out_close(out);

	/* Whoever read us has gone: nobody to tell. */
	if (error == EPIPE)
		return EXIT_TROUBLE;
	if (error != 0) {
		fprintf(stderr, "pfsyncdump: standard output: %s\n", strerror(error));
		return EXIT_TROUBLE;
	}
	return status;
}

static int
finish_stdio(void)
{
	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return EXIT_OK;
	if (errno != EPIPE)
		fprintf(stderr, "pfsyncdump: standard output: %s\n", strerror(errno));
	return EXIT_TROUBLE;
}

static int
dump(const struct options *options)
{
	struct out out;
	int error = out_open(&out, STDOUT_FILENO);

	if (error != 0) {
		fprintf(stderr, "pfsyncdump: %s\n", strerror(error));
		return EXIT_TROUBLE;
	}
	return finish_output(
	    &out, options->file_count == 0 ? run_listings(options, &out) : run(options, &out));
}

int
main(int argc, char **argv)
{
	struct options options;
	char error[OPTIONS_ERROR_MAX];
	int status = EXIT_OK;

	/* A closed pipe shows as a write error. */
	signal(SIGPIPE, SIG_IGN);
	switch (options_parse(&options, argc, argv, error)) {
	case OPTIONS_RUN:
		status = dump(&options);
		break;
	case OPTIONS_HELP:
		options_help(stdout);
		status = finish_stdio();
		break;
	case OPTIONS_VERSION:
		printf("pfsyncdump %s\n%s\n", PFSYNCDUMP_VERSION, capture_library());
		status = finish_stdio();
		break;
	case OPTIONS_EXPLAIN:
		explain(stdout, options.explain);
		status = finish_stdio();
		break;
	case OPTIONS_DIALECTS:
		options_dialects(stdout);
		status = finish_stdio();
		break;
	case OPTIONS_ERROR:
		fprintf(stderr, "pfsyncdump: %s\n", error);
		status = EXIT_TROUBLE;
		break;
	}
	options_free(&options);
	return status;
}
