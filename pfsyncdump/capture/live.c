/*
 * live.c - capturing on an interface instead of reading a file.
 *
 * SPDX-License-Identifier: ISC
 */
#include "live.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum {
	SNAPLEN = 262144,
	/* How long a packet may wait for others to come; also how soon a signal
	 * is seen. */
	TIMEOUT_MS = 250,
	BUFFER_BYTES = 16 * 1024 * 1024
};

static const char filter[] = "ip proto 240 or ip6 proto 240 or ip proto 112 or ip6 proto 112 or "
			     "(vlan and (ip proto 240 or ip6 proto 240 or ip proto 112 or "
			     "ip6 proto 112))";

static void
explain(char error[CAPTURE_ERROR_MAX], const char *name, const char *reason)
{
	char shown[128], why[PCAP_ERRBUF_SIZE];
	size_t length = 0;

	pfsync_text_name(shown, sizeof(shown), name, strlen(name));
	/* libpcap's reasons quote names. */
	for (; reason[length] != '\0' && length + 1 < sizeof(why); length++)
		why[length] = reason[length] >= ' ' && reason[length] < 0x7f ? reason[length] : '?';
	why[length] = '\0';
	snprintf(error, CAPTURE_ERROR_MAX, "-i %s: %s", shown, why);
}

/* On pfsync0 libpcap would look for the wrong bytes (FB 3.2); all of it is pfsync. */
static bool
set_filter(pcap_t *pcap)
{
	struct bpf_program program;
	bool good;

	if (pcap_datalink(pcap) != 1)
		return true;
	if (pcap_compile(pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN) != 0)
		return false;
	good = pcap_setfilter(pcap, &program) == 0;
	pcap_freecode(&program);
	return good;
}

/* Before it is activated.  Returns 0 or a negative status of libpcap. */
static int
set_up(pcap_t *pcap, int buffer_kib)
{
	int status = pcap_set_snaplen(pcap, SNAPLEN);

	if (status == 0)
		status = pcap_set_promisc(pcap, 1);
	if (status == 0)
		status = pcap_set_timeout(pcap, TIMEOUT_MS);
	if (status == 0)
		status =
		    pcap_set_buffer_size(pcap, buffer_kib > 0 ? buffer_kib * 1024 : BUFFER_BYTES);
	if (status == 0) {
		status = pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
		/* Then microseconds are what there is. */
		if (status == PCAP_ERROR_TSTAMP_PRECISION_NOTSUP)
			status = 0;
	}
	return status;
}

pcap_t *
live_open(const char *name, int buffer_kib, char error[CAPTURE_ERROR_MAX])
{
	char why[PCAP_ERRBUF_SIZE] = "";
	pcap_t *pcap = pcap_create(name, why);
	int status;

	if (pcap == NULL) {
		explain(error, name, why);
		return NULL;
	}
	status = set_up(pcap, buffer_kib);
	if (status == 0)
		status = pcap_activate(pcap);
	if (status < 0) {
		explain(error, name,
		    status == PCAP_ERROR ? pcap_geterr(pcap) : pcap_statustostr(status));
	} else if (!set_filter(pcap)) {
		explain(error, name, pcap_geterr(pcap));
		status = PCAP_ERROR;
	}
	/* Linux would wait for the first packet, however long: see live_wait(). */
	if (status >= 0 && pcap_get_selectable_fd(pcap) >= 0 &&
	    pcap_setnonblock(pcap, 1, why) != 0) {
		explain(error, name, why);
		status = PCAP_ERROR;
	}
	if (status >= 0)
		return pcap;
	pcap_close(pcap);
	return NULL;
}

void
live_wait(pcap_t *pcap)
{
	struct pollfd wanted = {.fd = pcap_get_selectable_fd(pcap), .events = POLLIN};

	if (wanted.fd >= 0)
		(void)poll(&wanted, 1, TIMEOUT_MS);
}

bool
live_drop_privileges(char error[CAPTURE_ERROR_MAX])
{
	static const char *const users[] = {"_pfsyncdump", "_tcpdump", "tcpdump", "nobody"};
	const char *user = NULL;
	uid_t uid = 0;
	gid_t gid = 0;

	if (geteuid() != 0)
		return true;
	for (size_t i = 0; i < sizeof(users) / sizeof(users[0]) && user == NULL; i++) {
		if (compat_find_user(users[i], &uid, &gid))
			user = users[i];
	}
	if (user == NULL || uid == 0) {
		snprintf(error, CAPTURE_ERROR_MAX,
		    "there is no user to become after opening the interface; add _pfsyncdump");
		return false;
	}
	if (compat_drop_groups(gid) == 0 && setgid(gid) == 0 && setuid(uid) == 0 && setuid(0) != 0)
		return true;
	snprintf(error, CAPTURE_ERROR_MAX, "cannot become %s after opening the interface: %s", user,
	    strerror(errno));
	return false;
}
