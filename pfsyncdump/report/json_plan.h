/*
 * json_plan.h - a message as JSON members, by a plan made from fields.def.
 *
 * SPDX-License-Identifier: ISC
 *
 * Which members a line has depends only on which fields the message has, and
 * that is the same for millions of them.  So the names of the field table are
 * turned once into a plan, a list of ready-made text and values between, and
 * each message is then written by walking its plan.
 *
 * Beside the fields of the table a plan adds the words of the numbers ("state",
 * "timeout", "state_flags", ...), and wire and stack keys that follow from lan,
 * gwy and ext (v1 .. v3).  A word whose number has none is left out.
 */
#ifndef PFSYNCDUMP_JSON_PLAN_H
#define PFSYNCDUMP_JSON_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "pfsync.h"

struct json_plans;

/* NULL if memory is short.  Free with json_plans_free(), which takes NULL. */
struct json_plans *json_plans_new(void);
void json_plans_free(struct json_plans *plans);

/*
 * Bytes that json_plan_write() may need for any message, beyond which it never
 * writes.
 */
size_t json_plan_room(void);

/*
 * Append the message's members, each with a comma before it, at `at`, where
 * json_plan_room() bytes are free.  `dialect` is the one it was sent in (NULL
 * if unknown), `proto` the IP protocol if it is known from elsewhere, else -1: it names the states
 * of a message that carries none. With `with_proto` it is written too, if the message carries none.
 * Returns the place behind.
 */
char *json_plan_write(struct json_plans *plans, char *at, const struct pfsync_message *message,
    const struct pfsync_dialect *dialect, int proto, bool with_proto);

#endif
