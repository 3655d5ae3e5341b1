/*
 * writer.h - the form of an output: a table of functions, one an event.
 *
 * SPDX-License-Identifier: ISC
 *
 * The loop (run.c) walks the data once and tells every writer what it found,
 * in this order:
 *
 *	for each packet, in order of time:
 *		frame, then its messages and anomalies as they come, frame_end
 *	anomalies may also come between frames (from below pfsync)
 *	event         between frames, if somebody follows what happens
 *	file          when the run is over, for each input
 *	headline      once
 *	for each node: node, then its states
 *	bulk          for each bulk transfer
 *	direction     for each direction of a link that two captures show
 *	divergences   once
 *	differences   once
 *	witness       once, if the user brought listings or counters
 *	trace, nat, as_peer  once each
 *	roles         once, if there were adverts of CARP
 *	summary       last
 *
 * A writer leaves a function NULL that it has no use for, and the loop then
 * saves the work of finding out.  Pointers in the events are valid during the
 * call only.  Nothing is returned: writing errors are kept by struct out.
 */
#ifndef PFSYNCDUMP_WRITER_H
#define PFSYNCDUMP_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/capture.h"
#include "out.h"
#include "pfevidence.h"
#include "pfreplay.h"
#include "pfsync.h"
#include "pfverdict.h"
#include "senders.h"
#include "time_text.h"

struct witness;         /* evidence/witness.h */
struct difference_list; /* difference.h */

/* Room for an address as text, or for what stands in its place. */
#define REPORT_ADDR_MAX 64

/* Which views the user asked for; none is the verdict page. */
enum report_view {
	REPORT_VIEW_MESSAGES = 1,
	REPORT_VIEW_STATES = 2,
	REPORT_VIEW_STATS = 4,
	REPORT_VIEW_BULK = 8,
	REPORT_VIEW_ROLES = 16,
	REPORT_VIEW_DIVERGENCES = 32,
	REPORT_VIEW_LINK = 64,
	REPORT_VIEW_LISTINGS = 128,
	REPORT_VIEW_TRACE = 256,
	REPORT_VIEW_NAT = 512,
	REPORT_VIEW_AS_PEER = 1024,
	REPORT_VIEW_METRICS = 2048,
	REPORT_VIEW_DIFF = 4096,
	REPORT_VIEW_FOLLOW = 8192
};

/* What is to be shown of what happened; set while the capture is read. */
struct report_window {
	int64_t since_ns;
	int64_t until_ns;
};

/* What writers know of the user's wishes. */
struct report_style {
	unsigned views; /* enum report_view, together */
	int verbose;    /* how many -v */
	enum time_form time_form;
	bool colour;
	bool at_given;   /* --at: what held then is asked for */
	bool many_files; /* more than one input: a frame number needs its file's */
	const struct report_window *window; /* NULL: everything */
	const char *pair; /* --pair: what the numbers call these firewalls; NULL: nothing */
};

/* Is a moment, or a part of the time between two, to be shown? */
static inline bool
report_in_window(const struct report_style *style, int64_t time_ns)
{
	return style->window == NULL ||
	       (time_ns >= style->window->since_ns && time_ns <= style->window->until_ns);
}

static inline bool
report_overlaps(const struct report_style *style, int64_t from_ns, int64_t to_ns)
{
	return style->window == NULL ||
	       (to_ns >= style->window->since_ns && from_ns <= style->window->until_ns);
}

/* Is that mapping to be shown?  With --at only if it is open then. */
static inline bool
report_mapping_shown(const struct report_style *style, const struct pfreplay_mapping *mapping)
{
	if (style->at_given && !mapping->open)
		return false;
	return report_overlaps(style,
	    mapping->created_ns != 0 ? mapping->created_ns : mapping->first_ns,
	    mapping->ended_ns != 0 ? mapping->ended_ns
	    : mapping->open        ? INT64_MAX
				   : mapping->last_ns);
}

