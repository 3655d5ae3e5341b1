/*
 * config_read.h - the parts of the configuration's reader.
 *
 * SPDX-License-Identifier: ISC
 *
 * Errors are the document's (doc.h); what was wrong keeps its default.
 */
#ifndef PFSYNCSEND_SIMULATE_CONFIG_READ_H
#define PFSYNCSEND_SIMULATE_CONFIG_READ_H

#include "config.h"
#include "doc.h"

/* Each reads one member of the document into the configuration; rules first, then nodes. */
void sim_read_rules(struct sim_config *config, const struct doc_at *root);
void sim_read_nodes(struct sim_config *config, const struct doc_at *root);
void sim_read_workload(struct sim_config *config, const struct doc_at *root);
void sim_read_scripts(struct sim_config *config, const struct doc_at *root);
void sim_read_sas(struct sim_config *config, const struct doc_at *root);
void sim_read_faults(struct sim_config *config, const struct doc_at *root);

/* A member that names a node. */
int sim_read_node(
    const struct sim_config *config, const struct doc_at *object, const char *key, int fallback);
/* False if it is missing or (an error) wrong; then *out is as it was. */
bool sim_read_address(const struct doc_at *object, const char *key, struct ip_address *address);
bool sim_read_mac(const struct doc_at *object, const char *key, struct link_mac *mac);
bool sim_read_ifname(const struct doc_at *object, const char *key, char out[PFSYNC_IFNAMSIZ]);
bool sim_read_cksum(const struct doc_at *object, const char *key, uint8_t cksum[16]);
/* {"tcp.established": SECONDS, ...}; 0 .. FW_TIMEOUT_CLASSES - 1 that are named are set. */
void sim_read_timeouts(
    const struct doc_at *object, const char *key, uint32_t timeout_s[FW_TIMEOUT_CLASSES]);
/* [start, end] */
void sim_read_adaptive(
    const struct doc_at *object, const char *key, uint32_t *start, uint32_t *end);

#endif
