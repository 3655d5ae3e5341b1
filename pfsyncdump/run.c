/*
 * run.c - from the options to the reports.
 *
 * SPDX-License-Identifier: ISC
 */
#include "run.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "progress.h"
#include "reasons.h"
#include "report/report.h"
#include "rewrap.h"
#include "vantage.h"
#include "walk.h"
#include "witness.h"

#define EXIT_OK 0
#define EXIT_DIVERGED 1
#define EXIT_TROUBLE 2

struct run {
	const struct options *options;
	struct out *out;
	struct capture *capture;
	struct rewrap *rewrap;   /* NULL: nothing to write */
	bool quiet;              /* nothing but that was asked for */
	struct vantage *vantage; /* NULL: the inputs are not compared */
	struct witness *witness;
	struct report_window window;
	struct report report;
	struct senders *senders;
	struct pfreplay *replay;
	struct report_summary summary;
	struct pfreplay_totals totals;
	struct walk walk;
	const char **tap_names;
	struct progress progress;
	bool began_known;
	int64_t began_ns;
	int64_t clocks_ns[VANTAGE_FILES_MAX]; /* by which inputs are ahead */
	bool times_placed;                    /* they are moments now */
	bool at_known;
	int64_t at_ns;
	int status;
};

static void
complain(struct run *run, const char *text)
{
	/* Behind what was written so far, where both go to one place. */
	out_flush(run->out);
	progress_end(&run->progress);
	fprintf(stderr, "pfsyncdump: %s\n", text);
	run->status = EXIT_TROUBLE;
}

static bool
colour_wanted(const struct options *options)
{
	if (options->colour == OPTIONS_COLOUR_AUTO)
		return isatty(STDOUT_FILENO) != 0;
	return options->colour == OPTIONS_COLOUR_ALWAYS;
}

/* Is any input a capture of the sync link, and not of a pfsync0? */
static bool
wire_present(struct run *run)
{
	for (size_t i = 0; i < run->options->file_count; i++) {
		if (!capture_file(run->capture, (unsigned)i)->tap)
			return true;
	}
	return false;
}

/*
 * A single pfsync0 is called that; of several, each is called as its file.
 * None is named beside a capture of the wire, which tells the address.
 */
static bool
name_taps(struct run *run)
{
	const struct options *options = run->options;

	run->tap_names = calloc(options->file_count, sizeof(*run->tap_names));
	if (run->tap_names == NULL)
		return false;
	if (wire_present(run))
		return true;
	for (size_t i = 0; i < options->file_count; i++) {
		const char *slash = strrchr(options->files[i], '/');

		run->tap_names[i] = slash != NULL ? slash + 1 : options->files[i];
		if (options->file_count == 1)
			run->tap_names[i] = "pfsync0";
		else if (strcmp(run->tap_names[i], "-") == 0)
			run->tap_names[i] = "stdin";
	}
	return true;
}

/* The addresses of a firewall that the user named, at the input's number. */
static bool
add_places(const struct options *options, const struct options_pair *pair, unsigned file,
    struct vantage_place *places, size_t *count)
{
	const size_t before = *count;

	if (options_addr(pair->node, &places[before].af, &places[before].addr))
		places[(*count)++].file = file;
	for (size_t i = 0; i < options->name_count; i++) {
		if (strcmp(options->names[i].name, pair->node) != 0)
			continue;
		places[*count].af = options->names[i].af;
		places[*count].addr = options->names[i].addr;
		places[(*count)++].file = file;
	}
	return *count > before;
}

/* Compare the inputs, if there are captures of several places.  False if what
 * the user says of them cannot be. */
