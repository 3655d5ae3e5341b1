/*
 * run.c - from the options to the reports.
 *
 * SPDX-License-Identifier: ISC
 */
#include "run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "reasons.h"
#include "proofs.h"
#include "run_internal.h"
#include "wake.h"

/* First and last moment of all inputs, as far as they are read. */
static void
look_at_times(struct run *run)
{
	struct report_summary *summary = &run->summary;

	summary->packets = 0;
	summary->has_time = false;
	for (size_t i = 0; i < run->options->file_count; i++) {
		const struct capture_file *file = capture_file(run->capture, (unsigned)i);

		summary->packets += file->packets;
		if (!file->has_time)
			continue;
		if (!summary->has_time || file->first_ns < summary->first_ns)
			summary->first_ns = file->first_ns;
		if (!summary->has_time || file->last_ns > summary->last_ns)
			summary->last_ns = file->last_ns;
		summary->has_time = true;
	}
}

/* When the first frame of all inputs was captured. */
static int64_t
began(struct run *run)
{
	if (!run->began_known) {
		look_at_times(run);
		run->began_known = run->summary.has_time;
		run->began_ns = run->summary.first_ns;
	}
	return run->began_ns;
}

/* A time that counts from the start, which the first packet tells. */
static int64_t
moment_of(struct run *run, bool relative, int64_t time_ns)
{
	if (!relative)
		return time_ns;
	return began(run) <= INT64_MAX - time_ns ? began(run) + time_ns : INT64_MAX;
}

/* --at, --since and --until become moments. */
static void
place_times(struct run *run)
{
	const struct options *options = run->options;

	if (run->times_placed)
		return;
	run->times_placed = true;
	run->at_known = options->at_given;
	run->at_ns = moment_of(run, options->at_relative, options->at_ns);
	if (options->since.given)
		run->window.since_ns =
		    moment_of(run, options->since.relative, options->since.time_ns);
	if (options->until.given)
		run->window.until_ns =
		    moment_of(run, options->until.relative, options->until.time_ns);
}

static size_t
count_nodes(const struct run *run)
{
	struct pfreplay_node node;
	size_t count = 0;

	if (run->replay == NULL)
		return senders_count(run->senders);
	while (pfreplay_node_at(run->replay, count, &node))
		count++;
	return count;
}

/* What the capture itself lacks. */
static void
limit(struct run *run)
{
	struct pfreplay_limits limits = {.both_ends = run->vantage != NULL};

	for (size_t i = 0; i < run->options->file_count; i++) {
		const struct capture_file *file = capture_file(run->capture, (unsigned)i);

		limits.unread = limits.unread || file->failed;
		limits.dropped += file->dropped;
		/* Simple packet blocks of pcapng have no time; libpcap makes it zero. */
		limits.timeless = limits.timeless || (file->has_time && file->first_ns <= 0);
	}
	pfreplay_limit(run->replay, &limits);
}

/* Where the page does not say so. */
static void
tell_drops(const struct run *run)
{
	uint64_t dropped = 0;

	for (size_t i = 0; i < run->options->file_count; i++)
		dropped += capture_file(run->capture, (unsigned)i)->dropped;
	if (dropped == 0 || run->report.verdict)
		return;
	out_flush(run->out);
	fprintf(stderr,
	    "pfsyncdump: the capture itself lost %" PRIu64
	    " packets; capture with a larger buffer (-B)\n",
	    dropped);
}

static void
judge(struct run *run)
{
	struct report_summary *summary = &run->summary;
	struct pfreplay_divergence divergence;

	memset(summary->divergences, 0, sizeof(summary->divergences));
	memset(summary->severities, 0, sizeof(summary->severities));
	if (run->replay == NULL || !run->report.verdict)
		return;
	summary->has_verdict = true;
	limit(run);
	pfreplay_verdict(run->replay, &summary->verdict);
	for (size_t n = 0; pfreplay_divergence_at(run->replay, n, &divergence); n++) {
		int number = atoi(divergence.code + strlen("D-"));

		summary->divergences[number] += divergence.count;
		summary->severities[divergence.severity]++;
	}
}

/* --check */
static void
tell_by_status(struct run *run)
{
	if (run->status != EXIT_OK)
		return;
	for (int severity = (int)run->options->fail_on;
	     run->options->fails && severity <= PFREPLAY_CRITICAL; severity++)
		if (run->summary.severities[severity] > 0) {
			run->status = EXIT_DIVERGED;
			return;
		}
	switch (run->summary.verdict.now) {
	case PFREPLAY_IN_SYNC:
		break;
	case PFREPLAY_DIVERGED:
		run->status = EXIT_DIVERGED;
		break;
	case PFREPLAY_CANNOT_TELL:
		run->status = EXIT_CANNOT_TELL;
		break;
	}
}

