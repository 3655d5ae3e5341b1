#!/bin/sh
# scapy 2.5.0 (python3-scapy 2.5.0+dfsg-2, Debian 12): pcapng's if_tsoffset is not applied.
#
# Expected: if_tsoffset holds seconds that are added to each time of its interface.
# Seen:     the times come out without them, and nothing tells; if_tsresol is applied.
# Matters:  where a capture device writes short times and an offset, each packet is dated wrong.
# Exit:     0 as described, 1 behaviour changed, 2 could not be tried.
set -eu
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
frame = bytes.fromhex("01005e0000f0" "020000000001" "0800"
                      "4510003800014000fff08fd30a000001e00000f0"
                      "06000024" + 16 * "00" + "08030001" + 12 * "00")
def block(kind, body):
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size
def time(options):
    ticks = 500 * 10**9
    open("in.pcapng", "wb").write(
        block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
        + block(1, struct.pack("<HHI", 1, 0, 0) + options + bytes(4))
        + block(6, struct.pack("<IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, 70, 70) + frame + bytes(2)))
    return float(rdpcap("in.pcapng")[0].time)
resolution = struct.pack("<HHB3x", 9, 1, 9)
without, offset = time(resolution), time(resolution + struct.pack("<HHq", 14, 8, 1795000000))
print("without if_tsoffset:", without, " with an if_tsoffset of 1795000000:", offset)
sys.exit((without, offset) != (500.0, 500.0))
PY
