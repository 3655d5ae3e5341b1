/*
 * counters.c - netstat's counters against those that the replay predicts.
 *
 * SPDX-License-Identifier: ISC
 */
#include "counters.h"

#include <errno.h>
#include <string.h>

#include <glib.h>

static bool
load(const char *path, struct netstat *netstat, char error[LINES_ERROR_MAX])
{
	struct lines *lines = g_new0(struct lines, 1);
	bool good = false;

	lines->name = path;
	errno = 0;
	lines->stream = fopen(path, "r");
	if (lines->stream == NULL)
		lines_fail_file(lines, strerror(errno));
	else
		good = netstat_read(lines, netstat);
	if (lines->stream != NULL)
		fclose(lines->stream);
	g_strlcpy(error, lines->error, LINES_ERROR_MAX);
	g_free(lines);
	return good;
}

bool
counters_load(struct counters *counters, char error[LINES_ERROR_MAX])
{
	struct netstat before;

	if (!load(counters->after, &counters->netstat, error))
		return false;
	if (counters->before == NULL)
		return true;
	if (!load(counters->before, &before, error))
		return false;
	counters->restarted = !netstat_since(&counters->netstat, &before);
	return true;
}

static struct counters_row *
add(struct counters *counters, const char *group, const char *name, uint64_t counted)
{
	struct counters_row *row = &counters->rows[counters->row_count++];

	*row = (struct counters_row){.name = name, .group = group, .counted = counted};
	return row;
}

static void
predict(struct counters_row *row, uint64_t predicted)
{
	row->has_predicted = true;
	row->predicted = predicted;
	row->predicted_most = predicted;
}

/* The replay's counter of netstat's, or PFREPLAY_COUNTER_COUNT. */
static enum pfreplay_counter
predicted_as(enum netstat_counter counter)
{
	const char *name = netstat_counter_name(counter);

	for (int i = 0; i < PFREPLAY_TRUNCATED; i++) {
		if (strcmp(name, pfreplay_counter_name((enum pfreplay_counter)i)) == 0)
			return (enum pfreplay_counter)i;
	}
	return PFREPLAY_COUNTER_COUNT;
}

static void
compare_counters(struct counters *counters, const struct pfreplay_node *node)
{
	for (int i = 0; i < NETSTAT_COUNTER_COUNT; i++) {
		enum netstat_counter counter = (enum netstat_counter)i;
		enum pfreplay_counter ours = predicted_as(counter);
		struct counters_row *row;

		if (!counters->netstat.has_counter[i])
			continue;
		row = add(counters, "counters", netstat_counter_name(counter),
		    counters->netstat.counter[i]);
		if (counter == NETSTAT_IPACKETS)
			predict(row, node->received);
		else if (counter == NETSTAT_OPACKETS)
			predict(row, node->frames);
		else if (ours != PFREPLAY_COUNTER_COUNT)
			predict(row, node->predicted[ours]);
		if (ours == PFREPLAY_STALE)
			row->predicted_most = node->stale_most;
		else if (ours == PFREPLAY_BADSTATE)
			row->predicted_most = node->badstate_most;
	}
}

static void
compare_messages(
    struct counters *counters, const struct pfreplay *replay, const struct pfreplay_node *node)
{
	for (int i = 0; i < PFSYNC_ACT_COUNT; i++) {
		enum pfsync_action action = (enum pfsync_action)i;

		if (action != PFSYNC_ACT_UNKNOWN)
			predict(add(counters, "received", pfsync_action_name(action),
				    counters->netstat.received[i]),
			    pfreplay_received(replay, node->index, action));
	}
	for (int i = 0; i < PFSYNC_ACT_COUNT; i++) {
		enum pfsync_action action = (enum pfsync_action)i;

		if (action != PFSYNC_ACT_UNKNOWN)
			predict(add(counters, "sent", pfsync_action_name(action),
				    counters->netstat.sent[i]),
			    node->messages[i]);
	}
}

void
counters_compare(struct counters *counters, struct pfreplay *replay)
{
	int index = pfreplay_node_by_name(replay, counters->node);
	struct pfreplay_node node;

	counters->no_node = index < 0 || !pfreplay_node_get(replay, (size_t)index, &node);
	if (counters->no_node)
		return;
	counters->row_count = 0;
	compare_counters(counters, &node);
	if (counters->netstat.has_messages)
		compare_messages(counters, replay, &node);
}

bool
counters_row_agrees(const struct counters_row *row)
{
	return row->has_predicted && row->counted >= row->predicted &&
	       row->counted <= row->predicted_most;
}

size_t
counters_compared(const struct counters *counters, size_t *agree)
{
	size_t compared = 0;

	*agree = 0;
	for (size_t i = 0; i < counters->row_count; i++) {
		compared += counters->rows[i].has_predicted;
		*agree += counters_row_agrees(&counters->rows[i]);
	}
	return compared;
}
