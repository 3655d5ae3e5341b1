/*
 * named_states.h - what was said so far of states that have a name.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCSEND_NAMED_STATES_H
#define PFSYNCSEND_NAMED_STATES_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "pfsync.h"

/* Zero-initialise, free with named_states_free(). */
struct named_states {
	json_t *index; /* name -> number */
	struct pfsync_message *messages;
	size_t count;
	size_t size;
};

void named_states_free(struct named_states *named);
/* The last message kept under the name, valid until the next is kept; or NULL. */
const struct pfsync_message *named_states_recall(
    const struct named_states *named, const char *name);
/* Keep it in place of what was there.  False without memory. */
bool named_states_keep(
    struct named_states *named, const char *name, const struct pfsync_message *message);

#endif
