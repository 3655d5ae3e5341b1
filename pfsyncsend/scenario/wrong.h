/*
 * wrong.h - damage a packet deliberately.
 *
 * SPDX-License-Identifier: ISC
 *
 * {"section": 0, "action": 77, "count": 200, "length_words": 1,   of a section
 *  "version": 9, "len": 19 or "fit", "len_add": -8,               of the header
 *  "cut": 10,                        bytes taken from the end
 *  "garbage": "text", "garbage_hex": "dead",                      behind the end
 *  "bytes": [{"at": 5, "hex": "ff"}]}                             anywhere
 *
 * They are applied in that order; "len" and "len_add" last but for "bytes".
 */
#ifndef PFSYNCSEND_WRONG_H
#define PFSYNCSEND_WRONG_H

#include "doc.h"
#include "pfsync.h"

/*
 * Damage the packet of *len bytes, of which up to `size` may be used.  `dialect`
 * NULL: it is not pfsync, and only bytes, cut and garbage apply.
 */
void wrong_apply(const struct doc_at *wrong, const struct pfsync_dialect *dialect, uint8_t *bytes,
    size_t size, size_t *len);

#endif
