/*
 * compat.h - what systems do differently, for reading captures.
 *
 * SPDX-License-Identifier: ISC
 *
 * Include this for libpcap instead of <pcap/pcap.h>: that header uses BSD's
 * short type names, which a strictly POSIX compilation hides.
 */
#ifndef PFSYNCDUMP_CAPTURE_COMPAT_H
#define PFSYNCDUMP_CAPTURE_COMPAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

/* The same types as the systems' own; C11 allows saying so twice. */
typedef unsigned char u_char;
typedef unsigned short u_short;
typedef unsigned int u_int;

#include <pcap/pcap.h>

/*
 * Gives bytes to a FILE: up to `size` of them into `buffer`.  Returns how many,
 * 0 at the end, -1 on error with errno set.
 */
typedef ssize_t compat_read_fn(void *cookie, char *buffer, size_t size);

/*
 * A FILE for reading that takes its bytes from `read`.  `cookie` is handed to
 * `read` and stays the caller's; it must live until fclose().  NULL with errno
 * set if there is no memory.
 */
FILE *compat_open_reader(void *cookie, compat_read_fn *read);

/*
 * The ids of the user `name`.  False if there is none.  A statically linked program
 * asks /etc/passwd alone: glibc would load modules of the system's own glibc for it,
 * and crashes where these are of another release.
 */
bool compat_find_user(const char *name, uid_t *uid, gid_t *gid);

/* Be in no group but `group`.  0, or -1 with errno set. */
int compat_drop_groups(gid_t group);

#endif
