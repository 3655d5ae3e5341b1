/*
 * pfctl.c - listings of pfctl as state tables (SEM 9.1).
 *
 * SPDX-License-Identifier: ISC
 */
#include "pfctl.h"

#include <string.h>

#include "pfctl_hosts.h"

/* Of any address family number that means IPv6 there is one for libpfsync. */
enum { AF_NUMBER_INET = 2, AF_NUMBER_INET6 = 24 };
enum { PROTO_TCP = 6 };

/* Between hosts and states; hosts have single blanks only. */
#define GAP "    "

/* Names of a state's peers, in the order in which the hosts are printed. */
static void
take_levels(struct pfctl_state *state, const char *text)
{
	char first[32];
	const char *colon = strchr(text, ':');
	int a, b;

	/* "PROXY:SRC" and "<BAD STATE LEVELS 1:2>" do not say who. */
	if (colon == NULL || (size_t)(colon - text) >= sizeof(first))
		return;
	memcpy(first, text, (size_t)(colon - text));
	first[colon - text] = '\0';
	a = pfsync_peer_state_by_name(state->proto, first);
	b = pfsync_peer_state_by_name(state->proto, colon + 1);
	if (a < 0 || b < 0) {
		unsigned long long x, y;
		const char *at = text;

		if (!lines_number(&at, 10, UINT8_MAX, &x) || !lines_skip(&at, ":") ||
		    !lines_number(&at, 10, UINT8_MAX, &y) || *at != '\0')
			return;
		a = (int)x;
		b = (int)y;
	}
	/* Not as levels: pfctl writes these as in the first comment (SEM 9.1). */
	if (state->proto == PROTO_TCP && (a >= PFSYNC_TCPS_PROXY_SRC || b >= PFSYNC_TCPS_PROXY_SRC))
		return;
	state->has_levels = true;
	state->src_state = (uint8_t)(state->direction == PFSYNC_OUT ? a : b);
	state->dst_state = (uint8_t)(state->direction == PFSYNC_OUT ? b : a);
}

/* "all tcp 10.0.0.1:80 <- 10.0.0.2:1234       ESTABLISHED:ESTABLISHED" */
static bool
read_first(struct lines *lines, struct pfctl_state *state)
{
	const char *at = lines->text, *hosts;
	char proto[16], text[LINES_LENGTH_MAX];
	const char *gap = strstr(at, GAP);
	size_t length = strcspn(at, " ");
	unsigned long long number;
	int known;

	*state = (struct pfctl_state){.line = lines->number};
	if (length == 0 || length >= sizeof(state->ifname) || at[length] != ' ')
		return lines_fail(lines, "a state without an interface");
	memcpy(state->ifname, at, length);
	at += length + 1;
	length = strcspn(at, " ");
	if (length == 0 || length >= sizeof(proto) || at[length] != ' ')
		return lines_fail(lines, "a state without a protocol");
	memcpy(proto, at, length);
	proto[length] = '\0';
	known = pfsync_proto_by_name(proto);
	hosts = at;
	if (known < 0 && (!lines_number(&hosts, 10, UINT8_MAX, &number) || *hosts != ' '))
		return lines_fail(lines, "a protocol that is not known");
	state->proto = (uint8_t)(known >= 0 ? known : (int)number);
	hosts = at + length + 1;
	length = gap != NULL && gap > hosts ? (size_t)(gap - hosts) : strlen(hosts);
	memcpy(text, hosts, length);
	text[length] = '\0';
	if (!pfctl_hosts(text, state))
		return lines_fail(lines, "addresses that are not as pfctl prints them");
	if (gap != NULL)
		take_levels(state, gap + strspn(gap, " "));
	return true;
}

struct window {
	uint32_t seqlo;
	uint32_t seqhi;
	uint32_t seqdiff;
	uint8_t wscale;
};