/* A packet that carries pfsync. */
struct report_frame {
	const struct capture_packet *packet;
	/* As opened; its dialect is NULL if `status` says that it cannot be read. */
	const struct pfsync_frame *frame;
	int status;                /* of pfsync_frame_open() */
	char src[REPORT_ADDR_MAX]; /* "" if unknown */
	char dst[REPORT_ADDR_MAX]; /* "" if unknown */
	int64_t before_ns;         /* for TIME_DELTA and TIME_START, as the style says */
};

/* A message in it. */
struct report_message {
	const struct pfsync_message *message;
	uint32_t section; /* 0-based */
	uint32_t index;   /* 0-based, in its section */
	size_t offset;    /* of its record, from the pfsync header on */
	int proto;        /* IP protocol as the tables know it, -1 if they do not */
};

/* Something wrong. */
struct report_anomaly {
	uint64_t frame;
	unsigned file;
	int64_t time_ns;
	const char *src;     /* "" if unknown */
	const char *counter; /* netstat's word: "badver" */
	size_t offset;       /* bytes from the pfsync header on; below pfsync: of the frame */
	bool below;          /* found by the link layer or IP */
	size_t lost_bytes;   /* not decoded because of it */
	const char *text;
	/* The offending value and what was needed instead; only if has_values. */
	bool has_values;
	uint32_t found;
	uint32_t expected;
};

/* How often an anomaly was counted, and where first. */
struct report_count {
	const char *counter;
	uint64_t count;
	uint64_t first_frame;
	unsigned first_file;
	int64_t first_ns;
	const char *text; /* of the first one */
};

#define REPORT_COUNTS_MAX 24
#define REPORT_REASONS_MAX 16
#define REPORT_REASON_MAX 240

/* What the firewalls are called, by index; NULL for those that are not shown. */
struct report_names {
	const char *name[PFREPLAY_NODES_MAX];
};

/* Taken once per run, because asking for a node counts its states; NULL: none.
 * The names stay the replay's. */
void report_names_get(struct report_names *names, struct pfreplay *replay);

/* The run as a whole. */
struct report_summary {
	uint64_t packets;        /* frames of all inputs, of whatever kind */
	uint64_t pfsync_packets; /* pfsync datagrams that were looked at */
	uint64_t messages;
	size_t nodes;
	bool has_time;
	int64_t first_ns;
	int64_t last_ns;
	int64_t as_of_ns; /* the moment of the tables */
	struct report_count counts[REPORT_COUNTS_MAX];
	size_t count_count;
	char reasons[REPORT_REASONS_MAX]
		    [REPORT_REASON_MAX]; /* what limits the verdict, worst first */
	size_t reason_count;
	const struct pfreplay_totals *totals; /* NULL if nothing was replayed */
	bool has_verdict;                     /* it was asked for */
	struct pfreplay_verdict verdict;
	/* The firewalls' names, for the verdict. */
	struct report_names names;
	/* Of what the findings count, by number of the code; and findings by severity. */
	uint64_t divergences[PFREPLAY_DIVERGENCES + 1];
	size_t severities[PFREPLAY_CRITICAL + 1];
	const struct senders *senders;
};

/* What is told when it happens, see follow/follow.h. */
enum report_about {
	REPORT_ABOUT_FINDING,
	REPORT_ABOUT_VERDICT,
	REPORT_ABOUT_BULK,
	REPORT_ABOUT_ROLE
};

struct report_event {
	enum report_about about;
	/*
	 * "found", "changed", "healed", or "withdrawn": what was said of a finding did not
	 * prove true.  Static.
	 */
	const char *event;
	int64_t time_ns; /* when it was noticed */
	const struct report_names *names;
	/* Of a finding; without packets and states if it was withdrawn. */
	const struct pfreplay_divergence *finding;
	uint64_t count_before; /* 0: it is new */
	/* Of the verdict. */
	const struct pfreplay_verdict *verdict;
	const char *verdict_before; /* NULL: the first one */
	const struct pfreplay_bulk *bulk;
	/* Of a role. */
	const struct pfreplay_vhid *vhid;
	const struct pfreplay_speaker *speaker;
	enum pfreplay_role role;
	enum pfreplay_role role_before;
};

