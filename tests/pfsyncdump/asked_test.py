#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Other ways in and out: -w and -i, questions about one thing, listings."""
import gzip
import hashlib
import os
import pathlib
import re
import resource
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest

import cli_test
from cli_test import LINES, Case, del_c, ethernet, pcap, state, upd_c, v6



class Rewrap(Case):
    """-w: any link type in, Ethernet out."""

    def write(self, *arguments):
        path = str(self.folder / "out.pcap")
        self.assertEqual(self.good("-w", path, *arguments), "")
        data = pathlib.Path(path).read_bytes()
        magic, = struct.unpack("<I", data[:4])
        self.assertEqual(magic, 0xA1B23C4D)
        self.assertEqual(struct.unpack("<I", data[20:24]), (1,))
        frames, at = [], 24
        while at < len(data):
            seconds, nano, kept, length = struct.unpack("<IIII", data[at:at + 16])
            frames.append((seconds, nano, length, data[at + 16:at + 16 + kept]))
            at += 16 + kept
        return path, frames

    def check_ip(self, frame):
        total = sum(struct.unpack(">10H", frame[14:34]))
        total = (total & 0xFFFF) + (total >> 16)
        self.assertEqual((total & 0xFFFF) + (total >> 16), 0xFFFF)

    def messages(self, *arguments):
        drop = ("frame", "file", "ip_src", "ip_dst")
        return [{key: value for key, value in line.items() if key not in drop}
                for line in self.objects("--messages", *arguments) if line["type"] == "message"]

    def test_ethernet_keeps_its_ip_header(self):
        packet = ethernet(v6((7, 12, [del_c(1)])), ttl=17)
        name = self.file(pcap([(5.25, packet)]))
        path, frames = self.write("-r", name)
        self.assertEqual(len(frames), 1)
        self.assertEqual(frames[0][:3], (5, 250000000, len(packet)))
        self.assertEqual(frames[0][3][12:], packet[12:])
        self.assertEqual(frames[0][3][:6], bytes([1, 0, 0x5E, 0, 0, 0xF0]))
        self.assertEqual(self.messages("-r", path), self.messages("-r", name))

    def test_pfsync0_gets_a_header(self):
        payload = v6((7, 12, [del_c(1)]))
        name = self.file(pcap([(5, payload)], linktype=246))
        path, frames = self.write("-r", name)
        frame = frames[0][3]
        self.check_ip(frame)
        self.assertEqual(frame[22:24], bytes([255, 240]))
        self.assertEqual(frame[26:34], bytes([192, 0, 2, 1, 224, 0, 0, 240]))
        self.assertEqual(frame[34:], payload)
        self.assertEqual(self.messages("-r", path), self.messages("-r", name))

    def test_every_sample(self):
        samples = pathlib.Path(__file__).resolve().parents[2] / "samples"
        for name in sorted(samples.glob("*.pcap*")):
            before = self.run_with("--json", "--messages", "-r", str(name))
            if before.returncode != 0 or "junk" in name.name or "broken" in name.name:
                continue
            with self.subTest(name.name):
                path, _ = self.write("-r", str(name))
                # What pfsync0 shows is another dialect's wire until v4, and
                # an IPv4 checksum that was wrong stays so.
                if "pfsync0" not in name.name:
                    self.assertEqual(self.messages("-r", path), self.messages("-r", str(name)))

    def test_a_view_is_still_shown(self):
        name = self.file(LINES)
        path = str(self.folder / "out.pcap")
        self.assertIn("DEL ST COMP", self.good("--messages", "-w", path, "-r", name))

    def test_cannot_be_written(self):
        self.bad("-w /nonexistent/out.pcap", "-r", self.file(LINES), "-w", "/nonexistent/out.pcap")

    def test_disk_full(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full here")
        self.bad("No space left", "-r", self.file(LINES), "-w", "/dev/full")



class Asked(Case):
    """--trace, --nat, --as-peer, --metrics, --since and --until."""

    def setUp(self):
        super().setUp()
        self.name = self.file(pcap([
            (100, ethernet(v6((13, 264, [state(1), state(2)])))),
            (101, ethernet(v6((7, 12, [del_c(9)])), src=12)),
            (102, ethernet(v6((4, 84, [upd_c(1, 4)])))),
            (103, ethernet(v6((7, 12, [del_c(1)])))),
        ]))

    def test_trace(self):
        text = self.good("--trace", "1", "-r", self.name)
        self.assertIn("Life of state 0000000000000001/0000002a", text)
        self.assertIn("10.0.0.11 says INS: source ESTABLISHED 1000", text)
        self.assertIn("at 10.0.0.12: merged", text)
        self.assertIn("10.0.0.12 no longer has it", text)
        self.assertEqual(text, self.good("--trace", "1/2a", "-r", self.name))
        self.assertIn("No message names", self.nobody("--trace", "1/2b"))
        steps = [line for line in self.objects("--trace", "1", "-r", self.name)
                 if line["type"] == "trace"]
        said = [step["action"] for step in steps if "action" in step]
        self.assertEqual(said, ["INS", "UPD_C", "DEL_C"])

    def test_nat(self):
        text = self.good("--nat", "10.1.0.2", "-r", self.name)
        self.assertEqual(text.count("not translated"), 2)
        self.assertIn("until 1970-01-01T00:01:43.000Z; first in frame 1, ended in frame 4", text)
        self.assertIn(", open;", text)
        one = self.good("--nat", "10.1.0.2:4711", "-r", self.name)
        self.assertEqual(one.count("not translated"), 1)
        self.assertIn("Nobody", self.nobody("--nat", "10.1.0.2:4713"))
        self.assertIn("Nobody", self.nobody("--nat", "[fd00::1]:80"))
        self.assertEqual(text, self.good("--nat", "10.1.0.0/22", "-r", self.name))
        self.assertEqual(text, self.good("--nat", "0.0.0.0/0", "-r", self.name))
        self.assertIn("Nobody", self.nobody("--nat", "10.1.4.0/22"))
        # As of a second before its end both are there.
        self.assertEqual(self.good("--nat", "10.1.0.2", "--at", "+2", "-r",
                                   self.name).count(", open;"), 2)

    def nobody(self, *arguments):
        done = self.run_with(*arguments, "-r", self.name)
        self.assertEqual((done.returncode, done.stderr), (1, b""))
        return done.stdout.decode()

    def test_nat_at(self):
        """Only what is open then is named; else nobody, and exit 1."""
        at = lambda seconds: ("--nat", "10.1.0.2", "--at", "+%s" % seconds)
        self.assertEqual(self.good(*at(2), "-r", self.name).count(", open;"), 2)
        text = self.good(*at(3), "-r", self.name)
        self.assertEqual((text.count(", open;"), text.count("until")), (1, 0))
        # Two days later, and with the state's timeout past, nobody had it.
        self.assertEqual(self.nobody(*at(3 * 86400)),
                         "Nobody: no state that the capture shows had that address then.\n")
        found = [line for line in self.objects(*at(3), "-r", self.name)
                 if line["type"] == "mapping"]
        self.assertEqual([(line["open"], line["inside_addr"], line["inside_port"],
                           line["outside_addr"], line["outside_port"], line["proto_name"],
                           line["id"]) for line in found],
                         [(True, "10.1.0.2", 4712, "10.2.0.2", 80, "tcp", "0000000000000002")])

    def test_packets_that_prove(self):
        """-w with a question writes what answers it."""
        def frames(*arguments):
            path = str(self.folder / "proof.pcap")
            self.run_with("-w", path, *arguments, "-r", self.name)
            return [(line["frame"], line["time"][17:19])
                    for line in self.objects("-v", "-r", path) if line["type"] == "frame"]
        steps = [line["time"][17:19] for line in self.objects("--trace", "1", "-r", self.name)
                 if line["type"] == "trace"]
        self.assertEqual(frames("--trace", "1"), list(enumerate(sorted(set(steps)), 1)))
        self.assertEqual(frames("--nat", "10.1.0.2"), [(1, "40"), (2, "42"), (3, "43")])
        self.assertEqual(frames("--nat", "10.1.0.2", "--at", "+3"), [(1, "40")])
        self.assertEqual(frames("--nat", "10.9.9.9"), [])
        with open(self.name, "rb") as stream:
            done = self.run_with("--trace", "1", "-w", str(self.folder / "x.pcap"), "-r", "-",
                               stdin=stream)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"reads the inputs twice", done.stderr)
        self.assertFalse((self.folder / "x.pcap").exists())

    def test_as_peer(self):
        text = self.good("--as-peer", "V2b", "-r", self.name)
        self.assertIn("A firewall of family V2b would receive 4 packets and have 0 states", text)
        self.assertIn("badver: 4 packets", text)
        self.assertIn("discard none of them",
                      self.good("--as-peer", "V6b", "-c", "1", "-r", self.name))

    def test_window(self):
        lines = self.objects("--messages", "--since", "+1.5", "--until", "+2.5", "-r", self.name)
        self.assertEqual([line["action"] for line in lines[:-1]], ["UPD_C"])
        # All was replayed: its protocol is known.
        self.assertEqual(lines[0]["proto"], 6)
        self.assertEqual(lines[-1]["message_count"], 5)

    def test_bulk_in_detail(self):
        sample = pathlib.Path(__file__).resolve().parents[2] / "samples" / "openbsd-6k.pcap"
        brief = self.good("--bulk", "-r", str(sample))
        text = self.good("--bulk", "-v", "-r", str(sample))
        self.assertNotIn("      requested", brief)
        self.assertRegex(text, r"      requested \d{4}-[^\n]*Z\n      started ")

    def test_metrics(self):
        text = self.good("--metrics", "-r", self.name)
        self.assertIn('pfsync_messages_sent_total{node="10.0.0.11",action="INS"} 2\n', text)
        seen = set()
        for line in text.splitlines():
            name = line.split()[2] if line.startswith("# TYPE") else None
            if name is not None:
                self.assertNotIn(name, seen)
                seen.add(name)
            elif not line.startswith("#"):
                self.assertRegex(line, r'^[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? [0-9.e+-]+$')
                name = re.match("[a-z_]+", line).group()
                self.assertTrue(seen & {name, re.sub("_(bucket|sum|count)$", "", name)})

    def test_what_is_known_of_firewalls(self):
        text = self.good("--family", "10.0.0.12=V6a", "--timeout", "tcp.established=3600",
                         "--timeout", "10.0.0.12:udp.single=7", "--limit", "10.0.0.12=1000",
                         "--interfaces", "10.0.0.12=em0,em1", "-r", self.name)
        self.assertRegex(text, r"10\.0\.0\.12 .* V6a ")
        states = self.good("--states=10.0.0.12", "--timeout", "10.0.0.12:tcp.established=60",
                           "-r", self.name)
        self.assertIn("expires in", states)

    def test_values_that_cannot_be(self):
        for option, value in (
                ("--family", "fw1"), ("--family", "fw1=V9"), ("--timeout", "tcp.established"),
                ("--timeout", "tcp.whatever=5"), ("--timeout", ":tcp.first=5"),
                ("--limit", "fw1=0"), ("--interfaces", "fw1=em0,,em1"),
                ("--interfaces", "fw1=an-interface-too-long"), ("--as-peer", "V0"),
                ("--trace", "xyz"), ("--trace", "1/123456789"), ("--nat", "10.0.0.1:x"),
                ("--nat", "10.0.0.1:70000"), ("--nat", "[fd00::1"), ("--nat", "10.0.0.0/33"),
                ("--nat", "10.0.0.0/"), ("--nat", "fd00::/129"), ("--nat", "/8"), ("--since", "now"),
                ("--vantage", "fw1"), ("--pfctl", "fw1="), ("--netstat", "=a")):
            with self.subTest(option + " " + value):
                self.bad(option + " ", option, value, "-r", self.name)


