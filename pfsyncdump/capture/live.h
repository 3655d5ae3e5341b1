/*
 * live.h - capturing on an interface instead of reading a file.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCDUMP_CAPTURE_LIVE_H
#define PFSYNCDUMP_CAPTURE_LIVE_H

#include "capture.h"
#include "compat.h"

/*
 * Begin to capture pfsync and CARP on the interface `name`, which must stay, with a
 * kernel buffer of `buffer_kib`, 0 for the usual 16 MiB.
 * NULL with one printable line in `error`.  Close with pcap_close().
 */
pcap_t *live_open(const char *name, int buffer_kib, char error[CAPTURE_ERROR_MAX]);

/*
 * Wait until packets may be there, a signal came, or a quarter of a second has passed.
 * Reading itself does not wait where this is possible.
 */
void live_wait(pcap_t *pcap);

/*
 * Give up the rights that opening took: to the user _pfsyncdump, else those that
 * tcpdump has (_tcpdump, tcpdump), else nobody.  Does nothing for who has none to
 * give up.  False with a line in `error` if that fails.
 */
bool live_drop_privileges(char error[CAPTURE_ERROR_MAX]);

#endif
