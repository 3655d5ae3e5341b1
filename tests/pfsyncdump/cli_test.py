#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The program as a user meets it: options, bad input, exit codes, output."""
import argparse
import gzip
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = None
GROUP = bytes([224, 0, 0, 240])


def pcap(packets, linktype=1):
    """A capture of (seconds, bytes) packets."""
    data = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, linktype)
    for seconds, packet in packets:
        data += struct.pack("<IIII", int(seconds), round(seconds % 1 * 1000000), len(packet),
                            len(packet)) + packet
    return data


def ethernet(payload, src=11, ttl=255, dst=GROUP):
    """Ethernet and IPv4 of protocol 240 around a pfsync packet."""
    header = struct.pack(">BBHHHBBH4s4s", 0x45, 0x10, 20 + len(payload), 1, 0x4000, ttl, 240, 0,
                         bytes([10, 0, 0, src]), dst)
    total = sum(struct.unpack(">10H", header))
    total = (total & 0xFFFF) + (total >> 16)
    total = (total & 0xFFFF) + (total >> 16)
    header = header[:10] + struct.pack(">H", ~total & 0xFFFF) + header[12:]
    return bytes(12) + b"\x08\x00" + header + payload


def v6(*sections):
    """A packet of version 6: (action, stride in bytes, [records])."""
    body = b""
    for action, stride, records in sections:
        body += struct.pack(">BBH", action, stride // 4, len(records)) + b"".join(records)
    return struct.pack(">BBH16s", 6, 0, 20 + len(body), bytes(16)) + body


def peer(level, seqlo=1000):
    return struct.pack(">8xIIIHHBB6x", seqlo, seqlo + 500, 0, 64, 1460, level, 0x8A)


def state(number, level=4):
    """A full record of OpenBSD 7.4 (264 bytes): 10.1.0.2:4711 -> 10.2.0.2:80."""
    key = struct.pack(">4s12x4s12xHHHBx", bytes([10, 2, 0, 2]), bytes([10, 1, 0, 2]), 80, 4711, 0,
                      2)
    return (struct.pack(">Q16s", number, b"em0") + key + key + peer(level) + peer(level) +
            bytes(16) + struct.pack(">III", 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF) +
            struct.pack(">II", 10, 86000) + struct.pack(">QQQQ", 1, 2, 3, 4) +
            struct.pack(">I", 42) + struct.pack(">ii", 0, 0) +
            struct.pack(">HBBBBBBBB", 0, 2, 6, 2, 0, 0, 2, 0, 0) +
            bytes(264 - 254))[:264]


def del_c(number):
    return struct.pack(">QI", number, 42)


def upd_c(number, level, timeout=2):
    return struct.pack(">Q", number) + peer(level) + peer(level) + struct.pack(
        ">IIB3x", 42, 0, timeout)


REQUEST_ALL = v6((5, 12, [bytes(12)]))
LINES = pcap([(1000 + i, ethernet(v6((7, 12, [del_c(i)])))) for i in range(20)])


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, data, name="a.pcap"):
        path = self.folder / name
        path.write_bytes(data)
        return str(path)

    def run_with(self, *arguments, **options):
        environment = {"PATH": os.defpath, "TZ": "UTC", "LC_ALL": "C"}
        return subprocess.run([PROGRAM, *arguments], capture_output=True, timeout=60,
                              env=environment, **options)

    def good(self, *arguments, **options):
        done = self.run_with(*arguments, **options)
        self.assertEqual(done.stderr.decode(), "")
        self.assertEqual(done.returncode, 0)
        return done.stdout.decode("ascii")

    def bad(self, text, *arguments, **options):
        """Exit code 2 and one line of error that has the text in it."""
        done = self.run_with(*arguments, **options)
        error = done.stderr.decode("ascii")
        self.assertEqual(done.returncode, 2)
        self.assertEqual(error.count("\n"), 1, error)
        self.assertTrue(error.startswith("pfsyncdump: "), error)
        self.assertIn(text, error)
        return done.stdout.decode("ascii")

    def objects(self, *arguments, **options):
        return [json.loads(line) for line in self.good("--json", *arguments, **options).splitlines()]


