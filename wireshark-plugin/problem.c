/*
 * problem.c - what is wrong, as expert information.
 *
 * SPDX-License-Identifier: ISC
 */
#include "problem.h"

#include "pfsync.h"

static int hf_anomaly = -1;
static int hf_offset = -1;
static int hf_lost = -1;
static int hf_code = -1;
static int hf_name = -1;
static int hf_severity = -1;
static int hf_count = -1;
static int hf_text = -1;
static int hf_advice = -1;
static int hf_state_id = -1;
static int hf_detail = -1;
static gint ett_anomaly = -1;
static gint ett_divergence = -1;
static gint ett_states = -1;

static expert_field ei_truncated = EI_INIT;
static expert_field ei_hdrops = EI_INIT;
static expert_field ei_badver = EI_INIT;
static expert_field ei_badact = EI_INIT;
static expert_field ei_badlen = EI_INIT;
static expert_field ei_badval = EI_INIT;
static expert_field ei_trailing = EI_INIT;
static expert_field ei_badttl = EI_INIT;
static expert_field ei_low = EI_INIT;
static expert_field ei_medium = EI_INIT;
static expert_field ei_high = EI_INIT;
static expert_field ei_critical = EI_INIT;
static expert_field ei_stopped = EI_INIT;

static void
register_fields(int proto)
{
	static hf_register_info hf[] = {
	    {&hf_anomaly,
		{"Anomaly", "pfsync.anomaly", FT_STRING, BASE_NONE, NULL, 0,
		    "The kernel's counter for it (netstat -s -p pfsync), or truncated, trailing",
		    HFILL}},
	    {&hf_offset, {"Offset", "pfsync.anomaly.offset", FT_UINT32, BASE_DEC, NULL, 0,
			     "Where, in bytes from the start of the packet of pfsync", HFILL}},
	    {&hf_lost, {"Bytes not decoded", "pfsync.anomaly.lost", FT_UINT32, BASE_DEC, NULL, 0,
			   "Bytes of the packet that could not be decoded", HFILL}},
	    {&hf_code, {"Divergence", "pfsync.divergence.code", FT_STRING, BASE_NONE, NULL, 0,
			   "Code of the finding: D-01 ... D-29", HFILL}},
	    {&hf_name, {"Name", "pfsync.divergence.name", FT_STRING, BASE_NONE, NULL, 0,
			   "What it is called", HFILL}},
	    {&hf_severity, {"Severity", "pfsync.divergence.severity", FT_STRING, BASE_NONE, NULL, 0,
			       "low, medium, high or critical", HFILL}},
	    {&hf_count, {"Count", "pfsync.divergence.count", FT_UINT64, BASE_DEC, NULL, 0,
			    "How often, of what the text says", HFILL}},
	    {&hf_text, {"What happened", "pfsync.divergence.text", FT_STRING, BASE_NONE, NULL, 0,
			   "The finding in a sentence", HFILL}},
	    {&hf_advice, {"What to do", "pfsync.divergence.advice", FT_STRING, BASE_NONE, NULL, 0,
			     "What an operator can do", HFILL}},
	    {&hf_state_id, {"State", "pfsync.divergence.state", FT_UINT64, BASE_HEX, NULL, 0,
			       "Id of a state that it concerns", HFILL}},
	    {&hf_detail, {"Detail", "pfsync.divergence.detail", FT_STRING, BASE_NONE, NULL, 0,
			     "A number of the finding, by name", HFILL}},
	};
	static gint *ett[] = {&ett_anomaly, &ett_divergence, &ett_states};

	proto_register_field_array(proto, hf, G_N_ELEMENTS(hf));
	proto_register_subtree_array(ett, G_N_ELEMENTS(ett));
}

