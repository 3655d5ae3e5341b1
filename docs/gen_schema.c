/*
 * gen_schema.c - the schema of pfsyncdump's lines.
 *
 * SPDX-License-Identifier: ISC
 *
 * What is written by hand stands in pfsyncdump.schema.in.json.  In it the member
 *
 *	"@fields": "state"     of "properties"
 *
 * is replaced by the fields of libpfsync's table: "state" are those of states, "clr",
 * "bus" and "tdb" those of the messages of that name, and "wire", "lan" or "src_peer"
 * what is inside an object of that name.  In an "enum" of names of members "@state",
 * "@clr", "@bus" and "@tdb" stand for these members' names.  A member that stands
 * there by hand, beside "@fields", wins.  "@u64max" is 18446744073709551615.
 */
#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "gen_tables.h"
#include "pfsync.h"

/* Words that stand beside the number of a field, or in its place (json_plan.h). */
static const struct word {
	enum pfsync_field field;
	bool instead; /* the number only where there is no word */
	const char *key;
	const char *schema;
} words[] = {
    {PFSYNC_F_AF, false, "af", "{\"$ref\": \"#/$defs/af\"}"},
    {PFSYNC_F_WIRE_AF, false, "af", "{\"$ref\": \"#/$defs/af\"}"},
    {PFSYNC_F_STACK_AF, false, "af", "{\"$ref\": \"#/$defs/af\"}"},
    {PFSYNC_F_PROTO, false, "proto_name", "{\"type\": \"string\"}"},
    {PFSYNC_F_DIRECTION, true, "direction", "{\"enum\": [\"inout\", \"in\", \"out\"]}"},
    {PFSYNC_F_SRC_STATE, false, "state",
	"{\"type\": \"string\", \"pattern\": \"^[A-Z_0-9]+$\", \"description\": \"Name of the "
	"level by protocol; absent where listings show the number. In a message that has no "
	"proto, the protocol is that of the tables or of the timeout class.\"}"},
    {PFSYNC_F_RT, true, "rt",
	"{\"enum\": [\"none\", \"fastroute\", \"route-to\", \"dup-to\", \"reply-to\"]}"},
    {PFSYNC_F_STATE_FLAGS, false, "state_flags",
	"{\"type\": \"array\", \"items\": {\"type\": \"string\", \"pattern\": \"^[a-z-]+$\"}, "
	"\"uniqueItems\": true, \"maxItems\": 16}"},
    {PFSYNC_F_TIMEOUT, false, "timeout",
	"{\"type\": \"string\", \"pattern\": \"^[a-z]+\\\\.[a-z]+$|^frag$|^interval$\"}"},
    {PFSYNC_F_BUS_STATUS, true, "status", "{\"enum\": [\"start\", \"end\"]}"},
};

/* Objects that have a definition of their own. */
static const struct {
	const char *key;
	const char *definition;
} objects[] = {
    {"wire", "key"},
    {"stack", "key"},
    {"lan", "host"},
    {"gwy", "host"},
    {"ext", "host"},
    {"src_peer", "peer"},
    {"dst_peer", "peer"},
};

struct range {
	const char *name;
	int first;
	int end;
};

static const struct range ranges[] = {
    {"state", PFSYNC_F_IFNAME, PFSYNC_F_CLR_IFNAME},
    {"clr", PFSYNC_F_CLR_IFNAME, PFSYNC_F_BUS_ENDTIME},
    {"bus", PFSYNC_F_BUS_ENDTIME, PFSYNC_F_TDB_SPI},
    {"tdb", PFSYNC_F_TDB_SPI, PFSYNC_FIELD_COUNT},
};

static json_t *
reference(const char *definition)
{
	return json_pack("{s:o}", "$ref", json_sprintf("#/$defs/%s", definition));
}

/* The form of a field's value. */
static json_t *
value_of(int field)
{
	const struct pfsync_field_info *info = pfsync_field_info(field);

	if (field == PFSYNC_F_RULE || field == PFSYNC_F_ANCHOR || field == PFSYNC_F_NAT_RULE)
		return reference("rule");
	switch (info->kind) {
	case PFSYNC_KIND_U8:
		return reference("u8");
	case PFSYNC_KIND_U16:
		return reference("u16");
	case PFSYNC_KIND_U32:
		return reference("u32");
	case PFSYNC_KIND_U64:
		return reference("u64");
	case PFSYNC_KIND_S32:
		return reference("s32");
	case PFSYNC_KIND_ADDR:
		return reference("addr");
	case PFSYNC_KIND_SOCKADDR28:
		return reference("ip");
	default:
		return reference("name");
	}
}

/* Unless it stands there by hand. */
static void
put(json_t *properties, const char *key, json_t *schema)
{
	if (json_object_get(properties, key) == NULL)
		json_object_set(properties, key, schema);
	json_decref(schema);
}

/* "Source peer: ..." holds for the other one, too, and so stands without that. */
static void
describe(json_t *schema, int field)
{
	const char *text = pfsync_field_info(field)->text, *colon = strstr(text, " peer: ");

	if (colon != NULL)
		text = colon + strlen(" peer: ");
	json_object_set_new(schema, "description", json_string(text));
}

static void
put_array(json_t *properties, const char *key, int field)
{
	json_t *schema = json_pack("{s:s,s:o,s:i,s:i}", "type", "array", "items", value_of(field),
	    "minItems", 1, "maxItems", 2);

	describe(schema, field);
	put(properties, key, schema);
}

