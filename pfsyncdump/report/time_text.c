/*
 * time_text.c - moments as text, and text as moments.
 *
 * SPDX-License-Identifier: ISC
 */
#include "time_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "values.h"

#define SECONDS_PER_DAY 86400

/* Whole seconds of a moment, towards the past, and what is left in ns. */
static int64_t
split(int64_t time_ns, int64_t *rest_ns)
{
	int64_t seconds = time_ns / TIME_NS_PER_S;
	int64_t rest = time_ns % TIME_NS_PER_S;

	if (rest < 0) {
		rest += TIME_NS_PER_S;
		seconds--;
	}
	*rest_ns = rest;
	return seconds;
}

/*
 * Days since 1970-01-01 of a date of the Gregorian calendar: what timegm()
 * would do, which POSIX does not have.
 */
static int64_t
days_from_date(int64_t year, int month, int day)
{
	/* Years begin in March here, so that a leap day is a year's last. */
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

static char *
digits(char *at, int64_t value, int count)
{
	for (int i = count - 1; i >= 0; i--) {
		at[i] = (char)('0' + value % 10);
		value /= 10;
	}
	return at + count;
}

/* RFC 3339 with that many digits of the second's fraction, the rest cut off. */
static size_t
rfc3339(char out[TIME_TEXT_MAX], int64_t time_ns, int fraction_digits)
{
	int64_t rest_ns;
	time_t clock = (time_t)split(time_ns, &rest_ns);
	struct tm utc;
	char *at = out;

	if (gmtime_r(&clock, &utc) == NULL)
		memset(&utc, 0, sizeof(utc));
	at = digits(at, utc.tm_year + 1900, 4);
	*at++ = '-';
	at = digits(at, utc.tm_mon + 1, 2);
	*at++ = '-';
	at = digits(at, utc.tm_mday, 2);
	*at++ = 'T';
	at = digits(at, utc.tm_hour, 2);
	*at++ = ':';
	at = digits(at, utc.tm_min, 2);
	*at++ = ':';
	at = digits(at, utc.tm_sec, 2);
	*at++ = '.';
	at = digits(at, rest_ns, 9) - 9 + fraction_digits;
	*at++ = 'Z';
	*at = '\0';
	return (size_t)(at - out);
}

size_t
time_rfc3339(char out[TIME_TEXT_MAX], int64_t time_ns)
{
	return rfc3339(out, time_ns, 9);
}

size_t
time_page(char out[TIME_TEXT_MAX], int64_t time_ns)
{
	return rfc3339(out, time_ns, 3);
}

/* "hh:mm:ss.uuuuuu " of a span, with a minus sign if it runs backwards. */
static int
span_line(char out[TIME_TEXT_MAX], int64_t span_ns)
{
	bool negative = span_ns < 0;
	/* Negated after the division, so that INT64_MIN is no exception. */
	int64_t seconds = span_ns / TIME_NS_PER_S;
	int64_t micros = span_ns % TIME_NS_PER_S / 1000;

	if (negative) {
		seconds = -seconds;
		micros = -micros;
	}
	return snprintf(out, TIME_TEXT_MAX, "%s%02lld:%02lld:%02lld.%06lld ", negative ? "-" : "",
	    (long long)(seconds / 3600), (long long)(seconds / 60 % 60), (long long)(seconds % 60),
	    (long long)micros);
}

/* The difference, held at the ends of the range instead of overflowing. */
static int64_t
difference(int64_t a, int64_t b)
{
	if (b < 0 && a > INT64_MAX + b)
		return INT64_MAX;
	if (b > 0 && a < INT64_MIN + b)
		return INT64_MIN;
	return a - b;
}

size_t
time_line(char out[TIME_TEXT_MAX], enum time_form form, int64_t time_ns, int64_t before_ns)
{
	int64_t rest_ns;
	int64_t seconds = split(time_ns, &rest_ns);
	time_t clock = (time_t)seconds;
	struct tm local;
	int length = 0;

	out[0] = '\0';
	switch (form) {
	case TIME_NONE:
		break;
	case TIME_UNIX:
		length = snprintf(out, TIME_TEXT_MAX, "%lld.%06lld ", (long long)seconds,
		    (long long)(rest_ns / 1000));
		break;
	case TIME_DELTA:
	case TIME_START:
		length = span_line(out, difference(time_ns, before_ns));
		break;
	case TIME_OF_DAY:
	case TIME_DATE:
		if (localtime_r(&clock, &local) == NULL)
			memset(&local, 0, sizeof(local));
		if (form == TIME_DATE)
			length = snprintf(out, TIME_TEXT_MAX, "%04d-%02d-%02d ",
			    local.tm_year + 1900, local.tm_mon + 1, local.tm_mday);
		length +=
		    snprintf(out + length, TIME_TEXT_MAX - (size_t)length, "%02d:%02d:%02d.%06lld ",
			local.tm_hour, local.tm_min, local.tm_sec, (long long)(rest_ns / 1000));
		break;
	}
	return (size_t)length;
}

size_t
time_span(char out[TIME_TEXT_MAX], int64_t span_ns)
{
	bool negative = span_ns < 0;
	int64_t tenths = span_ns / (TIME_NS_PER_S / 10);
	long long ms = (long long)(span_ns / (TIME_NS_PER_S / 1000));
	const char *sign = negative ? "-" : "";
	long long t = negative ? -tenths : tenths;
	int length;

	if (t < 10)
		length = snprintf(out, TIME_TEXT_MAX, "%lld ms", ms);
	else if (t < 10 * 60)
		length = snprintf(out, TIME_TEXT_MAX, "%s%lld.%lld s", sign, t / 10, t % 10);
	else if (t < 10 * 3600)
		length =
		    snprintf(out, TIME_TEXT_MAX, "%s%lld min %lld s", sign, t / 600, t / 10 % 60);
	else
		length = snprintf(
		    out, TIME_TEXT_MAX, "%s%lld h %lld min", sign, t / 36000, t / 600 % 60);
	return (size_t)length;
}

/* `count` digits at *text; false if there are fewer.  Moves *text on. */
static bool
read_digits(const char **text, int count, int *value)
{
	*value = 0;
	for (int i = 0; i < count; i++) {
		char c = **text;

		if (c < '0' || c > '9')
			return false;
		*value = *value * 10 + (c - '0');
		(*text)++;
	}
	return true;
}

/* An optional ".5" .. ".999999999" as nanoseconds. */
static bool
read_fraction(const char **text, int64_t *ns)
{
	int64_t scale = TIME_NS_PER_S / 10;
	const char *at = *text;

	*ns = 0;
	if (*at != '.')
		return true;
	at++;
	if (*at < '0' || *at > '9')
		return false;
	for (; *at >= '0' && *at <= '9'; at++) {
		if (scale == 0)
			return false;
		*ns += (*at - '0') * scale;
		scale /= 10;
	}
	*text = at;
	return true;
}

static bool
take(const char **text, char c)
{
	if (**text != c)
		return false;
	(*text)++;
	return true;
}

/* "Z", "+01:00", "-02:30": seconds to subtract. */
static bool
read_zone(const char **text, int64_t *offset_s)
{
	int hours, minutes, sign;

	*offset_s = 0;
	if (**text == 'Z' || **text == 'z') {
		(*text)++;
		return true;
	}
	if (**text != '+' && **text != '-')
		return false;
	sign = **text == '-' ? -1 : 1;
	(*text)++;
	if (!read_digits(text, 2, &hours) || !take(text, ':') || !read_digits(text, 2, &minutes) ||
	    hours > 23 || minutes > 59)
		return false;
	*offset_s = sign * (hours * 3600 + minutes * 60);
	return true;
}

static bool
days_in_month_ok(int year, int month, int day)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month >= 1 && month <= 12 && day >= 1 &&
	       day <= days[month - 1] + (leap && month == 2 ? 1 : 0);
}

