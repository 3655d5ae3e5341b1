/*
 * config_faults.c - what goes wrong, when, and what it should be found as.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include <glib.h>

#include "config_read.h"

#define SECOND INT64_C(1000000000)
#define YEAR_NS (INT64_C(366) * 86400 * SECOND)

/* What a kind has beside "kind", "at" and "codes". */
enum {
	NEEDS_NODE = 0x01, /* "node" must be given */
	HAS_PATH = 0x02,   /* "from", "to", "on" */
	HAS_RATE = 0x04,
	HAS_TIME = 0x08, /* a second duration, named by `time` */
	LASTS = 0x10     /* "until" or "for"; else until the end of the run */
};

static const struct kind {
	const char *name;
	const char *code;
	unsigned has;
	const char *time;   /* key of time_ns */
	int64_t time_ns;    /* its default */
	const char *own[6]; /* further keys */
} kinds[SIM_F_KINDS] = {
    [SIM_F_LOSS] = {"loss", "D-15", HAS_PATH | HAS_RATE | LASTS, NULL, 0, {NULL}},
    [SIM_F_LOSS_NTH] = {"loss-nth", "D-15", HAS_PATH | LASTS, NULL, 0, {"n", "repeat"}},
    [SIM_F_LOSS_OF] = {"loss-of", "D-15", HAS_PATH | LASTS, NULL, 0,
	{"action", "status", "flow", "repeat"}},
    [SIM_F_PARTITION] = {"partition", "D-15", HAS_PATH | LASTS, NULL, 0, {NULL}},
    [SIM_F_MTU] = {"mtu", "D-14", HAS_PATH | LASTS, NULL, 0, {"size_bytes"}},
    [SIM_F_DELAY] = {"delay", "", HAS_PATH | HAS_RATE | HAS_TIME | LASTS, "by", 50000000, {NULL}},
    [SIM_F_REORDER] = {"reorder", "D-07", HAS_PATH | HAS_RATE | HAS_TIME | LASTS, "by", 50000000,
	{NULL}},
    [SIM_F_DUPLICATE] = {"duplicate", "", HAS_PATH | HAS_RATE | HAS_TIME | LASTS, "by", 100000,
	{NULL}},
    [SIM_F_MUTE] = {"mute", "D-03", NEEDS_NODE | LASTS, NULL, 0, {NULL}},
    [SIM_F_TTL] = {"ttl", "D-05", NEEDS_NODE | LASTS, NULL, 0, {"ttl"}},
    [SIM_F_WRONG_INTERFACE] = {"wrong-interface", "D-04", NEEDS_NODE | LASTS, NULL, 0, {NULL}},
    [SIM_F_RESTART] = {"restart", "", NEEDS_NODE | HAS_TIME, "down", 20 * SECOND,
	{"hostid", "keep_hostid"}},
    [SIM_F_RELOAD] = {"reload", "", NEEDS_NODE, NULL, 0, {"hostid", "cksum"}},
    [SIM_F_REENABLE] = {"reenable", "", NEEDS_NODE, NULL, 0, {NULL}},
    [SIM_F_FLUSH] = {"flush", "D-19", NEEDS_NODE, NULL, 0, {"interface"}},
    [SIM_F_KILL] = {"kill", "", NEEDS_NODE, NULL, 0, {"number"}},
    [SIM_F_TIMEOUT] = {"timeout", "D-17", NEEDS_NODE, NULL, 0, {"class", "seconds"}},
    [SIM_F_LINK] = {"link", "D-24", NEEDS_NODE | HAS_TIME, "down", 3 * SECOND, {"repeat", "every"}},
    [SIM_F_RECONFIGURE] = {"reconfigure", "D-13", NEEDS_NODE | HAS_TIME | LASTS, "every",
	3 * SECOND, {NULL}},
    [SIM_F_STUCK] = {"stuck-demotion", "D-13", NEEDS_NODE | LASTS, NULL, 0, {NULL}},
    [SIM_F_FAILOVER] = {"failover", "", NEEDS_NODE, NULL, 0, {NULL}},
    [SIM_F_CARP_LOSS] = {"split-brain", "D-23", HAS_PATH | LASTS, NULL, 0, {NULL}},
    [SIM_F_CARP_DOWN] = {"carp-down", "", NEEDS_NODE | LASTS, NULL, 0, {NULL}},
    [SIM_F_BAD_VALUES] = {"bad-values", "D-26", NEEDS_NODE, NULL, 0, {"number"}},
    [SIM_F_INJECT] = {"inject", "D-22", HAS_TIME, "every", SECOND,
	{"action", "number", "address", "mac", "creatorid"}},
    [SIM_F_REPLAY_SA] = {"sa-regress", "D-28", NEEDS_NODE, NULL, 0, {NULL}},
};

