/*
 * finding.h - what was found, grouped: one finding a cause.
 *
 * SPDX-License-Identifier: ISC
 *
 * A thousand states that one firewall refuses for one reason are one finding
 * with a count.  What makes two sights one finding is its kind (code, cause and
 * sentence), the two firewalls, and a tag that the kind chooses, such as the
 * hash of an interface's name.
 */
#ifndef PFREPLAY_DIVERGENCE_FINDING_H
#define PFREPLAY_DIVERGENCE_FINDING_H

#include <glib.h>

#include "internal.h"
#include "proof.h"

/* Bytes of a finding's word, the NUL included. */
#define FINDING_WORD_MAX 128
/* More findings than this are counted only: a capture cannot fill memory. */
#define FINDINGS_MAX 1024

struct finding;
struct findings;

/* Kinds are static; each detector has its own. */
struct finding_kind {
	unsigned number;      /* of D-xx */
	const char *sentence; /* as say() takes it */
	const char *advice;
	/* Append to it what depends on the case; may be NULL. */
	void (*tell)(const struct pfreplay *r, const struct finding *finding, GString *text);
};

struct finding {
	struct findings *of;
	const struct finding_kind *kind;
	uint64_t tag;
	uint16_t nodes[2]; /* VIEW_NOBODY: none */
	bool dropped;      /* another finding explains it */
	enum pfreplay_severity severity;
	int64_t first_ns;
	int64_t last_ns;
	uint64_t count;
	uint64_t frames[PFREPLAY_PROOF_MAX]; /* see view_evidence() */
	size_t frame_count;
	struct {
		uint64_t id;
		uint32_t creatorid;
	} states[PFREPLAY_PROOF_MAX];
	size_t state_count;
	struct proof *proof; /* all of both; NULL: none yet */
	struct {
		const char *name; /* static */
		int64_t value;
	} details[PFREPLAY_PROOF_MAX];
	size_t detail_count;
	char word[FINDING_WORD_MAX]; /* printable; what the tag stands for */
};

/* Its latest sight is no older than a minute, or than twice the time between its sights. */
bool finding_lasts(const struct finding *finding, int64_t now_ns);

struct findings {
	const struct pfreplay *r; /* to look up states; NULL: not looked up */
	struct proof_budget kept;
	GPtrArray *list; /* struct finding, in order of appearance */
	GHashTable *by_key;
	uint64_t refused;
};

void findings_init(struct findings *findings, const struct pfreplay *r);
void findings_clear(struct findings *findings);
/* Make `copy`, which must be empty, equal to `of`. */
void findings_copy(struct findings *copy, const struct findings *of);

/* One more sight of something. */
struct sighting {
	const struct finding_kind *kind;
	uint64_t tag;
	const struct node *node;         /* who said it; NULL = none */
	const struct node *other;        /* who did not take it; NULL = none */
	enum pfreplay_severity severity; /* the worst one counts */
	int64_t time_ns;
	uint64_t evidence; /* frame; 0 = none */
	uint64_t id;       /* state; both 0 = none */
	uint32_t creatorid;
	uint64_t count; /* 0 = 1 */
	bool counted;   /* what it is about was counted before */
};

/* The finding, made if it is new; NULL (and counted) if there are too many. */
struct finding *findings_note(struct findings *findings, const struct sighting *sighting);
/* The finding if it was noted before, or NULL.  Nodes may be NULL. */
struct finding *findings_find(const struct findings *findings, const struct finding_kind *kind,
    uint64_t tag, const struct node *node, const struct node *other);
/* Forget it altogether. */
void findings_drop(struct findings *findings, struct finding *finding);

/*
 * More proof for a finding.  The first packets of a file are kept in the finding,
 * in their order; all of them, within bounds, in its `proof`.
 */
void finding_proof(struct finding *finding, uint64_t evidence);
void finding_state(struct finding *finding, uint64_t id, uint32_t creatorid);
/* Numbers; all accept NULL for the finding. */
void finding_set(struct finding *finding, const char *name, int64_t value);
void finding_add(struct finding *finding, const char *name, int64_t value);
void finding_max(struct finding *finding, const char *name, int64_t value);
/* 0 if there is none of that name. */
int64_t finding_number(const struct finding *finding, const char *name);
/* What the tag stands for; made printable.  `size` is the most bytes of it. */
void finding_word(struct finding *finding, const char *word, size_t size);
static inline void
finding_worsen(struct finding *finding, enum pfreplay_severity severity)
{
	if (finding != NULL && finding->severity < severity)
		finding->severity = severity;
}

/* `from` was found to be the same firewall as `into`. */
void findings_join(struct findings *findings, uint16_t into, uint16_t from);

#endif
