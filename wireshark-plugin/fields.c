/*
 * fields.c - from the table of fields to registered fields.
 *
 * SPDX-License-Identifier: ISC
 *
 * Wireshark keeps pointers into what is registered here: all of it lives as
 * long as the program.
 */
#include "fields.h"

#include <string.h>

#include <epan/unit_strings.h>

/* Largest number that has a name, by kind of name. */
#define PROTO_NUMBERS 256
#define TIMEOUT_NUMBERS 32
#define LEVEL_NUMBERS 32
#define FLAG_BITS 16
#define TCP 6

static int hf_fields[PFSYNC_FIELD_COUNT];
static int hf_inet6[PFSYNC_FIELD_COUNT];
static int hf_bytes[PFSYNC_FIELD_COUNT];
static int hf_headers[PFSYNC_HEADER_FIELD_COUNT];
static int hf_flags[FLAG_BITS];
static enum field_group groups[PFSYNC_FIELD_COUNT];

static const struct {
	const char *prefix;
	const char *title;
} group_names[FIELD_GROUP_COUNT] = {
    [FIELD_GROUP_WIRE] = {"wire.", "Wire key"},
    [FIELD_GROUP_STACK] = {"stack.", "Stack key"},
    [FIELD_GROUP_LAN] = {"lan.", "lan: inside, untranslated"},
    [FIELD_GROUP_GWY] = {"gwy.", "gwy: inside, translated"},
    [FIELD_GROUP_EXT] = {"ext.", "ext: outside"},
    [FIELD_GROUP_SRC] = {"src.", "Source peer"},
    [FIELD_GROUP_DST] = {"dst.", "Destination peer"},
};

/* ------------------------------------------------------------------------
 * Names
 */

static enum field_group
group_of(const struct pfsync_field_info *info)
{
	for (int g = FIELD_GROUP_NONE + 1; g < FIELD_GROUP_COUNT; g++) {
		if (g_str_has_prefix(info->name, group_names[g].prefix))
			return (enum field_group)g;
	}
	return FIELD_GROUP_NONE;
}

/* What the message is that has this field; see fields.h. */
static const char *
owner_of(const struct pfsync_field_info *info)
{
	if (group_of(info) != FIELD_GROUP_NONE)
		return "";
	if (g_str_has_prefix(info->id, "CLR_"))
		return "clr.";
	if (g_str_has_prefix(info->id, "BUS_"))
		return "bus.";
	if (g_str_has_prefix(info->id, "TDB_"))
		return "tdb.";
	return "state.";
}

/* Numbers and raw values are what Wireshark shows anyway. */
static void
drop_endings(GString *name)
{
	static const char *const endings[] = {"_number", "_raw"};

	for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
		if (g_str_has_suffix(name->str, endings[i]))
			g_string_truncate(name, name->len - strlen(endings[i]));
	}
}

/* "src.state_number" -> "pfsync.src.state". */
static char *
filter_name(const char *owner, const char *path)
{
	GString *name = g_string_new("pfsync.");

	if (strcmp(owner, "state.") == 0 && g_str_has_prefix(path, "state_"))
		path += strlen("state_");
	g_string_append(name, owner);
	g_string_append(name, path);
	drop_endings(name);
	if (g_str_has_suffix(name->str, ".0") || g_str_has_suffix(name->str, ".1"))
		g_string_truncate(name, name->len - 2);
	return g_string_free(name, FALSE);
}

/* The label: pf's own word, the path without group and unit. */
static char *
label_of(const struct pfsync_field_info *info, enum field_group group)
{
	const char *prefix = group_names[group].prefix;
	GString *label = g_string_new(info->name + (prefix != NULL ? strlen(prefix) : 0));

	drop_endings(label);
	if (info->unit == PFSYNC_UNIT_S && g_str_has_suffix(label->str, "_s"))
		g_string_truncate(label, label->len - 2);
	return g_strdelimit(g_string_free(label, FALSE), "._", ' ');
}

/* ------------------------------------------------------------------------
 * Words for numbers
 */

static value_string *
words(const char *(*name)(unsigned), unsigned count)
{
	GArray *list = g_array_new(TRUE, TRUE, sizeof(value_string));

	for (unsigned i = 0; i < count; i++) {
		value_string entry = {i, name(i)};

		if (entry.strptr != NULL)
			g_array_append_val(list, entry);
	}
	return (value_string *)(void *)g_array_free(list, FALSE);
}

/* The levels of TCP, by which filters may name them; what is shown follows the
 * state's protocol. */
static const char *
tcp_level_name(unsigned level)
{
	return pfsync_peer_state_name(TCP, level);
}

static value_string *
words_for(enum pfsync_field field)
{
	switch (field) {
	case PFSYNC_F_PROTO:
	case PFSYNC_F_STACK_PROTO:
	case PFSYNC_F_TDB_SPROTO:
		return words(pfsync_proto_name, PROTO_NUMBERS);
	case PFSYNC_F_DIRECTION:
		return words(pfsync_direction_name, PFSYNC_OUT + 1);
	case PFSYNC_F_TIMEOUT:
		return words(pfsync_timeout_name, TIMEOUT_NUMBERS);
	case PFSYNC_F_SRC_STATE:
	case PFSYNC_F_DST_STATE:
		return words(tcp_level_name, LEVEL_NUMBERS);
	case PFSYNC_F_BUS_STATUS:
		return words(pfsync_bus_status_name, PFSYNC_BUS_END + 1);
	default:
		return NULL;
	}
}

/* ------------------------------------------------------------------------
 * Types
 */

