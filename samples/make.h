/*
 * make.h - the families of samples.  Each call writes its files into `folder`.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef SAMPLES_MAKE_H
#define SAMPLES_MAKE_H

/* One capture a dialect, its pfsync0 twin and its junk. */
void make_dialects(const char *folder);
/* The same in every link layer, IP version and file format; fragments. */
void make_forms(const char *folder);
/* Everything that is wrong in some way. */
void make_broken(const char *folder);

#endif
