/*
 * text_roles.c - who was master when, by CARP.
 *
 * SPDX-License-Identifier: ISC
 */
#include "text_roles.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text_style.h"
#include "time_text.h"

/* So many of each kind fit a page. */
#define SHOWN_MAX 8

/* What is being written. */
struct roles {
	struct out *out;
	const struct report_style *style;
	const struct pfreplay *replay;
	size_t n; /* of the group */
	struct pfreplay_vhid vhid;
};

static void
put_speaker(const struct roles *roles, size_t n)
{
	struct pfreplay_speaker speaker;
	char text[REPORT_ADDR_MAX];

	if (!pfreplay_speaker_at(roles->replay, roles->n, n, &speaker))
		return;
	pfsync_text_addr(text, sizeof(text), roles->vhid.af, &speaker.addr);
	if (speaker.name == NULL || strcmp(speaker.name, text) == 0) {
		out_text(roles->out, text);
		return;
	}
	text_put_name(roles->out, speaker.name);
	out_printf(roles->out, " (%s)", text);
}

static void
put_frames(const struct roles *roles, const struct pfreplay_span *seen)
{
	out_text(roles->out, "; frame ");
	if (roles->style->many_files)
		out_printf(roles->out, "#%u ", roles->vhid.file);
	out_printf(roles->out, "%" PRIu64, seen->from_frame);
	if (seen->to_frame != seen->from_frame)
		out_printf(roles->out, " to %" PRIu64, seen->to_frame);
	out_char(roles->out, '\n');
}

static void
put_time(const struct roles *roles, int64_t time_ns)
{
	char text[TIME_TEXT_MAX];

	time_page(text, time_ns);
	out_printf(roles->out, "    %s  ", text);
}

static void
put_adverts(const struct roles *roles, uint64_t adverts, const struct pfreplay_span *seen)
{
	char text[TIME_TEXT_MAX];

	out_printf(roles->out, "%" PRIu64 " advert%s", adverts, adverts == 1 ? "" : "s");
	if (adverts < 2)
		return;
	time_span(text, seen->to_ns - seen->from_ns);
	out_printf(roles->out, " in %s", text);
}

/* Where to begin, so that the last ones are shown; says what is left out. */
static size_t
first_shown(const struct roles *roles, size_t count, const char *what)
{
	if (roles->style->verbose > 0 || count <= SHOWN_MAX)
		return 0;
	out_printf(roles->out, "    %zu earlier %s; -v shows them\n", count - SHOWN_MAX, what);
	return count - SHOWN_MAX;
}

static void
put_masters(const struct roles *roles)
{
	struct pfreplay_master master;

	for (size_t i = first_shown(roles, roles->vhid.masters, "masters");
	     pfreplay_master_at(roles->replay, roles->n, i, &master); i++) {
		put_time(roles, master.seen.from_ns);
		put_speaker(roles, master.speaker);
		out_text(roles->out, " master, ");
		put_adverts(roles, master.adverts, &master.seen);
		if (master.left)
			out_text(roles->out, ", then it said that it leaves");
		put_frames(roles, &master.seen);
	}
}

static void
put_demotions(const struct roles *roles)
{
	struct pfreplay_demotion demotion;

	for (size_t i = first_shown(roles, roles->vhid.demotions, "times of demotion");
	     pfreplay_demotion_at(roles->replay, roles->n, i, &demotion); i++) {
		put_time(roles, demotion.seen.from_ns);
		put_speaker(roles, demotion.speaker);
		out_text(roles->out, " advertised as ");
		text_put(roles->out, roles->style->colour, TEXT_YELLOW, "demoted", 0);
		if (demotion.demote_max > 0)
			out_printf(roles->out, ", demote %u", demotion.demote_max);
		else
			out_printf(roles->out, ", advskew %u", demotion.advskew_max);
		out_text(roles->out, ", ");
		put_adverts(roles, demotion.adverts, &demotion.seen);
		put_frames(roles, &demotion.seen);
	}
}

