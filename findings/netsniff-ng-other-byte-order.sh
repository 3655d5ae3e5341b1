#!/bin/sh
# netsniff-ng 0.6.8-3 (Debian 12): a capture of the other byte order is copied into a file that
# nothing can open.
#
# Expected: its man page says that captures of the other byte order are supported, so a copy made
#           with --in and --out has the link type of the original.
# Seen:     the header keeps the byte order of the original, except for the link type, which is
#           written in the machine's own: Ethernet (1) becomes 16777216. Exit status 0.
# Matters:  captures taken on big-endian firewalls (sparc64, macppc) and copied here on a PC.
# Exit:     0 as described, 1 behaviour changed, 2 could not be tried.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get download -qq -o APT::Sandbox::User=root netsniff-ng=0.6.8-3 libcli1.10=1.10.7-1+b1 \
	libdbus-1-3=1.14.10-1~deb12u1 libgeoip1=1.6.12-10 libmnl0=1.0.4-3 libncurses6=6.4-4 \
	libnet1=1.1.6+dfsg-3.2 libnfnetlink0=1.0.2-2 libnetfilter-conntrack3=1.0.9-3 \
	libnl-3-200=3.7.0-0.2+b1 libnl-genl-3-200=3.7.0-0.2+b1 libnl-route-3-200=3.7.0-0.2+b1 \
	libpcap0.8=1.10.3-1 libsodium23=1.0.18-1+deb12u1 liburcu8=0.13.2-1 || exit 2
for deb in *.deb; do dpkg -x "$deb" .; done
LD_LIBRARY_PATH=$(echo "$dir"/usr/lib/*-linux-gnu):$(echo "$dir"/lib/*-linux-gnu)
export LD_LIBRARY_PATH

# One Ethernet frame in a big-endian and in a little-endian capture.
python3 - <<'PY'
import struct
frame = bytes.fromhex("01005e0000f0" "020000000001" "0800"
                      "4510003800014000fff08fd30a000001e00000f0"
                      "06000024" + 16 * "00" + "08030001" + 12 * "00")
for name, order in ("big", ">"), ("little", "<"):
    open(name + ".pcap", "wb").write(
        struct.pack(order + "IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
        + struct.pack(order + "IIII", 1795000000, 1, len(frame), len(frame)) + frame)
PY
for name in big little; do
	usr/sbin/netsniff-ng --in $name.pcap --out $name-copy.pcap --silent >log 2>&1 || { cat log; exit 2; }
done
link() { od -An -tu1 -j20 -N4 "$1" | tr -s ' '; }
echo "little-endian: link type bytes$(link little.pcap), in the copy$(link little-copy.pcap)"
echo "big-endian:    link type bytes$(link big.pcap), in the copy$(link big-copy.pcap)"
[ "$(link little.pcap)" = "$(link little-copy.pcap)" ] && [ "$(link big.pcap)" = " 0 0 0 1" ] &&
	[ "$(link big-copy.pcap)" = " 1 0 0 0" ] &&
	[ "$(od -An -tx1 -N4 big-copy.pcap)" = " a1 b2 c3 d4" ] || exit 1
