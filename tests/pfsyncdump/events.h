/*
 * events.h - what a test expects of one input.
 *
 * SPDX-License-Identifier: ISC
 *
 * Each fails the test that calls it if something else comes.
 */
#ifndef TESTS_EVENTS_H
#define TESTS_EVENTS_H

#include "craft.h"
#include "input.h"

/* The number all these inputs have. */
#define EVENTS_FILE 3

/* Open a file in memory, named "test.pcap". */
struct input *events_open(const struct craft *file, const char *filter);
struct input *events_open_with(const struct craft *file, const struct capture_options *options);

/* The next event is a packet, from that frame. */
const struct capture_packet *events_packet(struct input *input, uint64_t frame);

/* The next event is a problem under that counter, of that frame. */
const struct capture_problem *events_problem(
    struct input *input, const char *counter, uint64_t frame);

/* The next event is an error whose text holds `part`; then comes the end. */
void events_error(struct input *input, const char *part);

/* There is nothing more, and nothing failed.  Closes the input. */
void events_end(struct input *input);

/* An Ethernet frame with a pfsync packet of that id. */
struct craft events_frame(const struct craft_ip4 *ip, uint32_t id);

/* A capture of three such packets at 1700000000 s and 123456 units, a second apart. */
struct craft events_three(const struct craft_pcap *pcap);

#endif
