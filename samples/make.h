/*
 * make.h - the families of samples.  Each call writes its files into `folder`.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef SAMPLES_MAKE_H
#define SAMPLES_MAKE_H

/* One capture a dialect, its pfsync0 twin and its junk. */
void make_dialects(const char *folder);

#endif
