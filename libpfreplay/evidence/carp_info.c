/*
 * carp_info.c - what adverts told, given out (see pfevidence.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "../internal.h"
#include "carp.h"

enum pfreplay_carp_status
pfreplay_carp(struct pfreplay *r, const struct pfreplay_packet *packet, uint32_t link,
    const uint8_t *bytes, size_t caplen, size_t wirelen)
{
	struct carp_advert advert;
	enum pfreplay_carp_status status = carp_parse(bytes, caplen, wirelen, &advert);
	const bool multicast =
	    packet->af == PFSYNC_AF_INET ? packet->dst.b[0] >= 224 : packet->dst.b[0] == 0xff;

	if (r->carp == NULL)
		r->carp = carp_new();
	pfreplay_advance(r, packet->time_ns);
	/* A unicast peer may be further away on newer FreeBSD. */
	if (status == PFREPLAY_CARP_ADVERT && packet->has_ip && multicast &&
	    packet->ttl != PFSYNC_TTL)
		status = PFREPLAY_CARP_BADTTL;
	if (status == PFREPLAY_CARP_ADVERT &&
	    (packet->af == PFSYNC_AF_UNSPEC || !carp_heard(r->carp, packet, link, &advert)))
		status = PFREPLAY_CARP_REFUSED;
	r->carp->counts[status]++;
	return status;
}

uint64_t
pfreplay_carp_count(const struct pfreplay *r, enum pfreplay_carp_status status)
{
	return r->carp != NULL && status < PFREPLAY_CARP_STATUS_COUNT ? r->carp->counts[status] : 0;
}

static const struct carp_group *
group_at(const struct pfreplay *r, size_t n)
{
	if (r->carp == NULL || n >= r->carp->groups->len)
		return NULL;
	return g_ptr_array_index(r->carp->groups, n);
}

bool
pfreplay_vhid_at(const struct pfreplay *r, size_t n, struct pfreplay_vhid *vhid)
{
	const struct carp_group *group = group_at(r, n);

	if (group == NULL)
		return false;
	*vhid = (struct pfreplay_vhid){
	    .file = group->file,
	    .link = group->link,
	    .vhid = group->vhid,
	    .af = group->af,
	    .adverts = group->adverts,
	    .speakers = group->speaker_count,
	    .masters = group->masters->len,
	    .demotions = group->demotions->len,
	    .splits = group->splits->len,
	    .unlisted = group->unlisted,
	};
	return true;
}

bool
pfreplay_speaker_at(
    const struct pfreplay *r, size_t vhid, size_t n, struct pfreplay_speaker *speaker)
{
	const struct carp_group *group = group_at(r, vhid);
	const struct carp_speaker *from;
	const struct node *node;

	if (group == NULL || n >= group->speaker_count)
		return false;
	from = &group->speakers[n];
	*speaker = (struct pfreplay_speaker){
	    .addr = from->addr,
	    .node = -1,
	    .first_ns = from->first_ns,
	    .last_ns = from->last_ns,
	    .adverts = from->adverts,
	    .echoes = from->echoes,
	    .advbase = from->last.advbase,
	    .advskew = from->last.advskew,
	    .demote = from->last.demote,
	    .advskew_min = from->advskew_min,
	};
	node = nodes_of_address(&r->nodes, group->af, &from->addr, &speaker->name);
	if (node != NULL) {
		speaker->node = node->index;
		speaker->name = node_name(node);
	}
	return true;
}

bool
pfreplay_master_at(const struct pfreplay *r, size_t vhid, size_t n, struct pfreplay_master *master)
{
	const struct carp_group *group = group_at(r, vhid);

	if (group == NULL || n >= group->masters->len)
		return false;
	*master = g_array_index(group->masters, struct pfreplay_master, n);
	master->until_ns = carp_until_ns(group, n);
	return true;
}

bool
pfreplay_demotion_at(
    const struct pfreplay *r, size_t vhid, size_t n, struct pfreplay_demotion *demotion)
{
	const struct carp_group *group = group_at(r, vhid);

	if (group == NULL || n >= group->demotions->len)
		return false;
	*demotion = g_array_index(group->demotions, struct pfreplay_demotion, n);
	return true;
}

bool
pfreplay_split_at(const struct pfreplay *r, size_t vhid, size_t n, struct pfreplay_split *split)
{
	const struct carp_group *group = group_at(r, vhid);

	if (group == NULL || n >= group->splits->len)
		return false;
	*split = g_array_index(group->splits, struct pfreplay_split, n);
	return true;
}

const char *
pfreplay_role_name(enum pfreplay_role role)
{
	static const char *const names[PFREPLAY_ROLE_COUNT] = {"unknown", "backup", "master"};

	return role < PFREPLAY_ROLE_COUNT ? names[role] : "?";
}

enum pfreplay_role
pfreplay_role_at(const struct pfreplay *r, size_t vhid, size_t speaker, int64_t time_ns)
{
	const struct carp_group *group = group_at(r, vhid);
	enum pfreplay_role role = PFREPLAY_ROLE_UNKNOWN;

	if (group == NULL || speaker >= group->speaker_count)
		return PFREPLAY_ROLE_UNKNOWN;
	for (size_t i = 0; i < group->masters->len; i++) {
		const struct pfreplay_master *master =
		    &g_array_index(group->masters, struct pfreplay_master, i);

		if (master->seen.from_ns > time_ns)
			break;
		if (carp_until_ns(group, i) <= time_ns)
			continue;
		if (master->speaker == speaker)
			return PFREPLAY_ROLE_MASTER;
		role = PFREPLAY_ROLE_BACKUP;
	}
	return role;
}

int
pfreplay_speaker_of_node(const struct pfreplay *r, size_t vhid, size_t node)
{
	const struct carp_group *group = group_at(r, vhid);
	const char *name;

	for (size_t i = 0; group != NULL && i < group->speaker_count; i++) {
		const struct node *found =
		    nodes_of_address(&r->nodes, group->af, &group->speakers[i].addr, &name);

		if (found != NULL && found->index == node)
			return (int)i;
	}
	return -1;
}
