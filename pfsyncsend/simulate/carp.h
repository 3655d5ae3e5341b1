/*
 * carp.h - who is master: CARP between the simulated firewalls (SEM 8).
 *
 * SPDX-License-Identifier: ISC
 *
 * A member is one firewall in one virtual host (vhid).  The machine reads no clock and sends
 * nothing: adverts and changes of role come out through callbacks, from within the call that
 * caused them; callbacks must not call back.
 */
#ifndef PFSYNCSEND_SIMULATE_CARP_H
#define PFSYNCSEND_SIMULATE_CARP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pfsync.h"

enum { CARP_PROTO = 112, CARP_ADVERT_BYTES = 36, CARP_VHIDS_MAX = 8, CARP_ADDRESSES_MAX = 4 };

enum carp_role { CARP_OUT, CARP_BACKUP, CARP_MASTER };
const char *carp_role_name(enum carp_role role); /* "init", "backup", "master" */

struct carp_member {
	bool present;
	bool openbsd;    /* form of adverts and rules; else FreeBSD */
	uint8_t advbase; /* seconds */
	uint8_t advskew;
};

struct carp_vhid {
	uint8_t vhid;
	bool preempt;
	uint8_t key[20];
	struct pfsync_addr addresses[CARP_ADDRESSES_MAX]; /* virtual, IPv4 */
	size_t address_count;
};

struct carp_callbacks {
	void *context;
	void (*advert)(
	    void *context, size_t node, size_t vhid, const uint8_t bytes[CARP_ADVERT_BYTES]);
	void (*role)(void *context, size_t node, size_t vhid, enum carp_role before,
	    enum carp_role after, const char *why);
	/* What demotion makes of a configured skew (fw_carp_advert()). */
	void (*shown)(void *context, size_t node, uint8_t advskew, uint8_t *skew, uint8_t *demote);
};

struct carp;

struct carp *carp_new(size_t nodes, const struct carp_callbacks *callbacks);
void carp_free(struct carp *carp);
/* Returns the index of the virtual host; `members` has one entry a node. */
size_t carp_add(struct carp *carp, const struct carp_vhid *vhid, const struct carp_member *members);
size_t carp_count(const struct carp *carp);

/* A node's CARP interfaces come up (as backup) or go down, with or without a farewell. */
void carp_up(struct carp *carp, int64_t now_ns, size_t node);
void carp_down(struct carp *carp, int64_t now_ns, size_t node, bool farewell);
int64_t carp_deadline_ns(const struct carp *carp); /* INT64_MAX: nothing is planned */
void carp_tick(struct carp *carp, int64_t now_ns);
void carp_receive(
    struct carp *carp, int64_t now_ns, size_t node, const uint8_t bytes[CARP_ADVERT_BYTES]);

enum carp_role carp_role(const struct carp *carp, size_t node, size_t vhid);
/* The master of a virtual host; of several, the one that has been it for longest. -1: none. */
int carp_master(const struct carp *carp, size_t vhid);
size_t carp_masters(const struct carp *carp, size_t vhid);

#endif
