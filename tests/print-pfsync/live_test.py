#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""tcpdump-pfsync -i pfsync0, in a network namespace of its own.

A veth pair's one end is called pfsync0; what a firewall would send goes in at the other
end.  What tcpdump prints live must be what it prints of the same packets in a file.
Ends with 77 where namespaces are not permitted.
"""
import argparse
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import time

import tcpdump_text

SAMPLES = ("openbsd-6k.pcap", "freebsd-14.pcap", "ipv6.pcap")
INSIDE = "PFSYNC_TEST_IN_NAMESPACE"
WAIT_S = 20


def skip(reason):
    print("skipped:", reason)
    sys.exit(77)


def enter_namespace():
    """Start this script again in a network namespace, as its root."""
    if not shutil.which("ip") or not shutil.which("unshare"):
        skip("no ip or unshare here")
    way = ["unshare", "--net"] + ([] if os.geteuid() == 0 else ["--user", "--map-root-user"])
    if subprocess.run([*way, "ip", "link", "add", "pfsync0", "type", "veth", "peer", "name", "fw"],
                      capture_output=True).returncode != 0:
        skip("network namespaces are not permitted here")
    os.execvpe(way[0], [*way, sys.executable, *sys.argv], {**os.environ, INSIDE: "1"})


def make_link():
    for command in ("link add pfsync0 type veth peer name fw", "link set pfsync0 up",
                    "link set fw up"):
        subprocess.run(["ip", *command.split()], check=True)


def frames_of(path):
    data = path.read_bytes()
    at = 24
    while at < len(data):
        caplen = struct.unpack_from("<I", data, at + 8)[0]
        yield data[at + 16: at + 16 + caplen]
        at += 16 + caplen


def without_times(text):
    return re.sub(r"(?m)^\d\d:\d\d:\d\d\.\d+ ", "", text)


def watch(tcpdump, path):
    frames = list(frames_of(path))
    command = [tcpdump, "-i", "pfsync0", "-n", "-v", "-l", "--immediate-mode", "-c",
               str(len(frames)), "proto 240 or ip6 proto 240"]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    # It says so when it listens.
    while "listening on pfsync0" not in (line := child.stderr.readline()):
        if not line:
            sys.exit(f"tcpdump-pfsync ended before it listened: {command}")
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sender:
        sender.bind(("fw", 0))
        for frame in frames:
            sender.send(frame)
            time.sleep(0.002)
    try:
        live, errors = child.communicate(timeout=WAIT_S)
    except subprocess.TimeoutExpired:
        child.kill()
        sys.exit(f"{path.name}: not all of {len(frames)} packets came: {child.communicate()}")
    if child.returncode != 0 or "Sanitizer" in errors:
        sys.exit(f"{path.name}: exit {child.returncode}: {errors}")
    wanted = without_times(tcpdump_text.run(tcpdump, "-n", "-v", "-r", path))
    if without_times(live) != wanted:
        sys.exit(f"{path.name}: live\n{live}\nfrom the file\n{wanted}")
    if f"{len(frames)} packets captured" not in errors:
        sys.exit(f"{path.name}: {errors}")
    print(f"{path.name}: {len(frames)} packets, {live.count(chr(10))} lines alike")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tcpdump", required=True)
    options = parser.parse_args()
    if os.environ.get(INSIDE) is None:
        enter_namespace()
    make_link()
    for name in SAMPLES:
        watch(options.tcpdump, tcpdump_text.SAMPLES / name)


if __name__ == "__main__":
    main()
