/*
 * carp.h - who is master, from adverts (see pfevidence.h).
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFREPLAY_CARP_H
#define PFREPLAY_CARP_H

#include <glib.h>

#include "carp_packet.h"

/* Bounds on what hostile input can make grow. */
#define CARP_GROUPS_MAX 1024
#define CARP_SPEAKERS_MAX 16
#define CARP_SPANS_MAX 4096

#define CARP_NO_SPAN UINT32_MAX

struct carp_speaker {
	struct pfsync_addr addr;
	int64_t first_ns;
	int64_t last_ns;
	uint64_t adverts;
	uint64_t echoes;
	struct carp_advert last;
	uint8_t advskew_min;
	/* What it is in the middle of: indexes of the group's lists. */
	uint32_t master;
	uint32_t demotion;
};

/* One vhid on one link. */
struct carp_group {
	uint16_t file;
	uint32_t link;
	uint8_t vhid;
	enum pfsync_af af;
	uint64_t adverts;
	uint64_t unlisted;
	size_t speaker_count;
	struct carp_speaker speakers[CARP_SPEAKERS_MAX];
	GArray *masters;   /* struct pfreplay_master; until_ns by its own silence */
	GArray *demotions; /* struct pfreplay_demotion */
	GArray *splits;    /* struct pfreplay_split */
};

struct carp {
	GPtrArray *groups;  /* struct carp_group */
	GHashTable *by_key; /* the same by link, vhid and family */
	uint64_t counts[PFREPLAY_CARP_STATUS_COUNT];
};

struct carp *carp_new(void);
void carp_free(struct carp *carp); /* NULL is allowed */

/* An advert that is to be believed.  False if it was too much to follow. */
bool carp_heard(struct carp *carp, const struct pfreplay_packet *packet, uint32_t link,
    const struct carp_advert *advert);

/*
 * Until when a master must be taken for one: its own silence, or another's
 * taking over, whichever comes first.
 */
int64_t carp_until_ns(const struct carp_group *group, size_t master);

#endif
