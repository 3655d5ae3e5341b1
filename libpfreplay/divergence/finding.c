/*
 * finding.c - what was found, grouped (see finding.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "divergence.h"
#include "finding.h"

/* So long after its latest sight it is over. */
#define LASTS_NS (60 * NS_PER_S)

static guint
key_hash(gconstpointer key)
{
	const struct finding *finding = key;
	uint64_t h = (uint64_t)(uintptr_t)finding->kind ^ finding->tag;

	h = h * UINT64_C(0x9e3779b97f4a7c15) + finding->nodes[0];
	h = h * UINT64_C(0x9e3779b97f4a7c15) + finding->nodes[1];
	return (guint)(h >> 32);
}

static gboolean
key_equal(gconstpointer a, gconstpointer b)
{
	const struct finding *x = a, *y = b;

	return x->kind == y->kind && x->tag == y->tag && x->nodes[0] == y->nodes[0] &&
	       x->nodes[1] == y->nodes[1];
}

static void
release(gpointer data)
{
	struct finding *finding = data;

	proof_free(finding->proof);
	g_free(finding);
}

void
findings_init(struct findings *findings, const struct pfreplay *r)
{
	findings->r = r;
	findings->kept = (struct proof_budget){0, 0};
	findings->list = g_ptr_array_new_with_free_func(release);
	findings->by_key = g_hash_table_new(key_hash, key_equal);
	findings->refused = 0;
}

void
findings_clear(struct findings *findings)
{
	g_hash_table_destroy(findings->by_key);
	g_ptr_array_free(findings->list, TRUE);
}

static void
add(struct findings *findings, struct finding *finding)
{
	g_ptr_array_add(findings->list, finding);
	g_hash_table_add(findings->by_key, finding);
}

void
findings_copy(struct findings *copy, const struct findings *of)
{
	for (guint i = 0; i < of->list->len; i++) {
		struct finding *finding = g_memdup2(of->list->pdata[i], sizeof(struct finding));

		finding->of = copy;
		if (finding->proof != NULL)
			finding->proof = proof_copy(finding->proof);
		add(copy, finding);
	}
	copy->kept = of->kept;
	copy->refused = of->refused;
}

static uint16_t
index_of(const struct node *node)
{
	return node != NULL ? node->index : VIEW_NOBODY;
}

struct finding *
findings_find(const struct findings *findings, const struct finding_kind *kind, uint64_t tag,
    const struct node *node, const struct node *other)
{
	const struct finding key = {
	    .kind = kind, .tag = tag, .nodes = {index_of(node), index_of(other)}};

	return g_hash_table_lookup(findings->by_key, &key);
}

static struct finding *
find_or_make(struct findings *findings, const struct sighting *sighting)
{
	struct finding *finding =
	    findings_find(findings, sighting->kind, sighting->tag, sighting->node, sighting->other);

	if (finding != NULL)
		return finding;
	if (findings->list->len == FINDINGS_MAX) {
		findings->refused++;
		return NULL;
	}
	finding = g_new0(struct finding, 1);
	finding->of = findings;
	finding->kind = sighting->kind;
	finding->tag = sighting->tag;
	finding->nodes[0] = index_of(sighting->node);
	finding->nodes[1] = index_of(sighting->other);
	finding->severity = sighting->severity;
	finding->first_ns = finding->last_ns = sighting->time_ns;
	add(findings, finding);
	return finding;
}

struct finding *
findings_note(struct findings *findings, const struct sighting *sighting)
{
	struct finding *finding = find_or_make(findings, sighting);

	if (finding == NULL)
		return NULL;
	finding_worsen(finding, sighting->severity);
	if (!sighting->counted)
		finding->count += sighting->count != 0 ? sighting->count : 1;
	if (sighting->time_ns < finding->first_ns)
		finding->first_ns = sighting->time_ns;
	if (sighting->time_ns > finding->last_ns)
		finding->last_ns = sighting->time_ns;
	if (sighting->evidence != 0)
		finding_proof(finding, sighting->evidence);
	/* Messages about all states, or all of a host, name none. */
	if (sighting->id != 0)
		finding_state(finding, sighting->id, sighting->creatorid);
	return finding;
}

void
findings_drop(struct findings *findings, struct finding *finding)
{
	g_hash_table_remove(findings->by_key, finding);
	g_ptr_array_remove(findings->list, finding);
}