class Diff(Case):
    """--diff: what diff(1) of two listings of pfctl would show, from a capture."""

    def setUp(self):
        super().setUp()
        # Two firewalls that know each other; 10.0.0.11 makes three connections.
        mine = [state(n).replace(struct.pack(">H", 4711), struct.pack(">H", 4710 + n))
                for n in (1, 2, 3)]
        self.name = self.file(pcap([
            (100, ethernet(v6((13, 264, mine)))),
            (101, ethernet(v6((7, 12, [del_c(9)])), src=12)),
            *((110, ethernet(v6((4, 104, [upd_c(n, 4)])))) for n in (1, 2, 3)),
            (111, ethernet(v6((7, 12, [del_c(9)])), src=12)),
        ]))
        rows = self.good("--states=10.0.0.11", "-r", self.name).splitlines()
        at = [i for i, row in enumerate(rows) if row.startswith("em0 ")] + [len(rows)]
        self.listed = ["\n".join(rows[a:b]) + "\n" for a, b in zip(at, at[1:])]

    def lacking(self):
        """10.0.0.12 lists all but one of them."""
        kept = [text for text in self.listed if "0000000000000002" not in text]
        self.assertEqual((len(self.listed), len(kept)), (3, 2))
        return self.file("".join(kept).encode(), "fw2.txt")

    def test_nothing_differs(self):
        text = self.good("--diff", "-r", self.name)
        self.assertTrue(text.startswith("Differences: 0 at 1970-01-01T00:01:51"))
        self.assertEqual(text.count("\n"), 1)
        self.assertEqual([line["type"] for line in self.objects("--diff", "-r", self.name)],
                         ["summary"])

    def test_one_is_missing(self):
        words = ["-r", self.name, "--pfctl", "10.0.0.12=" + self.lacking()]
        found = [line for line in self.objects("--diff", *words) if line["type"] == "difference"]
        self.assertEqual([(d["kind"], d["id"], d["creatorid"], d["has"], d["lacks"],
                           d["certainty"], d["established"], d["inside_addr"],
                           d["outside_addr"], d["proto_name"]) for d in found],
                         [("missing", "0000000000000002", "0000002a", ["10.0.0.11"],
                           ["10.0.0.12"], "sure", True, "10.1.0.2", "10.2.0.2", "tcp")])
        self.assertIn("since", found[0])
        self.assertIn("age_s", found[0])
        self.assertEqual(found, [line for line in self.objects(*words)
                                 if line["type"] == "difference"])
        text = self.good("--diff", *words)
        self.assertRegex(text, r"(?m)^- 10\.0\.0\.11 only: em0 tcp .*ESTABLISHED:ESTABLISHED$")
        self.assertRegex(text, r"(?m)^    id 0000000000000002/0000002a, age .*, established$")
        self.assertRegex(text, r"(?m)^    10\.0\.0\.12 lacks it, sure, since ")

    def test_at_a_moment(self):
        """Before the listing was taken nothing was known to be missing."""
        words = ["-r", self.name, "--pfctl", "10.0.0.12=%s@111" % self.lacking()]
        self.assertIn("Differences: 1", self.good("--diff", *words))
        self.assertIn("Differences: 0", self.good("--diff", "--at", "+5", *words))


