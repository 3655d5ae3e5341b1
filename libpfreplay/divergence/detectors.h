/*
 * detectors.h - all there are; each is a file of its own.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFREPLAY_DIVERGENCE_DETECTORS_H
#define PFREPLAY_DIVERGENCE_DETECTORS_H

#include "divergence.h"

extern const struct detector detector_traffic;  /* how much goes from whom to whom */
extern const struct detector detector_coverage; /* who has what of whom */

#endif
