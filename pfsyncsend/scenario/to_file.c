/*
 * to_file.c - a scenario as a capture file.
 *
 * SPDX-License-Identifier: ISC
 */
#include "to_file.h"

#include <stdio.h>
#include <string.h>

#include "packet_emit.h"
#include "pcap_out.h"

struct target {
	const struct scenario *s;
	struct pcap_out out;
	struct buffer frame;
};

/* The MAC of whoever has the address; a group's; or one that ends like it. */
static struct link_mac
mac_of(const struct scenario *s, const struct ip_packet *ip)
{
	const uint8_t *a = ip->ip6 ? ip->dst.b + 12 : ip->dst.b;

	if (ip_is_multicast(ip->ip6, &ip->dst))
		return link_group_mac(ip->ip6, &ip->dst);
	for (size_t i = 0; i < s->node_count; i++) {
		const struct scenario_node *node = &s->nodes[i];
		if ((ip->ip6 ? node->has_ip6 : node->has_ip4) &&
		    memcmp(&ip->dst, ip->ip6 ? &node->ip6 : &node->ip4, sizeof(ip->dst)) == 0)
			return node->mac;
	}
	return (struct link_mac){{0x02, 0x00, a[0], a[1], a[2], a[3]}};
}

static bool
write_frame(void *context, const struct emitted *emitted)
{
	struct target *t = context;
	const struct scenario_file *file = &t->s->file;
	const struct ip_packet *ip = &emitted->packet->ip;
	const struct link_frame link = {
	    .kind = file->link,
	    .ip6 = ip->ip6,
	    .src = emitted->node->mac,
	    .dst = mac_of(t->s, ip),
	    .vlan = file->vlan,
	    .outer_vlan = file->outer_vlan,
	    .padded = file->padded && file->link <= LINK_QINQ,
	    .af_inet6 = emitted->node->dialect->af_inet6,
	};
	size_t kept;

	buffer_reset(&t->frame);
	link_write(&t->frame, &link, emitted->bytes, emitted->len);
	kept = emitted->packet->snaplen > 0 ? emitted->packet->snaplen : t->frame.len;
	return pcap_out_part(&t->out, emitted->time_ns, t->frame.bytes, kept, t->frame.len);
}

bool
to_file(struct scenario *scenario, const char *path, uint64_t *frames)
{
	const enum emit_form form = link_is_tap(scenario->file.link) ? EMIT_TAP : EMIT_IP;
	struct target target = {.s = scenario};
	struct pcap_format format = scenario->file.format;
	int error;

	format.linktype = link_type(scenario->file.link);
	error = pcap_out_open(&target.out, path, &format);
	if (error == 0) {
		packets_emit(scenario, form, write_frame, &target);
		error = pcap_out_commit(&target.out);
		buffer_free(&target.frame);
	}
	*frames = target.out.frames;
	if (error != 0)
		fprintf(stderr, "pfsyncsend: %s: cannot write: %s\n", path, strerror(error));
	return error == 0;
}
