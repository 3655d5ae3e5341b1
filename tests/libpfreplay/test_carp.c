/*
 * test_carp.c - adverts, the roles that follow from them, and what is no advert.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "evidence/carp.h"

#define LENGTH 36
#define MS INT64_C(1000000)
#define S (1000 * MS)

struct scene {
	struct pfreplay *r;
	uint64_t frame;
	uint64_t counter;
};

static void
put_checksum(uint8_t *bytes)
{
	uint32_t sum = 0;

	bytes[6] = bytes[7] = 0;
	for (size_t i = 0; i < LENGTH; i += 2)
		sum += (uint32_t)bytes[i] * 256 + bytes[i + 1];
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	sum ^= 0xffff;
	bytes[6] = (uint8_t)(sum >> 8);
	bytes[7] = (uint8_t)sum;
}

static void
make_advert(uint8_t bytes[LENGTH], uint8_t vhid, uint8_t base, uint8_t skew, uint8_t demote,
    uint64_t counter)
{
	memset(bytes, 0x5a, LENGTH);
	bytes[0] = 0x21;
	bytes[1] = vhid;
	bytes[2] = skew;
	bytes[3] = 7;
	bytes[4] = demote;
	bytes[5] = base;
	for (int i = 0; i < 8; i++)
		bytes[8 + i] = (uint8_t)(counter >> (56 - 8 * i));
	put_checksum(bytes);
}

static struct pfreplay_packet
packet_of(struct scene *scene, uint8_t host, int64_t time_ns)
{
	return (struct pfreplay_packet){
	    .time_ns = time_ns,
	    .frame = ++scene->frame,
	    .af = PFSYNC_AF_INET,
	    .src = {.b = {10, 1, 0, host}},
	    .dst = {.b = {224, 0, 0, 18}},
	    .has_ip = true,
	    .ttl = 255,
	};
}

static enum pfreplay_carp_status
say_full(
    struct scene *scene, uint8_t host, int64_t time_ns, uint8_t base, uint8_t skew, uint8_t demote)
{
	struct pfreplay_packet packet = packet_of(scene, host, time_ns);
	uint8_t bytes[LENGTH];

	make_advert(bytes, 1, base, skew, demote, ++scene->counter);
	return pfreplay_carp(scene->r, &packet, 0, bytes, LENGTH, LENGTH);
}

static void
say(struct scene *scene, uint8_t host, int64_t time_ns, uint8_t skew)
{
	assert_int_equal(say_full(scene, host, time_ns, 1, skew, 0), PFREPLAY_CARP_ADVERT);
}

static int
setup(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	assert_non_null(scene);
	scene->r = pfreplay_new(NULL);
	*state = scene;
	return 0;
}

static int
teardown(void **state)
{
	struct scene *scene = *state;

	pfreplay_free(scene->r);
	free(scene);
	return 0;
}

/* Master 11 is silent from 5 s on, 12 takes over at 8.4 s, 11 comes back at 20 s. */
static void
test_failover(void **state)
{
	struct scene *scene = *state;
	struct pfreplay_master master;
	struct pfreplay_vhid vhid;
	struct pfreplay_speaker speaker;

	for (int i = 0; i <= 5; i++)
		say(scene, 11, i * S, 0);
	for (int i = 0; i < 8; i++)
		say(scene, 12, 8400 * MS + i * 1390 * MS, 100);
	for (int i = 0; i < 3; i++)
		say(scene, 11, (20 + i) * S, 0);

	assert_true(pfreplay_vhid_at(scene->r, 0, &vhid));
	assert_false(pfreplay_vhid_at(scene->r, 1, &vhid));
	assert_int_equal(vhid.vhid, 1);
	assert_int_equal(vhid.adverts, 17);
	assert_int_equal(vhid.speakers, 2);
	assert_int_equal(vhid.masters, 3);
	assert_int_equal(vhid.splits, 0);
	assert_int_equal(vhid.demotions, 0);

	assert_true(pfreplay_master_at(scene->r, 0, 0, &master));
	assert_int_equal(master.speaker, 0);
	assert_int_equal(master.seen.from_ns, 0);
	assert_int_equal(master.seen.to_ns, 5 * S);
	/* 3 * 1 s of silence, which is before the other's first advert. */
	assert_int_equal(master.until_ns, 8 * S);
	assert_int_equal(master.adverts, 6);
	assert_int_equal(master.seen.from_frame, 1);
	assert_int_equal(master.seen.to_frame, 6);
	assert_true(pfreplay_master_at(scene->r, 0, 1, &master));
	assert_int_equal(master.speaker, 1);
	assert_int_equal(master.until_ns, 20 * S);
	assert_false(pfreplay_master_at(scene->r, 0, 3, &master));

	assert_true(pfreplay_speaker_at(scene->r, 0, 1, &speaker));
	assert_int_equal(speaker.addr.b[3], 12);
	assert_int_equal(speaker.advskew, 100);
	assert_int_equal(speaker.node, -1);
	assert_null(speaker.name);

	assert_int_equal(pfreplay_role_at(scene->r, 0, 0, -1), PFREPLAY_ROLE_UNKNOWN);
	assert_int_equal(pfreplay_role_at(scene->r, 0, 0, 4 * S), PFREPLAY_ROLE_MASTER);
	assert_int_equal(pfreplay_role_at(scene->r, 0, 1, 4 * S), PFREPLAY_ROLE_BACKUP);
	assert_int_equal(pfreplay_role_at(scene->r, 0, 1, 8200 * MS), PFREPLAY_ROLE_UNKNOWN);
	assert_int_equal(pfreplay_role_at(scene->r, 0, 0, 10 * S), PFREPLAY_ROLE_BACKUP);
	assert_int_equal(pfreplay_role_at(scene->r, 0, 1, 10 * S), PFREPLAY_ROLE_MASTER);
	assert_int_equal(pfreplay_role_at(scene->r, 0, 0, 21 * S), PFREPLAY_ROLE_MASTER);
	assert_int_equal(pfreplay_role_at(scene->r, 0, 2, 21 * S), PFREPLAY_ROLE_UNKNOWN);
	assert_int_equal(pfreplay_role_at(scene->r, 1, 0, 21 * S), PFREPLAY_ROLE_UNKNOWN);
	assert_int_equal(pfreplay_now(scene->r), 22 * S);
}

