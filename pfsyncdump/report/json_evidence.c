/*
 * json_evidence.c - lines of JSON about evidence beside the messages.
 *
 * SPDX-License-Identifier: ISC
 */
#include "json_evidence.h"

#include <stdlib.h>

#include "json_connection.h"
#include "json_set.h"

/* ------------------------------------------------------------------------
 * CARP
 */

struct roles {
	const struct pfreplay *replay;
	size_t n;
	struct pfreplay_vhid vhid;
};

static void
set_speaker(const struct roles *roles, json_t *object, const char *key, size_t n)
{
	struct pfreplay_speaker speaker;

	if (pfreplay_speaker_at(roles->replay, roles->n, n, &speaker))
		json_set_addr(object, key, roles->vhid.af, &speaker.addr);
}

static void
set_span(json_t *object, const struct pfreplay_span *seen)
{
	json_t *frames = json_array();

	json_set_time(object, "first", seen->from_ns);
	json_set_time(object, "last", seen->to_ns);
	json_array_append_new(frames, json_integer((json_int_t)seen->from_frame));
	if (seen->to_frame != seen->from_frame)
		json_array_append_new(frames, json_integer((json_int_t)seen->to_frame));
	json_object_set_new(object, "frames", frames);
}

static json_t *
speakers_of(const struct roles *roles)
{
	struct pfreplay_speaker speaker;
	json_t *list = json_array();

	for (size_t i = 0; pfreplay_speaker_at(roles->replay, roles->n, i, &speaker); i++) {
		json_t *entry = json_object();

		json_set_addr(entry, "ip", roles->vhid.af, &speaker.addr);
		if (speaker.name != NULL)
			json_set_name(entry, "node", speaker.name);
		json_set_time(entry, "first", speaker.first_ns);
		json_set_time(entry, "last", speaker.last_ns);
		json_set_count(entry, "advert_count", speaker.adverts);
		json_set_count(entry, "echo_count", speaker.echoes);
		json_set_count(entry, "advbase", speaker.advbase);
		json_set_count(entry, "advskew", speaker.advskew);
		json_set_count(entry, "demote", speaker.demote);
		json_set_string(entry, "role",
		    pfreplay_role_name(
			pfreplay_role_at(roles->replay, roles->n, i, pfreplay_now(roles->replay))));
		json_array_append_new(list, entry);
	}
	return list;
}

static json_t *
masters_of(const struct roles *roles)
{
	struct pfreplay_master master;
	json_t *list = json_array();

	for (size_t i = 0; pfreplay_master_at(roles->replay, roles->n, i, &master); i++) {
		json_t *entry = json_object();

		set_speaker(roles, entry, "ip", master.speaker);
		set_span(entry, &master.seen);
		json_set_time(entry, "until", master.until_ns);
		json_set_count(entry, "advert_count", master.adverts);
		json_object_set_new(entry, "left", json_boolean(master.left));
		json_array_append_new(list, entry);
	}
	return list;
}

static json_t *
demotions_of(const struct roles *roles)
{
	struct pfreplay_demotion demotion;
	json_t *list = json_array();

	for (size_t i = 0; pfreplay_demotion_at(roles->replay, roles->n, i, &demotion); i++) {
		json_t *entry = json_object();

		set_speaker(roles, entry, "ip", demotion.speaker);
		set_span(entry, &demotion.seen);
		json_set_count(entry, "advskew", demotion.advskew_max);
		json_set_count(entry, "demote", demotion.demote_max);
		json_set_count(entry, "advert_count", demotion.adverts);
		json_array_append_new(list, entry);
	}
	return list;
}

static json_t *
splits_of(const struct roles *roles)
{
	struct pfreplay_split split;
	json_t *list = json_array();

	for (size_t i = 0; pfreplay_split_at(roles->replay, roles->n, i, &split); i++) {
		json_t *entry = json_object();

		set_speaker(roles, entry, "ip", split.speakers[0]);
		set_speaker(roles, entry, "other_ip", split.speakers[1]);
		set_span(entry, &split.seen);
		json_object_set_new(entry, "unequal", json_boolean(split.unequal));
		json_array_append_new(list, entry);
	}
	return list;
}

