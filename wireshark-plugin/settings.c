/*
 * settings.c - the preferences of the protocol.
 *
 * SPDX-License-Identifier: ISC
 */
#include "settings.h"

static int dialect_number = -1;
static compat_bool replay = TRUE;
static guint replay_packets = 1000000;
static guint replay_states = 1000000;

/* "automatic" and all dialects.  Kept by Wireshark. */
static const enum_val_t *
dialect_choices(void)
{
	size_t count = pfsync_dialect_count();
	enum_val_t *choices = g_new0(enum_val_t, count + 2);

	choices[0] = (enum_val_t){"automatic", "Automatic: found out for each sender", -1};
	for (size_t i = 0; i < count; i++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(i);

		choices[i + 1] = (enum_val_t){dialect->name,
		    g_strdup_printf("%s: %s", dialect->name, dialect->systems), (int)i};
	}
	return choices;
}

void
settings_register(int proto)
{
	module_t *module = prefs_register_protocol(proto, NULL);

	prefs_register_enum_preference(module, "dialect", "Dialect",
	    "Read all packets in this dialect. Automatic finds it out for each sender.",
	    &dialect_number, dialect_choices(), FALSE);
	prefs_register_bool_preference(module, "replay", "Replay the messages",
	    "Rebuild each firewall's state table and say where the tables diverge.", &replay);
	prefs_register_uint_preference(module, "replay_packets", "Packets to replay",
	    "Replay so many pfsync packets at most; those behind are only decoded.", 10,
	    &replay_packets);
	prefs_register_uint_preference(module, "replay_states", "States to keep",
	    "The replay keeps so many states at most, over all firewalls.", 10, &replay_states);
}

const struct pfsync_dialect *
settings_dialect(void)
{
	return dialect_number < 0 ? NULL : pfsync_dialect_at((size_t)dialect_number);
}

bool
settings_replay(void)
{
	return replay != FALSE;
}

uint64_t
settings_replay_packets(void)
{
	return replay_packets;
}

uint64_t
settings_replay_states(void)
{
	return replay_states;
}
