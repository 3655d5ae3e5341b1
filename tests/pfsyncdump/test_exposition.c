/*
 * test_exposition.c - samples stand together; labels and numbers are exact.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "capture_out.h"
#include "exposition.h"

static const struct exposition_metric metrics[] = {
    {"a_total", "counter", "A."}, {"b_seconds", "histogram", "B."}, {"c", "gauge", "C."}};
static const struct exposition_label none[] = {{NULL, NULL}};

static const char *
text_of(struct exposition *exposition, struct capture_out *capture)
{
	capture_out_open(capture);
	exposition_write(exposition, &capture->out);
	exposition_free(exposition);
	return capture_out_close(capture);
}

static void
test_together(void **state)
{
	struct exposition *exposition = exposition_new(metrics, 3, NULL);
	const struct exposition_label labels[] = {{"x", "1"}, {NULL, NULL}};
	static struct capture_out capture;

	(void)state;
	exposition_count(exposition, 2, none, 7);
	exposition_count(exposition, 0, labels, UINT64_MAX);
	exposition_count(exposition, 2, labels, 8);
	assert_string_equal(text_of(exposition, &capture),
	    "# HELP a_total A.\n# TYPE a_total counter\n"
	    "a_total{x=\"1\"} 18446744073709551615\n"
	    "# HELP c C.\n# TYPE c gauge\n"
	    "c 7\nc{x=\"1\"} 8\n");
}

static void
test_histogram(void **state)
{
	struct exposition *exposition = exposition_new(metrics, 3, NULL);
	const int64_t bounds_ns[] = {250000, 1000000000};
	const uint64_t counts[] = {3, 0, 2};
	static struct capture_out capture;

	(void)state;
	exposition_histogram(exposition, 1, none, bounds_ns, counts, 2, 4000500000);
	assert_string_equal(text_of(exposition, &capture),
	    "# HELP b_seconds B.\n# TYPE b_seconds histogram\n"
	    "b_seconds_bucket{le=\"0.00025\"} 3\n"
	    "b_seconds_bucket{le=\"1\"} 3\n"
	    "b_seconds_bucket{le=\"+Inf\"} 5\n"
	    "b_seconds_sum 4.0005\n"
	    "b_seconds_count 5\n");
}

static void
test_labels(void **state)
{
	struct exposition *exposition = exposition_new(metrics, 3, "ed\"ge\\1");
	const struct exposition_label labels[] = {{"x", "a\nb\"} 1"}, {NULL, NULL}};
	static struct capture_out capture;

	(void)state;
	exposition_count(exposition, 2, none, 0);
	exposition_count(exposition, 2, labels, 0);
	assert_string_equal(text_of(exposition, &capture),
	    "# HELP c C.\n# TYPE c gauge\n"
	    "c{pair=\"ed\\\"ge\\\\1341\"} 0\n"
	    "c{pair=\"ed\\\"ge\\\\1341\",x=\"a\\\\012b\\\"}\\\\0401\"} 0\n");
}

static void
test_seconds(void **state)
{
	struct exposition *exposition = exposition_new(metrics, 3, NULL);
	static struct capture_out capture;

	(void)state;
	exposition_seconds(exposition, 2, none, 0);
	exposition_seconds(exposition, 2, none, 3301694000);
	exposition_seconds(exposition, 2, none, -1);
	exposition_seconds(exposition, 2, none, INT64_MIN);
	exposition_seconds(exposition, 2, none, 100000000000);
	assert_string_equal(text_of(exposition, &capture),
	    "# HELP c C.\n# TYPE c gauge\n"
	    "c 0\nc 3.301694\nc -0.000000001\nc -9223372036.854775808\nc 100\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_together),
	    cmocka_unit_test(test_histogram),
	    cmocka_unit_test(test_labels),
	    cmocka_unit_test(test_seconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
