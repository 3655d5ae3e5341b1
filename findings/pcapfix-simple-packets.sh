#!/bin/sh
# pcapfix 1.1.7-2 (Debian 12): a valid pcapng of simple packet blocks is "repaired" into one that
# nothing reads.
#
# Expected: "Your pcap file looks proper", as it says of the same packets in enhanced blocks.
# Seen:     for a packet whose length is no multiple of 4 the padding is not counted: "Corruption(s)
#           fixed", and the block's length becomes 90, which pcapng does not allow.
# Matters:  pcapfix is what one reaches for when a capture does not open; keep the original.
# Exit:     0 as described, 1 behaviour changed, 2 could not be tried.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get download -qq -o APT::Sandbox::User=root pcapfix=1.1.7-2 || exit 2
for deb in *.deb; do dpkg -x "$deb" .; done

python3 - <<'PY'
import struct
frame = bytes.fromhex("01005e0000f0" "020000000001" "0800"
                      "4510003800014000fff08fd30a000001e00000f0"
                      "06000024" + 16 * "00" + "08030001" + 12 * "00")
def block(kind, body):
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size
start = (block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
         + block(1, struct.pack("<HHI", 1, 0, 65535)))
time = 1795000000 * 10**6
open("enhanced.pcapng", "wb").write(start + 2 * block(
    6, struct.pack("<IIIII", 0, time >> 32, time & 0xFFFFFFFF, 70, 70) + frame + bytes(2)))
open("simple.pcapng", "wb").write(start + 2 * block(3, struct.pack("<I", 70) + frame + bytes(2)))
PY
for kind in enhanced simple; do
	usr/bin/pcapfix -n -o $kind-fixed.pcapng $kind.pcapng >$kind.log 2>&1 || true
	echo "$kind: $(grep -E 'looks proper|SUCCESS' $kind.log)"
done
length() { od -An -tu4 -j52 -N4 "$1" | tr -d ' '; } # of the block behind header and interface
echo "length of the first packet's block: $(length simple.pcapng), after the repair $(length simple-fixed.pcapng)"
grep -q 'looks proper' enhanced.log && grep -q 'SUCCESS.*Corruption' simple.log &&
	[ "$(length simple.pcapng)" -eq 88 ] && [ "$(length simple-fixed.pcapng)" -eq 90 ] || exit 1
