/*
 * eras.c - when a dialect was spoken and what its kernels put into fields.
 *
 * SPDX-License-Identifier: ISC
 */
#include "eras.h"

#include <stddef.h>
#include <string.h>

enum flag {
	EXPIRE = 0x01,
	NAT_RULE = 0x02,
	FLAGS = 0x04,
	ACK = 0x08,
	PROXY = 0x10,
	FREEBSD = 0x20,
	CPU_IDS = 0x40,
	PLAIN_IDS = 0x80
};

/*
 * By the beginning of a dialect's name; the first row that fits counts.  Dates
 * lie in the spans of OB 1 and in the lifetime of FreeBSD's releases.
 */
static const struct {
	const char *prefix;
	int16_t year;
	uint8_t month;
	uint8_t day;
	unsigned flags;
} rows[] = {
    {"openbsd-1r1", 2002, 12, 5, EXPIRE},
    {"openbsd-1r2-early", 2002, 12, 27, EXPIRE},
    {"openbsd-1r2", 2003, 5, 20, EXPIRE},
    {"openbsd-1r3", 2003, 4, 20, EXPIRE},
    {"openbsd-1r4", 2003, 5, 11, EXPIRE},
    {"openbsd-1r5", 2003, 6, 1, PROXY},
    {"openbsd-1r6", 2003, 6, 20, PROXY},
    {"openbsd-1r7", 2003, 11, 20, PROXY},
    {"openbsd-1r8", 2003, 12, 1, PROXY},
    {"openbsd-1r9", 2003, 12, 15, PROXY},
    {"openbsd-1n1", 2003, 12, 20, PROXY},
    {"openbsd-1n2", 2003, 12, 29, PROXY},
    {"openbsd-2a", 2004, 1, 10, PROXY},
    {"openbsd-2b", 2004, 1, 20, PROXY},
    {"openbsd-2c", 2004, 2, 10, PROXY},
    {"openbsd-2d", 2004, 3, 10, PROXY},
    {"openbsd-2e", 2004, 6, 15, PROXY},
    {"openbsd-2f", 2005, 7, 1, PROXY},
    {"openbsd-2g", 2005, 12, 1, PROXY},
    {"freebsd-6", 2006, 3, 1, PROXY},
    {"openbsd-3a", 2005, 10, 30, PROXY},
    {"openbsd-3b-early", 2006, 4, 10, PROXY},
    {"openbsd-3b", 2007, 2, 1, PROXY},
    {"openbsd-3c-244", 2008, 6, 10, PROXY},
    {"openbsd-3c", 2008, 6, 5, PROXY},
    {"freebsd-7", 2008, 9, 1, PROXY},
    {"freebsd-8", 2011, 3, 1, PROXY | FLAGS},
    {"netbsd-3", 2013, 2, 1, PROXY},
    {"openbsd-4", 2008, 11, 20, PROXY | FLAGS | EXPIRE | NAT_RULE},
    {"dragonfly-4", 2012, 4, 1, PROXY | FLAGS | EXPIRE | NAT_RULE},
    {"openbsd-5a", 2009, 5, 20, PROXY | FLAGS | EXPIRE | NAT_RULE},
    {"openbsd-5b", 2009, 11, 20, PROXY | FLAGS | EXPIRE | NAT_RULE | ACK},
    {"openbsd-5c", 2009, 11, 5, PROXY | FLAGS | EXPIRE | ACK},
    {"freebsd-9", 2012, 6, 1, PROXY | FLAGS | EXPIRE | NAT_RULE | ACK | FREEBSD},
    {"freebsd-10", 2015, 1, 20, PROXY | FLAGS | EXPIRE | NAT_RULE | ACK | FREEBSD | CPU_IDS},
    {"freebsd-14", 2024, 2, 1, PROXY | FLAGS | EXPIRE | NAT_RULE | ACK | FREEBSD | CPU_IDS},
    {"freebsd-15", 2026, 1, 15, PROXY | FLAGS | EXPIRE | NAT_RULE | ACK | FREEBSD | PLAIN_IDS},
    {"openbsd-6a", 2009, 12, 1, PROXY | FLAGS | EXPIRE | ACK},
    {"openbsd-6b", 2010, 1, 11, PROXY | FLAGS | EXPIRE | ACK},
    {"openbsd-6c", 2010, 6, 1, PROXY | FLAGS | EXPIRE | ACK},
    {"openbsd-6d", 2010, 12, 1, PROXY | FLAGS | EXPIRE | ACK},
    {"openbsd-6e", 2011, 11, 5, PROXY | FLAGS | EXPIRE | ACK},
    {"openbsd-6f", 2012, 5, 20, PROXY | FLAGS | EXPIRE | ACK},
    {"openbsd-6g", 2012, 11, 20, PROXY | FLAGS | EXPIRE | ACK},
    {"openbsd-6h", 2014, 3, 1, PROXY | FLAGS | EXPIRE | ACK},
    {"openbsd-6i", 2017, 6, 1, PROXY | FLAGS | EXPIRE | ACK},
    {"openbsd-6j", 2022, 8, 1, PROXY | FLAGS | EXPIRE | ACK},
    {"openbsd-6k", 2024, 5, 1, PROXY | FLAGS | EXPIRE | ACK},
    {"openbsd-6l", 2026, 5, 1, PROXY | FLAGS | EXPIRE | ACK},
};

/* Days from 1970-01-01, proleptic Gregorian; the year begins in March. */
static int64_t
days(int year, int month, int day)
{
	int y = month <= 2 ? year - 1 : year;
	int m = month <= 2 ? month + 9 : month - 3;

	return (int64_t)y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

struct era
era_of(const struct pfsync_dialect *dialect)
{
	/* For a dialect that is new and not in the table yet. */
	struct era era = {.start_s = days(2026, 7, 1) * 86400 + 43200};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned flags = rows[i].flags;
		if (strncmp(dialect->name, rows[i].prefix, strlen(rows[i].prefix)) != 0)
			continue;
		era.start_s = days(rows[i].year, rows[i].month, rows[i].day) * 86400 + 43200;
		era.ids = flags & CPU_IDS     ? ID_CPU_HIGH
			  : flags & PLAIN_IDS ? ID_SECONDS
					      : ID_SECONDS_HIGH;
		era.expire = (flags & EXPIRE) != 0;
		era.nat_rule = (flags & NAT_RULE) != 0;
		era.deferral = (flags & ACK) != 0;
		era.sloppy = (flags & FLAGS) != 0;
		era.proxy = (flags & PROXY) != 0;
		era.freebsd = (flags & FREEBSD) != 0;
		break;
	}
	return era;
}
