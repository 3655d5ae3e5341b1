/*
 * setup.h - what is wrong with the firewalls' settings from the beginning, by D-code.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCSEND_SIMULATE_SETUP_H
#define PFSYNCSEND_SIMULATE_SETUP_H

#include "engine.h"

#define SETUP_FAULTS_MAX 64

struct setup_fault {
	const char *code;
	const char *what;
	int node; /* -1: none in particular */
	/* How often it had an effect in this run; for those that are wrong as such, 1. */
	uint64_t hits;
};

/* Fills in up to SETUP_FAULTS_MAX; returns how many. */
size_t setup_faults(const struct sim *sim, struct setup_fault out[SETUP_FAULTS_MAX]);

#endif
