/*
 * send_options.c - the command line of scenarios and one-liners.
 *
 * SPDX-License-Identifier: ISC
 */
#include "send_options.h"

#include <stdlib.h>
#include <string.h>

#include "pfsync.h"
#include "doc.h"
#include "link_write.h"

/* Where the value of an option goes. */
enum target {
	INTO_SCENARIO,
	INTO_WRITE,
	INTO_IFNAME,
	INTO_SYNCPEER,
	INTO_VIEW,
	INTO_LINK,
	INTO_SNAPLEN,
	SET_PCAPNG,
	SET_NANO,
	SET_FAST,
	SET_YES,
	SET_CHECK,
	SET_VERBOSE,
	/* of the one-liner */
	TO_NODE,
	TO_PACKET,
	TO_PACKET_FLAG,
	TO_MESSAGE,
	TO_MESSAGE_PAIR,
	TO_MESSAGE_PATH
};

static const struct row {
	const char *name;
	enum target target;
	const char *key; /* of the one-liner's object */
} rows[] = {
    {"--scenario", INTO_SCENARIO, NULL},
    {"-w", INTO_WRITE, NULL},
    {"-i", INTO_IFNAME, NULL},
    {"--syncpeer", INTO_SYNCPEER, NULL},
    {"--view", INTO_VIEW, NULL},
    {"--link", INTO_LINK, NULL},
    {"--snaplen", INTO_SNAPLEN, NULL},
    {"--pcapng", SET_PCAPNG, NULL},
    {"--nano", SET_NANO, NULL},
    {"--fast", SET_FAST, NULL},
    {"--yes", SET_YES, NULL},
    {"--check", SET_CHECK, NULL},
    {"-v", SET_VERBOSE, NULL},

    {"--dialect", TO_NODE, "dialect"},
    {"--from", TO_NODE, "address"},
    {"--mac", TO_NODE, "mac"},
    {"--hostid", TO_NODE, "hostid"},
    {"--cksum", TO_NODE, "cksum"},

    {"--to", TO_PACKET, "to"},
    {"--ttl", TO_PACKET, "ttl"},
    {"--time", TO_PACKET, "time"},
    {"--repeat", TO_PACKET, "repeat"},
    {"--every", TO_PACKET, "every"},
    {"--mtu", TO_PACKET, "mtu"},
    {"--ip6", TO_PACKET_FLAG, "ip6"},

    {"--tcp", TO_MESSAGE_PAIR, "tcp"},
    {"--udp", TO_MESSAGE_PAIR, "udp"},
    {"--icmp", TO_MESSAGE_PAIR, "icmp"},
    {"--sctp", TO_MESSAGE_PAIR, "sctp"},
    {"--flow", TO_MESSAGE_PAIR, "flow"},
    {"--proto", TO_MESSAGE, "proto"},
    {"--nat", TO_MESSAGE, "nat"},
    {"--rdr", TO_MESSAGE, "rdr"},
    {"--direction", TO_MESSAGE, "direction"},
    {"--id", TO_MESSAGE, "id"},
    {"--creatorid", TO_MESSAGE, "creatorid"},
    {"--record", TO_MESSAGE, "record"},
    {"--ifname", TO_MESSAGE, "ifname"},
    {"--timeout", TO_MESSAGE, "timeout"},
    {"--expire", TO_MESSAGE, "expire_s"},
    {"--status", TO_MESSAGE, "status"},
    {"--endtime", TO_MESSAGE, "endtime_s"},
    {"--spi", TO_MESSAGE, "spi"},
    {"--sa-dst", TO_MESSAGE, "sa_dst"},
    {"--set", TO_MESSAGE_PATH, NULL},
};

enum { ROW_COUNT = sizeof(rows) / sizeof(rows[0]), VERB_MAX = 16, PATH_MAX_BYTES = 128 };

/* The parts of the one-liner's document. */
struct one_liner {
	json_t *node;
	json_t *packet;
	json_t *message;
};

struct parser {
	struct send_options *options;
	struct one_liner one;
	const char *first_own; /* first option that only one-liners have */
	char *error;
};

