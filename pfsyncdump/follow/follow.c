/*
 * follow.c - what happens, told when it happens.
 *
 * SPDX-License-Identifier: ISC
 */
#include "follow.h"

#include <string.h>

#include <glib.h>

#include "pfverdict.h"

/* Between two looks; a look walks all tables, so with many states there are fewer. */
#define LOOK_NS TIME_NS_PER_S
#define LOOK_STATES 20000
#define LOOK_MOST_NS (30 * TIME_NS_PER_S)
/* While a finding only counts on, it is told again when it has doubled, or so late. */
#define AGAIN_NS (60 * TIME_NS_PER_S)

/* What was told of a finding. */
struct told {
	char code[8];
	size_t nodes[2];
	size_t node_count;
	const void *kind;
	uint64_t tag;
	enum pfreplay_severity severity;
	uint64_t count;
	int64_t time_ns;
	bool lasting;
	bool seen; /* by the look that goes on */
};

struct told_bulk {
	enum pfreplay_outcome outcome;
	int64_t started_ns;
	uint32_t tries;
};

struct told_role {
	enum pfreplay_role role;
	uint8_t demote;
};

struct follow {
	bool begun;
	int64_t next_ns;  /* the next look */
	int64_t step_ns;  /* and how long after it the one behind that */
	GArray *findings; /* struct told */
	GArray *bulks;    /* struct told_bulk, by number */
	GArray *roles;    /* of GArray of struct told_role, by group and speaker */
	bool verdict_told;
	enum pfreplay_now verdict;
	unsigned fault;
};

struct follow *
follow_new(void)
{
	struct follow *follow = g_new0(struct follow, 1);

	follow->findings = g_array_new(FALSE, TRUE, sizeof(struct told));
	follow->bulks = g_array_new(FALSE, TRUE, sizeof(struct told_bulk));
	follow->roles = g_array_new(FALSE, TRUE, sizeof(GArray *));
	follow->step_ns = LOOK_NS;
	return follow;
}

void
follow_free(struct follow *follow)
{
	if (follow == NULL)
		return;
	for (guint i = 0; i < follow->roles->len; i++)
		g_array_unref(g_array_index(follow->roles, GArray *, i));
	g_array_unref(follow->roles);
	g_array_unref(follow->bulks);
	g_array_unref(follow->findings);
	g_free(follow);
}

bool
follow_due(struct follow *follow, int64_t time_ns, int64_t *due_ns)
{
	if (!follow->begun) {
		follow->begun = true;
		follow->next_ns = time_ns + LOOK_NS;
	}
	if (time_ns < follow->next_ns) {
		follow->step_ns = LOOK_NS;
		return false;
	}
	*due_ns = follow->next_ns;
	/* In a long gap less and less happens; a clock that jumps is no reason to look
	 * a million times. */
	follow->next_ns += follow->step_ns;
	follow->step_ns *= 2;
	return true;
}

/* ------------------------------------------------------------------------
 * Findings
 */

static struct told *
find_told(struct follow *follow, const struct pfreplay_divergence *finding)
{
	for (guint i = 0; i < follow->findings->len; i++) {
		struct told *told = &g_array_index(follow->findings, struct told, i);

		if (told->kind == finding->kind && told->tag == finding->tag &&
		    told->node_count == finding->node_count &&
		    memcmp(told->nodes, finding->nodes,
			told->node_count * sizeof(told->nodes[0])) == 0)
			return told;
	}
	return NULL;
}

static struct told *
add_told(struct follow *follow, const struct pfreplay_divergence *finding)
{
	struct told told = {
	    .kind = finding->kind, .tag = finding->tag, .node_count = MIN(finding->node_count, 2)};

	g_strlcpy(told.code, finding->code, sizeof(told.code));
	memcpy(told.nodes, finding->nodes, told.node_count * sizeof(told.nodes[0]));
	g_array_append_val(follow->findings, told);
	return &g_array_index(follow->findings, struct told, follow->findings->len - 1);
}

/* What to say of it, NULL for nothing. */
static const char *
news_of(const struct told *told, const struct pfreplay_divergence *finding, int64_t now_ns)
{
	if (!told->lasting)
		return finding->lasting ? "found" : NULL;
	if (!finding->lasting)
		return "healed";
	if (told->severity != finding->severity || finding->count / 2 >= told->count)
		return "changed";
	return finding->count != told->count && now_ns - told->time_ns >= AGAIN_NS ? "changed"
										   : NULL;
}

static void
look_at_findings(struct follow *follow, struct pfreplay *replay, struct report_event *event,
    struct report *report)
{
	struct pfreplay_divergence finding;

	event->about = REPORT_ABOUT_FINDING;
	event->finding = &finding;
	for (guint i = 0; i < follow->findings->len; i++)
		g_array_index(follow->findings, struct told, i).seen = false;
	for (size_t n = 0; pfreplay_divergence_at(replay, n, &finding); n++) {
		struct told *told = find_told(follow, &finding);

		if (told == NULL)
			told = add_told(follow, &finding);
		told->seen = true;
		event->event = news_of(told, &finding, event->time_ns);
		if (event->event == NULL)
			continue;
		event->count_before = told->lasting ? told->count : 0;
		told->lasting = finding.lasting;
		told->severity = finding.severity;
		told->count = finding.count;
		told->time_ns = event->time_ns;
		report_event(report, event);
	}
}

