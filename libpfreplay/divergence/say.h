/*
 * say.h - numbers and names in the sentences of findings.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFREPLAY_DIVERGENCE_SAY_H
#define PFREPLAY_DIVERGENCE_SAY_H

#include "divergence.h"

/* What to call a firewall, printable; "somebody" for VIEW_NOBODY. */
void say_node(GString *text, const struct pfreplay *r, uint16_t index);
/* "12,345" */
void say_number(GString *text, uint64_t number);
/* "1 state", "12,345 states"; `many` NULL: `one` with an s. */
void say_count(GString *text, uint64_t number, const char *one, const char *many);
/* "9 ms", "47.2 s", "12 min 3 s", "6 h 12 min", "3 d 4 h" */
void say_span(GString *text, int64_t ns);
/* "02:13:45.120Z", the time of day; findings carry the date themselves. */
void say_moment(GString *text, int64_t ns);

/*
 * A sentence with names and numbers filled in:
 *	%a, %b  the finding's first and second firewall
 *	%w      its word
 *	%n      its count
 *	%{states}      its count with that noun, plural as need be: "12 states"
 *	%[name]        the number of that name
 *	%<name>        the number of that name, nanoseconds, as a span
 *	%%             a percent sign
 */
void say(
    GString *text, const struct pfreplay *r, const struct finding *finding, const char *sentence);

#endif
