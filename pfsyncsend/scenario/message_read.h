/*
 * message_read.h - messages from JSON.
 *
 * SPDX-License-Identifier: ISC
 *
 * A message is written with the keys that `pfsyncdump --json` prints, so that a
 * line of its output is a message; and shorter: what is left out has a plausible
 * default (flow.h), and a connection can be given as "tcp": [FROM, TO].
 *
 * "state": NAME gives a state a name.  Later messages of that name begin with
 * everything said of it before.
 */
#ifndef PFSYNCSEND_MESSAGE_READ_H
#define PFSYNCSEND_MESSAGE_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "doc.h"
#include "named_states.h"
#include "pfsync.h"

/* Who says it. */
struct message_context {
	const struct pfsync_dialect *dialect;
	uint32_t hostid;
	uint64_t *last_id; /* of the sender's states; counted up for new ones */
	struct named_states *named;
};

enum message_result {
	MESSAGE_READ,
	MESSAGE_NONE, /* nothing to add: an EOF, which the encoder writes itself */
	MESSAGE_WRONG /* told to the document */
};

enum message_result message_read(
    const struct doc_at *at, const struct message_context *context, struct pfsync_message *message);

#endif