const char *
sim_fault_name(enum sim_fault_kind kind)
{
	return kinds[kind].name;
}

/* Unknown keys are told with those that this kind has. */
static void
check_keys(const struct doc_at *at, const struct kind *kind)
{
	const char *names[24] = {"kind", "at", "codes"};
	size_t count = 3;

	if ((kind->has & LASTS) != 0) {
		names[count++] = "until";
		names[count++] = "for";
	}
	if ((kind->has & NEEDS_NODE) != 0)
		names[count++] = "node";
	if ((kind->has & HAS_PATH) != 0) {
		names[count++] = "from";
		names[count++] = "to";
		names[count++] = "on";
	}
	if ((kind->has & HAS_RATE) != 0)
		names[count++] = "rate";
	if ((kind->has & HAS_TIME) != 0)
		names[count++] = kind->time;
	for (size_t i = 0; i < 6 && kind->own[i] != NULL; i++)
		names[count++] = kind->own[i];
	names[count] = NULL;
	doc_known(at, names);
}

static bool
is_code(const char *text)
{
	return strlen(text) == 4 && text[0] == 'D' && text[1] == '-' && g_ascii_isdigit(text[2]) &&
	       g_ascii_isdigit(text[3]);
}

static void
add_code(struct sim_fault *fault, const char *code)
{
	if (code[0] != '\0' && fault->code_count < SIM_CODES_MAX)
		memcpy(fault->codes[fault->code_count++], code, strlen(code) + 1);
}

/* What follows from the kind, unless the document says it. */
static void
read_codes(const struct sim_config *config, const struct doc_at *at, struct sim_fault *fault)
{
	struct doc_at array;
	int family = fault->node >= 0 ? (int)config->nodes[fault->node].fw.family : -1;
	bool freebsd = family >= FW_V5F9 && family <= FW_V5F15;

	if (doc_array(at, "codes", SIM_CODES_MAX, &array)) {
		for (size_t i = 0; i < doc_length(&array); i++) {
			struct doc_at item = doc_item(&array, i);
			const char *code = doc_at_text(&item, 7, "D-01");
			if (is_code(code))
				add_code(fault, code);
			else
				doc_error(&item, NULL, "accepted: D-01 ... D-29");
		}
		return;
	}
	if (fault->kind == SIM_F_LOSS_OF &&
	    (fault->action == PFSYNC_ACT_BUS ||
		(fault->action == PFSYNC_ACT_UPD_REQ && fault->flow < 0)))
		add_code(fault, "D-12");
	else
		add_code(fault, kinds[fault->kind].code);
	if (fault->kind == SIM_F_RELOAD && freebsd)
		add_code(fault, "D-20");
	if (fault->kind == SIM_F_RELOAD && fault->new_cksum)
		add_code(fault, "D-09");
	if (fault->kind == SIM_F_RESTART && fault->keep_hostid && family >= FW_V5F10 && freebsd)
		add_code(fault, "D-29");
	if (fault->kind == SIM_F_INJECT &&
	    (fault->action == PFSYNC_ACT_CLR || fault->action == PFSYNC_ACT_DEL_C))
		add_code(fault, "D-27");
}

static int
read_action(const struct doc_at *at)
{
	const char *name = doc_text(at, "action", 16, NULL);
	int action;

	if (name == NULL)
		return -1;
	action = pfsync_action_by_name(name);
	if (action < 0)
		doc_error(at, "action",
		    "\"%s\" is none; accepted: CLR, INS, INS_ACK, UPD, UPD_C, "
		    "UPD_REQ, DEL, DEL_C, BUS, TDB",
		    name);
	return action;
}

