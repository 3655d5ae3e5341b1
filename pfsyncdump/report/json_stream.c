/*
 * json_stream.c - pieces of JSON text, written straight into a buffer.
 *
 * SPDX-License-Identifier: ISC
 */
#include "json_stream.h"

#include <stdbool.h>

char *
json_put_text(char *at, const char *text)
{
	size_t length = strlen(text);

	memcpy(at, text, length);
	return at + length;
}

char *
json_put_string(char *at, const char *text)
{
	*at++ = '"';
	at = json_put_text(at, text);
	*at++ = '"';
	return at;
}

char *
json_put_u64(char *at, uint64_t value)
{
	static const char pairs[] = "00010203040506070809"
				    "10111213141516171819"
				    "20212223242526272829"
				    "30313233343536373839"
				    "40414243444546474849"
				    "50515253545556575859"
				    "60616263646566676869"
				    "70717273747576777879"
				    "80818283848586878889"
				    "90919293949596979899";
	char reversed[20];
	char *first = reversed + sizeof(reversed);
	size_t length;

	if (value < 10) {
		*at = (char)('0' + value);
		return at + 1;
	}
	while (value >= 100) {
		first -= 2;
		memcpy(first, pairs + value % 100 * 2, 2);
		value /= 100;
	}
	if (value >= 10) {
		first -= 2;
		memcpy(first, pairs + value * 2, 2);
	} else {
		*--first = (char)('0' + value);
	}
	length = (size_t)(reversed + sizeof(reversed) - first);
	memcpy(at, first, length);
	return at + length;
}

char *
json_put_s64(char *at, int64_t value)
{
	if (value >= 0)
		return json_put_u64(at, (uint64_t)value);
	*at++ = '-';
	return json_put_u64(at, 0 - (uint64_t)value);
}

char *
json_put_hex(char *at, uint64_t value, unsigned digits)
{
	static const char hex[] = "0123456789abcdef";

	*at++ = '"';
	for (unsigned i = digits; i-- > 0;)
		*at++ = hex[(value >> (4 * i)) & 0xf];
	*at++ = '"';
	return at;
}

/* Stands for itself in a listing and in JSON. */
static bool
plain(char c)
{
	return c > 0x20 && c <= 0x7e && c != '"' && c != '\\';
}

char *
json_put_name(char *at, const char *name, size_t max)
{
	char text[4 * PFSYNC_TAGSIZ + 1];
	size_t length = 0;

	*at++ = '"';
	while (length < max && plain(name[length])) {
		at[length] = name[length];
		length++;
	}
	if (length < max && name[length] != '\0') {
		pfsync_text_name(text, sizeof(text), name, max);
		length = 0;
		for (const char *c = text; *c != '\0'; c++) {
			if (!plain(*c))
				at[length++] = '\\';
			at[length++] = *c;
		}
	}
	at += length;
	*at++ = '"';
	return at;
}

static char *
put_octet(char *at, unsigned value)
{
	if (value >= 100) {
		*at++ = (char)('0' + value / 100);
		*at++ = (char)('0' + value / 10 % 10);
	} else if (value >= 10) {
		*at++ = (char)('0' + value / 10);
	}
	*at++ = (char)('0' + value % 10);
	return at;
}

char *
json_put_addr(char *at, enum pfsync_af af, const struct pfsync_addr *addr)
{
	*at++ = '"';
	if (af == PFSYNC_AF_INET) {
		for (int i = 0; i < 4; i++) {
			at = put_octet(at, addr->b[i]);
			*at++ = '.';
		}
		at--;
	} else {
		at += pfsync_text_addr(at, JSON_ADDR_MAX - 2, af, addr);
	}
	*at++ = '"';
	return at;
}
