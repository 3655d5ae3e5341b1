/*
 * test_link.c - link layers: each type, each truncation, hostile nesting.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "link.h"

/* A link-layer header, complete, and what is to be found in it. */
struct vector {
	const char *what;
	int dlt;
	const char *bytes;
	size_t len;
	size_t needed; /* without this many bytes nothing can be said */
	enum link_status status;
	unsigned version;
	size_t mac; /* offset of the source address, 0 = none */
};

#define BYTES(text) text, sizeof(text) - 1
#define MACS "\x01\x00\x5e\x00\x00\xf0\x02\x00\x00\x00\x00\x11"
#define SLL(count) "\x00\x00\x00\x01\x00" count "\x02\x00\x00\x00\x00\x11\x00\x00"
#define SLL2(type, count)                                                                          \
	type "\x00\x00\x00\x00\x00\x02\x00\x01\x02" count "\x02\x00\x00\x00\x00\x11\x00\x00"
#define TAG "\x00\x64"

static const struct vector vectors[] = {
    {"Ethernet, IPv4", 1, BYTES(MACS "\x08\x00"), 14, LINK_IP, 4, 6},
    {"Ethernet, IPv6", 1, BYTES(MACS "\x86\xdd"), 14, LINK_IP, 6, 6},
    {"Ethernet, ARP", 1, BYTES(MACS "\x08\x06"), 14, LINK_OTHER, 0, 0},
    {"Ethernet, LLC", 1, BYTES(MACS "\x00\x20"), 14, LINK_OTHER, 0, 0},
    {"VLAN, IPv4", 1, BYTES(MACS "\x81\x00" TAG "\x08\x00"), 18, LINK_IP, 4, 6},
    {"QinQ, IPv6", 1, BYTES(MACS "\x88\xa8" TAG "\x81\x00" TAG "\x86\xdd"), 22, LINK_IP, 6, 6},
    {"old QinQ, ARP", 1, BYTES(MACS "\x91\x00" TAG "\x08\x06"), 18, LINK_OTHER, 0, 0},
    {"cooked, IPv4", 113, BYTES(SLL("\x06") "\x08\x00"), 16, LINK_IP, 4, 6},
    {"cooked without address", 113, BYTES(SLL("\x00") "\x86\xdd"), 16, LINK_IP, 6, 0},
    {"cooked, VLAN", 113, BYTES(SLL("\x06") "\x81\x00" TAG "\x08\x00"), 20, LINK_IP, 4, 6},
    {"cooked, other", 113, BYTES(SLL("\x06") "\x00\x04"), 16, LINK_OTHER, 0, 0},
    {"cooked 2, IPv4", 276, BYTES(SLL2("\x08\x00", "\x06")), 20, LINK_IP, 4, 12},
    {"cooked 2, IPv6", 276, BYTES(SLL2("\x86\xdd", "\x00")), 20, LINK_IP, 6, 0},
    {"cooked 2, VLAN", 276, BYTES(SLL2("\x81\x00", "\x06") TAG "\x08\x00"), 24, LINK_IP, 4, 12},
    {"null, IPv4, little-endian", 0, BYTES("\x02\x00\x00\x00"), 4, LINK_IP, 4, 0},
    {"null, IPv4, big-endian", 0, BYTES("\x00\x00\x00\x02"), 4, LINK_IP, 4, 0},
    {"null, Linux IPv6", 0, BYTES("\x0a\x00\x00\x00"), 4, LINK_IP, 6, 0},
    {"null, OpenBSD IPv6", 0, BYTES("\x18\x00\x00\x00"), 4, LINK_IP, 6, 0},
    {"null, FreeBSD IPv6", 0, BYTES("\x00\x00\x00\x1c"), 4, LINK_IP, 6, 0},
    {"null, macOS IPv6", 0, BYTES("\x1e\x00\x00\x00"), 4, LINK_IP, 6, 0},
    {"null, no family", 0, BYTES("\x00\x00\x00\x00"), 4, LINK_OTHER, 0, 0},
    {"null, a family and more", 0, BYTES("\x02\x00\x00\x01"), 4, LINK_OTHER, 0, 0},
    {"loop, IPv4", 108, BYTES("\x00\x00\x00\x02"), 4, LINK_IP, 4, 0},
    {"loop, IPv6", 108, BYTES("\x00\x00\x00\x18"), 4, LINK_IP, 6, 0},
    {"OpenBSD's own loop, IPv6", 12, BYTES("\x00\x00\x00\x18"), 4, LINK_IP, 6, 0},
    {"pfsync0", 246, BYTES("\x05\x00\x00\x14"), 0, LINK_OTHER, 0, 0},
    {"unknown", 105, BYTES("\x45\x00\x00\x14"), 0, LINK_OTHER, 0, 0},
};

