/*
 * fields.h - libpfsync's fields as fields of Wireshark.
 *
 * SPDX-License-Identifier: ISC
 *
 * The names follow from the table of fields (libpfsync/fields.def): "pfsync."
 * and the path, without the index of an array, below "state", "clr", "bus" or
 * "tdb" where the path does not begin with a key or a peer:
 *
 *	id            pfsync.state.id
 *	wire.addr.0   pfsync.wire.addr, or pfsync.wire.addr6 for IPv6
 *	src.seqlo     pfsync.src.seqlo
 *	CLR's ifname  pfsync.clr.ifname
 */
#ifndef PFSYNC_PLUGIN_FIELDS_H
#define PFSYNC_PLUGIN_FIELDS_H

#include "compat.h"
#include "pfsync.h"

/* What is shown as a branch of its own: a host, a key or a peer. */
enum field_group {
	FIELD_GROUP_NONE,
	FIELD_GROUP_WIRE,
	FIELD_GROUP_STACK,
	FIELD_GROUP_LAN,
	FIELD_GROUP_GWY,
	FIELD_GROUP_EXT,
	FIELD_GROUP_SRC,
	FIELD_GROUP_DST,
	FIELD_GROUP_COUNT
};

/* Once, at the registration of the protocol. */
void fields_register(int proto);

/* The field of Wireshark for a number, a text or plain bytes. */
int fields_hf(enum pfsync_field field);
/* The one for an address of that family: plain bytes if it is unknown. */
int fields_hf_addr(enum pfsync_field field, enum pfsync_af af);
/* The one for a field of headers and subheaders. */
int fields_hf_header(enum pfsync_header_field field);
/* The one for a bit of state_flags: 0 .. 15. */
int fields_hf_flag(unsigned bit);

enum field_group fields_group(enum pfsync_field field);
/* "Wire key", "Source peer". */
const char *fields_group_title(enum field_group group);

#endif
