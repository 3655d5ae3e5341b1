/*
 * report.h - all writers of a run together.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCDUMP_REPORT_H
#define PFSYNCDUMP_REPORT_H

#include "writer.h"

#define REPORT_WRITERS_MAX 16

struct report {
	struct report_writer writers[REPORT_WRITERS_MAX];
	size_t count;
	struct report_style style;
	/* What any of them wants to hear of; the rest need not be found out. */
	bool frames; /* frame, frame_end */
	bool messages;
	bool anomalies;
	bool states;
	bool replay;
	bool verdict; /* and whether the tables agree */
	bool events;
};

/*
 * Make the writers for the views of `style`: one of JSON if `json`, else one of
 * text for each view, or the verdict page.  False if memory is short.  Release
 * with report_close() in either case.
 */
bool report_open(
    struct report *report, struct out *out, const struct report_style *style, bool json);
/* No writer at all: only what others ask for is found out.  Always true. */
bool report_open_none(struct report *report, const struct report_style *style);
void report_close(struct report *report);

/* The events of writer.h, passed on to each writer that wants them. */
void report_file(struct report *report, const struct capture_file *file, unsigned number);
void report_frame(struct report *report, const struct report_frame *frame);
void report_message(
    struct report *report, const struct report_frame *frame, const struct report_message *message);
void report_anomaly(struct report *report, const struct report_anomaly *anomaly);
void report_event(struct report *report, const struct report_event *event);
/* A summary in between; the one at the end comes by report_end(). */
void report_summary(struct report *report, const struct report_summary *summary);
void report_frame_end(struct report *report, const struct report_frame *frame);

/*
 * Everything that comes when the run is over.  Writers that print tables of
 * different kinds are served one after the other, so that each view is whole.
 * `states_node` is the node whose states are wanted, or PFREPLAY_ALL_NODES;
 * `replay` is NULL if no writer wants it.
 */
void report_end(struct report *report, const struct report_summary *summary,
    struct pfreplay *replay, const struct senders *senders, const struct witness *witness,
    size_t states_node);

#endif
