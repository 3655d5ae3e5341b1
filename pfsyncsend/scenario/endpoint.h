/*
 * endpoint.h - an address and a port as people write them.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCSEND_ENDPOINT_H
#define PFSYNCSEND_ENDPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "ip_write.h"

struct endpoint {
	struct ip_address address;
	uint16_t port; /* ICMP: the id */
	bool has_port;
};

/* What endpoint_parse() takes, for error messages. */
#define ENDPOINT_FORMS "ADDRESS, ADDRESS:PORT (IPv4) or [ADDRESS]:PORT (IPv6)"

/* "10.0.0.5:51000", "10.0.0.5", "[2001:db8::1]:443", "2001:db8::1".  False if it is none. */
bool endpoint_parse(const char *text, struct endpoint *endpoint);

#endif
