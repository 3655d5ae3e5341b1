/*
 * dump.c - a table as JSON lines (docs/pfsyncdump.schema.json, "state").
 *
 * SPDX-License-Identifier: ISC
 *
 * There is no `frame`: the table is the firewall's own, not one rebuilt from
 * packets.
 */
#include "dump.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "outfile.h"

enum { NS_PER_S = 1000000000, TEXT_MAX = 128 };

static json_t *
text(const char *bytes, size_t max)
{
	char out[4 * PFSYNC_TAGSIZ + 1];

	pfsync_text_name(out, sizeof(out), bytes, max);
	return json_string(out);
}

static json_t *
address(enum pfsync_af af, const struct pfsync_addr *addr)
{
	char out[TEXT_MAX];

	pfsync_text_addr(out, sizeof(out), af, addr);
	return json_string(out);
}

static const char *
af_name(enum pfsync_af af)
{
	return af == PFSYNC_AF_INET6 ? "inet6" : "inet";
}

static json_t *
key(const struct pfsync_message *m, bool stack, const struct pfsync_key *k)
{
	const enum pfsync_af af = pfsync_key_af(m, stack);
	json_t *out = json_pack("{s:[o,o],s:[i,i],s:s}", "addr", address(af, &k->addr[0]),
	    address(af, &k->addr[1]), "port", (int)k->port[0], (int)k->port[1], "af", af_name(af));

	if (pfsync_has(m, stack ? PFSYNC_F_STACK_AF : PFSYNC_F_WIRE_AF))
		json_object_set_new(out, "af_number", json_integer(k->af_number));
	if (pfsync_has(m, stack ? PFSYNC_F_STACK_RDOMAIN : PFSYNC_F_WIRE_RDOMAIN))
		json_object_set_new(out, "rdomain", json_integer(k->rdomain));
	return out;
}

static json_t *
host(enum pfsync_af af, const struct pfsync_host *h)
{
	return json_pack("{s:o,s:i}", "addr", address(af, &h->addr), "port", (int)h->port);
}

static json_t *
peer(const struct pfsync_message *m, const struct pfsync_peer *p)
{
	const char *level = pfsync_message_level_name(m, p->state);
	json_t *out = json_object();

	json_object_set_new(out, "state_number", json_integer(p->state));
	if (level != NULL)
		json_object_set_new(out, "state", json_string(level));
	json_object_set_new(out, "seqlo", json_integer(p->seqlo));
	json_object_set_new(out, "seqhi", json_integer(p->seqhi));
	json_object_set_new(out, "seqdiff", json_integer(p->seqdiff));
	json_object_set_new(out, "max_win", json_integer(p->max_win));
	json_object_set_new(out, "mss", json_integer(p->mss));
	json_object_set_new(out, "wscale", json_integer(p->wscale));
	if (p->scrub_valid == PFSYNC_SCRUB_FLAG_VALID)
		json_object_set_new(out, "scrub",
		    json_pack("{s:i,s:i,s:I}", "flags", (int)p->scrub_flags, "ttl",
			(int)p->scrub_ttl, "ts_mod", (json_int_t)p->ts_mod));
	return out;
}