static bool
open_vantage(struct run *run)
{
	const struct options *options = run->options;
	struct vantage_place *places =
	    calloc((options->name_count + 1) * options->vantage.count + 1, sizeof(*places));
	size_t count = 0;
	bool good = places != NULL;

	for (size_t i = 0; good && i < options->vantage.count; i++) {
		const struct options_pair *pair = &options->vantage.list[i];
		unsigned file = 0;
		char text[OPTIONS_ERROR_MAX], shown[128];

		while (file < options->file_count && strcmp(options->files[file], pair->value) != 0)
			file++;
		pfsync_text_name(shown, sizeof(shown), pair->value, strlen(pair->value));
		if (file == options->file_count) {
			snprintf(text, sizeof(text),
			    "--vantage: %s is not one of the inputs; name "
			    "it with -r, too",
			    shown);
			good = false;
		} else if (!add_places(options, pair, file, places, &count)) {
			pfsync_text_name(shown, sizeof(shown), pair->node, strlen(pair->node));
			snprintf(text, sizeof(text),
			    "--vantage: no firewall is called %s; give "
			    "its addresses with --node NAME=ADDR",
			    shown);
			good = false;
		}
		if (!good)
			complain(run, text);
	}
	if (good)
		run->vantage = vantage_new(run->capture, places, count, run->clocks_ns);
	free(places);
	return good;
}

/* The one that a signal ends; set while it is read. */
static struct capture *volatile live;

static void
on_signal(int number)
{
	struct capture *capture = live;

	(void)number;
	if (capture != NULL)
		capture_stop(capture);
}

