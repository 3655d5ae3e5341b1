/*
 * publish.h - the numbers for others: in a file, and by HTTP.
 *
 * SPDX-License-Identifier: ISC
 *
 * --textfile and --listen.  Renewed while packets come in, and at the end.
 */
#ifndef PFSYNCDUMP_PUBLISH_H
#define PFSYNCDUMP_PUBLISH_H

#include "options.h"
#include "report/report.h"

#define PUBLISH_ERROR_MAX 512

struct publish;

/* Is anything to be published? */
bool publish_wanted(const struct options *options);
/*
 * `options` must stay.  NULL, and one line in `error`, if the file cannot be written
 * or the address not be listened on.
 */
struct publish *publish_open(const struct options *options, char error[PUBLISH_ERROR_MAX]);
/* NULL is allowed. */
void publish_close(struct publish *publish);

/*
 * Take what holds now.  `summary` is complete.  False, and one line in `error`, if the
 * file could not be written; an older one is left then.
 */
bool publish_update(struct publish *publish, const struct report_style *style,
    const struct report_summary *summary, struct pfreplay *replay, const struct senders *senders,
    const struct witness *witness, char error[PUBLISH_ERROR_MAX]);

/* With --listen: go on answering until a signal ends that.  Else returns at once. */
void publish_linger(struct publish *publish);

#endif
