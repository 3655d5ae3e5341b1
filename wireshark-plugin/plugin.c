/*
 * plugin.c - what Wireshark finds when it loads the plugin.
 *
 * SPDX-License-Identifier: ISC
 */
#define WS_BUILD_DLL
#include "compat.h"

#include "encap.h"
#include "packet-pfsync.h"
#include "tables.h"

COMPAT_PLUGIN(WS_PLUGIN_DESC_DISSECTOR | WS_PLUGIN_DESC_TAP_LISTENER)
{
	static proto_plugin protocol;

	protocol.register_protoinfo = packet_register;
	protocol.register_handoff = encap_handoff;
	proto_register_plugin(&protocol);
	tables_register();
}
