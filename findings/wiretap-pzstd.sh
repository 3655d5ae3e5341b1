#!/bin/sh
# capinfos 4.0.17 (wireshark-common 4.0.17-0+deb12u3) and pzstd 1.5.4 (zstd 1.5.4+dfsg2-5+deb12u1,
# Debian 12): captures that pzstd compressed are not recognised as captures.
#
# Expected: pzstd, which comes with zstd, writes valid zstd: skippable frames with the lengths of
#           its parts, and ordinary frames. Wireshark's tools read zstd, "automatically detected".
# Seen:     with zstd's output all is well, with pzstd's "isn't a capture file in a format [it]
#           understands"; zstd -d makes the same capture of both.
# Matters:  archives of long captures are packed with pzstd because it is faster.
# Exit:     0 as described, 1 behaviour changed, 2 could not be tried.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
version=4.0.17-0+deb12u3
apt-get download -qq -o APT::Sandbox::User=root wireshark-common=$version libwiretap13=$version \
	libwsutil14=$version libglib2.0-0=2.74.6-2+deb12u9 zstd=1.5.4+dfsg2-5+deb12u1 || exit 2
for deb in *.deb; do dpkg -x "$deb" .; done
LD_LIBRARY_PATH=$(echo "$dir"/usr/lib/*-linux-gnu):$(echo "$dir"/lib/*-linux-gnu)
export LD_LIBRARY_PATH

python3 - <<'PY'
import struct
frame = bytes.fromhex("01005e0000f0" "020000000001" "0800"
                      "4510003800014000fff08fd30a000001e00000f0"
                      "06000024" + 16 * "00" + "08030001" + 12 * "00")
open("in.pcap", "wb").write(
    struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    + 50 * (struct.pack("<IIII", 1795000000, 1, len(frame), len(frame)) + frame))
PY
usr/bin/zstd -q in.pcap -o zstd.pcap.zst
usr/bin/pzstd -q in.pcap -o pzstd.pcap.zst
for file in zstd pzstd; do
	usr/bin/zstd -q -d -c $file.pcap.zst | cmp - in.pcap || exit 2
	usr/bin/capinfos -c $file.pcap.zst >$file.out 2>&1 || true
	echo "$file: $(grep -E "Number of packets|isn't a capture file" $file.out)"
done
grep -q 'Number of packets: *50$' zstd.out && grep -q "isn't a capture file" pzstd.out || exit 1
