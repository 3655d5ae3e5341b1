#!/bin/sh
# libpcap 1.10.3-1 with tcpdump 4.99.3-1 (Debian 12): once a capture of BSD's loopback link type
# from a machine of the other byte order was copied, filters find nothing in it.
#
# Expected: a copy made with tcpdump -w answers a filter as the original does.
# Seen:     the copy has this machine's byte order in its header, but the address family before
#           each packet as it was. Filters compare it in the header's byte order: no packet and
#           no error, although without a filter the packet is shown as IPv4.
# Matters:  link type 0 is that of lo0, tun and other interfaces without a link layer; a copy of
#           a big-endian firewall's capture looks empty on a PC, in tcpdump and in each program
#           that filters with libpcap (ngrep; nfpcapd without a filter, too).
# Exit:     0 as described, 1 behaviour changed, 2 could not be tried.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get download -qq -o APT::Sandbox::User=root tcpdump=4.99.3-1 libpcap0.8=1.10.3-1 \
	libdbus-1-3=1.14.10-1~deb12u1 || exit 2
for deb in *.deb; do dpkg -x "$deb" .; done
LD_LIBRARY_PATH=$(echo "$dir"/usr/lib/*-linux-gnu):$(echo "$dir"/lib/*-linux-gnu)
export LD_LIBRARY_PATH

# "swapped": all of file header, packet header and address family in the other byte order.
python3 - <<'PY'
import struct, sys
packet = bytes.fromhex("4510003800014000fff08fd30a000001e00000f0"
                       "06000024" + 16 * "00" + "08030001" + 12 * "00")
for name, order in ("own", "="), ("swapped", ">" if sys.byteorder == "little" else "<"):
    data = struct.pack(order + "I", 2) + packet
    open(name + ".pcap", "wb").write(
        struct.pack(order + "IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 0)
        + struct.pack(order + "IIII", 1795000000, 1, len(data), len(data)) + data)
PY
packets() { usr/bin/tcpdump -Z root -n -r "$@" 2>/dev/null | grep -c 'ip-proto-240' || true; }
for file in own swapped; do
	usr/bin/tcpdump -Z root -n -r $file.pcap -w $file-copy.pcap 2>/dev/null
	for kind in $file $file-copy; do
		echo "$kind: $(packets $kind.pcap) without a filter, $(packets $kind.pcap ip proto 240) with \"ip proto 240\""
	done
done
[ "$(packets own-copy.pcap ip proto 240)" -eq 1 ] && [ "$(packets swapped.pcap ip proto 240)" -eq 1 ] &&
	[ "$(packets swapped-copy.pcap)" -eq 1 ] && [ "$(packets swapped-copy.pcap ip proto 240)" -eq 0 ] || exit 1