class BadInput(Case):
    def test_no_input(self):
        self.bad("nothing to read")

    def test_missing_file(self):
        self.bad("/nonexistent/a.pcap", "-r", "/nonexistent/a.pcap")

    def test_folder(self):
        self.bad(str(self.folder), "-r", str(self.folder))

    def test_empty_file(self):
        self.bad("empty", "-r", self.file(b""))

    def test_no_capture(self):
        self.bad("not a capture", "-r", self.file(b"root:x:0:0:root:/root:/bin/sh\n" * 5))

    def test_file_header_cut_short(self):
        self.bad("a.pcap", "-r", self.file(LINES[:20]))

    def test_wrong_magic(self):
        self.bad("not a capture", "-r", self.file(b"\x00\x11" + LINES[2:]))

    def test_unknown_link_type(self):
        self.bad("link type", "-r", self.file(pcap([(1, b"x" * 60)], linktype=147)))

    def test_name_with_control_characters(self):
        path = self.file(b"", "a\033[31m\nb.pcap")
        self.bad("empty", "-r", path)

    def test_cut_short_shows_all_whole_packets(self):
        path = self.file(LINES[:-5])
        for view, expected in (("--messages", 19), ("--json", 19)):
            text = self.bad("cannot be read on", "-r", path, view)
            self.assertEqual(text.count("DEL ST COMP" if view == "--messages" else '"DEL_C","'), expected)
        text = self.bad("cannot be read on", "-r", path)
        self.assertIn("19 pfsync packets", text)
        self.assertIn("could not be read to its end", text)

    def test_one_of_two_inputs_is_cut_short(self):
        whole, cut = self.file(LINES), self.file(LINES[:-5], "cut.pcap")
        text = self.bad("cut.pcap", "-r", whole, "-r", cut, "--messages")
        # Those that are in both are shown once.
        self.assertEqual(text.count("DEL ST COMP"), 20)
        others = LINES[:-5].replace(b"\x00\x00\x00\x2a", b"\x00\x00\x00\x2b")
        text = self.bad("cut.pcap", "-r", whole, "-r", self.file(others, "cut.pcap"), "--messages")
        self.assertEqual(text.count("DEL ST COMP"), 39)

    def test_absurd_caplen(self):
        data = LINES[:24] + struct.pack("<IIII", 1, 0, 0xFFFFFFF0, 0xFFFFFFF0) + bytes(100)
        self.bad("a.pcap", "-r", self.file(data))

    def test_zero_caplen(self):
        data = LINES[:24] + struct.pack("<IIII", 1, 0, 0, 60) + LINES[24:]
        self.assertEqual(self.good("-r", self.file(data), "--messages").count("DEL ST COMP"), 20)

    def test_broken_gzip(self):
        packed = gzip.compress(LINES)
        self.bad("a.pcap.gz", "-r", self.file(packed[:60], "a.pcap.gz"))

    def test_filter_with_an_error(self):
        self.bad("filter", "-r", self.file(LINES), "hst 10.0.0.1")

    def test_filter_on_a_pfsync0_capture(self):
        path = self.file(pcap([(1, REQUEST_ALL)], linktype=246))
        self.bad("filter", "-r", path, "host 10.0.0.1")


