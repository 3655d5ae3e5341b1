/*
 * text_bulk.h - a bulk transfer in a sentence.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCDUMP_TEXT_BULK_H
#define PFSYNCDUMP_TEXT_BULK_H

#include "out.h"
#include "pfreplay.h"

/* One line behind two blanks; the names as in struct report_writer. */
void text_bulk_line(struct out *out, bool colour, const struct pfreplay_bulk *bulk,
    const char *requester, const char *sender);

#endif
