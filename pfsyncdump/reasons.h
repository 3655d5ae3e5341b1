/*
 * reasons.h - what could not be judged, and why.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCDUMP_REASONS_H
#define PFSYNCDUMP_REASONS_H

#include "capture/capture.h"
#include "pfreplay.h"
#include "report/writer.h"

/* Fill in the reasons of the summary; the rest of it is complete. */
void reasons_find(struct report_summary *summary, struct capture *capture, struct pfreplay *replay);

#endif