class ManyFiles(Case):
    """Names without -r; hundreds of files, one after the other; their SHA-256."""

    @staticmethod
    def few_descriptors():
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))

    def hours(self, count, packets, offset=0):
        """A file an hour, named so that names are in no order of time."""
        names = []
        for hour in range(count):
            times = [3600 * (hour + 1) + offset + 900 * i for i in range(packets)]
            names.append(self.file(
                pcap([(time, ethernet(v6((13, 264, [state(hour * 10 + i + 1)]))))
                      for i, time in enumerate(times)]),
                "%04x-%d.pcap" % (hour * 40503 % 65536, offset)))
        return sorted(names)

    def test_one_after_the_other(self):
        names = self.hours(400, 2)
        entries = self.objects(*names, preexec_fn=self.few_descriptors)
        messages = [line for line in entries if line["type"] == "message"]
        self.assertEqual(len(messages), 800)
        times = [line["time"] for line in messages]
        self.assertEqual(times, sorted(times))
        # Each is said to be of its own file.
        files = [line for line in entries if line["type"] == "file"]
        self.assertEqual([line["name"] for line in files], names)
        self.assertEqual({line["packet_count"] for line in files}, {2})
        for line in messages:
            self.assertTrue(files[line["file"]]["first"] <= line["time"] <=
                            files[line["file"]]["last"])
        text = self.good("--messages", *names, preexec_fn=self.few_descriptors)
        self.assertEqual(text.count(" INS "), 800)
        self.assertIn("800 pfsync packets", self.good(*names, preexec_fn=self.few_descriptors))

    def test_two_at_a_time(self):
        """Of two rotated captures as many are open as overlap."""
        names = self.hours(60, 3) + self.hours(60, 3, 1000)
        entries = self.objects("--messages", *names, preexec_fn=self.few_descriptors)
        times = [line["time"] for line in entries if line["type"] == "message"]
        self.assertEqual(len(times), 360)
        self.assertEqual(times, sorted(times))
        # A moment of the capture counts from its first frame, whichever file has it.
        lines = self.objects("--messages", "--at", "+1000", *names,
                             preexec_fn=self.few_descriptors)
        self.assertEqual(len(lines), 4)

    def test_too_many_at_a_time(self):
        """What cannot be opened is told, and the rest is read."""
        names = [self.file(pcap([(5 + i, ethernet(v6((7, 12, [del_c(1)])))) for i in range(2)]),
                           "%03d.pcap" % n) for n in range(100)]
        done = self.run_with("--stats", *names, preexec_fn=self.few_descriptors)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"Too many open files", done.stderr)
        self.assertIn(b"packets sent", done.stdout)

    def test_gone_meanwhile(self):
        names = self.hours(20, 1)
        fifo = str(self.folder / "fifo")
        os.mkfifo(fifo)
        process = subprocess.Popen([cli_test.PROGRAM, "--stats", *names, fifo],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        # All files were looked at when it waits for the pipe.
        with open(fifo, "wb") as stream:
            os.unlink(names[3])
            stream.write(pathlib.Path(names[0]).read_bytes())
        out, error = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 2)
        self.assertEqual(error.count(b"\n"), 1)
        self.assertIn(names[3].encode(), error)
        self.assertIn(b"20 ", out)

    def test_names_without_r(self):
        name = self.hours(1, 1)[0]
        self.assertEqual(self.good("--messages", name), self.good("--messages", "-r", name))
        self.assertEqual(self.good("--messages", name, "host", "10.0.0.77"), "")
        self.bad("no such file", name, str(self.folder / "other.pcap"))
        self.bad("nothing to read", "host", "10.0.0.11")

    def test_digests(self):
        plain = self.file(pcap([(1, ethernet(v6((7, 12, [del_c(1)]))))]))
        packed = self.file(gzip.compress(pathlib.Path(plain).read_bytes()), "a.pcap.gz")
        for names in ([plain], [plain, packed], [plain, packed] + self.hours(20, 1)):
            for more in ([], ["-c", "1"], ["--at", "1970-01-01T00:00:00Z"]):
                found = [line for line in self.objects(*more, *names) if line["type"] == "file"]
                self.assertEqual([line["sha256"] for line in found], [
                    hashlib.sha256(pathlib.Path(name).read_bytes()).hexdigest()
                    for name in names])
        with open(packed, "rb") as stream:
            line = self.objects("-r", "-", stdin=stream)
        self.assertEqual([e["sha256"] for e in line if e["type"] == "file"],
                         [hashlib.sha256(pathlib.Path(packed).read_bytes()).hexdigest()])