void
problem_register(int proto)
{
	static ei_register_info ei[] = {
	    {&ei_truncated, {"pfsync.expert.truncated", PI_UNDECODED, PI_NOTE,
				"The capture ends here, the packet did not", EXPFILL}},
	    {&ei_hdrops, {"pfsync.expert.hdrops", PI_PROTOCOL, PI_ERROR,
			     "Packet shorter than its header", EXPFILL}},
	    {&ei_badver,
		{"pfsync.expert.badver", PI_PROTOCOL, PI_ERROR, "Unknown version", EXPFILL}},
	    {&ei_badact, {"pfsync.expert.badact", PI_PROTOCOL, PI_WARN,
			     "Action that receivers refuse", EXPFILL}},
	    {&ei_badlen,
		{"pfsync.expert.badlen", PI_PROTOCOL, PI_ERROR, "Wrong length or count", EXPFILL}},
	    {&ei_badval, {"pfsync.expert.badval", PI_PROTOCOL, PI_WARN,
			     "Values that no kernel accepts", EXPFILL}},
	    {&ei_trailing, {"pfsync.expert.trailing", PI_PROTOCOL, PI_NOTE,
			       "Bytes after the last message", EXPFILL}},
	    {&ei_badttl, {"pfsync.expert.badttl", PI_SECURITY, PI_WARN, "TTL is not 255", EXPFILL}},
	    {&ei_low,
		{"pfsync.expert.divergence.low", PI_SEQUENCE, PI_CHAT, "Divergence", EXPFILL}},
	    {&ei_medium,
		{"pfsync.expert.divergence.medium", PI_SEQUENCE, PI_NOTE, "Divergence", EXPFILL}},
	    {&ei_high,
		{"pfsync.expert.divergence.high", PI_SEQUENCE, PI_WARN, "Divergence", EXPFILL}},
	    {&ei_critical, {"pfsync.expert.divergence.critical", PI_SEQUENCE, PI_ERROR,
			       "Divergence", EXPFILL}},
	    {&ei_stopped,
		{"pfsync.expert.replay_ends", PI_ASSUMPTION, PI_NOTE,
		    "The replay ends here: the preference pfsync.replay_packets allows no more",
		    EXPFILL}},
	};

	register_fields(proto);
	expert_register_field_array(expert_register_protocol(proto), ei, G_N_ELEMENTS(ei));
}

/* ------------------------------------------------------------------------
 * Anomalies
 */

/* What there is of `length` bytes from `offset` on. */
static void
clip(tvbuff_t *tvb, size_t offset, size_t length, gint *at, gint *width)
{
	size_t captured = tvb_captured_length(tvb);

	if (offset > captured)
		offset = captured;
	if (length > captured - offset)
		length = captured - offset;
	*at = (gint)offset;
	*width = (gint)length;
}

/* `length` bytes are concerned. */
static void
show(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb, const char *counter, expert_field *expert,
    const struct pfsync_problem *problem, size_t length)
{
	gint at, width;
	proto_item *item;
	proto_tree *branch;

	clip(tvb, problem->offset, length, &at, &width);
	item = proto_tree_add_string_format(
	    tree, hf_anomaly, tvb, at, width, counter, "Anomaly: %s: %s", counter, problem->text);
	if (problem->found != 0 || problem->expected != 0)
		proto_item_append_text(
		    item, " (found %u, expected %u)", problem->found, problem->expected);
	branch = proto_item_add_subtree(item, ett_anomaly);
	proto_item_set_generated(
	    proto_tree_add_uint(branch, hf_offset, tvb, at, 0, (guint32)problem->offset));
	if (problem->lost_bytes > 0)
		proto_item_set_generated(
		    proto_tree_add_uint(branch, hf_lost, tvb, at, 0, (guint32)problem->lost_bytes));
	expert_add_info_format(pinfo, item, expert, "%s: %s", counter, problem->text);
}

