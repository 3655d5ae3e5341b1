/*
 * text_roles.h - who was master when, by CARP.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCDUMP_TEXT_ROLES_H
#define PFSYNCDUMP_TEXT_ROLES_H

#include "out.h"
#include "writer.h"

/*
 * A paragraph for each virtual host.  Of long histories only the end is shown
 * unless the style is verbose.
 */
void text_roles_put(
    struct out *out, const struct report_style *style, const struct pfreplay *replay);

#endif
