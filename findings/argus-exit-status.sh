#!/bin/sh
# argus 3.0.8.2 (argus-server 2:3.0.8.2-2.2, Debian 12): a capture that it cannot read gives a
# valid, empty output and exit status 0.
#
# Expected: a status that is not 0, as for a file that cannot be opened.
# Seen:     "unsupported device type 246" on standard error, status 0, and an output file that
#           clients read as one in which there was no traffic.
# Matters:  link type 246 is that of pfsync0; in a script, "no flows" cannot be told from "not read".
# Exit:     0 as described, 1 behaviour changed, 2 could not be tried.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get download -qq -o APT::Sandbox::User=root argus-server=2:3.0.8.2-2.2 libwrap0=7.6.q-32 \
	libpcap0.8=1.10.3-1 libdbus-1-3=1.14.10-1~deb12u1 || exit 2
for deb in *.deb; do dpkg -x "$deb" .; done
LD_LIBRARY_PATH=$(echo "$dir"/usr/lib/*-linux-gnu):$(echo "$dir"/lib/*-linux-gnu)
export LD_LIBRARY_PATH

# What pfsync0 shows: the pfsync header and its messages, without an IP header.
python3 - <<'PY'
import struct
data = bytes.fromhex("06000024" + 16 * "00" + "08030001" + 12 * "00")
open("pfsync0.pcap", "wb").write(
    struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 246)
    + struct.pack("<IIII", 1795000000, 1, len(data), len(data)) + data)
PY
status=0
usr/sbin/argus -F /dev/null -r pfsync0.pcap -w out.argus 2>error || status=$?
echo "exit status $status, $(wc -c <out.argus) bytes of output; $(grep -o 'unsupported device type 246' error)"
[ $status -eq 0 ] && [ "$(wc -c <out.argus)" -gt 0 ] && grep -q 'unsupported device type 246' error || exit 1
