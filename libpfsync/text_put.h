/*
 * text_put.h - a bounded writer: counts what does not fit, always ends in NUL.
 *
 * SPDX-License-Identifier: ISC
 *
 * Private to libpfsync.
 */
#ifndef PFSYNC_TEXT_PUT_H
#define PFSYNC_TEXT_PUT_H

#include <arpa/inet.h>

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
put(struct text *t, const char *string)
{
	while (*string != '\0')
		put_char(t, *string++);
}

static inline void
put_number(struct text *t, uint64_t value, unsigned base, unsigned min_digits)
{
	char digits[20];
	unsigned n = 0;

	do {
		digits[n++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value != 0);
	for (unsigned i = n; i < min_digits; i++)
		put_char(t, '0');
	while (n > 0)
		put_char(t, digits[--n]);
}

static inline void
put_unsigned(struct text *t, uint64_t value)
{
	put_number(t, value, 10, 1);
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
	if (inet_ntop(af == PFSYNC_AF_INET ? AF_INET : AF_INET6, addr->b, buffer, sizeof(buffer)) !=
	    NULL)
		put(t, buffer);
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
