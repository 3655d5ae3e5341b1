/*
 * netstat.c - the counters that netstat -s -p pfsync prints (SEM 6).
 *
 * SPDX-License-Identifier: ISC
 */
#include "netstat.h"

#include <string.h>

static const char *const counter_names[NETSTAT_COUNTER_COUNT] = {
    [NETSTAT_IPACKETS] = "ipackets",
    [NETSTAT_BADIF] = "badif",
    [NETSTAT_BADTTL] = "badttl",
    [NETSTAT_HDROPS] = "hdrops",
    [NETSTAT_BADVER] = "badver",
    [NETSTAT_BADAUTH] = "badauth",
    [NETSTAT_BADACT] = "badact",
    [NETSTAT_BADLEN] = "badlen",
    [NETSTAT_BADVAL] = "badval",
    [NETSTAT_STALE] = "stale",
    [NETSTAT_BADSTATE] = "badstate",
    [NETSTAT_OPACKETS] = "opackets",
    [NETSTAT_ONOMEM] = "onomem",
    [NETSTAT_OERRORS] = "oerrors",
};

const char *
netstat_counter_name(enum netstat_counter counter)
{
	return counter < NETSTAT_COUNTER_COUNT ? counter_names[counter] : "?";
}

/* Lines by what stands behind the number, in the singular. */
static const struct {
	const char *text;
	enum netstat_counter counter;
} counter_lines[] = {
    {"packet received (IPv4)", NETSTAT_IPACKETS},
    {"packet received (IPv6)", NETSTAT_IPACKETS},
    {"packet discarded for bad interface", NETSTAT_BADIF},
    {"packet discarded for bad ttl", NETSTAT_BADTTL},
    {"packet shorter than header", NETSTAT_HDROPS},
    {"packet discarded for bad version", NETSTAT_BADVER},
    {"packet discarded for bad HMAC", NETSTAT_BADAUTH},
    {"packet discarded for bad action", NETSTAT_BADACT},
    {"packet discarded for short packet", NETSTAT_BADLEN},
    {"state discarded for bad values", NETSTAT_BADVAL},
    {"stale state", NETSTAT_STALE},
    {"failed state lookup/insert", NETSTAT_BADSTATE},
    {"packet sent (IPv4)", NETSTAT_OPACKETS},
    {"packet sent (IPv6)", NETSTAT_OPACKETS},
    {"send failed due to mbuf memory error", NETSTAT_ONOMEM},
    {"failure due to mbuf memory error", NETSTAT_ONOMEM},
    {"send error", NETSTAT_OERRORS},
};

/* FreeBSD's lines by message, without " received" or " sent". */
static const struct {
	const char *text;
	enum pfsync_action action;
} message_lines[] = {
    {"clear all request", PFSYNC_ACT_CLR},
    {"state insert", PFSYNC_ACT_INS},
    {"13.1 state insert", PFSYNC_ACT_INS},
    {"14.0 state insert", PFSYNC_ACT_INS},
    {"15.0 state insert", PFSYNC_ACT_INS},
    {"state inserted ack", PFSYNC_ACT_INS_ACK},
    {"state update", PFSYNC_ACT_UPD},
    {"13.1 state update", PFSYNC_ACT_UPD},
    {"14.0 state update", PFSYNC_ACT_UPD},
    {"15.0 state update", PFSYNC_ACT_UPD},
    {"compressed state update", PFSYNC_ACT_UPD_C},
    {"uncompressed state request", PFSYNC_ACT_UPD_REQ},
    {"state delete", PFSYNC_ACT_DEL},
    {"compressed state delete", PFSYNC_ACT_DEL_C},
    {"fragment insert", PFSYNC_ACT_INS_F},
    {"fragment delete", PFSYNC_ACT_DEL_F},
    {"bulk update mark", PFSYNC_ACT_BUS},
    {"TDB replay counter update", PFSYNC_ACT_TDB},
    {"end of frame mark", PFSYNC_ACT_EOF},
};

/*
 * Is `line` that text, with or without an "s" behind one of its words and with
 * `tail` behind it?  All nouns here have the same plural.
 */
static bool
says(const char *line, const char *text, const char *tail)
{
	while (*text != '\0') {
		if (*line == 's' && *text == ' ')
			line++;
		if (*line++ != *text++)
			return false;
	}
	if (*line == 's')
		line++;
	return strcmp(line, tail) == 0;
}

static void
take_line(struct netstat *netstat, const char *text, uint64_t number)
{
	for (size_t i = 0; i < sizeof(counter_lines) / sizeof(counter_lines[0]); i++) {
		if (!says(text, counter_lines[i].text, ""))
			continue;
		netstat->has_counter[counter_lines[i].counter] = true;
		netstat->counter[counter_lines[i].counter] += number;
		return;
	}
	for (size_t i = 0; i < sizeof(message_lines) / sizeof(message_lines[0]); i++) {
		enum pfsync_action action = message_lines[i].action;

		if (says(text, message_lines[i].text, " received"))
			netstat->received[action] += number;
		else if (says(text, message_lines[i].text, " sent"))
			netstat->sent[action] += number;
		else
			continue;
		netstat->has_messages = true;
		return;
	}
	/* What other releases may count is not compared. */
}

bool
netstat_read(struct lines *lines, struct netstat *netstat)
{
	bool within = false, any = false;

	memset(netstat, 0, sizeof(*netstat));
	while (lines_next(lines)) {
		const char *at = lines->text + strspn(lines->text, " \t");
		unsigned long long number;

		if (at == lines->text && *at != '\0') {
			/* Of a protocol's own: "pfsync:". */
			within = strcmp(at, "pfsync:") == 0;
			any = any || within;
			continue;
		}
		if (!within || *at == '\0')
			continue;
		/* A slip of the pen in some releases of FreeBSD. */
		(void)lines_skip(&at, "/");
		if (!lines_number(&at, 10, UINT64_MAX, &number) || !lines_skip(&at, " "))
			return lines_fail(lines, "not a counter as netstat prints it");
		take_line(netstat, at, number);
	}
	if (lines->error[0] != '\0')
		return false;
	return any || lines_fail_file(lines, "there are no counters of pfsync in it; give the "
					     "output of netstat -s -p pfsync");
}

/* `*after` less `before`. */
static bool
subtract(uint64_t *after, uint64_t before)
{
	if (*after >= before) {
		*after -= before;
		return true;
	}
	/* Older systems count in 32 bits, and a wrap leaves a small difference. */
	if (before > UINT32_MAX || before < UINT32_MAX / 2 || *after > UINT32_MAX / 2)
		return false;
	*after += (UINT64_C(1) << 32) - before;
	return true;
}

bool
netstat_since(struct netstat *after, const struct netstat *before)
{
	bool good = true;

	for (size_t i = 0; i < NETSTAT_COUNTER_COUNT; i++)
		good = subtract(&after->counter[i], before->counter[i]) && good;
	for (size_t i = 0; i < PFSYNC_ACT_COUNT; i++) {
		good = subtract(&after->received[i], before->received[i]) && good;
		good = subtract(&after->sent[i], before->sent[i]) && good;
	}
	return good;
}
