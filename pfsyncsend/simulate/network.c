/*
 * network.c - what becomes of a packet between two firewalls.
 *
 * SPDX-License-Identifier: ISC
 */
#include <glib.h>

#include "network.h"

struct rule_state {
	struct net_rule rule;
	struct rng rng;
	uint64_t seen[NETWORK_NODES_MAX][NETWORK_NODES_MAX]; /* NET_NTH: packets of each path */
	uint64_t hits;
};

struct path {
	struct rng rng;
	int64_t last_ns; /* arrival of the packet before */
};

struct network {
	GArray *rules; /* struct rule_state */
	struct path paths[NETWORK_NODES_MAX][NETWORK_NODES_MAX];
	uint64_t seed;
	int64_t delay_ns, jitter_ns;
};

struct network *
network_new(uint64_t seed, int64_t delay_ns, int64_t jitter_ns)
{
	struct network *network = g_new0(struct network, 1);

	network->rules = g_array_new(FALSE, TRUE, sizeof(struct rule_state));
	network->seed = seed;
	network->delay_ns = delay_ns;
	network->jitter_ns = jitter_ns;
	for (size_t from = 0; from < NETWORK_NODES_MAX; from++) {
		for (size_t to = 0; to < NETWORK_NODES_MAX; to++)
			rng_init(&network->paths[from][to].rng, seed, "path",
			    from * NETWORK_NODES_MAX + to);
	}
	return network;
}

void
network_free(struct network *network)
{
	if (network == NULL)
		return;
	g_array_free(network->rules, TRUE);
	g_free(network);
}

static struct rule_state *
rule_at(const struct network *network, size_t index)
{
	return &g_array_index(network->rules, struct rule_state, index);
}

size_t
network_add(struct network *network, const struct net_rule *rule)
{
	struct rule_state state = {.rule = *rule};

	rng_init(&state.rng, network->seed, "network rule", network->rules->len);
	g_array_append_val(network->rules, state);
	return network->rules->len - 1;
}

const struct net_rule *
network_rule(const struct network *network, size_t index)
{
	return &rule_at(network, index)->rule;
}

uint64_t
network_hits(const struct network *network, size_t index)
{
	return rule_at(network, index)->hits;
}

static bool
loses(struct rule_state *state, int from, int to, size_t len, size_t index, net_match match,
    void *context)
{
	const struct net_rule *rule = &state->rule;
	uint64_t n;

	switch (rule->kind) {
	case NET_LOSS:
		return rng_chance(&state->rng, rule->rate);
	case NET_NTH:
		n = ++state->seen[from][to];
		return n >= rule->n && n - rule->n <= rule->repeat;
	case NET_MATCH:
		return state->hits < rule->repeat && match != NULL && match(context, index);
	case NET_DOWN:
		return true;
	case NET_MTU:
		return len > rule->size_bytes;
	default:
		return false;
	}
}

static bool
means(const struct net_rule *rule, int64_t now_ns, int from, int to)
{
	return (rule->from == NETWORK_ANY || rule->from == from) &&
	       (rule->to == NETWORK_ANY || rule->to == to) && now_ns >= rule->from_ns &&
	       now_ns < rule->until_ns;
}

/* Delay, overtaking, repetition: what happens to packets that arrive. */
static void
hinder(struct rule_state *state, struct net_verdict *verdict, size_t index)
{
	const struct net_rule *rule = &state->rule;

	if (rule->kind != NET_DELAY && rule->kind != NET_REORDER && rule->kind != NET_DUPLICATE)
		return;
	if (!rng_chance(&state->rng, rule->rate))
		return;
	state->hits++;
	verdict->rule = (int32_t)index;
	if (rule->kind == NET_DUPLICATE) {
		verdict->again_ns = rule->time_ns; /* made absolute by the caller */
	} else {
		verdict->arrive_ns += rule->time_ns;
		verdict->overtaken |= rule->kind == NET_REORDER;
	}
}

struct net_verdict
network_judge(struct network *network, int64_t now_ns, int from, int to, size_t len,
    net_match match, void *context)
{
	struct path *path = &network->paths[from][to];
	struct net_verdict verdict = {.fate = NET_DELIVERED,
	    .rule = -1,
	    .arrive_ns =
		now_ns + network->delay_ns + rng_between(&path->rng, 0, network->jitter_ns)};

	for (size_t i = 0; i < network->rules->len; i++) {
		struct rule_state *state = rule_at(network, i);
		if (!means(&state->rule, now_ns, from, to))
			continue;
		if (verdict.fate == NET_DELIVERED &&
		    loses(state, from, to, len, i, match, context)) {
			state->hits++;
			verdict.fate = NET_LOST;
			verdict.rule = (int32_t)i;
		} else if (verdict.fate == NET_DELIVERED) {
			hinder(state, &verdict, i);
		}
	}
	if (verdict.fate == NET_LOST)
		return verdict;
	if (!verdict.overtaken) {
		if (verdict.arrive_ns < path->last_ns)
			verdict.arrive_ns = path->last_ns;
		path->last_ns = verdict.arrive_ns;
	}
	if (verdict.again_ns != 0)
		verdict.again_ns += verdict.arrive_ns;
	return verdict;
}