/* Those that the replay no longer holds: more evidence explained them otherwise. */
static void
look_at_gone(struct follow *follow, struct report_event *event, struct report *report)
{
	struct pfreplay_divergence finding;

	for (guint i = 0; i < follow->findings->len;) {
		struct told *told = &g_array_index(follow->findings, struct told, i);

		if (told->seen) {
			i++;
			continue;
		}
		if (told->lasting) {
			finding = (struct pfreplay_divergence){.code = told->code,
			    .name = pfreplay_divergence_name(
				(unsigned)g_ascii_strtoull(told->code + strlen("D-"), NULL, 10)),
			    .severity = told->severity,
			    .count = told->count,
			    .first_ns = told->time_ns,
			    .last_ns = told->time_ns,
			    .node_count = told->node_count,
			    .text = "It is explained otherwise now, or did not prove true.",
			    .advice = ""};
			memcpy(finding.nodes, told->nodes, sizeof(told->nodes));
			event->finding = &finding;
			event->event = "withdrawn";
			report_event(report, event);
		}
		g_array_remove_index_fast(follow->findings, i);
	}
}

/* ------------------------------------------------------------------------
 * The rest
 */

static void
look_at_verdict(struct follow *follow, struct pfreplay *replay, struct report_event *event,
    struct report *report)
{
	struct pfreplay_verdict verdict;

	pfreplay_verdict(replay, &verdict);
	if (follow->verdict_told && follow->verdict == verdict.now &&
	    follow->fault == verdict.fault)
		return;
	event->about = REPORT_ABOUT_VERDICT;
	event->event = follow->verdict_told ? "changed" : "found";
	event->verdict = &verdict;
	event->verdict_before = follow->verdict_told ? pfreplay_now_name(follow->verdict) : NULL;
	follow->verdict_told = true;
	follow->verdict = verdict.now;
	follow->fault = verdict.fault;
	report_event(report, event);
}

static void
look_at_bulks(struct follow *follow, struct pfreplay *replay, struct report_event *event,
    struct report *report)
{
	struct pfreplay_bulk bulk;

	event->about = REPORT_ABOUT_BULK;
	event->bulk = &bulk;
	for (size_t n = 0; pfreplay_bulk_at(replay, n, &bulk); n++) {
		const struct told_bulk now = {bulk.outcome, bulk.started_ns, bulk.tries};
		struct told_bulk *told;

		event->event = NULL;
		if (n == follow->bulks->len) {
			g_array_append_val(follow->bulks, now);
			event->event = "found";
		}
		told = &g_array_index(follow->bulks, struct told_bulk, n);
		if (told->outcome != now.outcome)
			event->event =
			    bulk.outcome == PFREPLAY_BULK_COMPLETE ? "healed" : "changed";
		else if (event->event == NULL &&
			 (told->started_ns != now.started_ns || told->tries != now.tries))
			event->event = "changed";
		*told = now;
		if (event->event != NULL)
			report_event(report, event);
	}
}

static GArray *
roles_of_group(struct follow *follow, size_t n)
{
	while (follow->roles->len <= n) {
		GArray *group = g_array_new(FALSE, TRUE, sizeof(struct told_role));

		g_array_append_val(follow->roles, group);
	}
	return g_array_index(follow->roles, GArray *, n);
}

static void
look_at_roles(struct follow *follow, struct pfreplay *replay, struct report_event *event,
    struct report *report)
{
	struct pfreplay_vhid vhid;
	struct pfreplay_speaker speaker;

	event->about = REPORT_ABOUT_ROLE;
	event->vhid = &vhid;
	event->speaker = &speaker;
	for (size_t n = 0; pfreplay_vhid_at(replay, n, &vhid); n++) {
		GArray *group = roles_of_group(follow, n);

		for (size_t i = 0; pfreplay_speaker_at(replay, n, i, &speaker); i++) {
			const struct told_role now = {
			    pfreplay_role_at(replay, n, i, event->time_ns), speaker.demote};
			const bool is_new = i == group->len;
			struct told_role *told;

			if (is_new)
				g_array_append_val(group, now);
			told = &g_array_index(group, struct told_role, i);
			if (!is_new && told->role == now.role && told->demote == now.demote)
				continue;
			event->event = is_new ? "found" : "changed";
			event->role = now.role;
			event->role_before = is_new ? PFREPLAY_ROLE_UNKNOWN : told->role;
			*told = now;
			report_event(report, event);
		}
	}
}

void
follow_look(struct follow *follow, struct pfreplay *replay, int64_t now_ns, struct report *report)
{
	struct report_event event = {.time_ns = now_ns};
	struct pfreplay_totals totals;
	struct report_names names;
	int64_t pause_ns;

	report_names_get(&names, replay);
	event.names = &names;
	look_at_bulks(follow, replay, &event, report);
	look_at_roles(follow, replay, &event, report);
	look_at_findings(follow, replay, &event, report);
	look_at_gone(follow, &event, report);
	look_at_verdict(follow, replay, &event, report);
	pfreplay_totals(replay, &totals);
	pause_ns = (int64_t)(totals.entries / LOOK_STATES) * LOOK_NS;
	pause_ns = CLAMP(pause_ns, LOOK_NS, LOOK_MOST_NS);
	if (follow->next_ns < now_ns + pause_ns)
		follow->next_ns = now_ns + pause_ns;
}
