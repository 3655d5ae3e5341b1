/*
 * family.c - the families' names, dialects and traits.
 *
 * SPDX-License-Identifier: ISC
 *
 * V4a, the header 4 of 2007 with lan, gwy and ext hosts, is no wire format that
 * libpfsync has met (OB 8 has those hosts in version 3 until 4.3): its rules are
 * offered with the format of OpenBSD 4.0 to 4.3.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "family.h"

static const struct fw_traits traits[FW_FAMILY_COUNT] = {
    [FW_V2A] = {.name = "V2a",
	.dialect = "openbsd-2e",
	.era = FW_ERA_LAST_WRITER,
	.creator_zero_ok = true,
	.upd_binds_rule = true,
	.first_wait_s = 5,
	.retry_s = 5,
	.slices = 1,
	.demote = FW_DEMOTE_PREEMPT,
	.state_limit = 10000,
	.frag_s = 30},
    [FW_V2B] = {.name = "V2b",
	.dialect = "freebsd-6",
	.era = FW_ERA_A,
	.full_stale_del = true,
	.creator_zero_ok = true,
	.upd_binds_rule = true,
	.first_wait_s = 5,
	.retry_s = 5,
	.slices = 1,
	.demote = FW_DEMOTE_PREEMPT,
	.state_limit = 10000,
	.frag_s = 30},
    [FW_V3] = {.name = "V3",
	.dialect = "freebsd-8",
	.era = FW_ERA_A,
	.purge = FW_PURGE_SECOND,
	.full_stale_del = true,
	.creator_zero_ok = true,
	.upd_binds_rule = true,
	.delete_by_creator = true,
	.first_wait_s = 5,
	.retry_s = 5,
	.slices = 1,
	.ticks_1000 = true,
	.adaptive = true,
	.adaptive32 = true,
	.state_limit = 10000,
	.frag_s = 30},
    [FW_V4A] = {.name = "V4a",
	.dialect = "openbsd-3b",
	.era = FW_ERA_A,
	.purge = FW_PURGE_SECOND,
	.full_stale_del = true,
	.creator_zero_ok = true,
	.upd_binds_rule = true,
	.delete_by_creator = true,
	.first_wait_s = 5,
	.retry_s = 5,
	.slices = 1,
	.demote = FW_DEMOTE_ONE,
	.adaptive = true,
	.adaptive32 = true,
	.state_limit = 10000,
	.frag_s = 30},
    [FW_V4B] = {.name = "V4b",
	.dialect = "openbsd-4",
	.era = FW_ERA_A,
	.clr = FW_CLR_ALL,
	.expire_wire = FW_EXPIRE_ONCE,
	.purge = FW_PURGE_SECOND,
	.full_stale_del = true,
	.creator_zero_ok = true,
	.upd_binds_rule = true,
	.delete_by_creator = true,
	.first_wait_s = 5,
	.retry_s = 5,
	.slices = 1,
	.demote = FW_DEMOTE_ONE,
	.adaptive = true,
	.adaptive32 = true,
	.state_limit = 10000,
	.frag_s = 30},
    [FW_V5O] = {.name = "V5o",
	.dialect = "openbsd-5b",
	.era = FW_ERA_A, /* of 4.5 alone: see fw_new() */
	.clr = FW_CLR_ALL,
	.expire_wire = FW_EXPIRE_RIGHT_C,
	.purge = FW_PURGE_SECOND,
	.bulk = FW_BULK_V5O,
	.sections = true,
	.badval = true,
	.creator_zero_ok = true,
	.request_pushed = true,
	.first_wait_s = 4,
	.retry_s = 5,
	.slices = 1,
	.defer_ms = 100,
	.demote = FW_DEMOTE_ONE,
	.adaptive = true,
	.adaptive32 = true,
	.state_limit = 10000,
	.frag_s = 30},
    [FW_V5F9] = {.name = "V5f9",
	.dialect = "freebsd-9",
	.era = FW_ERA_A,
	.clr = FW_CLR_ALL,
	.expire_wire = FW_EXPIRE_RIGHT_C,
	.purge = FW_PURGE_SECOND,
	.bulk = FW_BULK_V5O,
	.sections = true,
	.freebsd = true,
	.badval = true,
	.creator_zero_ok = true,
	.request_pushed = true,
	.first_wait_s = 5,
	.retry_s = 5,
	.slices = 1,
	.defer_ms = 10,
	.ticks_1000 = true,
	.adaptive = true,
	.adaptive32 = true,
	.state_limit = 10000,
	.frag_s = 30},
    [FW_V5F10] = {.name = "V5f10",
	.dialect = "freebsd-10",
	.era = FW_ERA_B,
	.import = FW_IMPORT_F10,
	.clr = FW_CLR_ALL_IF_KNOWN,
	.expire_wire = FW_EXPIRE_RIGHT,
	.purge = FW_PURGE_TENTH_S,
	.ids = FW_ID_CPU,
	.bulk = FW_BULK_F10,
	.sections = true,
	.freebsd = true,
	.histogram = true,
	.badval = true,
	.expire_remaining = true,
	.first_wait_s = 5,
	.retry_s = 5,
	.slices = 0,
	.defer_ms = 10,
	.ticks_1000 = true,
	.demote = FW_DEMOTE_240,
	.adaptive = true,
	.state_limit = 100000,
	.frag_s = 30},
    [FW_V5F14] = {.name = "V5f14",
	.dialect = "freebsd-14",
	.era = FW_ERA_B,
	.import = FW_IMPORT_F14,
	.clr = FW_CLR_ALL_IF_KNOWN,
	.expire_wire = FW_EXPIRE_RIGHT,
	.purge = FW_PURGE_TENTH_S,
	.ids = FW_ID_CPU,
	.bulk = FW_BULK_F10,
	.sections = true,
	.freebsd = true,
	.histogram = true,
	.badval = true,
	.upd_binds_rule = true,
	.expire_remaining = true,
	.request_pushed = true,
	.first_wait_s = 5,
	.retry_s = 5,
	.slices = 0,
	.defer_ms = 20,
	.ticks_1000 = true,
	.demote = FW_DEMOTE_240,
	.adaptive = true,
	.adaptive_total = true,
	.state_limit = 100000,
	.frag_s = 30},
    [FW_V5F15] = {.name = "V5f15",
	.dialect = "freebsd-15",
	.era = FW_ERA_B,
	.import = FW_IMPORT_F15,
	.clr = FW_CLR_ALL_IF_KNOWN,
	.expire_wire = FW_EXPIRE_RIGHT,
	.purge = FW_PURGE_TENTH_S,
	.ids = FW_ID_PLAIN,
	.bulk = FW_BULK_F10,
	.sections = true,
	.freebsd = true,
	.histogram = true,
	.badval = true,
	.upd_binds_rule = true,
	.expire_remaining = true,
	.request_pushed = true,
	.first_wait_s = 5,
	.retry_s = 5,
	.slices = 0,
	.defer_ms = 20,
	.ticks_1000 = true,
	.demote = FW_DEMOTE_240,
	.adaptive = true,
	.adaptive_total = true,
	.state_limit = 100000,
	.frag_s = 60},
    [FW_V6A] = {.name = "V6a",
	.dialect = "openbsd-6j",
	.era = FW_ERA_B,
	.clr = FW_CLR_INTERFACE, /* older ones: see fw_new() */
	.expire_wire = FW_EXPIRE_RIGHT,
	.purge = FW_PURGE_SECOND,
	.bulk = FW_BULK_V5O,
	.sections = true,
	.badval = true,
	.expire_remaining = true,
	.request_pushed = true,
	.first_wait_s = 4,
	.retry_s = 5,
	.slices = 1,
	.defer_ms = 20,
	.demote = FW_DEMOTE_32,
	.adaptive = true,
	.state_limit = 100000,
	.frag_s = 60},
    [FW_V6B] = {.name = "V6b",
	.dialect = "openbsd-6k",
	.era = FW_ERA_C,
	.clr = FW_CLR_INTERFACE,
	.expire_wire = FW_EXPIRE_RIGHT,
	.purge = FW_PURGE_SECOND,
	.bulk = FW_BULK_V6B,
	.sections = true,
	.badval = true,
	.expire_remaining = true,
	.request_pushed = true,
	.request_alone = true,
	.first_wait_s = 2,
	.retry_s = 2,
	.slices = 2,
	.defer_ms = 20,
	.demote = FW_DEMOTE_32,
	.adaptive = true,
	.state_limit = 100000,
	.frag_s = 60},
};

