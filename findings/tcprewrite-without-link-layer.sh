#!/bin/sh
# tcprewrite 4.4.3 (tcpreplay 4.4.3-1, Debian 12): addresses of captures without Ethernet are
# left as they are, and the exit status is 0.
#
# Expected: --pnat rewrites the addresses, as it does on Ethernet, or the link type is refused,
#           as others are.
# Seen:     on raw IP, BSD's null and loop, and Linux cooked captures the packets come out byte
#           for byte the same, without a word.
# Matters:  captures of tunnels and of "any" that were to be brought into another network's
#           addresses before they are shown to others still have the old ones.
# Exit:     0 as described, 1 behaviour changed, 2 could not be tried.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get download -qq -o APT::Sandbox::User=root tcpreplay=4.4.3-1 libdumbnet1=1.16.3-1 \
	libpcap0.8=1.10.3-1 libdbus-1-3=1.14.10-1~deb12u1 || exit 2
for deb in *.deb; do dpkg -x "$deb" .; done
LD_LIBRARY_PATH=$(echo "$dir"/usr/lib/*-linux-gnu):$(echo "$dir"/lib/*-linux-gnu)
export LD_LIBRARY_PATH

python3 - <<'PY'
import struct
packet = bytes.fromhex("4510003800014000fff08fd30a000001e00000f0"
                       "06000024" + 16 * "00" + "08030001" + 12 * "00")
for name, link, before in (("ethernet", 1, "01005e0000f0" "020000000001" "0800"),
                           ("raw", 101, ""), ("null", 0, "02000000"), ("loop", 108, "00000002"),
                           ("cooked", 113, "000000010006" "0200000000010000" "0800")):
    data = bytes.fromhex(before) + packet
    open(name + ".pcap", "wb").write(
        struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link)
        + struct.pack("<IIII", 1795000000, 1, len(data), len(data)) + data)
PY
rewritten() { # 10.0.0.1 becomes 172.16.0.1
	usr/bin/tcprewrite --pnat=10.0.0.0/8:172.16.0.0/12 -i "$1.pcap" -o "$1-new.pcap" || return 2
	od -An -v -tx1 "$1-new.pcap" | tr -d ' \n' | grep -q ac100001
}
rewritten ethernet || exit 1
echo "ethernet: rewritten"
for link in raw null loop cooked; do
	status=0
	rewritten $link || status=$?
	[ $status -eq 1 ] && cmp -i 24 $link.pcap $link-new.pcap || exit 1 # but for the file header
	echo "$link: exit status 0, nothing rewritten"
done
