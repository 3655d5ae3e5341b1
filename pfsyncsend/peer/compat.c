/*
 * compat.c - what systems do differently, for the peer.
 *
 * SPDX-License-Identifier: ISC
 */
#undef _POSIX_C_SOURCE
#define _GNU_SOURCE
#define _DARWIN_C_SOURCE
#define _NETBSD_SOURCE

#include "compat.h"

#include <sys/types.h>
#include <sys/socket.h>

void
peer_receive_buffer(int fd, int bytes)
{
#ifdef SO_RCVBUFFORCE
	/* Linux: beyond the limit for everybody, with CAP_NET_ADMIN. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) == 0)
		return;
#endif
	/* BSD refuses what is too much; halve until it fits. */
	while (bytes >= 65536 && setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes)) != 0)
		bytes /= 2;
}
