/*
 * json_connection.h - which connection a state is, as members of a JSON object.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCDUMP_JSON_CONNECTION_H
#define PFSYNCDUMP_JSON_CONNECTION_H

#include <jansson.h>

#include "pfsync.h"

/* "id" and "creatorid". */
void json_set_ids(json_t *object, uint64_t id, uint32_t creatorid);

/*
 * What the record in `message` tells: ifname, af, proto, proto_name, stack_proto if
 * another, direction, and the ends.  inside_addr and inside_port are the end behind the
 * translation, mapped_addr and mapped_port what others see of it if that is not the
 * same, outside_addr and outside_port the other end as others see it, and
 * outside_mapped_addr and outside_mapped_port what the inside sees of that, if not the
 * same.  (lan, gwy and ext of versions 1 to 3; OB 4.3.)  Nothing where the record has no
 * keys.  src_peer and dst_peer: the levels, if it has them.
 */
void json_set_connection(json_t *object, const struct pfsync_message *message);

#endif
