/*
 * static_dbus.c - libpcap without D-Bus, for a statically linked program.
 *
 * SPDX-License-Identifier: ISC
 *
 * libpcap for Linux can capture messages of D-Bus.  Linked statically it asks for
 * libdbus, and that for libsystemd, of which Debian has no archive.  These are the
 * two functions by which libpcap 1.10 and 1.11 reach that part (pcap-int.h): a
 * linker that finds them here does not take libpcap's.  Where libpcap was built
 * without D-Bus nobody calls them.
 */
#include <stddef.h>

struct pcap;
struct pcap_if_list;

struct pcap *dbus_create(const char *device, char *error, int *is_ours);
int dbus_findalldevs(struct pcap_if_list *list, char *error);

struct pcap *
dbus_create(const char *device, char *error, int *is_ours)
{
	(void)device;
	(void)error;
	*is_ours = 0;
	return NULL;
}

int
dbus_findalldevs(struct pcap_if_list *list, char *error)
{
	(void)list;
	(void)error;
	return 0;
}
