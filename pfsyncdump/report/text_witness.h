/*
 * text_witness.h - what the firewalls themselves say, against the capture.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCDUMP_TEXT_WITNESS_H
#define PFSYNCDUMP_TEXT_WITNESS_H

#include "out.h"
#include "witness.h"
#include "writer.h"

void text_witness_put(
    struct out *out, const struct report_style *style, const struct witness *witness);

#endif
