#!/bin/sh
# mergecap 4.0.17 and tcpdump 4.99.3 with libpcap 1.10.3 (Debian 12): the merged capture of two
# readable ones is unreadable.
#
# Expected: two classic captures that tcpdump reads are merged into one that tcpdump reads.
# Seen:     if their snapshot lengths differ, mergecap writes an interface for each into its
#           pcapng (its default format), and libpcap stops at the second: not one packet is shown.
#           With -F pcap all packets are there.
# Matters:  captures of two firewalls, one with -s 0 and one with -s 65535 or by another program.
# Exit:     0 as described, 1 behaviour changed, 2 could not be tried.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
version=4.0.17-0+deb12u3
apt-get download -qq -o APT::Sandbox::User=root wireshark-common=$version libwiretap13=$version \
	libwsutil14=$version libglib2.0-0=2.74.6-2+deb12u9 tcpdump=4.99.3-1 libpcap0.8=1.10.3-1 \
	libdbus-1-3=1.14.10-1~deb12u1 || exit 2
for deb in *.deb; do dpkg -x "$deb" .; done
LD_LIBRARY_PATH=$(echo "$dir"/usr/lib/*-linux-gnu):$(echo "$dir"/lib/*-linux-gnu)
export LD_LIBRARY_PATH

python3 - <<'PY'
import struct
frame = bytes.fromhex("01005e0000f0" "020000000001" "0800"
                      "4510003800014000fff08fd30a000001e00000f0"
                      "06000024" + 16 * "00" + "08030001" + 12 * "00")
for snaplen in 65535, 262144:
    open("%d.pcap" % snaplen, "wb").write(
        struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, snaplen, 1)
        + struct.pack("<IIII", 1795000000, snaplen, len(frame), len(frame)) + frame)
PY
usr/bin/mergecap -w merged.pcapng 65535.pcap 262144.pcap
usr/bin/mergecap -F pcap -w merged.pcap 65535.pcap 262144.pcap
packets() { usr/bin/tcpdump -Z root -n -r "$1" 2>error | grep -c '240'; }
for file in 65535.pcap 262144.pcap merged.pcap merged.pcapng; do
	echo "$file: $(packets $file || true) packets $(grep 'snapshot length .* different' error || true)"
done
[ "$(packets 65535.pcap)" -eq 1 ] && [ "$(packets 262144.pcap)" -eq 1 ] &&
	[ "$(packets merged.pcap)" -eq 2 ] || exit 1
! packets merged.pcapng >/dev/null && grep -q 'snapshot length .* different' error || exit 1
