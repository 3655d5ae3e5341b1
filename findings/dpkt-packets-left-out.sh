#!/bin/sh
# dpkt 1.9.8 (python3-dpkt 1.9.8-1, Debian 12): packets of a valid pcapng are left out without
# an error.
#
# Expected: every packet of the file, or an exception.
# Seen:     simple packet blocks are skipped; reading ends, as if at the end of the file, where a
#           second section of the other byte order begins.
# Matters:  a count of pfsync messages made with dpkt is too low, and nothing tells.
# Exit:     0 as described, 1 behaviour changed, 2 could not be tried.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get download -qq -o APT::Sandbox::User=root python3-dpkt=1.9.8-1 || exit 2
for deb in *.deb; do dpkg -x "$deb" .; done
PYTHONPATH=$dir/usr/lib/python3/dist-packages
export PYTHONPATH

python3 - <<'PY'
import struct, sys
import dpkt
frame = bytes.fromhex("01005e0000f0" "020000000001" "0800"
                      "4510003800014000fff08fd30a000001e00000f0"
                      "06000024" + 16 * "00" + "08030001" + 12 * "00")
def section(order, simple):
    def block(kind, body):
        size = struct.pack(order + "I", len(body) + 12)
        return struct.pack(order + "I", kind) + size + body + size
    time = 1795000000 * 10**6
    enhanced = struct.pack(order + "IIIII", 0, time >> 32, time & 0xFFFFFFFF, 70, 70)
    return (block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))
            + block(1, struct.pack(order + "HHI", 1, 0, 0))
            + block(3, struct.pack(order + "I", 70) + frame + bytes(2)) * simple
            + block(6, enhanced + frame + bytes(2)))
def packets(data):
    open("in.pcapng", "wb").write(data)
    return len(list(dpkt.pcap.UniversalReader(open("in.pcapng", "rb"))))
same = packets(section("<", 0) + section("<", 0))
other = packets(section("<", 0) + section(">", 0))
simple = packets(section("<", 3))
print("dpkt", dpkt.__version__)
print("two sections, a packet each: %d; of different byte order: %d" % (same, other))
print("three simple packet blocks and an enhanced one: %d" % simple)
sys.exit((same, other, simple) != (2, 1, 1))
PY
