/*
 * stats.h - statistics: -z pfsync,tree and, in Wireshark, Statistics > PFSYNC.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNC_PLUGIN_STATS_H
#define PFSYNC_PLUGIN_STATS_H

/* Once, at the registration of the protocol. */
void stats_register(void);

#endif
