/*
 * detectors.h - all there are; each is a file of its own.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFREPLAY_DIVERGENCE_DETECTORS_H
#define PFREPLAY_DIVERGENCE_DETECTORS_H

#include "divergence.h"

extern const struct detector detector_habit;      /* cuts and silences; finds nothing */
extern const struct detector detector_unheard;    /* losses in front of it; finds nothing */
extern const struct detector detector_traffic;    /* how much goes from whom to whom */
extern const struct detector detector_coverage;   /* who has what of whom */
extern const struct detector detector_version;    /* D-01, D-02, D-26 */
extern const struct detector detector_ttl;        /* D-05 */
extern const struct detector detector_rollback;   /* D-06, D-07 */
extern const struct detector detector_pingpong;   /* D-08 */
extern const struct detector detector_checksum;   /* D-09 */
extern const struct detector detector_import;     /* D-10, D-11, D-15, D-03 */
extern const struct detector detector_unreadable; /* D-02 */
extern const struct detector detector_transfer;   /* D-12, D-13, D-24 */
extern const struct detector detector_silence;    /* D-03, D-04 */
extern const struct detector detector_asymmetric; /* D-16 */
extern const struct detector detector_early;      /* D-17 */
extern const struct detector detector_claims;     /* D-18, D-20, D-21 */
extern const struct detector detector_reuse;      /* D-29, D-18 */
extern const struct detector detector_clear;      /* D-19 */
extern const struct detector detector_ghost;      /* D-25 */
extern const struct detector detector_size;       /* D-14 */
extern const struct detector detector_lost;       /* D-15 */
extern const struct detector detector_roles;      /* D-23, D-13 */
extern const struct detector detector_strangers;  /* D-22, D-27 */
extern const struct detector detector_tdb;        /* D-28 */
extern const struct detector detector_missing;    /* D-15; last */

#endif
