/*
 * simulate.c - "pfsyncsend simulate".
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>

#include "config.h"
#include "engine.h"
#include "options.h"
#include "simulate.h"

/* What the nodes of this configuration cannot write. */
static bool
fits(const struct sim_config *config, const struct sim_options *options)
{
	if (options->vantage_count > config->node_count ||
	    options->tap_count > config->node_count) {
		fprintf(stderr, "pfsyncsend: simulate: %s has %zu nodes, fewer than files\n",
		    config->path, config->node_count);
		return false;
	}
	for (size_t n = 0; n < options->tap_count; n++) {
		/* Before version 5 pfsync0 shows other messages than the link (SEM 3.1). */
		if (config->nodes[n].fw.family < FW_V5O) {
			fprintf(stderr,
			    "pfsyncsend: simulate: --tap: node \"%s\" of family %s: views of "
			    "pfsync0 are made for V5o and later\n",
			    config->nodes[n].fw.name, fw_family_name(config->nodes[n].fw.family));
			return false;
		}
	}
	return true;
}

int
simulate_main(int argc, char **argv)
{
	struct sim_options options;
	struct sim_config *config;
	int status = 0;

	if (!sim_options_read(&options, argc, argv, &status))
		return status;
	config = sim_config_read(options.config, options.seed, stderr);
	if (config == NULL)
		return 2;
	status = fits(config, &options) ? sim_run(config, &options) : 2;
	sim_config_free(config);
	return status;
}
