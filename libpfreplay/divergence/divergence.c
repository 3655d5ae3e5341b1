/*
 * divergence.c - what was found, out (see pfreplay.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <string.h>

#include "detectors.h"
#include "differences.h"
#include "divergence.h"
#include "habit.h"
#include "say.h"

#define CODE_BYTES 8
#define COLLIDED_MAX 16384

/* In the order in which they are asked to finish: a later one may drop what an
 * earlier one found, because it explains it. */
static const struct detector *const detectors[] = {
    &detector_habit,
    &detector_unheard,
    &detector_traffic,
    &detector_coverage,
    &detector_version,
    &detector_ttl,
    &detector_rollback,
    &detector_pingpong,
    &detector_checksum,
    &detector_import,
    &detector_unreadable,
    &detector_transfer,
    &detector_silence,
    &detector_asymmetric,
    &detector_early,
    &detector_claims,
    &detector_reuse,
    &detector_clear,
    &detector_ghost,
    &detector_size,
    &detector_lost,
    &detector_roles,
    &detector_strangers,
    &detector_tdb,
    &detector_missing,
};
#define DETECTORS (sizeof(detectors) / sizeof(detectors[0]))
_Static_assert(DETECTORS <= DETECTORS_MAX, "struct divergence has room for them");

/* Call `function` of all detectors that have it. */
#define EACH(d, function, ...)                                                                     \
	for (size_t i_ = 0; i_ < DETECTORS; i_++)                                                  \
		if (detectors[i_]->function != NULL)                                               \
	detectors[i_]->function((d), (d)->memory[i_], __VA_ARGS__)

static void
on_packet(void *user, const struct open_packet *open)
{
	struct divergence *d = user;

	d->judged = false;
	EACH(d, packet, open);
}

static void
on_said(void *user, const struct watch_said *said)
{
	struct divergence *d = user;

	for (size_t i = 0; i < DETECTORS; i++)
		if ((detectors[i]->said & said->kinds) != 0)
			detectors[i]->on_said(d, d->memory[i], said);
}

static void
on_outcome(void *user, const struct watch_result *result)
{
	struct divergence *d = user;

	/* Nothing is known of a receiver that was never heard. */
	if (node_is_hidden(result->receiver))
		return;
	for (size_t i = 0; i < DETECTORS; i++)
		if ((detectors[i]->outcomes & WATCH_OUTCOME(result->outcome)) != 0)
			detectors[i]->outcome(d, d->memory[i], result);
}

static void
on_refused(void *user, const struct watch_refused *refused)
{
	struct divergence *d = user;

	if (!node_is_hidden(refused->receiver))
		EACH(d, refused, refused);
}

static void
on_proof(void *user, const struct watch_proof *proof)
{
	struct divergence *d = user;

	EACH(d, proof, proof);
}

static void
on_node(void *user, const struct watch_node *node)
{
	struct divergence *d = user;

	if (node->kind == WATCH_NODE_JOINED)
		findings_join(&d->live, node->node->index, node->other->index);
	EACH(d, node, node);
}

static void
on_bulk(void *user, const struct watch_bulk *bulk)
{
	struct divergence *d = user;

	EACH(d, bulk, bulk);
}

static void
on_clear(void *user, const struct watch_clear *clear)
{
	struct divergence *d = user;

	EACH(d, clear, clear);
}

static void
on_time(void *user, int64_t now_ns)
{
	struct divergence *d = user;

	d->judged = false;
	EACH(d, time, now_ns);
}

static void
release(void *user)
{
	struct divergence *d = user;

	for (size_t i = 0; i < DETECTORS; i++) {
		if (detectors[i]->end != NULL)
			detectors[i]->end(d->memory[i]);
		g_free(d->memory[i]);
	}
	side_free(d->collided);
	side_free(d->absent);
	if (d->differences->list != NULL)
		g_array_free(d->differences->list, TRUE);
	g_free(d->differences);
	g_ptr_array_free(d->texts, TRUE);
	g_ptr_array_free(d->sorted, TRUE);
	findings_clear(&d->final);
	findings_clear(&d->live);
	d->r->divergence = NULL;
	g_free(d);
}

