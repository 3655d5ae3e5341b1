/*
 * gen_dialects.c - docs/dialects.md: the census, action numbers, quirks, aliases.
 *
 * SPDX-License-Identifier: ISC
 */
#include "gen_tables.h"

#include "pfsync.h"

static const char introduction[] =
    "# The census of dialects\n"
    "\n"
    "This page is written by `docs/gen_tables` from the tables of libpfsync; do not edit\n"
    "it (`cmake --build BUILD --target docs-update`). A dialect is one wire format as one\n"
    "or several systems speak it; its name is what `--dialect` takes. Sections such as\n"
    "OB 11 and FB 8 are explained in [protocol-notes.md](protocol-notes.md), records field\n"
    "by field in [wire-formats.md](wire-formats.md).\n"
    "\n"
    "Packets of version 1 to 4 carry one action: a header of 4 bytes (version, 0, action,\n"
    "count), from version 3 on followed by the 16 bytes of a ruleset checksum. Since\n"
    "version 5 a header of 20 bytes (version, 0, length in two bytes, checksum) is\n"
    "followed by sections, each with a subheader of 4 bytes: action, length of a record\n"
    "in words of 4 bytes (0 without the quirk `length`), count in two bytes.\n";

static const struct {
	uint16_t quirk;
	const char *name;
	const char *text;
} quirks[] = {
    {PFSYNC_QUIRK_SWAPPED, "swapped",
	"little-endian senders reversed ports (1N, 2a), or SPI and IPv4 address of TDB (2f to 3b)"},
    {PFSYNC_QUIRK_DIR01, "dir01", "direction is 0 for in and 1 for out"},
    {PFSYNC_QUIRK_RPL_SHIFT, "rpl-shift",
	"the 64-bit replay counter has its low half first, then zeros"},
    {PFSYNC_QUIRK_COUNT0, "count0", "CLR and BUS say count 0 and have one record"},
    {PFSYNC_QUIRK_EOF, "eof", "every frame ends with an EOF section of count 1"},
    {PFSYNC_QUIRK_EOF_HMAC, "eof-hmac", "20 bytes follow EOF, meant for an HMAC and never written"},
    {PFSYNC_QUIRK_LENGTH, "length", "the second byte of a subheader is the record's length"},
    {PFSYNC_QUIRK_RAW_BUFFER, "raw-buffer",
	"the whole send buffer is in the packet; what is behind the last record is old memory"},
    {PFSYNC_QUIRK_CKSUM_ZERO, "cksum-zero", "the ruleset checksum is always zero"},
    {PFSYNC_QUIRK_CKSUM_JUNK, "cksum-junk", "the ruleset checksum is never written"},
    {PFSYNC_QUIRK_NO_SCRUB, "no-scrub", "the peers' scrub bytes are zero"},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void
print_quirks(FILE *out, const struct pfsync_dialect *dialect)
{
	const char *separator = "";

	for (size_t i = 0; i < COUNT(quirks); i++) {
		if ((dialect->quirks & quirks[i].quirk) == 0)
			continue;
		fprintf(out, "%s`%s`", separator, quirks[i].name);
		separator = " ";
	}
}

static void
print_census(FILE *out)
{
	fprintf(out, "\n## Dialects\n\n"
		     "| Name | Version | Header | Systems | Source | AF_INET6 | Quirks |\n"
		     "|---|---:|---:|---|---|---:|---|\n");
	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		const struct pfsync_dialect *d = pfsync_dialect_at(i);
		fprintf(out, "| %s | %u | %u | %s | %s | %u | ", d->name, d->version,
		    d->header_bytes, d->systems, d->source, d->af_inet6);
		print_quirks(out, d);
		fprintf(out, " |\n");
	}
	fprintf(out, "\n| Quirk | Meaning |\n|---|---|\n");
	for (size_t i = 0; i < COUNT(quirks); i++)
		fprintf(out, "| `%s` | %s |\n", quirks[i].name, quirks[i].text);
}

/* ------------------------------------------------------------------------ */

static void
print_layout(FILE *out, const struct pfsync_layout *layout)
{
	if (layout == NULL)
		fprintf(out, " |");
	else
		fprintf(out, " [%u](wire-formats.md#%s) |", layout->size_bytes, layout->name);
}

static void
print_states(FILE *out, const struct pfsync_dialect *d)
{
	const char *separator = " ";

	for (int slot = PFSYNC_SLOT_STATE; slot <= PFSYNC_SLOT_STATE3; slot++) {
		const struct pfsync_layout *layout = d->layouts[slot];
		if (layout == NULL)
			continue;
		fprintf(
		    out, "%s[%u](wire-formats.md#%s)", separator, layout->size_bytes, layout->name);
		separator = ", ";
	}
	fprintf(out, " |");
}

