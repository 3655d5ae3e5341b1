/*
 * options.c - what the user asked for.
 *
 * SPDX-License-Identifier: ISC
 */
#include "options.h"

#include <sys/socket.h>
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "explain.h"

/* A filter file larger than this is no filter. */
#define FILTER_MAX 65536

/* How often --textfile and --listen are renewed: as often as most look. */
#define EVERY_NS (10 * TIME_NS_PER_S)

enum {
	OPT_JSON = 256,
	OPT_MESSAGES,
	OPT_STATES,
	OPT_AT,
	OPT_STATS,
	OPT_BULK,
	OPT_LINK,
	OPT_DIVERGENCES,
	OPT_DIFF,
	OPT_CHECK,
	OPT_IGNORE,
	OPT_FAIL_ON,
	OPT_LISTINGS,
	OPT_ROLES,
	OPT_DIALECT,
	OPT_NODE,
	OPT_FAMILY,
	OPT_LIMIT,
	OPT_INTERFACES,
	OPT_TIMEOUT,
	OPT_AS_PEER,
	OPT_TRACE,
	OPT_NAT,
	OPT_SINCE,
	OPT_UNTIL,
	OPT_METRICS,
	OPT_VANTAGE,
	OPT_PFCTL,
	OPT_NETSTAT,
	OPT_MAX_STATES,
	OPT_COLOUR,
	OPT_PROGRESS,
	OPT_PAIR,
	OPT_TEXTFILE,
	OPT_LISTEN,
	OPT_EVERY,
	OPT_EXPLAIN,
	OPT_FOLLOW,
	OPT_VERSION,
	OPT_HELP
};

static const struct option long_options[] = {
    {"json", no_argument, NULL, OPT_JSON},
    {"messages", no_argument, NULL, OPT_MESSAGES},
    {"states", optional_argument, NULL, OPT_STATES},
    {"at", required_argument, NULL, OPT_AT},
    {"stats", no_argument, NULL, OPT_STATS},
    {"bulk", no_argument, NULL, OPT_BULK},
    {"link", no_argument, NULL, OPT_LINK},
    {"divergences", no_argument, NULL, OPT_DIVERGENCES},
    {"diff", no_argument, NULL, OPT_DIFF},
    {"check", no_argument, NULL, OPT_CHECK},
    {"ignore", required_argument, NULL, OPT_IGNORE},
    {"fail-on", required_argument, NULL, OPT_FAIL_ON},
    {"listings", no_argument, NULL, OPT_LISTINGS},
    {"roles", no_argument, NULL, OPT_ROLES},
    {"dialect", required_argument, NULL, OPT_DIALECT},
    {"node", required_argument, NULL, OPT_NODE},
    {"family", required_argument, NULL, OPT_FAMILY},
    {"limit", required_argument, NULL, OPT_LIMIT},
    {"interfaces", required_argument, NULL, OPT_INTERFACES},
    {"timeout", required_argument, NULL, OPT_TIMEOUT},
    {"as-peer", required_argument, NULL, OPT_AS_PEER},
    {"trace", required_argument, NULL, OPT_TRACE},
    {"nat", required_argument, NULL, OPT_NAT},
    {"since", required_argument, NULL, OPT_SINCE},
    {"until", required_argument, NULL, OPT_UNTIL},
    {"metrics", no_argument, NULL, OPT_METRICS},
    {"vantage", required_argument, NULL, OPT_VANTAGE},
    {"pfctl", required_argument, NULL, OPT_PFCTL},
    {"netstat", required_argument, NULL, OPT_NETSTAT},
    {"max-states", required_argument, NULL, OPT_MAX_STATES},
    {"color", required_argument, NULL, OPT_COLOUR},
    {"progress", no_argument, NULL, OPT_PROGRESS},
    {"pair", required_argument, NULL, OPT_PAIR},
    {"textfile", required_argument, NULL, OPT_TEXTFILE},
    {"listen", required_argument, NULL, OPT_LISTEN},
    {"every", required_argument, NULL, OPT_EVERY},
    {"explain", required_argument, NULL, OPT_EXPLAIN},
    {"follow", no_argument, NULL, OPT_FOLLOW},
    {"version", no_argument, NULL, OPT_VERSION},
    {"help", no_argument, NULL, OPT_HELP},
    {NULL, 0, NULL, 0},
};

