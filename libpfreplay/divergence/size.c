/*
 * size.c - packets too large for the sync link: D-14.
 *
 * SPDX-License-Identifier: ISC
 *
 * pfsync sets DF, so a link with a smaller MTU loses the large packets alone:
 * bulk transfers and busy seconds (SEM 3.5).  The part about bulk transfers
 * that bring nothing is in transfer.c.
 */
#include "detectors.h"
#include "pfevidence.h"

static const struct finding_kind cut_off = {
    .number = 14,
    .sentence = "No packet of %a larger than %[largest_bytes] bytes reaches %b: %{packets} of "
		"%[smallest_lost_bytes] bytes and more were lost, the smaller ones pass.",
    .advice = "Make the MTU of pfsync0 no larger than that of the path between the two (and on "
	      "FreeBSD no larger than 4080).",
};

static const struct finding_kind fragments = {
    .number = 14,
    .sentence = "%{packets} of %a came in fragments: something on the way has a smaller MTU than "
		"the sync interface, and a lost or filtered fragment loses the whole packet.",
    .advice = "Make the MTU of pfsync0 no larger than that of the path between the two.",
};

static void
size_packet(struct divergence *d, void *self, const struct open_packet *open)
{
	(void)self;
	if (open->packet->fragmented)
		findings_note(&d->live, &(struct sighting){.kind = &fragments,
					    .node = open->sender,
					    .severity = PFREPLAY_MEDIUM,
					    .time_ns = open->time_ns,
					    .evidence = open->evidence});
}

static void
size_finish(struct divergence *d, void *self, struct findings *findings)
{
	struct pfreplay_direction direction;
	struct finding *finding;

	(void)self;
	for (size_t n = 0; pfreplay_direction_at(d->r, n, &direction); n++) {
		if (direction.cut_off_lost == 0 || direction.sender < 0 || direction.receiver < 0)
			continue;
		finding =
		    findings_note(findings, &(struct sighting){.kind = &cut_off,
						.node = node_at(d->r, (size_t)direction.sender),
						.other = node_at(d->r, (size_t)direction.receiver),
						.severity = PFREPLAY_HIGH,
						.time_ns = direction.first_lost_ns,
						.count = direction.cut_off_lost});
		if (finding == NULL)
			continue;
		finding->last_ns = direction.last_lost_ns;
		finding_set(finding, "largest_bytes", direction.largest_delivered_bytes);
		finding_set(finding, "smallest_lost_bytes", direction.cut_off_bytes);
		for (size_t i = 0; i < direction.frame_count; i++)
			finding_proof(
			    finding, view_evidence(direction.from_file, direction.frames[i]));
	}
}

const struct detector detector_size = {
    .bytes = 1,
    .packet = size_packet,
    .finish = size_finish,
};
