/*
 * wrong.c - damage a packet deliberately.
 *
 * SPDX-License-Identifier: ISC
 */
#include "wrong.h"

#include <string.h>

#include "hex.h"

/* Headers: OB 2 and 10.1; v1 .. v4 have action and count in the header itself. */
enum { HEADER_VERSION = 0, HEADER_LEN = 2, OLD_ACTION = 2, OLD_COUNT = 3 };
enum { SECTION_ACTION = 0, SECTION_LENGTH = 1, SECTION_COUNT = 2 };
enum { TEXT_MAX = 65536, HEX_MAX = 3 * 65536 };

static const char *const wrong_keys[] = {"comment", "section", "action", "count", "length_words",
    "version", "len", "len_add", "cut", "garbage", "garbage_hex", "bytes", NULL};
static const char *const plain_keys[] = {"comment", "cut", "garbage", "garbage_hex", "bytes", NULL};
static const char *const byte_keys[] = {"comment", "at", "hex", NULL};

struct damage {
	const struct doc_at *at;
	const struct pfsync_dialect *dialect;
	uint8_t *bytes;
	size_t size;
	size_t len;
};

static void
put16(uint8_t *p, int64_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

/* Where section number `wanted` begins, in a packet that is still right. */
static bool
find_section(const struct damage *d, size_t wanted, size_t *offset)
{
	struct pfsync_hint hint = {.forced = d->dialect};
	struct pfsync_section section;
	struct pfsync_frame frame;

	if (pfsync_frame_open(&frame, d->bytes, d->len, d->len, &hint) != PFSYNC_OK)
		return false;
	while (pfsync_section_next(&frame, &section) == PFSYNC_OK) {
		if (section.index == wanted) {
			*offset = section.offset;
			return true;
		}
	}
	return false;
}

static void
damage_section(struct damage *d)
{
	const bool old = d->dialect->version < 5;
	size_t number = (size_t)doc_integer(d->at, "section", 0, UINT16_MAX, 0), offset = 0;
	int64_t action = doc_integer(d->at, "action", 0, UINT8_MAX, -1);
	int64_t count = doc_integer(d->at, "count", 0, old ? UINT8_MAX : UINT16_MAX, -1);
	int64_t words = doc_integer(d->at, "length_words", 0, UINT8_MAX, -1);

	if (action < 0 && count < 0 && words < 0)
		return;
	if (!find_section(d, number, &offset)) {
		doc_error(d->at, doc_has(d->at, "section") ? "section" : NULL,
		    "the packet has no section %zu", number);
		return;
	}
	if (action >= 0)
		d->bytes[offset + (old ? OLD_ACTION : SECTION_ACTION)] = (uint8_t)action;
	if (count >= 0 && old)
		d->bytes[offset + OLD_COUNT] = (uint8_t)count;
	if (count >= 0 && !old)
		put16(d->bytes + offset + SECTION_COUNT, count);
	if (words >= 0 && old)
		doc_error(d->at, "length_words", "%s has no such byte", d->dialect->name);
	else if (words >= 0)
		d->bytes[offset + SECTION_LENGTH] = (uint8_t)words;
}

static void
damage_end(struct damage *d)
{
	const char *text = doc_text(d->at, "garbage", TEXT_MAX, "");
	const char *digits = doc_text(d->at, "garbage_hex", HEX_MAX, "");
	size_t more = 0;

	d->len -= (size_t)doc_integer(d->at, "cut", 0, (int64_t)d->len, 0);
	if (strlen(text) > d->size - d->len) {
		doc_error(d->at, "garbage", "does not fit into a packet");
		return;
	}
	memcpy(d->bytes + d->len, text, strlen(text));
	d->len += strlen(text);
	if (!hex_parse(digits, d->bytes + d->len, d->size - d->len, &more))
		doc_error(d->at, "garbage_hex", "accepted: hexadecimal digits, as many as fit");
	d->len += more;
}

static void
damage_header(struct damage *d)
{
	static const char *const words[] = {"fit", NULL};
	const bool has_len = d->dialect->version >= 5;
	int64_t add = doc_integer(d->at, "len_add", -UINT16_MAX, UINT16_MAX, 0);
	struct doc_at at;

	if (d->len == 0)
		return;
	d->bytes[HEADER_VERSION] =
	    (uint8_t)doc_integer(d->at, "version", 0, UINT8_MAX, d->bytes[HEADER_VERSION]);
	if (!doc_has(d->at, "len") && !doc_has(d->at, "len_add"))
		return;
	if (!has_len || d->len < HEADER_LEN + 2) {
		doc_error(d->at, doc_has(d->at, "len") ? "len" : "len_add",
		    "the packet has no such field");
		return;
	}
	if (doc_value(d->at, "len", &at)) {
		int64_t len = (int64_t)d->len;
		if (!doc_is_text(&at))
			len = doc_at_integer(&at, 0, UINT16_MAX, 0);
		else
			(void)doc_at_choice(&at, words, 0);
		put16(d->bytes + HEADER_LEN, len);
	}
	put16(d->bytes + HEADER_LEN, (d->bytes[HEADER_LEN] << 8 | d->bytes[HEADER_LEN + 1]) + add);
}

static void
damage_bytes(struct damage *d)
{
	struct doc_at list;

	if (!doc_array(d->at, "bytes", UINT16_MAX, &list))
		return;
	for (size_t i = 0; i < doc_length(&list); i++) {
		struct doc_at at = doc_item_object(&list, i);
		size_t where, len;
		doc_known(&at, byte_keys);
		if (!doc_need(&at, "at") || !doc_need(&at, "hex"))
			continue;
		where = (size_t)doc_integer(
		    &at, "at", 0, d->len > 0 ? (int64_t)d->len - 1 : 0, (int64_t)d->len);
		if (where < d->len && !hex_parse(doc_text(&at, "hex", HEX_MAX, ""),
					  d->bytes + where, d->len - where, &len))
			doc_error(&at, "hex",
			    "accepted: hexadecimal digits that end within the packet's %zu bytes",
			    d->len);
	}
}

void
wrong_apply(const struct doc_at *wrong, const struct pfsync_dialect *dialect, uint8_t *bytes,
    size_t size, size_t *len)
{
	struct damage d = {
	    .at = wrong, .dialect = dialect, .bytes = bytes, .size = size, .len = *len};

	doc_known(wrong, dialect != NULL ? wrong_keys : plain_keys);
	if (dialect != NULL)
		damage_section(&d);
	damage_end(&d);
	if (dialect != NULL)
		damage_header(&d);
	damage_bytes(&d);
	*len = d.len;
}