static bool
fail(char error[OPTIONS_ERROR_MAX], const char *what, const char *value, const char *hint)
{
	char shown[128];

	pfsync_text_name(shown, sizeof(shown), value, strlen(value));
	snprintf(
	    error, OPTIONS_ERROR_MAX, "%s%s%s: %s", what, value[0] != '\0' ? " " : "", shown, hint);
	return false;
}

static bool
parse_count(const char *text, uint64_t *value)
{
	char *end;

	/* strtoull() takes signs and blanks; a count has neither. */
	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	*value = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0' && *value > 0;
}

bool
options_addr(const char *text, enum pfsync_af *af, struct pfsync_addr *addr)
{
	memset(addr, 0, sizeof(*addr));
	*af = PFSYNC_AF_INET;
	if (inet_pton(AF_INET, text, addr->b) == 1)
		return true;
	*af = PFSYNC_AF_INET6;
	return inet_pton(AF_INET6, text, addr->b) == 1;
}

static bool
parse_addr(const char *text, size_t length, struct pfreplay_name *name)
{
	char copy[INET6_ADDRSTRLEN];

	if (length >= sizeof(copy))
		return false;
	memcpy(copy, text, length);
	copy[length] = '\0';
	return options_addr(copy, &name->af, &name->addr);
}

static const char name_letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789._:-";

/* "fw1=10.0.0.11,fd00::11"; the NUL that ends the name is written into argv. */
static bool
parse_node(struct options *options, char *text, char error[OPTIONS_ERROR_MAX])
{
	size_t length = strspn(text, name_letters);
	const char *at;

	if (length == 0 || text[length] != '=' || length > OPTIONS_NODE_NAME_MAX)
		return fail(error, "--node", text,
		    "give NAME=ADDRESS[,ADDRESS...], NAME of letters, digits, . _ : -");
	text[length] = '\0';
	at = text + length + 1;
	for (;;) {
		size_t part = strcspn(at, ",");
		struct pfreplay_name *names =
		    realloc(options->names, (options->name_count + 1) * sizeof(*names));

		if (names == NULL)
			return fail(error, "--node", text, "out of memory");
		options->names = names;
		if (!parse_addr(at, part, &names[options->name_count]))
			return fail(error, "--node: not an IPv4 or IPv6 address:", at,
			    "give NAME=ADDRESS[,ADDRESS...]");
		names[options->name_count++].name = text;
		if (at[part] == '\0')
			return true;
		at += part + 1;
	}
}

/* NODE=VALUE; the NUL between them is written into argv. */
static bool
add_pair(struct options_pairs *pairs, const char *option, char *text, const char *hint,
    char error[OPTIONS_ERROR_MAX])
{
	char *value = strchr(text, '=');
	struct options_pair *list;

	if (value == NULL || value == text || value[1] == '\0')
		return fail(error, option, text, hint);
	list = realloc(pairs->list, (pairs->count + 1) * sizeof(*list));
	if (list == NULL)
		return fail(error, option, text, "out of memory");
	*value = '\0';
	list[pairs->count++] = (struct options_pair){.node = text, .value = value + 1};
	pairs->list = list;
	return true;
}

/* What setups.h found wrong, if anything. */
static bool
fine(char error[OPTIONS_ERROR_MAX], const char *option, const char *value, const char *hint)
{
	return hint == NULL || fail(error, option, value, hint);
}

static bool
parse_as_peer(struct options *options, const char *name, char error[OPTIONS_ERROR_MAX])
{
	int family = pfreplay_family_by_name(name);

	if (family <= 0)
		return fail(error, "--as-peer", name,
		    "give a family: V2a V2b V3 V4a V4b V5o V5f9 V5f10 V5f14 V5f15 V6a V6b");
	options->as_peer = family;
	options->views |= REPORT_VIEW_AS_PEER;
	return true;
}

static bool
parse_hex(const char **at, unsigned digits, uint64_t *value)
{
	size_t length = strspn(*at, "0123456789abcdefABCDEF");

	if (length == 0 || length > digits)
		return false;
	*value = strtoull(*at, NULL, 16);
	*at += length;
	return true;
}