/* ^C ends a live capture, and what came of it is told. */
static void
end_by_signal(struct run *run)
{
	struct sigaction action;

	if (!run->options->live)
		return;
	live = run->capture;
	memset(&action, 0, sizeof(action));
	action.sa_handler = on_signal;
	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

/* What can only be told by who listened from the start. */
static void
watch_what_was_asked(struct run *run)
{
	const struct options *options = run->options;

	if (witness_wants_counts(run->witness))
		pfreplay_received_count(run->replay);
	if (options->trace_given)
		pfreplay_trace(run->replay, options->trace_id,
		    options->trace_creator_given ? &options->trace_creatorid : NULL);
	if (options->nat_af != PFSYNC_AF_UNSPEC)
		pfreplay_mappings(
		    run->replay, options->nat_af, &options->nat_addr, options->nat_port);
}

static bool
begin(struct run *run)
{
	const struct options *options = run->options;
	struct capture_options capture_options = {.filter = options->filter, .carp = true};
	struct report_style style = {
	    .views = options->views,
	    .verbose = options->verbose,
	    .time_form = options->time_form,
	    .colour = colour_wanted(options),
	    .many_files = options->file_count > 1,
	    .window = &run->window,
	};
	char error[CAPTURE_ERROR_MAX], text[LINES_ERROR_MAX];

	/* Files first: opening an interface gives up the rights to them. */
	run->witness = witness_new(options, text);
	if (run->witness == NULL) {
		complain(run, text);
		return false;
	}
	run->quiet = options->rewrap != NULL && options->views == 0 && !options->json;
	if (options->rewrap != NULL) {
		run->rewrap = rewrap_open(options->rewrap, error);
		if (run->rewrap == NULL) {
			complain(run, error);
			return false;
		}
	}
	if (!options->live && clock_offsets(options->files, options->file_count, run->clocks_ns))
		capture_options.clocks_ns = run->clocks_ns;
	if (options->live)
		run->capture = capture_open_live(options->files[0], &capture_options, error);
	else
		run->capture =
		    capture_open(options->files, options->file_count, &capture_options, error);
	if (run->capture == NULL) {
		complain(run, error);
		return false;
	}
	if (run->quiet)
		return true;
	run->senders = senders_new(options->names, options->name_count);
	if (!report_open(&run->report, run->out, &style, options->json) || run->senders == NULL ||
	    !name_taps(run)) {
		complain(run, "out of memory");
		return false;
	}
	if (!open_vantage(run))
		return false;
	run->report.verdict = run->report.verdict || options->check;
	if (run->report.replay || options->check) {
		struct pfreplay_options replay_options = {
		    .max_states = options->max_states,
		    .names = options->names,
		    .name_count = options->name_count,
		    .setups = options->setups.list,
		    .setup_count = options->setups.count,
		    .as_peer = options->as_peer,
		    .wire_present = wire_present(run),
		    /* Each packet comes once then. */
		    .several_files = options->file_count > 1 && run->vantage == NULL,
		    .unjudged = !run->report.verdict,
		    .ignored = options->ignored,
		};
		memcpy(replay_options.timeout_s, options->setups.timeout_s,
		    sizeof(replay_options.timeout_s));
		run->replay = pfreplay_new(&replay_options);
		watch_what_was_asked(run);
	}
	run->walk = (struct walk){
	    .report = &run->report,
	    .senders = run->senders,
	    .replay = run->replay,
	    .dialect = options->dialect,
	    .tap_names = run->tap_names,
	    .time_form = options->time_form,
	    .summary = &run->summary,
	};
	return true;
}

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

/* A packet of pfsync.  False if the run cannot go on. */
static bool
take_packet(struct run *run, const struct capture_packet *packet, uint64_t missed)
{
	if (run->rewrap != NULL)
		rewrap_packet(run->rewrap, packet);
	if (run->quiet)
		run->summary.pfsync_packets++;
	else if (!walk_packet(&run->walk, packet, missed)) {
		complain(run, "out of memory");
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
	if (run->replay != NULL)
		witness_reach(run->witness, run->replay, began(run), time_of(event));
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
		if (event.status == CAPTURE_ERROR) {
			complain(run, capture_error(run->capture));
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

static void
judge(struct run *run)
{
	struct report_summary *summary = &run->summary;
	struct pfreplay_divergence divergence;

	if (run->replay == NULL || !run->report.verdict)
		return;
	summary->verdict = pfreplay_verdict(run->replay);
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
	switch (run->summary.verdict) {
	case PFREPLAY_IN_SYNC:
		break;
	case PFREPLAY_DIVERGED:
		run->status = EXIT_DIVERGED;
		break;
	case PFREPLAY_ONE_WAY:
		complain(run, "--check: only one direction was seen; capture the sync interface, "
			      "and long enough that both firewalls speak");
		break;
	case PFREPLAY_NOT_JUDGED:
		complain(run, "--check: too little was seen to judge; capture the sync interface, "
			      "and long enough that both firewalls speak");
		break;
	}
}

static void
finish(struct run *run)
{
	const struct options *options = run->options;
	struct report_summary *summary = &run->summary;
	size_t states_node = PFREPLAY_ALL_NODES;

	for (size_t i = 0; i < options->file_count; i++)
		report_file(&run->report, capture_file(run->capture, (unsigned)i), (unsigned)i);
	look_at_times(run);
	summary->as_of_ns = run->at_known ? run->at_ns : summary->last_ns;
	summary->nodes = count_nodes(run);
	summary->senders = run->senders;
	if (run->replay != NULL) {
		if (run->vantage != NULL)
			vantage_tell(run->vantage, run->replay);
		if (run->at_known || summary->has_time)
			pfreplay_advance(run->replay, summary->as_of_ns);
		witness_end(run->witness, run->replay, began(run));
		pfreplay_totals(run->replay, &run->totals);
		summary->totals = &run->totals;
	}
	if (options->states_node != NULL && run->replay != NULL) {
		int index = pfreplay_node_by_name(run->replay, options->states_node);

		if (index < 0) {
			char text[OPTIONS_ERROR_MAX], shown[128];

			pfsync_text_name(shown, sizeof(shown), options->states_node, 100);
			snprintf(text, sizeof(text),
			    "--states: no firewall %s in the capture; those there are listed "
			    "when no view is asked for",
			    shown);
			complain(run, text);
			return;
		}
		states_node = (size_t)index;
	}
	judge(run);
	reasons_find(summary, run->capture, run->replay);
	report_end(&run->report, summary, run->replay, run->senders, run->witness, states_node);
	if (options->check)
		tell_by_status(run);
}

int
run(const struct options *options, struct out *out)
{
	struct run run = {.options = options,
	    .out = out,
	    .window = {.since_ns = INT64_MIN, .until_ns = INT64_MAX}};
	char error[CAPTURE_ERROR_MAX];

	progress_begin(&run.progress, options->progress);
	if (begin(&run)) {
		end_by_signal(&run);
		read_all(&run);
		live = NULL;
		progress_end(&run.progress);
		if (out->error == 0 && !run.quiet)
			finish(&run);
	}
	if (!rewrap_close(run.rewrap, error))
		complain(&run, error);
	report_close(&run.report);
	pfreplay_free(run.replay);
	senders_free(run.senders);
	witness_free(run.witness);
	vantage_free(run.vantage);
	capture_close(run.capture);
	free(run.tap_names);
	return run.status;
}
