/*
 * differences.c - the tables of all firewalls beside each other (see pfverdict.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "coverage.h"
#include "detectors.h"
#include "differences.h"
#include "keys.h"

/* A state without an established connection that lives on for so long lasts. */
#define LASTING_NS (30 * NS_PER_S)
#define NOSYNC_PROTO 240
#define ABSENT_MAX 65536

/* What is known of one state. */
struct account {
	uint64_t has;
	uint64_t has_sure;
	uint64_t lacks;
	uint64_t lacks_sure;
	uint64_t unknown;
	bool under_way;
	const struct view *newest; /* of those that have it */
};

static uint64_t
bit_of(size_t node)
{
	return UINT64_C(1) << node;
}

uint64_t
differences_nodes(const struct pfreplay *r)
{
	uint64_t nodes = 0;

	for (size_t n = 0; n < r->nodes.count; n++) {
		const struct node *node = node_at(r, n);

		if (!node_is_hidden(node) && (node_heard(node) || node->address_count != 0))
			nodes |= bit_of(n);
	}
	return nodes;
}

void
differences_absent(struct divergence *d, const struct node *node, uint64_t id, uint32_t creatorid)
{
	uint64_t *absent;

	if (d->absent == NULL)
		d->absent = side_new(sizeof(*absent), ABSENT_MAX);
	absent = side_make(d->absent, id, creatorid, NULL);
	*absent |= bit_of(node->index);
}

static bool
absent_for_sure(const struct divergence *d, const struct entry *entry, size_t node)
{
	const uint64_t *absent =
	    d->absent != NULL ? side_find(d->absent, entry->id, entry->creatorid) : NULL;

	return absent != NULL && (*absent & bit_of(node)) != 0;
}

static void
take_absence(const struct divergence *d, struct account *account, const struct entry *entry,
    const struct node *node, bool refused)
{
	uint64_t bit = bit_of(node->index);

	/* While a bulk transfer is under way anything may still come. */
	if (node->unreliable && !absent_for_sure(d, entry, node->index)) {
		account->unknown |= bit;
		return;
	}
	account->lacks |= bit;
	if (refused || absent_for_sure(d, entry, node->index))
		account->lacks_sure |= bit;
}

static void
take_presence(const struct pfreplay *r, struct account *account, const struct view *view)
{
	uint64_t bit = bit_of(view->node);

	account->has |= bit;
	if ((view->bits & VIEW_STANDING) == PFREPLAY_ASSERTED)
		account->has_sure |= bit;
	if (account->newest == NULL || view->evidence_ns > account->newest->evidence_ns)
		account->newest = view;
	if (store_due_ns(r, view) - r->now_ns < COVERAGE_LAG_NS)
		account->under_way = true;
}

/* It would have asked for what it lacks (SEM 2.4), and it was heard after that. */
#define ASKS_NS (2 * NS_PER_S)

static bool
did_not_ask(const struct pfreplay *r, const struct node *node, const struct view *view)
{
	return store_standing(r, view) == PFREPLAY_UNKNOWN && !node->restarted &&
	       node->rejects_until_ns == 0 && node->last_ns - view->evidence_ns > ASKS_NS;
}

static struct account
account_of(const struct divergence *d, struct entry *entry, uint64_t nodes)
{
	const struct pfreplay *r = d->r;
	struct account account = {0};

	for (size_t n = 0; n < r->nodes.count; n++) {
		const struct node *node = node_at(r, n);
		const struct view *view;
		bool refused;

		if ((nodes & bit_of(n)) == 0)
			continue;
		view = store_view(r, entry, node);
		refused = view != NULL && (view->bits & VIEW_STANDING) != PFREPLAY_ASSERTED &&
			  import_refused(d, node, entry->id, entry->creatorid);
		if (view == NULL || refused)
			take_absence(d, &account, entry, node, refused);
		else if (store_standing(r, view) <= PFREPLAY_PREDICTED ||
			 did_not_ask(r, node, view))
			take_presence(r, &account, view);
		else
			account.unknown |= bit_of(n);
	}
	if (entry->facts != 0 &&
	    r->now_ns - facts_at(&r->facts, entry->facts)->creation_ns < COVERAGE_LAG_NS)
		account.under_way = true;
	return account;
}

static bool
is_established(const struct entry *entry, const struct view *view)
{
	const struct peers *peers = view_peers(entry, view);

	return entry->proto == 6 && peers->src.state == PFSYNC_TCPS_ESTABLISHED &&
	       peers->dst.state == PFSYNC_TCPS_ESTABLISHED;
}

static struct pfreplay_difference
difference_of(const struct pfreplay *r, const struct entry *entry, const struct account *account)
{
	struct pfreplay_difference difference = {.id = entry->id,
	    .creatorid = entry->creatorid,
	    .kind = PFREPLAY_MISSING,
	    .has = account->has,
	    .lacks = account->lacks,
	    .since_ns = account->newest->evidence_ns,
	    .established = is_established(entry, account->newest),
	    .risk = PFREPLAY_RISK_MISSING};

	difference.lasting =
	    difference.established || store_due_ns(r, account->newest) - r->now_ns > LASTING_NS;
	difference.surety = account->has_sure != 0 && account->lacks_sure == account->lacks
				? PFREPLAY_SURE
				: PFREPLAY_LIKELY;
	return difference;
}

