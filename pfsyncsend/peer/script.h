/*
 * script.h - commands, one a line, carried out in order while packets flow.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCSEND_PEER_SCRIPT_H
#define PFSYNCSEND_PEER_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SCRIPT_LINE_MAX = 512 };

enum script_verb {
	SCRIPT_NOTHING, /* no command is there yet */
	SCRIPT_INSERT,
	SCRIPT_UPDATE,
	SCRIPT_DELETE,
	SCRIPT_FLUSH,
	SCRIPT_WAIT,
	SCRIPT_AWAIT,
	SCRIPT_DOWN,
	SCRIPT_UP,
	SCRIPT_BULK,
	SCRIPT_RESTART,
	SCRIPT_DUMP,
	SCRIPT_COUNTERS,
	SCRIPT_SAY,
	SCRIPT_QUIT
};

struct script_command {
	enum script_verb verb;
	uint32_t count;             /* INSERT, UPDATE, DELETE, AWAIT */
	uint8_t proto;              /* INSERT; 0: all kinds in turn */
	double seconds;             /* WAIT */
	char text[SCRIPT_LINE_MAX]; /* DUMP: path; SAY */
};

/* Zero-initialise, set fd. */
struct script {
	int fd; /* -1: there is none, or it has ended */
	char line[SCRIPT_LINE_MAX];
	size_t used;
	unsigned number; /* of the line read last */
};

/*
 * The next command, as far as one can be had without waiting: at most one read() when
 * `readable`.  False: the line is wrong, `error` says why; or reading failed.
 */
bool script_next(struct script *script, bool readable, struct script_command *command, char *error,
    size_t error_size);
/* True if a whole line is waiting already. */
bool script_has_line(const struct script *script);
/* One line -> command.  Blank lines and # comments are SCRIPT_NOTHING. */
bool script_parse(const char *line, struct script_command *command, char *error, size_t error_size);

#endif
