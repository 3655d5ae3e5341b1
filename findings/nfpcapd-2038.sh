#!/bin/sh
# nfpcapd 1.7.1 (nfdump 1.7.1-2+deb12u1, Debian 12): flows of packets from 2038 on are dated in the
# year 584555951.
#
# Expected: classic pcap counts unsigned seconds up to 2106, and nfdump's records have 64 bits of
#           milliseconds.
# Seen:     2038-01-19T03:14:07 is right, one second later is not: the seconds are taken as signed.
# Matters:  a firewall whose clock is wrong; the flows sort behind all others.
# Exit:     0 as described, 1 behaviour changed, 2 could not be tried.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get download -qq -o APT::Sandbox::User=root nfdump=1.7.1-2+deb12u1 libpcap0.8=1.10.3-1 \
	libdbus-1-3=1.14.10-1~deb12u1 || exit 2
for deb in *.deb; do dpkg -x "$deb" .; done
LD_LIBRARY_PATH=$(echo "$dir"/usr/lib/*-linux-gnu):$(echo "$dir"/lib/*-linux-gnu) TZ=UTC
export LD_LIBRARY_PATH TZ

python3 - <<'PY'
import struct
frame = bytes.fromhex("01005e0000f0" "020000000001" "0800"
                      "4510003800014000fff08fd30a000001e00000f0"
                      "06000024" + 16 * "00" + "08030001" + 12 * "00")
for name, second in ("last", 2**31 - 1), ("next", 2**31):
    open(name + ".pcap", "wb").write(
        struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
        + struct.pack("<IIII", second, 0, len(frame), len(frame)) + frame)
PY
flow() {
	mkdir "$1"
	usr/bin/nfpcapd -r "$1.pcap" -w "$1" >"$1.log" 2>&1 || { cat "$1.log" >&2; exit 2; }
	find "$1" -type f -exec usr/bin/nfdump -q -r {} -o 'fmt:%ts %pr' ';'
}
last=$(flow last) next=$(flow next)
echo "2147483647: $last"
echo "2147483648: $next"
case $last in 2038-01-19\ 03:14:07*) ;; *) exit 1 ;; esac
case $next in 584555951-*) ;; *) exit 1 ;; esac
