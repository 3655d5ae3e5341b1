/*
 * fuzz_simulate.c - libFuzzer: a configuration as pfsyncsend simulate reads it, and a few
 * seconds of what it describes.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "engine.h"

#define MILLISECOND INT64_C(1000000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int64_t
at_least(int64_t value, int64_t least)
{
	return value < least ? least : value;
}

static uint64_t
at_most(uint64_t value, uint64_t most)
{
	return value > most ? most : value;
}

/* A million flows tell nothing that ten do not. */
static void
make_small(struct sim_config *config)
{
	if (config->duration_ns > 3000 * MILLISECOND)
		config->duration_ns = 3000 * MILLISECOND;
	config->instant_count = (size_t)at_most(config->instant_count, 2);
	for (size_t i = 0; i < config->class_count; i++) {
		struct sim_class *kind = &config->classes[i];
		kind->count = at_most(kind->count == 0 ? 10 : kind->count, 10);
		kind->preload = at_most(kind->preload, 10);
		kind->rate_per_s = kind->rate_per_s > 100 ? 100 : kind->rate_per_s;
		kind->flow.gap_ns = at_least(kind->flow.gap_ns, 100 * MILLISECOND);
	}
	for (size_t i = 0; i < config->sa_count; i++)
		config->sas[i].every_ns = at_least(config->sas[i].every_ns, 100 * MILLISECOND);
	for (size_t i = 0; i < config->fault_count; i++) {
		struct sim_fault *fault = &config->faults[i];
		fault->number = at_most(fault->number, 5);
		fault->repeat = (uint32_t)at_most(fault->repeat, 5);
		fault->time_ns = at_least(fault->time_ns, 100 * MILLISECOND);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static FILE *nowhere;
	struct sim_options options = {.seed = 1};
	struct sim_config *config;
	char *text;

	if (nowhere == NULL && (nowhere = fopen("/dev/null", "w")) == NULL)
		abort();
	text = malloc(size + 1);
	if (text == NULL)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	config = sim_config_parse("fuzz", text, options.seed, nowhere);
	if (config != NULL) {
		make_small(config);
		options.truth = "/dev/null";
		options.changes = options.messages = true;
		(void)sim_run(config, &options);
	}
	sim_config_free(config);
	free(text);
	return 0;
}
