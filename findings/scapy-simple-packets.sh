#!/bin/sh
# scapy 2.5.0 (python3-scapy 2.5.0+dfsg-2, Debian 12): simple packet blocks come out empty.
#
# Expected: a simple packet block holds the smaller of the packet's and of the interface's
#           snapshot length; a snapshot length of 0 means that there is no limit.
# Seen:     0 is taken as a limit of no bytes: each packet has no byte, and as its time the
#           moment of reading. With a snapshot length of 65535 the bytes are there.
# Matters:  such packets are counted, but none is found to be pfsync.
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
from scapy.utils import RawPcapNgReader
frame = bytes.fromhex("01005e0000f0" "020000000001" "0800"
                      "4510003800014000fff08fd30a000001e00000f0"
                      "06000024" + 16 * "00" + "08030001" + 12 * "00")
def block(kind, body):
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size
def lengths(snaplen):
    open("in.pcapng", "wb").write(
        block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
        + block(1, struct.pack("<HHI", 1, 0, snaplen))
        + block(3, struct.pack("<I", 70) + frame + bytes(2)) * 2)
    return [len(packet) for packet, _ in RawPcapNgReader("in.pcapng")]
limited, unlimited = lengths(65535), lengths(0)
print("bytes per packet with snapshot length 65535:", limited, " with 0:", unlimited)
sys.exit((limited, unlimited) != ([70, 70], [0, 0]))
PY
