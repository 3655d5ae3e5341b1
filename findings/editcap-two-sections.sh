#!/bin/sh
# editcap and mergecap 4.0.17 (wireshark-common 4.0.17-0+deb12u3, Debian 12): a pcapng of two
# sections with different link types cannot be copied.
#
# Expected: captures put one behind the other are one valid pcapng; tools that write pcapng copy it.
# Seen:     both stop at the first packet of the second section, "An internal error occurred",
#           exit status 2, and leave a file that is cut short; capinfos counts both packets.
# Matters:  `cat` of a sync link's capture and of one taken on pfsync0 or a tunnel.
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

python3 - <<'PY'
import struct
packet = bytes.fromhex("4510003800014000fff08fd30a000001e00000f0"
                       "06000024" + 16 * "00" + "08030001" + 12 * "00")
ethernet = bytes.fromhex("01005e0000f0" "020000000001" "0800")
def block(kind, body):
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size
def section(link, second, data):
    time = (1795000000 + second) * 10**6
    return (block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
            + block(1, struct.pack("<HHI", link, 0, 0))
            + block(6, struct.pack("<IIIII", 0, time >> 32, time & 0xFFFFFFFF, len(data), len(data))
                    + data + bytes(-len(data) % 4)))
open("both.pcapng", "wb").write(section(1, 0, ethernet + packet) + section(101, 1, packet))
PY
usr/bin/capinfos -c both.pcapng | tee count
grep -q 'Number of packets: *2$' count || exit 1
for tool in editcap 'mergecap -w'; do
	status=0
	case $tool in
	editcap) usr/bin/editcap both.pcapng copy.pcapng 2>error || status=$? ;;
	*) usr/bin/mergecap -w copy.pcapng both.pcapng 2>error || status=$? ;;
	esac
	echo "${tool% -w}: exit status $status, $(head -n 1 error)"
	[ $status -eq 2 ] && grep -q 'internal error' error || exit 1
done
