/*
 * options_help.c - what --help and --dialect help print.
 *
 * SPDX-License-Identifier: ISC
 */
#include "options.h"

/* The longest name of a dialect, openbsd-1r2-early-ilp32. */
#define DIALECT_WIDTH 23

void
options_help(FILE *stream)
{
	fputs(
	    "usage: pfsyncdump [options] FILE ... [filter expression]\n"
	    "       pfsyncdump [options] -r FILE [-r FILE ...] | -i INTERFACE [filter expression]\n"
	    "\n"
	    "Reads captures of pfsync and tells what the firewalls told each other.\n"
	    "Without a view it prints one page: how it stands, and a line a firewall.\n"
	    "\n"
	    "input\n"
	    "  -r FILE              a capture (pcap, pcapng, also .gz or .zst); - is stdin;\n"
	    "                       without -r and -i the words behind the options are files\n"
	    "  -i INTERFACE         capture there instead, until interrupted\n"
	    "  -B KIB               with -i: the kernel's buffer (default 16384)\n"
	    "  -c N                 stop after N pfsync packets\n"
	    "  -F FILE              take the filter expression from FILE\n"
	    "  --dialect NAME       do not guess the wire format; \"help\" lists the names\n"
	    "  --node NAME=ADDR[,ADDR...]\n"
	    "                       call the firewall with these addresses NAME\n"
	    "  --family NODE=NAME   NODE behaves like this family, whatever it looks like\n"
	    "  --timeout [NODE:]CLASS=SECONDS\n"
	    "                       a timeout of pf.conf that is not pf's own\n"
	    "  --limit NODE=N       NODE's limit of states\n"
	    "  --interfaces NODE=IF[,IF...]\n"
	    "                       all interfaces of NODE\n"
	    "  --vantage NODE=FILE  FILE, one of several of -r, was captured at NODE's end\n"
	    "  --pfctl NODE=FILE[@TIME]\n"
	    "                       what pfctl listed on NODE at TIME: compare its table, or "
	    "begin\n"
	    "                       with it\n"
	    "  --netstat NODE=[BEFORE,]AFTER\n"
	    "                       what netstat counted on NODE: compare its counters\n"
	    "  --max-states N       keep at most N states in memory\n"
	    "views\n"
	    "  --messages           every message\n"
	    "  --states[=NODE]      the state tables, as pfctl -vvss lists them\n"
	    "  --at TIME            as of TIME: RFC 3339, Unix seconds, or +SECONDS from\n"
	    "                       the start of the capture; also +2m, +1h\n"
	    "  --trace ID[/CREATORID]\n"
	    "                       the life of one state: who said what, who believed what\n"
	    "  --nat ADDR[:PORT]|ADDR/BITS\n"
	    "                       who was behind this address or network, and when; with\n"
	    "                       --at: then; exit 1 if nobody was\n"
	    "  --as-peer FAMILY     what a firewall of that family would discard\n"
	    "  --since TIME, --until TIME\n"
	    "                       show what happened between; all is replayed\n"
	    "  --stats              what each firewall sent, in the words of netstat\n"
	    "  --bulk               bulk transfers\n"
	    "  --link               loss and delay, from captures at both ends of the link\n"
	    "  --divergences        what is wrong between the tables, and what to do\n"
	    "  --diff               the states that are on one firewall only, or differ; also of\n"
	    "                       two --pfctl without any capture\n"
	    "  --follow             findings, the verdict, bulk transfers and roles when they\n"
	    "                       appear, change and heal; --json does so of an interface or "
	    "pipe\n"
	    "  --ignore D-NN[,...]  say nothing of these divergences\n"
	    "  --check              exit 0 if in sync, 1 if diverged, 3 if that cannot be told\n"
	    "  --fail-on SEVERITY   as --check, and 1 too if anything so bad was found\n"
	    "  --listings           how --pfctl and --netstat agree with the capture\n"
	    "  --roles              who is master, by adverts of CARP in the captures\n"
	    "  --metrics            numbers for Prometheus\n"
	    "  --json               the same as JSON Lines\n"
	    "for others\n"
	    "  --textfile FILE      write the numbers there, as node_exporter reads them\n"
	    "  --listen [ADDR:]PORT answer Prometheus at /metrics, and with the page at /\n"
	    "  --every SPAN         renew them so often while packets come in: 10s, 2m; --json\n"
	    "                       writes a summary then\n"
	    "  --pair NAME          what the numbers call these firewalls (label \"pair\")\n"
	    "output\n"
	    "  -v, -vv, -vvv        more and more detail\n"
	    "  -t ... -ttttt        time stamps: none, Unix, since the previous packet,\n"
	    "                       with date, since the first packet\n"
	    "  -w FILE              write the pfsync packets to FILE as Ethernet frames of a\n"
	    "                       pcap, whatever they were captured on; no page then\n"
	    "  -n                   accepted; names are never looked up\n"
	    "  --color=WHEN         auto, always or never\n"
	    "  --progress           show how far reading is\n"
	    "  --explain D-NN       what that code means\n"
	    "  --version, --help\n",
	    stream);
}

void
options_dialects(FILE *stream)
{
	const char *alias, *name;

	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(i);

		fprintf(stream, "%-*s version %u  %s\n", DIALECT_WIDTH, dialect->name,
		    dialect->version, dialect->systems);
	}
	for (size_t i = 0; pfsync_dialect_alias(i, &alias, &name); i++)
		fprintf(stream, "%-*s the same as %s\n", DIALECT_WIDTH, alias, name);
}
