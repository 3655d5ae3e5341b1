/*
 * exposition.h - the text format in which Prometheus reads numbers.
 *
 * SPDX-License-Identifier: ISC
 *
 * All samples of a metric must stand together, whatever the order in which their
 * values become known: each metric has a text of its own, and exposition_write()
 * puts these one after the other.
 */
#ifndef PFSYNCDUMP_EXPOSITION_H
#define PFSYNCDUMP_EXPOSITION_H

#include <stddef.h>
#include <stdint.h>

#include "out.h"

struct exposition_metric {
	const char *name;
	const char *type; /* "counter", "gauge", "summary", "histogram" */
	const char *help;
};

/* A label and its value; a list of them ends where `name` is NULL. */
struct exposition_label {
	const char *name;
	const char *value; /* any bytes; what is not printable is escaped */
};

struct exposition;

/*
 * `metrics` (of `count`) must stay.  `pair` is the value of a label that every
 * sample gets, NULL for none; it must stay, too.  Never returns NULL.
 */
struct exposition *exposition_new(
    const struct exposition_metric *metrics, size_t count, const char *pair);
void exposition_free(struct exposition *exposition);

/* Add a sample of metric number `metric`. */
void exposition_count(struct exposition *exposition, size_t metric,
    const struct exposition_label *labels, uint64_t count);
/* The value in seconds. */
void exposition_seconds(struct exposition *exposition, size_t metric,
    const struct exposition_label *labels, int64_t ns);
/*
 * A histogram: `counts` of values by the bounds below which they lie, one count more
 * than there are bounds, and their sum.
 */
void exposition_histogram(struct exposition *exposition, size_t metric,
    const struct exposition_label *labels, const int64_t *bounds_ns, const uint64_t *counts,
    size_t bound_count, int64_t sum_ns);

/* Metrics without a sample are left out. */
void exposition_write(const struct exposition *exposition, struct out *out);

#endif