/* "[1733936728 + 64512](+3711727100) wscale 10" */
static bool
read_window(const char **at, struct window *window)
{
	unsigned long long low, range, number;

	memset(window, 0, sizeof(*window));
	if (!lines_skip(at, "[") || !lines_number(at, 10, UINT32_MAX, &low) ||
	    !lines_skip(at, " + ") || !lines_number(at, 10, UINT32_MAX, &range) ||
	    !lines_skip(at, "]"))
		return false;
	window->seqlo = (uint32_t)low;
	window->seqhi = (uint32_t)low + (uint32_t)range;
	if (lines_skip(at, "(+")) {
		if (!lines_number(at, 10, UINT32_MAX, &number) || !lines_skip(at, ")"))
			return false;
		window->seqdiff = (uint32_t)number;
	}
	if (lines_skip(at, " wscale ")) {
		if (!lines_number(at, 10, PFSYNC_WSCALE_MASK, &number))
			return false;
		window->wscale = (uint8_t)(0x80 | number);
	}
	return true;
}

static bool
read_windows(struct lines *lines, const char *at, struct pfctl_state *state)
{
	struct window a, b;
	const struct window *src = &a, *dst = &b;

	if (!read_window(&at, &a) || !lines_skip(&at, "  ") || !read_window(&at, &b))
		return lines_fail(lines, "sequence windows that are not as pfctl prints them");
	if (state->direction != PFSYNC_OUT) {
		src = &b;
		dst = &a;
	}
	state->has_windows = true;
	state->src.seqlo = src->seqlo;
	state->src.seqhi = src->seqhi;
	state->src.seqdiff = src->seqdiff;
	state->src.wscale = src->wscale;
	state->dst.seqlo = dst->seqlo;
	state->dst.seqhi = dst->seqhi;
	state->dst.seqdiff = dst->seqdiff;
	state->dst.wscale = dst->wscale;
	return true;
}

/* "HH:MM:SS", hours of any length. */
static bool
read_duration(const char **at, uint32_t *seconds)
{
	unsigned long long h, m, s;

	if (!lines_number(at, 10, UINT32_MAX / 3600 - 1, &h) || !lines_skip(at, ":") ||
	    !lines_number(at, 10, 59, &m) || !lines_skip(at, ":") || !lines_number(at, 10, 59, &s))
		return false;
	*seconds = (uint32_t)(h * 3600 + m * 60 + s);
	return true;
}

/* Is it one of the words that commas part? */
static bool
has_word(const char *text, const char *word)
{
	const size_t length = strlen(word);

	for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word)) {
		if (at[-1] == ' ' && (at[length] == '\0' || at[length] == ','))
			return true;
	}
	return false;
}

/* Of what follows on that line (packets, rule, flags) only one flag counts. */
static bool
read_times(struct lines *lines, const char *at, struct pfctl_state *state)
{
	if (!lines_skip(&at, "age ") || !read_duration(&at, &state->age_s) ||
	    !lines_skip(&at, ", expires in ") || !read_duration(&at, &state->expires_s))
		return lines_fail(lines, "an age that is not as pfctl prints it");
	state->has_times = true;
	state->no_sync = has_word(at, "no-sync");
	return true;
}

static bool
read_id(struct lines *lines, const char *at, struct pfctl_state *state)
{
	unsigned long long id, creatorid;

	if (!lines_skip(&at, "id: ") || !lines_number(&at, 16, UINT64_MAX, &id) ||
	    !lines_skip(&at, " creatorid: ") || !lines_number(&at, 16, UINT32_MAX, &creatorid))
		return lines_fail(lines, "an id that is not as pfctl prints it");
	state->has_id = true;
	state->id = id;
	state->creatorid = (uint32_t)creatorid;
	return true;
}

/* The lines below the first, each behind blanks. */
static bool
read_further(struct lines *lines, struct pfctl_state *state)
{
	const char *at = lines->text + strspn(lines->text, " \t");

	if (at[0] == '[')
		return read_windows(lines, at, state);
	if (strncmp(at, "age ", 4) == 0)
		return read_times(lines, at, state);
	if (strncmp(at, "id: ", 4) == 0)
		return read_id(lines, at, state);
	/* origif and what later releases may add. */
	return true;
}

