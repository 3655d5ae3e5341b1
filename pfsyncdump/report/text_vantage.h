/*
 * text_vantage.h - what the sync link did to packets, a paragraph a direction.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCDUMP_TEXT_VANTAGE_H
#define PFSYNCDUMP_TEXT_VANTAGE_H

#include "out.h"
#include "pfevidence.h"

void text_vantage_put(struct out *out, bool colour, const struct pfreplay_direction *direction,
    const char *sender, const char *receiver);

#endif