static bool
shown_in_hex(enum pfsync_field field)
{
	return field == PFSYNC_F_ID || field == PFSYNC_F_CREATORID || field == PFSYNC_F_TDB_SPI ||
	       field == PFSYNC_F_STATE_FLAGS;
}

static enum ftenum
type_of(enum pfsync_kind kind)
{
	switch (kind) {
	case PFSYNC_KIND_U8:
		return FT_UINT8;
	case PFSYNC_KIND_U16:
		return FT_UINT16;
	case PFSYNC_KIND_U32:
		return FT_UINT32;
	case PFSYNC_KIND_U64:
		return FT_UINT64;
	case PFSYNC_KIND_S32:
		return FT_INT32;
	case PFSYNC_KIND_ADDR:
		return FT_IPv4;
	case PFSYNC_KIND_TEXT16:
	case PFSYNC_KIND_TEXT64:
		return FT_STRING;
	default:
		return FT_BYTES;
	}
}

static int
display_of(enum ftenum type, bool hex)
{
	switch (type) {
	case FT_UINT8:
	case FT_UINT16:
	case FT_UINT32:
	case FT_UINT64:
		return hex ? BASE_HEX : BASE_DEC;
	case FT_INT32:
		return BASE_DEC;
	default:
		return BASE_NONE;
	}
}

/* What stands behind the number. */
static const struct unit_name_string *
unit_of(enum pfsync_unit unit)
{
	switch (unit) {
	case PFSYNC_UNIT_S:
		return &units_second_seconds;
	case PFSYNC_UNIT_BYTES:
		return &units_byte_bytes;
	default:
		return NULL;
	}
}

static void
append(GArray *list, int *hf, char *label, char *name, enum ftenum type, int display,
    const void *strings, uint64_t bitmask, const char *text)
{
	hf_register_info info = {hf, {label, name, type, display, strings, bitmask, text, HFILL}};

	g_array_append_val(list, info);
}

static void
append_field(GArray *list, enum pfsync_field field)
{
	const struct pfsync_field_info *info = pfsync_field_info((int)field);
	enum field_group group = group_of(info);
	char *name = filter_name(owner_of(info), info->name);
	enum ftenum type = type_of(info->kind);
	int display = display_of(type, shown_in_hex(field));
	const void *strings = words_for(field);

	groups[field] = group;
	if (unit_of(info->unit) != NULL) {
		display |= BASE_UNIT_STRING;
		strings = unit_of(info->unit);
	}
	append(list, &hf_fields[field], label_of(info, group), name, type, display, strings, 0,
	    info->text);
	if (info->kind != PFSYNC_KIND_ADDR)
		return;
	append(list, &hf_inet6[field], label_of(info, group), g_strconcat(name, "6", NULL), FT_IPv6,
	    BASE_NONE, NULL, 0, info->text);
	append(list, &hf_bytes[field], label_of(info, group), g_strconcat(name, "_bytes", NULL),
	    FT_BYTES, BASE_NONE, NULL, 0, info->text);
}

/* Counts are of one byte or two: one type for both. */
static void
append_header_field(GArray *list, enum pfsync_header_field field)
{
	const struct pfsync_field_info *info = pfsync_header_field_info((int)field);
	enum ftenum type = info->kind == PFSYNC_KIND_BYTES16 ? FT_BYTES : FT_UINT16;

	append(list, &hf_headers[field], label_of(info, FIELD_GROUP_NONE),
	    g_strconcat("pfsync.", info->name, NULL), type, display_of(type, false), NULL, 0,
	    info->text);
}

static void
append_flag(GArray *list, unsigned bit)
{
	const char *word = pfsync_state_flag_name(bit);

	if (word == NULL)
		return;
	append(list, &hf_flags[bit], g_strdup(word), g_strconcat("pfsync.state.flag.", word, NULL),
	    FT_BOOLEAN, FLAG_BITS, NULL, UINT64_C(1) << bit, "State flag");
}

void
fields_register(int proto)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(hf_register_info));
	guint count;
	hf_register_info *infos;

	for (int f = 0; f < PFSYNC_FIELD_COUNT; f++)
		append_field(list, (enum pfsync_field)f);
	for (int f = 0; f < PFSYNC_HEADER_FIELD_COUNT; f++)
		append_header_field(list, (enum pfsync_header_field)f);
	for (unsigned bit = 0; bit < FLAG_BITS; bit++) {
		hf_flags[bit] = -1;
		append_flag(list, bit);
	}
	count = list->len;
	infos = (hf_register_info *)(void *)g_array_free(list, FALSE);
	for (guint i = 0; i < count; i++)
		*infos[i].p_id = -1;
	proto_register_field_array(proto, infos, (int)count);
}

/* ------------------------------------------------------------------------
 * Looking them up
 */

int
fields_hf(enum pfsync_field field)
{
	return hf_fields[field];
}

int
fields_hf_addr(enum pfsync_field field, enum pfsync_af af)
{
	switch (af) {
	case PFSYNC_AF_INET:
		return hf_fields[field];
	case PFSYNC_AF_INET6:
		return hf_inet6[field];
	default:
		return hf_bytes[field];
	}
}

int
fields_hf_header(enum pfsync_header_field field)
{
	return hf_headers[field];
}

int
fields_hf_flag(unsigned bit)
{
	return bit < FLAG_BITS ? hf_flags[bit] : -1;
}

enum field_group
fields_group(enum pfsync_field field)
{
	return groups[field];
}

const char *
fields_group_title(enum field_group group)
{
	return group_names[group].title;
}
