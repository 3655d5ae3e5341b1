/*
 * problem.h - what is wrong with a packet, and what the replay finds, as expert
 * information.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNC_PLUGIN_PROBLEM_H
#define PFSYNC_PLUGIN_PROBLEM_H

#include "compat.h"
#include "pfreplay.h"

/* Once, at the registration of the protocol. */
void problem_register(int proto);

/* What libpfsync says of the packet in `tvb`; `tree` may be NULL. */
void problem_show(
    proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb, const struct pfsync_problem *problem);
/* Values that no kernel accepts, in `length` bytes from `offset` on. */
void problem_show_badval(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb, size_t offset,
    size_t length, const char *text);
/* A TTL that no sender of pfsync uses. */
void problem_show_badttl(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb, unsigned ttl);

/* A finding that this packet proves. */
void problem_show_divergence(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb,
    const struct pfreplay_divergence *divergence);
/* From this frame on the replay was told nothing. */
void problem_show_stopped(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb);

#endif
