/*
 * settings.h - the preferences of the protocol.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNC_PLUGIN_SETTINGS_H
#define PFSYNC_PLUGIN_SETTINGS_H

#include "compat.h"
#include "pfsync.h"

/* Once, at the registration of the protocol. */
void settings_register(int proto);

/* The dialect to read everything in, or NULL: find out for each sender. */
const struct pfsync_dialect *settings_dialect(void);
/* Replay packets, and say where tables diverge? */
bool settings_replay(void);
/* So many packets at most. */
uint64_t settings_replay_packets(void);
/* Most states that the replay keeps. */
uint64_t settings_replay_states(void);

#endif
