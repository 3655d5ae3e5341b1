/*
 * tally.h - anomalies counted by their counter, with the first of each kind.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCDUMP_TALLY_H
#define PFSYNCDUMP_TALLY_H

#include "report/writer.h"

/*
 * Count an anomaly in `counts`, of which *count_count are in use; both begin as
 * zero.  Counters are told apart by their names, which must be static.  Names
 * beyond REPORT_COUNTS_MAX are counted with the last one.
 */
void tally_add(struct report_count counts[REPORT_COUNTS_MAX], size_t *count_count,
    const struct report_anomaly *anomaly);

#endif