struct report_writer {
	void (*event)(void *self, const struct report_event *event);
	void (*file)(void *self, const struct capture_file *file, unsigned number);
	void (*frame)(void *self, const struct report_frame *frame);
	void (*message)(
	    void *self, const struct report_frame *frame, const struct report_message *message);
	void (*anomaly)(void *self, const struct report_anomaly *anomaly);
	void (*frame_end)(void *self, const struct report_frame *frame);
	void (*headline)(void *self, const struct report_summary *summary);
	/* `sender` is what was counted of its packets; NULL if it sent none. */
	void (*node)(void *self, const struct pfreplay_node *node, const struct sender *sender);
	void (*state)(
	    void *self, const struct pfreplay_node *node, const struct pfreplay_state *state);
	void (*bulk)(void *self, const struct pfreplay_bulk *bulk, const char *requester,
	    const char *sender);
	/* Of the link between two captures; the names are the nodes'. */
	void (*direction)(void *self, const struct pfreplay_direction *direction,
	    const char *sender, const char *receiver);
	/* The user brought listings or counters. */
	void (*witness)(void *self, const struct witness *witness);
	/* What was asked for with --trace, --nat and --as-peer. */
	void (*trace)(void *self, struct pfreplay *replay, const struct report_names *names);
	void (*nat)(void *self, struct pfreplay *replay);
	void (*as_peer)(void *self, struct pfreplay *replay);
	/* Adverts of CARP were seen: what pfevidence.h tells of them. */
	void (*roles)(void *self, const struct pfreplay *replay);
	void (*divergences)(void *self, struct pfreplay *replay, const struct report_names *names);
	/* The states that differ, worst first. */
	void (*differences)(void *self, const struct difference_list *list);
	void (*summary)(void *self, const struct report_summary *summary);
	void (*free)(void *self);
	bool wants_replay;    /* some of the functions need the tables */
	bool wants_verdict;   /* the headline or summary tells it */
	bool node_is_heading; /* of states: only nodes whose states are wanted */
	void *self;
};

/*
 * The writers.  Each writes to `out`, which must outlive it, and is freed by
 * calling its `free` (if not NULL) with its `self`.  False if memory is short.
 */
bool text_messages_writer(
    struct report_writer *writer, struct out *out, const struct report_style *style);
bool text_states_writer(
    struct report_writer *writer, struct out *out, const struct report_style *style);
bool text_stats_writer(
    struct report_writer *writer, struct out *out, const struct report_style *style);
bool text_bulk_writer(
    struct report_writer *writer, struct out *out, const struct report_style *style);
bool text_roles_writer(
    struct report_writer *writer, struct out *out, const struct report_style *style);
bool text_vantage_writer(
    struct report_writer *writer, struct out *out, const struct report_style *style);
bool text_witness_writer(
    struct report_writer *writer, struct out *out, const struct report_style *style);
bool text_trace_writer(
    struct report_writer *writer, struct out *out, const struct report_style *style);
bool text_nat_writer(
    struct report_writer *writer, struct out *out, const struct report_style *style);
bool text_as_peer_writer(
    struct report_writer *writer, struct out *out, const struct report_style *style);
bool metrics_writer(
    struct report_writer *writer, struct out *out, const struct report_style *style);
bool text_verdict_writer(
    struct report_writer *writer, struct out *out, const struct report_style *style);
bool text_follow_writer(
    struct report_writer *writer, struct out *out, const struct report_style *style);
bool text_divergence_writer(
    struct report_writer *writer, struct out *out, const struct report_style *style);
bool text_difference_writer(
    struct report_writer *writer, struct out *out, const struct report_style *style);
bool json_writer(struct report_writer *writer, struct out *out, const struct report_style *style);

#endif
