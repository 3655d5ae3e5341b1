/*
 * compat.h - Wireshark's headers, and what differs from release to release.
 *
 * SPDX-License-Identifier: ISC
 *
 * docs/wireshark.md says with which releases this was built and run.  What later
 * releases than 4.0 changed, as far as it concerns this plugin:
 *
 *  - 4.2: epan/frame_data.h no longer includes wiretap/wtap.h; a callback of
 *    wmem returns bool;
 *  - 4.4: bool where there was gboolean, which is an int, so a preference must
 *    be of the right one; wsutil/plugins.h is installed, and a plugin says of
 *    which kind it is: plugin_describe();
 *  - 4.6: the function behind a -z option says whether it worked; what a plugin
 *    for wiretap needs is installed (wiretap/pfsync_wtap.c).
 *
 * What a header defines is tested rather than the release that it is of; numbers
 * are compared only where nothing but a type changed.
 */
#ifndef PFSYNC_PLUGIN_COMPAT_H
#define PFSYNC_PLUGIN_COMPAT_H

#include <wireshark.h>

#include <epan/expert.h>
#include <epan/packet.h>
#include <epan/prefs.h>
#include <epan/proto_data.h>
#include <wiretap/wtap.h>
#include <ws_version.h>

#ifdef __has_include
#if __has_include(<wsutil/plugins.h>)
#include <wsutil/plugins.h>
#endif
#endif

#define COMPAT_WIRESHARK(major, minor)                                                             \
	(WIRESHARK_VERSION_MAJOR > (major) ||                                                      \
	    (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

/* A preference, and what a reader of wiretap returns. */
#if COMPAT_WIRESHARK(4, 4)
typedef bool compat_bool;
#else
typedef gboolean compat_bool;
#endif

/* What a callback of a wmem scope returns. */
#if COMPAT_WIRESHARK(4, 2)
typedef bool compat_wmem_result;
#else
typedef gboolean compat_wmem_result;
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
 * The symbols by which Wireshark knows a plugin; `flags` say of which kind it
 * is.  Use it once, in front of the body of the function that registers it.
 */
#ifdef WS_PLUGIN_DESC_DISSECTOR
#define COMPAT_DESCRIBE(flags)                                                                     \
	WS_DLL_PUBLIC uint32_t plugin_describe(void);                                              \
	uint32_t plugin_describe(void)                                                             \
	{                                                                                          \
		return (flags);                                                                    \
	}
#else
#define COMPAT_DESCRIBE(flags)
#endif
#define COMPAT_PLUGIN(flags)                                                                       \
	WS_DLL_PUBLIC_DEF const char plugin_version[] = PFSYNC_PLUGIN_VERSION;                     \
	WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;                   \
	WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;                   \
	WS_DLL_PUBLIC void plugin_register(void);                                                  \
	COMPAT_DESCRIBE(flags)                                                                     \
	void plugin_register(void)

#endif
