/*
 * pfctl_hosts.c - the addresses in a line of pfctl -ss (SEM 9.1).
 *
 * SPDX-License-Identifier: ISC
 */
#include "pfctl_hosts.h"

#include <sys/socket.h>
#include <arpa/inet.h>
#include <string.h>

/* A host and, in parentheses, what translation makes of it. */
struct pair {
	struct pfctl_end lead;
	struct pfctl_end other;
	bool apart;
};

/* `length` bytes that are an address, perhaps with a scope: "fe80::1%em0". */
static bool
read_addr(const char *text, size_t length, struct pfctl_end *end)
{
	char copy[INET6_ADDRSTRLEN + PFSYNC_IFNAMSIZ + 1];
	char *scope;

	if (length == 0 || length >= sizeof(copy))
		return false;
	memcpy(copy, text, length);
	copy[length] = '\0';
	scope = strchr(copy, '%');
	if (scope != NULL)
		*scope = '\0';
	memset(&end->addr, 0, sizeof(end->addr));
	end->af = PFSYNC_AF_INET6;
	if (inet_pton(AF_INET6, copy, end->addr.b) == 1)
		return true;
	end->af = PFSYNC_AF_INET;
	return scope == NULL && inet_pton(AF_INET, copy, end->addr.b) == 1;
}

/* "[(7) ]10.0.0.1:80" or "[(7) ]fd00::1[80]"; steps over it. */
static bool
read_end(const char **at, struct pfctl_end *end)
{
	unsigned long long number = 0;
	const char *text, *stop;
	size_t length;

	memset(end, 0, sizeof(*end));
	if (lines_skip(at, "(")) {
		if (!lines_number(at, 10, UINT16_MAX, &number) || !lines_skip(at, ") "))
			return false;
		end->rdomain = (uint16_t)number;
	}
	text = *at;
	length = strcspn(text, " )[{}");
	/* One colon is a port's; more are IPv6. */
	stop = memchr(text, ':', length);
	if (stop != NULL && memchr(stop + 1, ':', length - (size_t)(stop - text) - 1) == NULL)
		length = (size_t)(stop - text);
	if (!read_addr(text, length, end))
		return false;
	*at += length;
	if (!lines_skip(at, ":") && !lines_skip(at, "["))
		return true;
	if (!lines_number(at, 10, UINT16_MAX, &number))
		return false;
	end->port = (uint16_t)number;
	return end->af == PFSYNC_AF_INET || lines_skip(at, "]");
}

static bool
read_pair(const char **at, struct pair *pair)
{
	struct pfctl_end hop;

	if (!read_end(at, &pair->lead))
		return false;
	pair->other = pair->lead;
	pair->apart = lines_skip(at, " (");
	if (pair->apart && (!read_end(at, &pair->other) || !lines_skip(at, ")")))
		return false;
	/* OpenBSD's next hop of a route-to. */
	return !lines_skip(at, " {") || (read_end(at, &hop) && lines_skip(at, "}"));
}

static bool
read_arrow(const char **at, uint8_t *direction)
{
	*direction = PFSYNC_OUT;
	if (lines_skip(at, " -> "))
		return true;
	*direction = PFSYNC_IN;
	return lines_skip(at, " <- ");
}

static void
take_keys(struct pfctl_state *state, const struct pair *a, const struct pair *b)
{
	const bool translates_af = a->lead.af != a->other.af || b->lead.af != b->other.af;
	struct pfctl_end *lead, *other;
	size_t first, second;

	/* Printed as "->", too, but only what came in is translated so. */
	if (translates_af)
		state->direction = PFSYNC_IN;
	lead = state->direction == PFSYNC_OUT ? &state->ends[0] : &state->ends[2];
	other = state->direction == PFSYNC_OUT ? &state->ends[2] : &state->ends[0];
	lead[1] = a->lead;
	lead[0] = b->lead;
	/* With af-to the other key's roles are exchanged (OB 4.3). */
	first = translates_af ? 0 : 1;
	second = 1 - first;
	other[first] = a->other;
	other[second] = b->other;
	state->stack_apart = a->apart || b->apart;
}

bool
pfctl_hosts(const char *text, struct pfctl_state *state)
{
	struct pair a, b, c;
	uint8_t direction;
	const char *at = text;

	if (!read_pair(&at, &a) || !read_arrow(&at, &state->direction) || !read_pair(&at, &b))
		return false;
	if (*at == '\0') {
		take_keys(state, &a, &b);
		return true;
	}
	/* lan, gwy, ext, of one family and without parentheses. */
	if (!read_arrow(&at, &direction) || direction != state->direction || !read_pair(&at, &c) ||
	    *at != '\0' || a.apart || b.apart || c.apart || a.lead.af != b.lead.af ||
	    a.lead.af != c.lead.af)
		return false;
	state->old_form = true;
	state->stack_apart = true;
	state->ends[0] = a.lead;
	state->ends[1] = b.lead;
	state->ends[2] = c.lead;
	return true;
}
