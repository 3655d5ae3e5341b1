/*
 * text_headline.h - the first line of the page: how it stands now.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCDUMP_TEXT_HEADLINE_H
#define PFSYNCDUMP_TEXT_HEADLINE_H

#include "text_style.h"
#include "writer.h"

void text_headline_put(struct out *out, bool colour, const struct report_summary *summary);

#endif
