/*
 * fuzz_scenario.c - libFuzzer: a scenario as pfsyncsend reads it, up to the
 * packets it would send.
 *
 * SPDX-License-Identifier: ISC
 *
 * What is wrong is told, printably; what is not becomes packets of at most
 * 65535 bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "guard.h"
#include "packet_emit.h"
#include "scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool kept)
{
	if (!kept)
		abort();
}

static bool
take(void *context, const struct emitted *emitted)
{
	(void)context;
	require(emitted->len > 0 && emitted->len <= UINT16_MAX + IP6_HEADER_BYTES);
	return true;
}

static void
check_errors(const struct doc *doc)
{
	require(doc_error_count(doc) > 0 && doc_error_count(doc) <= DOC_ERRORS_MAX);
	for (size_t i = 0; i < doc_error_count(doc); i++) {
		for (const char *c = doc_error_text(doc, i); *c != '\0'; c++)
			require(*c >= 0x20 && *c < 0x7f);
	}
}

static void
send_all(struct scenario *s)
{
	const struct netif netif = {.name = "fuzz0", .kind = NETIF_OTHER};
	char text[GUARD_TEXT_MAX];

	/* A million times the same tells nothing new. */
	for (size_t i = 0; i < s->packet_count; i++) {
		if (s->packets[i].repeat > 2)
			s->packets[i].repeat = 2;
	}
	packets_emit(s, EMIT_IP, take, NULL);
	packets_emit(s, EMIT_TAP, take, NULL);
	(void)guard_allows(s, &netif, text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct doc *doc = doc_parse("fuzz", (const char *)data, size);
	struct scenario *s = doc != NULL ? scenario_read(doc) : NULL;

	require(s != NULL);
	if (doc_failed(doc))
		check_errors(doc);
	else
		send_all(s);
	scenario_free(s);
	doc_free(doc);
	return 0;
}
