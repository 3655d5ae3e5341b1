/*
 * text_fields.c - every field of a message, a line each.
 *
 * SPDX-License-Identifier: ISC
 */
#include "text_fields.h"

#include <inttypes.h>
#include <stdio.h>

#include "words.h"

#define NAME_WIDTH 18
#define VALUE_MAX (4 * PFSYNC_TAGSIZ + 1)

static enum pfsync_af
field_af(const struct pfsync_message *message, enum pfsync_field field)
{
	switch (field) {
	case PFSYNC_F_WIRE_ADDR0:
	case PFSYNC_F_WIRE_ADDR1:
		return pfsync_key_af(message, false);
	case PFSYNC_F_STACK_ADDR0:
	case PFSYNC_F_STACK_ADDR1:
		return pfsync_key_af(message, true);
	case PFSYNC_F_RT_ADDR:
		return words_rt_af(message);
	default:
		return pfsync_state_af(message);
	}
}

/* The word for a number, or NULL. */
static const char *
word(const struct pfsync_message *message, const struct pfsync_dialect *dialect,
    enum pfsync_field field, unsigned number, int proto)
{
	switch (field) {
	case PFSYNC_F_AF:
	case PFSYNC_F_WIRE_AF:
	case PFSYNC_F_STACK_AF:
	case PFSYNC_F_RT_AF:
		switch (pfsync_af_of((uint8_t)number)) {
		case PFSYNC_AF_INET:
			return "inet";
		case PFSYNC_AF_INET6:
			return "inet6";
		default:
			return NULL;
		}
	case PFSYNC_F_PROTO:
	case PFSYNC_F_STACK_PROTO:
		return pfsync_proto_name(number);
	case PFSYNC_F_DIRECTION:
		return pfsync_direction_name(number);
	case PFSYNC_F_SRC_STATE:
	case PFSYNC_F_DST_STATE:
		return words_level(message, proto, number);
	case PFSYNC_F_TIMEOUT:
		return words_timeout(message, dialect);
	case PFSYNC_F_RT:
		return pfsync_rt_name(message->record, number);
	case PFSYNC_F_BUS_STATUS:
		return pfsync_bus_status_name(number);
	default:
		return NULL;
	}
}

static void
put_number(struct out *out, const struct pfsync_message *message,
    const struct pfsync_dialect *dialect, enum pfsync_field field, int proto)
{
	uint64_t number = pfsync_field_number(message, field);
	const char *name;

	switch (field) {
	case PFSYNC_F_ID:
		out_printf(out, "%016" PRIx64, number);
		return;
	case PFSYNC_F_CREATORID:
		out_printf(out, "%08" PRIx64, number);
		return;
	case PFSYNC_F_RULE:
	case PFSYNC_F_ANCHOR:
	case PFSYNC_F_NAT_RULE:
		if (number == PFSYNC_RULE_NONE) {
			out_text(out, "none");
			return;
		}
		break;
	case PFSYNC_F_STATE_FLAGS:
		out_printf(out, "0x%04" PRIx64, number);
		for (unsigned bit = 0; bit < 16; bit++) {
			name = pfsync_state_flag_name(bit);
			if ((number >> bit & 1) != 0 && name != NULL)
				out_printf(out, " %s", name);
		}
		return;
	case PFSYNC_F_TDB_SPI:
		out_printf(out, "0x%08" PRIx64, number);
		return;
	default:
		break;
	}
	if (pfsync_field_info((int)field)->kind == PFSYNC_KIND_S32) {
		out_printf(out, "%" PRId64, (int64_t)number);
		return;
	}
	out_printf(out, "%" PRIu64, number);
	name = number <= UINT8_MAX ? word(message, dialect, field, (unsigned)number, proto) : NULL;
	if (name != NULL)
		out_printf(out, " %s", name);
}

static void
put_value(struct out *out, const struct pfsync_message *message,
    const struct pfsync_dialect *dialect, enum pfsync_field field, int proto)
{
	const struct pfsync_field_info *info = pfsync_field_info((int)field);
	const void *member = pfsync_field_ptr(message, field);
	struct pfsync_addr addr;
	enum pfsync_af af;
	char text[VALUE_MAX];

	switch (info->kind) {
	case PFSYNC_KIND_ADDR:
		pfsync_text_addr(text, sizeof(text), field_af(message, field), member);
		out_text(out, text);
		break;
	case PFSYNC_KIND_TEXT16:
	case PFSYNC_KIND_TEXT64:
		pfsync_text_name(text, sizeof(text), member, info->size_bytes);
		out_printf(out, "\"%s\"", text);
		break;
	case PFSYNC_KIND_SOCKADDR28:
		af = pfsync_tdb_dst(message, &addr);
		if (af == PFSYNC_AF_UNSPEC) {
			for (size_t i = 0; i < info->size_bytes; i++)
				out_printf(out, "%02x", ((const uint8_t *)member)[i]);
			break;
		}
		pfsync_text_addr(text, sizeof(text), af, &addr);
		out_text(out, text);
		break;
	default:
		put_number(out, message, dialect, field, proto);
		break;
	}
}

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
	for (int f = 0; f < PFSYNC_FIELD_COUNT; f++) {
		const struct pfsync_field_info *info = pfsync_field_info(f);

		if (!pfsync_has(message, (enum pfsync_field)f))
			continue;
		out_blanks(out, indent);
		out_printf(out, "%-*s ", NAME_WIDTH, info->name);
		put_value(out, message, dialect, (enum pfsync_field)f, proto);
		out_text(out, unit(info->unit));
		out_char(out, '\n');
	}
}
