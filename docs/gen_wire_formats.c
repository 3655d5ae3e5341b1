/*
 * gen_wire_formats.c - docs/wire-formats.md: a table a layout.
 *
 * SPDX-License-Identifier: ISC
 */
#include "gen_tables.h"

#include <stdlib.h>
#include <string.h>

#include "pfsync.h"

static const char introduction[] =
    "# Records on the wire, field by field\n"
    "\n"
    "This page is written by `docs/gen_tables` from the rows that decoder and encoder\n"
    "are made of; do not edit it (`cmake --build BUILD --target docs-update`). Which\n"
    "dialect uses which record is told in [dialects.md](dialects.md); what the fields mean, in\n"
    "[protocol-notes.md](protocol-notes.md).\n"
    "\n"
    "* **Offset** and **bytes** count within the record. Records follow each other\n"
    "  without alignment.\n"
    "* **Field** is the path of the value in JSON (in messages, peers are under `src_peer`\n"
    "  and `dst_peer`: `src` and `dst` are addresses there). Two rows with one field mean that\n"
    "  the value is sent twice, and the later row counts.\n"
    "* **Order**: *big* is network order. *swapped*: little-endian senders of dialects\n"
    "  with that quirk reversed the bytes of a value that was in network order already\n"
    "  (of a socket address, the IPv4 address). *direction*: dialects with the quirk\n"
    "  `dir01` send 0 for in and 1 for out. *rpl*: dialects with the quirk `rpl-shift`\n"
    "  send the low half first, then zeros.\n"
    "* *(padding)*: no field. Encoders should write zeros; kernels did not always (old\n"
    "  memory), so readers must not look.\n";

static const char *
kind_text(enum pfsync_kind kind)
{
	switch (kind) {
	case PFSYNC_KIND_U8:
	case PFSYNC_KIND_U16:
	case PFSYNC_KIND_U32:
	case PFSYNC_KIND_U64:
		return "unsigned";
	case PFSYNC_KIND_S32:
		return "signed";
	case PFSYNC_KIND_ADDR:
		return "address";
	case PFSYNC_KIND_TEXT16:
	case PFSYNC_KIND_TEXT64:
		return "text";
	case PFSYNC_KIND_SOCKADDR28:
		return "socket address";
	case PFSYNC_KIND_BYTES16:
	default:
		return "bytes";
	}
}

static const char *
unit_text(enum pfsync_unit unit)
{
	switch (unit) {
	case PFSYNC_UNIT_S:
		return "s";
	case PFSYNC_UNIT_BYTES:
		return "bytes";
	case PFSYNC_UNIT_PACKETS:
		return "packets";
	default:
		return "";
	}
}

static const char *
order_text(const struct pfsync_row *row, const struct pfsync_field_info *info)
{
	switch (row->codec) {
	case PFSYNC_CODEC_SWAPPED:
		return "big, swapped";
	case PFSYNC_CODEC_DIRECTION:
		return "direction";
	case PFSYNC_CODEC_RPL:
		return "big, rpl";
	default:
		break;
	}
	return row->width == 1 || info->kind > PFSYNC_KIND_S32 ? "" : "big";
}

static int
by_offset(const void *a, const void *b)
{
	const struct pfsync_row *x = *(const struct pfsync_row *const *)a;
	const struct pfsync_row *y = *(const struct pfsync_row *const *)b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static void
print_padding(FILE *out, size_t at, size_t end)
{
	if (at < end)
		fprintf(out, "| %zu | %zu | *(padding)* | | | | |\n", at, end - at);
}

static void
print_rows(FILE *out, const struct pfsync_layout *layout,
    const struct pfsync_field_info *(*field_info)(int))
{
	const struct pfsync_row *rows[PFSYNC_RECORD_MAX];
	size_t at = 0;

	for (size_t i = 0; i < layout->row_count; i++)
		rows[i] = &layout->rows[i];
	qsort(rows, layout->row_count, sizeof(rows[0]), by_offset);
	fprintf(out, "| Offset | Bytes | Field | Kind | Order | Unit | Meaning |\n"
		     "|---:|---:|---|---|---|---|---|\n");
	for (size_t i = 0; i < layout->row_count; i++) {
		const struct pfsync_row *row = rows[i];
		const struct pfsync_field_info *info = field_info(row->field);
		print_padding(out, at, row->offset);
		fprintf(out, "| %u | %u | `%s` | %s | %s | %s | %s |\n", row->offset, row->width,
		    info->name, kind_text(info->kind), order_text(row, info), unit_text(info->unit),
		    info->text);
		at = (size_t)row->offset + row->width;
	}
	print_padding(out, at, layout->size_bytes);
}

static bool
uses(const struct pfsync_dialect *dialect, const struct pfsync_layout *layout)
{
	for (size_t slot = 0; slot < PFSYNC_SLOT_COUNT; slot++) {
		if (dialect->layouts[slot] == layout && slot != PFSYNC_SLOT_RETIRED)
			return true;
	}
	return false;
}

static bool
heads(const struct pfsync_dialect *dialect, const struct pfsync_layout *layout)
{
	return pfsync_header_layout(dialect) == layout ||
	       pfsync_subheader_layout(dialect) == layout;
}

static void
print_users(FILE *out, const struct pfsync_layout *layout,
    bool (*used)(const struct pfsync_dialect *, const struct pfsync_layout *))
{
	const char *separator = "Used by ";

	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(i);
		if (!used(dialect, layout))
			continue;
		fprintf(out, "%s%s", separator, dialect->name);
		separator = ", ";
	}
	fprintf(out, ".\n\n");
}

void
gen_wire_formats(FILE *out)
{
	fprintf(out, "%s\n", introduction);
	for (size_t i = 0; i < pfsync_header_layout_count(); i++) {
		const struct pfsync_layout *layout = pfsync_header_layout_at(i);
		fprintf(out, "* [%s](#%s): %s, %u bytes\n", layout->name, layout->name,
		    layout->text, layout->size_bytes);
	}
	for (size_t i = 0; i < pfsync_layout_count(); i++) {
		const struct pfsync_layout *layout = pfsync_layout_at(i);
		fprintf(out, "* [%s](#%s): %s, %u bytes\n", layout->name, layout->name,
		    layout->text, layout->size_bytes);
	}
	for (size_t i = 0; i < pfsync_header_layout_count(); i++) {
		const struct pfsync_layout *layout = pfsync_header_layout_at(i);
		fprintf(out, "\n## %s\n\n%s; %u bytes.\n", layout->name, layout->text,
		    layout->size_bytes);
		print_users(out, layout, heads);
		print_rows(out, layout, pfsync_header_field_info);
	}
	for (size_t i = 0; i < pfsync_layout_count(); i++) {
		const struct pfsync_layout *layout = pfsync_layout_at(i);
		fprintf(
		    out, "\n## %s\n\n%s; %u bytes", layout->name, layout->text, layout->size_bytes);
		if (layout->record != PFSYNC_REC_NONE)
			fprintf(out, ", `record` \"%s\"", pfsync_record_name(layout->record));
		fprintf(out, ".\n");
		print_users(out, layout, uses);
		print_rows(out, layout, pfsync_field_info);
	}
}