/* Did the capture show what --trace and --nat ask for? */
static bool
is_answered(const struct run *run)
{
	const unsigned views = run->options->views;
	struct pfreplay_mapping mapping;
	struct pfreplay_step step;

	if ((views & REPORT_VIEW_TRACE) != 0 && !pfreplay_step_at(run->replay, 0, &step))
		return false;
	if ((views & REPORT_VIEW_NAT) == 0)
		return true;
	for (size_t n = 0; pfreplay_mapping_at(run->replay, n, &mapping); n++) {
		if (report_mapping_shown(&run->report.style, &mapping))
			return true;
	}
	return false;
}

/* What holds at the moment that the replay has reached, into the summary. */
static void
take_stock(struct run *run)
{
	struct report_summary *summary = &run->summary;

	summary->nodes = count_nodes(run);
	summary->senders = run->senders;
	summary->reason_count = 0;
	if (run->replay != NULL) {
		pfreplay_totals(run->replay, &run->totals);
		summary->totals = &run->totals;
	}
	report_names_get(&summary->names, run->replay);
	judge(run);
	reasons_find(summary, run->capture, run->replay);
}

static void
publish(struct run *run)
{
	char error[PUBLISH_ERROR_MAX];

	if (!publish_update(run->publish, &run->report.style, &run->summary, run->replay,
		run->senders, run->witness, error))
		run_complain(run, error);
}

static int64_t
steady_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * TIME_NS_PER_S + now.tv_nsec;
}

/* On an interface time goes on without packets, too. */
static int64_t
present_ns(const struct run *run)
{
	struct timespec now;

	if (!run->options->live)
		return run->summary.last_ns;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * TIME_NS_PER_S + now.tv_nsec;
}

/* Between two packets: what is told from time to time. */
static void
tell_meanwhile(struct run *run)
{
	const bool summaries = run->options->json && run->options->every_given;
	int64_t now_ns;

	if (!run->streams || (run->publish == NULL && !summaries))
		return;
	now_ns = steady_ns();
	if (run->published_ns == 0)
		run->published_ns = run->publish != NULL ? -run->options->every_ns : now_ns;
	if (now_ns - run->published_ns < run->options->every_ns)
		return;
	run->published_ns = now_ns;
	look_at_times(run);
	run->summary.as_of_ns = present_ns(run);
	pfreplay_advance(run->replay, run->summary.as_of_ns);
	take_stock(run);
	if (run->publish != NULL)
		publish(run);
	if (summaries) {
		report_summary(&run->report, &run->summary);
		out_flush(run->out);
	}
}

/* What happened up to that time, for those who follow it. */
static void
follow(struct run *run, int64_t time_ns)
{
	int64_t due_ns;

	while (run->follow != NULL && follow_due(run->follow, time_ns, &due_ns)) {
		pfreplay_advance(run->replay, due_ns);
		limit(run);
		follow_look(run->follow, run->replay, due_ns, &run->report);
		out_frame_end(run->out);
	}
}

/* A packet of pfsync.  False if the run cannot go on. */
static bool
take_packet(struct run *run, const struct capture_packet *packet, uint64_t missed)
{
	if (run->rewrap != NULL && !run->proofs)
		rewrap_packet(run->rewrap, packet);
	if (run->quiet)
		run->summary.pfsync_packets++;
	else if (!walk_packet(&run->walk, packet, missed)) {
		run_complain(run, "out of memory");
		return false;
	}
	return true;
}

static int64_t
time_of(const struct vantage_event *event)
{
	return event->status == CAPTURE_PROBLEM ? event->problem->time_ns : event->packet->time_ns;
}

/* An event of the capture.  False if the run cannot, or need not, go on. */
static bool
take(struct run *run, const struct vantage_event *event)
{
	if (run->replay != NULL) {
		witness_reach(run->witness, run->replay, began(run), time_of(event));
		follow(run, time_of(event));
	}
	switch (event->status) {
	case CAPTURE_PACKET:
		if (!take_packet(run, event->packet, event->missed))
			return false;
		break;
	case CAPTURE_CARP:
		walk_carp(&run->walk, event->packet);
		break;
	default:
		if (!run->quiet)
			walk_problem(&run->walk, event->problem);
		break;
	}
	out_frame_end(run->out);
	progress_packet(&run->progress, run->capture, run->summary.pfsync_packets);
	return run->out->error == 0 &&
	       (run->options->packet_limit == 0 ||
		   run->summary.pfsync_packets < run->options->packet_limit);
}

