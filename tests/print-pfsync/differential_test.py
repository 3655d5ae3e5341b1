#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""tcpdump-pfsync and pfsyncdump must tell the same of every capture.

For every packet of every sample and of the real captures: the same sections in
the same order with the same number of records, the same ids and creatorids (spi of
TDB), and the same wire format.
"""
import argparse
import json
import sys
import unittest

import tcpdump_text

TCPDUMP = None
PFSYNCDUMP = None
REAL_PACKETS = None


def wanted(text):
    """{frame: (dialect, [[action, [ids]]])} from pfsyncdump's JSON."""
    frames = {}
    for line in text.splitlines():
        entry = json.loads(line)
        if entry["type"] != "message":
            continue
        dialect, sections = frames.setdefault(entry["frame"], (entry["dialect"], {}))
        section = sections.setdefault(entry["section"], [entry["action"], []])
        spi = entry.get("spi")
        section[1].append([entry.get("id"), entry.get("creatorid"),
                           "%08x" % spi if spi is not None else None])
    return {frame: (dialect, [sections[key] for key in sorted(sections)])
            for frame, (dialect, sections) in frames.items()}


def told(packet):
    """The same of what tcpdump printed; EOF and CLR of raw v1 have no record."""
    sections = []
    for action, _, records in packet.sections:
        if not records and (action == "EOF" or
                            (action == "CLR" and packet.dialect.startswith("openbsd-1r"))):
            records = [[None, None, None]]
        if records:
            sections.append([action, records])
    return sections


def starts_as(part, whole):
    """The first fragment holds the first messages, the last of them perhaps in part."""
    flat = [(action, record[0]) for action, records in part for record in records]
    full = [(action, record[0]) for action, records in whole for record in records]
    return all(a == b or (a[0] == b[0] and a[1] is None) for a, b in zip(flat, full)) and \
        len(flat) <= len(full)


class Differential(unittest.TestCase):
    def compare(self, name, path, *limit):
        # Some samples are broken as files; both programs then tell what came before.
        printed = tcpdump_text.parse(
            tcpdump_text.run(TCPDUMP, "-n", "-#", "-vv", "-r", path, *limit, check=False))
        frames = wanted(tcpdump_text.run(
            PFSYNCDUMP, "--json", "--messages", "-r", path, *limit, check=False))
        messages = 0
        for packet in printed:
            if not packet.pfsync:
                continue  # a later fragment; an empty packet
            got = told(packet)
            if packet.fragment:
                # pfsyncdump puts fragments together, and shows nothing if one is lost.
                self.assertTrue("lost" in name or
                                any(starts_as(got, sections) for _, sections in frames.values()),
                                f"{name}, packet {packet.number}")
                continue
            dialect, sections = frames.pop(packet.number, (None, []))
            self.assertEqual(got, sections, f"{name}, packet {packet.number}")
            if sections:
                self.assertEqual(packet.dialect, dialect, f"{name}, packet {packet.number}")
            for action, count, records in packet.sections:
                # Raw v1 and CLR, BUS with count 0 have a body all the same (OB 19 no. 5).
                if records and not packet.truncated and not packet.problems and count > 0:
                    self.assertEqual(count, len(records), f"{name}, packet {packet.number}")
            messages += sum(len(records) for _, records in got)
        if not any(packet.fragment for packet in printed):
            # With a limit pfsyncdump counts packets of pfsync only, and goes on farther.
            last = printed[-1].number if printed and limit else 1 << 32
            left = [frame for frame in frames if frame <= last]
            self.assertEqual(left, [], f"{name}: not printed")
        return messages

    def test_samples(self):
        total = files = 0
        for name, path in tcpdump_text.captures(real=False):
            with self.subTest(name):
                total += self.compare(name, path)
                files += 1
        print(f"{files} samples, {total} messages")
        self.assertGreater(files, 150)
        self.assertGreater(total, 4000)

    def test_real(self):
        total = files = 0
        for name, path in tcpdump_text.captures(samples=False):
            with self.subTest(name):
                limit = ("-c", REAL_PACKETS) if REAL_PACKETS else ()
                total += self.compare(name, path, *limit)
                files += 1
        print(f"{files} real captures, {total} messages")
        self.assertGreater(files, 8)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--tcpdump", required=True)
    parser.add_argument("--pfsyncdump", required=True)
    parser.add_argument("--real-packets", type=int, help="of each real capture; default all")
    options, rest = parser.parse_known_args()
    TCPDUMP, PFSYNCDUMP = options.tcpdump, options.pfsyncdump
    REAL_PACKETS = options.real_packets
    unittest.main(argv=[sys.argv[0], *rest])