/* "6b03ea1a00000009" or "6b03ea1a00000009/aa1cc860" */
static bool
parse_trace(struct options *options, const char *value, char error[OPTIONS_ERROR_MAX])
{
	const char *at = value;
	uint64_t creatorid = 0;

	options->trace_given = parse_hex(&at, 16, &options->trace_id);
	if (options->trace_given && *at == '/') {
		at++;
		options->trace_creator_given = true;
		options->trace_given = parse_hex(&at, 8, &creatorid);
	}
	if (!options->trace_given || *at != '\0')
		return fail(error, "--trace", value, "give ID or ID/CREATORID, hexadecimal");
	options->trace_creatorid = (uint32_t)creatorid;
	options->views |= REPORT_VIEW_TRACE;
	return true;
}

/* "24" behind the slash of a network. */
static bool
parse_prefix(const char *text, struct pfreplay_end *end)
{
	const unsigned most = end->af == PFSYNC_AF_INET ? 32 : 128;
	uint64_t bits = 0;

	if (strcmp(text, "0") != 0 && !parse_count(text, &bits))
		return false;
	end->prefix_bits = (uint8_t)bits;
	return bits <= most;
}

/* "10.0.0.1:80", "[fd00::1]:80", an address alone for all its ports, or a network */
static bool
parse_nat(struct options *options, const char *value, char error[OPTIONS_ERROR_MAX])
{
	const bool bracket = value[0] == '[';
	const char *end = bracket ? strchr(value, ']') : strchr(value, '/');
	const char *text = bracket ? value + 1 : value, *behind = "";
	struct pfreplay_end *nat = &options->nat;
	char copy[INET6_ADDRSTRLEN];
	uint64_t port = 0;

	options->views |= REPORT_VIEW_NAT;
	if (!bracket && options_addr(value, &nat->af, &nat->addr)) {
		nat->prefix_bits = nat->af == PFSYNC_AF_INET ? 32 : 128;
		return true;
	}
	if (end == NULL && !bracket && strchr(value, '.') != NULL)
		end = strrchr(value, ':');
	if (end == NULL)
		end = value + strlen(value);
	else
		behind = bracket && *end == ']' ? end + 1 : end;
	if (end > text && (size_t)(end - text) < sizeof(copy)) {
		memcpy(copy, text, (size_t)(end - text));
		copy[end - text] = '\0';
		if (options_addr(copy, &nat->af, &nat->addr)) {
			nat->prefix_bits = nat->af == PFSYNC_AF_INET ? 32 : 128;
			if (*behind == '\0' && (!bracket || *end == ']'))
				return true;
			if (*behind == '/' && parse_prefix(behind + 1, nat))
				return true;
			if (*behind == ':' && parse_count(behind + 1, &port) &&
			    port <= UINT16_MAX) {
				nat->port = (uint16_t)port;
				return true;
			}
		}
	}
	nat->af = PFSYNC_AF_UNSPEC;
	return fail(error, "--nat", value, "give ADDR:PORT, [ADDR]:PORT, ADDR or ADDR/BITS");
}

static bool
parse_time(
    struct options_time *time, const char *option, const char *value, char error[OPTIONS_ERROR_MAX])
{
	time->given = true;
	return time_parse(value, &time->time_ns, &time->relative) ||
	       fail(error, option, value, "give 2026-11-23T07:12:47.5Z, Unix seconds, or +SECONDS");
}

static bool
parse_dialect(struct options *options, const char *name, char error[OPTIONS_ERROR_MAX])
{
	options->dialect = pfsync_dialect_by_name(name);
	if (options->dialect != NULL)
		return true;
	return fail(error, "--dialect: unknown name", name, "see pfsyncdump --dialect help");
}

static bool
parse_fail_on(struct options *options, const char *name, char error[OPTIONS_ERROR_MAX])
{
	for (int severity = PFREPLAY_LOW; severity <= PFREPLAY_CRITICAL; severity++) {
		if (strcmp(name, pfreplay_severity_name((enum pfreplay_severity)severity)) != 0)
			continue;
		options->check = options->fails = true;
		options->fail_on = (enum pfreplay_severity)severity;
		return true;
	}
	return fail(error, "--fail-on", name, "give low, medium, high or critical");
}

