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
import struct
import subprocess
import sys
import tempfile
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


def cut(path, to, moment):
    """The frames of a classic capture from that moment on."""
    data = path.read_bytes()
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    parts, at = [data[:24]], 24
    while at < len(data):
        seconds, _, kept, _ = struct.unpack(order + "IIII", data[at:at + 16])
        if seconds >= moment:
            parts.append(data[at:at + 16 + kept])
        at += 16 + kept
    to.write_bytes(b"".join(parts))


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
            names = {speaker["ip"]: speaker["node"] for speaker in line["speakers"]}
            self.assertEqual(line["splits"], [])
            found[line["vhid"]] = [
                (names[master["ip"]], unix(master["first"]), unix(master["until"]))
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


class BothEnds(unittest.TestCase):
    """Captures at both ends of a link that lost 5 % of the frames."""

    FOLDER = CAPTURES / "fault-openbsd-loss"
    A, B = FOLDER / "wire_A.pcap", FOLDER / "wire_B.pcap"
    NODES = {"10.0.0.11": "A>B", "10.0.0.12": "B>A"}

    def dropped(self):
        """Frame lengths of the dropped pfsync packets, by direction."""
        found = {"A>B": [], "B>A": []}
        for line in lines_of(self.FOLDER / "faults.jsonl"):
            if line["what"] == "drop" and line["proto"] == 240:
                found[line["dir"]].append(line["rx_ts"])
        return found

    def directions(self, *arguments):
        return [line for line in objects(*arguments, "--link") if line["type"] == "vantage"]

    def check(self, found, first, second):
        dropped = self.dropped()
        self.assertEqual(len(found), 2)
        for line in found:
            way = self.NODES[line["sender"]]
            self.assertEqual(line["lost"], len(dropped[way]))
            self.assertEqual(line["appeared"], 0)
            self.assertEqual(line["reordered"], 0)
            self.assertNotIn("cut_off_bytes", line)
            self.assertEqual(line["sender_file"], first if way == "A>B" else second)
            self.assertEqual(line["receiver_file"], second if way == "A>B" else first)
            self.assertAlmostEqual(unix(line["first_lost"]), dropped[way][0], delta=0.001)
            self.assertAlmostEqual(unix(line["last_lost"]), dropped[way][-1], delta=0.001)
            # One clock made both, and the relay took a fraction of a millisecond.
            self.assertLess(abs(line["offset_s"]), 0.0001)
            self.assertTrue(0 < line["delay_p50_s"] < line["delay_p99_s"] <
                            line["delay_max_s"] < 0.03)
        return {self.NODES[line["sender"]]: (line["delivered"], line["lost"]) for line in found}

    def test_losses_are_those_of_the_relay(self):
        found = self.check(self.directions("-r", self.A, "-r", self.B), 0, 1)
        self.assertEqual(found, self.check(self.directions("-r", self.B, "-r", self.A), 1, 0))
        for way, (delivered, lost) in sorted(found.items()):
            print("both ends, %s: %d delivered, %d lost, as the relay logged" %
                  (way, delivered, lost))

    def test_places_given_by_the_user(self):
        nodes = ["--node", "A=10.0.0.11", "--node", "B=10.0.0.12"]
        right = self.directions("-r", self.A, "-r", self.B, *nodes, "--vantage",
                                "A=%s" % self.A, "--vantage", "B=%s" % self.B)
        self.assertEqual(sorted((line["sender"], line["lost"]) for line in right),
                         [("A", 17), ("B", 6)])

    def tables(self):
        """The listed tables by moment and node: sets of (id, creatorid)."""
        found = {}
        for line in lines_of(self.FOLDER / "tables.jsonl"):
            states = found.setdefault((line["before"], line["node"]), set())
            # pfsync's own states and those of multicast membership never travel.
            if line["proto"] != 240:
                states.add((line["id"], line["creatorid"]))
        return found

    def score(self, *files):
        reads = [word for name in files for word in ("-r", name)]
        both = listed = replayed = 0
        for (moment, node), states in sorted(self.tables().items()):
            alive, due = set(), set()
            for line in objects(*reads, "--states=" + node, "--at", "%.6f" % moment):
                if line["type"] == "state":
                    group = due if line["standing"] == "due" else alive
                    group.add((line["id"], line["creatorid"]))
            both += len(states & alive)
            listed += len(states - due)
            replayed += len(alive)
        return both / replayed, both / listed

    def test_tables_are_better_with_both_ends(self):
        one = [self.score(self.A), self.score(self.B)]
        two = self.score(self.A, self.B)
        for name, (precision, recall) in (("A's end", one[0]), ("B's end", one[1]),
                                          ("both ends", two)):
            print("tables from %s: precision %.4f recall %.4f" % (name, precision, recall))
        for precision, recall in one:
            self.assertGreater(two[0] + two[1], precision + recall)
        self.assertGreater(two[0], 0.99)
        self.assertGreater(two[1], 0.97)


class Listings(unittest.TestCase):
    """pfctl -vvss and netstat -s of FreeBSD 10.1 against its own traffic."""

    FOLDER = CAPTURES / "freebsd-10.1"
    NODES = ["--node", "A=10.0.0.11", "--node", "B=10.0.0.12"]
    MOMENTS = {"phase2": 1795417990.7, "phase3": 1795418001.2}

    def found(self, *arguments):
        return [line for line in objects("-r", self.FOLDER / "wire.pcap", *self.NODES, *arguments)
                if line["type"] in ("listing", "counters", "state")]

    def listing(self, node, phase):
        return self.FOLDER / ("pfctl-vvss-%s-%s.txt" % (node, phase))

    def test_tables(self):
        words = []
        for phase, moment in self.MOMENTS.items():
            for node in "AB":
                words += ["--pfctl", "%s=%s@%.1f" % (node, self.listing(node, phase), moment)]
        lines = self.found("--listings", *words)
        self.assertEqual(len(lines), 4)
        for line in lines:
            print("pfctl of %s at %s: %d states, precision %.4f recall %.4f, %d other levels" %
                  (line["node"], line["time"], line["listed"], line["precision"],
                   line["recall"], line["peers_differ"]))
            self.assertEqual((line["precision"], line["recall"], line["keys_differ"]), (1, 1, 0))

    def test_without_ids(self):
        """pfctl -vss: the same by addresses, as far as these are unique."""
        text = self.listing("A", "phase3").read_text()
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as plain:
            plain.write("\n".join(line for line in text.split("\n") if "   id: " not in line))
            plain.flush()
            line, = self.found("--listings", "--pfctl",
                               "A=%s@%.1f" % (plain.name, self.MOMENTS["phase3"]))
        self.assertGreaterEqual(line["precision"], 0.99)
        self.assertGreaterEqual(line["recall"], 0.99)

    def test_a_listing_from_before_is_the_table(self):
        """A late capture, begun with listings, knows the states from before it."""
        moment = self.MOMENTS["phase3"]
        with tempfile.TemporaryDirectory() as folder:
            later = pathlib.Path(folder) / "later.pcap"
            cut(self.FOLDER / "wire.pcap", later, moment)
            words = ["-r", later, *self.NODES, "--states", "--at", "%.1f" % (moment + 0.3)]
            seeds = [word for node in "AB" for word in (
                "--pfctl", "%s=%s@%.1f" % (node, self.listing(node, "phase3"), moment - 0.1))]
            without = [line for line in objects(*words) if line["type"] == "state"]
            seeded = [line for line in objects(*words, *seeds) if line["type"] == "state"]
            whole = [line for line in objects("-r", self.FOLDER / "wire.pcap", *self.NODES,
                                              "--states", "--at", "%.1f" % (moment + 0.3))
                     if line["type"] == "state"]
        names = lambda lines: {(line["node"], line["id"], line["creatorid"]) for line in lines}
        print("soon after a capture began late: %d states, with listings %d, of %d" %
              (len(names(without)), len(names(seeded)), len(names(whole))))
        self.assertGreater(len(names(seeded)), 2 * len(names(without)))
        self.assertGreater(len(names(seeded) & names(whole)) / len(names(whole)), 0.95)

    def test_counters(self):
        """The capture goes on for one packet; B was booted in the middle of it."""
        lines = self.found("--listings", *(word for node in "AB" for word in (
            "--netstat", "%s=%s" % (node, self.FOLDER / ("netstat-%s.txt" % node)))))
        for line in lines:
            for group in ("received", "sent"):
                wrong = {name: (row["counted"], row["expected"])
                         for name, row in line[group].items() if row["counted"] != row["expected"]}
                print("netstat of %s, %s: %d of %d as predicted, others %r" %
                      (line["node"], group, len(line[group]) - len(wrong), len(line[group]),
                       wrong))
                for name, (counted, predicted) in wrong.items():
                    if line["node"] == "A" or group == "sent":
                        self.assertLessEqual(abs(counted - predicted), 2, name)
            for name in ("badttl", "hdrops", "badver", "badact", "badlen", "badval"):
                row = line["counters"][name]
                self.assertEqual(row["counted"], row["expected"], name)


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
