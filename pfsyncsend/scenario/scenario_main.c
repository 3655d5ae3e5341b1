/*
 * scenario_main.c - pfsyncsend --scenario, and one-liners.
 *
 * SPDX-License-Identifier: ISC
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialect_list.h"
#include "outfile.h"
#include "parts.h"
#include "scenario.h"
#include "send_options.h"
#include "to_file.h"
#include "to_interface.h"

enum { EXIT_OK = 0, EXIT_TROUBLE = 2 };

static struct doc *
read_document(const struct send_options *options)
{
	struct doc *doc;
	char *text;

	if (options->scenario != NULL)
		return doc_read(options->scenario);
	text = json_dumps(options->one_liner, JSON_COMPACT);
	if (text == NULL)
		return NULL;
	doc = doc_parse("command line", text, strlen(text));
	free(text);
	return doc;
}

/* The command line has the last word. */
static bool
adjust(struct scenario *s, const struct send_options *options)
{
	struct scenario_file *file = &s->file;

	if (options->link >= 0)
		file->link = (enum link_kind)options->link;
	if (options->snaplen > 0)
		file->format.snaplen = (uint32_t)options->snaplen;
	file->format.pcapng |= options->pcapng;
	file->format.nano |= options->nano;
	if (options->view == NULL)
		return true;
	for (size_t i = 0; i < s->node_count; i++) {
		if (strcmp(s->nodes[i].name, options->view) == 0) {
			file->view = i;
			return true;
		}
	}
	fprintf(stderr, "pfsyncsend: --view %s: no such node in the scenario\n", options->view);
	return false;
}

static bool
deliver(struct scenario *s, const struct send_options *options)
{
	struct interface_options live = {
	    .ifname = options->ifname, .fast = options->fast, .yes = options->yes};
	struct ip_address syncpeer;
	uint64_t count = 0;
	bool good = true;

	if (options->syncpeer != NULL) {
		if (!ip_address_parse(options->syncpeer, &syncpeer)) {
			fprintf(stderr,
			    "pfsyncsend: --syncpeer %s: accepted: an IPv4 or IPv6 address\n",
			    options->syncpeer);
			return false;
		}
		live.syncpeer = &syncpeer;
	}
	if (options->write != NULL && options->scenario != NULL &&
	    outfile_is_input(options->write, options->scenario)) {
		fprintf(stderr,
		    "pfsyncsend: -w %s: this is the scenario that is read; name another file\n",
		    options->write);
		return false;
	}
	if (options->write != NULL)
		good = to_file(s, options->write, &count);
	else if (options->ifname != NULL)
		good = to_interface(s, &live, &count);
	if (options->verbose || (good && options->check))
		fprintf(stderr,
		    "pfsyncsend: %zu packets with %" PRIu64 " messages read, %" PRIu64 " sent\n",
		    s->packet_count, s->messages, count);
	return good;
}

static int
run(const struct send_options *options)
{
	struct doc *doc = read_document(options);
	struct scenario *s = NULL;
	bool good = false;

	if (doc != NULL)
		s = scenario_read(doc);
	if (doc == NULL || s == NULL)
		fprintf(stderr, "pfsyncsend: out of memory\n");
	else if (doc_failed(doc))
		doc_print_errors(doc, "pfsyncsend: ", stderr);
	else
		good = adjust(s, options) && deliver(s, options);
	scenario_free(s);
	doc_free(doc);
	return good ? EXIT_OK : EXIT_TROUBLE;
}

int
scenario_main(int argc, char **argv)
{
	struct send_options options;
	char error[SEND_ERROR_MAX];
	int status = EXIT_TROUBLE;

	outfile_mind_signals();
	switch (send_options_parse(&options, argc, argv, error)) {
	case SEND_RUN:
		status = run(&options);
		break;
	case SEND_DIALECTS:
		dialect_list(stdout);
		status = fflush(stdout) == 0 ? EXIT_OK : EXIT_TROUBLE;
		break;
	case SEND_WRONG:
		fprintf(stderr, "pfsyncsend: %s\n", error);
		break;
	}
	send_options_free(&options);
	return status;
}
