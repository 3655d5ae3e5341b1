# SPDX-License-Identifier: ISC
"""Text of the plugin against golden/*.out: a few packets of each kind whole, and
the columns of some files.  `--update` writes the files anew: look at the change.
"""
import difflib
import os
import re
import sys

import shark

GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden")
TREE = ["-2", "-V", "-O", "pfsync"]
VIEWS = {
    "tree-openbsd-6k": ["openbsd-6k.pcap", *TREE, "-Y", "frame.number in {1,2,5,9,10,13,17}"],
    "tree-freebsd-15": ["freebsd-15.pcap", *TREE, "-Y", "frame.number in {4,9}"],
    "tree-freebsd-10": ["freebsd-10.pcap", *TREE, "-Y", "frame.number in {2,9,12}"],
    "tree-openbsd-2c": ["openbsd-2c.pcap", *TREE, "-Y", "frame.number in {1,4}"],
    "tree-openbsd-1r7": ["openbsd-1r7-lp64.pcap", *TREE, "-Y", "frame.number == 1"],
    "tree-broken-len": ["broken-len.pcap", *TREE, "-Y", "frame.number in {2,5}"],
    "tree-broken-values": ["broken-values.pcap", *TREE, "-Y", "frame.number == 1"],
    "tree-snapped": ["snapped-96.pcap", *TREE, "-Y", "frame.number < 3"],
    "columns-openbsd-6k": ["openbsd-6k.pcap"],
    "columns-openbsd-2g": ["openbsd-2g.pcap"],
    "columns-broken-action-v6": ["broken-action-v6.pcap"],
    "columns-pfsync0-18-ip": ["pfsync0-18-ip.pcap"],
    "columns-ipv6": ["ipv6.pcap"],
    "fields-openbsd-6k": ["openbsd-6k.pcap", "-T", "fields", "-e", "frame.number", "-e",
                          "pfsync.action", "-e", "pfsync.state.id", "-e", "pfsync.state.levels",
                          "-e", "pfsync.wire.addr", "-e", "pfsync.wire.addr6"],
}


def main():
    shark.assert_loaded()
    update = "--update" in sys.argv
    failures = []
    for name, (sample, *options) in VIEWS.items():
        path = os.path.join(GOLDEN, name + ".out")
        # What the replay finds is tested elsewhere.
        got = shark.text("-o", "pfsync.replay:FALSE", "-r",
                         shark.readable(os.path.join(shark.SAMPLES, sample)), *options)
        # Wireshark 4.6 says in its own line of a frame that it is a packet.
        got = re.sub(r"^(Frame \d+: )Packet, ", r"\1", got, flags=re.MULTILINE)
        if update:
            with open(path, "w", encoding="utf-8") as file:
                file.write(got)
            continue
        with open(path, encoding="utf-8") as file:
            want = file.read()
        if got != want:
            diff = difflib.unified_diff(want.splitlines(), got.splitlines(), path, "got", "", "",
                                        1, "")
            failures.append("\n".join(list(diff)[:40]))
    shark.finish(failures)


main()
