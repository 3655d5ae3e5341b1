#!/bin/sh
# ucarp 1.5.2 (ucarp 1.5.2+git20192404.1a9aaf7-1, Debian 12): the counter of its CARP
# advertisements is another random number each time.
#
# Expected: OpenBSD and FreeBSD start at a random number and add one for each advertisement; the
#           counter is part of what the HMAC covers.
# Seen:     consecutive advertisements of one ucarp have unrelated counters, also smaller ones.
# Matters:  where Linux and BSD share an address, a counter that jumps or falls is no sign of a
#           restart, a second sender or a replayed packet.
# Exit:     0 as described, 1 behaviour changed, 2 could not be tried (needs unshare, ip and the
#           right to make a network namespace).
set -eu
if [ "${1-}" != inside ]; then
	dir=$(mktemp -d)
	trap 'rm -rf "$dir"' EXIT
	here=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")
	cd "$dir"
	apt-get download -qq -o APT::Sandbox::User=root ucarp=1.5.2+git20192404.1a9aaf7-1 \
		libpcap0.8=1.10.3-1 libdbus-1-3=1.14.10-1~deb12u1 || exit 2
	for deb in *.deb; do dpkg -x "$deb" .; done
	LD_LIBRARY_PATH=$(echo "$dir"/usr/lib/*-linux-gnu):$(echo "$dir"/lib/*-linux-gnu)
	export LD_LIBRARY_PATH
	unshare -rn true && command -v ip >/dev/null || exit 2
	unshare -rn "$here" inside
	exit
fi
ip link add carp0 type veth peer name carp1
ip addr add 192.0.2.1/24 dev carp0
ip link set carp0 up
ip link set carp1 up
python3 - <<'PY'
import socket, struct, subprocess, sys, time
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
wire.bind(("carp1", 0))
wire.settimeout(1)
ucarp = subprocess.Popen(["usr/sbin/ucarp", "-i", "carp0", "-s", "192.0.2.1", "-v", "7", "-p", "example",
                          "-a", "192.0.2.9", "-b", "1", "-u", "/bin/true", "-d", "/bin/true"],
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
counters, end = [], time.time() + 30
while len(counters) < 4 and time.time() < end:
    try:
        frame = wire.recv(2048)
    except socket.timeout:
        continue
    if frame[23] == 112:
        counters.append(struct.unpack_from(">Q", frame, 14 + 20 + 8)[0])
ucarp.kill()
ucarp.wait()
print("counters:", *counters)
steps = [after - before for before, after in zip(counters, counters[1:])]
sys.exit(2 if len(counters) < 4 else 1 if any(0 <= step < 2**16 for step in steps) else 0)
PY
