#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""tcpdump-pfsync -i pfsync0, in a network namespace of its own.

A veth pair's one end is called pfsync0; what a firewall would send goes in at the other
end: samples, and what pfsyncsend sends.  What tcpdump prints live must be what it prints
of the same packets in a file, and of pfsyncsend's the words that were asked for.
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


class Watch:
    """tcpdump on pfsync0 for `count` packets of pfsync."""

    def __init__(self, tcpdump, count):
        self.count = count
        self.child = subprocess.Popen(
            [tcpdump, "-i", "pfsync0", "-n", "-v", "-l", "--immediate-mode", "-c", str(count),
             "proto 240 or ip6 proto 240"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        # It says so when it listens.
        while "listening on pfsync0" not in (line := self.child.stderr.readline()):
            if not line:
                sys.exit("tcpdump-pfsync ended before it listened")

    def printed(self):
        try:
            text, errors = self.child.communicate(timeout=WAIT_S)
        except subprocess.TimeoutExpired:
            self.child.kill()
            sys.exit(f"not all of {self.count} packets came: {self.child.communicate()}")
        if self.child.returncode != 0 or "Sanitizer" in errors or \
                f"{self.count} packet" not in errors:
            sys.exit(f"exit {self.child.returncode}: {errors}")
        return text


def replay(tcpdump, path):
    frames = list(frames_of(path))
    watch = Watch(tcpdump, len(frames))
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sender:
        sender.bind(("fw", 0))
        for frame in frames:
            sender.send(frame)
            time.sleep(0.002)
    live = watch.printed()
    wanted = without_times(tcpdump_text.run(tcpdump, "-n", "-v", "-r", path))
    if without_times(live) != wanted:
        sys.exit(f"{path.name}: live\n{live}\nfrom the file\n{wanted}")
    print(f"{path.name}: {len(frames)} packets, {live.count(chr(10))} lines alike")


# What pfsyncsend is asked for, and what must be printed then.
SENT = (
    (("ins", "--dialect", "openbsd-6k", "--tcp", "10.0.0.5:51000", "192.0.2.9:443", "--nat",
      "198.51.100.1:61000"),
     r"PFSYNCv6 len 288, openbsd-6k\n    act INS ST count 1\n\t\S+ tcp "
     r"198\.51\.100\.1:61000 \(10\.0\.0\.5:51000\) -> 192\.0\.2\.9:443 "),
    (("upd_req", "--dialect", "freebsd-14"),
     r"PFSYNCv5 len 40, \S+(?: \(\w+\))?\n    act UPD ST REQ count 1\n"
     r"\tid: 0{16} creatorid: 0{8} \(bulk update of all states\)\n    act EOF count 1\n"),
    (("bus", "--dialect", "openbsd-5a", "--status", "end", "--endtime", "7"),
     r"PFSYNCv5 len \d+, .*\n    act BULK UPD STAT count 1\n"
     r"\tcreatorid: [0-9a-f]{8} age: 00:00:07 status: end\n"),
    (("del_c", "--dialect", "netbsd-3", "--id", "0000000000000abc"),
     r"PFSYNCv3 len \d+, .*\n    act DEL ST COMP count 1\n\tid: 0000000000000abc creatorid: "),
)


def send(tcpdump, pfsyncsend):
    for arguments, wanted in SENT:
        watch = Watch(tcpdump, 1)
        done = subprocess.run([pfsyncsend, *arguments, "--from", "10.0.0.11", "-i", "fw",
                               "--fast"], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"pfsyncsend {arguments}: {done.stderr}")
        text = watch.printed()
        if not re.search(wanted, text):
            sys.exit(f"pfsyncsend {arguments}: printed\n{text}")
    print(f"{len(SENT)} messages of pfsyncsend as asked for")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tcpdump", required=True)
    parser.add_argument("--pfsyncsend")
    options = parser.parse_args()
    if os.environ.get(INSIDE) is None:
        enter_namespace()
    make_link()
    for name in SAMPLES:
        replay(options.tcpdump, tcpdump_text.SAMPLES / name)
    if options.pfsyncsend:
        send(options.tcpdump, options.pfsyncsend)


if __name__ == "__main__":
    main()
