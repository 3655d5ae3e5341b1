/*
 * proofs.c - the packets that prove an answer, into a file (see proofs.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include "proofs.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <glib.h>

bool
proofs_possible(const struct options *options, char error[CAPTURE_ERROR_MAX])
{
	for (size_t i = 0; i < options->file_count; i++) {
		const char *name = options->files[i];
		struct stat info;
		char shown[256];

		if (!options->live && strcmp(name, "-") != 0 &&
		    (stat(name, &info) != 0 || S_ISREG(info.st_mode)))
			continue;
		pfsync_text_name(shown, sizeof(shown), name, strlen(name));
		snprintf(error, CAPTURE_ERROR_MAX,
		    "-w with --trace or --nat reads the inputs twice, and %s can be read once "
		    "only; save it to a file first",
		    shown);
		return false;
	}
	return true;
}

static void
want(GHashTable *wanted, uint16_t file, uint64_t frame)
{
	const gint64 evidence = (gint64)((uint64_t)file << 48 | frame);

	g_hash_table_add(wanted, g_memdup2(&evidence, sizeof(evidence)));
}

static GHashTable *
find_wanted(struct pfreplay *replay, bool open_only)
{
	GHashTable *wanted = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	struct pfreplay_mapping mapping;
	struct pfreplay_frame frame;
	struct pfreplay_step step;

	for (size_t n = 0; pfreplay_step_at(replay, n, &step); n++)
		want(wanted, step.file, step.frame);
	for (size_t n = 0; pfreplay_mapping_at(replay, n, &mapping); n++) {
		for (size_t i = 0; (!open_only || mapping.open) &&
				   pfreplay_mapping_frame_at(replay, n, i, &frame);
		     i++)
			want(wanted, frame.file, frame.frame);
	}
	return wanted;
}

bool
proofs_write(const struct options *options, struct pfreplay *replay, bool open_only,
    struct rewrap *rewrap, char error[CAPTURE_ERROR_MAX])
{
	const struct capture_options capture_options = {.filter = options->filter};
	struct capture *capture =
	    capture_open(options->files, options->file_count, &capture_options, error);
	const struct capture_packet *packet;
	const struct capture_problem *problem;
	enum capture_status status;
	GHashTable *wanted;

	if (capture == NULL)
		return false;
	wanted = find_wanted(replay, open_only);
	while ((status = capture_next(capture, &packet, &problem)) != CAPTURE_END) {
		/* What cannot be read was complained of when it was read first. */
		gint64 evidence;

		if (status != CAPTURE_PACKET)
			continue;
		evidence = (gint64)((uint64_t)packet->file << 48 | packet->frame);
		if (g_hash_table_contains(wanted, &evidence))
			rewrap_packet(rewrap, packet);
	}
	g_hash_table_destroy(wanted);
	capture_close(capture);
	return true;
}
