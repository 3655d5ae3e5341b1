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

/* What fits an MTU of 1500, behind the IP header. */
#define USUAL_BYTES 1480

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

static const struct finding_kind page = {
    .number = 14,
    .sentence =
	"%a, a FreeBSD, sent a packet of %[largest_bytes] bytes, so its pfsync MTU is above "
	"1500, and then fell silent: when a packet needs more than a page (4096 bytes) it "
	"is mute for good.",
    .advice =
	"Make the MTU of pfsync0 no larger than 4080, and restart pfsync; onomem in netstat -s "
	"-p pfsync rises meanwhile.",
};

struct size {
	struct {
		uint64_t bytes;
		uint64_t evidence;
	} largest[PFREPLAY_NODES_MAX];
};

static void
size_packet(struct divergence *d, void *self, const struct open_packet *open)
{
	struct size *size = self;
	uint16_t n = open->sender->index;

	if (open->wirelen > size->largest[n].bytes) {
		size->largest[n].bytes = open->wirelen;
		size->largest[n].evidence = open->evidence;
	}
	if (open->packet->fragmented)
		findings_note(&d->live, &(struct sighting){.kind = &fragments,
					    .node = open->sender,
					    .severity = PFREPLAY_MEDIUM,
					    .time_ns = open->time_ns,
					    .evidence = open->evidence});
}

/* Silent, as silence.c found (D-03). */
static void
note_page(struct divergence *d, const struct size *size, struct findings *findings, size_t index)
{
	const struct finding *mute = findings->list->pdata[index];
	const struct node *node;
	struct finding *finding;

	if (mute->kind->number != 3 || mute->nodes[0] == VIEW_NOBODY ||
	    mute->severity <= PFREPLAY_LOW)
		return;
	node = node_at(d->r, mute->nodes[0]);
	if ((node->family != PFREPLAY_V5F10 && node->family != PFREPLAY_V5F14 &&
		node->family != PFREPLAY_V5F15) ||
	    size->largest[node->index].bytes <= USUAL_BYTES)
		return;
	finding = findings_note(findings, &(struct sighting){.kind = &page,
					      .node = node,
					      .severity = PFREPLAY_HIGH,
					      .time_ns = mute->first_ns,
					      .evidence = size->largest[node->index].evidence});
	finding_set(finding, "largest_bytes", (int64_t)size->largest[node->index].bytes);
}

static void
size_finish(struct divergence *d, void *self, struct findings *findings)
{
	struct pfreplay_direction direction;
	struct finding *finding;
	size_t before = findings->list->len;

	for (size_t i = 0; i < before; i++)
		note_page(d, self, findings, i);
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
    .bytes = sizeof(struct size),
    .packet = size_packet,
    .finish = size_finish,
};
