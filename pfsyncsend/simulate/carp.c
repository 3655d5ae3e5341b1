/*
 * carp.c - who is master: CARP between the simulated firewalls (SEM 8).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include <glib.h>

#include "carp.h"

#define SECOND INT64_C(1000000000)

/* Octets of an advert (SEM 8). */
enum {
	AT_VERSION_TYPE,
	AT_VHID,
	AT_ADVSKEW,
	AT_AUTHLEN,
	AT_DEMOTE,
	AT_ADVBASE,
	AT_CHECKSUM,
	AT_COUNTER = 8,
	AT_HMAC = 16
};

enum { VERSION_TYPE = 0x21, AUTHLEN = 7, FAREWELL = 255 };

struct member {
	struct carp_member config;
	enum carp_role role;
	int64_t due_ns;   /* master: next advert; backup: takes over */
	int64_t since_ns; /* in this role */
	uint64_t counter;
};

struct vhid {
	struct carp_vhid config;
	struct member *members; /* one a node */
};

struct carp {
	struct carp_callbacks call;
	size_t nodes, count;
	struct vhid vhids[CARP_VHIDS_MAX];
};

const char *
carp_role_name(enum carp_role role)
{
	static const char *const names[] = {"init", "backup", "master"};

	return names[role];
}

struct carp *
carp_new(size_t nodes, const struct carp_callbacks *callbacks)
{
	struct carp *carp = g_new0(struct carp, 1);

	carp->call = *callbacks;
	carp->nodes = nodes;
	return carp;
}

void
carp_free(struct carp *carp)
{
	if (carp == NULL)
		return;
	for (size_t v = 0; v < carp->count; v++)
		g_free(carp->vhids[v].members);
	g_free(carp);
}

size_t
carp_add(struct carp *carp, const struct carp_vhid *vhid, const struct carp_member *members)
{
	struct vhid *v = &carp->vhids[carp->count];

	v->config = *vhid;
	v->members = g_new0(struct member, carp->nodes);
	for (size_t n = 0; n < carp->nodes; n++) {
		v->members[n].config = members[n];
		v->members[n].due_ns = INT64_MAX;
	}
	return carp->count++;
}

size_t
carp_count(const struct carp *carp)
{
	return carp->count;
}

/* ------------------------------------------------------------------------
 * Adverts
 */

static int
compare_addresses(const void *x, const void *y)
{
	return memcmp(x, y, 4);
}

static void
sign(const struct carp_vhid *vhid, uint8_t *bytes)
{
	struct pfsync_addr sorted[CARP_ADDRESSES_MAX];
	GHmac *hmac = g_hmac_new(G_CHECKSUM_SHA1, vhid->key, sizeof(vhid->key));
	const uint8_t head[3] = {2, 1, vhid->vhid}; /* version, type, vhid */
	gsize len = CARP_ADVERT_BYTES - AT_HMAC;

	memcpy(sorted, vhid->addresses, sizeof(sorted));
	qsort(sorted, vhid->address_count, sizeof(sorted[0]), compare_addresses);
	g_hmac_update(hmac, head, sizeof(head));
	for (size_t i = 0; i < vhid->address_count; i++)
		g_hmac_update(hmac, sorted[i].b, 4);
	g_hmac_update(hmac, bytes + AT_COUNTER, AT_HMAC - AT_COUNTER);
	g_hmac_get_digest(hmac, bytes + AT_HMAC, &len);
	g_hmac_unref(hmac);
}

static void
put_checksum(uint8_t *bytes)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < CARP_ADVERT_BYTES; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~((sum & 0xffff) + (sum >> 16));
	bytes[AT_CHECKSUM] = (uint8_t)(sum >> 8);
	bytes[AT_CHECKSUM + 1] = (uint8_t)sum;
}

static void
shown(const struct carp *carp, size_t node, const struct carp_member *config, uint8_t *skew,
    uint8_t *demote)
{
	*skew = config->advskew;
	*demote = 0;
	if (carp->call.shown != NULL)
		carp->call.shown(carp->call.context, node, config->advskew, skew, demote);
	if (!config->openbsd)
		*demote = 0; /* the octet is reserved on FreeBSD */
}

static void
advertise(struct carp *carp, size_t node, size_t vhid, bool farewell)
{
	struct vhid *v = &carp->vhids[vhid];
	struct member *m = &v->members[node];
	uint8_t bytes[CARP_ADVERT_BYTES] = {
	    [AT_VERSION_TYPE] = VERSION_TYPE, [AT_VHID] = v->config.vhid, [AT_AUTHLEN] = AUTHLEN};

	shown(carp, node, &m->config, &bytes[AT_ADVSKEW], &bytes[AT_DEMOTE]);
	bytes[AT_ADVBASE] = m->config.advbase;
	if (farewell)
		bytes[AT_ADVSKEW] = bytes[AT_ADVBASE] = FAREWELL;
	m->counter++;
	for (unsigned i = 0; i < 8; i++)
		bytes[AT_COUNTER + i] = (uint8_t)(m->counter >> (56 - 8 * i));
	sign(&v->config, bytes);
	put_checksum(bytes);
	carp->call.advert(carp->call.context, node, vhid, bytes);
}

/* ------------------------------------------------------------------------
 * Roles
 */

static int64_t
interval_ns(unsigned advbase, unsigned advskew)
{
	return (int64_t)advbase * SECOND + (int64_t)advskew * SECOND / 256;
}

static int64_t
own_interval_ns(const struct carp *carp, size_t node, const struct member *m)
{
	uint8_t skew, demote;

	shown(carp, node, &m->config, &skew, &demote);
	return interval_ns(m->config.advbase, skew);
}