static void
put_splits(const struct roles *roles)
{
	struct pfreplay_split split;
	char text[TIME_TEXT_MAX];

	for (size_t i = first_shown(roles, roles->vhid.splits, "split brains");
	     pfreplay_split_at(roles->replay, roles->n, i, &split); i++) {
		put_time(roles, split.seen.from_ns);
		text_put(roles->out, roles->style->colour, TEXT_RED, "SPLIT BRAIN", 0);
		out_text(roles->out, ": ");
		put_speaker(roles, split.speakers[0]);
		out_text(roles->out, " and ");
		put_speaker(roles, split.speakers[1]);
		time_span(text, split.seen.to_ns - split.seen.from_ns);
		out_printf(roles->out, " both master for %s", text);
		if (split.unequal)
			out_text(roles->out, ", and the slower one does not yield");
		put_frames(roles, &split.seen);
	}
}

static void
put_echoes(const struct roles *roles)
{
	struct pfreplay_speaker speaker;

	for (size_t i = 0; pfreplay_speaker_at(roles->replay, roles->n, i, &speaker); i++) {
		if (speaker.echoes == 0)
			continue;
		out_text(roles->out, "    ");
		put_speaker(roles, i);
		out_printf(roles->out, ": %" PRIu64 " adverts came twice, as an echo does\n",
		    speaker.echoes);
	}
}

/* Who is master at the end of the capture. */
static void
put_now(const struct roles *roles)
{
	const int64_t now_ns = pfreplay_now(roles->replay);
	bool any = false;

	for (size_t i = 0; i < roles->vhid.speakers; i++) {
		if (pfreplay_role_at(roles->replay, roles->n, i, now_ns) != PFREPLAY_ROLE_MASTER)
			continue;
		out_text(roles->out, any ? " and " : "; master at the end: ");
		put_speaker(roles, i);
		any = true;
	}
	out_text(roles->out, any ? "\n" : "; no master at the end\n");
}

/* --- all networks together ---------------------------------------------------- */

static void
put_master_of(struct roles *roles, size_t n, size_t speaker, const char *between)
{
	roles->n = n;
	if (!pfreplay_vhid_at(roles->replay, n, &roles->vhid))
		return;
	put_speaker(roles, speaker);
	out_printf(roles->out, "%s vhid %u", between, roles->vhid.vhid);
	if (roles->style->many_files)
		out_printf(roles->out, " in input #%u", roles->vhid.file);
}

static const char *
change_text(enum pfreplay_change change)
{
	static const char *const texts[PFREPLAY_CHANGE_COUNT] = {
	    [PFREPLAY_CHANGE_UNKNOWN] = "",
	    [PFREPLAY_CHANGE_RESUMED] = "it was heard again",
	    [PFREPLAY_CHANGE_LEFT] = "the one before said that it leaves",
	    [PFREPLAY_CHANGE_DEMOTED] = "the one before was demoted",
	    [PFREPLAY_CHANGE_PREEMPTED] = "the one before gave way (preempt)",
	    [PFREPLAY_CHANGE_SILENT] = "the one before fell silent",
	};

	return texts[change];
}

static void
put_end(struct roles *roles, const struct pfreplay_disorder *found)
{
	if (found->lasts) {
		out_text(roles->out, "; it lasts\n");
		return;
	}
	if (found->kind == PFREPLAY_DISORDER_PARTED && found->ended != PFREPLAY_CHANGE_UNKNOWN) {
		if (found->ended == PFREPLAY_CHANGE_SILENT &&
		    found->ended_speaker == found->speakers[found->ended_vhid == found->vhids[1]]) {
			out_text(roles->out, "; ended when ");
			put_master_of(roles, found->ended_vhid, found->ended_speaker,
			    " was no longer heard as master of");
		} else {
			out_text(roles->out, "; ended when ");
			put_master_of(
			    roles, found->ended_vhid, found->ended_speaker, " became master of");
			out_printf(roles->out, ": %s", change_text(found->ended));
		}
	} else if (found->kind == PFREPLAY_DISORDER_NOBODY) {
		out_text(roles->out, "; then ");
		put_speaker(roles, found->speakers[1]);
		out_printf(roles->out, ": %s", change_text(found->ended));
	}
	out_char(roles->out, '\n');
}