class Listings(Case):
    """--pfctl and --netstat; against real ones see evidence_test.py."""

    LISTING = ("em0 tcp 10.1.0.2:4711 -> 10.2.0.2:80       ESTABLISHED:ESTABLISHED\n"
               "   [1000 + 500] wscale 10  [1000 + 500] wscale 10\n"
               "   age 00:00:10, expires in 23:53:20, 1:2 pkts, 3:4 bytes\n"
               "   id: %016x creatorid: 0000002a\n")

    def setUp(self):
        super().setUp()
        self.name = self.file(pcap([
            (100, ethernet(v6((13, 264, [state(1)])))),
            (110, ethernet(v6((4, 84, [upd_c(7, 4)])))),
            (120, ethernet(v6((7, 12, [del_c(9)])), src=12)),
        ]))

    def listing(self, *numbers):
        return self.file("".join(self.LISTING % number for number in numbers).encode(), "list.txt")

    def test_compared(self):
        line, _ = self.objects("--listings", "--pfctl", "10.0.0.11=" + self.listing(1, 5), "-r",
                               self.name)
        self.assertEqual((line["listed"], line["both"], line["missing"]), (2, 1, 1))
        self.assertEqual(line["missing_older"], 0)
        self.assertEqual((line["precision"], line["recall"]), (0.5, 0.5))
        self.assertEqual({example["kind"] for example in line["examples"]}, {"missing", "extra"})

    def test_older_states_are_taken_over(self):
        line, _ = self.objects("--listings", "--pfctl",
                               "10.0.0.11=" + self.listing(1, 5) + "@105", "-r", self.name)
        self.assertEqual((line["missing"], line["missing_older"], line["adopted"]), (1, 1, 1))
        states = [line["id"] for line in self.objects(
            "--states=10.0.0.11", "--pfctl", "10.0.0.11=" + self.listing(1, 5) + "@105", "-r",
            self.name) if line["type"] == "state"]
        self.assertIn("0000000000000005", states)

    def test_from_before(self):
        words = ("--pfctl", "fw1=" + self.listing(7) + "@+0", "--node", "fw1=10.0.0.11", "-r",
                 self.name)
        self.assertIn("its table begins with these 1 states", self.good("--listings", *words))
        state, = [line for line in self.objects("--states=fw1", *words)
                  if line["type"] == "state" and line["id"] == "0000000000000007"]
        self.assertEqual(state["wire"]["port"], [80, 4711])

    def test_without_its_time(self):
        """Such a listing stands where it fits best: by ages, else by what is in it."""
        # Records say that the states are ten seconds old: made at 90, and at 110.
        name = self.file(pcap([
            (100, ethernet(v6((13, 264, [state(n) for n in range(1, 6)])))),
            (101, ethernet(v6((7, 12, [del_c(99)])), src=12)),
            (110, ethernet(v6((7, 12, [del_c(1), del_c(2)])))),
            (120, ethernet(v6((13, 264, [state(n) for n in range(6, 10)])))),
            (140, ethernet(v6((7, 12, [del_c(99)])), src=12)),
        ]))
        def line(numbers, age, kept=4, time=""):
            text = "".join("\n".join((self.LISTING % n).replace("4711", str(4710 + n)).replace(
                "age 00:00:10", "age 00:00:%02d" % age).split("\n")[:kept]) + "\n"
                           for n in numbers)
            path = self.file(text.encode(), "at.txt")
            found, _ = self.objects("--listings", "--pfctl", "10.0.0.11=" + path + time, "-r", name)
            return found.get("placed_by"), found["time"][14:19], found["both"], found["missing"]
        self.assertEqual(line(range(1, 6), 16), ("ages", "01:46", 5, 0))
        self.assertEqual(line(range(3, 6), 24), ("ages", "01:54", 3, 0))
        # No ages (pfctl -ss): in the middle of when just these were there.
        self.assertEqual(line(range(1, 6), 0, kept=1), ("states", "01:45", 5, 0))
        # What was there at the end is of the end, and what the user says counts.
        self.assertEqual(line(range(3, 10), 0, kept=1)[:2], (None, "02:20"))
        self.assertEqual(line(range(1, 6), 16, time="@105")[:2], (None, "01:45"))

    def test_counters(self):
        before = self.file(b"pfsync:\n\t10 packets received (IPv4)\n\t\t1 stale state\n", "b.txt")
        after = self.file(b"pfsync:\n\t12 packets received (IPv4)\n\t\t3 stale states\n"
                          b"\t\t4 packets discarded for bad interface\n", "a.txt")
        line, _ = self.objects("--listings", "--netstat",
                               "10.0.0.12=%s,%s" % (before, after), "-r", self.name)
        self.assertEqual(line["counters"]["ipackets"], {"counted": 2, "expected": 2})
        self.assertEqual(line["counters"]["stale"], {"counted": 2, "expected": 0})
        self.assertEqual(line["counters"]["badif"], {"counted": 4})
        self.assertEqual((line["compared_count"], line["agree_count"]), (2, 1))

    def test_bad_files(self):
        broken = self.file(b"all tcp 10.0.0.1 -> \033[31m       1:1\n", "x.txt")
        self.bad("x.txt:1: ", "--pfctl", "10.0.0.11=" + broken, "-r", self.name)
        self.bad("x.txt", "--netstat", "10.0.0.11=" + broken, "-r", self.name)
        self.bad("/nonexistent", "--pfctl", "10.0.0.11=/nonexistent", "-r", self.name)
        self.bad("no firewall is called fw9", "--pfctl", "fw9=" + broken, "-r", self.name)
        self.bad("no firewall is called fw9", "--vantage", "fw9=" + self.name, "-r", self.name)
        self.bad("not one of the inputs", "--vantage", "10.0.0.11=/x.pcap", "-r", self.name)



