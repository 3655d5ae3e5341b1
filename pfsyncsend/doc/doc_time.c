/*
 * doc_time.c - durations and times as people write them.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "doc_internal.h"

static const struct {
	const char *name;
	int64_t ns;
} units[] = {{"ns", 1}, {"us", 1000}, {"ms", 1000000}, {"s", 1000000000},
    {"m", INT64_C(60000000000)}, {"h", INT64_C(3600000000000)}, {"d", INT64_C(86400000000000)}};

enum { UNIT_COUNT = sizeof(units) / sizeof(units[0]), NS_PER_S = 1000000000 };

static bool
digit(char c)
{
	return c >= '0' && c <= '9';
}

/* value = value * 10 + the digit; false if it becomes too large. */
static bool
take_digit(int64_t *value, char c)
{
	if (*value > (INT64_MAX - 9) / 10)
		return false;
	*value = *value * 10 + (c - '0');
	return true;
}

bool
doc_parse_duration(const char *text, int64_t *ns)
{
	int64_t whole = 0, fraction = 0, scale = 1;
	const char *at = text;
	size_t unit = 0;

	if (!digit(*at))
		return false;
	for (; digit(*at); at++) {
		if (!take_digit(&whole, *at))
			return false;
	}
	if (*at == '.') {
		if (!digit(*++at))
			return false;
		/* Nine digits are enough for a nanosecond of a second. */
		for (; digit(*at); at++) {
			if (scale < NS_PER_S && take_digit(&fraction, *at))
				scale *= 10;
		}
	}
	while (unit < UNIT_COUNT && strcmp(at, units[unit].name) != 0)
		unit++;
	if (unit == UNIT_COUNT || whole > INT64_MAX / units[unit].ns - 1)
		return false;
	/* Split, so that the product stays small. */
	*ns = whole * units[unit].ns + fraction * (units[unit].ns / scale) +
	      fraction * (units[unit].ns % scale) / scale;
	return true;
}

void
doc_duration_text(char *out, size_t size, int64_t ns)
{
	size_t unit = UNIT_COUNT - 1;

	while (unit > 0 && (ns == 0 || ns % units[unit].ns != 0))
		unit--;
	if (ns == 0)
		unit = 3;
	snprintf(out, size, "%lld%s", (long long)(ns / units[unit].ns), units[unit].name);
}

/* Exactly `count` digits. */
static bool
number(const char **at, unsigned count, unsigned min, unsigned max, unsigned *value)
{
	*value = 0;
	for (unsigned i = 0; i < count; i++, (*at)++) {
		if (!digit(**at))
			return false;
		*value = *value * 10 + (unsigned)(**at - '0');
	}
	return *value >= min && *value <= max;
}

static bool
literal(const char **at, const char *any_of)
{
	return **at != '\0' && strchr(any_of, *(*at)++) != NULL;
}

static bool
leap(unsigned year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned
month_days(unsigned year, unsigned month)
{
	static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && leap(year) ? 1U : 0U);
}

static int64_t
days_since_1970(unsigned year, unsigned month, unsigned day)
{
	int64_t days = (int64_t)day - 1;

	for (unsigned y = 1970; y < year; y++)
		days += leap(y) ? 366 : 365;
	for (unsigned m = 1; m < month; m++)
		days += month_days(year, m);
	return days;
}

bool
doc_parse_time(const char *text, int64_t *ns)
{
	unsigned year, month, day, hour, minute, second;
	int64_t fraction = 0, unit = NS_PER_S;
	const char *at = text;

	/* Until the year in which 64 bits of nanoseconds end. */
	if (!number(&at, 4, 1970, 2261, &year) || !literal(&at, "-") ||
	    !number(&at, 2, 1, 12, &month) || !literal(&at, "-") ||
	    !number(&at, 2, 1, month_days(year, month), &day) || !literal(&at, "Tt ") ||
	    !number(&at, 2, 0, 23, &hour) || !literal(&at, ":") ||
	    !number(&at, 2, 0, 59, &minute) || !literal(&at, ":") ||
	    !number(&at, 2, 0, 59, &second))
		return false;
	if (*at == '.') {
		if (!digit(*++at))
			return false;
		for (; digit(*at); at++) {
			unit /= 10;
			fraction += unit * (*at - '0');
		}
	}
	if (!literal(&at, "Zz") || *at != '\0')
		return false;
	*ns = ((days_since_1970(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
	*ns = *ns * NS_PER_S + fraction;
	return true;
}