/*
 * Raw IP has no header of its own, so the frame is already the IP header.
 */
static const struct vector raw_vectors[] = {
    {"raw, IPv4", 12, BYTES("\x45"), 1, LINK_IP, 4, 0},
    {"raw, IPv6", 12, BYTES("\x60"), 1, LINK_IP, 6, 0},
    {"OpenBSD's raw, IPv4", 14, BYTES("\x46"), 1, LINK_IP, 4, 0},
    {"LINKTYPE_RAW", 101, BYTES("\x45"), 1, LINK_IP, 4, 0},
    {"LINKTYPE_IPV4", 228, BYTES("\x45"), 1, LINK_IP, 4, 0},
    {"LINKTYPE_IPV6", 229, BYTES("\x6f"), 1, LINK_IP, 6, 0},
    {"raw, no IP", 101, BYTES("\x55"), 1, LINK_OTHER, 0, 0},
};

/* Strip a frame that is in memory of exactly its size. */
static enum link_status
strip(
    const struct vector *vector, size_t caplen, size_t wirelen, struct link_view *view, size_t *mac)
{
	uint8_t *exact = malloc(caplen > 0 ? caplen : 1);
	enum link_status status;

	assert_non_null(exact);
	memcpy(exact, vector->bytes, caplen);
	status = link_strip(link_type_of(vector->dlt), exact, caplen, wirelen, view);
	*mac = view->mac != NULL ? (size_t)(view->mac - exact) : 0;
	free(exact);
	return status;
}

static void
check(const struct vector *vector, size_t offset)
{
	struct link_view view;
	size_t mac;

	print_message("%s\n", vector->what);
	for (size_t caplen = 0; caplen < vector->needed; caplen++) {
		assert_int_equal(strip(vector, caplen, vector->len, &view, &mac), LINK_CUT);
		assert_int_equal(view.offset, caplen);
		assert_int_equal(strip(vector, caplen, caplen, &view, &mac), LINK_RUNT);
		assert_int_equal(view.offset, caplen);
	}
	assert_int_equal(strip(vector, vector->len, vector->len, &view, &mac), vector->status);
	assert_true(view.offset <= vector->len);
	if (vector->status != LINK_IP)
		return;
	assert_int_equal(view.offset, offset);
	assert_int_equal(view.version, vector->version);
	assert_int_equal(mac, vector->mac);
}

static void
test_every_type_and_truncation(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		check(&vectors[i], vectors[i].len);
	for (size_t i = 0; i < sizeof(raw_vectors) / sizeof(raw_vectors[0]); i++)
		check(&raw_vectors[i], 0);
}

/* Tags within tags come to an end, found or not, at any depth. */
static void
test_stacked_tags(void **state)
{
	(void)state;
	for (size_t depth = 0; depth < 40; depth++) {
		uint8_t frame[14 + 40 * 4];
		size_t len = 14 + depth * 4;
		struct link_view view;
		enum link_status status;

		memcpy(frame, MACS, 12);
		for (size_t i = 0; i < depth; i++)
			memcpy(frame + 12 + i * 4, "\x81\x00\x00\x01", 4);
		memcpy(frame + 12 + depth * 4, "\x08\x00", 2);
		status = link_strip(LINK_TYPE_ETHERNET, frame, len, len, &view);
		if (depth <= 8) {
			assert_int_equal(status, LINK_IP);
			assert_int_equal(view.offset, len);
		} else {
			assert_int_equal(status, LINK_OTHER);
		}
	}
}

static void
test_numbers(void **state)
{
	(void)state;
	assert_int_equal(link_type_of(246), LINK_TYPE_PFSYNC);
	assert_int_equal(link_type_of(18), LINK_TYPE_PFSYNC_MAYBE);
	assert_int_equal(link_type_of(121), LINK_TYPE_PFSYNC_MAYBE);
	assert_int_equal(link_type_of(105), LINK_TYPE_UNKNOWN);
	assert_int_equal(link_type_of(-1), LINK_TYPE_UNKNOWN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_type_and_truncation),
	    cmocka_unit_test(test_stacked_tags),
	    cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
