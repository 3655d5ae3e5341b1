/*
 * tdb.c - counters of IPsec SAs (SEM 2.11).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "internal.h"

/* So that a node that takes over does not use numbers again. */
#define REPLAY_AHEAD 16384
#define SPI_RESERVED 255

static bool
same_sa(const struct fw_tdb *a, uint32_t spi, uint8_t sproto, const struct fw_address *dst)
{
	return a->spi == spi && a->sproto == sproto && a->dst.af == dst->af &&
	       memcmp(&a->dst.addr, &dst->addr, sizeof(dst->addr)) == 0;
}

static struct fw_tdb *
find(struct fw *fw, uint32_t spi, uint8_t sproto, const struct fw_address *dst)
{
	for (uint32_t i = 0; i < fw->tdb_count; i++) {
		if (same_sa(&fw->tdbs[i], spi, sproto, dst))
			return &fw->tdbs[i];
	}
	return NULL;
}

void
fw_tdb_message(const struct fw *fw, const struct fw_tdb *tdb, struct pfsync_message *message)
{
	struct pfsync_tdb *to = &message->u.tdb;

	message->action = PFSYNC_ACT_TDB;
	message->record = PFSYNC_REC_NONE;
	message->action_number = fw->numbers[PFSYNC_ACT_TDB];
	message->has = fw->has[PFSYNC_ACT_TDB];
	message->id = 0;
	message->creatorid = 0;
	memset(to, 0, sizeof(*to));
	to->spi = tdb->spi;
	to->sproto = tdb->sproto;
	to->rpl = tdb->rpl + (tdb->outbound ? REPLAY_AHEAD : 0);
	to->cur_bytes = tdb->cur_bytes;
	/* A BSD socket address: length, family, port, then the address (OB 4.6). */
	if (tdb->dst.af == PFSYNC_AF_INET6) {
		to->dst_sockaddr[0] = 28;
		to->dst_sockaddr[1] = fw->dialect->af_inet6;
		memcpy(to->dst_sockaddr + 8, tdb->dst.addr.b, 16);
	} else {
		to->dst_sockaddr[0] = 16;
		to->dst_sockaddr[1] = 2;
		memcpy(to->dst_sockaddr + 4, tdb->dst.addr.b, 4);
	}
}

bool
fw_tdb_update(struct fw *fw, int64_t now_ns, const struct fw_tdb *tdb)
{
	struct fw_tdb *known;

	fw_begin(fw, now_ns);
	if (fw->freebsd || fw->record_bytes[PFSYNC_ACT_TDB] == 0)
		return false;
	known = find(fw, tdb->spi, tdb->sproto, &tdb->dst);
	if (known == NULL) {
		if (fw->tdb_count >= FW_TDBS_MAX)
			return false;
		known = &fw->tdbs[fw->tdb_count++];
	}
	*known = *tdb;
	if (!fw->up)
		return true;
	if (!fw->traits.sections) {
		fw_tdb_message(fw, known, &fw->scratch);
		fw_plain_one(fw, &fw->scratch, FW_FLUSH_TDB);
		return true;
	}
	if ((fw->tdb_changed & 1U << (known - fw->tdbs)) == 0) {
		fw_queue_tdbs(fw, 1);
		fw->tdb_changed |= 1U << (known - fw->tdbs);
	}
	fw_end(fw);
	return true;
}

const struct fw_tdb *
fw_tdb_at(const struct fw *fw, size_t index)
{
	return index < fw->tdb_count ? &fw->tdbs[index] : NULL;
}

enum fw_outcome
fw_tdb_receive(struct fw *fw, const struct pfsync_message *message)
{
	const struct pfsync_tdb *in = &message->u.tdb;
	struct fw_address dst = {0};
	struct fw_tdb *tdb;

	dst.af = pfsync_tdb_dst(message, &dst.addr);
	if (in->spi <= SPI_RESERVED || dst.af == PFSYNC_AF_UNSPEC) {
		fw->counters.badstate += !fw->config.no_ipsec;
		return FW_OUT_TDB_REFUSED;
	}
	tdb = find(fw, in->spi, in->sproto, &dst);
	if (tdb == NULL)
		return FW_OUT_IGNORED;
	if (in->rpl < tdb->rpl || in->cur_bytes < tdb->cur_bytes) {
		if (fw->traits.bulk != FW_BULK_V6B)
			fw->counters.badstate++;
		return FW_OUT_TDB_REFUSED;
	}
	tdb->rpl = in->rpl;
	tdb->cur_bytes = in->cur_bytes;
	return FW_OUT_TDB_TAKEN;
}