/* "D-07,D-15" */
static bool
parse_ignore(struct options *options, const char *text, char error[OPTIONS_ERROR_MAX])
{
	const char *at = text;

	for (;;) {
		unsigned number = 0;

		if ((at[0] == 'D' || at[0] == 'd') && at[1] == '-' && at[2] >= '0' &&
		    at[2] <= '9' && at[3] >= '0' && at[3] <= '9')
			number = (unsigned)(at[2] - '0') * 10 + (unsigned)(at[3] - '0');
		if (number == 0 || pfreplay_divergence_name(number) == NULL ||
		    (at[4] != '\0' && at[4] != ','))
			return fail(error, "--ignore", text,
			    "give codes such as D-15, or several with commas between them");
		options->ignored |= UINT64_C(1) << number;
		if (at[4] == '\0')
			return true;
		at += 5;
	}
}

static bool
parse_colour(struct options *options, const char *when, char error[OPTIONS_ERROR_MAX])
{
	if (strcmp(when, "auto") == 0)
		options->colour = OPTIONS_COLOUR_AUTO;
	else if (strcmp(when, "always") == 0)
		options->colour = OPTIONS_COLOUR_ALWAYS;
	else if (strcmp(when, "never") == 0)
		options->colour = OPTIONS_COLOUR_NEVER;
	else
		return fail(error, "--color", when, "say auto, always or never");
	return true;
}

static bool
parse_pair(struct options *options, const char *name, char error[OPTIONS_ERROR_MAX])
{
	options->pair = name;
	return (name[0] != '\0' && strlen(name) <= OPTIONS_NODE_NAME_MAX &&
		   name[strspn(name, name_letters)] == '\0') ||
	       fail(error, "--pair", name, "give a name of letters, digits, . _ : -");
}

/* The file's text as one expression; # begins a comment, as in tcpdump. */
static bool
read_filter(struct options *options, const char *path, char error[OPTIONS_ERROR_MAX])
{
	FILE *stream = fopen(path, "r");
	size_t length;

	if (stream == NULL)
		return fail(error, "-F", path, strerror(errno));
	free(options->filter);
	options->filter = malloc(FILTER_MAX + 1);
	if (options->filter == NULL) {
		fclose(stream);
		return fail(error, "-F", path, "out of memory");
	}
	length = fread(options->filter, 1, FILTER_MAX + 1, stream);
	if (ferror(stream) != 0 || length > FILTER_MAX ||
	    memchr(options->filter, '\0', length) != NULL) {
		fclose(stream);
		return fail(error, "-F", path, "not a file with a filter expression");
	}
	fclose(stream);
	options->filter[length] = '\0';
	for (char *at = options->filter; (at = strchr(at, '#')) != NULL;)
		memset(at, ' ', strcspn(at, "\n"));
	return true;
}

static bool
add_file(struct options *options, const char *name, char error[OPTIONS_ERROR_MAX])
{
	const char **files =
	    realloc(options->files, (options->file_count + 1) * sizeof(*options->files));

	if (files == NULL)
		return fail(error, "-r", name, "out of memory");
	options->files = files;
	options->files[options->file_count++] = name;
	return true;
}

static bool
join_words(struct options *options, int count, char **words, char error[OPTIONS_ERROR_MAX])
{
	size_t length = 1;
	char *at;

	if (count == 0)
		return true;
	if (options->filter != NULL)
		return fail(error, "two filter expressions", words[0],
		    "use -F or the words behind the options, not both");
	for (int i = 0; i < count; i++)
		length += strlen(words[i]) + 1;
	at = options->filter = malloc(length);
	if (at == NULL)
		return fail(error, "filter expression", "", "out of memory");
	for (int i = 0; i < count; i++) {
		size_t part = strlen(words[i]);

		memcpy(at, words[i], part);
		at += part;
		*at++ = i + 1 < count ? ' ' : '\0';
	}
	return true;
}

/* What nobody means as a word of a filter. */
static bool
looks_like_a_file(const char *word)
{
	static const char *const ends[] = {".pcap", ".pcapng", ".cap", ".gz", ".zst"};
	const size_t length = strlen(word);

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		const size_t part = strlen(ends[i]);

		if (length > part && strcmp(word + length - part, ends[i]) == 0)
			return true;
	}
	return false;
}

/*
 * Without -r and -i the words behind the options begin with files: as many as there
 * are of that name.
 */
static bool
take_files(struct options *options, int argc, char **argv, char error[OPTIONS_ERROR_MAX])
{
	struct stat info;

	if (options->file_count > 0)
		return true;
	while (optind < argc && stat(argv[optind], &info) == 0) {
		if (!add_file(options, argv[optind], error))
			return false;
		optind++;
	}
	if (optind < argc && looks_like_a_file(argv[optind]))
		return fail(error, "no such file:", argv[optind], strerror(ENOENT));
	return true;
}

