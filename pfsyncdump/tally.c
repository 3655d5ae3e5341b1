/*
 * tally.c - anomalies counted by their counter, with the first of each kind.
 *
 * SPDX-License-Identifier: ISC
 */
#include "tally.h"

#include <string.h>

void
tally_add(struct report_count counts[REPORT_COUNTS_MAX], size_t *count_count,
    const struct report_anomaly *anomaly)
{
	struct report_count *entry;

	for (size_t i = 0; i < *count_count; i++) {
		if (counts[i].counter == anomaly->counter ||
		    strcmp(counts[i].counter, anomaly->counter) == 0) {
			counts[i].count++;
			return;
		}
	}
	if (*count_count == REPORT_COUNTS_MAX) {
		counts[REPORT_COUNTS_MAX - 1].count++;
		return;
	}
	entry = &counts[(*count_count)++];
	entry->counter = anomaly->counter;
	entry->count = 1;
	entry->first_frame = anomaly->frame;
	entry->first_file = anomaly->file;
	entry->first_ns = anomaly->time_ns;
	entry->text = anomaly->text;
}