static bool
fail(struct parser *p, const char *what, const char *why)
{
	char shown[SEND_ERROR_MAX / 2];

	doc_printable(shown, sizeof(shown), what);
	snprintf(p->error, SEND_ERROR_MAX, "%s: %s", shown, why);
	return false;
}

/* ------------------------------------------------------------------------
 * Values
 */

/* src_peer.seqlo=7: objects on the way are made as needed. */
static bool
set_path(struct parser *p, const char *text)
{
	const char *equals = strchr(text, '=');
	char path[PATH_MAX_BYTES], *step = path, *dot;
	json_t *object = p->one.message, *value;

	if (equals == NULL || equals == text || (size_t)(equals - text) >= sizeof(path))
		return fail(p, text, "--set takes NAME=VALUE, such as src_peer.seqlo=1000");
	memcpy(path, text, (size_t)(equals - text));
	path[equals - text] = '\0';
	while ((dot = strchr(step, '.')) != NULL) {
		json_t *inner;
		*dot = '\0';
		inner = json_object_get(object, step);
		if (!json_is_object(inner)) {
			inner = json_object();
			json_object_set_new(object, step, inner);
		}
		object = inner;
		step = dot + 1;
	}
	/* Numbers, arrays, true and false as JSON, all else as a word. */
	value = json_loads(equals + 1, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
	if (value == NULL)
		value = json_string(equals + 1);
	if (value == NULL || json_object_set_new(object, step, value) != 0)
		return fail(p, text, "is not UTF-8");
	return true;
}

static bool
set_text(struct parser *p, json_t *object, const char *key, const char *text)
{
	if (json_object_set_new(object, key, json_string(text)) == 0)
		return true;
	return fail(p, text, "is not UTF-8");
}

static bool
set_link(struct parser *p, const char *text)
{
	char list[SEND_ERROR_MAX / 2] = "no such link type; accepted:";

	for (int i = 0; link_kind_names[i] != NULL; i++) {
		if (strcmp(text, link_kind_names[i]) == 0) {
			p->options->link = i;
			return true;
		}
		strcat(strcat(list, " "), link_kind_names[i]);
	}
	return fail(p, text, list);
}

static bool
set_snaplen(struct parser *p, const char *text)
{
	char *end;

	p->options->snaplen = strtol(text, &end, 10);
	if (*end == '\0' && p->options->snaplen >= 1 && p->options->snaplen <= 262144)
		return true;
	return fail(p, text, "--snaplen takes a number from 1 to 262144");
}

static bool
set_flag(struct send_options *options, enum target target)
{
	switch (target) {
	case SET_PCAPNG:
		options->pcapng = true;
		break;
	case SET_NANO:
		options->nano = true;
		break;
	case SET_FAST:
		options->fast = true;
		break;
	case SET_YES:
		options->yes = true;
		break;
	case SET_CHECK:
		options->check = true;
		break;
	default:
		options->verbose = true;
		break;
	}
	return true;
}

static bool
set_value(struct parser *p, const struct row *row, const char *value, const char *second)
{
	struct send_options *options = p->options;

	switch (row->target) {
	case INTO_SCENARIO:
		options->scenario = value;
		return true;
	case INTO_WRITE:
		options->write = value;
		return true;
	case INTO_IFNAME:
		options->ifname = value;
		return true;
	case INTO_SYNCPEER:
		options->syncpeer = value;
		return true;
	case INTO_VIEW:
		options->view = value;
		return true;
	case INTO_LINK:
		return set_link(p, value);
	case INTO_SNAPLEN:
		return set_snaplen(p, value);
	case TO_NODE:
		return set_text(p, p->one.node, row->key, value);
	case TO_PACKET:
		return set_text(p, p->one.packet, row->key, value);
	case TO_PACKET_FLAG:
		return json_object_set_new(p->one.packet, row->key, json_true()) == 0;
	case TO_MESSAGE:
		return set_text(p, p->one.message, row->key, value);
	case TO_MESSAGE_PAIR:
		if (json_object_set_new(
			p->one.message, row->key, json_pack("[s, s]", value, second)) == 0)
			return true;
		return fail(p, row->name, "is not UTF-8");
	case TO_MESSAGE_PATH:
		return set_path(p, value);
	default:
		return set_flag(options, row->target);
	}
}

static int
values_of(enum target target)
{
	switch (target) {
	case SET_PCAPNG:
	case SET_NANO:
	case SET_FAST:
	case SET_YES:
	case SET_CHECK:
	case SET_VERBOSE:
	case TO_PACKET_FLAG:
		return 0;
	case TO_MESSAGE_PAIR:
		return 2;
	default:
		return 1;
	}
}

/* ------------------------------------------------------------------------
 * Arguments
 */

static const struct row *
find_row(const char *argument, size_t length)
{
	for (size_t i = 0; i < ROW_COUNT; i++) {
		if (strlen(rows[i].name) == length && strncmp(rows[i].name, argument, length) == 0)
			return &rows[i];
	}
	return NULL;
}

/* Takes an option with its values; returns how many arguments that were, 0: wrong. */
static int
take_option(struct parser *p, int left, char **argv)
{
	const char *argument = argv[0];
	const char *equals = strncmp(argument, "--", 2) == 0 ? strchr(argument, '=') : NULL;
	size_t length = equals != NULL ? (size_t)(equals - argument) : strlen(argument);
	const struct row *row = find_row(argument, length);
	const char *values[2] = {NULL, NULL};
	int count, taken = 1, have = 0;

	if (row == NULL) {
		fail(p, argument, "no such option; see pfsyncsend --help");
		return 0;
	}
	count = values_of(row->target);
	if (equals != NULL && count == 0) {
		fail(p, argument, "takes no value");
		return 0;
	}
	if (equals != NULL)
		values[have++] = equals + 1;
	while (have < count && taken < left)
		values[have++] = argv[taken++];
	if (have < count) {
		fail(p, argument, count == 1 ? "needs a value" : "needs two values: FROM TO");
		return 0;
	}
	if (row->target >= TO_NODE && p->first_own == NULL)
		p->first_own = row->name;
	return set_value(p, row, values[0], values[1]) ? taken : 0;
}

/* The verb as an action: upd_c, upd-c and UPD_C are the same. */
static bool
take_verb(struct parser *p, const char *verb)
{
	char action[VERB_MAX];
	size_t length = strlen(verb);
	int number;

	if (length >= sizeof(action))
		return fail(p, verb, "no such message; see pfsyncsend --help");
	for (size_t i = 0; i <= length; i++) {
		char c = verb[i];
		action[i] = c == '-' ? '_' : c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
	}
	number = pfsync_action_by_name(action);
	if (number < 0 || number == PFSYNC_ACT_EOF || number >= PFSYNC_ACT_UNKNOWN)
		return fail(p, verb,
		    "no such message; accepted: ins upd upd_c del del_c clr upd_req ins_ack bus "
		    "tdb");
	return set_text(p, p->one.message, "action", action);
}

static bool
check_together(struct parser *p, bool verb)
{
	struct send_options *o = p->options;

	if (o->scenario != NULL && verb)
		return fail(
		    p, "--scenario", "and a message on the command line exclude each other");
	if (o->scenario != NULL && p->first_own != NULL)
		return fail(
		    p, p->first_own, "says something about a message; the scenario does that");
	if (o->scenario == NULL && !verb)
		return fail(
		    p, "nothing to send", "give --scenario FILE or a message such as \"ins\"");
	if (o->write == NULL && o->ifname == NULL && !o->check)
		return fail(p, "nowhere to send it",
		    "give -w FILE or -i INTERFACE, or --check to only read it");
	if (o->write != NULL && o->ifname != NULL)
		return fail(p, "-w and -i", "one at a time");
	if (o->ifname == NULL && o->syncpeer != NULL)
		return fail(
		    p, "--syncpeer", "goes with -i; \"to\" in a scenario and --to name an address");
	return true;
}

static bool
begin(struct parser *p)
{
	json_t *root = json_object();
	json_t *nodes = json_array(), *packets = json_array(), *messages = json_array();

	p->one = (struct one_liner){json_object(), json_object(), json_object()};
	json_array_append_new(nodes, p->one.node);
	json_array_append_new(packets, p->one.packet);
	json_array_append_new(messages, p->one.message);
	if (json_object_set_new(p->one.packet, "messages", messages) != 0 ||
	    json_object_set_new(root, "nodes", nodes) != 0 ||
	    json_object_set_new(root, "packets", packets) != 0) {
		json_decref(root);
		return fail(p, "command line", "out of memory");
	}
	p->options->one_liner = root;
	return true;
}

enum send_result
send_options_parse(struct send_options *options, int argc, char **argv, char error[SEND_ERROR_MAX])
{
	struct parser p = {.options = options, .error = error};
	bool verb = false;

	*options = (struct send_options){.link = -1};
	if (!begin(&p))
		return SEND_WRONG;
	for (int i = 1; i < argc;) {
		int taken = 1;
		if (argv[i][0] == '-' && argv[i][1] != '\0') {
			taken = take_option(&p, argc - i, argv + i);
		} else if (!verb) {
			verb = true;
			if (!take_verb(&p, argv[i]))
				taken = 0;
		} else {
			fail(&p, argv[i], "one argument too many");
			taken = 0;
		}
		if (taken == 0)
			return SEND_WRONG;
		i += taken;
	}
	if (strcmp(json_string_value(json_object_get(p.one.node, "dialect")) != NULL
		       ? json_string_value(json_object_get(p.one.node, "dialect"))
		       : "",
		"help") == 0)
		return SEND_DIALECTS;
	if (!check_together(&p, verb))
		return SEND_WRONG;
	if (!verb) {
		json_decref(options->one_liner);
		options->one_liner = NULL;
	}
	return SEND_RUN;
}

void
send_options_free(struct send_options *options)
{
	json_decref(options->one_liner);
	options->one_liner = NULL;
}

void
send_options_help(FILE *out)
{
	fputs("usage: pfsyncsend --scenario FILE.json -w FILE | -i IF | --check\n"
	      "       pfsyncsend MESSAGE [options] -w FILE | -i IF\n"
	      "\n"
	      "MESSAGE: ins upd upd_c del del_c clr upd_req ins_ack bus tdb\n"
	      "\n"
	      "where to\n"
	      "  -w FILE              a capture file; - is standard output\n"
	      "  --pcapng, --nano     in that format; with nanoseconds\n"
	      "  --link TYPE          ethernet (default), vlan, qinq, sll, sll2, raw, null,\n"
	      "                       null-be, loop; pfsync0 (246), pfsync0-121, pfsync0-18\n"
	      "  --view NODE          pfsync0: whose\n"
	      "  --snaplen N          keep at most N bytes of a frame\n"
	      "  -i IF                an interface, for real: to the group 224.0.0.240 or\n"
	      "                       ff12::f0; needs root (Linux: CAP_NET_RAW)\n"
	      "  --syncpeer ADDR      to that address instead of the group\n"
	      "  --fast               at once, not at the scenario's times\n"
	      "  --yes                also CLR and DEL to the group on an interface that\n"
	      "                       others may be on\n"
	      "  --check              only read the scenario and say what is wrong\n"
	      "  -v                   say how much was sent\n"
	      "who says it\n"
	      "  --dialect NAME       wire format (default openbsd-6k); \"help\" lists them\n"
	      "  --from ADDR          source address (default: the interface's)\n"
	      "  --hostid HEX, --cksum HEX, --mac MAC\n"
	      "how\n"
	      "  --to ADDR, --ip6, --ttl N, --mtu N, --time TIME, --repeat N, --every DURATION\n"
	      "about which state\n"
	      "  --tcp FROM TO        a connection: ADDRESS:PORT or [ADDRESS]:PORT; likewise\n"
	      "                       --udp, --icmp, --sctp, --flow (with --proto)\n"
	      "  --nat ADDR[:PORT]    what FROM is translated to on the way out\n"
	      "  --rdr ADDR[:PORT]    what FROM takes for TO, on the way in\n"
	      "  --direction in|out, --id HEX, --creatorid HEX, --record KIND, --ifname NAME,\n"
	      "  --timeout NAME, --expire S\n"
	      "about what else\n"
	      "  --ifname NAME (clr), --status start|end and --endtime S (bus),\n"
	      "  --spi N and --sa-dst ADDR (tdb)\n"
	      "  --set NAME=VALUE     any field, named as pfsyncdump --json does:\n"
	      "                       --set src_peer.seqlo=1000 --set packets=[5,3]\n",
	    out);
}
