/*
 * serve.c - a small HTTP server that hands out texts, by libmicrohttpd.
 *
 * SPDX-License-Identifier: ISC
 */
#include "serve.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* Of those who only want numbers there are few; one that hangs is let go. */
enum { CONNECTIONS_MAX = 32, TIMEOUT_S = 10 };

struct serve {
	struct MHD_Daemon *daemon;
	pthread_mutex_t lock; /* of the texts */
	struct MHD_Response *texts[SERVE_TEXT_COUNT];
	struct MHD_Response *not_yet, *not_found, *not_allowed;
};

static const struct {
	const char *path;
	const char *content_type;
} texts[SERVE_TEXT_COUNT] = {
    [SERVE_PAGE] = {"/", "text/plain; charset=utf-8"},
    [SERVE_METRICS] = {"/metrics", "text/plain; version=0.0.4; charset=utf-8"},
};

/* What is told is text; no browser is to find anything else in it. */
static struct MHD_Response *
response_of(const char *text, size_t length, const char *content_type)
{
	void *copy = malloc(length > 0 ? length : 1);
	struct MHD_Response *response;

	if (copy == NULL)
		return NULL;
	memcpy(copy, text, length);
	response = MHD_create_response_from_buffer(length, copy, MHD_RESPMEM_MUST_FREE);
	if (response == NULL) {
		free(copy);
		return NULL;
	}
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, content_type);
	MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
	MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	return response;
}

static struct MHD_Response *
response_of_line(const char *line)
{
	return response_of(line, strlen(line), texts[SERVE_PAGE].content_type);
}

static enum MHD_Result
answer(void *user, struct MHD_Connection *connection, const char *url, const char *method,
    const char *version, const char *upload, size_t *upload_size, void **request)
{
	struct serve *serve = user;
	size_t which = 0;
	enum MHD_Result result;

	(void)version;
	(void)upload;
	(void)upload_size;
	(void)request;
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
		return MHD_queue_response(
		    connection, MHD_HTTP_METHOD_NOT_ALLOWED, serve->not_allowed);
	while (which < SERVE_TEXT_COUNT && strcmp(url, texts[which].path) != 0)
		which++;
	if (which == SERVE_TEXT_COUNT)
		return MHD_queue_response(connection, MHD_HTTP_NOT_FOUND, serve->not_found);
	pthread_mutex_lock(&serve->lock);
	if (serve->texts[which] != NULL)
		result = MHD_queue_response(connection, MHD_HTTP_OK, serve->texts[which]);
	else
		result =
		    MHD_queue_response(connection, MHD_HTTP_SERVICE_UNAVAILABLE, serve->not_yet);
	pthread_mutex_unlock(&serve->lock);
	return result;
}

static socklen_t
socket_address(const struct values_endpoint *endpoint, struct sockaddr_storage *storage)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(endpoint->port)};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(endpoint->port)};

	memset(storage, 0, sizeof(*storage));
	if (endpoint->af == PFSYNC_AF_INET) {
		memcpy(&in.sin_addr, endpoint->addr.b, sizeof(in.sin_addr));
		memcpy(storage, &in, sizeof(in));
		return sizeof(in);
	}
	memcpy(&in6.sin6_addr, endpoint->addr.b, sizeof(in6.sin6_addr));
	memcpy(storage, &in6, sizeof(in6));
	return sizeof(in6);
}

/* Signals are for the thread that reads. */
static struct MHD_Daemon *
start_daemon(struct serve *serve, const struct values_endpoint *endpoint)
{
	struct sockaddr_storage address;
	unsigned flags = MHD_USE_AUTO_INTERNAL_THREAD;
	struct MHD_Daemon *daemon;
	sigset_t all, before;

	(void)socket_address(endpoint, &address);
	if (endpoint->af == PFSYNC_AF_INET6)
		flags |= MHD_USE_IPv6;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	daemon =
	    MHD_start_daemon(flags, endpoint->port, NULL, NULL, answer, serve, MHD_OPTION_SOCK_ADDR,
		(struct sockaddr *)&address, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)TIMEOUT_S, MHD_OPTION_END);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return daemon;
}

struct serve *
serve_start(const struct values_endpoint *endpoint, char error[SERVE_ERROR_MAX])
{
	struct serve *serve = calloc(1, sizeof(*serve));

	if (serve == NULL || pthread_mutex_init(&serve->lock, NULL) != 0) {
		free(serve);
		snprintf(error, SERVE_ERROR_MAX, "--listen: out of memory");
		return NULL;
	}
	serve->not_yet = response_of_line("nothing was looked at yet\n");
	serve->not_found = response_of_line("there are / and /metrics\n");
	serve->not_allowed = response_of_line("only GET and HEAD\n");
	errno = 0;
	if (serve->not_yet != NULL && serve->not_found != NULL && serve->not_allowed != NULL)
		serve->daemon = start_daemon(serve, endpoint);
	if (serve->daemon != NULL)
		return serve;
	snprintf(error, SERVE_ERROR_MAX, "--listen: cannot listen on port %u: %s",
	    (unsigned)endpoint->port, errno != 0 ? strerror(errno) : "libmicrohttpd refuses");
	serve_stop(serve);
	return NULL;
}

uint16_t
serve_port(const struct serve *serve)
{
	const union MHD_DaemonInfo *info =
	    MHD_get_daemon_info(serve->daemon, MHD_DAEMON_INFO_BIND_PORT);

	return info != NULL ? info->port : 0;
}

void
serve_set(struct serve *serve, enum serve_text which, const char *text, size_t length)
{
	struct MHD_Response *response = response_of(text, length, texts[which].content_type);
	struct MHD_Response *before;

	/* Without memory the text before stays. */
	if (response == NULL)
		return;
	pthread_mutex_lock(&serve->lock);
	before = serve->texts[which];
	serve->texts[which] = response;
	pthread_mutex_unlock(&serve->lock);
	/* Counted: it lives on while somebody reads it. */
	if (before != NULL)
		MHD_destroy_response(before);
}

static void
destroy(struct MHD_Response *response)
{
	if (response != NULL)
		MHD_destroy_response(response);
}

void
serve_stop(struct serve *serve)
{
	if (serve == NULL)
		return;
	if (serve->daemon != NULL)
		MHD_stop_daemon(serve->daemon);
	for (size_t i = 0; i < SERVE_TEXT_COUNT; i++)
		destroy(serve->texts[i]);
	destroy(serve->not_yet);
	destroy(serve->not_found);
	destroy(serve->not_allowed);
	pthread_mutex_destroy(&serve->lock);
	free(serve);
}
