/*
 * json_asked.h - lines of JSON for --trace, --nat and --as-peer.
 *
 * SPDX-License-Identifier: ISC
 *
 * As in json_object.h: new objects, NULL if memory is short.
 */
#ifndef PFSYNCDUMP_JSON_ASKED_H
#define PFSYNCDUMP_JSON_ASKED_H

#include <jansson.h>

#include "writer.h"

json_t *json_step(struct pfreplay *replay, const struct pfreplay_step *step,
    const struct report_names *names, bool many_files);
json_t *json_mapping(const struct pfreplay_mapping *mapping, bool many_files);
json_t *json_discard(const struct pfreplay_node *peer, const struct pfreplay_discard *discard,
    bool many_files, const int64_t *as_of_ns);

#endif
