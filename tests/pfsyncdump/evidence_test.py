#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Evidence beside the messages, against what real kernels and labs recorded.

Needs real traffic in $PFSYNC_SHARED/captures; skipped without it.  Prints the
numbers that it compares.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CAPTURES = pathlib.Path(os.environ.get("PFSYNC_SHARED", ROOT.parent / "shared")) / "captures"
PROGRAM = None


def run(*arguments):
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, timeout=300)
    if done.returncode != 0 or done.stderr:
        raise AssertionError("exit %d: %s" % (done.returncode, done.stderr.decode()))
    return done.stdout.decode()


def objects(*arguments):
    return [json.loads(line) for line in run("--json", *arguments).splitlines()]


def lines_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def unix(text):
    """Seconds since 1970 of one of our times; a microsecond is exact enough."""
    import calendar
    import time
    whole, fraction = text[:-1].split(".")
    return calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) + float("0." + fraction)


class Carp(unittest.TestCase):
    """Who was master, as the firewalls' own ifconfig said at fourteen moments."""

    FOLDER = CAPTURES / "carp-failover-freebsd-10.1"
    NODES = ["--node", "A=10.0.0.11,10.1.0.11,10.2.0.11", "--node",
             "B=10.0.0.12,10.1.0.12,10.2.0.12"]

    def masters(self, *files):
        reads = [word for name in files for word in ("-r", self.FOLDER / name)]
        found = {}
        for line in objects(*reads, *self.NODES, "--roles"):
            if line["type"] != "carp":
                continue
            names = {speaker["addr"]: speaker["node"] for speaker in line["speakers"]}
            self.assertEqual(line["splits"], [])
            found[line["vhid"]] = [
                (names[master["addr"]], unix(master["first"]), unix(master["until"]))
                for master in line["masters"]]
        return found

    def test_roles(self):
        masters = self.masters("wire_sync.pcap", "wire_client.pcap", "wire_server.pcap")
        self.assertEqual(sorted(masters), [1, 2])
        # Captures of CARP alone tell the same.
        self.assertEqual(masters, self.masters("wire_client.pcap", "wire_server.pcap"))
        right = total = 0
        for listing in lines_of(self.FOLDER / "times.jsonl"):
            for vhid in (1, 2):
                moment = (listing["carp_before"] + listing["carp_after"]) / 2
                who = [node for node, first, until in masters[vhid] if first <= moment < until]
                is_master = listing["vhid%d" % vhid] == "MASTER"
                total += 1
                right += is_master == (listing["node"] in who) and len(who) <= 1
        print("CARP: %d of %d roles as ifconfig told them" % (right, total))
        self.assertEqual(right, total)


def main():
    global PROGRAM
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    options, rest = parser.parse_known_args()
    PROGRAM = os.path.abspath(options.program)
    if not CAPTURES.is_dir():
        print("no captures in %s" % CAPTURES)
        return 77
    unittest.main(argv=[sys.argv[0], *rest])
    return 0


if __name__ == "__main__":
    sys.exit(main())
