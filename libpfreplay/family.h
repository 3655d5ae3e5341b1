/*
 * family.h - how the behaviour families differ (SEM 0), as data.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFREPLAY_FAMILY_H
#define PFREPLAY_FAMILY_H

#include <stdbool.h>
#include <stdint.h>

#include "merge.h"
#include "pfreplay.h"

/* What an imported state has left to live (SEM 4.2). */
enum family_life {
	LIFE_PLUS_TIMEOUT, /* until V5f9: now + expire_s + the class's timeout */
	LIFE_AS_STATED     /* V5f10 and later, V6: expire_s, or the timeout if 0 */
};

struct family_traits {
	const char *name;
	uint8_t version; /* the only header version that it accepts; 0 = any */
	enum merge_era era;
	enum family_life life;
	/* CLR with an interface removes only what is bound to it (SEM 2.7). */
	bool clear_by_ifname;
	/* Counted when an entry has impossible values, when a merge finds
	 * something newer, when UPD_C names an unknown state. */
	enum pfreplay_counter bad_value;
	enum pfreplay_counter stale;
	bool unknown_upd_c_counts; /* badstate */
	/* BUS END: by its endtime against the request, or by START seen (2.9). */
	bool end_needs_start;
	bool full_delete_refused; /* action DEL is badact (V5f14 and later) */
};

const struct family_traits *family_traits(enum pfreplay_family family);

/* The family of those who speak that dialect; NULL gives UNKNOWN. */
enum pfreplay_family family_of_dialect(const struct pfsync_dialect *dialect);

#endif
