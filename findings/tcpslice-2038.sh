#!/bin/sh
# tcpslice 1.5-1 (Debian 12): packets of 2038 and later are left out, and the exit status is 0.
#
# Expected: without times on its command line tcpslice copies every packet.
# Seen:     of a capture that begins after 2038-01-19T03:14:07Z only the 24 bytes of the file
#           header are written, without a word; -R prints the right times of the same file.
# Matters:  the seconds of classic pcap reach to 2106, and a firewall whose clock is wrong (a
#           battery that is empty, a test far ahead) writes such files today.
# Exit:     0 as described, 1 behaviour changed, 2 could not be tried.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get download -qq -o APT::Sandbox::User=root tcpslice=1.5-1 libdbus-1-3=1.14.10-1~deb12u1 \
	libglib2.0-0=2.74.6-2+deb12u9 libnet1=1.1.6+dfsg-3.2 libpcap0.8=1.10.3-1 \
	libnids1.21=1.26-2 libosip2-15=5.3.0-2.1 || exit 2
for deb in *.deb; do dpkg -x "$deb" .; done
LD_LIBRARY_PATH=$(echo "$dir"/usr/lib/*-linux-gnu):$(echo "$dir"/lib/*-linux-gnu)
export LD_LIBRARY_PATH

python3 - <<'PY'
import struct
frame = bytes.fromhex("01005e0000f0" "020000000001" "0800"
                      "4510003800014000fff08fd30a000001e00000f0"
                      "06000024" + 16 * "00" + "08030001" + 12 * "00")
for name, first in ("before", 2**31 - 10), ("after", 2**31 + 10):
    out = struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    for second in range(5):
        out += struct.pack("<IIII", first + second, 0, len(frame), len(frame)) + frame
    open(name + ".pcap", "wb").write(out)
PY
usr/bin/tcpslice -R before.pcap after.pcap
for name in before after; do
	usr/bin/tcpslice -w $name-copy.pcap $name.pcap || exit 1
	echo "$name 2038: $(wc -c <$name.pcap) bytes, copy $(wc -c <$name-copy.pcap) bytes"
done
cmp before.pcap before-copy.pcap && [ "$(wc -c <after-copy.pcap)" -eq 24 ] || exit 1
