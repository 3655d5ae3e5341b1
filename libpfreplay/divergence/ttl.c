/*
 * ttl.c - packets that were routed, or forged: D-05.
 *
 * SPDX-License-Identifier: ISC
 */
#include "detectors.h"

static void
tell(const struct pfreplay *r, const struct finding *finding, GString *text)
{
	int64_t most = finding_number(finding, "ttl_max");

	(void)r;
	if (most != finding_number(finding, "ttl_min"))
		g_string_append_printf(text, " to %" G_GINT64_FORMAT, most);
	g_string_append(text, " instead of 255; every receiver ignores them.");
}

static const struct finding_kind kind = {
    .number = 5,
    .sentence = "%{packets} of %a came with a TTL of %[ttl_min]",
    .tell = tell,
    .advice = "The sync link must be one layer 2 network, or a tunnel that keeps the TTL. If it "
	      "is, somebody forges packets.",
};

static void
ttl_packet(struct divergence *d, void *self, const struct open_packet *open)
{
	struct finding *finding;
	bool fresh;

	(void)self;
	if (open->packet->tap || open->ttl == 0 || open->ttl == PFSYNC_TTL)
		return;
	fresh = findings_find(&d->live, &kind, 0, open->sender, NULL) == NULL;
	finding = findings_note(&d->live, &(struct sighting){.kind = &kind,
					      .node = open->sender,
					      .severity = PFREPLAY_CRITICAL,
					      .time_ns = open->time_ns,
					      .evidence = open->evidence});
	if (finding == NULL)
		return;
	if (fresh || open->ttl < finding_number(finding, "ttl_min"))
		finding_set(finding, "ttl_min", open->ttl);
	finding_max(finding, "ttl_max", open->ttl);
}

const struct detector detector_ttl = {
    .bytes = 1,
    .packet = ttl_packet,
};
