/*
 * senders.c - who sends, and what is known of each sender's dialect.
 *
 * SPDX-License-Identifier: ISC
 */
#include "senders.h"

#include <string.h>

#include <epan/dissectors/packet-ip.h>
#include <epan/to_str.h>

/* Senders that are looked at one by one. */
#define EARLY 4

struct senders {
	wmem_allocator_t *scope;
	wmem_map_t *map; /* struct sender by itself */
	wmem_array_t *list;
};

/* ------------------------------------------------------------------------
 * Endpoints
 */

static enum pfsync_af
take_address(struct pfsync_addr *out, const address *from)
{
	if (from->type == AT_IPv4 && from->len == 4) {
		memcpy(out->b, from->data, 4);
		return PFSYNC_AF_INET;
	}
	if (from->type == AT_IPv6 && from->len == 16) {
		memcpy(out->b, from->data, 16);
		return PFSYNC_AF_INET6;
	}
	return PFSYNC_AF_UNSPEC;
}

static bool
is_zero(const struct pfsync_addr *addr)
{
	static const struct pfsync_addr zero;

	return memcmp(addr, &zero, sizeof(zero)) == 0;
}

/* Bytes that are not the frame's own were put together from several. */
static bool
was_reassembled(const packet_info *pinfo, tvbuff_t *tvb)
{
	return pinfo->data_src != NULL &&
	       tvb_get_ds_tvb(tvb) != get_data_source_tvb(pinfo->data_src->data);
}

void
endpoint_of(struct endpoint *out, packet_info *pinfo, tvbuff_t *tvb, void *data, bool tap)
{
	const ws_ip4 *ip4 = WS_IP4_PTR(data);
	const ws_ip6 *ip6 = WS_IP6_PTR(data);

	*out = (struct endpoint){.tap = tap};
	out->fragmented = pinfo->fragmented || was_reassembled(pinfo, tvb);
	if (pinfo->rec != NULL && (pinfo->rec->presence_flags & WTAP_HAS_INTERFACE_ID) != 0)
		out->interface = pinfo->rec->rec_header.packet_header.interface_id;
	if (ip4 != NULL) {
		out->af = take_address(&out->src, &ip4->ip_src);
		take_address(&out->dst, &ip4->ip_dst);
		out->has_ip = true;
		out->ttl = ip4->ip_ttl;
		out->ip_id = ip4->ip_id;
	} else if (ip6 != NULL) {
		out->af = take_address(&out->src, &ip6->ip6_src);
		take_address(&out->dst, &ip6->ip6_dst);
		out->has_ip = true;
		out->ttl = ip6->ip6_hop;
	} else if (!tap) {
		out->af = take_address(&out->src, &pinfo->net_src);
		take_address(&out->dst, &pinfo->net_dst);
	}
}

/* ------------------------------------------------------------------------
 * Senders
 */

static guint
hash(gconstpointer key)
{
	const struct sender *sender = key;

	return wmem_strong_hash(sender->addr.b, sizeof(sender->addr.b)) ^ (guint)sender->af ^
	       sender->interface << 2;
}

static gboolean
same(gconstpointer a, gconstpointer b)
{
	const struct sender *x = a, *y = b;

	return x->af == y->af && x->interface == y->interface &&
	       memcmp(x->addr.b, y->addr.b, sizeof(x->addr.b)) == 0;
}

struct senders *
senders_new(wmem_allocator_t *scope)
{
	struct senders *senders = wmem_new0(scope, struct senders);

	senders->scope = scope;
	senders->map = wmem_map_new(scope, hash, same);
	senders->list = wmem_array_new(scope, sizeof(struct sender *));
	return senders;
}

/* Two firewalls share a link, as a rule: the first few need no hashing. */
static struct sender *
find_early(const struct senders *senders, const struct sender *key)
{
	struct sender **list = wmem_array_get_raw(senders->list);
	guint count = wmem_array_get_count(senders->list);

	for (guint i = 0; i < count && i < EARLY; i++) {
		if (same(list[i], key))
			return list[i];
	}
	return NULL;
}

struct sender *
senders_get(struct senders *senders, const struct endpoint *endpoint)
{
	struct sender key = {.af = endpoint->af, .addr = endpoint->src};
	struct sender *sender;

	/* OpenBSD 7.4 writes 0.0.0.0 on pfsync0 (OB 3.3): only the interface
	 * tells whose it is. */
	if (endpoint->tap && is_zero(&endpoint->src))
		key.af = PFSYNC_AF_UNSPEC;
	if (key.af == PFSYNC_AF_UNSPEC)
		key.interface = endpoint->interface;
	sender = find_early(senders, &key);
	if (sender == NULL)
		sender = wmem_map_lookup(senders->map, &key);
	if (sender == NULL) {
		sender = wmem_memdup(senders->scope, &key, sizeof(key));
		wmem_map_insert(senders->map, sender, sender);
		wmem_array_append_one(senders->list, sender);
	}
	return sender;
}

void
senders_each(struct senders *senders, bool (*visit)(struct sender *sender, void *arg), void *arg)
{
	struct sender **list = wmem_array_get_raw(senders->list);
	guint count = wmem_array_get_count(senders->list);

	for (guint i = 0; i < count; i++) {
		if (!visit(list[i], arg))
			return;
	}
}

const char *
sender_label(const struct endpoint *endpoint, packet_info *pinfo)
{
	address addr;

	if (endpoint->af == PFSYNC_AF_UNSPEC || (endpoint->tap && is_zero(&endpoint->src)))
		return endpoint->tap ? "pfsync0" : "unknown";
	if (endpoint->af == PFSYNC_AF_INET)
		set_address(&addr, AT_IPv4, 4, endpoint->src.b);
	else
		set_address(&addr, AT_IPv6, 16, endpoint->src.b);
	return address_with_resolution_to_str(pinfo->pool, &addr);
}