/* A preempting node takes over at once: one advert of each side by side is no split. */
static void
test_preempted(void **state)
{
	struct scene *scene = *state;
	struct pfreplay_vhid vhid;

	for (int i = 0; i < 6; i++)
		say(scene, 12, i * 1390 * MS, 100);
	say(scene, 11, 6951 * MS, 0);
	say(scene, 12, 6952 * MS, 100);
	for (int i = 1; i < 10; i++)
		say(scene, 11, 6951 * MS + i * S, 0);
	assert_true(pfreplay_vhid_at(scene->r, 0, &vhid));
	assert_int_equal(vhid.splits, 0);
	assert_int_equal(vhid.masters, 2);
	assert_int_equal(pfreplay_role_at(scene->r, 0, 1, 7500 * MS), PFREPLAY_ROLE_MASTER);
	assert_int_equal(pfreplay_role_at(scene->r, 0, 0, 7500 * MS), PFREPLAY_ROLE_BACKUP);
}

static void
test_split_brain(void **state)
{
	struct scene *scene = *state;
	struct pfreplay_split split;
	struct pfreplay_vhid vhid;

	for (int i = 0; i < 10; i++)
		say(scene, 11, i * S, 0);
	for (int i = 10; i < 20; i++) {
		say(scene, 11, i * S, 0);
		say(scene, 12, i * S + 300 * MS, 0);
	}
	for (int i = 20; i < 30; i++)
		say(scene, 11, i * S, 0);
	assert_true(pfreplay_vhid_at(scene->r, 0, &vhid));
	assert_int_equal(vhid.splits, 1);
	assert_true(pfreplay_split_at(scene->r, 0, 0, &split));
	assert_int_equal(split.speakers[0], 0);
	assert_int_equal(split.speakers[1], 1);
	assert_int_equal(split.seen.from_ns, 10 * S + 300 * MS);
	/* 12 was alive for another three seconds, as far as 11 could know. */
	assert_int_equal(split.seen.to_ns, 22 * S);
	assert_false(split.unequal);
	assert_false(pfreplay_split_at(scene->r, 0, 1, &split));
	assert_int_equal(pfreplay_role_at(scene->r, 0, 0, 15 * S), PFREPLAY_ROLE_MASTER);
	assert_int_equal(pfreplay_role_at(scene->r, 0, 1, 15 * S), PFREPLAY_ROLE_MASTER);
}

