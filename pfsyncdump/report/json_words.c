/*
 * json_words.c - members of a line of JSON that are words for numbers.
 *
 * SPDX-License-Identifier: ISC
 */
#include "json_words.h"

#include <stdbool.h>

#include "json_stream.h"
#include "time_text.h"
#include "words.h"

/* `key` is ,"key": */
static char *
put_word(char *at, const char *key, const char *word)
{
	if (word == NULL)
		return at;
	return json_put_string(json_put_text(at, key), word);
}

static char *
put_word_or_number(
    char *at, const char *key, const char *word, const char *number_key, unsigned number)
{
	if (word != NULL)
		return put_word(at, key, word);
	return json_put_u64(json_put_text(at, number_key), number);
}

char *
json_put_begin(char *at, const char *type, const int64_t *time_ns)
{
	at = json_put_string(json_put_text(at, "{\"type\":"), type);
	at = json_put_u64(json_put_text(at, ",\"schema_version\":"), PFSYNC_JSON_SCHEMA);
	at = json_put_text(at, ",\"tool_version\":\"" PFSYNCDUMP_VERSION "\"");
	if (time_ns == NULL)
		return at;
	at = json_put_text(at, ",\"time\":\"");
	at += time_rfc3339(at, *time_ns);
	*at++ = '"';
	return at;
}

char *
json_put_af(char *at, enum pfsync_af af)
{
	switch (af) {
	case PFSYNC_AF_INET:
		return json_put_text(at, ",\"af\":\"inet\"");
	case PFSYNC_AF_INET6:
		return json_put_text(at, ",\"af\":\"inet6\"");
	default:
		return at;
	}
}

char *
json_put_proto_name(char *at, unsigned proto)
{
	return put_word(at, ",\"proto_name\":", pfsync_proto_name(proto));
}

char *
json_put_level(char *at, const struct pfsync_message *message, int proto, unsigned level)
{
	return put_word(at, ",\"state\":", words_level(message, proto, level));
}

char *
json_put_timeout_name(char *at, const char *name)
{
	return put_word(at, ",\"timeout\":", name);
}

char *
json_put_state_flags(char *at, unsigned flags)
{
	bool first = true;

	at = json_put_text(at, ",\"state_flags\":[");
	for (unsigned bit = 0; flags >> bit != 0 && bit < 16; bit++) {
		const char *name = pfsync_state_flag_name(bit);

		if ((flags >> bit & 1) == 0 || name == NULL)
			continue;
		if (!first)
			*at++ = ',';
		first = false;
		at = json_put_string(at, name);
	}
	*at++ = ']';
	return at;
}

char *
json_put_direction(char *at, unsigned direction)
{
	return put_word_or_number(at, ",\"direction\":", pfsync_direction_name(direction),
	    ",\"direction_number\":", direction);
}

char *
json_put_rt(char *at, enum pfsync_record_kind record, unsigned rt)
{
	return put_word_or_number(
	    at, ",\"rt\":", pfsync_rt_name(record, rt), ",\"rt_number\":", rt);
}

char *
json_put_bus_status(char *at, unsigned status)
{
	return put_word_or_number(
	    at, ",\"status\":", pfsync_bus_status_name(status), ",\"status_number\":", status);
}

char *
json_put_tdb_dst(char *at, const struct pfsync_message *message)
{
	struct pfsync_addr addr;
	enum pfsync_af af = pfsync_tdb_dst(message, &addr);

	if (af == PFSYNC_AF_UNSPEC)
		return at;
	return json_put_addr(json_put_text(at, ",\"sa_dst\":"), af, &addr);
}

char *
json_put_rule(char *at, uint32_t rule)
{
	if (rule == PFSYNC_RULE_NONE)
		return json_put_text(at, "-1");
	return json_put_u64(at, rule);
}
