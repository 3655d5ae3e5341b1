/*
 * strangers.c - firewalls that nobody expects: D-22, D-27.
 *
 * SPDX-License-Identifier: ISC
 *
 * Three firewalls may well be one cluster.  One that disagrees with two that
 * agree does not belong to it.
 */
#include <string.h>

#include "detectors.h"
#include "families/rules.h"

static const struct finding_kind third = {
    .number = 22,
    .sentence = "%a sends on this link, too (%{packets}), but %w: it seems to belong to another "
		"cluster, and every firewall here obeys it.",
    .advice = "Give each cluster a sync network or VLAN of its own, or set syncpeer.",
};

static const struct finding_kind unknown = {
    .number = 22,
    .sentence = "%a sends on this link, too (%{packets}), under the host id of another firewall, "
		"and has no states of its own.",
    .advice = "Find out who that is. Every firewall on the link obeys it.",
};

static const struct finding_kind cluster = {
    .number = 22,
    .sentence = "%n firewalls share this sync link; %a is the one that was heard last.",
    .advice = "Fine if they are one cluster. Else give each cluster a VLAN of its own.",
};

static const struct finding_kind intruder = {
    .number = 27,
    .sentence = "%a, which never announced a state of its own, told the others to delete states "
		"(%{messages}).",
    .advice = "pfsync has no authentication: anybody on the link with TTL 255 is obeyed. Use a "
	      "dedicated link, or IPsec.",
};

/* Messages of firewalls that have a table of their own. */
static uint64_t
talk(const struct node *node)
{
	const uint64_t *messages = node->sent[!node->on_wire].messages;

	return messages[PFSYNC_ACT_INS] + messages[PFSYNC_ACT_UPD] + messages[PFSYNC_ACT_UPD_C] +
	       messages[PFSYNC_ACT_BUS] + messages[PFSYNC_ACT_UPD_REQ] +
	       messages[PFSYNC_ACT_INS_ACK];
}

static bool
same_cksum(const struct node *a, const struct node *b)
{
	return a->has_cksum == b->has_cksum && memcmp(a->cksum, b->cksum, sizeof(a->cksum)) == 0;
}

static const char *
stranger_why(const struct pfreplay *r, const struct node *node)
{
	size_t version = 0, cksum = 0, others = 0, alike = 0;
	const struct node *before = NULL;

	for (size_t n = 0; n < r->nodes.count; n++) {
		const struct node *other = node_at(r, n);

		if (other == node || !node_heard(other))
			continue;
		others++;
		version += other->rules->version != node->rules->version;
		cksum += !same_cksum(other, node);
		alike += before == NULL || (other->rules->version == before->rules->version &&
					       same_cksum(other, before));
		before = other;
	}
	if (others < 2 || alike != others)
		return NULL;
	if (version == others)
		return "speaks another version than the others";
	return cksum == others ? "has other rules than the others" : NULL;
}

/* All host ids that it claims are others'. */
static bool
claims_others(const struct pfreplay *r, const struct node *node)
{
	for (size_t i = 0; i < node->creatorid_count; i++) {
		bool owned = false;

		for (size_t n = 0; n < r->nodes.count; n++)
			owned = owned || (node_at(r, n) != node && node_heard(node_at(r, n)) &&
					     node_owns(node_at(r, n), node->creatorids[i]));
		if (!owned)
			return false;
	}
	return node->creatorid_count != 0;
}

static void
look_at(struct divergence *d, struct findings *findings, const struct node *node, size_t heard)
{
	const uint64_t *messages = node->sent[!node->on_wire].messages;
	uint64_t deletes =
	    messages[PFSYNC_ACT_DEL] + messages[PFSYNC_ACT_DEL_C] + messages[PFSYNC_ACT_CLR];
	const char *why = heard > 2 ? stranger_why(d->r, node) : NULL;
	struct sighting sighting = {.node = node, .time_ns = node->first_ns};
	struct finding *finding;

	if (why != NULL) {
		sighting.kind = &third;
		sighting.severity = PFREPLAY_MEDIUM;
		sighting.count = node->sent[!node->on_wire].frames;
		finding = findings_note(findings, &sighting);
		finding_word(finding, "", 0);
		if (finding != NULL) {
			g_strlcpy(finding->word, why, sizeof(finding->word));
			finding->last_ns = node->last_ns;
		}
	}
	if (deletes != 0 && talk(node) == 0 && (heard > 2 || claims_others(d->r, node))) {
		sighting.kind = &intruder;
		sighting.severity = PFREPLAY_LOW;
		sighting.count = deletes;
		finding = findings_note(findings, &sighting);
		if (finding != NULL)
			finding->last_ns = node->last_ns;
		if (heard <= 2) {
			sighting.kind = &unknown;
			sighting.severity = PFREPLAY_MEDIUM;
			sighting.count = node->sent[!node->on_wire].frames;
			findings_note(findings, &sighting);
		}
	}
}

static void
strangers_finish(struct divergence *d, void *self, struct findings *findings)
{
	const struct node *latest = NULL;
	size_t heard = 0;

	(void)self;
	for (size_t n = 0; n < d->r->nodes.count; n++)
		if (node_heard(node_at(d->r, n))) {
			heard++;
			if (latest == NULL || node_at(d->r, n)->first_ns >= latest->first_ns)
				latest = node_at(d->r, n);
		}
	for (size_t n = 0; n < d->r->nodes.count; n++)
		if (node_heard(node_at(d->r, n)))
			look_at(d, findings, node_at(d->r, n), heard);
	for (guint i = 0; i < findings->list->len; i++)
		if (((const struct finding *)findings->list->pdata[i])->kind == &third)
			return;
	if (heard > 2)
		findings_note(findings, &(struct sighting){.kind = &cluster,
					    .node = latest,
					    .severity = PFREPLAY_LOW,
					    .time_ns = latest->first_ns,
					    .count = heard});
}

const struct detector detector_strangers = {
    .bytes = 1,
    .finish = strangers_finish,
};