/* All have it: would a takeover in either direction break it? */
static void
compare_peers(const struct divergence *d, struct differences *differences, struct entry *entry,
    const struct account *account)
{
	const struct pfreplay *r = d->r;

	for (size_t from = 0; from < r->nodes.count; from++) {
		struct coverage_look look = {.entry = entry};

		if ((account->has & bit_of(from)) == 0)
			continue;
		look.from = store_view(r, entry, node_at(r, from));
		for (size_t to = 0; to < r->nodes.count; to++) {
			struct pfreplay_difference difference;

			if (to == from || (account->has & bit_of(to)) == 0)
				continue;
			look.to = store_view(r, entry, node_at(r, to));
			difference = difference_of(r, entry, account);
			difference.risk = coverage_risk(r, &look);
			/* A route is no difference of the peers. */
			if (difference.risk == PFREPLAY_RISK_COUNT ||
			    difference.risk == PFREPLAY_RISK_ROUTE)
				continue;
			difference.kind = PFREPLAY_PEERS;
			difference.has = bit_of(from);
			difference.lacks = bit_of(to);
			difference.since_ns = look.from->evidence_ns;
			difference.surety = (account->has_sure & bit_of(from)) != 0 &&
						    (account->has_sure & bit_of(to)) != 0
						? PFREPLAY_SURE
						: PFREPLAY_LIKELY;
			g_array_append_val(differences->list, difference);
			return;
		}
	}
}

static void
compare(struct divergence *d, struct differences *differences, struct entry *entry, uint64_t nodes)
{
	struct account account = account_of(d, entry, nodes);
	struct pfreplay_difference difference;

	if (account.has == 0 || account.under_way || entry->proto == NOSYNC_PROTO)
		return;
	differences->comparable++;
	/* With one firewall there is nothing to compare with. */
	if (account.unknown == 0 && (nodes & (nodes - 1)) != 0)
		differences->compared++;
	if (account.lacks != 0) {
		difference = difference_of(d->r, entry, &account);
		g_array_append_val(differences->list, difference);
	} else if (account.unknown == 0) {
		compare_peers(d, differences, entry, &account);
	}
}

/* --- the same connection under another id --------------------------------- */

static void
look_for_others(struct divergence *d, GArray *list)
{
	struct pfreplay *r = d->r;

	for (guint i = 0; i < list->len; i++) {
		struct pfreplay_difference *difference =
		    &g_array_index(list, struct pfreplay_difference, i);
		uint32_t number = store_find(r, difference->id, difference->creatorid);
		uint64_t there;

		if (difference->kind != PFREPLAY_MISSING || number == 0)
			continue;
		there = keys_elsewhere(r, number);
		if ((difference->lacks & ~there) == 0)
			difference->kind = PFREPLAY_KEY;
	}
}

/* --- which finding explains it -------------------------------------------- */

static bool
concerns(const struct finding *finding, const struct pfreplay_difference *difference)
{
	uint64_t nodes = difference->has | difference->lacks;

	for (size_t i = 0; i < 2; i++)
		if (finding->nodes[i] != VIEW_NOBODY && (nodes & bit_of(finding->nodes[i])) == 0)
			return false;
	return true;
}

/* Those that are about what one firewall has and another lacks. */
#define EXPLAINS_MISSING                                                                           \
	(1U << 1 | 1U << 2 | 1U << 3 | 1U << 4 | 1U << 5 | 1U << 10 | 1U << 11 | 1U << 12 |        \
	    1U << 14 | 1U << 15 | 1U << 17 | 1U << 18 | 1U << 19 | 1U << 25 | 1U << 29)
#define EXPLAINS_PEERS (1U << 6 | 1U << 7 | 1U << 8 | 1U << 16)
#define EXPLAINS_KEY (1U << 16 | 1U << 18 | 1U << 21)

static unsigned
explaining(const struct divergence *d, const struct pfreplay_difference *difference)
{
	static const uint32_t codes[PFREPLAY_DIFFERENCE_KINDS] = {
	    [PFREPLAY_MISSING] = EXPLAINS_MISSING,
	    [PFREPLAY_PEERS] = EXPLAINS_PEERS,
	    [PFREPLAY_KEY] = EXPLAINS_KEY,
	};

	for (guint i = 0; i < d->sorted->len; i++) {
		const struct finding *finding = d->sorted->pdata[i];

		if ((codes[difference->kind] >> finding->kind->number & 1) != 0 &&
		    concerns(finding, difference))
			return finding->kind->number;
	}
	return 0;
}

static void
explain(struct divergence *d, GArray *list)
{
	struct side *named = side_new(sizeof(unsigned), FINDINGS_MAX * PFREPLAY_PROOF_MAX);

	for (guint i = d->sorted->len; i-- > 0;) {
		const struct finding *finding = d->sorted->pdata[i];

		for (size_t k = 0; k < finding->state_count; k++) {
			unsigned *number = side_make(
			    named, finding->states[k].id, finding->states[k].creatorid, NULL);

			*number = finding->kind->number;
		}
	}
	for (guint i = 0; i < list->len; i++) {
		struct pfreplay_difference *difference =
		    &g_array_index(list, struct pfreplay_difference, i);
		const unsigned *number = side_find(named, difference->id, difference->creatorid);

		difference->finding = number != NULL ? *number : explaining(d, difference);
	}
	side_free(named);
}

void
differences_find(struct divergence *d, struct differences *differences)
{
	struct pfreplay *r = d->r;
	uint64_t nodes = differences_nodes(r);

	if (differences->list == NULL)
		differences->list = g_array_new(FALSE, FALSE, sizeof(struct pfreplay_difference));
	g_array_set_size(differences->list, 0);
	differences->comparable = differences->compared = 0;
	for (uint32_t number = 1; number <= r->table.entries.used; number++) {
		struct entry *entry = table_entry(&r->table, number);

		if (entry->live)
			compare(d, differences, entry, nodes);
	}
	look_for_others(d, differences->list);
	explain(d, differences->list);
}
