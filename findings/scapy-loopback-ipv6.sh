#!/bin/sh
# scapy 2.5.0 (python3-scapy 2.5.0+dfsg-2, Debian 12): IPv6 on BSD's loopback link types is not
# recognised, or taken for IPv4.
#
# Expected: link types 0 and 108 carry the sender's AF_INET6, which is 24 on OpenBSD and NetBSD,
#           28 on FreeBSD and 30 on macOS; scapy's own table of families has all three.
# Seen:     on Linux only 10 is decoded on link type 0, and no BSD writes 10; the others are raw
#           bytes. On 108 every IPv6 packet is decoded as an IPv4 packet with invented addresses.
# Matters:  pfsync over ff12::f0 in tunnels of OpenBSD (108) and FreeBSD (0).
# Exit:     0 as described, 1 behaviour changed, 2 could not be tried.
set -eu
[ "$(uname -s)" = Linux ] || exit 2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get download -qq -o APT::Sandbox::User=root python3-scapy=2.5.0+dfsg-2 || exit 2
for deb in *.deb; do dpkg -x "$deb" .; done
PYTHONPATH=$dir/usr/lib/python3/dist-packages HOME=$dir
export PYTHONPATH HOME

python3 -W ignore - <<'PY'
import struct, sys
from scapy.utils import rdpcap
import scapy.layers.all
packet = bytes.fromhex("600000000024f0fffe800000000000000000000000000001"
                       "ff1200000000000000000000000000f0"
                       "06000024" + 16 * "00" + "08030001" + 12 * "00")
seen = {}
for link, order in (0, "<"), (108, ">"):
    for family in 24, 28, 30:
        data = struct.pack(order + "I", family) + packet
        open("in.pcap", "wb").write(
            struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, link)
            + struct.pack("<IIII", 1795000000, 1, len(data), len(data)) + data)
        seen[link, family] = rdpcap("in.pcap")[0].payload.name
        print("link type %d, family %d: %s" % (link, family, seen[link, family]))
sys.exit(set(seen[0, family] for family in (24, 28, 30)) != {"Raw"}
         or set(seen[108, family] for family in (24, 28, 30)) != {"IP"})
PY
