#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""tcpdump-pfsync as a user meets it: its options, and what they do to pfsync."""
import argparse
import os
import pathlib
import re
import socket
import struct
import subprocess
import sys
import tempfile
import unittest

import tcpdump_text

TCPDUMP = None
SAMPLES = tcpdump_text.SAMPLES
V6 = SAMPLES / "openbsd-6k.pcap"
TAP = SAMPLES / "pfsync0-246.pcap"


def printed(*arguments, path=V6):
    return tcpdump_text.run(TCPDUMP, *arguments, "-r", path)


def packets_of(path):
    """The bytes of a little-endian pcap file's packets."""
    data = path.read_bytes()
    at, packets = 24, []
    while at < len(data):
        caplen = struct.unpack_from("<I", data, at + 8)[0]
        packets.append(data[at + 16: at + 16 + caplen])
        at += 16 + caplen
    return packets


def one_packet_file(folder, packet, linktype):
    path = pathlib.Path(folder) / "one.pcap"
    path.write_bytes(struct.pack("<IHHiIIIIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, linktype, 0, 0,
                                 len(packet), len(packet)) + packet)
    return path


class Options(unittest.TestCase):
    def test_none(self):
        text = printed("-n", "-t")
        self.assertTrue(text.startswith(
            "IP 10.9.0.2 > 224.0.0.240: PFSYNCv6 len 36\n    act UPD ST REQ count 1\n"))
        self.assertNotIn("creatorid", text)

    def test_quiet(self):
        lines = printed("-n", "-q", "-t").splitlines()
        self.assertEqual(len(lines), len(packets_of(V6)))
        for line in lines:
            self.assertRegex(line, r"^IP 10\.9\.0\.[12] > 224\.0\.0\.240: PFSYNCv6 len \d+$")

    def test_both_peers_of_updates_at_v(self):
        text = printed("-n", "-v")
        section = re.search(r"act UPD ST COMP count 3\n((?:\t.*\n)+)", text)
        self.assertEqual(len(re.findall(
            r"id: [0-9a-f]{16} creatorid: [0-9a-f]{8}  \w+:\w+", section[1])), 3)

    def test_verbosity_adds(self):
        sizes = [len(printed("-n", *more)) for more in ((), ("-v",), ("-vv",), ("-vvv",))]
        self.assertEqual(sizes, sorted(set(sizes)))
        text = printed("-n", "-vv")
        for word in (r"\[\d+ \+ \d+\] wscale \d", r"age \d\d:\d\d:\d\d, expires in",
                     r"rule \d", r"\d+:\d+ pkts, \d+:\d+ bytes"):
            self.assertRegex(text, word)
        self.assertRegex(printed("-n", "-vvv"), r"src\.seqlo \d+, src\.seqhi \d+")

    def test_dialect_is_named_when_not_certain(self):
        self.assertNotIn("openbsd-6k", printed("-n"))
        self.assertIn(", openbsd-6k\n", printed("-n", "-v"))
        self.assertIn(", freebsd-10 (likely)\n",
                      printed("-n", path=SAMPLES / "freebsd-10.pcap"))

    def test_numbers(self):
        numbers = re.findall(r"(?m)^ +(\d+)  12:", printed("-n", "-#"))
        self.assertEqual(numbers, [str(i + 1) for i in range(len(packets_of(V6)))])

    def test_link_header(self):
        self.assertRegex(printed("-n", "-e", "-t"), r"^[0-9a-f:]{17} > 01:00:5e:00:00:f0, "
                         r"ethertype IPv4 \(0x0800\), length \d+: 10\.9\.0\.2")
        self.assertTrue(printed("-n", "-e", "-t", path=TAP).startswith("pfsync: PFSYNCv"))
        self.assertTrue(printed("-n", "-t", path=TAP).startswith("PFSYNCv"))
        self.assertTrue(printed("-n", "-e", "-t", path=SAMPLES / "pfsync0-18-ip.pcap")
                        .startswith("IP 0.0.0.0 > 224.0.0.240: PFSYNCv6"))

    def hex_of(self, text):
        return bytes.fromhex("".join(re.findall(
            r"(?m)^\t0x[0-9a-f]{4}:  ((?:[0-9a-f]{2,4} ?)+)", text)).replace(" ", ""))

    def test_hex(self):
        for path, skip in ((V6, 14), (TAP, 0)):
            whole = b"".join(packet[skip:] for packet in packets_of(path))
            self.assertEqual(self.hex_of(printed("-n", "-x", path=path)), whole)
            self.assertEqual(self.hex_of(printed("-n", "-v", "-xx", path=path)),
                             b"".join(packets_of(path)))

    def test_hex_and_ascii(self):
        text = printed("-n", "-X", path=TAP)
        self.assertRegex(text, r"(?m)^\t0x0010:  [0-9a-f ]{39}  .{16}$")
        self.assertRegex(text, r"em0\.\.\.\.")
        self.assertIn("em0", printed("-n", "-A", path=TAP))
        self.assertNotIn("em0", printed("-n", path=TAP))

    def test_checksums(self):
        tap = SAMPLES / "pfsync0-18-ip.pcap"
        self.assertIn("bad cksum 0", printed("-n", "-v", path=tap))
        self.assertNotIn("bad cksum", printed("-n", "-v", "-K", path=tap))

    def test_names_of_hosts(self):
        if socket.getfqdn("127.0.0.1") == "127.0.0.1":
            self.skipTest("127.0.0.1 has no name here")
        packet = next(p for p in packets_of(V6) if p[54:58] == b"\x0d\x42\x00\x01")[34:]
        for address in ((10, 3, 0, 53), (10, 3, 1, 4)):
            packet = packet.replace(bytes(address), bytes((127, 0, 0, 1)))
        with tempfile.TemporaryDirectory() as folder:
            path = one_packet_file(folder, packet, 246)
            name = re.search(r"udp \(1\) (\S+?):5060 <- \(1\) (\S+?):5061 ", printed("-v", path=path))
            self.assertIn("localhost", name[1])
            self.assertEqual(name[1], name[2])
            self.assertIn("(1) 127.0.0.1:5060 <- (1) 127.0.0.1:5061 ", printed("-nv", path=path))

    def test_filters(self):
        self.assertEqual(printed("-n", path=V6), tcpdump_text.run(
            TCPDUMP, "-n", "-r", V6, "proto", "240"))
        self.assertEqual(tcpdump_text.run(TCPDUMP, "-n", "-r", V6, "tcp"), "")

    def test_filter_on_link_type_18(self):
        """libpcap has none; a file without a filter is printed all the same."""
        tap = SAMPLES / "pfsync0-18.pcap"
        self.assertIn("PFSYNCv", printed("-n", path=tap))
        done = subprocess.run([TCPDUMP, "-n", "-r", str(tap), "ip"], capture_output=True,
                              text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("unknown data link type 18", done.stderr)

    def test_shared_link_types(self):
        """A packet of link type 18 or 121 that cannot be pfsync is shown as bytes."""
        with tempfile.TemporaryDirectory() as folder:
            for linktype in (18, 121):
                path = one_packet_file(folder, b"\xaa\xaa\x03\0\0\0\x08\x00" + bytes(40), linktype)
                text = printed("-n", "-t", path=path)
                self.assertIn("UNSUPPORTED", text)
                self.assertNotIn("PFSYNC", text)
            frame = next(p for p in packets_of(TAP))
            for linktype in (18, 121, 246):
                path = one_packet_file(folder, frame, linktype)
                self.assertTrue(printed("-n", "-t", path=path).startswith("PFSYNCv"))

    def test_everything_is_printable(self):
        for name, path in tcpdump_text.captures(real=False):
            done = subprocess.run([TCPDUMP, "-n", "-vvv", "-r", path], capture_output=True)
            odd = re.search(rb"[^\x20-\x7e\n\t]", done.stdout)
            self.assertIsNone(odd, name)
            self.assertNotIn(b"Sanitizer", done.stderr, name)

    def test_ends_of_captures(self):
        text = printed("-n", "-v", path=SAMPLES / "snapped-96.pcap")
        self.assertRegex(text, r"(?m)^\tid: [0-9a-f]{16} \[\|pfsync\]$")
        text = printed("-n", path=SAMPLES / "snapped-96.pcap")
        self.assertRegex(text, r"(?m)^    act UPD ST count 2 \[\|pfsync\]$")

    def test_ttl(self):
        self.assertIn(": [ttl=64!] PFSYNCv6", printed("-n", path=SAMPLES / "broken-ttl.pcap"))

    def test_unknown_actions_are_stepped_over(self):
        text = printed("-n", path=SAMPLES / "broken-action-v6.pcap")
        self.assertRegex(text, r"act UNKNOWN id 77 count 2\n    \[badact at 20: .* 32 bytes not "
                         r"decoded\] \(invalid\)\n    act UPD ST COMP count 3\n")

    def test_version(self):
        self.assertRegex(subprocess.run([TCPDUMP, "--version"], capture_output=True, text=True)
                         .stderr + tcpdump_text.run(TCPDUMP, "--version"), r"version 4\.99")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--tcpdump", required=True)
    known, rest = parser.parse_known_args()
    TCPDUMP = known.tcpdump
    os.environ["TZ"] = "UTC0"
    unittest.main(argv=[sys.argv[0], *rest])