@unittest.skipUnless(hasattr(os, "geteuid") and os.geteuid() == 0, "needs root")
class Live(Case):
    """-i, on the loopback interface."""

    def setUp(self):
        super().setUp()
        try:
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_RAW, 240)
        except OSError as error:
            self.skipTest(str(error))
        self.addCleanup(self.socket.close)
        self.socket.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 255)

    def start(self, *arguments):
        # A build for gcov complains where it may not write.
        profiles = tempfile.TemporaryDirectory()
        self.addCleanup(profiles.cleanup)
        os.chmod(profiles.name, 0o777)
        process = subprocess.Popen([cli_test.PROGRAM, "-i", "lo", *arguments],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env=dict(os.environ, GCOV_PREFIX=profiles.name))
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        # It is ready when it is root no longer.
        status = pathlib.Path("/proc/%d/status" % process.pid)
        for _ in range(200):
            if process.poll() is not None:
                self.skipTest(process.stderr.read().decode())
            if status.exists() and "\nUid:\t0\t" not in status.read_text():
                return process, status.read_text()
            time.sleep(0.05)
        self.fail("it is still root after ten seconds")

    def send(self, *numbers):
        for number in numbers:
            self.socket.sendto(v6((7, 12, [del_c(number)])), ("127.0.0.1", 0))

    def test_messages_until_the_count(self):
        process, status = self.start("-c", "3", "--messages")
        self.assertRegex(status, r"\nUid:\t(\d+)\t\1\t\1\t\1\n")
        self.assertNotRegex(status, r"\nGroups:\t0")
        self.send(1, 2, 3)
        text, error = process.communicate(timeout=30)
        self.assertEqual((process.returncode, error), (0, b""))
        self.assertEqual(text.count(b"DEL ST COMP"), 3)

    def test_interrupted_it_still_reports(self):
        process, _ = self.start()
        self.send(1, 2)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        text, error = process.communicate(timeout=30)
        self.assertEqual((process.returncode, error), (0, b""))
        self.assertRegex(text.decode(), r"2 pfsync packets")

    def test_all_signals_and_answers(self):
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            process, _ = self.start("-B", "2048")
            self.send(1)
            time.sleep(0.7)
            # No packet comes any more: it answers all the same.
            process.send_signal(signal.SIGUSR1)
            time.sleep(0.5)
            process.send_signal(number)
            text, error = process.communicate(timeout=30)
            self.assertEqual(process.returncode, 0)
            self.assertRegex(error.decode(), r"^pfsyncdump: \d+ packets read, 1 of pfsync\n$")
            self.assertRegex(text.decode(), r"1 pfsync packet")

    def test_bad_buffers(self):
        for size in ("0", "x", "-1", "9999999999"):
            self.bad("KiB", "-i", "lo", "-B", size)

    def test_no_such_interface(self):
        self.bad("-i nosuchif0: ", "-i", "nosuchif0")



if __name__ == "__main__":
    sys.exit(cli_test.main())
