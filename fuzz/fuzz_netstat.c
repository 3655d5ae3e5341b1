/*
 * fuzz_netstat.c - libFuzzer: counters of netstat.
 *
 * SPDX-License-Identifier: ISC
 *
 * What was counted since itself is nothing.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "netstat.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool kept)
{
	if (!kept)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct lines lines;
	struct netstat netstat, before;
	bool good;

	if (size == 0)
		return 0;
	memset(&lines, 0, sizeof(lines));
	lines.name = "fuzz";
	lines.stream = fmemopen((void *)(uintptr_t)data, size, "r");
	require(lines.stream != NULL);
	good = netstat_read(&lines, &netstat);
	fclose(lines.stream);
	require(good == (lines.error[0] == '\0'));
	if (!good)
		return 0;
	before = netstat;
	require(netstat_since(&netstat, &before));
	for (size_t i = 0; i < NETSTAT_COUNTER_COUNT; i++)
		require(netstat.counter[i] == 0);
	return 0;
}