/* What was amiss in this group first, or in this and another one. */
static json_t *
disorders_of(const struct roles *roles)
{
	json_t *list = json_array();
	const size_t count = pfreplay_disorders(roles->replay, NULL, 0);
	struct pfreplay_disorder *disorders = calloc(count + 1, sizeof(*disorders));

	if (disorders == NULL)
		return list;
	(void)pfreplay_disorders(roles->replay, disorders, count);
	for (size_t i = 0; i < count; i++) {
		const struct pfreplay_disorder *found = &disorders[i];
		struct roles other = {.replay = roles->replay, .n = found->vhids[1]};
		json_t *entry;

		if (found->vhids[0] != roles->n ||
		    !pfreplay_vhid_at(roles->replay, other.n, &other.vhid))
			continue;
		entry = json_object();
		json_set_string(entry, "kind", pfreplay_disorder_name(found->kind));
		json_set_time(entry, "first", found->from_ns);
		json_set_time(entry, "last", found->to_ns);
		json_set_seconds(entry, "duration_s", found->to_ns - found->from_ns);
		json_object_set_new(entry, "lasts", json_boolean(found->lasts));
		set_speaker(roles, entry, "ip", found->speakers[0]);
		json_set_count(entry, "other_vhid", other.vhid.vhid);
		set_speaker(&other, entry, "other_ip", found->speakers[1]);
		if (found->ended != PFREPLAY_CHANGE_UNKNOWN)
			json_set_string(entry, "ended", pfreplay_change_name(found->ended));
		if (found->kind != PFREPLAY_DISORDER_NOBODY)
			json_set_count(entry, "crossed_count", found->crossed);
		json_array_append_new(list, entry);
	}
	free(disorders);
	return list;
}

json_t *
json_carp(const struct pfreplay *replay, size_t n, bool many_files, const int64_t *as_of_ns)
{
	struct roles roles = {.replay = replay, .n = n};
	json_t *object = json_begin("carp", as_of_ns);

	if (!pfreplay_vhid_at(replay, n, &roles.vhid))
		return object;
	if (many_files)
		json_set_count(object, "file", roles.vhid.file);
	json_set_count(object, "vhid", roles.vhid.vhid);
	json_set_string(object, "af", roles.vhid.af == PFSYNC_AF_INET6 ? "inet6" : "inet");
	if (roles.vhid.link != 0)
		json_set_count(object, "link", roles.vhid.link);
	json_set_count(object, "advert_count", roles.vhid.adverts);
	json_object_set_new(object, "speakers", speakers_of(&roles));
	json_object_set_new(object, "masters", masters_of(&roles));
	json_object_set_new(object, "demotions", demotions_of(&roles));
	json_object_set_new(object, "splits", splits_of(&roles));
	json_object_set_new(object, "disorders", disorders_of(&roles));
	if (roles.vhid.unlisted > 0)
		json_set_count(object, "unlisted", roles.vhid.unlisted);
	return object;
}

/* ------------------------------------------------------------------------
 * Vantage points
 */

json_t *
json_vantage(const struct pfreplay_direction *direction, const char *sender, const char *receiver,
    const int64_t *as_of_ns)
{
	json_t *object = json_begin("vantage", as_of_ns);
	json_t *frames = json_array();

	json_set_name(object, "sender", sender);
	json_set_name(object, "receiver", receiver);
	json_set_count(object, "sender_file", direction->from_file);
	json_set_count(object, "receiver_file", direction->to_file);
	json_set_count(object, "delivered", direction->delivered);
	json_set_count(object, "lost", direction->lost);
	json_set_count(object, "appeared", direction->appeared);
	json_set_count(object, "reordered", direction->reordered);
	if (direction->delivered > 0) {
		json_set_seconds(object, "delay_min_s", direction->delay_min_ns);
		json_set_seconds(object, "delay_p50_s", direction->delay_p50_ns);
		json_set_seconds(object, "delay_p99_s", direction->delay_p99_ns);
		json_set_seconds(object, "delay_max_s", direction->delay_max_ns);
		json_set_count(
		    object, "largest_delivered_bytes", direction->largest_delivered_bytes);
	}
	if (direction->offset_known)
		json_set_seconds(object, "offset_s", direction->offset_ns);
	if (direction->cut_off_lost > 0) {
		json_set_count(object, "cut_off_bytes", direction->cut_off_bytes);
		json_set_count(object, "cut_off_lost", direction->cut_off_lost);
	}
	if (direction->lost > 0) {
		json_set_time(object, "first_lost", direction->first_lost_ns);
		json_set_time(object, "last_lost", direction->last_lost_ns);
	}
	for (size_t i = 0; i < direction->frame_count; i++)
		json_array_append_new(frames, json_integer((json_int_t)direction->frames[i]));
	json_object_set_new(object, "frames", frames);
	return object;
}

