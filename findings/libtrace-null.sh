#!/bin/sh
# libtrace 3.0.22 (libtrace-tools 3.0.22-0.1, Debian 12): captures of BSD's null link type are
# said to be corrupt.
#
# Expected: link type 0 is read or named as unsupported, as link type 108 is read.
# Seen:     "unable to determine linktype - input trace may be corrupt", no output file, and an exit
#           status of 0.
# Matters:  captures of tunnels on FreeBSD, NetBSD and macOS; a sound capture is taken for damaged.
# Exit:     0 as described, 1 behaviour changed, 2 could not be tried.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
version=3.0.22-0.1
apt-get download -qq -o APT::Sandbox::User=root libtrace-tools=$version libtrace3=$version \
	libpacketdump3=$version libwandio1=$version libncurses6=6.4-4 libpcap0.8=1.10.3-1 \
	libdbus-1-3=1.14.10-1~deb12u1 || exit 2
for deb in *.deb; do dpkg -x "$deb" .; done
LD_LIBRARY_PATH=$dir/usr/lib:$(echo "$dir"/usr/lib/*-linux-gnu):$(echo "$dir"/lib/*-linux-gnu)
export LD_LIBRARY_PATH

python3 - <<'PY'
import struct
packet = bytes.fromhex("4510003800014000fff08fd30a000001e00000f0"
                       "06000024" + 16 * "00" + "08030001" + 12 * "00")
for name, link, order in ("null", 0, "<"), ("loop", 108, ">"):
    data = struct.pack(order + "I", 2) + packet
    open(name + ".pcap", "wb").write(
        struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, link)
        + struct.pack("<IIII", 1795000000, 1, len(data), len(data)) + data)
PY
for link in loop null; do
	status=0
	usr/bin/tracesplit pcapfile:$link.pcap pcapfile:$link-copy.pcap >$link.log 2>&1 || status=$?
	echo "$link: exit status $status, $(find . -name "$link-copy.pcap" | wc -l) files, $(cat $link.log)"
	[ $status -eq 0 ] || exit 1
done
[ -s loop-copy.pcap ] && [ ! -e null-copy.pcap ] && grep -q 'may be corrupt' null.log || exit 1
