/*
 * peer_main.c - one firewall of a pair, live on an interface.
 *
 * SPDX-License-Identifier: ISC
 *
 * The model (node/) decides; here are the socket, the clock, the commands and
 * the signals around it.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

#include "compat.h"
#include "dump.h"
#include "parts.h"
#include "peer_options.h"
#include "rawsock.h"
#include "script.h"
#include "tell.h"
#include "workload.h"

enum {
	STATUS_OK = 0,
	STATUS_TROUBLE = 2,
	BURST = 50,   /* events of a command at a time ... */
	BURST_MS = 5, /* ... and the pause behind, so that packets are not lost */
	PACKET_BYTES = 65535,
	COUNTERS_BYTES = 8192,
	IDLE_S = 3600,
	RECEIVE_BUFFER_BYTES = 8 * 1024 * 1024,
	SETTLED_S = 5000 /* how long a settled node is said to have been up */
};
#define NS_PER_S INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)

static volatile sig_atomic_t stop_wanted, counters_wanted;

static void
on_stop(int number)
{
	(void)number;
	stop_wanted = 1;
}

static void
on_counters(int number)
{
	(void)number;
	counters_wanted = 1;
}

struct peer {
	struct peer_options options;
	struct netif netif;
	struct rawsock *sock;
	struct fw *fw;
	struct tell tell;
	struct script script;
	struct script_command command; /* being carried out */
	struct workload work;
	struct buffer out;
	int64_t clock_offset_ns; /* UTC - monotonic */
	int64_t pause_until_ns;  /* the command goes on then */
	int64_t end_ns;
	uint16_t ip_id;
	bool muted; /* the past of a settled node */
	bool quit;
	bool failed;
	uint64_t send_errors;
	char node_name[64];
	uint8_t *buffer;
};

/* UTC that never runs backwards. */
static int64_t
clock_ns(const struct peer *peer)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec + peer->clock_offset_ns;
}

static int64_t
now_ns(struct peer *peer)
{
	return peer->tell.now_ns = clock_ns(peer);
}

static int
trouble(const char *what, const char *why)
{
	char shown[128];

	pfsync_text_name(shown, sizeof(shown), what, 64);
	fprintf(stderr, "pfsyncsend: %s: %s\n", shown, why);
	return STATUS_TROUBLE;
}

/* ------------------------------------------------------------------------
 * From the node
 */

static void
on_packet(void *context, const struct fw_packet_out *packet)
{
	struct peer *peer = context;
	struct ip_packet ip = ip_pfsync(packet->dst.af == PFSYNC_AF_INET6);
	char error[RAWSOCK_ERROR_MAX];

	if (peer->muted)
		return;
	tell_packet(&peer->tell, packet);
	ip.payload = packet->bytes;
	ip.len = packet->len_bytes;
	ip.src = ip.ip6 ? peer->netif.ip6 : peer->netif.ip4;
	ip.dst = packet->dst.addr;
	ip.ttl = packet->ttl;
	ip.id = ++peer->ip_id;
	buffer_reset(&peer->out);
	ip_write(&peer->out, &ip);
	if (!rawsock_send(peer->sock, peer->out.bytes, peer->out.len, error) &&
	    peer->send_errors++ == 0)
		tell_line(
		    &peer->tell, -1, "cannot send: %s (later failures are only counted)", error);
}

static void
on_change(void *context, enum fw_change change, enum fw_source source, enum fw_why why,
    const struct fw_state *state)
{
	struct peer *peer = context;

	if (!peer->muted)
		tell_change(&peer->tell, change, source, why, state);
}

static void
on_message(void *context, const struct fw_message_told *told)
{
	tell_message(&((struct peer *)context)->tell, told);
}

static void
on_bulk(void *context, enum fw_bulk_step step, uint64_t number)
{
	struct peer *peer = context;

	if (!peer->muted)
		tell_bulk(&peer->tell, step, number);
}

static void
on_demotion(void *context, int before, int after)
{
	struct peer *peer = context;

	if (!peer->muted)
		tell_demotion(&peer->tell, before, after);
}

