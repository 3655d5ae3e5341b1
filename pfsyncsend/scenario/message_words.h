/*
 * message_words.h - words of a message that stand for numbers.
 *
 * SPDX-License-Identifier: ISC
 *
 * Each function looks for its key in `object` and writes through the pointer if
 * it is there and right; what is wrong is told to the document with the words
 * that are accepted.
 */
#ifndef PFSYNCSEND_MESSAGE_WORDS_H
#define PFSYNCSEND_MESSAGE_WORDS_H

#include "doc.h"
#include "pfsync.h"

/* "inet", "inet6": as the dialect's number. */
bool words_af(const struct doc_at *object, const char *key, const struct pfsync_dialect *dialect,
    uint8_t *number);
bool words_direction(const struct doc_at *object, uint8_t *direction);
bool words_rt(const struct doc_at *object, enum pfsync_record_kind record, uint8_t *rt);
bool words_timeout(const struct doc_at *object, uint8_t *timeout);
bool words_state_flags(const struct doc_at *object, uint16_t *flags);
bool words_bus_status(const struct doc_at *object, uint8_t *status);
/* "proto": a number or a name. */
bool words_proto(const struct doc_at *object, uint8_t *proto);
/* "state" of a peer; depends on protocol and timeout of the message. */
bool words_level(const struct doc_at *peer, const struct pfsync_message *message, uint8_t *level);
/* "sa_dst": an address, as a BSD socket address. */
bool words_sa_dst(
    const struct doc_at *object, const struct pfsync_dialect *dialect, uint8_t sockaddr[28]);
/* A name with \ooo for odd bytes, as pfsyncdump prints it; padded with NUL. */
bool words_name(const struct doc_at *at, char *out, size_t size);
/* An address; 32 hexadecimal digits are taken as they are. */
bool words_addr(const struct doc_at *at, struct pfsync_addr *addr, bool *ip6);

#endif