static void
test_demotion(void **state)
{
	struct scene *scene = *state;
	struct pfreplay_demotion demotion;
	struct pfreplay_vhid vhid;

	say(scene, 11, 0, 0);
	say(scene, 11, 1 * S, 240); /* FreeBSD */
	say(scene, 11, 3 * S, 240);
	say(scene, 11, 4 * S, 0);
	say_full(scene, 11, 5 * S, 1, 0, 33); /* OpenBSD */
	say_full(scene, 11, 6 * S, 1, 0, 32);
	say(scene, 11, 7 * S, 239); /* just a large one */
	assert_true(pfreplay_vhid_at(scene->r, 0, &vhid));
	assert_int_equal(vhid.demotions, 2);
	assert_int_equal(vhid.masters, 1);
	assert_true(pfreplay_demotion_at(scene->r, 0, 0, &demotion));
	assert_int_equal(demotion.advskew_max, 240);
	assert_int_equal(demotion.demote_max, 0);
	assert_int_equal(demotion.seen.from_ns, 1 * S);
	assert_int_equal(demotion.seen.to_ns, 3 * S);
	assert_int_equal(demotion.adverts, 2);
	assert_true(pfreplay_demotion_at(scene->r, 0, 1, &demotion));
	assert_int_equal(demotion.demote_max, 33);
	assert_int_equal(demotion.seen.to_ns, 6 * S);
}

static void
test_leaving(void **state)
{
	struct scene *scene = *state;
	struct pfreplay_master master;

	say(scene, 11, 0, 0);
	say(scene, 11, 1 * S, 0);
	say_full(scene, 11, 1500 * MS, 255, 255, 0);
	say(scene, 12, 1501 * MS, 100);
	assert_true(pfreplay_master_at(scene->r, 0, 0, &master));
	assert_true(master.left);
	assert_int_equal(master.until_ns, 1500 * MS);
	assert_int_equal(pfreplay_role_at(scene->r, 0, 0, 1600 * MS), PFREPLAY_ROLE_BACKUP);
	assert_int_equal(pfreplay_role_at(scene->r, 0, 1, 1600 * MS), PFREPLAY_ROLE_MASTER);
}

/* What comes back from the network makes nobody a master. */
static void
test_echo(void **state)
{
	struct scene *scene = *state;
	struct pfreplay_speaker speaker;

	say(scene, 11, 0, 0);
	scene->counter--;
	say(scene, 11, 1 * S, 0);
	assert_true(pfreplay_speaker_at(scene->r, 0, 0, &speaker));
	assert_int_equal(speaker.echoes, 1);
	assert_int_equal(pfreplay_role_at(scene->r, 0, 0, 3500 * MS), PFREPLAY_ROLE_UNKNOWN);
}

static void
test_groups(void **state)
{
	struct scene *scene = *state;
	struct pfreplay_packet packet = packet_of(scene, 11, 0);
	uint8_t bytes[LENGTH];
	struct pfreplay_vhid vhid;

	make_advert(bytes, 1, 1, 0, 0, 1);
	pfreplay_carp(scene->r, &packet, 0, bytes, LENGTH, LENGTH);
	pfreplay_carp(scene->r, &packet, 7, bytes, LENGTH, LENGTH);
	packet.file = 1;
	pfreplay_carp(scene->r, &packet, 7, bytes, LENGTH, LENGTH);
	packet.af = PFSYNC_AF_INET6;
	packet.dst.b[0] = 0xff;
	pfreplay_carp(scene->r, &packet, 7, bytes, LENGTH, LENGTH);
	make_advert(bytes, 2, 1, 0, 0, 2);
	pfreplay_carp(scene->r, &packet, 7, bytes, LENGTH, LENGTH);
	for (size_t n = 0; n < 5; n++) {
		assert_true(pfreplay_vhid_at(scene->r, n, &vhid));
		assert_int_equal(vhid.adverts, 1);
	}
	assert_false(pfreplay_vhid_at(scene->r, 5, &vhid));
	assert_int_equal(vhid.vhid, 2);
	assert_int_equal(vhid.af, PFSYNC_AF_INET6);
	assert_int_equal(vhid.file, 1);
	assert_int_equal(vhid.link, 7);
}

