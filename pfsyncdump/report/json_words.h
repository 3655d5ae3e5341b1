/*
 * json_words.h - members of a line of JSON that are words for numbers.
 *
 * SPDX-License-Identifier: ISC
 *
 * Each function appends a whole member, comma and key included, at `at` (no
 * more than JSON_WORD_MAX bytes) and returns the place behind; nothing where
 * there is no word for the number, unless said otherwise.
 */
#ifndef PFSYNCDUMP_JSON_WORDS_H
#define PFSYNCDUMP_JSON_WORDS_H

#include "pfsync.h"

/* The longest: all sixteen state flags. */
#define JSON_WORD_MAX 512

/* The begin of a line, brace included, as json_begin() makes it (json_set.h). */
char *json_put_begin(char *at, const char *type, const int64_t *time_ns);

/* "af", as inet or inet6. */
char *json_put_af(char *at, enum pfsync_af af);
char *json_put_proto_name(char *at, unsigned proto);
/* "state" of a peer; `proto` as from words_proto(). */
char *json_put_level(char *at, const struct pfsync_message *message, int proto, unsigned level);
/* "timeout"; `name` as words_timeout() gave it. */
char *json_put_timeout_name(char *at, const char *name);
/* "state_flags", always; bits without a name are in state_flags_raw only. */
char *json_put_state_flags(char *at, unsigned flags);
/* These three give KEY_number instead where there is no word. */
char *json_put_direction(char *at, unsigned direction);
char *json_put_rt(char *at, enum pfsync_record_kind record, unsigned rt);
char *json_put_bus_status(char *at, unsigned status);
/* "sa_dst", from a socket address. */
char *json_put_tdb_dst(char *at, const struct pfsync_message *message);

/* A rule number without a key, -1 for none. */
char *json_put_rule(char *at, uint32_t rule);

#endif
