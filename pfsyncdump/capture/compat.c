/*
 * compat.c - what systems do differently, for reading captures.
 *
 * SPDX-License-Identifier: ISC
 *
 * glibc, musl and FreeBSD have fopencookie(), the other BSDs and macOS
 * funopen().  Both are hidden from strictly POSIX code, so this file alone
 * asks for everything its system has.
 */
#undef _POSIX_C_SOURCE
#define _GNU_SOURCE
#define _DARWIN_C_SOURCE
#define _NETBSD_SOURCE

#include "compat.h"

#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#ifdef PFSYNC_STATIC

bool
compat_find_user(const char *name, uid_t *uid, gid_t *gid)
{
	FILE *file = fopen("/etc/passwd", "re");
	const struct passwd *user = NULL;

	if (file == NULL)
		return false;
	do
		user = fgetpwent(file);
	while (user != NULL && strcmp(user->pw_name, name) != 0);
	if (user != NULL) {
		*uid = user->pw_uid;
		*gid = user->pw_gid;
	}
	fclose(file);
	return user != NULL;
}

#else

bool
compat_find_user(const char *name, uid_t *uid, gid_t *gid)
{
	const struct passwd *user = getpwnam(name);

	if (user == NULL)
		return false;
	*uid = user->pw_uid;
	*gid = user->pw_gid;
	return true;
}

#endif

/* Not of POSIX, but everywhere; of a different type on Linux and the BSDs. */
int
compat_drop_groups(gid_t group)
{
	return setgroups(1, &group);
}

#if defined(__linux__) || defined(__GLIBC__) || defined(__FreeBSD__)

FILE *
compat_open_reader(void *cookie, compat_read_fn *read)
{
	const cookie_io_functions_t functions = {.read = read};

	return fopencookie(cookie, "r", functions);
}

#else

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

/* funopen() wants int sizes, so the reader is wrapped. */
struct reader {
	void *cookie;
	compat_read_fn *read;
};

static int
reader_read(void *opaque, char *buffer, int size)
{
	struct reader *reader = opaque;

	return (int)reader->read(reader->cookie, buffer, size < 0 ? 0 : (size_t)size);
}

static int
reader_close(void *opaque)
{
	free(opaque);
	return 0;
}

FILE *
compat_open_reader(void *cookie, compat_read_fn *read)
{
	struct reader *reader = malloc(sizeof(*reader));
	FILE *stream;

	if (reader == NULL)
		return NULL;
	reader->cookie = cookie;
	reader->read = read;
	stream = funopen(reader, reader_read, NULL, NULL, reader_close);
	if (stream == NULL)
		free(reader);
	return stream;
}

#endif