void
divergence_attach(struct pfreplay *r, uint64_t ignored)
{
	struct divergence *d = g_new0(struct divergence, 1);
	struct watcher watcher = {
	    .packet_begin = on_packet,
	    .on_said = on_said,
	    .on_outcome = on_outcome,
	    .on_refused = on_refused,
	    .on_proof = on_proof,
	    .on_node = on_node,
	    .on_bulk = on_bulk,
	    .on_clear = on_clear,
	    .on_time = on_time,
	    .release = release,
	};

	d->r = r;
	d->ignored = ignored;
	findings_init(&d->live, r);
	findings_init(&d->final, r);
	d->sorted = g_ptr_array_new();
	d->texts = g_ptr_array_new_with_free_func(g_free);
	d->mark = watch_mark(r);
	d->collided = side_new(1, COLLIDED_MAX);
	d->differences = g_new0(struct differences, 1);
	for (size_t i = 0; i < DETECTORS; i++) {
		watcher.said |= detectors[i]->said;
		watcher.outcomes |= detectors[i]->outcomes;
		d->memory[i] = g_malloc0(detectors[i]->bytes);
		if (detectors[i]->begin != NULL)
			detectors[i]->begin(d, d->memory[i]);
	}
	watcher.marks = d->mark;
	r->divergence = d;
	watch_add(r, &watcher, d);
}

struct node *
node_of_creator(const struct pfreplay *r, uint32_t creatorid)
{
	for (size_t n = 0; n < r->nodes.count; n++)
		if (!node_is_hidden(r->nodes.list[n]) && node_owns(r->nodes.list[n], creatorid))
			return r->nodes.list[n];
	return NULL;
}

/* Worst first, then what is most, then by code. */
static gint
worse(gconstpointer a, gconstpointer b)
{
	const struct finding *x = *(struct finding *const *)a, *y = *(struct finding *const *)b;

	if (x->severity != y->severity)
		return x->severity > y->severity ? -1 : 1;
	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	if (x->kind->number != y->kind->number)
		return x->kind->number < y->kind->number ? -1 : 1;
	if (x->first_ns != y->first_ns)
		return x->first_ns < y->first_ns ? -1 : 1;
	return 0;
}

/*
 * Findings that follow from what a packet says, not from what none says: they
 * hold although other packets are cut or were lost by the capture.
 */
#define PROVEN_BY_WHAT_IS_THERE                                                                    \
	(1U << 1 | 1U << 5 | 1U << 9 | 1U << 18 | 1U << 20 | 1U << 22 | 1U << 23 | 1U << 27 |      \
	    1U << 28 | 1U << 29)

static bool
whole(const struct divergence *d)
{
	return !habit_is_cut(d->habit) && d->limits.dropped == 0;
}

static bool
is_shown(const struct divergence *d, const struct finding *finding)
{
	unsigned number = finding->kind->number;

	if (!whole(d) && (PROVEN_BY_WHAT_IS_THERE >> number & 1) == 0)
		return false;
	return !finding->dropped && (d->ignored >> number & 1) == 0;
}

void
divergence_judge(struct divergence *d)
{
	if (d->judged)
		return;
	d->compared = false;
	g_ptr_array_set_size(d->texts, 0);
	g_ptr_array_set_size(d->sorted, 0);
	findings_clear(&d->final);
	findings_init(&d->final, d->r);
	findings_copy(&d->final, &d->live);
	for (size_t i = 0; i < DETECTORS; i++)
		if (detectors[i]->finish != NULL)
			detectors[i]->finish(d, d->memory[i], &d->final);
	for (guint i = 0; i < d->final.list->len; i++) {
		struct finding *finding = d->final.list->pdata[i];

		/* Time may have gone backwards. */
		finding->last_ns = MAX(finding->last_ns, finding->first_ns);
		if (is_shown(d, finding))
			g_ptr_array_add(d->sorted, finding);
	}
	g_ptr_array_sort(d->sorted, worse);
	g_ptr_array_set_size(d->texts, (gint)d->sorted->len);
	d->judged = true;
}

size_t
pfreplay_divergence_count(struct pfreplay *r)
{
	if (r->divergence == NULL)
		return 0;
	divergence_judge(r->divergence);
	return r->divergence->sorted->len;
}

