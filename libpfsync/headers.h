/*
 * headers.h - load headers and subheaders by their rows.  Private to libpfsync.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNC_HEADERS_H
#define PFSYNC_HEADERS_H

#include "pfsync.h"

/* `p` holds dialect->header_bytes; members without a row are left alone. */
void headers_load(
    struct pfsync_header *into, const struct pfsync_dialect *dialect, const uint8_t *p);
/* `p` holds a subheader; likewise. */
void headers_load_section(
    struct pfsync_section *into, const struct pfsync_dialect *dialect, const uint8_t *p);

#endif