/* ------------------------------------------------------------------------
 * Listings and counters
 */

static json_t *
examples_of(const struct listing *listing)
{
	static const char *const kinds[] = {"missing", "extra", "peers", "keys"};
	json_t *list = json_array();

	for (size_t i = 0; i < listing->example_count; i++) {
		const struct listing_example *example = &listing->examples[i];
		json_t *entry = json_object();

		json_set_string(entry, "kind", kinds[example->kind]);
		if (example->has_id)
			json_set_ids(entry, example->id, example->creatorid);
		json_set_string(entry, "text", example->text);
		if (example->reason[0] != '\0')
			json_set_string(entry, "reason", example->reason);
		json_array_append_new(list, entry);
	}
	return list;
}

json_t *
json_listing(const struct listing *listing)
{
	json_t *object = json_begin("listing", &listing->time_ns);

	json_set_name(object, "node", listing->node);
	json_set_name(object, "name", listing->path);
	json_set_count(object, "listed", listing->listed);
	json_set_count(object, "never_travels", listing->never_travels);
	json_set_count(object, "adopted", listing->adopted);
	if (listing->placed != LISTING_AS_GIVEN)
		json_set_string(
		    object, "placed_by", listing->placed == LISTING_BY_AGES ? "ages" : "states");
	json_object_set_new(object, "seeds", json_boolean(listing->seeds));
	if (listing->seeds)
		return object;
	json_set_count(object, "replayed", listing->replayed);
	json_set_count(object, "both", listing->both);
	json_set_count(object, "missing", listing->missing);
	json_set_count(object, "missing_older", listing->missing_older);
	json_set_count(object, "missing_young", listing->missing_young);
	json_set_count(object, "extra", listing->extra);
	json_set_count(object, "extra_young", listing->extra_young);
	json_set_count(object, "peers_compared", listing->peers_compared);
	json_set_count(object, "peers_differ", listing->peers_differ);
	json_set_count(object, "keys_differ", listing->keys_differ);
	json_object_set_new(object, "precision", json_real(listing_precision(listing)));
	json_object_set_new(object, "recall", json_real(listing_recall(listing)));
	if (listing->hostid_known)
		json_object_set_new(object, "hostid_agrees", json_boolean(listing->hostid_agrees));
	if (listing->cksum_known)
		json_object_set_new(object, "cksum_agrees", json_boolean(listing->cksum_agrees));
	json_object_set_new(object, "examples", examples_of(listing));
	return object;
}

json_t *
json_counters(const struct counters *counters, const int64_t *as_of_ns)
{
	json_t *object = json_begin("counters", as_of_ns);
	size_t agree, compared = counters_compared(counters, &agree);

	json_set_name(object, "node", counters->node);
	json_set_name(object, "name", counters->after);
	json_object_set_new(object, "restarted", json_boolean(counters->restarted));
	json_set_count(object, "compared_count", compared);
	json_set_count(object, "agree_count", agree);
	for (size_t i = 0; i < counters->row_count; i++) {
		const struct counters_row *row = &counters->rows[i];
		json_t *group = json_object_get(object, row->group), *entry = json_object();

		if (group == NULL) {
			group = json_object();
			json_object_set_new(object, row->group, group);
		}
		json_set_count(entry, "counted", row->counted);
		if (row->has_predicted)
			json_set_count(entry, "expected", row->predicted);
		if (row->has_predicted && row->predicted_most != row->predicted)
			json_set_count(entry, "expected_most", row->predicted_most);
		json_object_set_new(group, row->name, entry);
	}
	return object;
}