static void
on_release(void *context, const struct fw_state *state, bool acknowledged)
{
	struct peer *peer = context;

	if (!peer->muted)
		tell_release(&peer->tell, state, acknowledged);
}

/* ------------------------------------------------------------------------
 * Packets
 */

static bool
is_mine(const struct peer *peer, const struct rawsock_packet *packet)
{
	const struct pfsync_addr *own = packet->ip6 ? &peer->netif.ip6 : &peer->netif.ip4;

	/* What I sent may come back where a group is looped. */
	return memcmp(&packet->src, own, sizeof(*own)) == 0;
}

static void
receive(struct peer *peer)
{
	for (int i = 0; i < BURST; i++) {
		struct rawsock_packet packet;
		char error[RAWSOCK_ERROR_MAX];
		struct fw_packet_in in;
		enum rawsock_result result =
		    rawsock_receive(peer->sock, peer->buffer, PACKET_BYTES, &packet, error);
		if (result == RAWSOCK_NOTHING)
			return;
		if (result == RAWSOCK_FAILED) {
			peer->failed = true;
			(void)trouble(peer->options.ifname, error);
			return;
		}
		if (is_mine(peer, &packet))
			continue;
		in = (struct fw_packet_in){.bytes = packet.payload,
		    .len_bytes = packet.len,
		    .src = {packet.ip6 ? PFSYNC_AF_INET6 : PFSYNC_AF_INET, packet.src},
		    .ttl = packet.ttl};
		tell_verdict(&peer->tell, fw_receive(peer->fw, now_ns(peer), &in), &in.src);
	}
}

static void
print_counters(const struct peer *peer)
{
	char text[COUNTERS_BYTES];

	fw_counters_text(peer->fw, text, sizeof(text));
	fputs(text, stdout);
	if (peer->send_errors > 0)
		printf("%" PRIu64 " packets were refused by the interface\n", peer->send_errors);
	fflush(stdout);
}

/* ------------------------------------------------------------------------
 * Commands
 */

static bool
dump(struct peer *peer, const char *path)
{
	if (dump_table(peer->fw, now_ns(peer), peer->node_name, path)) {
		tell_line(&peer->tell, 0, "table of %" PRIu64 " states written",
		    fw_state_count(peer->fw));
		return true;
	}
	peer->failed = true;
	(void)trouble(path, strerror(errno));
	return false;
}

/* Some of the command's events; false when there are none left to do. */
static bool
burst(struct peer *peer)
{
	static const uint8_t kinds[] = {6, 17, 6, 1};
	struct script_command *command = &peer->command;

	for (int i = 0; i < BURST && command->count > 0; i++) {
		const int64_t at_ns = now_ns(peer);
		bool done;
		if (command->verb == SCRIPT_INSERT)
			done = workload_insert(&peer->work, peer->fw, at_ns,
			    command->proto != 0 ? command->proto
						: kinds[peer->work.flows % sizeof(kinds)]);
		else if (command->verb == SCRIPT_UPDATE)
			done = workload_update(&peer->work, peer->fw, at_ns);
		else
			done = workload_delete(&peer->work, peer->fw, at_ns);
		if (!done) {
			tell_line(&peer->tell, -1,
			    command->verb == SCRIPT_INSERT
				? "the table takes no more: %" PRIu32 " states not made"
				: "no such states left: %" PRIu32 " not touched",
			    command->count);
			command->count = 0;
			return false;
		}
		command->count--;
	}
	return command->count > 0;
}

