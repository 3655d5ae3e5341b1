/*
 * text_put.h - a bounded writer: counts what does not fit, always ends in NUL.
 *
 * SPDX-License-Identifier: ISC
 *
 * Private to libpfsync.
 */
#ifndef PFSYNC_TEXT_PUT_H
#define PFSYNC_TEXT_PUT_H

#include <sys/socket.h>
#include <arpa/inet.h>
#include <string.h>

#include "pfsync.h"

struct text {
	char *out;
	size_t size;
	size_t len;
	const struct pfsync_namer *namer; /* of addresses; NULL: numbers */
};

static inline struct text
text_begin_named(char *out, size_t size, const struct pfsync_namer *namer)
{
	if (size > 0)
		out[0] = '\0';
	return (struct text){out, size, 0, namer};
}

static inline struct text
text_begin(char *out, size_t size)
{
	return text_begin_named(out, size, NULL);
}

static inline void
put_char(struct text *t, char c)
{
	if (t->len + 1 < t->size) {
		t->out[t->len] = c;
		t->out[t->len + 1] = '\0';
	}
	t->len++;
}

static inline void
put_bytes(struct text *t, const char *bytes, size_t count)
{
	if (t->len < t->size && count < t->size - t->len) {
		memcpy(t->out + t->len, bytes, count);
		t->out[t->len + count] = '\0';
		t->len += count;
		return;
	}
	while (count-- > 0)
		put_char(t, *bytes++);
}

static inline void
put(struct text *t, const char *string)
{
	put_bytes(t, string, strlen(string));
}

static inline void
put_number(struct text *t, uint64_t value, unsigned base, unsigned min_digits)
{
	char digits[24];
	size_t at = sizeof(digits);

	/* Listings are mostly numbers, and a division is slow. */
	if (base == 16) {
		do {
			digits[--at] = "0123456789abcdef"[value & 0x0f];
			value >>= 4;
		} while (value != 0);
	} else {
		do {
			digits[--at] = (char)('0' + value % base);
			value /= base;
		} while (value != 0);
	}
	while (sizeof(digits) - at < min_digits)
		digits[--at] = '0';
	put_bytes(t, digits + at, sizeof(digits) - at);
}

static inline void
put_unsigned(struct text *t, uint64_t value)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value != 0);
	put_bytes(t, digits + at, sizeof(digits) - at);
}

static inline void
put_hex_byte(struct text *t, unsigned value)
{
	put(t, "0x");
	put_number(t, value, 16, 2);
}

static inline void
put_name(struct text *t, const char *name, size_t max)
{
	for (size_t i = 0; i < max && name[i] != '\0'; i++) {
		unsigned char c = (unsigned char)name[i];
		if (c > 0x20 && c < 0x7f && c != '\\') {
			put_char(t, (char)c);
		} else {
			put_char(t, '\\');
			put_number(t, c, 8, 3);
		}
	}
}

static inline void
put_addr(struct text *t, enum pfsync_af af, const struct pfsync_addr *addr)
{
	char buffer[INET6_ADDRSTRLEN];
	const char *name;

	if (af == PFSYNC_AF_UNSPEC) {
		for (size_t i = 0; i < sizeof(addr->b); i++)
			put_number(t, addr->b[i], 16, 2);
		return;
	}
	name = t->namer != NULL ? t->namer->name(t->namer->context, af, addr) : NULL;
	if (name != NULL) {
		put_name(t, name, SIZE_MAX); /* what a name server says is not trusted */
		return;
	}
	if (af == PFSYNC_AF_INET) {
		for (size_t i = 0; i < 4; i++) {
			if (i > 0)
				put_char(t, '.');
			put_unsigned(t, addr->b[i]);
		}
	} else if (inet_ntop(AF_INET6, addr->b, buffer, sizeof(buffer)) != NULL) {
		put(t, buffer);
	}
}

static inline void
put_duration(struct text *t, uint64_t seconds)
{
	put_number(t, seconds / 3600, 10, 2);
	put_char(t, ':');
	put_number(t, seconds / 60 % 60, 10, 2);
	put_char(t, ':');
	put_number(t, seconds % 60, 10, 2);
}

#endif
