/*
 * run_open.c - all that a run needs, opened.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>

#include "capture/wake.h"
#include "clock.h"
#include "moments.h"
#include "outfile.h"
#include "proofs.h"
#include "run_internal.h"

void
run_complain(struct run *run, const char *text)
{
	/* Behind what was written so far, where both go to one place. */
	out_flush(run->out);
	progress_end(&run->progress);
	fprintf(stderr, "pfsyncdump: %s\n", text);
	run->status = EXIT_TROUBLE;
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
			run_complain(run, text);
	}
	if (good)
		run->vantage = vantage_new(run->capture, places, count, run->clocks_ns);
	free(places);
	return good;
}

static void
interrupt(void *user)
{
	struct run *run = user;

	capture_stop(run->capture);
}

static void
idle(void *user)
{
	struct run *run = user;

	progress_idle(&run->progress, run->capture, run->summary.pfsync_packets);
}

void
run_end_by_signal(struct run *run, bool on)
{
	const struct wake_hooks hooks = {
	    .idle = idle, .interrupt = run->options->live ? interrupt : NULL, .user = run};

	if (on)
		wake_begin(&hooks);
	else
		wake_end();
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
	if (options->nat.af != PFSYNC_AF_UNSPEC)
		pfreplay_mappings(run->replay, &options->nat);
}

/* FILE[@TIME] or [BEFORE,]AFTER: a part that names `target`. */
static bool
is_listing(const char *target, const struct options_pairs *pairs)
{
	for (size_t i = 0; i < pairs->count; i++) {
		gchar **parts = g_strsplit_set(pairs->list[i].value, ",@", -1);
		bool found = outfile_is_input(target, pairs->list[i].value);

		for (gchar **part = parts; *part != NULL; part++)
			found = found || outfile_is_input(target, *part);
		g_strfreev(parts);
		if (found)
			return true;
	}
	return false;
}

/* `option` writes onto what is read.  True with a line in `error`. */
static bool
would_destroy(const struct options *options, const char *option, const char *target,
    char error[CAPTURE_ERROR_MAX])
{
	char shown[256];

	bool input = is_listing(target, &options->pfctl) || is_listing(target, &options->netstat);

	for (size_t i = 0; !options->live && i < options->file_count; i++)
		input = input || outfile_is_input(target, options->files[i]);
	if (!input)
		return false;
	pfsync_text_name(shown, sizeof(shown), target, strlen(target));
	snprintf(error, CAPTURE_ERROR_MAX, "%s %s: this is a file that is read; name another one",
	    option, shown);
	return true;
}

static bool
open_publish(struct run *run)
{
	const struct options *options = run->options;
	char error[CAPTURE_ERROR_MAX];

	if (!publish_wanted(options))
		return true;
	if (options->textfile == NULL ||
	    !would_destroy(options, "--textfile", options->textfile, error))
		run->publish = publish_open(options, error);
	if (run->publish == NULL)
		run_complain(run, error);
	return run->publish != NULL;
}

/* Files first: opening an interface gives up the rights to them. */
static bool
open_files(struct run *run)
{
	const struct options *options = run->options;
	char error[CAPTURE_ERROR_MAX], text[LINES_ERROR_MAX];

	run->witness = witness_new(options, text);
	if (run->witness == NULL) {
		run_complain(run, text);
		return false;
	}
	if (!open_publish(run))
		return false;
	if (options->rewrap == NULL)
		return true;
	run->quiet = options->views == 0 && !options->json && run->publish == NULL;
	run->proofs = (options->views & (REPORT_VIEW_TRACE | REPORT_VIEW_NAT)) != 0;
	if (run->proofs && !proofs_possible(options, error)) {
		run_complain(run, error);
		return false;
	}
	if (would_destroy(options, "-w", options->rewrap, error)) {
		run_complain(run, error);
		return false;
	}
	run->rewrap = rewrap_open(options->rewrap, error);
	if (run->rewrap == NULL)
		run_complain(run, error);
	return run->rewrap != NULL;
}

/* A pipe, say: what is in it may come at any time. */
static bool
comes_by_and_by(const struct options *options)
{
	for (size_t i = 0; i < options->file_count; i++) {
		const bool is_stdin = strcmp(options->files[i], "-") == 0;
		struct stat info;

		if ((is_stdin ? fstat(STDIN_FILENO, &info) : stat(options->files[i], &info)) == 0 &&
		    !S_ISREG(info.st_mode))
			return true;
	}
	return false;
}

static bool
open_captures(struct run *run)
{
	const struct options *options = run->options;
	struct capture_options capture_options = {.filter = options->filter,
	    .carp = true,
	    .buffer_kib = options->buffer_kib,
	    /* Told in the lines about files, which views leave out. */
	    .digest = options->json && options->views == 0};
	char error[CAPTURE_ERROR_MAX];

	if (options->live) {
		run->capture = capture_open_live(options->files[0], &capture_options, error);
	} else {
		if (clock_offsets(options->files, options->file_count, run->clocks_ns))
			capture_options.clocks_ns = run->clocks_ns;
		run->capture =
		    capture_open(options->files, options->file_count, &capture_options, error);
	}
	if (run->capture == NULL)
		run_complain(run, error);
	run->streams = options->live || comes_by_and_by(options);
	return run->capture != NULL;
}

static bool
open_reports(struct run *run)
{
	const struct options *options = run->options;
	const struct report_style style = {
	    .views = options->views,
	    .verbose = options->verbose,
	    .time_form = options->time_form,
	    .colour = options_colour(options),
	    .at_given = options->at_given,
	    .many_files = options->file_count > 1,
	    .window = &run->window,
	    .pair = options->pair,
	};

	/* Who publishes and asks for no view wants none; likewise with -w. */
	const bool page = options->views == 0 && !options->json;
	bool good;

	run->senders = senders_new(options->names, options->name_count);
	if (page && run->publish != NULL)
		good = report_open_none(&run->report, &style);
	else
		good = report_open(&run->report, run->out, &style, options->json);
	if (good && run->senders != NULL && name_taps(run))
		return true;
	run_complain(run, "out of memory");
	return false;
}

static void
open_replay(struct run *run)
{
	const struct options *options = run->options;
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

	memcpy(
	    replay_options.timeout_s, options->setups.timeout_s, sizeof(replay_options.timeout_s));
	run->replay = pfreplay_new(&replay_options);
	watch_what_was_asked(run);
}

bool
run_open(struct run *run)
{
	const struct options *options = run->options;

	if (!open_files(run))
		return false;
	moments_find(options, run->witness);
	if (!open_captures(run))
		return false;
	if (run->quiet)
		return true;
	if (!open_reports(run) || !open_vantage(run))
		return false;
	run->report.verdict = run->report.verdict || run->options->check || run->publish != NULL;
	if (run->report.replay || run->options->check || run->publish != NULL)
		open_replay(run);
	if (run->report.events &&
	    ((options->views & REPORT_VIEW_FOLLOW) != 0 || (options->json && run->streams)))
		run->follow = follow_new();
	/* Somebody waits for each line, also where it goes to a file. */
	run->out->eager = run->out->eager || run->streams;
	run->walk = (struct walk){
	    .report = &run->report,
	    .senders = run->senders,
	    .replay = run->replay,
	    .dialect = run->options->dialect,
	    .tap_names = run->tap_names,
	    .time_form = run->options->time_form,
	    .summary = &run->summary,
	};
	return true;
}
