#!/bin/sh
# tcpslice 1.5-1 (Debian 12): a capture of a single packet cannot be read.
#
# Expected: a copy with that packet.
# Seen:     "problems finding end packet of file", exit status 1; with two packets all is well.
# Matters:  a proof cut out of a longer capture is often one packet.
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
out = struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
for second in 0, 1:
    out += struct.pack("<IIII", 1795000000 + second, 0, len(frame), len(frame)) + frame
    open("%d.pcap" % (second + 1), "wb").write(out)
PY
usr/bin/tcpslice -w 2-copy.pcap 2.pcap
cmp 2.pcap 2-copy.pcap || exit 1
status=0
usr/bin/tcpslice -w 1-copy.pcap 1.pcap 2>error || status=$?
echo "two packets: copied; one packet: exit status $status, $(cat error)"
[ $status -eq 1 ] && grep -q 'problems finding end packet' error || exit 1
