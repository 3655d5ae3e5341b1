/*
 * tables.c - the replay's firewalls and states as text.
 *
 * SPDX-License-Identifier: ISC
 */
#include "tables.h"

#include <stdio.h>
#include <string.h>

#include "compat.h"

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#include "learn.h"
#include "settings.h"

/* Room for any line that libpfsync writes of a state. */
#define TEXT_MAX 1024
#define STATES "pfsync,states"
#define NODES "pfsync,nodes"
#define RULER "==============================================================================="

struct request {
	char *node; /* only this one, or NULL */
};

static tap_packet_status
any_packet(void *arg, packet_info *pinfo, epan_dissect_t *edt, const void *data, tap_flags_t flags)
{
	(void)arg, (void)pinfo, (void)edt, (void)data, (void)flags;
	return TAP_PACKET_REDRAW;
}

static struct pfreplay *
replay_now(void)
{
	struct pfreplay *replay = judge_replay(learnt_now()->judge);

	if (replay == NULL)
		printf("%s\n", settings_replay() ? "no packet of pfsync was seen"
						 : "the preference pfsync.replay is off");
	return replay;
}

/* ------------------------------------------------------------------------
 * Firewalls
 */

static void
print_addresses(const struct pfreplay_node *node)
{
	char text[TEXT_MAX];

	for (size_t i = 0; i < node->address_count; i++) {
		pfsync_text_addr(
		    text, sizeof(text), node->addresses[i].af, &node->addresses[i].addr);
		printf("%s%s", i == 0 ? "\n  addresses   " : ", ", text);
	}
	for (size_t i = 0; i < node->creatorid_count; i++)
		printf("%s%08x", i == 0 ? "\n  host ids    " : ", ", node->creatorids[i]);
	if (node->creatorids_more)
		printf(", and more");
}

static void
print_messages(const struct pfreplay_node *node)
{
	const char *separator = "\n  messages    ";

	for (int action = 0; action < PFSYNC_ACT_COUNT; action++) {
		if (node->messages[action] == 0)
			continue;
		printf("%s%s %" PRIu64, separator, pfsync_action_name((enum pfsync_action)action),
		    node->messages[action]);
		separator = ", ";
	}
}

static void
print_node(const struct pfreplay_node *node)
{
	char name[TEXT_MAX];

	pfsync_text_name(name, sizeof(name), node->name, strlen(node->name));
	printf("%s", name);
	print_addresses(node);
	if (node->silent) {
		printf("\n  silent      known as a destination only\n");
		return;
	}
	if (node->dialect != NULL)
		printf("\n  dialect     %s (%s)", node->dialect->name,
		    pfsync_certainty_name(node->certainty));
	printf("\n  family      %s", pfreplay_family_name(node->family));
	printf("\n  states      %" PRIu64 ", and %" PRIu64 " past their timeout", node->states,
	    node->due);
	printf("\n  packets     %" PRIu64, node->frames);
	print_messages(node);
	printf("\n");
}

static void
draw_nodes(void *arg)
{
	struct pfreplay_node node;
	struct pfreplay *replay;

	(void)arg;
	printf("\n%s\npfsync: firewalls\n", RULER);
	replay = replay_now();
	for (size_t n = 0; replay != NULL && pfreplay_node_at(replay, n, &node); n++)
		print_node(&node);
	printf("%s\n", RULER);
}

/* ------------------------------------------------------------------------
 * States
 */

static void
print_line(const char *indent, const char *text)
{
	if (text[0] != '\0')
		printf("%s%s\n", indent, text);
}

static void
print_state(const struct pfreplay_state *state)
{
	char text[TEXT_MAX];

	pfsync_text_state(text, sizeof(text), &state->message);
	print_line("", text);
	pfsync_text_windows(text, sizeof(text), &state->message);
	print_line("   ", text);
	pfsync_text_age(text, sizeof(text), &state->message);
	print_line("   ", text);
	pfsync_text_id(text, sizeof(text), &state->message);
	print_line("   ", text);
	printf("   %s; last heard of in frame %" PRIu64 "\n",
	    pfreplay_standing_name(state->standing), state->evidence_frame);
}

static void
print_table(struct pfreplay *replay, const struct pfreplay_node *node)
{
	struct pfreplay_cursor cursor = {.node = node->index};
	struct pfreplay_state state;

	printf("States of %s: %" PRIu64 ", and %" PRIu64 " past their timeout\n", node->name,
	    node->states, node->due);
	while (pfreplay_state_next(replay, &cursor, &state))
		print_state(&state);
}

static void
draw_states(void *arg)
{
	const struct request *request = arg;
	struct pfreplay_node node;
	struct pfreplay *replay;
	bool found = false;

	printf("\n%s\npfsync: states at the end of the capture\n", RULER);
	replay = replay_now();
	for (size_t n = 0; replay != NULL && pfreplay_node_at(replay, n, &node); n++) {
		if (request->node != NULL &&
		    pfreplay_node_by_name(replay, request->node) != (int)node.index)
			continue;
		print_table(replay, &node);
		found = true;
	}
	if (replay != NULL && request->node != NULL && !found)
		printf("no firewall is called %s\n", request->node);
	printf("%s\n", RULER);
}

/* ------------------------------------------------------------------------
 * Registration
 */

static void
free_request(void *arg)
{
	struct request *request = arg;

	g_free(request->node);
	g_free(request);
}

static void
listen(const char *node, tap_draw_cb draw)
{
	struct request *request = g_new0(struct request, 1);
	GString *error;

	request->node = g_strdup(node);
	error = register_tap_listener(
	    "pfsync", request, NULL, TL_REQUIRES_NOTHING, NULL, any_packet, draw, free_request);
	if (error == NULL)
		return;
	fprintf(stderr, "pfsync: %s\n", error->str);
	g_string_free(error, TRUE);
	free_request(request);
}

static compat_stat_init_result
init_states(const char *argument, void *arg)
{
	bool named = g_str_has_prefix(argument, STATES ",");

	(void)arg;
	listen(named ? argument + strlen(STATES ",") : NULL, draw_states);
	return COMPAT_STAT_INIT_OK;
}

static compat_stat_init_result
init_nodes(const char *argument, void *arg)
{
	(void)argument, (void)arg;
	listen(NULL, draw_nodes);
	return COMPAT_STAT_INIT_OK;
}

static void
register_listeners(void)
{
	static stat_tap_ui states = {
	    REGISTER_STAT_GROUP_GENERIC, NULL, STATES, init_states, 0, NULL};
	static stat_tap_ui nodes = {REGISTER_STAT_GROUP_GENERIC, NULL, NODES, init_nodes, 0, NULL};

	register_stat_tap_ui(&states, NULL);
	register_stat_tap_ui(&nodes, NULL);
}

void
tables_register(void)
{
	static tap_plugin plugin;

	plugin.register_tap_listener = register_listeners;
	tap_register_plugin(&plugin);
}