/* What stands in the place of the number in most lines, or beside it. */
static void
put_words(json_t *properties, int field, bool before)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (words[i].field != (enum pfsync_field)field)
			continue;
		if (before == words[i].instead)
			put(properties, words[i].key, json_loads(words[i].schema, 0, NULL));
	}
}

static const char *
definition_of(const char *key)
{
	for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++)
		if (strcmp(objects[i].key, key) == 0)
			return objects[i].definition;
	return NULL;
}

static void put_path(json_t *properties, char *path, int field);

/* "scrub.ttl": an object inside. */
static void
put_inner(json_t *properties, const char *key, char *rest, int field)
{
	json_t *inner = json_object_get(properties, key);

	if (inner == NULL) {
		inner = json_pack("{s:s,s:{},s:[],s:b}", "type", "object", "properties", "required",
		    "additionalProperties", 0);
		json_object_set_new(properties, key, inner);
	}
	put_path(json_object_get(inner, "properties"), rest, field);
}

static void
put_path(json_t *properties, char *path, int field)
{
	char *rest = strchr(path, '.');
	json_t *schema;

	if (rest == NULL) {
		put_words(properties, field, true);
		schema = value_of(field);
		describe(schema, field);
		put(properties, path, schema);
		put_words(properties, field, false);
		return;
	}
	*rest++ = '\0';
	if (rest[0] == '0' || rest[0] == '1')
		put_array(properties, path, field);
	else if (definition_of(path) != NULL)
		put(properties, path, reference(definition_of(path)));
	else
		put_inner(properties, path, rest, field);
}

/* Fields of lines never show these: their absence says it (OB 4.4). */
static bool
is_shown(int field)
{
	return field != PFSYNC_F_SRC_SCRUB_VALID && field != PFSYNC_F_DST_SCRUB_VALID;
}

/* All fields of a range, or those inside an object of that name. */
static bool
put_fields(json_t *properties, const char *what)
{
	const size_t length = strlen(what);
	bool found = false;
	char path[PFSYNC_FIELD_KEY_MAX];

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		if (strcmp(ranges[i].name, what) != 0)
			continue;
		for (int f = ranges[i].first; f < ranges[i].end; f++) {
			pfsync_field_key(f, path);
			if (is_shown(f))
				put_path(properties, path, f);
		}
		return true;
	}
	for (int f = 0; f < PFSYNC_FIELD_COUNT; f++) {
		pfsync_field_key(f, path);
		if (strncmp(path, what, length) != 0 || path[length] != '.' || !is_shown(f))
			continue;
		put_path(properties, path + length + 1, f);
		found = true;
	}
	return found;
}

static bool
fill_names(json_t *names, const char *what)
{
	json_t *properties = json_object();
	const bool found = put_fields(properties, what);

	for (void *at = json_object_iter(properties); at != NULL;
	     at = json_object_iter_next(properties, at))
		json_array_append_new(names, json_string(json_object_iter_key(at)));
	json_decref(properties);
	return found;
}

static bool fill(json_t *value);

static bool
fill_array(json_t *array)
{
	json_t *copy = json_copy(array);
	bool good = true;

	json_array_clear(array);
	for (size_t i = 0; i < json_array_size(copy) && good; i++) {
		json_t *item = json_array_get(copy, i);
		const char *text = json_string_value(item);

		if (text != NULL && text[0] == '@') {
			good = fill_names(array, text + 1);
		} else {
			json_array_append(array, item);
			good = fill(item);
		}
	}
	json_decref(copy);
	return good;
}

/* Members keep their order, the fields take the place of "@fields". */
static bool
fill_object(json_t *object)
{
	json_t *copy = json_copy(object), *by_hand = json_copy(object);
	bool good = true;

	json_object_clear(object);
	json_object_del(by_hand, "@fields");
	for (void *at = json_object_iter(copy); at != NULL && good;
	     at = json_object_iter_next(copy, at)) {
		const char *key = json_object_iter_key(at);
		json_t *value = json_object_iter_value(at);

		if (strcmp(key, "@fields") == 0) {
			good = put_fields(object, json_string_value(value));
			json_object_update_existing(object, by_hand);
		} else {
			json_object_set(object, key, value);
			good = fill(value);
		}
	}
	json_decref(copy);
	json_decref(by_hand);
	return good;
}

static bool
fill(json_t *value)
{
	if (json_is_array(value))
		return fill_array(value);
	return !json_is_object(value) || fill_object(value);
}

/* jansson's integers have 63 bits, so this one is a word until the end. */
static bool
write_text(const json_t *schema, FILE *out)
{
	static const char word[] = "\"@u64max\"";
	char *text = json_dumps(schema, JSON_INDENT(2));
	const char *at = text, *next;

	if (text == NULL)
		return false;
	for (; (next = strstr(at, word)) != NULL; at = next + strlen(word))
		fprintf(out, "%.*s18446744073709551615", (int)(next - at), at);
	fprintf(out, "%s\n", at);
	free(text);
	return true;
}

bool
gen_schema(const char *source, FILE *out)
{
	json_error_t error;
	json_t *schema = json_load_file(source, JSON_REJECT_DUPLICATES, &error);
	bool good;

	if (schema == NULL) {
		fprintf(stderr, "gen_tables: %s:%d: %s\n", source, error.line, error.text);
		return false;
	}
	good = fill(schema);
	if (!good)
		fprintf(stderr, "gen_tables: %s: \"@fields\" of what?\n", source);
	good = good && write_text(schema, out);
	json_decref(schema);
	return good;
}
