/*
 * handstate.h - the same connection as each record layout writes it, at the
 * literal offsets of the specification.
 *
 * SPDX-License-Identifier: ISC
 *
 * 10.1.0.5:40001 talks to 198.51.100.20:443 through the firewall's em0, which
 * sees it inbound and does not translate; both peers are established.  id is
 * 0x66000000000000nn, creatorid 0x2a, the age 61 s, the time left 86339 s,
 * rule 3, 10 and 9 packets, 4200 and 9100 bytes.
 */
#ifndef TESTS_HANDSTATE_H
#define TESTS_HANDSTATE_H

#include "handmade.h"

#define HANDSTATE_ID UINT64_C(0x6600000000000000)
#define HANDSTATE_CREATOR 0x2aU

/* Each appends one record; `nn` is the low byte of the id. */
void handstate_208(struct handmade *hand, unsigned nn);  /* v1 packed, big-endian sender */
void handstate_224(struct handmade *hand, unsigned nn);  /* v2, 3a */
void handstate_240h(struct handmade *hand, unsigned nn); /* v3: three hosts */
void handstate_240k(struct handmade *hand, unsigned nn); /* v4, OpenBSD v5: two keys */
void handstate_1301(struct handmade *hand, unsigned nn); /* 242 */
void handstate_1400(struct handmade *hand, unsigned nn); /* 277 */
void handstate_1500(struct handmade *hand, unsigned nn); /* 360 */
void handstate_264(struct handmade *hand, unsigned nn);  /* 6j and later; af in the keys */
void handstate_upd_c88(struct handmade *hand, unsigned nn);
void handstate_upd_c84(struct handmade *hand, unsigned nn);

/* The last record of that many bytes, to change it. */
uint8_t *handstate_last(struct handmade *hand, size_t size);

/* All values above, whatever layout they came from; fails the test if not. */
void handstate_check(const struct pfsync_message *message, unsigned nn);

#endif
