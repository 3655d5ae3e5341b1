/*
 * outfile.c - output files that are complete or not there.
 *
 * SPDX-License-Identifier: ISC
 */
#define _XOPEN_SOURCE 700 /* realpath(), which POSIX.1-2008 has and glibc hides */
#include "outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPEN_MAX_FILES = 16, STREAM_BYTES = 1 << 18 };
static const char suffix[] = ".XXXXXX";

struct outfile {
	FILE *stream;
	char *path;      /* final name; NULL: there is nothing to rename */
	char *temporary; /* likewise */
	const char *name;
	char *buffer; /* of the stream */
};

/* For exit and signals: the names of what is unfinished. */
static char *volatile unfinished[OPEN_MAX_FILES];

static void
remove_unfinished(void)
{
	for (size_t i = 0; i < OPEN_MAX_FILES; i++) {
		char *name = unfinished[i];
		if (name != NULL)
			unlink(name); /* nobody to tell if it fails */
	}
}

static void
on_signal(int number)
{
	remove_unfinished();
	signal(number, SIG_DFL);
	raise(number);
}

static const int minded[] = {SIGHUP, SIGINT, SIGTERM};

void
outfile_mind_signals(void)
{
	struct sigaction action = {.sa_handler = on_signal};

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(minded) / sizeof(minded[0]); i++)
		sigaction(minded[i], &action, NULL);
}

/* Between a file's making and its being remembered nothing may end the program. */
static void
hold_signals(sigset_t *before)
{
	sigset_t held;

	sigemptyset(&held);
	for (size_t i = 0; i < sizeof(minded) / sizeof(minded[0]); i++)
		sigaddset(&held, minded[i]);
	sigprocmask(SIG_BLOCK, &held, before);
}

static bool
remember(char *name)
{
	static bool registered;

	if (!registered && atexit(remove_unfinished) == 0)
		registered = true;
	for (size_t i = 0; i < OPEN_MAX_FILES; i++) {
		if (unfinished[i] == NULL) {
			unfinished[i] = name;
			return registered;
		}
	}
	errno = EMFILE;
	return false;
}

static void
forget(const char *name)
{
	for (size_t i = 0; i < OPEN_MAX_FILES; i++) {
		if (unfinished[i] == name)
			unfinished[i] = NULL;
	}
}

static void
release(struct outfile *file)
{
	if (file->temporary != NULL)
		forget(file->temporary);
	free(file->temporary);
	free(file->path);
	free(file->buffer);
	free(file);
}

/* mkstemp() gives 0600: that of the file to replace, else what fopen() would give. */
static void
usual_mode(int fd, const char *path)
{
	struct stat info;
	mode_t mask;

	if (stat(path, &info) == 0) {
		(void)fchmod(fd, info.st_mode & 0777);
		return;
	}
	mask = umask(0);
	umask(mask);
	(void)fchmod(fd, 0666 & ~mask);
}

static int
open_temporary(struct outfile *file, const char *path)
{
	sigset_t before;
	size_t length;
	int fd;

	/* Through a symbolic link the file behind it is replaced, not the link. */
	file->path = realpath(path, NULL);
	if (file->path == NULL && errno == ENOENT) {
		struct stat info;

		/* One that leads nowhere would be replaced itself. */
		if (lstat(path, &info) == 0) {
			errno = ENOENT;
			return -1;
		}
		file->path = strdup(path);
	}
	if (file->path == NULL)
		return -1;
	length = strlen(file->path);
	file->temporary = malloc(length + sizeof(suffix));
	if (file->temporary == NULL)
		return -1;
	memcpy(file->temporary, file->path, length);
	memcpy(file->temporary + length, suffix, sizeof(suffix));
	hold_signals(&before);
	fd = mkstemp(file->temporary);
	if (fd >= 0 && !remember(file->temporary)) {
		unlink(file->temporary);
		close(fd);
		fd = -1;
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (fd >= 0)
		usual_mode(fd, file->path);
	return fd;
}

static int
open_any(struct outfile *file, const char *path)
{
	struct stat info;

	if (strcmp(path, "-") == 0) {
		file->name = "standard output";
		return dup(STDOUT_FILENO);
	}
	file->name = path;
	if (stat(path, &info) == 0 && !S_ISREG(info.st_mode))
		return open(path, O_WRONLY | O_CLOEXEC);
	return open_temporary(file, path);
}

bool
outfile_is_input(const char *target, const char *input)
{
	struct stat out, in;

	if (strcmp(target, "-") == 0 || stat(target, &out) != 0 || !S_ISREG(out.st_mode))
		return false;
	if ((strcmp(input, "-") == 0 ? fstat(STDIN_FILENO, &in) : stat(input, &in)) != 0)
		return false;
	return out.st_dev == in.st_dev && out.st_ino == in.st_ino;
}

struct outfile *
outfile_open(const char *path)
{
	struct outfile *file = calloc(1, sizeof(*file));
	int fd, error;

	if (file == NULL)
		return NULL;
	fd = open_any(file, path);
	if (fd >= 0) {
		file->stream = fdopen(fd, "wb");
		if (file->stream != NULL) {
			/* Larger than usual; without it all works, only slower. */
			file->buffer = malloc(STREAM_BYTES);
			if (file->buffer != NULL)
				setvbuf(file->stream, file->buffer, _IOFBF, STREAM_BYTES);
			return file;
		}
	}
	error = errno;
	if (fd >= 0) {
		close(fd);
		if (file->temporary != NULL)
			unlink(file->temporary);
	}
	release(file);
	errno = error;
	return NULL;
}

FILE *
outfile_stream(struct outfile *file)
{
	return file->stream;
}

const char *
outfile_name(const struct outfile *file)
{
	return file->name;
}

int
outfile_commit(struct outfile *file)
{
	int error = 0;

	errno = 0;
	/* The error indicator stays set, errno of that time does not. */
	if (fflush(file->stream) != 0 || ferror(file->stream))
		error = errno != 0 ? errno : EIO;
	if (fclose(file->stream) != 0 && error == 0)
		error = errno;
	if (file->temporary != NULL) {
		if (error == 0 && rename(file->temporary, file->path) != 0)
			error = errno;
		if (error != 0)
			unlink(file->temporary);
	}
	release(file);
	return error;
}

void
outfile_discard(struct outfile *file)
{
	if (file == NULL)
		return;
	fclose(file->stream);
	if (file->temporary != NULL)
		unlink(file->temporary);
	release(file);
}