static void
put_disorder(struct roles *roles, const struct pfreplay_disorder *found)
{
	char text[TIME_TEXT_MAX];

	put_time(roles, found->from_ns);
	time_span(text, found->to_ns - found->from_ns);
	switch (found->kind) {
	case PFREPLAY_DISORDER_NOBODY:
		out_printf(roles->out, "nobody for %s, after ", text);
		put_master_of(roles, found->vhids[0], found->speakers[0], " as master of");
		break;
	case PFREPLAY_DISORDER_BOTH:
		out_printf(roles->out, "two masters for %s: ", text);
		roles->n = found->vhids[0];
		if (!pfreplay_vhid_at(roles->replay, roles->n, &roles->vhid))
			return;
		put_speaker(roles, found->speakers[0]);
		out_text(roles->out, " and ");
		put_master_of(roles, found->vhids[1], found->speakers[1], " of");
		break;
	default:
		out_printf(roles->out, "different masters for %s: ", text);
		put_master_of(roles, found->vhids[0], found->speakers[0], " of");
		out_text(roles->out, ", ");
		put_master_of(roles, found->vhids[1], found->speakers[1], " of");
		break;
	}
	if (found->crossed > 0)
		out_printf(roles->out, "; %" PRIu64 " connection%s crossed both firewalls",
		    found->crossed, found->crossed == 1 ? "" : "s");
	put_end(roles, found);
}

/* Can speakers of one network be told to be those of another? */
static bool
has_names(const struct pfreplay *replay)
{
	struct pfreplay_vhid vhid;
	struct pfreplay_speaker speaker;
	size_t groups = 0;
	bool named = true;

	for (; pfreplay_vhid_at(replay, groups, &vhid); groups++)
		for (size_t i = 0; pfreplay_speaker_at(replay, groups, i, &speaker); i++)
			named &= speaker.name != NULL;
	return named || groups < 2;
}

static void
put_disorders(struct roles *roles)
{
	const size_t count = pfreplay_disorders(roles->replay, NULL, 0);
	struct pfreplay_disorder *list;
	size_t first;

	if (!has_names(roles->replay))
		out_text(roles->out,
		    "  whether one firewall is master of all networks is not known: "
		    "--node NAME=ADDRESS,ADDRESS says whose addresses these are\n");
	if (count == 0)
		return;
	list = calloc(count, sizeof(*list));
	if (list == NULL)
		return;
	(void)pfreplay_disorders(roles->replay, list, count);
	out_text(roles->out, "  when networks had no master, two, or different ones\n");
	first = first_shown(roles, count, "such times");
	for (size_t i = first; i < count; i++)
		put_disorder(roles, &list[i]);
	free(list);
}

void
text_roles_put(struct out *out, const struct report_style *style, const struct pfreplay *replay)
{
	struct roles roles = {.out = out, .style = style, .replay = replay};

	for (; pfreplay_vhid_at(replay, roles.n, &roles.vhid); roles.n++) {
		const struct pfreplay_vhid *vhid = &roles.vhid;

		out_printf(out, "  vhid %u", vhid->vhid);
		if (style->many_files)
			out_printf(out, " in input #%u", vhid->file);
		if (vhid->link != 0)
			out_printf(out, ", link %" PRIx32, vhid->link);
		out_printf(out, "%s: %" PRIu64 " advert%s of %zu firewall%s",
		    vhid->af == PFSYNC_AF_INET6 ? ", IPv6" : "", vhid->adverts,
		    vhid->adverts == 1 ? "" : "s", vhid->speakers, vhid->speakers == 1 ? "" : "s");
		put_now(&roles);
		put_masters(&roles);
		put_demotions(&roles);
		put_splits(&roles);
		put_echoes(&roles);
		if (vhid->unlisted > 0)
			out_printf(out, "    %" PRIu64 " more, too many to keep\n", vhid->unlisted);
	}
	put_disorders(&roles);
}

struct text_roles {
	struct out *out;
	struct report_style style;
	bool any;
};

static void
text_roles_roles(void *self, const struct pfreplay *replay)
{
	struct text_roles *view = self;

	view->any = true;
	out_text(view->out, "Roles (who is master, by CARP)\n");
	text_roles_put(view->out, &view->style, replay);
}

static void
text_roles_summary(void *self, const struct report_summary *summary)
{
	struct text_roles *view = self;

	(void)summary;
	if (!view->any)
		out_text(view->out, "No adverts of CARP.\n");
}

bool
text_roles_writer(struct report_writer *writer, struct out *out, const struct report_style *style)
{
	struct text_roles *view = calloc(1, sizeof(*view));

	if (view == NULL)
		return false;
	view->out = out;
	view->style = *style;
	memset(writer, 0, sizeof(*writer));
	writer->self = view;
	writer->free = free;
	writer->roles = text_roles_roles;
	writer->summary = text_roles_summary;
	writer->wants_replay = true;
	return true;
}