/* "D-06"; static, because the caller keeps the pointer. */
static const char *
code_of(unsigned number)
{
	static const char codes[PFREPLAY_DIVERGENCES + 1][CODE_BYTES] = {"", "D-01", "D-02", "D-03",
	    "D-04", "D-05", "D-06", "D-07", "D-08", "D-09", "D-10", "D-11", "D-12", "D-13", "D-14",
	    "D-15", "D-16", "D-17", "D-18", "D-19", "D-20", "D-21", "D-22", "D-23", "D-24", "D-25",
	    "D-26", "D-27", "D-28", "D-29"};

	return number <= PFREPLAY_DIVERGENCES ? codes[number] : "";
}

static const char *
text_of(const struct divergence *d, size_t n)
{
	const struct finding *finding = d->sorted->pdata[n];
	GString *text;

	if (d->texts->pdata[n] == NULL) {
		text = g_string_new(NULL);
		say(text, d->r, finding, finding->kind->sentence);
		if (finding->kind->tell != NULL)
			finding->kind->tell(d->r, finding, text);
		d->texts->pdata[n] = g_string_free(text, FALSE);
	}
	return d->texts->pdata[n];
}

bool
pfreplay_divergence_at(struct pfreplay *r, size_t n, struct pfreplay_divergence *out)
{
	const struct divergence *d = r->divergence;
	const struct finding *finding;

	memset(out, 0, sizeof(*out));
	if (n >= pfreplay_divergence_count(r))
		return false;
	finding = d->sorted->pdata[n];
	out->code = code_of(finding->kind->number);
	out->name = pfreplay_divergence_name(finding->kind->number);
	out->severity = finding->severity;
	out->first_ns = finding->first_ns;
	out->last_ns = finding->last_ns;
	out->count = finding->count;
	for (size_t i = 0; i < finding->frame_count; i++) {
		out->frames[i].file = (uint16_t)(finding->frames[i] >> 48);
		out->frames[i].frame = finding->frames[i] & UINT64_C(0xffffffffffff);
	}
	out->frame_count = finding->frame_count;
	for (size_t i = 0; i < 2; i++)
		if (finding->nodes[i] != VIEW_NOBODY)
			out->nodes[out->node_count++] = finding->nodes[i];
	_Static_assert(sizeof(out->states) == sizeof(finding->states), "same type");
	memcpy(out->states, finding->states, sizeof(out->states));
	out->state_count = finding->state_count;
	_Static_assert(sizeof(out->details) == sizeof(finding->details), "same type");
	memcpy(out->details, finding->details, sizeof(out->details));
	out->detail_count = finding->detail_count;
	out->kind = finding->kind;
	out->tag = finding->tag;
	out->lasting = finding_lasts(finding, r->now_ns);
	out->text = text_of(d, n);
	out->advice = finding->kind->advice;
	return true;
}

static const struct proof *
proof_at(struct pfreplay *r, size_t n)
{
	if (n >= pfreplay_divergence_count(r))
		return NULL;
	return ((const struct finding *)r->divergence->sorted->pdata[n])->proof;
}

bool
pfreplay_divergence_frame_at(struct pfreplay *r, size_t n, size_t i, struct pfreplay_frame *frame)
{
	const struct proof *proof = proof_at(r, n);
	uint64_t evidence;

	if (proof == NULL || i >= proof->frames->len)
		return false;
	evidence = g_array_index(proof->frames, uint64_t, i);
	frame->file = (uint16_t)(evidence >> 48);
	frame->frame = evidence & UINT64_C(0xffffffffffff);
	return true;
}

bool
pfreplay_divergence_state_at(struct pfreplay *r, size_t n, size_t i, struct pfsync_message *message)
{
	const struct proof *proof = proof_at(r, n);

	if (proof == NULL || i >= proof->states->len)
		return false;
	proof_message(proof->states->pdata[i], message);
	return true;
}

void
pfreplay_divergence_left_off(struct pfreplay *r, size_t n, uint64_t *frames, uint64_t *states)
{
	const struct proof *proof = proof_at(r, n);

	*frames = proof != NULL ? proof->frames_left_off : 0;
	*states = proof != NULL ? proof->states_left_off : 0;
}