static void
print_sizes(FILE *out)
{
	static const enum pfsync_slot slots[] = {PFSYNC_SLOT_UPD_C, PFSYNC_SLOT_DEL_C,
	    PFSYNC_SLOT_REQ, PFSYNC_SLOT_ACK, PFSYNC_SLOT_CLR, PFSYNC_SLOT_BUS, PFSYNC_SLOT_TDB};

	fprintf(out, "\n## Bytes a record\n\n"
		     "| Dialect | INS, UPD, DEL | UPD_C | DEL_C | UPD_REQ | INS_ACK | CLR | BUS |"
		     " TDB |\n|---|---|---:|---:|---:|---:|---:|---:|---:|\n");
	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		const struct pfsync_dialect *d = pfsync_dialect_at(i);
		const bool raw = (d->quirks & PFSYNC_QUIRK_RAW_BUFFER) != 0;
		fprintf(out, "| %s |", d->name);
		print_states(out, d);
		for (size_t k = 0; k < COUNT(slots); k++)
			print_layout(out, raw ? NULL : d->layouts[slots[k]]);
		fprintf(out, "\n");
	}
}

/* ------------------------------------------------------------------------ */

/* Is this the first dialect with its numbering? */
static bool
first_with_numbering(size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (pfsync_dialect_at(i)->actions == pfsync_dialect_at(index)->actions)
			return false;
	}
	return true;
}

static void
print_action(FILE *out, const struct pfsync_dialect *d, unsigned number)
{
	const struct pfsync_action_row *row = &d->actions[number];
	const struct pfsync_layout *layout = d->layouts[row->slot];

	fprintf(out, " ");
	if (row->slot == PFSYNC_SLOT_NONE) {
		fprintf(out, "|");
		return;
	}
	fprintf(out, "%s", pfsync_action_name((enum pfsync_action)row->action));
	if (row->slot == PFSYNC_SLOT_RESERVED)
		fprintf(out, " (reserved)");
	else if (row->slot == PFSYNC_SLOT_RETIRED)
		fprintf(out, " (retired)");
	else if (layout != NULL && d->layouts[PFSYNC_SLOT_STATE2] != NULL &&
		 layout->record != PFSYNC_REC_NONE)
		fprintf(out, " %s", pfsync_record_name(layout->record));
	fprintf(out, " |");
}

static void
print_numbers(FILE *out)
{
	fprintf(out, "\n## Action numbers\n\nOne column a numbering, named by the first dialect "
		     "that has it:\n\n");
	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		const char *separator = " ";
		if (!first_with_numbering(i))
			continue;
		fprintf(out, "* **%s**:", pfsync_dialect_at(i)->name);
		for (size_t k = i; k < pfsync_dialect_count(); k++) {
			if (pfsync_dialect_at(k)->actions != pfsync_dialect_at(i)->actions)
				continue;
			fprintf(out, "%s%s", separator, pfsync_dialect_at(k)->name);
			separator = ", ";
		}
		fprintf(out, "\n");
	}
	fprintf(out, "\n| No. |");
	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		if (first_with_numbering(i))
			fprintf(out, " %s |", pfsync_dialect_at(i)->name);
	}
	fprintf(out, "\n|---:|");
	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		if (first_with_numbering(i))
			fprintf(out, "---|");
	}
	fprintf(out, "\n");
	for (unsigned number = 0; number < PFSYNC_ACTION_NUMBERS; number++) {
		fprintf(out, "| %u |", number);
		for (size_t i = 0; i < pfsync_dialect_count(); i++) {
			if (first_with_numbering(i))
				print_action(out, pfsync_dialect_at(i), number);
		}
		fprintf(out, "\n");
	}
}

/* ------------------------------------------------------------------------ */

static void
print_fields(FILE *out, const struct pfsync_fields *fields)
{
	const char *separator = " ";

	for (unsigned field = 0; field < PFSYNC_FIELD_COUNT; field++) {
		if ((fields->bits[field / 64] >> (field % 64) & 1) == 0)
			continue;
		fprintf(out, "%s`%s`", separator, pfsync_field_info((int)field)->name);
		separator = ", ";
	}
	fprintf(out, " |");
}

static bool
empty(const struct pfsync_fields *fields)
{
	return (fields->bits[0] | fields->bits[1]) == 0;
}

static void
print_absent(FILE *out)
{
	fprintf(out, "\n## Fields that are never filled\n\nThey have room in the record but mean "
		     "nothing, and are left out of every output.\n\n"
		     "| Dialect | Full states | UPD_C | Others |\n|---|---|---|---|\n");
	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		const struct pfsync_dialect *d = pfsync_dialect_at(i);
		if (empty(&d->absent_state) && empty(&d->absent_upd_c) && empty(&d->absent_other))
			continue;
		fprintf(out, "| %s |", d->name);
		print_fields(out, &d->absent_state);
		print_fields(out, &d->absent_upd_c);
		print_fields(out, &d->absent_other);
		fprintf(out, "\n");
	}
}

static void
print_aliases(FILE *out)
{
	const char *alias, *name;

	fprintf(out, "\n## Aliases\n\nSystems that speak another's dialect to the byte.\n\n"
		     "| Alias | Dialect |\n|---|---|\n");
	for (size_t i = 0; pfsync_dialect_alias(i, &alias, &name); i++)
		fprintf(out, "| %s | %s |\n", alias, name);
}

void
gen_dialects(FILE *out)
{
	fprintf(out, "%s", introduction);
	print_census(out);
	print_sizes(out);
	print_numbers(out);
	print_absent(out);
	print_aliases(out);
}
