/*
 * endpoint.c - an address and a port as people write them.
 *
 * SPDX-License-Identifier: ISC
 */
#include "endpoint.h"

#include <string.h>

enum { ADDRESS_MAX = 64 };

static bool
parse_port(const char *text, uint16_t *port)
{
	unsigned value = 0;
	size_t digits = strspn(text, "0123456789");

	if (digits == 0 || digits > 5 || text[digits] != '\0')
		return false;
	for (size_t i = 0; i < digits; i++)
		value = value * 10 + (unsigned)(text[i] - '0');
	*port = (uint16_t)value;
	return value <= UINT16_MAX;
}

bool
endpoint_parse(const char *text, struct endpoint *endpoint)
{
	char address[ADDRESS_MAX];
	const char *colon = strrchr(text, ':');
	const char *begin = text, *end, *port = NULL;

	*endpoint = (struct endpoint){0};
	if (text[0] == '[') {
		begin = text + 1;
		end = strchr(begin, ']');
		if (end == NULL || (end[1] != '\0' && end[1] != ':'))
			return false;
		if (end[1] == ':')
			port = end + 2;
	} else if (colon != NULL && strchr(text, ':') == colon) {
		end = colon; /* one colon: IPv4 with a port */
		port = colon + 1;
	} else {
		end = text + strlen(text);
	}
	if ((size_t)(end - begin) >= sizeof(address))
		return false;
	memcpy(address, begin, (size_t)(end - begin));
	address[end - begin] = '\0';
	endpoint->has_port = port != NULL;
	if (port != NULL && !parse_port(port, &endpoint->port))
		return false;
	return ip_address_parse(address, &endpoint->address);
}
