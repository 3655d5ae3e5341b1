/*
 * family.h - which behaviour family a dialect belongs to (SEM 0).
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFREPLAY_FAMILY_H
#define PFREPLAY_FAMILY_H

#include "pfreplay.h"

enum pfreplay_family family_of_dialect(const struct pfsync_dialect *dialect);

#endif