class BadPackets(Case):
    """What is wrong with one packet is told with its place; the rest is shown."""

    GOOD = ethernet(v6((7, 12, [del_c(0x1234)])))

    def check(self, packet, counter, offset):
        path = self.file(pcap([(1, self.GOOD), (2, packet), (3, self.GOOD)]))
        entries = self.objects("-r", path)
        found = [e for e in entries if e["type"] == "anomaly"]
        self.assertIn((counter, offset, 2), [(e["counter"], e["offset"], e["frame"]) for e in found])
        frames = [e["frame"] for e in entries if e["type"] == "message" and e["action"] == "DEL_C"]
        self.assertEqual((frames[0], frames[-1]), (1, 3))
        self.assertGreaterEqual(entries[-1]["anomalies"][counter], 1)
        text = self.good("-r", path, "--messages")
        self.assertIn("%s: frame 2" % counter, text)
        self.assertIn(", offset %d: " % offset, text)
        page = self.good("-r", path)
        self.assertRegex(page, r"\n  %s +\d+  first in frame 2 " % counter)
        return entries

    def test_unknown_version(self):
        self.check(ethernet(b"\x09" + bytes(40)), "badver", 0)

    def test_shorter_than_the_header(self):
        self.check(ethernet(REQUEST_ALL[:12]), "hdrops", 0)

    def test_unknown_action_before_another(self):
        entries = self.check(
            ethernet(v6((7, 12, [del_c(1)]), (99, 16, [bytes(16)] * 2), (7, 12, [del_c(2)]))),
            "badact", 36)
        self.assertEqual([e["id"] for e in entries if e["type"] == "message" and e["frame"] == 2],
                         ["%016x" % 1, "%016x" % 2])

    def test_reserved_action(self):
        self.check(ethernet(v6((8, 8, [bytes(8)]))), "badact", 20)

    def test_count_larger_than_the_packet(self):
        packet = bytearray(v6((7, 12, [del_c(5), del_c(6)])))
        packet[22:24] = b"\xff\xff"
        entries = self.check(ethernet(bytes(packet)), "badlen", 48)
        self.assertEqual(sum(e["frame"] == 2 for e in entries if e["type"] == "message"), 2)

    def test_len_larger_than_the_packet(self):
        packet = bytearray(v6((7, 12, [del_c(5)])))
        packet[2:4] = b"\x10\x00"
        self.check(ethernet(bytes(packet)), "badlen", 2)

    def test_len_smaller_than_the_packet(self):
        packet = v6((7, 12, [del_c(5)])) + b"rest"
        self.check(ethernet(packet), "trailing", 36)

    def test_bad_ttl(self):
        self.check(ethernet(REQUEST_ALL, ttl=64), "badttl", 0)

    def test_bad_values(self):
        self.check(ethernet(v6((4, 84, [upd_c(1, 99)]))), "badval", 24)

    def test_unterminated_name(self):
        record = bytearray(state(1))
        record[8:24] = b"\xff" * 16
        path = self.file(pcap([(1, ethernet(v6((13, 264, [bytes(record)]))))]))
        entry = next(e for e in self.objects("-r", path) if e["type"] == "message")
        self.assertEqual(entry["ifname"], "\\377" * 16)
        self.assertIn("\\377" * 16, self.good("-r", path, "--messages"))

    def test_cut_by_the_capture(self):
        whole = ethernet(v6((7, 12, [del_c(5), del_c(6)])))
        data = LINES[:24] + struct.pack("<IIII", 1, 0, len(whole) - 8, len(whole)) + whole[:-8]
        entries = self.objects("-r", self.file(data))
        self.assertEqual([e["counter"] for e in entries if e["type"] == "anomaly"], ["truncated"])
        self.assertEqual([e.get("id") for e in entries if e["type"] == "message"],
                         ["%016x" % 5, None])

    def test_stats_count_them_too(self):
        packets = [b"\x09" + bytes(40), REQUEST_ALL[:12], v6((99, 16, [bytes(16)])),
                   v6((4, 84, [upd_c(1, 99)]))]
        path = self.file(pcap([(i, ethernet(p)) for i, p in enumerate(packets)] +
                              [(9, ethernet(REQUEST_ALL, ttl=1))]))
        text = self.good("-r", path, "--stats")
        for line in ("1 packet with bad ttl", "1 packet shorter than header",
                     "1 packet with bad version", "1 bad action", "1 state with bad values",
                     "1 compressed state update sent", "1 uncompressed state request sent"):
            self.assertIn("\t%s\n" % line, text.replace("\t    ", "\t"))


