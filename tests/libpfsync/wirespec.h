/*
 * wirespec.h - what the specification says of one record: which member of the
 * message stands at which offset.  Decodes handmade bytes and compares.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef TESTS_WIRESPEC_H
#define TESTS_WIRESPEC_H

#include "handmade.h"

/* How a field is written. */
enum spec_how {
	SPEC_BE,       /* big-endian number, or single byte */
	SPEC_LE,       /* the byte-reversed number of a little-endian sender */
	SPEC_BYTES,    /* as is */
	SPEC_DIR01,    /* 0 in, 1 out: one less than today */
	SPEC_SHIFTED,  /* 64-bit number whose low half comes first */
	SPEC_SHADOWED, /* bytes that a later field repeats */
	SPEC_UNFILLED, /* room that is never filled: not in the message, whatever is there */
	SPEC_ZERO,     /* always zero on the wire, and then not in the message */
	SPEC_MARKER    /* always zero on the wire, and in the message */
};

struct spec_row {
	size_t offset;
	unsigned width;
	enum spec_how how;
	enum pfsync_field field;
	size_t member; /* offset in struct pfsync_message */
	size_t size;   /* of the member */
	const char *name;
};

/* One record as one dialect writes it. */
struct spec {
	const char *dialect;
	unsigned action; /* number on the wire */
	unsigned words;  /* v6: length byte of the subheader */
	size_t size;
	size_t row_count;
	struct spec_row rows[80];
};

void spec_add(struct spec *spec, const struct spec_row *row);

#define SPEC(spec, how, offset, width, FIELD, member)                                              \
	spec_add((spec), &(struct spec_row){(offset), (width), SPEC_##how, PFSYNC_F_##FIELD,       \
			     offsetof(struct pfsync_message, member),                              \
			     sizeof(((struct pfsync_message *)0)->member), #FIELD})

/* A field that has room here but that this dialect never fills. */
void spec_unfilled(struct spec *spec, enum pfsync_field field);
/* The scrub bytes of both peers: never filled, or zero before 2005-08-16 (OB 4.5). */
void spec_scrub_unfilled(struct spec *spec);
void spec_scrub_zero(struct spec *spec);

/* The blocks of OB 4 and FB 4 that records share. */
void spec_host(struct spec *spec, size_t lan, size_t gwy, size_t ext, bool swapped);
void spec_keys(struct spec *spec, size_t wire, size_t stack);
void spec_peers(struct spec *spec, size_t src, size_t dst);

/*
 * Fill the record with distinct bytes, decode it under its dialect, compare
 * every member and the set of members, encode it again and compare each byte:
 * those of no row must come out zero.
 */
void spec_check(const struct spec *spec);

#endif
