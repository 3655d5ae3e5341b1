/*
 * fuzz_pfctl.c - libFuzzer: listings of pfctl.
 *
 * SPDX-License-Identifier: ISC
 *
 * Whatever is read is printed by libpfsync and read again: it must be the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pfctl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool kept)
{
	if (!kept)
		abort();
}

static struct pfctl_listing *
read_bytes(const uint8_t *data, size_t size, struct lines *lines)
{
	struct pfctl_listing *listing;

	memset(lines, 0, sizeof(*lines));
	lines->name = "fuzz";
	lines->stream = fmemopen((void *)(uintptr_t)data, size, "r");
	require(lines->stream != NULL);
	listing = pfctl_read(lines);
	fclose(lines->stream);
	require((listing != NULL) == (lines->error[0] == '\0'));
	for (const char *c = lines->error; *c != '\0'; c++)
		require(*c >= ' ' && *c < 0x7f);
	return listing;
}

static void
read_again(const struct pfctl_state *state, struct lines *lines)
{
	struct pfsync_message message, back;
	struct pfctl_listing *listing;
	char text[2048], again[2048];

	pfctl_message(state, &message);
	pfsync_text_state(text, sizeof(text), &message);
	/* An unprintable interface gets longer by being printed. */
	if (strchr(text, '\\') != NULL || strlen(text) == 0)
		return;
	listing = read_bytes((const uint8_t *)text, strlen(text), lines);
	require(listing != NULL && listing->states->len == 1);
	pfctl_message(&g_array_index(listing->states, struct pfctl_state, 0), &back);
	pfsync_text_state(again, sizeof(again), &back);
	require(strcmp(text, again) == 0);
	pfctl_free(listing);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct lines lines;
	struct pfctl_listing *listing;

	if (size == 0)
		return 0;
	listing = read_bytes(data, size, &lines);
	if (listing == NULL)
		return 0;
	for (guint i = 0; i < listing->states->len && i < 64; i++)
		read_again(&g_array_index(listing->states, struct pfctl_state, i), &lines);
	pfctl_free(listing);
	return 0;
}