const struct fw_traits *
fw_traits_of(enum fw_family family)
{
	return &traits[family];
}

const char *
fw_family_name(enum fw_family family)
{
	return (unsigned)family < FW_FAMILY_COUNT ? traits[family].name : "?";
}

int
fw_family_by_name(const char *name)
{
	for (int i = 0; i < FW_FAMILY_COUNT; i++) {
		if (strcasecmp(name, traits[i].name) == 0)
			return i;
	}
	return -1;
}

const struct pfsync_dialect *
fw_family_dialect(enum fw_family family)
{
	return pfsync_dialect_by_name(traits[family].dialect);
}

int
fw_family_of_dialect(const struct pfsync_dialect *dialect)
{
	switch (dialect->version) {
	case 2:
		/* The stale tests came between 3.5 and 3.7, which speak alike (SEM 0). */
		return strcmp(dialect->name, "freebsd-6") == 0 ||
			       strncmp(dialect->name, "openbsd-2f", 10) == 0 ||
			       strncmp(dialect->name, "openbsd-2g", 10) == 0
			   ? FW_V2B
			   : FW_V2A;
	case 3:
		return FW_V3;
	case 4:
		return FW_V4B;
	case 5:
		for (int i = FW_V5F9; i <= FW_V5F15; i++) {
			if (strcmp(dialect->name, traits[i].dialect) == 0)
				return i;
		}
		return FW_V5O;
	case 6:
		return (dialect->quirks & PFSYNC_QUIRK_CKSUM_ZERO) != 0 ? FW_V6B : FW_V6A;
	default:
		return -1;
	}
}
