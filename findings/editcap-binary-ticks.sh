#!/bin/sh
# editcap 4.0.17 (wireshark-common 4.0.17-0+deb12u3, Debian 12): each copy of a pcapng with
# binary times moves all packets one tick back.
#
# Expected: a copy without options has the times of the original.
# Seen:     with if_tsresol 0x94 (2^-20 s) the counter of a packet is one smaller in every copy:
#           it is rounded down to nanoseconds when read and rounded down again when written.
# Matters:  packets lose a microsecond per copy, so two copies of one capture no longer have the
#           same packets at the same times, and merging them counts each packet twice.
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

cat >ticks.py <<'PY'
import struct, sys
def block(kind, body):
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size
if len(sys.argv) == 1:
    frame = bytes.fromhex("01005e0000f0" "020000000001" "0800"
                          "4510003800014000fff08fd30a000001e00000f0"
                          "06000024" + 16 * "00" + "08030001" + 12 * "00")
    time = (1795000000 << 20) + 12345
    open("0.pcapng", "wb").write(
        block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
        + block(1, struct.pack("<HHI" "HHB3x" "HH", 1, 0, 0, 9, 1, 0x94, 0, 0))
        + block(6, struct.pack("<IIIII", 0, time >> 32, time & 0xFFFFFFFF, 70, 70) + frame + bytes(2)))
else:
    data, at = open(sys.argv[1], "rb").read(), 0
    while at < len(data):
        kind, size = struct.unpack_from("<II", data, at)
        if kind == 6:
            print(struct.unpack_from("<I", data, at + 16)[0] & 0xFFFFF)
        at += size
PY
python3 ticks.py
for copy in 1 2 3; do usr/bin/editcap $((copy - 1)).pcapng $copy.pcapng; done
seen=$(for copy in 0 1 2 3; do python3 ticks.py $copy.pcapng; done | tr '\n' ' ')
echo "ticks of 2^-20 s, original and three copies: $seen"
[ "$seen" = "12345 12344 12343 12342 " ] || exit 1
