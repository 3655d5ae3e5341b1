/*
 * message_words.c - words of a message that stand for numbers.
 *
 * SPDX-License-Identifier: ISC
 */
#include "message_words.h"

#include <string.h>

#include "ip_write.h"

enum { AF_INET_WIRE = 2, WORDS_MAX = 256, TEXT_MAX = 1024 };

/* Numbers from 0 whose word `name` is, as a list of choices. */
typedef const char *namer(unsigned number, const void *context);

static bool
choose(const struct doc_at *object, const char *key, namer *name, const void *context,
    unsigned count, uint8_t *number)
{
	const char *words[WORDS_MAX + 1];
	uint8_t numbers[WORDS_MAX];
	size_t found = 0;
	int choice;

	if (!doc_has(object, key))
		return false;
	for (unsigned i = 0; i < count; i++) {
		const char *word = name(i, context);
		if (word == NULL)
			continue;
		words[found] = word;
		numbers[found++] = (uint8_t)i;
	}
	words[found] = NULL;
	choice = doc_choice(object, key, words, -1);
	if (choice >= 0)
		*number = numbers[choice];
	return choice >= 0;
}

static const char *
name_direction(unsigned number, const void *context)
{
	(void)context;
	return pfsync_direction_name(number);
}

bool
words_direction(const struct doc_at *object, uint8_t *direction)
{
	return choose(object, "direction", name_direction, NULL, WORDS_MAX, direction);
}

static const char *
name_rt(unsigned number, const void *context)
{
	return pfsync_rt_name(*(const enum pfsync_record_kind *)context, number);
}

bool
words_rt(const struct doc_at *object, enum pfsync_record_kind record, uint8_t *rt)
{
	return choose(object, "rt", name_rt, &record, WORDS_MAX, rt);
}

static const char *
name_timeout(unsigned number, const void *context)
{
	(void)context;
	return pfsync_timeout_name(number);
}

bool
words_timeout(const struct doc_at *object, uint8_t *timeout)
{
	return choose(object, "timeout", name_timeout, NULL, WORDS_MAX, timeout);
}

static const char *
name_bus_status(unsigned number, const void *context)
{
	(void)context;
	return pfsync_bus_status_name(number);
}

bool
words_bus_status(const struct doc_at *object, uint8_t *status)
{
	return choose(object, "status", name_bus_status, NULL, WORDS_MAX, status);
}

static const char *
name_level(unsigned number, const void *context)
{
	return pfsync_message_level_name(context, number);
}

bool
words_level(const struct doc_at *peer, const struct pfsync_message *message, uint8_t *level)
{
	return choose(peer, "state", name_level, message, WORDS_MAX, level);
}

bool
words_af(const struct doc_at *object, const char *key, const struct pfsync_dialect *dialect,
    uint8_t *number)
{
	static const char *const words[] = {"inet", "inet6", NULL};
	int choice = doc_has(object, key) ? doc_choice(object, key, words, -1) : -1;

	if (choice >= 0)
		*number = choice == 0 ? AF_INET_WIRE : dialect->af_inet6;
	return choice >= 0;
}

static const char *
name_state_flag(unsigned number, const void *context)
{
	(void)context;
	return pfsync_state_flag_name(number);
}

bool
words_state_flags(const struct doc_at *object, uint16_t *flags)
{
	const char *words[17];
	uint8_t bits[16];
	size_t found = 0;
	struct doc_at list;

	if (!doc_array(object, "state_flags", 16, &list))
		return false;
	for (unsigned bit = 0; bit < 16; bit++) {
		words[found] = name_state_flag(bit, NULL);
		if (words[found] != NULL)
			bits[found++] = (uint8_t)bit;
	}
	words[found] = NULL;
	*flags = 0;
	for (size_t i = 0; i < doc_length(&list); i++) {
		struct doc_at item = doc_item(&list, i);
		int choice = doc_at_choice(&item, words, -1);
		if (choice >= 0)
			*flags = (uint16_t)(*flags | 1U << bits[choice]);
	}
	return true;
}

bool
words_proto(const struct doc_at *object, uint8_t *proto)
{
	struct doc_at at;
	int number;

	if (!doc_value(object, "proto", &at))
		return false;
	if (doc_is_text(&at)) {
		const char *name = doc_at_text(&at, TEXT_MAX, "");
		number = pfsync_proto_by_name(name);
		if (number < 0)
			doc_error(&at, NULL,
			    "no such protocol; accepted: tcp, udp, icmp and other names of "
			    "/etc/protocols, or 0 to 255");
	} else {
		number = (int)doc_at_integer(&at, 0, UINT8_MAX, -1);
	}
	if (number >= 0)
		*proto = (uint8_t)number;
	return number >= 0;
}

/* ------------------------------------------------------------------------
 * Addresses and names
 */

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* 16 bytes whose family nobody knew, as pfsyncdump prints them. */
static bool
raw_addr(const char *text, struct pfsync_addr *addr)
{
	if (strlen(text) != 2 * sizeof(addr->b))
		return false;
	for (size_t i = 0; i < sizeof(addr->b); i++) {
		int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		addr->b[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

bool
words_addr(const struct doc_at *at, struct pfsync_addr *addr, bool *ip6)
{
	const char *text = doc_at_text(at, TEXT_MAX, NULL);
	struct ip_address address;

	if (text == NULL)
		return false;
	if (ip_address_parse(text, &address)) {
		*addr = address.addr;
		*ip6 = address.ip6;
		return true;
	}
	if (raw_addr(text, addr))
		return true;
	doc_error(at, NULL, "no address; accepted: IPv4, IPv6");
	return false;
}

bool
words_sa_dst(
    const struct doc_at *object, const struct pfsync_dialect *dialect, uint8_t sockaddr[28])
{
	struct pfsync_addr addr;
	struct doc_at at;
	bool ip6 = false;

	if (!doc_value(object, "sa_dst", &at) || !words_addr(&at, &addr, &ip6))
		return false;
	/* Length, family, port; an IPv6 one has its flow label before the address. */
	memset(sockaddr, 0, 28);
	sockaddr[0] = ip6 ? 28 : 16;
	sockaddr[1] = ip6 ? dialect->af_inet6 : AF_INET_WIRE;
	memcpy(sockaddr + (ip6 ? 8 : 4), addr.b, ip6 ? 16 : 4);
	return true;
}

static bool
octal(const char *text)
{
	return text[0] >= '0' && text[0] <= '3' && text[1] >= '0' && text[1] <= '7' &&
	       text[2] >= '0' && text[2] <= '7';
}

bool
words_name(const struct doc_at *at, char *out, size_t size)
{
	const char *text = doc_at_text(at, TEXT_MAX, NULL);
	size_t used = 0;

	if (text == NULL)
		return false;
	memset(out, 0, size);
	for (; *text != '\0'; text++, used++) {
		char c = *text;
		if (c == '\\') {
			if (!octal(text + 1)) {
				doc_error(at, NULL,
				    "a backslash stands before three octal digits (\\134 is the "
				    "backslash)");
				return false;
			}
			c = (char)((text[1] - '0') * 64 + (text[2] - '0') * 8 + (text[3] - '0'));
			text += 3;
		}
		if (used == size) {
			doc_error(at, NULL, "too long; accepted: at most %zu bytes", size);
			return false;
		}
		out[used] = c;
	}
	return true;
}
