#!/bin/sh
# capinfos 4.0.17 (wireshark-common 4.0.17-0+deb12u3, Debian 12): times in picoseconds are wrong.
#
# Expected: pcapng's if_tsresol of 12 counts 10^-12 s; half a second after N is shown as N.5.
# Seen:     with 10^-10 the fraction is right, with 10^-11 and 10^-12 it is another one; the
#           seconds are right. tshark and editcap of this release read the same wrong times.
# Matters:  capture cards and switches that stamp in picoseconds: the order and the delay of
#           messages of a pair of firewalls, read with these tools, are wrong within each second.
# Exit:     0 as described, 1 behaviour changed, 2 could not be tried.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
version=4.0.17-0+deb12u3
apt-get download -qq -o APT::Sandbox::User=root wireshark-common=$version libwiretap13=$version \
	libwsutil14=$version libglib2.0-0=2.74.6-2+deb12u9 || exit 2
for deb in *.deb; do dpkg -x "$deb" .; done
LD_LIBRARY_PATH=$(echo "$dir"/usr/lib/*-linux-gnu):$(echo "$dir"/lib/*-linux-gnu)
export LD_LIBRARY_PATH

# The same time, 1700000.5, in each resolution; 64 bits hold it in all three.
python3 - <<'PY'
import struct
frame = bytes.fromhex("01005e0000f0" "020000000001" "0800"
                      "4510003800014000fff08fd30a000001e00000f0"
                      "06000024" + 16 * "00" + "08030001" + 12 * "00")
def block(kind, body):
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size
for digits in 10, 11, 12:
    time = 17000005 * 10 ** (digits - 1)
    open("%d.pcapng" % digits, "wb").write(
        block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
        + block(1, struct.pack("<HHI" "HHB3x" "HH", 1, 0, 0, 9, 1, digits, 0, 0))
        + block(6, struct.pack("<IIIII", 0, time >> 32, time & 0xFFFFFFFF, 70, 70) + frame + bytes(2)))
PY
for digits in 10 11 12; do
	usr/bin/capinfos -a -S $digits.pcapng | sed -n "s/First packet time: */10^-$digits s: /p" | tee $digits.txt
done
grep -q '1700000\.50*$' 10.txt || exit 1
for digits in 11 12; do
	grep -q ' 1700000\.' $digits.txt && ! grep -q '1700000\.50*$' $digits.txt || exit 1
done
