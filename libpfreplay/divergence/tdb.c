/*
 * tdb.c - IPsec replay counters that go back: D-28.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "detectors.h"

#define SAS_MAX 4096

static const struct finding_kind kind = {
    .number = 28,
    .sentence =
	"%a announced counters of %{SAs} below what was announced before (replay counter by "
	"up to %[replay_back_max]): after a takeover the other end drops packets as "
	"replayed.",
    .advice = "Check that both firewalls run the same sasyncd and that only one uses the SA.",
};

struct sa {
	uint64_t rpl;
	uint64_t cur_bytes;
	int64_t time_ns;
};

struct tdb {
	struct side *sas;
};

static void
tdb_begin(struct divergence *d, void *self)
{
	(void)d;
	((struct tdb *)self)->sas = side_new(sizeof(struct sa), SAS_MAX);
}

static void
tdb_end(void *self)
{
	side_free(((struct tdb *)self)->sas);
}

static void
tdb_said(struct divergence *d, void *self, const struct watch_said *said)
{
	const struct event *event = said->event;
	const struct pfsync_message *message = event->message;
	const struct pfsync_tdb *now = &message->u.tdb;
	struct tdb *tdb = self;
	uint64_t dst = 0;
	struct finding *finding;
	struct sa *sa;
	bool fresh;

	if (!pfsync_has(message, PFSYNC_F_TDB_SPI) || !pfsync_has(message, PFSYNC_F_TDB_RPL))
		return;
	for (size_t i = 0; i < sizeof(now->dst_sockaddr); i++)
		dst = (dst ^ now->dst_sockaddr[i]) * UINT64_C(0x100000001b3);
	dst = (dst ^ now->sproto) * UINT64_C(0x100000001b3) + now->rdomain;
	sa = side_make(tdb->sas, dst, now->spi, &fresh);
	if (!fresh && event->time_ns >= sa->time_ns &&
	    (now->rpl < sa->rpl || now->cur_bytes < sa->cur_bytes)) {
		finding = findings_note(&d->live, &(struct sighting){.kind = &kind,
						      .node = event->sender,
						      .severity = PFREPLAY_HIGH,
						      .time_ns = event->time_ns,
						      .evidence = event->evidence});
		if (now->rpl < sa->rpl)
			finding_max(finding, "replay_back_max",
			    (int64_t)MIN(sa->rpl - now->rpl, (uint64_t)INT64_MAX));
	}
	sa->rpl = now->rpl;
	sa->cur_bytes = now->cur_bytes;
	sa->time_ns = event->time_ns;
}

const struct detector detector_tdb = {
    .bytes = sizeof(struct tdb),
    .said = WATCH_SAID(WATCH_TDB),
    .begin = tdb_begin,
    .end = tdb_end,
    .on_said = tdb_said,
};
