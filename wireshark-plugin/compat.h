/*
 * compat.h - Wireshark's headers, and what differs from release to release.
 *
 * SPDX-License-Identifier: ISC
 *
 * Built and tested with 4.0.  What later releases changed, as far as it
 * concerns this plugin:
 *
 *  - 4.2 asks a plugin what it is: plugin_describe();
 *  - 4.4 has bool where there was gboolean, which is an int, so a preference
 *    must be of the right one;
 *  - 4.6 has the function behind a -z option say whether it worked;
 *  - later, the three symbols and plugin_register() give way to one function
 *    that WIRESHARK_PLUGIN_REGISTER() defines.
 */
#ifndef PFSYNC_PLUGIN_COMPAT_H
#define PFSYNC_PLUGIN_COMPAT_H

#include <wireshark.h>

#include <epan/expert.h>
#include <epan/packet.h>
#include <epan/prefs.h>
#include <epan/proto_data.h>
#include <ws_version.h>

#define COMPAT_WIRESHARK(major, minor)                                                             \
	(WIRESHARK_VERSION_MAJOR > (major) ||                                                      \
	    (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

#if COMPAT_WIRESHARK(4, 2)
#include <wsutil/plugins.h>
#endif

#if COMPAT_WIRESHARK(4, 4)
typedef bool compat_bool;
#else
typedef gboolean compat_bool;
#endif

/* What the function behind a -z option returns. */
#if COMPAT_WIRESHARK(4, 6)
typedef bool compat_stat_init_result;
#define COMPAT_STAT_INIT_OK true
#else
typedef void compat_stat_init_result;
#define COMPAT_STAT_INIT_OK
#endif

/*
 * The symbols by which Wireshark knows a plugin; `flag` says of which kind it
 * is.  Use it once, in front of the body of the function that registers it.
 */
#if defined(WIRESHARK_PLUGIN_REGISTER)
#define COMPAT_PLUGIN(kind, flag)                                                                  \
	static void plugin_register(void);                                                         \
	static struct ws_module compat_module = {                                                  \
	    .license = WS_PLUGIN_IS_GPLv2_COMPATIBLE,                                              \
	    .flags = (flag),                                                                       \
	    .version = PFSYNC_PLUGIN_VERSION,                                                      \
	    .spdx_id = "ISC",                                                                      \
	    .home_url = "",                                                                        \
	    .blurb = "pfsync, the state synchronisation protocol of pf",                           \
	    .register_cb = plugin_register,                                                        \
	};                                                                                         \
	WIRESHARK_PLUGIN_REGISTER(kind, &compat_module, 0)                                         \
	static void plugin_register(void)
#else
#if COMPAT_WIRESHARK(4, 2)
#define COMPAT_DESCRIBE(flag)                                                                      \
	WS_DLL_PUBLIC uint32_t plugin_describe(void);                                              \
	uint32_t plugin_describe(void)                                                             \
	{                                                                                          \
		return (flag);                                                                     \
	}
#else
#define COMPAT_DESCRIBE(flag)
#endif
#define COMPAT_PLUGIN(kind, flag)                                                                  \
	WS_DLL_PUBLIC_DEF const char plugin_version[] = PFSYNC_PLUGIN_VERSION;                     \
	WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;                   \
	WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;                   \
	WS_DLL_PUBLIC void plugin_register(void);                                                  \
	COMPAT_DESCRIBE(flag)                                                                      \
	void plugin_register(void)
#endif

#endif