static expert_field *
expert_for(enum pfsync_status status)
{
	switch (status) {
	case PFSYNC_TRUNCATED:
		return &ei_truncated;
	case PFSYNC_HDROPS:
		return &ei_hdrops;
	case PFSYNC_BADVER:
		return &ei_badver;
	case PFSYNC_BADACT:
		return &ei_badact;
	case PFSYNC_TRAILING:
		return &ei_trailing;
	case PFSYNC_BADVAL:
		return &ei_badval;
	default:
		return &ei_badlen;
	}
}

void
problem_show(
    proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb, const struct pfsync_problem *problem)
{
	show(tree, pinfo, tvb, pfsync_status_name((int)problem->status),
	    expert_for(problem->status), problem, problem->lost_bytes);
}

void
problem_show_badval(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb, size_t offset,
    size_t length, const char *text)
{
	struct pfsync_problem problem = {.offset = offset, .text = text};

	show(tree, pinfo, tvb, "badval", &ei_badval, &problem, length);
}

void
problem_show_badttl(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb, unsigned ttl)
{
	struct pfsync_problem problem = {
	    .text = "TTL is not 255: the packet was routed or forged",
	    .found = ttl,
	    .expected = PFSYNC_TTL,
	};

	show(tree, pinfo, tvb, "badttl", &ei_badttl, &problem, 0);
}

/* ------------------------------------------------------------------------
 * Divergences
 */

static expert_field *
expert_for_severity(enum pfreplay_severity severity)
{
	switch (severity) {
	case PFREPLAY_CRITICAL:
		return &ei_critical;
	case PFREPLAY_HIGH:
		return &ei_high;
	case PFREPLAY_MEDIUM:
		return &ei_medium;
	default:
		return &ei_low;
	}
}

static void
add_text(proto_tree *tree, int hf, tvbuff_t *tvb, const char *text)
{
	proto_item_set_generated(proto_tree_add_string(tree, hf, tvb, 0, 0, text));
}

static void
show_states(proto_tree *tree, tvbuff_t *tvb, const struct pfreplay_divergence *divergence)
{
	proto_item *item;
	proto_tree *branch;

	if (divergence->state_count == 0)
		return;
	branch = proto_tree_add_subtree_format(tree, tvb, 0, 0, ett_states, &item,
	    "States: the first %u", (unsigned)divergence->state_count);
	proto_item_set_generated(item);
	for (size_t i = 0; i < divergence->state_count; i++)
		proto_item_set_generated(proto_tree_add_uint64_format_value(branch, hf_state_id,
		    tvb, 0, 0, divergence->states[i].id, "%016" PRIx64 "/%08x",
		    divergence->states[i].id, divergence->states[i].creatorid));
}

void
problem_show_divergence(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb,
    const struct pfreplay_divergence *divergence)
{
	proto_item *item = proto_tree_add_string_format_value(tree, hf_code, tvb, 0, 0,
	    divergence->code, "%s: %s", divergence->code, divergence->name);
	proto_tree *branch = proto_item_add_subtree(item, ett_divergence);

	proto_item_set_generated(item);
	add_text(branch, hf_name, tvb, divergence->name);
	add_text(branch, hf_severity, tvb, pfreplay_severity_name(divergence->severity));
	proto_item_set_generated(
	    proto_tree_add_uint64(branch, hf_count, tvb, 0, 0, divergence->count));
	add_text(branch, hf_text, tvb, divergence->text);
	add_text(branch, hf_advice, tvb, divergence->advice);
	for (size_t i = 0; i < divergence->detail_count; i++) {
		char text[128];

		g_snprintf(text, sizeof(text), "%s %" PRId64, divergence->details[i].name,
		    divergence->details[i].value);
		add_text(branch, hf_detail, tvb, text);
	}
	show_states(branch, tvb, divergence);
	expert_add_info_format(pinfo, item, expert_for_severity(divergence->severity),
	    "%s %s: %s %s", divergence->code, divergence->name, divergence->text,
	    divergence->advice);
}

void
problem_show_stopped(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb)
{
	proto_tree_add_expert(tree, pinfo, &ei_stopped, tvb, 0, 0);
}
