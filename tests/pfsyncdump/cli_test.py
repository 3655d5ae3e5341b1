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
    """A full record of OpenBSD 7.4 (264 bytes): 10.1.0.2:4711 -> 10.2.0.2:80 is the first."""
    key = struct.pack(">4s12x4s12xHHHBx", bytes([10, 2, 0, 2]), bytes([10, 1, 0, 2]), 80,
                      (4710 + number) & 0xFFFF, 0, 2)
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
        self.assertIn("usage: pfsyncdump [options] FILE ...", self.good("--help"))
        self.assertRegex(self.good("--version"), r"^pfsyncdump \d+\.\d+\.\d+\nlibpcap version \S.*\n$")
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
        self.assertEqual([e["ip_src"] for e in entries if e["type"] == "message"], ["10.0.0.12"])
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
        return [(e["node"], e["id"][-1], e["src_peer"]["state_number"]) for e in entries
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

    ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)

    def waiting(self, *arguments, **options):
        """The program, waiting for more than half a file on its standard input."""
        process = subprocess.Popen([PROGRAM, "-r", "-", *arguments], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        # Nineteen packets, and one that is cut inside.
        process.stdin.write(LINES[:-10])
        process.stdin.flush()
        time.sleep(0.7)
        self.assertIsNone(process.poll())
        return process

    def test_signals_end_a_pipe(self):
        """All of them, and what was read is told: text, JSON, -w."""
        for number in self.ENDING:
            path = os.path.join(self.folder, "out.pcap")
            process = self.waiting("--json", "-w", path)
            process.send_signal(number)
            text, error = process.communicate(timeout=30)
            self.assertEqual((process.returncode, error), (0, b""), number)
            summary = json.loads(text.splitlines()[-1])
            self.assertEqual(summary["pfsync_packet_count"], 19)
            self.assertNotIn("cut short", text.decode())
            # Whole records only.
            self.assertEqual(self.objects("-r", path)[-1]["pfsync_packet_count"], 19)

    def test_last_words_of_a_pipe(self):
        """A writer that gets the same signal still brings what it has."""
        process = self.waiting()
        process.send_signal(signal.SIGINT)
        time.sleep(0.1)
        process.stdin.write(LINES[-10:])
        text, error = process.communicate(timeout=30)
        self.assertEqual((process.returncode, error), (0, b""))
        self.assertIn(b"20 pfsync packets", text)

    def test_a_second_signal(self):
        process = self.waiting()
        process.send_signal(signal.SIGTERM)
        time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        self.assertEqual(process.returncode, -signal.SIGTERM)

    def test_ignored_signals_stay_so(self):
        """As nohup and a shell's background jobs want it."""
        def deaf():
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
        process = self.waiting(preexec_fn=deaf)
        process.send_signal(signal.SIGHUP)
        time.sleep(0.8)
        self.assertIsNone(process.poll())
        process.stdin.write(LINES[-10:])
        text, _ = process.communicate(timeout=30)
        self.assertIn(b"20 pfsync packets", text)

    def test_an_answer_while_it_waits(self):
        process = self.waiting()
        process.send_signal(signal.SIGUSR1)
        os.set_blocking(process.stderr.fileno(), False)
        end = time.monotonic() + 10
        line = None
        while not line and time.monotonic() < end:
            time.sleep(0.05)
            line = process.stderr.readline()
        self.assertRegex(line.decode(), r"^pfsyncdump: 19 packets read, 19 of pfsync\n$")
        self.assertIsNone(process.poll())

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
        self.assertTrue(self.good("-r", name).startswith("IN SYNC NOW: "))
        self.assertEqual(self.good("-r", name, "--check", "--divergences"),
                         "Divergences (worst first)\n  none found\n")
        self.good("-r", name, "--check", "--stats")

    def test_drops_of_the_capture(self):
        """What pcapng tells of packets that its capture lost limits the verdict."""
        def block(kind, body):
            length = struct.pack("<I", len(body) + 12)
            return struct.pack("<I", kind) + length + body + length
        def counter(code, value):
            return struct.pack("<HHQ", code, 8, value)
        with open(self.talk(), "rb") as file:
            data, packets = file.read(), []
        order, at = "<" if data[0] == 0xD4 else ">", 24
        while at < len(data):
            seconds, micros, kept, length = struct.unpack_from(order + "IIII", data, at)
            time = seconds * 1000000 + micros
            frame = data[at + 16:at + 16 + kept]
            packets.append(block(6, struct.pack("<IIIII", 0, time >> 32, time & 0xFFFFFFFF, kept,
                                                length) + frame + bytes(-kept % 4)))
            at += 16 + kept
        head = (block(0x0A0D0D0A, struct.pack("<IHHQ", 0x1A2B3C4D, 1, 0, 2**64 - 1)) +
                block(1, struct.pack("<HHI", 1, 0, 0)))
        def statistics(*counters):
            return block(5, struct.pack("<IQ", 0, 0) + b"".join(counters) + bytes(4))
        whole = self.file(head + b"".join(packets) + statistics(counter(4, 3), counter(5, 0)))
        self.assertTrue(self.good("-r", whole).startswith("IN SYNC NOW: "))
        lossy = self.file(head + b"".join(packets) + statistics(counter(5, 40), counter(7, 2)))
        self.assertIn("CANNOT TELL: the capture itself lost 42 packets", self.good("-r", lossy))
        self.assertEqual(self.run_with("-r", lossy, "--check").returncode, 3)
        self.assertEqual(self.objects("-r", lossy)[-1]["evidence"]["dropped"], 42)

    def test_fail_on(self):
        """Findings of that severity, whatever the verdict."""
        for odd, status in (({}, 0), ({"ttl": 64}, 1)):
            name = self.talk(**odd)
            for severity in ("medium", "critical"):
                done = self.run_with("-r", name, "--fail-on", severity)
                self.assertEqual(done.returncode, status)
        # In sync, with something low that is over.
        sample = os.path.join(os.path.dirname(__file__), "..", "..", "samples", "real",
                              "openbsd-7.6.pcap.gz")
        self.assertEqual(self.run_with("-r", sample, "--fail-on", "low").returncode, 1)
        self.assertEqual(self.run_with("-r", sample, "--fail-on", "medium").returncode, 0)
        self.bad("low, medium, high or critical", "-r", name, "--fail-on", "grave")

    def test_diverged(self):
        name = self.talk(ttl=64)
        done = self.run_with("-r", name, "--check")
        self.assertEqual((done.returncode, done.stderr), (1, b""))
        self.assertTrue(done.stdout.startswith(b"DIVERGED NOW: D-05"))
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
        done = self.run_with("-r", name, "--check", "--ignore", "D-06,D-05")
        shown = done.stdout.decode()
        # Three packets tell too little for more.
        self.assertEqual(done.returncode, 3)
        self.assertTrue(shown.startswith("CANNOT TELL: only 1 of 2 states"), shown)
        self.assertNotIn("D-05", shown)

    def test_one_way(self):
        name = self.file(pcap([(1000, ethernet(v6((13, 264, [state(1)]))))]))
        done = self.run_with("-r", name, "--check")
        self.assertEqual((done.returncode, done.stderr), (3, b""))
        self.assertTrue(done.stdout.startswith(b"CANNOT TELL: only one firewall was heard"))
        self.assertEqual(self.objects("-r", name)[-1]["verdict"], "cannot-tell")

    def test_not_judged(self):
        # Nothing of pfsync, and one firewall's own pfsync0.
        nothing = self.file(pcap([(1000, bytes(60))]))
        done = self.run_with("-r", nothing, "--check")
        self.assertEqual(done.returncode, 3)
        self.assertTrue(done.stdout.startswith(b"CANNOT TELL: no pfsync packet was seen"))
        tap = self.file(pcap([(1000, v6((13, 264, [state(1)])))], linktype=246))
        self.assertEqual(self.run_with("-r", tap, "--check").returncode, 3)
        self.assertEqual(self.objects("-r", tap)[-1]["verdict"], "cannot-tell")


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

def main():
    global PROGRAM
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    options, rest = parser.parse_known_args()
    PROGRAM = os.path.abspath(options.program)
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
