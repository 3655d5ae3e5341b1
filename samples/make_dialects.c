/*
 * make_dialects.c - one capture a dialect, its pfsync0 twin and its junk.
 *
 * SPDX-License-Identifier: ISC
 */
#include "make.h"

#include <stdio.h>
#include <string.h>

#include "junk.h"
#include "sample.h"

static void
save(const struct sample *sample, const char *folder, const char *dialect, const char *suffix)
{
	char name[128];

	snprintf(name, sizeof(name), "%s%s.pcap", dialect, suffix);
	sample_save(sample, folder, name);
}

/* How that system's files call pfsync0 (OB 3.2, FB 3.2). */
static enum link_kind
tap_link(const struct pfsync_dialect *dialect)
{
	if (strncmp(dialect->name, "freebsd", 7) == 0)
		return LINK_TAP_FREEBSD;
	return LINK_TAP_OPENBSD;
}

static void
make_dialect(const struct pfsync_dialect *dialect, const char *folder)
{
	const bool raw = (dialect->quirks & PFSYNC_QUIRK_RAW_BUFFER) != 0;
	struct capture_form tap = {.link = tap_link(dialect), .ip = IP_FORM_NONE};
	struct capture_form form = raw ? tap : (struct capture_form){.link = LINK_ETHERNET};
	struct story *story = story_new(dialect, raw ? STORY_TAP : STORY_WIRE);
	struct sample sample = {0};

	sample_story(&sample, story, &form);
	save(&sample, folder, dialect->name, "");
	if (junk_has(dialect)) {
		form.junk = true;
		sample_story(&sample, story, &form);
		save(&sample, folder, dialect->name, "-junk");
	}
	story_free(story);
	/* From v5 on pfsync0 shows what the wire does (OB 3.3). */
	if (!raw && dialect->version < 5) {
		story = story_new(dialect, STORY_TAP);
		sample_story(&sample, story, &tap);
		save(&sample, folder, dialect->name, "-pfsync0");
		story_free(story);
	}
	sample_free(&sample);
}

void
make_dialects(const char *folder)
{
	for (size_t i = 0; i < pfsync_dialect_count(); i++)
		make_dialect(pfsync_dialect_at(i), folder);
}