class Options(Case):
    def test_information(self):
        self.assertIn("usage: pfsyncdump -r FILE", self.good("--help"))
        self.assertRegex(self.good("--version"), r"^pfsyncdump \d+\.\d+\.\d+\n$")
        dialects = self.good("--dialect", "help")
        for name in ("openbsd-6k", "freebsd-14", "openbsd-1r2-lp64"):
            self.assertRegex(dialects, r"(?m)^%s +version \d  \w" % name)

    def test_usage_errors(self):
        for arguments in (["-z"], ["--frobnicate"], ["-r"], ["-c", "none"], ["--at", "later"],
                          ["--dialect", "klingon"], ["--node", "x"], ["--color=pink"]):
            self.bad("", *arguments)

    def test_count(self):
        path = self.file(LINES)
        self.assertEqual(self.good("-r", path, "--messages", "-c", "3").count("DEL ST COMP"), 3)

    def test_filter(self):
        path = self.file(pcap([(1, ethernet(REQUEST_ALL, src=11)),
                               (2, ethernet(REQUEST_ALL, src=12))]))
        entries = self.objects("-r", path, "src", "host", "10.0.0.12")
        self.assertEqual([e["src"] for e in entries if e["type"] == "message"], ["10.0.0.12"])
        rules = self.file(b"src host 10.0.0.12 # B\n", "rules")
        self.assertEqual(self.objects("-r", path, "-F", rules), entries)

    def test_several_inputs_by_time(self):
        first = self.file(pcap([(1, ethernet(REQUEST_ALL)), (5, ethernet(REQUEST_ALL))]), "a")
        second = self.file(pcap([(3, ethernet(REQUEST_ALL, src=12))]), "b")
        entries = self.objects("-r", first, "-r", second)
        self.assertEqual([(e["file"], e["frame"]) for e in entries if e["type"] == "message"],
                         [(0, 1), (1, 1), (0, 2)])

    def test_standard_input_and_compression(self):
        plain = self.good("-r", self.file(LINES), "--messages")
        packed = self.file(gzip.compress(LINES), "a.gz")
        self.assertEqual(self.good("-r", packed, "--messages"), plain)
        self.assertEqual(self.good("-r", "-", "--messages", input=LINES), plain)
        self.assertEqual(self.good("-r", "-", "--messages", input=gzip.compress(LINES)), plain)

    def test_time_stamps(self):
        path = self.file(pcap([(86400, ethernet(REQUEST_ALL)), (86401.5, ethernet(REQUEST_ALL)),
                               (86402, ethernet(REQUEST_ALL))]))
        expected = {
            "": ["00:00:00.000000", "00:00:01.500000", "00:00:02.000000"],
            "-t": ["10.0.0.11"] * 3,
            "-tt": ["86400.000000", "86401.500000", "86402.000000"],
            "-ttt": ["00:00:00.000000", "00:00:01.500000", "00:00:00.500000"],
            "-tttt": ["1970-01-02"] * 3,
            "-ttttt": ["00:00:00.000000", "00:00:01.500000", "00:00:02.000000"],
        }
        for option, stamps in expected.items():
            text = self.good("-r", path, "--messages", *option.split())
            lines = [line for line in text.splitlines() if "PFSYNC" in line]
            self.assertEqual([line.split()[0] for line in lines], stamps)

    def test_colour_is_for_terminals(self):
        path = self.file(LINES)
        self.assertNotIn("\033", self.good("-r", path))
        self.assertNotIn("\033", self.good("-r", path, "--color=never"))
        self.assertIn("\033[", self.good("-r", path, "--color=always"))

    def test_forced_dialect(self):
        path = self.file(pcap([(1, ethernet(v6((7, 12, [del_c(5)]))))]))
        entries = self.objects("-r", path, "--dialect", "openbsd-6c")
        self.assertEqual({e["dialect"] for e in entries if "dialect" in e}, {"openbsd-6c"})
        entries = self.objects("-r", path, "--dialect", "openbsd-2e")
        self.assertEqual([e["counter"] for e in entries if e["type"] == "anomaly"], ["badver"])

    def test_named_node(self):
        path = self.file(LINES)
        entries = self.objects("-r", path, "--node", "left=10.0.0.11,fd00::11")
        self.assertEqual([e["node"] for e in entries if e["type"] == "node"], ["left"])