/* Goes on with the current command; true when it is done. */
static bool
carry_out(struct peer *peer)
{
	struct script_command *command = &peer->command;
	const int64_t at_ns = now_ns(peer);

	switch (command->verb) {
	case SCRIPT_INSERT:
	case SCRIPT_UPDATE:
	case SCRIPT_DELETE:
		if (!burst(peer))
			return true;
		peer->pause_until_ns = at_ns + BURST_MS * NS_PER_MS;
		return false;
	case SCRIPT_FLUSH:
		tell_line(&peer->tell, 0, "flushed %" PRIu64 " states",
		    fw_flush_states(peer->fw, at_ns, NULL));
		break;
	case SCRIPT_WAIT:
		peer->pause_until_ns = at_ns + (int64_t)(command->seconds * (double)NS_PER_S);
		break;
	case SCRIPT_AWAIT:
		peer->pause_until_ns = at_ns + BURST_MS * NS_PER_MS;
		return fw_state_count(peer->fw) == command->count && !fw_bulk_waiting(peer->fw);
	case SCRIPT_DOWN:
		fw_down(peer->fw, at_ns);
		break;
	case SCRIPT_UP:
		fw_up(peer->fw, at_ns);
		break;
	case SCRIPT_BULK:
		fw_ask_bulk(peer->fw, at_ns);
		break;
	case SCRIPT_RESTART:
		fw_restart(peer->fw, at_ns, peer->options.config.hostid);
		fw_up(peer->fw, at_ns);
		break;
	case SCRIPT_DUMP:
		(void)dump(peer, command->text);
		break;
	case SCRIPT_COUNTERS:
		print_counters(peer);
		break;
	case SCRIPT_SAY: {
		char text[4 * SCRIPT_LINE_MAX];
		pfsync_text_name(text, sizeof(text), command->text, SCRIPT_LINE_MAX);
		tell_line(&peer->tell, -1, "%s", text);
		break;
	}
	case SCRIPT_QUIT:
		peer->quit = true;
		break;
	case SCRIPT_NOTHING:
		break;
	}
	return true;
}

static void
run_script(struct peer *peer, bool readable)
{
	char error[SCRIPT_LINE_MAX];

	while (!peer->quit && !peer->failed && peer->pause_until_ns <= now_ns(peer)) {
		if (peer->command.verb == SCRIPT_NOTHING) {
			if (!script_has_line(&peer->script) && !readable)
				return;
			if (!script_next(
				&peer->script, readable, &peer->command, error, sizeof(error))) {
				peer->failed = true;
				(void)trouble(peer->options.script, error);
				return;
			}
			readable = false;
			continue;
		}
		if (carry_out(peer))
			peer->command.verb = SCRIPT_NOTHING;
	}
}

/* ------------------------------------------------------------------------
 * The loop
 */

static bool
script_wants_input(const struct peer *peer)
{
	return peer->script.fd >= 0 && peer->command.verb == SCRIPT_NOTHING &&
	       !script_has_line(&peer->script);
}

static bool
script_has_work(const struct peer *peer)
{
	return peer->command.verb != SCRIPT_NOTHING || script_has_line(&peer->script);
}

static struct timespec
until_next(struct peer *peer)
{
	int64_t at_ns = fw_deadline_ns(peer->fw);
	int64_t left_ns;

	if (script_has_work(peer) || peer->pause_until_ns > clock_ns(peer)) {
		if (peer->pause_until_ns < at_ns)
			at_ns = peer->pause_until_ns;
	}
	if (peer->end_ns < at_ns)
		at_ns = peer->end_ns;
	left_ns = at_ns - now_ns(peer);
	if (left_ns < 0)
		left_ns = 0;
	if (left_ns > IDLE_S * NS_PER_S)
		left_ns = IDLE_S * NS_PER_S;
	return (struct timespec){
	    .tv_sec = (time_t)(left_ns / NS_PER_S), .tv_nsec = (long)(left_ns % NS_PER_S)};
}

static void
loop(struct peer *peer, const sigset_t *open_mask)
{
	const int fd = rawsock_fd(peer->sock);

	while (!stop_wanted && !peer->quit && !peer->failed && now_ns(peer) < peer->end_ns) {
		struct timespec wait = until_next(peer);
		const bool input =
		    script_wants_input(peer) && peer->pause_until_ns <= peer->tell.now_ns;
		const int script_fd = peer->script.fd;
		fd_set set;
		int ready;

		fflush(stdout);
		FD_ZERO(&set);
		FD_SET(fd, &set);
		if (input)
			FD_SET(script_fd, &set);
		ready = pselect((input && script_fd > fd ? script_fd : fd) + 1, &set, NULL, NULL,
		    &wait, open_mask);
		if (ready < 0 && errno != EINTR) {
			peer->failed = true;
			(void)trouble("waiting", strerror(errno));
			return;
		}
		fw_tick(peer->fw, now_ns(peer));
		if (ready > 0 && FD_ISSET(fd, &set))
			receive(peer);
		run_script(peer, ready > 0 && input && FD_ISSET(script_fd, &set));
		if (counters_wanted) {
			counters_wanted = 0;
			print_counters(peer);
		}
	}
}