/* A speaker is a node if the user says so, or if it speaks pfsync there too. */
static void
test_names(void **state)
{
	static const struct pfreplay_name names[] = {
	    {.name = "fw1", .af = PFSYNC_AF_INET, .addr = {.b = {10, 0, 0, 11}}},
	    {.name = "fw1", .af = PFSYNC_AF_INET, .addr = {.b = {10, 1, 0, 11}}},
	    {.name = "fw2", .af = PFSYNC_AF_INET, .addr = {.b = {10, 1, 0, 12}}},
	};
	const struct pfreplay_options options = {.names = names, .name_count = 3};
	struct scene *scene = *state;
	struct pfreplay_packet packet = packet_of(scene, 11, 0);
	struct pfreplay_speaker speaker;

	pfreplay_free(scene->r);
	scene->r = pfreplay_new(&options);
	packet.src.b[1] = 0;
	pfreplay_packet_begin(scene->r, &packet);
	pfreplay_packet_end(scene->r);
	say(scene, 11, 1 * S, 0);
	say(scene, 12, 1 * S, 100);
	assert_true(pfreplay_speaker_at(scene->r, 0, 0, &speaker));
	assert_int_equal(speaker.node, 0);
	assert_string_equal(speaker.name, "fw1");
	assert_int_equal(pfreplay_speaker_of_node(scene->r, 0, 0), 0);
	assert_true(pfreplay_speaker_at(scene->r, 0, 1, &speaker));
	assert_int_equal(speaker.node, -1);
	assert_string_equal(speaker.name, "fw2");
	assert_int_equal(pfreplay_speaker_of_node(scene->r, 0, 1), -1);
}

static enum pfreplay_carp_status
parse(const uint8_t *bytes, size_t caplen, size_t wirelen)
{
	uint8_t *exact = malloc(caplen > 0 ? caplen : 1);
	struct carp_advert advert;
	enum pfreplay_carp_status status;

	assert_non_null(exact);
	memcpy(exact, bytes, caplen);
	status = carp_parse(exact, caplen, wirelen, &advert);
	free(exact);
	return status;
}

static void
test_parse(void **state)
{
	static const uint8_t vrrp3[12] = {0x31, 1, 100, 1};
	static const uint8_t vrrp2[20] = {0x21, 1, 100, 1, 0, 1};
	uint8_t bytes[LENGTH];

	(void)state;
	make_advert(bytes, 1, 1, 100, 0, 1);
	/* The first six bytes are enough, and only a whole one can be proved. */
	for (size_t caplen = 0; caplen <= LENGTH; caplen++)
		assert_int_equal(parse(bytes, caplen, LENGTH),
		    caplen < 6 ? PFREPLAY_CARP_CUT : PFREPLAY_CARP_ADVERT);
	assert_int_equal(parse(bytes, 0, 0), PFREPLAY_CARP_MALFORMED);
	assert_int_equal(parse(bytes, LENGTH - 1, LENGTH - 1), PFREPLAY_CARP_MALFORMED);
	assert_int_equal(parse(vrrp3, sizeof(vrrp3), sizeof(vrrp3)), PFREPLAY_CARP_VRRP);
	assert_int_equal(parse(vrrp2, sizeof(vrrp2), sizeof(vrrp2)), PFREPLAY_CARP_VRRP);
	for (size_t i = 0; i < LENGTH; i++) {
		enum pfreplay_carp_status status;

		bytes[i] ^= 0x10;
		status = parse(bytes, LENGTH, LENGTH);
		if (i == 0)
			assert_int_equal(status, PFREPLAY_CARP_VRRP);
		else if (i == 3)
			assert_int_equal(status, PFREPLAY_CARP_MALFORMED);
		else
			assert_int_equal(status, PFREPLAY_CARP_CHECKSUM);
		bytes[i] ^= 0x10;
	}
}

static void
test_ttl(void **state)
{
	struct scene *scene = *state;
	struct pfreplay_packet packet = packet_of(scene, 11, 0);
	uint8_t bytes[LENGTH];

	make_advert(bytes, 1, 1, 100, 0, 1);
	packet.ttl = 254;
	assert_int_equal(
	    pfreplay_carp(scene->r, &packet, 0, bytes, LENGTH, LENGTH), PFREPLAY_CARP_BADTTL);
	packet.dst.b[0] = 10;
	assert_int_equal(
	    pfreplay_carp(scene->r, &packet, 0, bytes, LENGTH, LENGTH), PFREPLAY_CARP_ADVERT);
	assert_int_equal(pfreplay_carp_count(scene->r, PFREPLAY_CARP_BADTTL), 1);
	assert_int_equal(pfreplay_carp_count(scene->r, PFREPLAY_CARP_ADVERT), 1);
}

