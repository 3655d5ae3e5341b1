/*
 * truth_write.c - pieces of JSON for the truth file.
 *
 * SPDX-License-Identifier: ISC
 */
#include <inttypes.h>
#include <time.h>

#include "truth_write.h"

#define SECOND INT64_C(1000000000)

void
truth_write_time(FILE *out, int64_t time_ns)
{
	/* Lines of one instant have the same second; gmtime() is slow beside the rest. */
	static _Thread_local int64_t last_s = INT64_MIN;
	static _Thread_local char text[32];
	int64_t seconds = time_ns / SECOND;

	if (seconds != last_s) {
		time_t clock = (time_t)seconds;
		struct tm tm = {0};
		if (gmtime_r(&clock, &tm) == NULL ||
		    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm) == 0)
			text[0] = '\0';
		last_s = seconds;
	}
	fprintf(out, "%s.%09" PRId64 "Z", text, time_ns % SECOND);
}

void
truth_write_text(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;
		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < 0x20 || c > 0x7e)
			fprintf(out, "\\u%04x", c);
		else
			fputc(c, out);
	}
	fputc('"', out);
}

static void
write_key(FILE *out, const char *name, const struct fw_key *key, enum pfsync_af af)
{
	char text[2][64];

	pfsync_text_addr(text[0], sizeof(text[0]), af, &key->addr[0]);
	pfsync_text_addr(text[1], sizeof(text[1]), af, &key->addr[1]);
	fprintf(out, ",\"%s\":{\"addr\":[\"%s\",\"%s\"],\"port\":[%u,%u]}", name, text[0], text[1],
	    key->port[0], key->port[1]);
}

static void
write_peer(FILE *out, const char *name, const struct fw_peer *peer)
{
	fprintf(out,
	    ",\"%s\":{\"state_number\":%u,\"seqlo\":%" PRIu32 ",\"seqhi\":%" PRIu32
	    ",\"seqdiff\":%" PRIu32 ",\"max_win\":%u,\"mss\":%u,\"wscale\":%u}",
	    name, peer->state, peer->seqlo, peer->seqhi, peer->seqdiff, peer->max_win, peer->mss,
	    peer->wscale);
}

void
truth_write_state(FILE *out, const struct fw *fw, int64_t now_ns, const struct fw_state *state)
{
	const char *timeout = pfsync_dialect_timeout_name(fw_config(fw)->dialect, state->timeout);
	int64_t now_s = now_ns / SECOND;

	fputs(",\"ifname\":", out);
	truth_write_text(out, fw_state_ifname(fw, state));
	fprintf(out, ",\"af\":\"%s\",\"proto\":%u,\"direction\":\"%s\"",
	    state->af == PFSYNC_AF_INET6 ? "inet6" : "inet", state->proto,
	    state->direction == PFSYNC_OUT ? "out" : "in");
	write_key(out, "wire", &state->wire, (enum pfsync_af)state->af);
	write_key(out, "stack", &state->stack, (enum pfsync_af)state->stack_af);
	write_peer(out, "src", &state->src);
	write_peer(out, "dst", &state->dst);
	if (timeout != NULL)
		fprintf(out, ",\"timeout\":\"%s\"", timeout);
	fprintf(out,
	    ",\"timeout_number\":%u,\"age_s\":%" PRId64 ",\"refreshed_s\":%" PRId64
	    ",\"expires_s\":%" PRId64 ",\"packets\":[%" PRIu32 ",%" PRIu32 "],\"bytes\":[%" PRIu64
	    ",%" PRIu64 "]",
	    state->timeout, now_s - fw_state_created_s(fw, state),
	    now_s - fw_state_refresh_s(fw, state), fw_state_expires_s(fw, state) - now_s,
	    state->packets[0], state->packets[1], state->bytes[0], state->bytes[1]);
}

void
truth_write_counters(FILE *out, const struct fw_counters *c, const struct fw_counters *b)
{
	const struct {
		const char *name;
		uint64_t value;
	} rows[] = {{"ipackets", c->ipackets - b->ipackets},
	    {"ipackets6", c->ipackets6 - b->ipackets6}, {"badif", c->badif - b->badif},
	    {"badttl", c->badttl - b->badttl}, {"hdrops", c->hdrops - b->hdrops},
	    {"badver", c->badver - b->badver}, {"badauth", c->badauth - b->badauth},
	    {"badact", c->badact - b->badact}, {"badlen", c->badlen - b->badlen},
	    {"badval", c->badval - b->badval}, {"stale", c->stale - b->stale},
	    {"badstate", c->badstate - b->badstate}, {"opackets", c->opackets - b->opackets},
	    {"opackets6", c->opackets6 - b->opackets6}, {"onomem", c->onomem - b->onomem},
	    {"oerrors", c->oerrors - b->oerrors}};

	fputs(",\"netstat\":{", out);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		fprintf(out, "%s\"%s\":%" PRIu64, i == 0 ? "" : ",", rows[i].name, rows[i].value);
	fputs(",\"iacts\":[", out);
	for (size_t i = 0; i < PFSYNC_ACTION_NUMBERS; i++)
		fprintf(out, "%s%" PRIu64, i == 0 ? "" : ",", c->iacts[i] - b->iacts[i]);
	fputs("],\"oacts\":[", out);
	for (size_t i = 0; i < PFSYNC_ACTION_NUMBERS; i++)
		fprintf(out, "%s%" PRIu64, i == 0 ? "" : ",", c->oacts[i] - b->oacts[i]);
	fputs("]}", out);
}
