#!/bin/sh
# reordercap 4.0.17 (wireshark-common 4.0.17-0+deb12u3, Debian 12): packets without a time are
# given one of January 1970 and are moved to the front.
#
# Expected: pcapng's simple packet blocks carry no time, and reordercap's man page speaks of
#           time stamps only: such packets stay where they are, or are refused.
# Seen:     they come out as 2.147483 s after 1970-01-01, before all others; of a file in order
#           "1 out of order" is reported. editcap makes 0 s of the same packets.
# Matters:  what such a copy says of the order of messages is invented.
# Exit:     0 as described, 1 behaviour changed, 2 could not be tried.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
version=4.0.17-0+deb12u3
apt-get download -qq -o APT::Sandbox::User=root wireshark-common=$version libwiretap13=$version \
	libwsutil14=$version libglib2.0-0=2.74.6-2+deb12u9 || exit 2
for deb in *.deb; do dpkg -x "$deb" .; done
LD_LIBRARY_PATH=$(echo "$dir"/usr/lib/*-linux-gnu):$(echo "$dir"/lib/*-linux-gnu)
export LD_LIBRARY_PATH

# A stamped packet, one without a time, a stamped one; told apart by their source address.
cat >blocks.py <<'PY'
import struct, sys
def block(kind, body):
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size
def frame(number):
    return bytes.fromhex("01005e0000f0" "0200000000%02x" % number + "0800"
                         "4510003800014000fff08fd30a000001e00000f0"
                         "06000024" + 16 * "00" + "08030001" + 12 * "00") + bytes(2)
def stamped(number, usec):
    return block(6, struct.pack("<IIIII", 0, usec >> 32, usec & 0xFFFFFFFF, 70, 70) + frame(number))
if len(sys.argv) == 1:
    open("in.pcapng", "wb").write(
        block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
        + block(1, struct.pack("<HHI", 1, 0, 0)) + stamped(1, 1795000000 * 10**6)
        + block(3, struct.pack("<I", 70) + frame(2)) + stamped(3, 1795000001 * 10**6))
else:
    data, at = open(sys.argv[1], "rb").read(), 24
    while at < len(data):
        sec, usec, size = struct.unpack_from("<III", data, at)
        print(data[at + 16 + 11], "%d.%06d" % (sec, usec), end="; ")
        at += 16 + size
PY
python3 blocks.py
usr/bin/reordercap in.pcapng sorted.pcapng >report
usr/bin/editcap -F pcap sorted.pcapng sorted.pcap
usr/bin/editcap -F pcap in.pcapng copy.pcap
cat report
echo "reordercap: $(python3 blocks.py sorted.pcap)"
echo "editcap:    $(python3 blocks.py copy.pcap)"
[ "$(python3 blocks.py sorted.pcap)" = "2 2.147483; 1 1795000000.000000; 3 1795000001.000000; " ] &&
	grep -q ' 1 out of order' report || exit 1
