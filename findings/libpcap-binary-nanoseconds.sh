#!/bin/sh
# libpcap 1.10.3-1 with tcpdump 4.99.3-1 (Debian 12): binary times finer than 2^-34 s come out
# wrong when nanoseconds are asked for, without an error.
#
# Expected: pcapng's if_tsresol of 0x80 + N counts 2^-N s; half a second is .500000000.
# Seen:     right for N = 34; for N = 40 .500000 in microseconds, but another fraction with
#           --nano, which computes in 64 bits what needs more.
# Matters:  a program that asks libpcap for nanoseconds shifts each packet within its second,
#           and so puts the packets of two capture points into a wrong order.
# Exit:     0 as described, 1 behaviour changed, 2 could not be tried.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get download -qq -o APT::Sandbox::User=root tcpdump=4.99.3-1 libpcap0.8=1.10.3-1 \
	libdbus-1-3=1.14.10-1~deb12u1 || exit 2
for deb in *.deb; do dpkg -x "$deb" .; done
LD_LIBRARY_PATH=$(echo "$dir"/usr/lib/*-linux-gnu):$(echo "$dir"/lib/*-linux-gnu)
export LD_LIBRARY_PATH

python3 - <<'PY'
import struct
frame = bytes.fromhex("01005e0000f0" "020000000001" "0800"
                      "4510003800014000fff08fd30a000001e00000f0"
                      "06000024" + 16 * "00" + "08030001" + 12 * "00")
def block(kind, body):
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size
for bits in 34, 40:
    time = (8000000 << bits) + (1 << (bits - 1))
    open("%d.pcapng" % bits, "wb").write(
        block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
        + block(1, struct.pack("<HHI" "HHB3x" "HH", 1, 0, 0, 9, 1, 0x80 | bits, 0, 0))
        + block(6, struct.pack("<IIIII", 0, time >> 32, time & 0xFFFFFFFF, 70, 70) + frame + bytes(2)))
PY
shown() { usr/bin/tcpdump -Z root -tt -n "$@" 2>/dev/null | cut -d' ' -f1; }
for bits in 34 40; do
	echo "2^-$bits s: $(shown --micro -r $bits.pcapng) in microseconds, $(shown --nano -r $bits.pcapng) in nanoseconds"
done
[ "$(shown --micro -r 34.pcapng)" = 8000000.500000 ] &&
	[ "$(shown --nano -r 34.pcapng)" = 8000000.500000000 ] &&
	[ "$(shown --micro -r 40.pcapng)" = 8000000.500000 ] || exit 1
case $(shown --nano -r 40.pcapng) in
8000000.500000000 | '') exit 1 ;;
8000000.*) ;;
*) exit 1 ;;
esac
