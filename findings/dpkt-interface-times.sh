#!/bin/sh
# dpkt 1.9.8 (python3-dpkt 1.9.8-1, Debian 12): packets of a pcapng's second interface get the
# first one's time resolution.
#
# Expected: each interface has an if_tsresol of its own; a packet's time is read by that of the
#           interface that it names.
# Seen:     microseconds first and nanoseconds second: a packet of the second interface is
#           placed tens of thousands of years ahead. Each interface alone is read right.
# Matters:  both ends of a sync link in one file, taken with different programs.
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
def block(kind, body):
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size
def interface(digits):
    return block(1, struct.pack("<HHI" "HHB3x" "HH", 1, 0, 0, 9, 1, digits, 0, 0))
def packet(interface, digits):
    time = 1795000000 * 10**digits
    return block(6, struct.pack("<IIIII", interface, time >> 32, time & 0xFFFFFFFF, 70, 70)
                 + frame + bytes(2))
header = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
def times(data):
    open("in.pcapng", "wb").write(data)
    return [float(time) for time, _ in dpkt.pcap.UniversalReader(open("in.pcapng", "rb"))]
alone = times(header + interface(6) + packet(0, 6)) + times(header + interface(9) + packet(0, 9))
both = times(header + interface(6) + interface(9) + packet(0, 6) + packet(1, 9))
print("dpkt", dpkt.__version__, "alone", alone, "together", both)
sys.exit(alone != [1795000000.0, 1795000000.0] or both != [1795000000.0, 1795000000000.0])
PY