class Tables(Case):
    def setUp(self):
        super().setUp()
        self.path = self.file(pcap([
            (1000, ethernet(v6((13, 264, [state(1), state(2)])))),
            (1001, ethernet(REQUEST_ALL, src=12)),
            (1010, ethernet(v6((4, 84, [upd_c(1, 9, timeout=5)])))),
            (1020, ethernet(v6((7, 12, [del_c(1)]))))]))

    def states(self, *arguments):
        entries = self.objects("-r", self.path, "--states", *arguments)
        return [(e["node"], e["id"][-1], e["src"]["state_number"]) for e in entries
                if e["type"] == "state" and e["node"] == "10.0.0.11"]

    def test_as_of_a_moment(self):
        self.assertEqual(self.states("--at", "+5"),
                         [("10.0.0.11", "1", 4), ("10.0.0.11", "2", 4)])
        self.assertEqual(self.states("--at", "1015"),
                         [("10.0.0.11", "1", 9), ("10.0.0.11", "2", 4)])
        self.assertEqual(self.states("--at", "1970-01-01T00:16:55Z"), self.states("--at", "1015"))
        self.assertEqual(self.states(), [("10.0.0.11", "2", 4)])

    def test_age_counts_on(self):
        for at, age in (("1000", 10), ("1015", 25)):
            entries = self.objects("-r", self.path, "--states", "--at", at)
            entry = next(e for e in entries if e.get("id") == "%016x" % 2)
            self.assertEqual(entry["creation_s"], age)

    def test_listing(self):
        text = self.good("-r", self.path, "--states=10.0.0.11", "--at", "+5", "-v")
        self.assertEqual(text.splitlines()[:6], [
            "States of 10.0.0.11 at 1970-01-01T00:16:45.000Z: 2",
            "em0 tcp 10.1.0.2:4711 -> 10.2.0.2:80       ESTABLISHED:ESTABLISHED",
            "   [1000 + 500] wscale 10  [1000 + 500] wscale 10",
            "   age 00:00:15, expires in 23:53:15, 1:2 pkts, 3:4 bytes",
            "   id: 0000000000000001 creatorid: 0000002a",
            "   asserted: the firewall itself said so; last heard of in frame 1 at "
            "1970-01-01T00:16:40.000Z"])

    def test_unknown_node(self):
        self.bad("no firewall 10.9.9.9", "-r", self.path, "--states=10.9.9.9")

    def test_limit_is_told(self):
        entries = self.objects("-r", self.path, "--max-states", "1")
        self.assertTrue(any("--max-states" in reason for reason in entries[-1]["reasons"]))

    def test_update_gets_the_protocol_of_the_table(self):
        entries = self.objects("-r", self.path, "--messages")
        entry = next(e for e in entries if e.get("action") == "UPD_C")
        self.assertEqual((entry["proto"], entry["proto_name"]), (6, "tcp"))
        self.assertEqual(entry["src_peer"]["state"], "FIN_WAIT_2")


