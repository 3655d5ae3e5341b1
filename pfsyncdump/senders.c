/*
 * senders.c - what each source address sent, counted.
 *
 * SPDX-License-Identifier: ISC
 */
#include "senders.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Twice the senders, so that a free slot is never far. */
#define SLOTS (2 * SENDERS_MAX)

struct senders {
	const struct pfreplay_name *names;
	size_t name_count;
	size_t count;
	struct sender *last;
	uint16_t slots[SLOTS]; /* index + 1, 0 = free */
	struct sender *list[SENDERS_MAX];
};

static const char *const counter_names[SENDER_COUNTER_COUNT] = {
    [SENDER_BADTTL] = "badttl",
    [SENDER_HDROPS] = "hdrops",
    [SENDER_BADVER] = "badver",
    [SENDER_BADACT] = "badact",
    [SENDER_BADLEN] = "badlen",
    [SENDER_BADVAL] = "badval",
};

struct senders *
senders_new(const struct pfreplay_name *names, size_t count)
{
	struct senders *senders = calloc(1, sizeof(*senders));

	if (senders == NULL)
		return NULL;
	senders->names = names;
	senders->name_count = count;
	return senders;
}

void
senders_free(struct senders *senders)
{
	if (senders == NULL)
		return;
	for (size_t i = 0; i < senders->count; i++)
		free(senders->list[i]);
	free(senders);
}

static size_t
hash(enum pfsync_af af, const struct pfsync_addr *addr, unsigned file)
{
	/* FNV-1a: sixteen bytes, and nobody gains by collisions among 1024. */
	uint32_t value = 2166136261U ^ (uint32_t)af ^ file;

	for (size_t i = 0; i < sizeof(addr->b); i++)
		value = (value ^ addr->b[i]) * 16777619U;
	return (value ^ value >> 16) % SLOTS;
}

static bool
same(const struct sender *sender, enum pfsync_af af, const struct pfsync_addr *addr, unsigned file)
{
	return sender->af == af && sender->file == file &&
	       memcmp(sender->addr.b, addr->b, sizeof(addr->b)) == 0;
}

/* The slot of that sender, or the free one where it belongs. */
static size_t
find_slot(
    const struct senders *senders, enum pfsync_af af, const struct pfsync_addr *addr, unsigned file)
{
	size_t slot = hash(af, addr, file);

	while (senders->slots[slot] != 0 &&
	       !same(senders->list[senders->slots[slot] - 1], af, addr, file))
		slot = (slot + 1) % SLOTS;
	return slot;
}

static const char *
given_name(const struct senders *senders, enum pfsync_af af, const struct pfsync_addr *addr)
{
	for (size_t i = 0; i < senders->name_count; i++) {
		const struct pfreplay_name *name = &senders->names[i];

		if (name->af == af && memcmp(name->addr.b, addr->b, sizeof(addr->b)) == 0)
			return name->name;
	}
	return NULL;
}

/* NULL only if memory is short and there is no sender yet. */
static struct sender *
get(struct senders *senders, enum pfsync_af af, const struct pfsync_addr *addr, unsigned file)
{
	size_t slot = find_slot(senders, af, addr, file);
	struct sender *sender;

	if (senders->slots[slot] != 0)
		return senders->list[senders->slots[slot] - 1];
	sender = senders->count < SENDERS_MAX ? calloc(1, sizeof(*sender)) : NULL;
	if (sender == NULL) {
		if (senders->count == 0)
			return NULL;
		sender = senders->list[senders->count - 1];
		sender->overflow = true;
		return sender;
	}
	sender->af = af;
	sender->addr = *addr;
	sender->file = file;
	sender->name = given_name(senders, af, addr);
	senders->list[senders->count++] = sender;
	senders->slots[slot] = (uint16_t)senders->count;
	return sender;
}

struct sender *
senders_packet(struct senders *senders, const struct capture_packet *packet)
{
	static const struct pfsync_addr none;
	bool named = capture_has_source(packet);
	enum pfsync_af af = named ? packet->af : PFSYNC_AF_UNSPEC;
	const struct pfsync_addr *addr = named ? &packet->src : &none;
	unsigned file = named ? 0 : packet->file;
	struct sender *sender = senders->last;

	if (sender == NULL || !same(sender, af, addr, file)) {
		sender = get(senders, af, addr, file);
		if (sender == NULL)
			return NULL;
		senders->last = sender;
	}
	sender->frames[packet->af]++;
	if (packet->af != PFSYNC_AF_UNSPEC) {
		if (sender->dst_af == PFSYNC_AF_UNSPEC) {
			sender->dst_af = packet->af;
			sender->dst = packet->dst;
		} else if (memcmp(sender->dst.b, packet->dst.b, sizeof(packet->dst.b)) != 0) {
			sender->more_dsts = true;
		}
	}
	return sender;
}

size_t
senders_count(const struct senders *senders)
{
	return senders->count;
}

const struct sender *
senders_at(const struct senders *senders, size_t index)
{
	return index < senders->count ? senders->list[index] : NULL;
}

const struct sender *
senders_find(const struct senders *senders, enum pfsync_af af, const struct pfsync_addr *addr)
{
	size_t slot = find_slot(senders, af, addr, 0);

	return senders->slots[slot] == 0 ? NULL : senders->list[senders->slots[slot] - 1];
}

void
sender_name(char *out, size_t size, const struct sender *sender)
{
	char addr[64];

	pfsync_text_addr(addr, sizeof(addr), sender->af, &sender->addr);
	if (sender->overflow)
		snprintf(out, size, "(others)");
	else if (sender->af == PFSYNC_AF_UNSPEC)
		snprintf(out, size, "pfsync0 of input %u", sender->file + 1);
	else if (sender->name != NULL)
		snprintf(out, size, "%s (%s)", sender->name, addr);
	else
		snprintf(out, size, "%s", addr);
}

bool
sender_counts(const char *counter)
{
	for (size_t i = 0; i < SENDER_COUNTER_COUNT; i++) {
		if (strcmp(counter_names[i], counter) == 0)
			return true;
	}
	return false;
}

void
sender_count(struct sender *sender, const char *counter)
{
	for (size_t i = 0; i < SENDER_COUNTER_COUNT; i++) {
		if (strcmp(counter_names[i], counter) == 0)
			sender->counters[i]++;
	}
}
