/*
 * counters.c - the counters in netstat's words (SEM 6).
 *
 * SPDX-License-Identifier: ISC
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

struct text {
	char *out;
	size_t size;
	size_t len; /* of the whole text */
};

static void
put(struct text *text, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(text->len < text->size ? text->out + text->len : NULL,
	    text->len < text->size ? text->size - text->len : 0, format, args);
	va_end(args);
	if (len > 0)
		text->len += (size_t)len;
}

/* "<indent>%u packet[s] received": "@" stands for the plural's s. */
static void
line(struct text *text, const char *indent, uint64_t value, const char *words)
{
	const char *at = strchr(words, '@');

	if (at == NULL)
		put(text, "%s%" PRIu64 " %s\n", indent, value, words);
	else
		put(text, "%s%" PRIu64 " %.*s%s%s\n", indent, value, (int)(at - words), words,
		    value == 1 ? "" : "s", at + 1);
}

static const char *
action_words(const struct fw *fw, unsigned number)
{
	static const char *const words[PFSYNC_ACTION_NUMBERS] = {
	    [0] = "clear all request@",
	    [1] = "state insert@",
	    [2] = "state inserted ack@",
	    [3] = "state update@",
	    [4] = "compressed state update@",
	    [5] = "uncompressed state request@",
	    [6] = "state delete@",
	    [7] = "compressed state delete@",
	    [8] = "fragment insert@",
	    [9] = "fragment delete@",
	    [10] = "bulk update mark@",
	    [11] = "TDB replay counter update@",
	    [12] = "end of frame mark@",
	    [13] = "14.0 state insert@",
	    [14] = "14.0 state update@",
	    [15] = "state insert@",
	    [16] = "state update@",
	};

	if (fw->traits.import >= FW_IMPORT_F14 && (number == 1 || number == 3))
		return number == 1 ? "13.1 state insert@" : "13.1 state update@";
	return words[number];
}

static void
histogram(struct text *text, const struct fw *fw, const uint64_t *counts, const char *verb)
{
	/* FreeBSD 10 indented by a tab and four blanks. */
	const char *indent = fw->config.freebsd_release == 10 ? "\t    " : "\t\t";
	char words[64];

	if (!fw->traits.histogram)
		return;
	for (unsigned i = 0; i < fw->dialect->action_max; i++) {
		(void)snprintf(words, sizeof(words), "%s %s", action_words(fw, i), verb);
		line(text, indent, counts[i], words);
	}
}

size_t
fw_counters_text(const struct fw *fw, char *out, size_t size)
{
	const struct fw_counters *c = &fw->counters;
	struct text text = {.out = out, .size = size};

	if (size > 0)
		out[0] = '\0';
	put(&text, "pfsync:\n");
	line(&text, "\t", c->ipackets, "packet@ received (IPv4)");
	line(&text, "\t", c->ipackets6, "packet@ received (IPv6)");
	histogram(&text, fw, c->iacts, "received");
	line(&text, "\t\t", c->badif, "packet@ discarded for bad interface");
	line(&text, "\t\t", c->badttl, "packet@ discarded for bad ttl");
	line(&text, "\t\t", c->hdrops, "packet@ shorter than header");
	line(&text, "\t\t", c->badver, "packet@ discarded for bad version");
	line(&text, "\t\t", c->badauth, "packet@ discarded for bad HMAC");
	line(&text, "\t\t", c->badact, "packet@ discarded for bad action");
	line(&text, "\t\t", c->badlen, "packet@ discarded for short packet");
	line(&text, "\t\t", c->badval, "state@ discarded for bad values");
	line(&text, "\t\t", c->stale, "stale state@");
	line(&text, "\t\t", c->badstate, "failed state lookup/insert@");
	line(&text, "\t", c->opackets, "packet@ sent (IPv4)");
	line(&text, "\t", c->opackets6, "packet@ sent (IPv6)");
	histogram(&text, fw, c->oacts, "sent");
	line(&text, "\t\t", c->onomem,
	    fw->freebsd ? "failure@ due to mbuf memory error"
			: "send failed due to mbuf memory error");
	line(&text, "\t\t", c->oerrors, fw->freebsd ? "send error@" : "send error");
	return text.len;
}
