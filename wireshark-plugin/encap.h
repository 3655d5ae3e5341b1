/*
 * encap.h - captures of pfsync0: link types 246, 121 and 18.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNC_PLUGIN_ENCAP_H
#define PFSYNC_PLUGIN_ENCAP_H

/* Claims IP protocol 240 and the encapsulations; after all dissectors of
 * Wireshark have claimed theirs. */
void encap_handoff(void);

#endif
