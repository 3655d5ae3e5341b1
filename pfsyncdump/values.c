/*
 * values.c - values of options that take more than a number or a name.
 *
 * SPDX-License-Identifier: ISC
 */
#include "values.h"

#include <sys/socket.h>
#include <arpa/inet.h>
#include <string.h>

#include <glib.h>

static bool
parse_port(const char *text, uint16_t *port)
{
	unsigned value = 0;
	const char *at = text;

	for (; *at >= '0' && *at <= '9' && value <= UINT16_MAX; at++)
		value = value * 10 + (unsigned)(*at - '0');
	*port = (uint16_t)value;
	return at > text && *at == '\0' && value <= UINT16_MAX;
}

static bool
parse_host(const char *text, size_t length, struct values_endpoint *endpoint)
{
	char copy[INET6_ADDRSTRLEN];
	const bool bracket = length >= 2 && text[0] == '[' && text[length - 1] == ']';

	if (bracket) {
		text++;
		length -= 2;
	}
	if (length >= sizeof(copy))
		return false;
	memcpy(copy, text, length);
	copy[length] = '\0';
	endpoint->af = bracket ? PFSYNC_AF_INET6 : PFSYNC_AF_INET;
	return inet_pton(bracket ? AF_INET6 : AF_INET, copy, endpoint->addr.b) == 1;
}

bool
values_endpoint(const char *text, struct values_endpoint *endpoint)
{
	static const char loopback[] = "127.0.0.1";
	const char *colon = strrchr(text, ':');

	memset(endpoint, 0, sizeof(*endpoint));
	if (colon == NULL || colon == text)
		return parse_host(loopback, strlen(loopback), endpoint) &&
		       parse_port(colon == NULL ? text : colon + 1, &endpoint->port);
	return parse_host(text, (size_t)(colon - text), endpoint) &&
	       parse_port(colon + 1, &endpoint->port);
}

bool
values_span(const char *text, int64_t *span_ns)
{
	static const struct {
		const char *unit;
		double ns;
	} units[] = {{"", 1e9}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"min", 60e9}, {"h", 3600e9},
	    {"d", 86400e9}};
	const double most_ns = 365 * 86400e9;
	gchar *end;
	double value;

	/* A number without sign, exponent or blanks. */
	if (!g_ascii_isdigit(text[0]) || strspn(text, "0123456789.") > 15)
		return false;
	value = g_ascii_strtod(text, &end);
	if ((size_t)(end - text) != strspn(text, "0123456789."))
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(end, units[i].unit) != 0)
			continue;
		value *= units[i].ns;
		if (value < 1 || value > most_ns)
			return false;
		*span_ns = (int64_t)value;
		return true;
	}
	return false;
}