static int64_t
patience_ns(const struct carp *carp, size_t node, const struct member *m)
{
	return own_interval_ns(carp, node, m) + 2 * (int64_t)m->config.advbase * SECOND;
}

static void
become(struct carp *carp, int64_t now_ns, size_t node, size_t vhid, enum carp_role role,
    const char *why)
{
	struct member *m = &carp->vhids[vhid].members[node];
	enum carp_role before = m->role;

	if (before != role) {
		m->role = role;
		m->since_ns = now_ns;
		if (carp->call.role != NULL)
			carp->call.role(carp->call.context, node, vhid, before, role, why);
	}
	switch (role) {
	case CARP_MASTER:
		advertise(carp, node, vhid, false);
		m->due_ns = now_ns + own_interval_ns(carp, node, m);
		break;
	case CARP_BACKUP:
		m->due_ns = now_ns + patience_ns(carp, node, m);
		break;
	default:
		m->due_ns = INT64_MAX;
		break;
	}
}

void
carp_up(struct carp *carp, int64_t now_ns, size_t node)
{
	for (size_t v = 0; v < carp->count; v++) {
		struct member *m = &carp->vhids[v].members[node];
		if (m->config.present && m->role == CARP_OUT)
			become(carp, now_ns, node, v, CARP_BACKUP, "interface up");
	}
}

void
carp_down(struct carp *carp, int64_t now_ns, size_t node, bool farewell)
{
	for (size_t v = 0; v < carp->count; v++) {
		struct member *m = &carp->vhids[v].members[node];
		if (farewell && m->role == CARP_MASTER)
			advertise(carp, node, v, true);
		if (m->role != CARP_OUT)
			become(carp, now_ns, node, v, CARP_OUT, "interface down");
	}
}

int64_t
carp_deadline_ns(const struct carp *carp)
{
	int64_t due_ns = INT64_MAX;

	for (size_t v = 0; v < carp->count; v++) {
		for (size_t n = 0; n < carp->nodes; n++) {
			if (carp->vhids[v].members[n].due_ns < due_ns)
				due_ns = carp->vhids[v].members[n].due_ns;
		}
	}
	return due_ns;
}

void
carp_tick(struct carp *carp, int64_t now_ns)
{
	for (size_t v = 0; v < carp->count; v++) {
		for (size_t n = 0; n < carp->nodes; n++) {
			if (carp->vhids[v].members[n].due_ns <= now_ns)
				become(carp, now_ns, n, v, CARP_MASTER, "master silent");
		}
	}
}

/* A master hears an advert: does it yield?  (SEM 8) */
static bool
yields(bool openbsd, int64_t mine_ns, unsigned my_demote, int64_t its_ns, unsigned its_demote)
{
	if (!openbsd)
		return its_ns <= mine_ns;
	return its_demote < my_demote || (its_ns <= mine_ns && its_demote <= my_demote);
}

/* A backup hears an advert: does it take over? */
static bool
takes_over(const struct carp_vhid *vhid, bool openbsd, int64_t mine_ns, unsigned my_demote,
    int64_t its_ns, unsigned its_demote)
{
	if (!openbsd)
		return vhid->preempt && its_ns > mine_ns;
	return its_demote > my_demote ||
	       (vhid->preempt && its_ns > mine_ns && its_demote >= my_demote);
}

void
carp_receive(struct carp *carp, int64_t now_ns, size_t node, const uint8_t bytes[CARP_ADVERT_BYTES])
{
	for (size_t v = 0; v < carp->count; v++) {
		struct vhid *vhid = &carp->vhids[v];
		struct member *m = &vhid->members[node];
		int64_t its_ns = interval_ns(bytes[AT_ADVBASE], bytes[AT_ADVSKEW]);
		int64_t mine_ns = own_interval_ns(carp, node, m);
		bool openbsd = m->config.openbsd;
		uint8_t skew, demote;

		if (!m->config.present || bytes[AT_VHID] != vhid->config.vhid)
			continue;
		shown(carp, node, &m->config, &skew, &demote);
		if (m->role == CARP_MASTER) {
			if (yields(openbsd, mine_ns, demote, its_ns, bytes[AT_DEMOTE]))
				become(carp, now_ns, node, v, CARP_BACKUP, "better master heard");
		} else if (m->role == CARP_BACKUP) {
			if (its_ns > patience_ns(carp, node, m))
				become(carp, now_ns, node, v, CARP_MASTER, "master leaves");
			else if (takes_over(&vhid->config, openbsd, mine_ns, demote, its_ns,
				     bytes[AT_DEMOTE]))
				become(carp, now_ns, node, v, CARP_MASTER, "preempts");
			else
				become(carp, now_ns, node, v, CARP_BACKUP, "master heard");
		}
	}
}

enum carp_role
carp_role(const struct carp *carp, size_t node, size_t vhid)
{
	return carp->vhids[vhid].members[node].role;
}

int
carp_master(const struct carp *carp, size_t vhid)
{
	int master = -1;

	for (size_t n = 0; n < carp->nodes; n++) {
		const struct member *m = &carp->vhids[vhid].members[n];
		if (m->role == CARP_MASTER &&
		    (master < 0 || m->since_ns < carp->vhids[vhid].members[master].since_ns))
			master = (int)n;
	}
	return master;
}

size_t
carp_masters(const struct carp *carp, size_t vhid)
{
	size_t masters = 0;

	for (size_t n = 0; n < carp->nodes; n++)
		masters += carp->vhids[vhid].members[n].role == CARP_MASTER;
	return masters;
}