/* Keys that some kinds have; keys of other kinds were refused by check_keys(). */
static void
read_own(const struct doc_at *at, struct sim_fault *fault)
{
	static const char *const statuses[] = {"start", "end", NULL};
	struct ip_address address;
	const char *name;

	fault->n = (uint32_t)doc_integer(at, "n", 1, INT32_MAX, 1);
	fault->repeat = (uint32_t)doc_integer(
	    at, "repeat", 0, INT32_MAX, fault->kind == SIM_F_LOSS_OF ? INT32_MAX : 0);
	fault->size_bytes = (uint32_t)doc_integer(at, "size_bytes", 100, 65535, 1400);
	fault->ttl = (uint8_t)doc_integer(at, "ttl", 0, 254, 64);
	fault->action = read_action(at);
	if (doc_has(at, "status"))
		fault->bus_status = doc_choice(at, "status", statuses, 0) + 1;
	fault->flow = doc_integer(at, "flow", 0, INT64_MAX, -1);
	fault->hostid = (uint32_t)doc_hex(at, "hostid", UINT32_MAX, 0);
	fault->keep_hostid = doc_bool(at, "keep_hostid", false);
	fault->new_cksum = sim_read_cksum(at, "cksum", fault->cksum);
	sim_read_ifname(at, "interface", fault->ifname);
	fault->seconds = (uint32_t)doc_integer(at, "seconds", 0, INT32_MAX, 10);
	fault->number = (uint64_t)doc_integer(at, "number", 1, INT32_MAX, 1);
	fault->creatorid = (uint32_t)doc_hex(at, "creatorid", UINT32_MAX, 0);
	if (fault->kind == SIM_F_LINK)
		fault->every_ns = doc_duration_ns(at, "every", SECOND, YEAR_NS, 20 * SECOND);
	name = doc_text(at, "class", 32, "tcp.established");
	if (pfsync_timeout_by_name(name) < 0)
		doc_error(at, "class",
		    "\"%s\" is no timeout class; accepted: tcp.first, "
		    "tcp.established, udp.multiple ...",
		    name);
	else
		fault->timeout_class = (unsigned)pfsync_timeout_by_name(name);
	fault->address = (struct ip_address){.addr = {{10, 255, 0, 66}}};
	if (sim_read_address(at, "address", &address))
		fault->address = address;
	fault->mac = (struct link_mac){{0x02, 0, 0x0a, 0xff, 0, 66}};
	sim_read_mac(at, "mac", &fault->mac);
}

static void
read_when(const struct sim_config *config, const struct doc_at *at, const struct kind *kind,
    struct sim_fault *fault)
{
	fault->at_ns = doc_duration_ns(at, "at", 0, YEAR_NS * 10, 0);
	fault->until_ns = (kind->has & LASTS) != 0 ? INT64_MAX : fault->at_ns;
	fault->until_ns = doc_duration_ns(at, "until", fault->at_ns, YEAR_NS * 10, fault->until_ns);
	if (doc_has(at, "for"))
		fault->until_ns = fault->at_ns + doc_duration_ns(at, "for", 0, YEAR_NS * 10, 0);
	if (doc_has(at, "for") && doc_has(at, "until"))
		doc_error(at, "for", "give \"until\" or \"for\", not both");
	if (fault->at_ns > config->duration_ns)
		doc_error(at, "at", "after the end of the run");
}

static void
read_fault(struct sim_config *config, const struct doc_at *at, struct sim_fault *fault)
{
	static const char *const links[] = {"sync", "carp", "both", NULL};
	const char *names[SIM_F_KINDS + 1] = {NULL};
	const struct kind *kind;
	int on;

	for (size_t i = 0; i < SIM_F_KINDS; i++)
		names[i] = kinds[i].name;
	doc_need(at, "kind");
	fault->kind = (enum sim_fault_kind)doc_choice(at, "kind", names, SIM_F_LOSS);
	kind = &kinds[fault->kind];
	check_keys(at, kind);
	read_when(config, at, kind, fault);
	if ((kind->has & NEEDS_NODE) != 0)
		doc_need(at, "node");
	fault->node = sim_read_node(config, at, "node", SIM_EVERYBODY);
	fault->from = sim_read_node(config, at, "from", SIM_EVERYBODY);
	fault->to = sim_read_node(config, at, "to", SIM_EVERYBODY);
	on = doc_choice(at, "on", links, fault->kind == SIM_F_CARP_LOSS ? 1 : 0);
	fault->on_sync = on != 1;
	fault->on_carp = on != 0;
	fault->rate = doc_real(at, "rate", 0, 1, fault->kind == SIM_F_LOSS ? 0.01 : 1);
	if (kind->time != NULL)
		fault->time_ns = doc_duration_ns(at, kind->time, 0, YEAR_NS, kind->time_ns);
	if (kind->time != NULL && strcmp(kind->time, "every") == 0 && fault->time_ns == 0)
		doc_error(at, "every", "must not be zero");
	read_own(at, fault);
	read_codes(config, at, fault);
}

void
sim_read_faults(struct sim_config *config, const struct doc_at *root)
{
	struct doc_at array;

	if (!doc_array(root, "faults", SIM_FAULTS_MAX, &array))
		return;
	config->fault_count = doc_length(&array);
	for (size_t i = 0; i < config->fault_count; i++) {
		struct doc_at at = doc_item_object(&array, i);
		read_fault(config, &at, &config->faults[i]);
		config->faults[i].line = doc_line(&at, NULL);
	}
}
