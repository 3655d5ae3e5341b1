/*
 * peer_options.c - the command line of --peer.
 *
 * SPDX-License-Identifier: ISC
 */
#include "peer_options.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "ip_write.h"

enum { RUN_MAX_S = 100000000 };

struct reading {
	struct peer_options *options;
	const char *name; /* of the option */
	char *value;
	bool dialect_given, family_given;
	char *error;
};

static bool
fail(struct reading *r, const char *why)
{
	char shown[PEER_ERROR_MAX / 2];

	pfsync_text_name(shown, sizeof(shown), r->name, PEER_ERROR_MAX / 4);
	snprintf(r->error, PEER_ERROR_MAX, "%s: %s", shown, why);
	return false;
}

/* A whole number of that base between min and max. */
static bool
number(struct reading *r, int base, unsigned long min, unsigned long max, unsigned long *value)
{
	char why[64];
	char *end;

	errno = 0;
	*value = strtoul(r->value, &end, base);
	if (errno == 0 && end != r->value && *end == '\0' && r->value[0] != '-' && *value >= min &&
	    *value <= max)
		return true;
	snprintf(why, sizeof(why),
	    base == 16 ? "needs a number, %lx to %lx, in hexadecimal"
		       : "needs a number, %lu to %lu",
	    min, max);
	return fail(r, why);
}

static bool
read_interface(struct reading *r)
{
	r->options->ifname = r->value;
	return true;
}

static bool
read_family(struct reading *r)
{
	int family = fw_family_by_name(r->value);

	if (family < 0)
		return fail(r,
		    "must be V2a, V2b, V3, V4a, V4b, V5o, V5f9, V5f10, V5f14, V5f15, V6a or V6b");
	r->options->config.family = (enum fw_family)family;
	r->family_given = true;
	return true;
}

static bool
read_dialect(struct reading *r)
{
	r->options->config.dialect = pfsync_dialect_by_name(r->value);
	if (r->options->config.dialect == NULL)
		return fail(r, "unknown; pfsyncsend --dialect help lists the names");
	if (fw_family_of_dialect(r->options->config.dialect) < 0)
		return fail(r, "no firewall of that time answered; v2 and later do");
	r->dialect_given = true;
	return true;
}

static bool
read_record(struct reading *r)
{
	unsigned long value;

	if (!number(r, 10, 1301, 1500, &value))
		return false;
	r->options->config.message_version = (uint16_t)value;
	return true;
}

static bool
read_syncpeer(struct reading *r)
{
	struct ip_address address;

	if (!ip_address_parse(r->value, &address))
		return fail(r, "needs an IPv4 or IPv6 address");
	r->options->config.syncpeer = (struct fw_address){
	    .af = address.ip6 ? PFSYNC_AF_INET6 : PFSYNC_AF_INET, .addr = address.addr};
	return true;
}

static bool
read_hostid(struct reading *r)
{
	unsigned long value;

	if (!number(r, 16, 1, UINT32_MAX, &value))
		return false;
	r->options->config.hostid = (uint32_t)value;
	return true;
}

