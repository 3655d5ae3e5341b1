/*
 * main.c - pfsyncsend: say what firewalls say.
 *
 * SPDX-License-Identifier: ISC
 */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "parts.h"

enum { EXIT_OK = 0, EXIT_TROUBLE = 2 };

static bool
has_argument(int argc, char **argv, const char *wanted)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], wanted) == 0)
			return true;
	}
	return false;
}

static int
finish_stdout(void)
{
	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return EXIT_OK;
	perror("pfsyncsend: standard output");
	return EXIT_TROUBLE;
}

static int
help(void)
{
	puts("Sends pfsync, the protocol by which pf firewalls keep their state tables\n"
	     "alike: single messages, whole scenarios, a firewall that answers, or\n"
	     "simulated pairs of firewalls.\n");
	send_options_help(stdout);
#ifdef PFSYNCSEND_PEER
	puts("\nusage: pfsyncsend --peer -i IF [options]\n"
	     "       behave as one firewall of a pair; pfsyncsend --peer --help says more");
#endif
#ifdef PFSYNCSEND_SIMULATE
	puts("\nusage: pfsyncsend simulate --config FILE.json [options]\n"
	     "       firewalls whose tables are known; pfsyncsend simulate --help says more");
#endif
	puts("\npfsyncsend --version, --help");
	return finish_stdout();
}

int
main(int argc, char **argv)
{
	/* A closed pipe shows as a write error. */
	signal(SIGPIPE, SIG_IGN);
	if (argc < 2) {
		fprintf(stderr, "pfsyncsend: nothing to do; see pfsyncsend --help\n");
		return EXIT_TROUBLE;
	}
#ifdef PFSYNCSEND_SIMULATE
	if (strcmp(argv[1], "simulate") == 0)
		return simulate_main(argc - 1, argv + 1);
#endif
#ifdef PFSYNCSEND_PEER
	if (has_argument(argc, argv, "--peer"))
		return peer_main(argc, argv);
#endif
	if (has_argument(argc, argv, "--help") || strcmp(argv[1], "-h") == 0)
		return help();
	if (has_argument(argc, argv, "--version")) {
		puts("pfsyncsend " PFSYNCSEND_VERSION);
		return finish_stdout();
	}
	return scenario_main(argc, argv);
}
