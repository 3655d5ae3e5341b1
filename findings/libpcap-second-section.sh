#!/bin/sh
# libpcap 1.10.3-1 with tcpdump 4.99.3-1 (Debian 12): a second section of the other byte order
# ends the reading of a pcapng.
#
# Expected: each section of a pcapng has a byte order of its own, told by its first block.
# Seen:     the second section's header is read in the first one's byte order: its length of 28
#           becomes 469762048, "> maximum 16777216". Same byte order: all packets.
# Matters:  captures of a PC and of a big-endian firewall put one behind the other.
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

python3 - <<'PY'
import struct
frame = bytes.fromhex("01005e0000f0" "020000000001" "0800"
                      "4510003800014000fff08fd30a000001e00000f0"
                      "06000024" + 16 * "00" + "08030001" + 12 * "00")
def section(order, second):
    def block(kind, body):
        size = struct.pack(order + "I", len(body) + 12)
        return struct.pack(order + "I", kind) + size + body + size
    time = (1795000000 + second) * 10**6
    return (block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))
            + block(1, struct.pack(order + "HHI", 1, 0, 0))
            + block(6, struct.pack(order + "IIIII", 0, time >> 32, time & 0xFFFFFFFF, 70, 70)
                    + frame + bytes(2)))
open("same.pcapng", "wb").write(section("<", 0) + section("<", 1))
open("big.pcapng", "wb").write(section(">", 0) + section(">", 1))
open("other.pcapng", "wb").write(section("<", 0) + section(">", 1))
PY
for file in same big other; do
	usr/bin/tcpdump -Z root -n -r $file.pcapng >$file.out 2>$file.err || true
	echo "$file: $(wc -l <$file.out) packets $(grep 'block size' $file.err || true)"
done
[ "$(wc -l <same.out)" -eq 2 ] && [ "$(wc -l <big.out)" -eq 2 ] && [ "$(wc -l <other.out)" -eq 1 ] &&
	grep -q 'block size 469762048 > maximum' other.err || exit 1
