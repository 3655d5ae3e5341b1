/*
 * message_fields.h - the fields of a message, from its JSON.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCSEND_MESSAGE_FIELDS_H
#define PFSYNCSEND_MESSAGE_FIELDS_H

#include "doc.h"
#include "field_path.h"
#include "message_read.h"

/* A message that is being read. */
struct reader {
	const struct doc_at *at;
	const struct message_context *context;
	struct pfsync_message *m;
	struct field_range range; /* of the fields that it can have */
	bool translated;          /* the line was heard in another dialect */
};

/* Is it about a state, not CLR, BUS or TDB? */
bool fields_about_state(const struct reader *r);
/* Tell of keys that nobody knows, also inside. */
void fields_check_keys(const struct reader *r);
/*
 * Read what is there.  Where both a number and its word are given the number
 * holds, but for families of a translated line.
 */
void fields_read(struct reader *r);

#endif
