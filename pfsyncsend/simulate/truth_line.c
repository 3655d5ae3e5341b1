/*
 * truth_line.c - one line of the truth file, begun, filled and ended.
 *
 * SPDX-License-Identifier: ISC
 */
#include <inttypes.h>

#include "truth_line.h"
#include "truth_write.h"

void
truth_begin(struct sim *sim, const char *type, int64_t time_ns)
{
	fprintf(sim->truth, "{\"type\":\"%s\",\"time\":\"", type);
	truth_write_time(sim->truth, time_ns);
	fputc('"', sim->truth);
}

void
truth_end(struct sim *sim)
{
	fputs("}\n", sim->truth);
}

void
truth_id(struct sim *sim, uint64_t id, uint32_t creatorid)
{
	fprintf(sim->truth, ",\"id\":\"%016" PRIx64 "\",\"creatorid\":\"%08" PRIx32 "\"", id,
	    creatorid);
}

void
truth_node(struct sim *sim, const char *key, int node)
{
	if (node < 0)
		return;
	fprintf(sim->truth, ",\"%s\":", key);
	truth_write_text(sim->truth, sim->config->nodes[node].fw.name);
}

void
truth_time(struct sim *sim, const char *key, int64_t time_ns)
{
	fprintf(sim->truth, ",\"%s\":\"", key);
	truth_write_time(sim->truth, time_ns);
	fputc('"', sim->truth);
}