static struct proof *
proof_of(struct finding *finding)
{
	if (finding->proof == NULL)
		finding->proof = proof_new();
	return finding->proof;
}

/* Is packet `a` before `b`?  Of different files nobody knows. */
static bool
is_before(uint64_t a, uint64_t b)
{
	return a >> 48 == b >> 48 && a < b;
}

void
finding_proof(struct finding *finding, uint64_t evidence)
{
	size_t place;

	if (finding == NULL)
		return;
	proof_frame(proof_of(finding), &finding->of->kept, evidence);
	for (size_t i = 0; i < finding->frame_count; i++)
		if (finding->frames[i] == evidence)
			return;
	/* What was not sure at first is noted late. */
	for (place = finding->frame_count;
	     place > 0 && is_before(evidence, finding->frames[place - 1]); place--)
		;
	if (place == PFREPLAY_PROOF_MAX)
		return;
	if (finding->frame_count < PFREPLAY_PROOF_MAX)
		finding->frame_count++;
	memmove(&finding->frames[place + 1], &finding->frames[place],
	    (finding->frame_count - 1 - place) * sizeof(finding->frames[0]));
	finding->frames[place] = evidence;
}

void
finding_state(struct finding *finding, uint64_t id, uint32_t creatorid)
{
	if (finding == NULL)
		return;
	proof_add_state(proof_of(finding), &finding->of->kept, finding->of->r, id, creatorid);
	if (finding->state_count == PFREPLAY_PROOF_MAX)
		return;
	for (size_t i = 0; i < finding->state_count; i++)
		if (finding->states[i].id == id && finding->states[i].creatorid == creatorid)
			return;
	finding->states[finding->state_count].id = id;
	finding->states[finding->state_count++].creatorid = creatorid;
}

/* The number of that name, made if there is room; NULL if there is none. */
static int64_t *
number(struct finding *finding, const char *name)
{
	if (finding == NULL)
		return NULL;
	for (size_t i = 0; i < finding->detail_count; i++)
		if (strcmp(finding->details[i].name, name) == 0)
			return &finding->details[i].value;
	if (finding->detail_count == PFREPLAY_PROOF_MAX)
		return NULL;
	finding->details[finding->detail_count].name = name;
	return &finding->details[finding->detail_count++].value;
}

void
finding_set(struct finding *finding, const char *name, int64_t value)
{
	int64_t *n = number(finding, name);

	if (n != NULL)
		*n = value;
}

void
finding_add(struct finding *finding, const char *name, int64_t value)
{
	int64_t *n = number(finding, name);

	if (n != NULL)
		*n += value;
}

void
finding_max(struct finding *finding, const char *name, int64_t value)
{
	int64_t *n = number(finding, name);

	if (n != NULL && *n < value)
		*n = value;
}

int64_t
finding_number(const struct finding *finding, const char *name)
{
	for (size_t i = 0; i < finding->detail_count; i++)
		if (strcmp(finding->details[i].name, name) == 0)
			return finding->details[i].value;
	return 0;
}

void
finding_word(struct finding *finding, const char *word, size_t size)
{
	if (finding != NULL && finding->word[0] == '\0')
		pfsync_text_name(finding->word, sizeof(finding->word), word, size);
}

void
findings_join(struct findings *findings, uint16_t into, uint16_t from)
{
	for (guint i = findings->list->len; i-- > 0;) {
		struct finding *finding = findings->list->pdata[i];

		if (finding->nodes[0] != from && finding->nodes[1] != from)
			continue;
		/* Its key changes; one that equals another's stays beside it. */
		if (g_hash_table_lookup(findings->by_key, finding) == finding)
			g_hash_table_remove(findings->by_key, finding);
		for (size_t n = 0; n < 2; n++)
			if (finding->nodes[n] == from)
				finding->nodes[n] = into;
		if (finding->nodes[0] == finding->nodes[1])
			g_ptr_array_remove_index(findings->list, i);
		else if (g_hash_table_lookup(findings->by_key, finding) == NULL)
			g_hash_table_add(findings->by_key, finding);
	}
}

bool
finding_lasts(const struct finding *finding, int64_t now_ns)
{
	const int64_t age_ns = now_ns - finding->last_ns;
	const int64_t habit_ns =
	    finding->count > 1 ? (finding->last_ns - finding->first_ns) / (int64_t)finding->count
			       : 0;

	return age_ns <= LASTS_NS || age_ns / 2 <= habit_ns;
}
