/*
 * time_text.h - moments as text, and text as moments.
 *
 * SPDX-License-Identifier: ISC
 *
 * A moment is nanoseconds since 1970-01-01 00:00:00 UTC, without leap seconds.
 */
#ifndef PFSYNCDUMP_TIME_TEXT_H
#define PFSYNCDUMP_TIME_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TIME_NS_PER_S INT64_C(1000000000)

/* Room for any text of this module, including the NUL. */
#define TIME_TEXT_MAX 48

/* The forms of tcpdump's -t, by how often it is given. */
enum time_form {
	TIME_OF_DAY, /* no -t: local time of day */
	TIME_NONE,   /* -t */
	TIME_UNIX,   /* -tt: seconds since 1970 */
	TIME_DELTA,  /* -ttt: since the previous frame */
	TIME_DATE,   /* -tttt: local date and time of day */
	TIME_START   /* -ttttt: since the first frame */
};

/*
 * "2026-11-23T07:12:47.846931000Z" into `out`; years 1 to 9999 are what RFC
 * 3339 knows, and all that fits int64_t nanoseconds lies in it.  Returns the
 * length.
 */
size_t time_rfc3339(char out[TIME_TEXT_MAX], int64_t time_ns);

/* The same for people, "2026-11-23T07:12:47.846Z": milliseconds, the rest cut off. */
size_t time_page(char out[TIME_TEXT_MAX], int64_t time_ns);

/*
 * The time of a line of text, microseconds cut off, with a blank behind it;
 * nothing for TIME_NONE.  `before_ns` is the moment to measure TIME_DELTA or
 * TIME_START from.  Local time follows the environment variable TZ.  Returns
 * the length.
 */
size_t time_line(char out[TIME_TEXT_MAX], enum time_form form, int64_t time_ns, int64_t before_ns);

/* A span as people say it: "9 ms", "47.2 s", "12 min 3 s", "3 h 20 min". */
size_t time_span(char out[TIME_TEXT_MAX], int64_t span_ns);

/*
 * Read what a user typed as a moment: "2026-11-23T07:12:47.5Z" (RFC 3339, also
 * with an offset, a blank for the T, a fraction of 1 to 9 digits or none),
 * "1795417990.7" (seconds since 1970), or "+12.5", "+26s", "+2m", "+1h" (from
 * the start of the capture).  Returns false if it is none of them; else *time_ns is set and
 * *relative tells whether it counts from the start.
 */
bool time_parse(const char *text, int64_t *time_ns, bool *relative);

#endif
