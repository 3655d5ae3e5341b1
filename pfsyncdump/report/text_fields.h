/*
 * text_fields.h - every field of a message, a line each.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCDUMP_TEXT_FIELDS_H
#define PFSYNCDUMP_TEXT_FIELDS_H

#include "out.h"
#include "pfsync.h"

/*
 * "name value" for each field that the message has, in the order and with the
 * names of the field table, each line behind `indent` blanks.  Numbers that
 * stand for something have the word behind them.  `dialect` and `proto` as in words.h.
 */
void text_fields(struct out *out, size_t indent, const struct pfsync_message *message,
    const struct pfsync_dialect *dialect, int proto);

#endif
