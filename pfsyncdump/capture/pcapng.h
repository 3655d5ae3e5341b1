/*
 * pcapng.h - a pcapng as libpcap can read it.
 *
 * SPDX-License-Identifier: ISC
 *
 * libpcap stops where a pcapng, though valid, has sections of different byte order
 * or interfaces of different snapshot lengths or link types, and computes wrong
 * nanoseconds from binary times finer than 2^-34 s (seen with 1.10.3 to 1.11.0).  So
 * the bytes pass through here: all sections in the byte order of the first, no
 * snapshot lengths, the link type of the first interface for all that have an IP
 * header (which each has is remembered), and such times in 2^-34 s.  No block changes
 * its length.  What is not a pcapng, or a damaged one from there on, passes as it is,
 * for libpcap to judge.
 *
 * Interfaces of pfsync0, and of link types that are not read here, keep theirs: beside
 * another one libpcap refuses them.
 */
#ifndef PFSYNCDUMP_CAPTURE_PCAPNG_H
#define PFSYNCDUMP_CAPTURE_PCAPNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct pcapng;

/* As read(2): up to `size` bytes, 0 at the end, -1 on error with errno. */
typedef ssize_t pcapng_source(void *user, char *buffer, size_t size);

/* Bytes come from `source`.  NULL if there is no memory. */
struct pcapng *pcapng_new(pcapng_source *source, void *user);
void pcapng_free(struct pcapng *pcapng); /* NULL is allowed */

/* As the source, and waits for it only if there is nothing to give. */
ssize_t pcapng_read(struct pcapng *pcapng, char *buffer, size_t size);

/* Snapshot length of the first interface; 0 = unlimited, none yet, or no pcapng. */
uint32_t pcapng_snaplen(const struct pcapng *pcapng);

/*
 * Link type, as the file has it, of the interface of packet number `packet`, the
 * first being 0; -1 if there is no such packet or no pcapng.  To be asked for one
 * after the other: earlier ones are forgotten.
 */
int pcapng_link(struct pcapng *pcapng, uint64_t packet);

#endif