static bool
parse_buffer(const char *text, int *kib)
{
	uint64_t value;

	if (!parse_count(text, &value) || value > INT_MAX / 1024)
		return false;
	*kib = (int)value;
	return true;
}

static bool
parse_short(struct options *options, int option, char *value, char error[OPTIONS_ERROR_MAX])
{
	switch (option) {
	case 'r':
		return add_file(options, value, error);
	case 'i':
		options->live = true;
		return add_file(options, value, error);
	case 'c':
		return parse_count(value, &options->packet_limit) ||
		       fail(error, "-c", value, "give a number of packets, 1 or more");
	case 'B':
		return parse_buffer(value, &options->buffer_kib) ||
		       fail(error, "-B", value, "give KiB for the kernel's buffer, 1 to 2097151");
	case 'w':
		options->rewrap = value;
		return true;
	case 'F':
		return read_filter(options, value, error);
	case 'v':
		options->verbose++;
		return true;
	case 't':
		if (options->time_form == TIME_START)
			return fail(error, "-t", "", "can be given at most five times");
		options->time_form++;
		return true;
	default: /* -n: names are never looked up anyway */
		return true;
	}
}

static bool
parse_long(struct options *options, int option, char *value, char error[OPTIONS_ERROR_MAX])
{
	switch (option) {
	case OPT_JSON:
		options->json = true;
		return true;
	case OPT_MESSAGES:
		options->views |= REPORT_VIEW_MESSAGES;
		return true;
	case OPT_STATES:
		options->views |= REPORT_VIEW_STATES;
		if (value != NULL)
			options->states_node = value;
		return true;
	case OPT_AT:
		options->at_given = true;
		return time_parse(value, &options->at_ns, &options->at_relative) ||
		       fail(error, "--at", value,
			   "give 2026-11-23T07:12:47.5Z, Unix seconds, or +SECONDS");
	case OPT_STATS:
		options->views |= REPORT_VIEW_STATS;
		return true;
	case OPT_BULK:
		options->views |= REPORT_VIEW_BULK;
		return true;
	case OPT_LINK:
		options->views |= REPORT_VIEW_LINK;
		return true;
	case OPT_DIVERGENCES:
		options->views |= REPORT_VIEW_DIVERGENCES;
		return true;
	case OPT_DIFF:
		options->views |= REPORT_VIEW_DIFF;
		return true;
	case OPT_CHECK:
		options->check = true;
		return true;
	case OPT_IGNORE:
		return parse_ignore(options, value, error);
	case OPT_FAIL_ON:
		return parse_fail_on(options, value, error);
	case OPT_LISTINGS:
		options->views |= REPORT_VIEW_LISTINGS;
		return true;
	case OPT_ROLES:
		options->views |= REPORT_VIEW_ROLES;
		return true;
	case OPT_DIALECT:
		return parse_dialect(options, value, error);
	case OPT_NODE:
		return parse_node(options, value, error);
	case OPT_FAMILY:
		return fine(error, "--family", value, setups_family(&options->setups, value));
	case OPT_LIMIT:
		return fine(error, "--limit", value, setups_limit(&options->setups, value));
	case OPT_INTERFACES:
		return fine(
		    error, "--interfaces", value, setups_interfaces(&options->setups, value));
	case OPT_TIMEOUT:
		return fine(error, "--timeout", value, setups_timeout(&options->setups, value));
	case OPT_AS_PEER:
		return parse_as_peer(options, value, error);
	case OPT_TRACE:
		return parse_trace(options, value, error);
	case OPT_NAT:
		return parse_nat(options, value, error);
	case OPT_SINCE:
		return parse_time(&options->since, "--since", value, error);
	case OPT_UNTIL:
		return parse_time(&options->until, "--until", value, error);
	case OPT_METRICS:
		options->views |= REPORT_VIEW_METRICS;
		return true;
	case OPT_VANTAGE:
		return add_pair(&options->vantage, "--vantage", value, "give NODE=FILE", error);
	case OPT_PFCTL:
		return add_pair(&options->pfctl, "--pfctl", value, "give NODE=FILE[@TIME]", error);
	case OPT_NETSTAT:
		return add_pair(
		    &options->netstat, "--netstat", value, "give NODE=[BEFORE,]AFTER", error);
	case OPT_MAX_STATES:
		return parse_count(value, &options->max_states) ||
		       fail(error, "--max-states", value, "give a number of states, 1 or more");
	case OPT_COLOUR:
		return parse_colour(options, value, error);
	case OPT_PAIR:
		return parse_pair(options, value, error);
	case OPT_TEXTFILE:
		options->textfile = value;
		return true;
	case OPT_LISTEN:
		options->listen_given = true;
		return values_endpoint(value, &options->listen) ||
		       fail(error, "--listen", value,
			   "give PORT, ADDR:PORT or [ADDR]:PORT; without ADDR it is 127.0.0.1");
	case OPT_FOLLOW:
		options->views |= REPORT_VIEW_FOLLOW;
		return true;
	case OPT_EVERY:
		options->every_given = true;
		return values_span(value, &options->every_ns) ||
		       fail(error, "--every", value, "give a time such as 10s, 2m or 1h");
	default:
		options->progress = true;
		return true;
	}
}