/* Forged adverts from everywhere: memory stays bounded, and it is said. */
static void
test_flood(void **state)
{
	struct scene *scene = *state;
	struct pfreplay_packet packet = packet_of(scene, 0, 0);
	uint8_t bytes[LENGTH];
	struct pfreplay_vhid vhid;

	for (unsigned i = 0; i < 20000; i++) {
		make_advert(bytes, (uint8_t)i, 1, (uint8_t)(i % 2 * 240), 0, i + 1);
		packet.src.b[3] = (uint8_t)(i / 256 % 20);
		packet.time_ns = (int64_t)i * 100 * S;
		pfreplay_carp(scene->r, &packet, i % 8, bytes, LENGTH, LENGTH);
	}
	assert_true(pfreplay_carp_count(scene->r, PFREPLAY_CARP_REFUSED) > 0);
	for (size_t n = 0; pfreplay_vhid_at(scene->r, n, &vhid); n++)
		assert_true(vhid.speakers <= CARP_SPEAKERS_MAX);
	for (unsigned i = 0; i < 2 * CARP_SPANS_MAX; i++) {
		say(scene, 11, 3000000 * S + i * 100 * S, 240);
		say(scene, 11, 3000000 * S + i * 100 * S + S, 0);
	}
	for (size_t n = 0; pfreplay_vhid_at(scene->r, n, &vhid); n++)
		continue; /* the last one is that */
	assert_true(vhid.unlisted > 0);
	assert_int_equal(vhid.masters, CARP_SPANS_MAX);
	assert_int_equal(vhid.demotions, CARP_SPANS_MAX);
}

/* One advert of fw1 (host 11) or fw2 (12) on network 10.`vhid`.0.0. */
static void
say_on(struct scene *scene, uint8_t vhid, uint8_t host, int64_t time_ns, uint8_t skew)
{
	struct pfreplay_packet packet = packet_of(scene, host, time_ns);
	uint8_t bytes[LENGTH];

	packet.src.b[1] = vhid;
	packet.file = vhid;
	make_advert(bytes, vhid, 1, skew, 0, ++scene->counter);
	assert_int_equal(
	    pfreplay_carp(scene->r, &packet, 0, bytes, LENGTH, LENGTH), PFREPLAY_CARP_ADVERT);
}

/*
 * Two networks.  fw1's second one fails at 5 s, fw2 takes it over at 8.5 s; at 20 s
 * fw1 is back there and fw2 gives way.
 */
static void
test_two_networks(void **state)
{
	static const struct pfreplay_name names[] = {
	    {"fw1", PFSYNC_AF_INET, {{10, 1, 0, 11}}},
	    {"fw1", PFSYNC_AF_INET, {{10, 2, 0, 11}}},
	    {"fw2", PFSYNC_AF_INET, {{10, 1, 0, 12}}},
	    {"fw2", PFSYNC_AF_INET, {{10, 2, 0, 12}}},
	};
	const struct pfreplay_options options = {.names = names, .name_count = 4};
	struct scene *scene = *state;
	struct pfreplay_disorder found[4];

	pfreplay_free(scene->r);
	scene->r = pfreplay_new(&options);
	for (int i = 0; i <= 30; i++) {
		say_on(scene, 1, 11, i * S, 0);
		if (i <= 5 || i >= 20)
			say_on(scene, 2, 11, i * S + 10 * MS, 0);
		else if (i >= 8 && i < 20)
			say_on(scene, 2, 12, i * S + 500 * MS, 100);
	}
	assert_int_equal(pfreplay_disorders(scene->r, found, 4), 2);
	assert_int_equal(found[0].kind, PFREPLAY_DISORDER_NOBODY);
	assert_int_equal(found[0].vhids[0], 1);
	assert_true(found[0].from_ns == 5 * S + 10 * MS);
	assert_true(found[0].to_ns == 8500 * MS);
	assert_int_equal(found[0].ended, PFREPLAY_CHANGE_SILENT);
	assert_int_equal(found[1].kind, PFREPLAY_DISORDER_PARTED);
	assert_true(found[1].from_ns == 8500 * MS);
	assert_true(found[1].to_ns == 20 * S + 10 * MS);
	assert_int_equal(found[1].vhids[0], 0);
	assert_int_equal(found[1].vhids[1], 1);
	assert_int_equal(found[1].ended, PFREPLAY_CHANGE_PREEMPTED);
	assert_int_equal(found[1].ended_vhid, 1);
	assert_false(found[1].lasts);
}

/* Without names nobody knows whether they are of one firewall. */
static void
test_two_networks_unnamed(void **state)
{
	struct scene *scene = *state;

	for (int i = 0; i <= 10; i++) {
		say_on(scene, 1, 11, i * S, 0);
		say_on(scene, 2, 12, i * S + 10 * MS, 0);
	}
	assert_int_equal(pfreplay_disorders(scene->r, NULL, 0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_failover, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_two_networks, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_two_networks_unnamed, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_preempted, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_split_brain, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_demotion, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_leaving, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_echo, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_groups, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_names, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_ttl, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_flood, setup, teardown),
	    cmocka_unit_test(test_parse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
