/*
 * options.c - the command line of "pfsyncsend simulate".
 *
 * SPDX-License-Identifier: ISC
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"

static const char usage[] =
    "usage: pfsyncsend simulate --config FILE.json [--seed N] [-w WIRE.pcap]\n"
    "           [--truth TRUTH.jsonl [--truth-changes] [--truth-messages]]\n"
    "           [--vantage A.pcap B.pcap ...] [--tap A.pcap B.pcap ...]\n";

static const char help[] =
    "\n"
    "Runs two to four firewalls with traffic and faults, and writes what a capture\n"
    "of their sync link would hold, and what really was in their tables.\n"
    "\n"
    "  --config FILE      what to simulate (docs/pfsyncsend-simulate.schema.json)\n"
    "  --seed N           the same number gives the same bytes; default 1\n"
    "  -w FILE            capture of the sync link\n"
    "  --vantage FILE...  captures at the nodes' ports, in the order of the nodes\n"
    "  --tap FILE...      captures on the nodes' pfsync0 (version 5 and later)\n"
    "  --truth FILE       tables, losses, faults as JSON Lines (docs/truth.md)\n"
    "  --truth-changes    with every change of every table\n"
    "  --truth-messages   with what became of every message\n"
    "  -h, --help\n"
    "\n"
    "\"-\" as FILE means standard input or output.\n";

enum { OPT_CONFIG = 256, OPT_SEED, OPT_TRUTH, OPT_CHANGES, OPT_MESSAGES, OPT_VANTAGE, OPT_TAP };

static bool
wrong(int *status, const char *what, const char *about)
{
	fprintf(stderr, "pfsyncsend: simulate: %s%s%s; see pfsyncsend simulate --help\n", what,
	    about[0] == '\0' ? "" : ": ", about);
	*status = 2;
	return false;
}

/* The option's argument and the operands that follow it, up to the next option. */
static bool
read_files(int argc, char **argv, const char **files, size_t *count)
{
	files[(*count)++] = optarg;
	while (optind < argc && (argv[optind][0] != '-' || argv[optind][1] == '\0')) {
		if (*count == SIM_NODES_MAX)
			return false;
		files[(*count)++] = argv[optind++];
	}
	return true;
}

static bool
read_seed(const char *text, uint64_t *seed)
{
	char *end;

	errno = 0;
	*seed = strtoull(text, &end, 0);
	return errno == 0 && end != text && *end == '\0' && text[0] != '-';
}

static bool
same_file_twice(const struct sim_options *options)
{
	const char *all[2 + 2 * SIM_NODES_MAX];
	size_t count = 0;

	if (options->wire != NULL)
		all[count++] = options->wire;
	if (options->truth != NULL)
		all[count++] = options->truth;
	for (size_t i = 0; i < options->vantage_count; i++)
		all[count++] = options->vantage[i];
	for (size_t i = 0; i < options->tap_count; i++)
		all[count++] = options->tap[i];
	for (size_t i = 0; i < count; i++) {
		for (size_t k = i + 1; k < count; k++) {
			if (strcmp(all[i], all[k]) == 0 && strncmp(all[i], "/dev/", 5) != 0)
				return true;
		}
	}
	return false;
}

static bool
check(const struct sim_options *options, int *status)
{
	if (options->config == NULL)
		return wrong(status, "--config is needed", "");
	if (options->wire == NULL && options->truth == NULL && options->vantage_count == 0 &&
	    options->tap_count == 0)
		return wrong(status, "nothing to write: give -w, --truth, --vantage or --tap", "");
	if (same_file_twice(options))
		return wrong(status, "two outputs have the same name", "");
	if (options->truth == NULL && (options->changes || options->messages))
		return wrong(status, "--truth-changes and --truth-messages need --truth", "");
	return true;
}

bool
sim_options_read(struct sim_options *options, int argc, char **argv, int *status)
{
	static const struct option longs[] = {{"config", required_argument, NULL, OPT_CONFIG},
	    {"seed", required_argument, NULL, OPT_SEED},
	    {"truth", required_argument, NULL, OPT_TRUTH},
	    {"truth-changes", no_argument, NULL, OPT_CHANGES},
	    {"truth-messages", no_argument, NULL, OPT_MESSAGES},
	    {"vantage", required_argument, NULL, OPT_VANTAGE},
	    {"tap", required_argument, NULL, OPT_TAP}, {"help", no_argument, NULL, 'h'},
	    {NULL, 0, NULL, 0}};
	int option;

	*options = (struct sim_options){.seed = 1};
	optind = 1;
	opterr = 0;
	while ((option = getopt_long(argc, argv, "+hw:", longs, NULL)) != -1) {
		switch (option) {
		case OPT_CONFIG:
			options->config = optarg;
			break;
		case OPT_SEED:
			if (!read_seed(optarg, &options->seed))
				return wrong(status, "--seed takes a number from 0 on", optarg);
			break;
		case OPT_TRUTH:
			options->truth = optarg;
			break;
		case OPT_CHANGES:
			options->changes = true;
			break;
		case OPT_MESSAGES:
			options->messages = true;
			break;
		case OPT_VANTAGE:
			if (!read_files(argc, argv, options->vantage, &options->vantage_count))
				return wrong(status, "--vantage takes at most a file a node", "");
			break;
		case OPT_TAP:
			if (!read_files(argc, argv, options->tap, &options->tap_count))
				return wrong(status, "--tap takes at most a file a node", "");
			break;
		case 'w':
			options->wire = optarg;
			break;
		case 'h':
			printf("%s%s", usage, help);
			*status = 0;
			return false;
		default:
			return wrong(status, "unknown option, or its argument is missing",
			    optind > 1 && optind <= argc ? argv[optind - 1] : "");
		}
	}
	if (optind < argc)
		return wrong(status, "not understood", argv[optind]);
	return check(options, status);
}