/* What is decided about the packets of several captures. */
static bool
take_decided(struct run *run, bool all)
{
	struct vantage_event event;

	while (vantage_take(run->vantage, all, run->replay, &event)) {
		if (!take(run, &event))
			return false;
	}
	return true;
}

static bool
in_time(const struct run *run, int64_t time_ns)
{
	return !run->at_known || time_ns <= run->at_ns;
}

static void
read_all(struct run *run)
{
	struct vantage_event event = {.missed = 0};

	while ((event.status = capture_next(run->capture, &event.packet, &event.problem)) !=
	       CAPTURE_END) {
		place_times(run);
		tell_meanwhile(run);
		if (event.status == CAPTURE_IDLE) {
			follow(run, present_ns(run));
			continue;
		}
		if (event.status == CAPTURE_ERROR) {
			run_complain(run, capture_error(run->capture));
			continue;
		}
		if (!in_time(run, time_of(&event)))
			continue;
		if (run->vantage == NULL) {
			if (!take(run, &event))
				return;
			continue;
		}
		vantage_put(run->vantage, event.status, event.packet, event.problem);
		if (!take_decided(run, false))
			return;
	}
	if (run->vantage != NULL)
		take_decided(run, true);
}

static void
finish(struct run *run)
{
	const struct options *options = run->options;
	struct report_summary *summary = &run->summary;
	size_t states_node = PFREPLAY_ALL_NODES;
	char error[CAPTURE_ERROR_MAX];

	capture_digest(run->capture);
	for (size_t i = 0; i < options->file_count; i++)
		report_file(&run->report, capture_file(run->capture, (unsigned)i), (unsigned)i);
	look_at_times(run);
	summary->as_of_ns = run->at_known ? run->at_ns : summary->last_ns;
	if (run->replay != NULL) {
		if (run->vantage != NULL)
			vantage_tell(run->vantage, run->replay);
		if (run->at_known || summary->has_time)
			pfreplay_advance(run->replay, summary->as_of_ns);
		witness_end(run->witness, run->replay, began(run));
	}
	take_stock(run);
	if (run->follow != NULL)
		follow_look(run->follow, run->replay, pfreplay_now(run->replay), &run->report);
	if (options->states_node != NULL && run->replay != NULL) {
		int index = pfreplay_node_by_name(run->replay, options->states_node);

		if (index < 0) {
			char text[OPTIONS_ERROR_MAX], shown[128];

			pfsync_text_name(shown, sizeof(shown), options->states_node, 100);
			snprintf(text, sizeof(text),
			    "--states: no firewall %s in the capture; those there are listed "
			    "when no view is asked for",
			    shown);
			run_complain(run, text);
			return;
		}
		states_node = (size_t)index;
	}
	tell_drops(run);
	report_end(&run->report, summary, run->replay, run->senders, run->witness, states_node);
	if (run->publish != NULL)
		publish(run);
	if (run->proofs &&
	    !proofs_write(options, run->replay, options->at_given, run->rewrap, error))
		run_complain(run, error);
	if (options->check)
		tell_by_status(run);
	if (run->status == EXIT_OK && !is_answered(run))
		run->status = EXIT_NO_HIT;
}

int
run(const struct options *options, struct out *out)
{
	struct run run = {.options = options,
	    .out = out,
	    .window = {.since_ns = INT64_MIN, .until_ns = INT64_MAX}};
	char error[CAPTURE_ERROR_MAX];

	progress_begin(&run.progress, options->progress);
	if (run_open(&run)) {
		run_end_by_signal(&run, true);
		read_all(&run);
		run_end_by_signal(&run, false);
		progress_end(&run.progress);
		if (out->error == 0 && !run.quiet)
			finish(&run);
		out_flush(out);
		if (run.publish != NULL && !options->live && !wake_ended())
			publish_linger(run.publish);
	} else {
		/* An older file of that name is worth more than an empty one. */
		rewrap_discard(run.rewrap);
		run.rewrap = NULL;
	}
	if (!rewrap_close(run.rewrap, error))
		run_complain(&run, error);
	publish_close(run.publish);
	report_close(&run.report);
	follow_free(run.follow);
	pfreplay_free(run.replay);
	senders_free(run.senders);
	witness_free(run.witness);
	vantage_free(run.vantage);
	capture_close(run.capture);
	free(run.tap_names);
	return run.status;
}
