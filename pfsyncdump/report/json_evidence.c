/*
 * json_evidence.c - lines of JSON about evidence beside the messages.
 *
 * SPDX-License-Identifier: ISC
 */
#include "json_evidence.h"

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

		json_set_addr(entry, "addr", roles->vhid.af, &speaker.addr);
		if (speaker.name != NULL)
			json_set_name(entry, "node", speaker.name);
		json_set_time(entry, "first", speaker.first_ns);
		json_set_time(entry, "last", speaker.last_ns);
		json_set_count(entry, "adverts", speaker.adverts);
		json_set_count(entry, "echoes", speaker.echoes);
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

		set_speaker(roles, entry, "addr", master.speaker);
		set_span(entry, &master.seen);
		json_set_time(entry, "until", master.until_ns);
		json_set_count(entry, "adverts", master.adverts);
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

		set_speaker(roles, entry, "addr", demotion.speaker);
		set_span(entry, &demotion.seen);
		json_set_count(entry, "advskew", demotion.advskew_max);
		json_set_count(entry, "demote", demotion.demote_max);
		json_set_count(entry, "adverts", demotion.adverts);
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

		set_speaker(roles, entry, "addr", split.speakers[0]);
		set_speaker(roles, entry, "other", split.speakers[1]);
		set_span(entry, &split.seen);
		json_object_set_new(entry, "unequal", json_boolean(split.unequal));
		json_array_append_new(list, entry);
	}
	return list;
}

json_t *
json_carp(const struct pfreplay *replay, size_t n, bool many_files)
{
	struct roles roles = {.replay = replay, .n = n};
	json_t *object = json_begin("carp");

	if (!pfreplay_vhid_at(replay, n, &roles.vhid))
		return object;
	if (many_files)
		json_set_count(object, "file", roles.vhid.file);
	json_set_count(object, "vhid", roles.vhid.vhid);
	json_set_string(object, "af", roles.vhid.af == PFSYNC_AF_INET6 ? "inet6" : "inet");
	if (roles.vhid.link != 0)
		json_set_count(object, "link", roles.vhid.link);
	json_set_count(object, "adverts", roles.vhid.adverts);
	json_object_set_new(object, "speakers", speakers_of(&roles));
	json_object_set_new(object, "masters", masters_of(&roles));
	json_object_set_new(object, "demotions", demotions_of(&roles));
	json_object_set_new(object, "splits", splits_of(&roles));
	if (roles.vhid.unlisted > 0)
		json_set_count(object, "unlisted", roles.vhid.unlisted);
	return object;
}

/* ------------------------------------------------------------------------
 * Vantage points
 */

json_t *
json_vantage(const struct pfreplay_direction *direction, const char *sender, const char *receiver)
{
	json_t *object = json_begin("vantage");
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
