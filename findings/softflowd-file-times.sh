#!/bin/sh
# softflowd 1.1.0-1+b1 (Debian 12): NetFlow version 5 of a capture file older than 49 days is dated
# near the run, not near the packets.
#
# Expected: with -r the flows have the times of the packets in the file. In version 5 a flow's
#           time is the header's wall clock, plus first or last, less the header's uptime.
# Seen:     the header has the time of the run and an uptime of 0; first and last are the distance
#           to the run in milliseconds, cut to 32 bits. Durations are right; both ends are off by
#           a multiple of 49.7 days, taken as signed or as unsigned.
# Matters:  flows made of a sync link's capture cannot be laid beside what pfsync told.
# Exit:     0 as described, 1 behaviour changed, 2 could not be tried.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get download -qq -o APT::Sandbox::User=root softflowd=1.1.0-1+b1 libpcap0.8=1.10.3-1 \
	libdbus-1-3=1.14.10-1~deb12u1 || exit 2
for deb in *.deb; do dpkg -x "$deb" .; done
LD_LIBRARY_PATH=$(echo "$dir"/usr/lib/*-linux-gnu):$(echo "$dir"/lib/*-linux-gnu)
export LD_LIBRARY_PATH

python3 - <<'PY'
import socket, struct, subprocess, sys, time
FIRST, LAST = 1700000000, 1700000110
frame = bytes.fromhex("01005e0000f0" "020000000001" "0800"
                      "4510003800014000fff08fd30a000001e00000f0"
                      "06000024" + 16 * "00" + "08030001" + 12 * "00")
with open("in.pcap", "wb") as out:
    out.write(struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for second in range(FIRST, LAST + 1, 10):
        out.write(struct.pack("<IIII", second, 0, len(frame), len(frame)) + frame)
collector = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
collector.bind(("127.0.0.1", 0))
collector.settimeout(10)
subprocess.run(["usr/sbin/softflowd", "-d", "-r", "in.pcap", "-v", "5", "-p", "pid", "-c", "ctl", "-n",
                "127.0.0.1:%d" % collector.getsockname()[1]],
               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
data = collector.recv(65535)
version, count, uptime_ms, wall = struct.unpack_from(">HHII", data)
first_ms, last_ms = struct.unpack_from(">II", data, 24 + 24)
signed, unsigned = wall + (first_ms - 2**32) / 1000, wall + first_ms / 1000
print("first packet %d, run %d, first of the flow %d or %d" % (FIRST, time.time(), signed, unsigned))
print("wrong by %.2f times 2^32 ms; duration %g s" % ((signed - FIRST) / (2**32 / 1000), (last_ms - first_ms) / 1000))
sys.exit((version, count, uptime_ms) != (5, 1, 0) or abs(wall - time.time()) > 60
         or abs(signed - FIRST) < 86400 or abs(unsigned - FIRST) < 86400
         or last_ms - first_ms != (LAST - FIRST) * 1000)
PY
