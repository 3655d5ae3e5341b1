/*
 * text_field.c - the value of any one field, for listings of all of them.
 *
 * SPDX-License-Identifier: ISC
 */
#include "pfsync.h"

#include "text_put.h"

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
		return pfsync_rt_af(message);
	default:
		return pfsync_state_af(message);
	}
}

static const char *
af_name(unsigned number)
{
	switch (pfsync_af_of((uint8_t)number)) {
	case PFSYNC_AF_INET:
		return "inet";
	case PFSYNC_AF_INET6:
		return "inet6";
	default:
		return NULL;
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
		return af_name(number);
	case PFSYNC_F_PROTO:
	case PFSYNC_F_STACK_PROTO:
		return pfsync_proto_name(number);
	case PFSYNC_F_DIRECTION:
		return pfsync_direction_name(number);
	case PFSYNC_F_SRC_STATE:
	case PFSYNC_F_DST_STATE:
		return pfsync_message_level_name_as(message, proto, number);
	case PFSYNC_F_TIMEOUT:
		return dialect != NULL ? pfsync_dialect_timeout_name(dialect, number)
				       : pfsync_timeout_name(number);
	case PFSYNC_F_RT:
		return pfsync_rt_name(message->record, number);
	case PFSYNC_F_BUS_STATUS:
		return pfsync_bus_status_name(number);
	default:
		return NULL;
	}
}

static void
put_flags(struct text *t, unsigned flags)
{
	put(t, "0x");
	put_number(t, flags, 16, 4);
	for (unsigned bit = 0; bit < 16; bit++) {
		const char *name = pfsync_state_flag_name(bit);

		if ((flags >> bit & 1) == 0 || name == NULL)
			continue;
		put_char(t, ' ');
		put(t, name);
	}
}

static void
put_signed(struct text *t, int64_t value)
{
	if (value < 0)
		put_char(t, '-');
	put_unsigned(t, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

static void
put_value(struct text *t, const struct pfsync_message *message,
    const struct pfsync_dialect *dialect, enum pfsync_field field, int proto)
{
	const uint64_t number = pfsync_field_number(message, field);
	const char *name = NULL;

	switch (field) {
	case PFSYNC_F_ID:
		put_number(t, number, 16, 16);
		return;
	case PFSYNC_F_CREATORID:
		put_number(t, number, 16, 8);
		return;
	case PFSYNC_F_TDB_SPI:
		put(t, "0x");
		put_number(t, number, 16, 8);
		return;
	case PFSYNC_F_STATE_FLAGS:
		put_flags(t, (unsigned)number);
		return;
	case PFSYNC_F_RULE:
	case PFSYNC_F_ANCHOR:
	case PFSYNC_F_NAT_RULE:
		if (number == PFSYNC_RULE_NONE) {
			put(t, "none");
			return;
		}
		break;
	default:
		break;
	}
	if (pfsync_field_info((int)field)->kind == PFSYNC_KIND_S32) {
		put_signed(t, (int64_t)number);
		return;
	}
	put_unsigned(t, number);
	if (number <= UINT8_MAX)
		name = word(message, dialect, field, (unsigned)number, proto);
	if (name != NULL) {
		put_char(t, ' ');
		put(t, name);
	}
}

static void
put_sockaddr(struct text *t, const struct pfsync_message *message, size_t size)
{
	struct pfsync_addr addr;
	enum pfsync_af af = pfsync_tdb_dst(message, &addr);

	if (af != PFSYNC_AF_UNSPEC) {
		put_addr(t, af, &addr);
		return;
	}
	for (size_t i = 0; i < size; i++)
		put_number(t, message->u.tdb.dst_sockaddr[i], 16, 2);
}

size_t
pfsync_text_field(char *out, size_t size, const struct pfsync_message *message,
    enum pfsync_field field, const struct pfsync_dialect *dialect, int proto)
{
	const struct pfsync_field_info *info = pfsync_field_info((int)field);
	struct text t = text_begin(out, size);

	switch (info->kind) {
	case PFSYNC_KIND_ADDR:
		put_addr(&t, field_af(message, field), pfsync_field_ptr(message, field));
		break;
	case PFSYNC_KIND_TEXT16:
	case PFSYNC_KIND_TEXT64:
		put_char(&t, '"');
		put_name(&t, pfsync_field_ptr(message, field), info->size_bytes);
		put_char(&t, '"');
		break;
	case PFSYNC_KIND_SOCKADDR28:
		put_sockaddr(&t, message, info->size_bytes);
		break;
	default:
		put_value(&t, message, dialect, field, proto);
		break;
	}
	return t.len;
}
