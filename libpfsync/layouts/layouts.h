/*
 * layouts.h - the list of all record layouts.
 *
 * SPDX-License-Identifier: ISC
 *
 * A record family is one .def file beside this one.  It defines
 * ROWS_<layout>(R) with a row R(FIELD, offset, width, CODEC) for each field, and
 * LAYOUTS_<FAMILY>(X) with X(layout, record kind, size in bytes, text).  The
 * decoder, the encoder, the tables behind pfsync_layout_at() and so the
 * generated documentation and JSON all expand these rows.  Private to libpfsync.
 */
#ifndef PFSYNC_LAYOUTS_H
#define PFSYNC_LAYOUTS_H

#include "pfsync.h"

#include "layouts/blocks.def"
#include "layouts/state_v1raw.def"
#include "layouts/state_hosts.def"
#include "layouts/state_keys.def"
#include "layouts/small.def"

#define LAYOUTS(X)                                                                                 \
	LAYOUTS_V1RAW(X)                                                                           \
	LAYOUTS_HOSTS(X)                                                                           \
	LAYOUTS_KEYS(X)                                                                            \
	LAYOUTS_SMALL(X)

/* LAYOUT_state264_6j and so on: index into pfsync_layouts[]. */
enum pfsync_layout_index {
#define X(name, kind, size, text) LAYOUT_##name,
	LAYOUTS(X)
#undef X
	    LAYOUT_COUNT
};

extern const struct pfsync_layout pfsync_layouts[LAYOUT_COUNT];

#endif
