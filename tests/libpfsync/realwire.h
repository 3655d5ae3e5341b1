/*
 * realwire.h - the captures of real firewalls, read by a loop of a few lines so
 * that tests of the decoder need nothing but the decoder.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef TESTS_REALWIRE_H
#define TESTS_REALWIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The path of a file below the folder of captures, $PFSYNC_SHARED or the
 * default; in a static buffer, good until the next call.
 */
const char *realwire_path(const char *name);

/* Is that file there? */
bool realwire_exists(const char *name);

/* `src`: the IPv4 source in host order; 0 on pfsync0. */
typedef void realwire_fn(void *context, const uint8_t *bytes, size_t len, uint32_t src);

/*
 * Hand each pfsync datagram of a capture to `fn`, from the pfsync header on, in
 * heap memory of exactly its size.  Knows little-endian pcap files of Ethernet
 * with unfragmented IPv4, and of pfsync0.  Returns their number; anything else
 * fails the test.
 */
size_t realwire_read(const char *name, realwire_fn *fn, void *context);

#endif