/* Numbers that need no words. */
static void
numbers(json_t *out, const struct pfsync_message *m)
{
	static const struct {
		enum pfsync_field field;
		const char *key;
		bool none; /* all ones mean none: -1 */
	} rows[] = {
	    {PFSYNC_F_STACK_PROTO, "stack_proto", false},
	    {PFSYNC_F_RT_AF, "rt_af_number", false},
	    {PFSYNC_F_RULE, "rule", true},
	    {PFSYNC_F_ANCHOR, "anchor", true},
	    {PFSYNC_F_NAT_RULE, "nat_rule", true},
	    {PFSYNC_F_CREATION, "creation_s", false},
	    {PFSYNC_F_EXPIRE, "expire_s", false},
	    {PFSYNC_F_LOG, "log", false},
	    {PFSYNC_F_ALLOW_OPTS, "allow_opts", false},
	    {PFSYNC_F_STATE_FLAGS, "state_flags_raw", false},
	    {PFSYNC_F_TIMEOUT, "timeout_number", false},
	    {PFSYNC_F_SYNC_FLAGS, "sync_flags_raw", false},
	    {PFSYNC_F_UPDATES, "updates", false},
	    {PFSYNC_F_MIN_TTL, "min_ttl", false},
	    {PFSYNC_F_SET_TOS, "set_tos", false},
	    {PFSYNC_F_MAX_MSS, "max_mss", false},
	    {PFSYNC_F_QID, "qid", false},
	    {PFSYNC_F_PQID, "pqid", false},
	    {PFSYNC_F_DNPIPE, "dnpipe", false},
	    {PFSYNC_F_DNRPIPE, "dnrpipe", false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t value;
		if (!pfsync_has(m, rows[i].field))
			continue;
		value = pfsync_field_number(m, rows[i].field);
		json_object_set_new(out, rows[i].key,
		    json_integer(
			rows[i].none && value == PFSYNC_RULE_NONE ? -1 : (json_int_t)value));
	}
}

static void
pairs(json_t *out, const struct pfsync_message *m)
{
	const struct pfsync_state *st = &m->u.state;

	if (pfsync_has(m, PFSYNC_F_PACKETS0))
		json_object_set_new(out, "packets",
		    json_pack("[I,I]", (json_int_t)st->packets[0], (json_int_t)st->packets[1]));
	if (pfsync_has(m, PFSYNC_F_BYTES0))
		json_object_set_new(out, "bytes",
		    json_pack("[I,I]", (json_int_t)st->bytes[0], (json_int_t)st->bytes[1]));
	if (pfsync_has(m, PFSYNC_F_SET_PRIO0))
		json_object_set_new(out, "set_prio",
		    json_pack("[i,i]", (int)st->set_prio[0], (int)st->set_prio[1]));
	if (pfsync_has(m, PFSYNC_F_RTABLEID1))
		json_object_set_new(
		    out, "rtableid", json_pack("[i,i]", st->rtableid[0], st->rtableid[1]));
	else if (pfsync_has(m, PFSYNC_F_RTABLEID0))
		json_object_set_new(out, "rtableid", json_pack("[i]", st->rtableid[0]));
}

static void
words(json_t *out, const struct pfsync_message *m, const struct pfsync_dialect *dialect)
{
	const struct pfsync_state *st = &m->u.state;
	const char *name;

	if (pfsync_has(m, PFSYNC_F_STATE_FLAGS)) {
		json_t *flags = json_array();
		for (unsigned bit = 0; bit < 16; bit++) {
			name = pfsync_state_flag_name(bit);
			if ((st->state_flags >> bit & 1) != 0 && name != NULL)
				json_array_append_new(flags, json_string(name));
		}
		json_object_set_new(out, "state_flags", flags);
	}
	name = pfsync_dialect_timeout_name(dialect, st->timeout);
	if (pfsync_has(m, PFSYNC_F_TIMEOUT) && name != NULL)
		json_object_set_new(out, "timeout", json_string(name));
	if (pfsync_has(m, PFSYNC_F_RT_ADDR))
		json_object_set_new(out, "rt_addr", address(pfsync_state_af(m), &st->rt_addr));
	name = pfsync_rt_name(m->record, st->rt);
	if (pfsync_has(m, PFSYNC_F_RT))
		json_object_set_new(out, name != NULL ? "rt" : "rt_number",
		    name != NULL ? json_string(name) : json_integer(st->rt));
	if (pfsync_has(m, PFSYNC_F_RT_IFNAME))
		json_object_set_new(out, "rt_ifname", text(st->rt_ifname, sizeof(st->rt_ifname)));
	if (pfsync_has(m, PFSYNC_F_ORIG_IFNAME))
		json_object_set_new(
		    out, "orig_ifname", text(st->orig_ifname, sizeof(st->orig_ifname)));
	if (pfsync_has(m, PFSYNC_F_TAGNAME))
		json_object_set_new(out, "tagname", text(st->tagname, sizeof(st->tagname)));
}

static void
ends(json_t *out, const struct pfsync_message *m)
{
	const struct pfsync_state *st = &m->u.state;
	const enum pfsync_af af = pfsync_state_af(m);
	struct pfsync_key wire, stack;

	if (pfsync_state_keys(m, &wire, &stack)) {
		json_object_set_new(out, "wire", key(m, false, &wire));
		json_object_set_new(out, "stack", key(m, true, &stack));
	}
	if (pfsync_has(m, PFSYNC_F_LAN_ADDR)) {
		json_object_set_new(out, "lan", host(af, &st->lan));
		json_object_set_new(out, "gwy", host(af, &st->gwy));
		json_object_set_new(out, "ext", host(af, &st->ext));
	}
	json_object_set_new(out, "src_peer", peer(m, &st->src));
	json_object_set_new(out, "dst_peer", peer(m, &st->dst));
}

static json_t *
state_object(const struct fw *fw, int64_t now_ns, const char *node, const char *as_of,
    const struct fw_state *st)
{
	struct pfsync_message m;
	char id[17], creatorid[9];
	const char *name;
	json_t *out;

	fw_state_message(fw, now_ns, st, &m);
	snprintf(id, sizeof(id), "%016" PRIx64, m.id);
	snprintf(creatorid, sizeof(creatorid), "%08" PRIx32, m.creatorid);
	out = json_pack("{s:s,s:i,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:s,s:i}", "type", "state",
	    "schema_version", PFSYNC_JSON_SCHEMA, "tool_version", PFSYNCSEND_VERSION, "time", as_of,
	    "node", node, "standing", "asserted", "as_of", as_of, "id", id, "creatorid", creatorid,
	    "ifname", text(m.u.state.ifname, sizeof(m.u.state.ifname)), "af",
	    af_name(pfsync_state_af(&m)), "proto", (int)m.u.state.proto);
	if (out == NULL)
		return NULL;
	if (pfsync_has(&m, PFSYNC_F_AF))
		json_object_set_new(out, "af_number", json_integer(m.u.state.af_number));
	name = pfsync_proto_name(m.u.state.proto);
	if (name != NULL)
		json_object_set_new(out, "proto_name", json_string(name));
	name = pfsync_direction_name(m.u.state.direction);
	json_object_set_new(out, name != NULL ? "direction" : "direction_number",
	    name != NULL ? json_string(name) : json_integer(m.u.state.direction));
	ends(out, &m);
	words(out, &m, fw_config(fw)->dialect);
	numbers(out, &m);
	pairs(out, &m);
	return out;
}

static bool
write_states(const struct fw *fw, int64_t now_ns, const char *node, FILE *file)
{
	const struct fw_state *st;
	uint64_t cursor = 0;
	char as_of[TEXT_MAX];
	char seconds[32];
	time_t now_s = (time_t)(now_ns / NS_PER_S);
	struct tm tm;

	if (gmtime_r(&now_s, &tm) == NULL)
		return false;
	strftime(seconds, sizeof(seconds), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(as_of, sizeof(as_of), "%s.%09dZ", seconds, (int)(now_ns % NS_PER_S));
	while ((st = fw_next(fw, &cursor)) != NULL) {
		json_t *out = state_object(fw, now_ns, node, as_of, st);
		if (out == NULL) {
			errno = ENOMEM;
			return false;
		}
		json_dumpf(out, file, JSON_COMPACT);
		json_decref(out);
		fputc('\n', file);
	}
	return fflush(file) == 0 && ferror(file) == 0;
}

bool
dump_table(const struct fw *fw, int64_t now_ns, const char *node, const char *path)
{
	struct outfile *file;
	int error;

	if (strcmp(path, "-") == 0)
		return write_states(fw, now_ns, node, stdout);
	file = outfile_open(path);
	if (file == NULL)
		return false;
	if (!write_states(fw, now_ns, node, outfile_stream(file))) {
		error = errno;
		outfile_discard(file);
		errno = error;
		return false;
	}
	error = outfile_commit(file);
	errno = error;
	return error == 0;
}