/* What `pfctl -si -v` says of identity.  False if the line is about neither. */
static bool
read_status(struct lines *lines, struct pfctl_listing *listing)
{
	const char *at = lines->text;
	unsigned long long number;

	if (lines_skip(&at, "Hostid:")) {
		at += strspn(at, " \t");
		if (lines_skip(&at, "0x") && lines_number(&at, 16, UINT32_MAX, &number)) {
			listing->has_hostid = true;
			listing->hostid = (uint32_t)number;
		}
		return true;
	}
	if (!lines_skip(&at, "Checksum:"))
		return false;
	at += strspn(at, " \t");
	if (!lines_skip(&at, "0x") || strspn(at, "0123456789abcdefABCDEF") != 32)
		return true;
	listing->has_cksum = true;
	for (size_t i = 0; i < sizeof(listing->cksum); i++) {
		char pair[3] = {at[2 * i], at[2 * i + 1], '\0'};
		const char *digits = pair;

		(void)lines_number(&digits, 16, UINT8_MAX, &number);
		listing->cksum[i] = (uint8_t)number;
	}
	return true;
}

static bool
is_state(const char *text)
{
	return text[0] != ' ' && text[0] != '\t' &&
	       (strstr(text, " -> ") != NULL || strstr(text, " <- ") != NULL);
}

static bool
read_all(struct lines *lines, struct pfctl_listing *listing)
{
	bool any = false, others = false;
	struct pfctl_state *state = NULL;

	while (lines_next(lines)) {
		if (is_state(lines->text)) {
			struct pfctl_state fresh;

			if (!read_first(lines, &fresh))
				return false;
			g_array_append_val(listing->states, fresh);
			state = &g_array_index(
			    listing->states, struct pfctl_state, listing->states->len - 1);
			any = true;
		} else if (state != NULL && (lines->text[0] == ' ' || lines->text[0] == '\t')) {
			if (!read_further(lines, state))
				return false;
		} else if (read_status(lines, listing)) {
			any = true;
		} else if (lines->text[0] != '\0' && strstr(lines->text, "ALTQ") == NULL) {
			others = true;
		}
	}
	if (lines->error[0] != '\0')
		return false;
	if (!any && others)
		return lines_fail_file(lines, "no line of it is as pfctl lists states; give the "
					      "output of pfctl -vvss");
	return true;
}

struct pfctl_listing *
pfctl_read(struct lines *lines)
{
	struct pfctl_listing *listing = g_new0(struct pfctl_listing, 1);

	listing->states = g_array_new(FALSE, FALSE, sizeof(struct pfctl_state));
	if (!read_all(lines, listing)) {
		pfctl_free(listing);
		return NULL;
	}
	listing->has_ids = true;
	for (guint i = 0; i < listing->states->len; i++) {
		if (!g_array_index(listing->states, struct pfctl_state, i).has_id)
			listing->has_ids = false;
	}
	return listing;
}

void
pfctl_free(struct pfctl_listing *listing)
{
	if (listing == NULL)
		return;
	g_array_free(listing->states, TRUE);
	g_free(listing);
}

/* ------------------------------------------------------------------------
 * As a message
 */

static uint8_t
af_number(enum pfsync_af af)
{
	return af == PFSYNC_AF_INET6 ? AF_NUMBER_INET6 : AF_NUMBER_INET;
}

static void
set_fields(struct pfsync_message *message, const enum pfsync_field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++)
		pfsync_has_set(message, fields[i]);
}

#define SET_FIELDS(message, fields)                                                                \
	set_fields(message, fields, sizeof(fields) / sizeof((fields)[0]))

static struct pfsync_host
host_of(const struct pfctl_end *end)
{
	return (struct pfsync_host){.addr = end->addr, .port = end->port};
}

static void
put_hosts(const struct pfctl_state *state, struct pfsync_message *message)
{
	static const enum pfsync_field fields[] = {PFSYNC_F_AF, PFSYNC_F_LAN_ADDR,
	    PFSYNC_F_LAN_PORT, PFSYNC_F_GWY_ADDR, PFSYNC_F_GWY_PORT, PFSYNC_F_EXT_ADDR,
	    PFSYNC_F_EXT_PORT};

	message->record = PFSYNC_REC_V3;
	message->u.state.lan = host_of(&state->ends[0]);
	message->u.state.gwy = host_of(&state->ends[1]);
	message->u.state.ext = host_of(&state->ends[2]);
	SET_FIELDS(message, fields);
}