/* ------------------------------------------------------------------------
 * Beginning and end
 */

static void
set_handler(int number, void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler};

	sigemptyset(&action.sa_mask);
	sigaction(number, &action, NULL);
}

static void
set_signals(sigset_t *open_mask)
{
	sigset_t blocked;

	set_handler(SIGINT, on_stop);
	set_handler(SIGTERM, on_stop);
	set_handler(SIGUSR1, on_counters);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGINT);
	sigaddset(&blocked, SIGTERM);
	sigaddset(&blocked, SIGUSR1);
#ifdef SIGINFO
	set_handler(SIGINFO, on_counters);
	sigaddset(&blocked, SIGINFO);
#endif
	/* They are let in only while waiting, so that none is missed. */
	sigprocmask(SIG_BLOCK, &blocked, open_mask);
	sigdelset(open_mask, SIGINT);
	sigdelset(open_mask, SIGTERM);
	sigdelset(open_mask, SIGUSR1);
#ifdef SIGINFO
	sigdelset(open_mask, SIGINFO);
#endif
}

static uint64_t
any_seed(const struct peer *peer)
{
	struct timespec now;
	uint64_t seed = 0;
	int fd = open("/dev/urandom", O_RDONLY);

	if (fd >= 0) {
		if (read(fd, &seed, sizeof(seed)) != (ssize_t)sizeof(seed))
			seed = 0;
		close(fd);
	}
	clock_gettime(CLOCK_REALTIME, &now);
	return seed ^ (uint64_t)now.tv_nsec << 20 ^ (uint64_t)getpid() ^
	       (uint64_t)peer->netif.index;
}

static bool
uses_ip6(const struct fw_config *config)
{
	return config->syncpeer.af == PFSYNC_AF_INET6 ||
	       (config->syncpeer.af == PFSYNC_AF_UNSPEC && config->group6);
}

static bool
open_socket(struct peer *peer, char error[RAWSOCK_ERROR_MAX])
{
	const bool ip6 = uses_ip6(&peer->options.config);
	const struct pfsync_addr group = ip_pfsync_group(ip6).addr;

	if (ip6 ? !peer->netif.has_ip6 : !peer->netif.has_ip4) {
		snprintf(error, RAWSOCK_ERROR_MAX, "has no %s address; give it one",
		    ip6 ? "IPv6" : "IPv4");
		return false;
	}
	peer->sock = rawsock_open(&peer->netif, ip6, PFSYNC_IPPROTO, error);
	if (peer->sock == NULL)
		return false;
	peer_receive_buffer(rawsock_fd(peer->sock), RECEIVE_BUFFER_BYTES);
	return rawsock_join(peer->sock, &group, error);
}

static bool
make_node(struct peer *peer, const char **problem)
{
	const struct fw_callbacks callbacks = {.context = peer,
	    .packet = on_packet,
	    .change = on_change,
	    .message = on_message,
	    .bulk = on_bulk,
	    .demotion = on_demotion,
	    .release = on_release};
	struct fw_config *config = &peer->options.config;
	const bool ip6 = uses_ip6(config);
	int64_t at_ns = now_ns(peer);

	config->address = (struct fw_address){
	    ip6 ? PFSYNC_AF_INET6 : PFSYNC_AF_INET, ip6 ? peer->netif.ip6 : peer->netif.ip4};
	if (config->mtu == 0)
		config->mtu = 1500;
	if (config->mtu > peer->netif.mtu && peer->netif.mtu >= 300)
		config->mtu = (uint16_t)peer->netif.mtu;
	config->seed = any_seed(peer);
	if (peer->options.settled) {
		/* It asked long ago, and nobody answered. */
		peer->muted = true;
		config->id_seed_s = (uint64_t)(at_ns / NS_PER_S);
		at_ns -= SETTLED_S * NS_PER_S;
	}
	peer->fw = fw_new(config, &callbacks, at_ns, problem);
	if (peer->fw == NULL)
		return false;
	if (peer->options.settled) {
		fw_up(peer->fw, at_ns);
		fw_tick(peer->fw, now_ns(peer));
		peer->muted = false;
	}
	peer->work =
	    (struct workload){.base = fw_hostid(peer->fw), .ifname = peer->options.ifnames[0]};
	return true;
}

