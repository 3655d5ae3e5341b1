/*
 * tables.h - the replay's firewalls and states as text, for tshark:
 *
 *	-z pfsync,nodes              all firewalls
 *	-z pfsync,states[,FIREWALL]  their tables at the end, or that one's
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNC_PLUGIN_TABLES_H
#define PFSYNC_PLUGIN_TABLES_H

/* Registers both with Wireshark. */
void tables_register(void);

#endif