static struct pfsync_key
key_of(const struct pfctl_end *ends)
{
	return (struct pfsync_key){
	    .addr = {ends[0].addr, ends[1].addr},
	    .port = {ends[0].port, ends[1].port},
	    .rdomain = ends[0].rdomain,
	    .af_number = af_number(ends[0].af),
	};
}

static void
put_keys(const struct pfctl_state *state, struct pfsync_message *message)
{
	static const enum pfsync_field fields[] = {PFSYNC_F_AF, PFSYNC_F_WIRE_AF,
	    PFSYNC_F_WIRE_ADDR0, PFSYNC_F_WIRE_ADDR1, PFSYNC_F_WIRE_PORT0, PFSYNC_F_WIRE_PORT1,
	    PFSYNC_F_WIRE_RDOMAIN, PFSYNC_F_STACK_AF, PFSYNC_F_STACK_ADDR0, PFSYNC_F_STACK_ADDR1,
	    PFSYNC_F_STACK_PORT0, PFSYNC_F_STACK_PORT1, PFSYNC_F_STACK_RDOMAIN};

	message->record = PFSYNC_REC_V4;
	message->u.state.wire = key_of(&state->ends[0]);
	message->u.state.stack = key_of(&state->ends[2]);
	SET_FIELDS(message, fields);
}

static void
put_windows(const struct pfctl_state *state, struct pfsync_message *message)
{
	static const enum pfsync_field fields[] = {PFSYNC_F_SRC_SEQLO, PFSYNC_F_SRC_SEQHI,
	    PFSYNC_F_SRC_SEQDIFF, PFSYNC_F_SRC_WSCALE, PFSYNC_F_DST_SEQLO, PFSYNC_F_DST_SEQHI,
	    PFSYNC_F_DST_SEQDIFF, PFSYNC_F_DST_WSCALE};
	struct pfsync_peer *src = &message->u.state.src, *dst = &message->u.state.dst;

	src->seqlo = state->src.seqlo;
	src->seqhi = state->src.seqhi;
	src->seqdiff = state->src.seqdiff;
	src->wscale = state->src.wscale;
	dst->seqlo = state->dst.seqlo;
	dst->seqhi = state->dst.seqhi;
	dst->seqdiff = state->dst.seqdiff;
	dst->wscale = state->dst.wscale;
	SET_FIELDS(message, fields);
}

void
pfctl_message(const struct pfctl_state *state, struct pfsync_message *message)
{
	memset(message, 0, sizeof(*message));
	message->action = PFSYNC_ACT_UPD;
	if (state->old_form)
		put_hosts(state, message);
	else
		put_keys(state, message);
	message->u.state.af_number = af_number(state->ends[state->old_form ? 0 : 2].af);
	message->u.state.proto = state->proto;
	message->u.state.direction = state->direction;
	memcpy(message->u.state.ifname, state->ifname, sizeof(message->u.state.ifname));
	pfsync_has_set(message, PFSYNC_F_PROTO);
	pfsync_has_set(message, PFSYNC_F_DIRECTION);
	pfsync_has_set(message, PFSYNC_F_IFNAME);
	if (state->has_id) {
		message->id = state->id;
		message->creatorid = state->creatorid;
		pfsync_has_set(message, PFSYNC_F_ID);
		pfsync_has_set(message, PFSYNC_F_CREATORID);
	}
	if (state->has_levels) {
		message->u.state.src.state = state->src_state;
		message->u.state.dst.state = state->dst_state;
		pfsync_has_set(message, PFSYNC_F_SRC_STATE);
		pfsync_has_set(message, PFSYNC_F_DST_STATE);
	}
	if (state->has_windows && state->proto == PROTO_TCP)
		put_windows(state, message);
	if (state->has_times) {
		message->u.state.creation_s = state->age_s;
		message->u.state.expire_s = state->expires_s;
		pfsync_has_set(message, PFSYNC_F_CREATION);
		pfsync_has_set(message, PFSYNC_F_EXPIRE);
	}
}
