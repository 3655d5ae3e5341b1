/*
 * links.h - what follow.h knows of a message, as generated fields.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNC_PLUGIN_LINKS_H
#define PFSYNC_PLUGIN_LINKS_H

#include "compat.h"
#include "follow.h"

/* Once, at the registration of the protocol. */
void links_register(int proto);

/* Links to other frames, below the record's branch. */
void links_show(proto_tree *tree, tvbuff_t *tvb, const struct mention *mention);

#endif