/* What getopt_long() could not make sense of. */
static bool
bad_option(int kind, char **argv, char error[OPTIONS_ERROR_MAX])
{
	char letter[3] = {'-', (char)optopt, '\0'};
	const char *shown = optopt > 0 && optopt < 256 ? letter : argv[optind - 1];

	if (kind == ':')
		return fail(error, "option", shown, "needs a value; see pfsyncdump --help");
	return fail(error, "unknown option", shown, "see pfsyncdump --help");
}

enum options_result
options_parse(struct options *options, int argc, char **argv, char error[OPTIONS_ERROR_MAX])
{
	int option;

	memset(options, 0, sizeof(*options));
	options->every_ns = EVERY_NS;
	error[0] = '\0';
	opterr = 0;
	/* Everywhere: begin anew, also if a parse before broke off. */
	optind = 0;
	while ((option = getopt_long(argc, argv, ":r:i:c:B:F:w:nvt", long_options, NULL)) != -1) {
		bool good;

		if (option == OPT_HELP)
			return OPTIONS_HELP;
		if (option == OPT_VERSION)
			return OPTIONS_VERSION;
		if (option == OPT_EXPLAIN) {
			options->explain = explain_number(optarg);
			if (options->explain != 0)
				return OPTIONS_EXPLAIN;
			fail(error, "--explain", optarg, "give a code such as D-15");
			return OPTIONS_ERROR;
		}
		if (option == OPT_DIALECT && strcmp(optarg, "help") == 0)
			return OPTIONS_DIALECTS;
		if (option == '?' || option == ':')
			good = bad_option(option, argv, error);
		else if (option < OPT_JSON)
			good = parse_short(options, option, optarg, error);
		else
			good = parse_long(options, option, optarg, error);
		if (!good)
			return OPTIONS_ERROR;
	}
	if (!take_files(options, argc, argv, error) ||
	    !join_words(options, argc - optind, argv + optind, error))
		return OPTIONS_ERROR;
	if (options->live && options->file_count > 1) {
		fail(error, "-i", "", "captures on one interface, and nothing else is read then");
		return OPTIONS_ERROR;
	}
	/* Listings of several firewalls can be compared by themselves. */
	if (options->file_count == 0 && options->pfctl.count >= 2 && options->filter == NULL &&
	    (options->views & ~(unsigned)REPORT_VIEW_DIFF) == 0)
		return OPTIONS_RUN;
	if (options->file_count == 0) {
		fail(error, "nothing to read", "", "name a capture; see pfsyncdump --help");
		return OPTIONS_ERROR;
	}
	return OPTIONS_RUN;
}

bool
options_colour(const struct options *options)
{
	const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");

	if (options->colour != OPTIONS_COLOUR_AUTO)
		return options->colour == OPTIONS_COLOUR_ALWAYS;
	/* https://no-color.org: whatever its value, unless that is empty. */
	if ((no_colour != NULL && no_colour[0] != '\0') ||
	    (term != NULL && strcmp(term, "dumb") == 0))
		return false;
	return isatty(STDOUT_FILENO) != 0;
}

void
options_free(struct options *options)
{
	free(options->files);
	free(options->filter);
	free(options->names);
	setups_clear(&options->setups);
	free(options->vantage.list);
	free(options->pfctl.list);
	free(options->netstat.list);
	memset(options, 0, sizeof(*options));
}
