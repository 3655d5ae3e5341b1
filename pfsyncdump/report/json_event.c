/*
 * json_event.c - a line of JSON about something that happened.
 *
 * SPDX-License-Identifier: ISC
 */
#include "json_event.h"

#include <stdio.h>

#include "json_set.h"

static void
set_finding(json_t *object, const struct report_event *event)
{
	const struct pfreplay_divergence *finding = event->finding;
	json_t *nodes = json_array();

	json_set_string(object, "code", finding->code);
	json_set_string(object, "name", finding->name);
	json_set_string(object, "severity", pfreplay_severity_name(finding->severity));
	json_set_time(object, "first", finding->first_ns);
	json_set_time(object, "last", finding->last_ns);
	json_set_count(object, "count", finding->count);
	if (event->count_before != 0)
		json_set_count(object, "count_before", event->count_before);
	for (size_t i = 0; i < finding->node_count; i++) {
		if (event->names->name[finding->nodes[i]] != NULL)
			json_array_append_new(
			    nodes, json_name(event->names->name[finding->nodes[i]]));
	}
	json_object_set_new(object, "nodes", nodes);
	json_set_string(object, "text", finding->text);
	json_set_string(object, "advice", finding->advice);
}

static void
set_verdict(json_t *object, const struct report_event *event)
{
	const struct pfreplay_verdict *verdict = event->verdict;
	char code[8];

	json_set_string(object, "verdict", pfreplay_now_name(verdict->now));
	if (event->verdict_before != NULL)
		json_set_string(object, "verdict_before", event->verdict_before);
	json_set_count(object, "comparable", verdict->comparable);
	json_set_count(object, "compared", verdict->compared);
	if (verdict->fault != 0) {
		snprintf(code, sizeof(code), "D-%02u", verdict->fault % 100);
		json_set_string(object, "fault", code);
	}
}

static void
set_node(json_t *object, const char *key, const struct report_event *event, int index)
{
	if (index >= 0 && event->names->name[index] != NULL)
		json_set_name(object, key, event->names->name[index]);
}

static void
set_moment(json_t *object, const char *key, int64_t time_ns)
{
	if (time_ns != 0)
		json_set_time(object, key, time_ns);
}

static void
set_bulk(json_t *object, const struct report_event *event)
{
	const struct pfreplay_bulk *bulk = event->bulk;

	set_node(object, "requester", event, bulk->requester);
	set_node(object, "sender", event, bulk->sender);
	set_moment(object, "requested", bulk->requested_ns);
	set_moment(object, "started", bulk->started_ns);
	set_moment(object, "ended", bulk->ended_ns);
	json_set_count(object, "state_count", bulk->states);
	json_set_count(object, "try_count", bulk->tries);
	json_set_string(object, "outcome", pfreplay_outcome_name(bulk->outcome));
}

static void
set_role(json_t *object, const struct report_event *event)
{
	json_set_count(object, "vhid", event->vhid->vhid);
	json_set_string(object, "af", event->vhid->af == PFSYNC_AF_INET6 ? "inet6" : "inet");
	json_set_addr(object, "ip", event->vhid->af, &event->speaker->addr);
	if (event->speaker->name != NULL)
		json_set_name(object, "node", event->speaker->name);
	json_set_string(object, "role", pfreplay_role_name(event->role));
	json_set_string(object, "role_before", pfreplay_role_name(event->role_before));
	json_set_count(object, "demote", event->speaker->demote);
	json_set_count(object, "advskew", event->speaker->advskew);
}

json_t *
json_event(const struct report_event *event)
{
	static const struct {
		const char *name;
		void (*set)(json_t *object, const struct report_event *event);
	} kinds[] = {
	    [REPORT_ABOUT_FINDING] = {"finding", set_finding},
	    [REPORT_ABOUT_VERDICT] = {"verdict", set_verdict},
	    [REPORT_ABOUT_BULK] = {"bulk", set_bulk},
	    [REPORT_ABOUT_ROLE] = {"role", set_role},
	};
	json_t *object = json_begin("event", &event->time_ns);

	json_set_string(object, "event", event->event);
	json_set_string(object, "about", kinds[event->about].name);
	kinds[event->about].set(object, event);
	return object;
}