class Output(Case):
    def test_full_disk(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full")
        path = self.file(LINES)
        for arguments in (["-r", path], ["-r", path, "--json"], ["-r", path, "--messages"],
                          ["--help"], ["--version"], ["--dialect", "help"]):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([PROGRAM, *arguments], stdout=full, stderr=subprocess.PIPE,
                                      timeout=60)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertEqual(done.stderr.count(b"\n"), 1, done.stderr)
            self.assertIn(b"standard output", done.stderr)

    def test_closed_pipe_is_quiet(self):
        path = self.file(LINES)
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run([PROGRAM, "-r", path, "--messages"], stdout=writer,
                              stderr=subprocess.PIPE, timeout=60)
        os.close(writer)
        self.assertEqual((done.returncode, done.stderr), (2, b""))

    def test_lines_come_at_once(self):
        """Each packet's lines are there before the next packet is."""
        process = subprocess.Popen([PROGRAM, "-r", "-", "--json", "--messages"],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        packet = LINES[24:24 + (len(LINES) - 24) // 20]
        try:
            # The reader looks ahead by a packet, so the second brings the first.
            process.stdin.write(LINES[:24] + packet + packet)
            process.stdin.flush()
            line = process.stdout.readline()
            self.assertEqual(json.loads(line)["action"], "DEL_C")
            self.assertIsNone(process.poll())
        finally:
            process.stdin.close()
            process.stdout.read()
            process.stdout.close()
            process.wait(timeout=60)

    def test_progress_on_a_signal(self):
        process = subprocess.Popen([PROGRAM, "-r", "-"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        packet = LINES[24:24 + (len(LINES) - 24) // 20]
        process.stdin.write(LINES[:24] + packet * 3)
        process.stdin.flush()
        time.sleep(1)
        process.send_signal(signal.SIGUSR1)
        time.sleep(0.2)
        process.stdin.write(packet)
        _, error = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0)
        self.assertRegex(error.decode(), r"^pfsyncdump: \d+ packets read, \d+ of pfsync\n$")

    def test_no_pfsync_at_all(self):
        path = self.file(pcap([(1, bytes(12) + b"\x08\x06" + bytes(46))]))
        self.assertIn("no pfsync packets among 1 packet\n", self.good("-r", path))
        entries = self.objects("-r", path)
        self.assertEqual([e["type"] for e in entries], ["file", "summary"])


class Check(Case):
    """The verdict, and what --check and --ignore make of it."""

    def talk(self, **odd):
        """Two firewalls that insert a state each; what `odd` says of one packet."""
        packets = [(1000, ethernet(v6((13, 264, [state(1)])), src=11)),
                   (1001, ethernet(v6((13, 264, [state(2)])), src=12)),
                   (1002, ethernet(v6((4, 76, [upd_c(1, 4)])), src=11, **odd))]
        return self.file(pcap(packets))

    def test_in_sync(self):
        name = self.talk()
        self.assertTrue(self.good("-r", name).startswith("IN SYNC: 2 firewalls"))
        self.assertEqual(self.good("-r", name, "--check", "--divergences"),
                         "Divergences (worst first)\n  none found\n")
        self.good("-r", name, "--check", "--stats")

    def test_diverged(self):
        name = self.talk(ttl=64)
        done = self.run_with("-r", name, "--check")
        self.assertEqual((done.returncode, done.stderr), (1, b""))
        self.assertTrue(done.stdout.startswith(b"DIVERGED: 2 firewalls"))
        self.assertIn(b"D-05 critical", done.stdout)
        # Without --check it is no error.
        self.assertTrue(self.good("-r", name).startswith("DIVERGED"))
        entries = self.objects("-r", name, "--divergences")
        self.assertEqual(entries[0]["code"], "D-05")
        self.assertEqual(entries[0]["frames"], [3])
        self.assertEqual(entries[0]["detail"], {"ttl_min": 64, "ttl_max": 64})
        self.assertEqual(entries[-1]["verdict"], "diverged")
        self.assertEqual(entries[-1]["divergences"], {"D-05": 1})

    def test_ignored(self):
        name = self.talk(ttl=64)
        shown = self.good("-r", name, "--check", "--ignore", "D-06,D-05")
        self.assertTrue(shown.startswith("IN SYNC"))
        self.assertNotIn("D-05", shown)

    def test_one_way(self):
        name = self.file(pcap([(1000, ethernet(v6((13, 264, [state(1)]))))]))
        shown = self.bad("only one direction was seen", "-r", name, "--check")
        self.assertTrue(shown.startswith("ONE WAY: 1 firewall"))
        self.assertEqual(self.objects("-r", name)[-1]["verdict"], "one-way")

    def test_not_judged(self):
        # Nothing of pfsync, and one firewall's own pfsync0.
        nothing = self.file(pcap([(1000, bytes(60))]))
        shown = self.bad("too little was seen", "-r", nothing, "--check")
        self.assertTrue(shown.startswith("NOT JUDGED"))
        tap = self.file(pcap([(1000, v6((13, 264, [state(1)])))], linktype=246))
        self.bad("too little was seen", "-r", tap, "--check")
        self.assertEqual(self.objects("-r", tap)[-1]["verdict"], "not-judged")


class Manual(Case):
    PAGE = pathlib.Path(__file__).resolve().parent.parent.parent / "docs" / "pfsyncdump.1"

    def test_names_every_option(self):
        page = self.PAGE.read_text()
        words = set(re.findall(r"(?<![\w-])-{1,2}[a-zA-Z][a-z-]*", self.good("--help")))
        self.assertGreater(len(words), 15)
        for word in words - {"-vv", "-vvv", "-ttttt", "-vvss"}:
            name = word[1:] if word.startswith("--") else word.lstrip("-")
            self.assertRegex(page, r"\.It Fl %s\b|, Fl %s\b" % (name, name), word)

    def test_is_good_mdoc(self):
        if shutil.which("mandoc") is None:
            self.skipTest("no mandoc")
        done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", str(self.PAGE)],
                              capture_output=True, timeout=60)
        self.assertEqual((done.returncode, done.stdout), (0, b""))


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
        drop = ("frame", "file", "src", "dst")
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
            (102, ethernet(v6((4, 104, [upd_c(1, 4)])))),
            (103, ethernet(v6((7, 12, [del_c(1)])))),
        ]))

    def test_trace(self):
        text = self.good("--trace", "1", "-r", self.name)
        self.assertIn("Life of state 0000000000000001/0000002a", text)
        self.assertIn("10.0.0.11 says INS: source ESTABLISHED 1000", text)
        self.assertIn("at 10.0.0.12: merged", text)
        self.assertIn("10.0.0.12 no longer has it", text)
        self.assertEqual(text, self.good("--trace", "1/2a", "-r", self.name))
        self.assertIn("No message names", self.good("--trace", "1/2b", "-r", self.name))
        steps = [line for line in self.objects("--trace", "1", "-r", self.name)
                 if line["type"] == "trace"]
        said = [step["action"] for step in steps if "action" in step]
        self.assertEqual(said, ["INS", "UPD_C", "DEL_C"])

    def test_nat(self):
        text = self.good("--nat", "10.1.0.2:4711", "-r", self.name)
        self.assertEqual(text.count("not translated"), 2)
        self.assertIn("until 1970-01-01T00:01:43.000Z; first in frame 1, ended in frame 4", text)
        self.assertIn(", open;", text)
        self.assertEqual(text, self.good("--nat", "10.1.0.2", "-r", self.name))
        self.assertIn("No state", self.good("--nat", "10.1.0.2:4712", "-r", self.name))
        self.assertIn("No state", self.good("--nat", "[fd00::1]:80", "-r", self.name))
        # As of a second before its end both are there.
        self.assertEqual(self.good("--nat", "10.1.0.2", "--at", "+2", "-r",
                                   self.name).count(", open;"), 2)

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
        self.assertEqual(lines[-1]["messages"], 5)

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
                self.assertRegex(line, r'^[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+$')
                self.assertIn(re.match("[a-z_]+", line).group(), seen)

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
                ("--nat", "10.0.0.1:70000"), ("--nat", "[fd00::1"), ("--since", "now"),
                ("--vantage", "fw1"), ("--pfctl", "fw1="), ("--netstat", "=a")):
            with self.subTest(option + " " + value):
                self.bad(option + " ", option, value, "-r", self.name)


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
            (110, ethernet(v6((4, 104, [upd_c(7, 4)])))),
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

    def test_counters(self):
        before = self.file(b"pfsync:\n\t10 packets received (IPv4)\n\t\t1 stale state\n", "b.txt")
        after = self.file(b"pfsync:\n\t12 packets received (IPv4)\n\t\t3 stale states\n"
                          b"\t\t4 packets discarded for bad interface\n", "a.txt")
        line, _ = self.objects("--listings", "--netstat",
                               "10.0.0.12=%s,%s" % (before, after), "-r", self.name)
        self.assertEqual(line["counters"]["ipackets"], {"counted": 2, "predicted": 2})
        self.assertEqual(line["counters"]["stale"], {"counted": 2, "predicted": 0})
        self.assertEqual(line["counters"]["badif"], {"counted": 4})
        self.assertEqual((line["compared"], line["agree"]), (2, 1))

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
        process = subprocess.Popen([PROGRAM, "-i", "lo", *arguments], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
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

    def test_no_such_interface(self):
        self.bad("-i nosuchif0: ", "-i", "nosuchif0")


def main():
    global PROGRAM
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    options, rest = parser.parse_known_args()
    PROGRAM = os.path.abspath(options.program)
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