static bool
read_cksum(struct reading *r)
{
	uint8_t *out = r->options->config.cksum;

	if (strlen(r->value) != 32 || strspn(r->value, "0123456789abcdefABCDEF") != 32)
		return fail(r, "needs 32 hexadecimal digits");
	for (int i = 0; i < 16; i++) {
		char pair[3] = {r->value[2 * i], r->value[2 * i + 1], '\0'};
		out[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return true;
}

static bool
read_maxupd(struct reading *r)
{
	unsigned long value;

	if (!number(r, 10, 1, 255, &value))
		return false;
	r->options->config.maxupd = (uint8_t)value;
	return true;
}

static bool
read_mtu(struct reading *r)
{
	unsigned long value;

	if (!number(r, 10, 300, 65535, &value))
		return false;
	r->options->config.mtu = (uint16_t)value;
	return true;
}

static bool
read_limit(struct reading *r)
{
	unsigned long value;

	if (!number(r, 10, 1, 100000000, &value))
		return false;
	r->options->config.state_limit = (uint32_t)value;
	return true;
}

static bool
read_load(struct reading *r)
{
	unsigned long value;

	if (!number(r, 10, 0, 10000000, &value))
		return false;
	r->options->load = (uint32_t)value;
	return true;
}

static bool
read_ifnames(struct reading *r)
{
	struct fw_config *config = &r->options->config;

	for (char *name = strtok(r->value, ","); name != NULL; name = strtok(NULL, ",")) {
		if (strlen(name) >= PFSYNC_IFNAMSIZ)
			return fail(r, "a name has more than 15 characters");
		if (config->ifname_count >= PEER_IFNAMES_MAX)
			return fail(r, "too many names");
		r->options->ifnames[config->ifname_count++] = name;
	}
	return true;
}

static bool
read_timeout(struct reading *r)
{
	char *equals = strchr(r->value, '=');
	int class;
	unsigned long value;

	if (equals == NULL)
		return fail(r, "needs CLASS=SECONDS, such as udp.first=5");
	*equals = '\0';
	class = pfsync_timeout_by_name(r->value);
	if (class < 0 || class >= FW_TIMEOUT_CLASSES)
		return fail(r, "unknown class; tcp.first, udp.multiple and so on are known");
	r->value = equals + 1;
	if (!number(r, 10, 1, 1000000, &value))
		return false;
	r->options->config.timeout_s[class] = (uint32_t)value;
	return true;
}

static bool
read_script(struct reading *r)
{
	r->options->script = r->value;
	return true;
}

static bool
read_dump(struct reading *r)
{
	r->options->dump = r->value;
	return true;
}

static bool
read_for(struct reading *r)
{
	char *end;

	r->options->run_s = strtod(r->value, &end);
	if (end == r->value || *end != '\0' ||
	    !(r->options->run_s > 0 && r->options->run_s <= RUN_MAX_S))
		return fail(r, "needs a number of seconds above 0");
	return true;
}

static bool
set_defer(struct reading *r)
{
	return r->options->config.defer = true;
}

static bool
set_ip6(struct reading *r)
{
	return r->options->config.group6 = true;
}

static bool
set_settled(struct reading *r)
{
	return r->options->settled = true;
}

static bool
set_verbose(struct reading *r)
{
	r->options->verbose = 1;
	return true;
}

static bool
set_quiet(struct reading *r)
{
	r->options->verbose = -1;
	return true;
}

static bool
set_help(struct reading *r)
{
	return r->options->help = true;
}

static bool
nothing(struct reading *r)
{
	(void)r;
	return true;
}

static const struct row {
	const char *name;
	bool (*read)(struct reading *r);
	const char *value; /* NULL: takes none */
	const char *text;  /* NULL: not in the help */
} rows[] = {
    {"--peer", nothing, NULL, NULL},
    {"-i", read_interface, "IF", "interface to speak and listen on"},
    {"--family", read_family, "NAME", "behave as V2a ... V6b (default V6b, OpenBSD 7.4 and later)"},
    {"--dialect", read_dialect, "NAME", "speak that format; decides the family if none is given"},
    {"--record", read_record, "N", "FreeBSD 14, 15: send 1301, 1400 or 1500"},
    {"--syncpeer", read_syncpeer, "ADDRESS", "send to that address, not to the group"},
    {"--ip6", set_ip6, NULL, "the group ff12::f0 instead of 224.0.0.240"},
    {"--hostid", read_hostid, "HEX", "own host id; random if not given"},
    {"--cksum", read_cksum, "HEX", "checksum of the ruleset, 32 digits"},
    {"--maxupd", read_maxupd, "N", "updates of a state before it must be sent (128)"},
    {"--mtu", read_mtu, "N", "largest packet; not above the interface's"},
    {"--defer", set_defer, NULL, "hold first packets until a peer acknowledges"},
    {"--limit", read_limit, "N", "states that the table takes"},
    {"--ifnames", read_ifnames, "A,B", "names of interfaces that exist here (em0)"},
    {"--timeout", read_timeout, "CLASS=S", "change a timeout, may be repeated"},
    {"--load", read_load, "N", "create N states before pfsync comes up"},
    {"--settled", set_settled, NULL, "as if up for long: do not ask for a bulk update"},
    {"--script", read_script, "FILE", "commands to carry out; - is standard input"},
    {"--dump", read_dump, "FILE", "write the table as JSON lines at the end"},
    {"--for", read_for, "SECONDS", "stop after that time"},
    {"-v", set_verbose, NULL, "tell of each message and packet"},
    {"-q", set_quiet, NULL, "tell only of trouble"},
    {"--help", set_help, NULL, "this"},
};

enum { ROW_COUNT = sizeof(rows) / sizeof(rows[0]) };

static const struct row *
find(const char *name)
{
	for (size_t i = 0; i < ROW_COUNT; i++) {
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	}
	return NULL;
}

bool
peer_options_read(struct peer_options *options, int argc, char **argv, char error[PEER_ERROR_MAX])
{
	struct reading r = {.options = options, .error = error};

	*options = (struct peer_options){0};
	fw_config_init(&options->config, FW_V6B);
	for (int i = 1; i < argc; i++) {
		const struct row *row = find(argv[i]);
		r.name = argv[i];
		if (row == NULL)
			return fail(&r, "unknown option; see pfsyncsend --peer --help");
		if (row->value != NULL) {
			if (i + 1 >= argc)
				return fail(&r, "needs a value");
			r.value = argv[++i];
		}
		if (!row->read(&r))
			return false;
	}
	if (options->help)
		return true;
	r.name = "--peer";
	if (options->ifname == NULL)
		return fail(&r, "needs an interface: -i IF");
	if (r.dialect_given && !r.family_given)
		options->config.family =
		    (enum fw_family)fw_family_of_dialect(options->config.dialect);
	if (options->config.ifname_count == 0)
		options->ifnames[options->config.ifname_count++] = "em0";
	options->config.ifnames = options->ifnames;
	return true;
}

void
peer_options_help(FILE *out)
{
	fputs("usage: pfsyncsend --peer -i IF [options]\n"
	      "Behaves as one pf firewall with pfsync until it is stopped.\n\n",
	    out);
	for (size_t i = 0; i < ROW_COUNT; i++) {
		if (rows[i].text != NULL)
			fprintf(out, "  %-10s %-8s %s\n", rows[i].name,
			    rows[i].value != NULL ? rows[i].value : "", rows[i].text);
	}
	fputs("\nSIGUSR1 (and SIGINFO) prints the counters in netstat's words; SIGINT and SIGTERM\n"
	      "end the program.  Commands of a script, one a line, in order:\n"
	      "  insert N [tcp|udp|icmp]   N new states          update N   packets on N states\n"
	      "  delete N   kill N own states                    flush      pfctl -F states\n"
	      "  wait S     seconds                              await N    until there are N "
	      "states\n"
	      "  down, up, bulk, restart   pfsync0, bulk request, reboot\n"
	      "  dump FILE  table as JSON lines                  counters   netstat's words\n"
	      "  say TEXT   print a line                         quit\n",
	    out);
}