static bool
parse_rfc3339(const char *text, int64_t *time_ns)
{
	int year, month, day, hour, minute, second;
	int64_t ns, offset_s, seconds;

	if (!read_digits(&text, 4, &year) || !take(&text, '-') || !read_digits(&text, 2, &month) ||
	    !take(&text, '-') || !read_digits(&text, 2, &day))
		return false;
	if (!take(&text, 'T') && !take(&text, 't') && !take(&text, ' '))
		return false;
	if (!read_digits(&text, 2, &hour) || !take(&text, ':') || !read_digits(&text, 2, &minute) ||
	    !take(&text, ':') || !read_digits(&text, 2, &second) || !read_fraction(&text, &ns) ||
	    !read_zone(&text, &offset_s) || *text != '\0')
		return false;
	if (!days_in_month_ok(year, month, day) || hour > 23 || minute > 59 || second > 60)
		return false;
	seconds = days_from_date(year, month, day) * SECONDS_PER_DAY + hour * 3600 + minute * 60 +
		  second - offset_s;
	/* int64_t nanoseconds reach from 1677 to 2262. */
	if (seconds > INT64_MAX / TIME_NS_PER_S - 1 || seconds < INT64_MIN / TIME_NS_PER_S + 1)
		return false;
	*time_ns = seconds * TIME_NS_PER_S + ns;
	return true;
}

static bool
parse_seconds(const char *text, int64_t *time_ns)
{
	int64_t seconds = 0, ns;

	if (*text < '0' || *text > '9')
		return false;
	for (; *text >= '0' && *text <= '9'; text++) {
		if (seconds > INT64_MAX / TIME_NS_PER_S / 10 - 1)
			return false;
		seconds = seconds * 10 + (*text - '0');
	}
	if (!read_fraction(&text, &ns) || *text != '\0')
		return false;
	*time_ns = seconds * TIME_NS_PER_S + ns;
	return true;
}

bool
time_parse(const char *text, int64_t *time_ns, bool *relative)
{
	*relative = *text == '+';
	if (*relative)
		return parse_seconds(text + 1, time_ns) || values_span(text + 1, time_ns);
	return parse_seconds(text, time_ns) || parse_rfc3339(text, time_ns);
}
