/*
 * text_fields.c - every field of a message, a line each.
 *
 * SPDX-License-Identifier: ISC
 */
#include "text_fields.h"

#define NAME_WIDTH 18
#define VALUE_MAX (4 * PFSYNC_TAGSIZ + 3)

static const char *
unit(enum pfsync_unit which)
{
	switch (which) {
	case PFSYNC_UNIT_S:
		return " s";
	case PFSYNC_UNIT_BYTES:
		return " bytes";
	case PFSYNC_UNIT_PACKETS:
		return " packets";
	default:
		return "";
	}
}

void
text_fields(struct out *out, size_t indent, const struct pfsync_message *message,
    const struct pfsync_dialect *dialect, int proto)
{
	char text[VALUE_MAX];

	for (int f = 0; f < PFSYNC_FIELD_COUNT; f++) {
		const struct pfsync_field_info *info = pfsync_field_info(f);

		if (!pfsync_has(message, (enum pfsync_field)f))
			continue;
		out_blanks(out, indent);
		out_printf(out, "%-*s ", NAME_WIDTH, info->name);
		pfsync_text_field(
		    text, sizeof(text), message, (enum pfsync_field)f, dialect, proto);
		out_text(out, text);
		out_text(out, unit(info->unit));
		out_char(out, '\n');
	}
}
