/*
 * layouts.c - the layouts as tables, for everything that walks rows.
 *
 * SPDX-License-Identifier: ISC
 */
#include "pfsync.h"

#include "layouts/layouts.h"

#define R(FIELD, offset, width, CODEC) {PFSYNC_F_##FIELD, (offset), (width), PFSYNC_CODEC_##CODEC},
#define X(name, kind, size, text) static const struct pfsync_row rows_##name[] = {ROWS_##name(R)};
LAYOUTS(X)
#undef X
#undef R

#define WORD(FIELD, word)                                                                          \
	((unsigned)PFSYNC_F_##FIELD / 64 == (word)                                                 \
		? UINT64_C(1) << ((unsigned)PFSYNC_F_##FIELD % 64)                                 \
		: UINT64_C(0))
#define R0(FIELD, offset, width, CODEC) | WORD(FIELD, 0)
#define R1(FIELD, offset, width, CODEC) | WORD(FIELD, 1)

const struct pfsync_layout pfsync_layouts[LAYOUT_COUNT] = {
#define X(layout, kind, size, description)                                                         \
	[LAYOUT_##layout] = {                                                                      \
	    .name = #layout,                                                                       \
	    .text = (description),                                                                 \
	    .record = PFSYNC_REC_##kind,                                                           \
	    .size_bytes = (size),                                                                  \
	    .row_count = sizeof(rows_##layout) / sizeof(rows_##layout[0]),                         \
	    .rows = rows_##layout,                                                                 \
	    .fields = {{0 ROWS_##layout(R0), 0 ROWS_##layout(R1)}},                                \
	},
    LAYOUTS(X)
#undef X
};

size_t
pfsync_layout_count(void)
{
	return LAYOUT_COUNT;
}

const struct pfsync_layout *
pfsync_layout_at(size_t index)
{
	return index < LAYOUT_COUNT ? &pfsync_layouts[index] : NULL;
}
