/*
 * publish.c - the numbers for others: in a file, and by HTTP.
 *
 * SPDX-License-Identifier: ISC
 */
#include "publish.h"

#include <sys/socket.h>
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "outfile.h"
#include "serve.h"

struct publish {
	const struct options *options;
	struct serve *serve; /* NULL: not by HTTP */
};

bool
publish_wanted(const struct options *options)
{
	return options->textfile != NULL || options->listen_given;
}

/* Where it listens, for who started it with port 0 or wants to click. */
static void
tell_address(const struct publish *publish)
{
	const struct values_endpoint *endpoint = &publish->options->listen;
	const bool v6 = endpoint->af == PFSYNC_AF_INET6;
	char text[INET6_ADDRSTRLEN];

	inet_ntop(v6 ? AF_INET6 : AF_INET, endpoint->addr.b, text, sizeof(text));
	fprintf(stderr, "pfsyncdump: listening on http://%s%s%s:%u/\n", v6 ? "[" : "", text,
	    v6 ? "]" : "", (unsigned)serve_port(publish->serve));
}

static void
explain(const struct options *options, int number, char error[PUBLISH_ERROR_MAX])
{
	char shown[256];

	pfsync_text_name(shown, sizeof(shown), options->textfile, strlen(options->textfile));
	snprintf(error, PUBLISH_ERROR_MAX, "--textfile %s: %s", shown, strerror(number));
}

/* A wrong folder is to show now, not after an hour. */
static bool
can_write(const struct options *options, char error[PUBLISH_ERROR_MAX])
{
	struct outfile *file = outfile_open(options->textfile);

	if (file == NULL) {
		explain(options, errno, error);
		return false;
	}
	outfile_discard(file);
	return true;
}

struct publish *
publish_open(const struct options *options, char error[PUBLISH_ERROR_MAX])
{
	struct publish *publish;

	if (options->textfile != NULL && !can_write(options, error))
		return NULL;
	publish = calloc(1, sizeof(*publish));
	if (publish == NULL) {
		snprintf(error, PUBLISH_ERROR_MAX, "out of memory");
		return NULL;
	}
	publish->options = options;
	if (!options->listen_given)
		return publish;
	publish->serve = serve_start(&options->listen, error);
	if (publish->serve == NULL) {
		publish_close(publish);
		return NULL;
	}
	tell_address(publish);
	return publish;
}

void
publish_close(struct publish *publish)
{
	if (publish == NULL)
		return;
	serve_stop(publish->serve);
	free(publish);
}

static bool
write_file(const struct publish *publish, const GString *text, char error[PUBLISH_ERROR_MAX])
{
	struct outfile *file = outfile_open(publish->options->textfile);
	int number = errno;

	if (file != NULL) {
		fwrite(text->str, 1, text->len, outfile_stream(file));
		number = outfile_commit(file);
	}
	if (number == 0)
		return true;
	explain(publish->options, number, error);
	return false;
}

/* One view as text.  False without memory. */
static bool
render(GString *text, unsigned views, const struct report_style *style,
    const struct report_summary *summary, struct pfreplay *replay, const struct senders *senders,
    const struct witness *witness)
{
	struct report_style plain = *style;
	struct report report;
	struct out out;
	bool good;

	plain.views = views;
	plain.colour = false;
	g_string_truncate(text, 0);
	if (out_open_memory(&out, text) != 0)
		return false;
	good = report_open(&report, &out, &plain, false);
	if (good)
		report_end(&report, summary, replay, senders, witness, PFREPLAY_ALL_NODES);
	report_close(&report);
	return out_close(&out) == 0 && good;
}

bool
publish_update(struct publish *publish, const struct report_style *style,
    const struct report_summary *summary, struct pfreplay *replay, const struct senders *senders,
    const struct witness *witness, char error[PUBLISH_ERROR_MAX])
{
	GString *text = g_string_new(NULL);
	bool good = render(text, REPORT_VIEW_METRICS, style, summary, replay, senders, witness);

	if (!good)
		snprintf(error, PUBLISH_ERROR_MAX, "out of memory");
	if (good && publish->serve != NULL)
		serve_set(publish->serve, SERVE_METRICS, text->str, text->len);
	if (good && publish->options->textfile != NULL)
		good = write_file(publish, text, error);
	if (publish->serve != NULL && render(text, 0, style, summary, replay, senders, witness))
		serve_set(publish->serve, SERVE_PAGE, text->str, text->len);
	g_string_free(text, TRUE);
	return good;
}

void
publish_linger(struct publish *publish)
{
	sigset_t ends;
	int number;

	if (publish->serve == NULL)
		return;
	sigemptyset(&ends);
	sigaddset(&ends, SIGHUP);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigprocmask(SIG_BLOCK, &ends, NULL);
	sigwait(&ends, &number);
}