static bool
open_script(struct peer *peer)
{
	peer->script.fd = -1;
	if (peer->options.script == NULL)
		return true;
	if (strcmp(peer->options.script, "-") == 0)
		peer->script.fd = STDIN_FILENO;
	else
		peer->script.fd = open(peer->options.script, O_RDONLY);
	/* pselect() knows no larger ones. */
	if (peer->script.fd >= FD_SETSIZE) {
		errno = EMFILE;
		return false;
	}
	return peer->script.fd >= 0;
}

static void
begin(struct peer *peer)
{
	const struct fw_config *config = fw_config(peer->fw);

	tell_line(&peer->tell, 0, "%s as %s on %s, host id %08" PRIx32 ", MTU %u",
	    fw_family_name(config->family), config->dialect->name, peer->netif.name,
	    fw_hostid(peer->fw), config->mtu);
	for (uint32_t i = 0; i < peer->options.load; i++) {
		if (!workload_insert(&peer->work, peer->fw, now_ns(peer), 6)) {
			tell_line(
			    &peer->tell, -1, "the table takes no more than %" PRIu32 " states", i);
			break;
		}
	}
	fw_up(peer->fw, now_ns(peer));
}

static int
run(struct peer *peer)
{
	char error[RAWSOCK_ERROR_MAX];
	const char *problem = "";
	sigset_t open_mask;

	if (!netif_look(peer->options.ifname, &peer->netif, error))
		return trouble(peer->options.ifname, error);
	snprintf(peer->node_name, sizeof(peer->node_name), "%s", "");
	peer->buffer = malloc(PACKET_BYTES);
	if (peer->buffer == NULL)
		return trouble("--peer", "out of memory");
	if (!open_script(peer))
		return trouble(peer->options.script, strerror(errno));
	if (!open_socket(peer, error))
		return trouble(peer->options.ifname, error);
	if (!make_node(peer, &problem))
		return trouble("--peer", problem);
	pfsync_text_addr(peer->node_name, sizeof(peer->node_name), fw_config(peer->fw)->address.af,
	    &fw_config(peer->fw)->address.addr);
	set_signals(&open_mask);
	begin(peer);
	loop(peer, &open_mask);
	if (peer->options.dump != NULL)
		(void)dump(peer, peer->options.dump);
	print_counters(peer);
	return peer->failed ? STATUS_TROUBLE : STATUS_OK;
}

int
peer_main(int argc, char **argv)
{
	static struct peer peer;
	char error[PEER_ERROR_MAX];
	struct timespec utc;
	int status;

	peer = (struct peer){.end_ns = INT64_MAX};
	if (!peer_options_read(&peer.options, argc, argv, error)) {
		fprintf(stderr, "pfsyncsend: %s\n", error);
		return STATUS_TROUBLE;
	}
	if (peer.options.help) {
		peer_options_help(stdout);
		return fflush(stdout) == 0 ? STATUS_OK : STATUS_TROUBLE;
	}
	clock_gettime(CLOCK_REALTIME, &utc);
	peer.clock_offset_ns = (int64_t)utc.tv_sec * NS_PER_S + utc.tv_nsec - clock_ns(&peer);
	peer.tell = (struct tell){
	    .level = peer.options.verbose, .started_ns = now_ns(&peer), .now_ns = now_ns(&peer)};
	if (peer.options.run_s > 0)
		peer.end_ns = now_ns(&peer) + (int64_t)(peer.options.run_s * (double)NS_PER_S);
	status = run(&peer);
	rawsock_close(peer.sock);
	fw_free(peer.fw);
	buffer_free(&peer.out);
	free(peer.buffer);
	if (fflush(stdout) != 0 || ferror(stdout) != 0)
		status = trouble("standard output", strerror(errno));
	return status;
}
