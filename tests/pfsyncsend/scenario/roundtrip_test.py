#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""What a scenario says is what pfsyncdump reads: every dialect, every message."""
import pathlib
import random
import unittest

import programs

SAMPLES = pathlib.Path(__file__).resolve().parents[3] / "samples"
# Of the packet, not of the message.
AROUND = ("frame", "time", "ip_src", "ip_dst", "section", "index")


def content(lines):
    """The messages without what depends on the packet around them."""
    return [{key: value for key, value in line.items() if key not in AROUND} for line in lines]


# Numbers that may hold anything, with their width in bits.
WIDTHS = {"seqlo": 32, "seqhi": 32, "seqdiff": 32, "max_win": 16, "mss": 16, "port": 16,
          "rdomain": 16, "rule": 31, "anchor": 31, "nat_rule": 31, "creation_s": 32,
          "expire_s": 32, "log": 8, "allow_opts": 8, "sync_flags_raw": 8, "updates": 8,
          "min_ttl": 8, "set_tos": 8, "max_mss": 16, "set_prio": 8, "rtableid": 31, "qid": 16,
          "pqid": 16, "dnpipe": 16, "dnrpipe": 16, "endtime_s": 32, "spi": 32, "cur_bytes": 63,
          "ts_mod": 32}
# FreeBSD's and early counters are narrower in some records (OB 5, FB 5).
NARROW = {"packets": 32, "bytes": 32, "rpl": 31}


def shuffle(value, key, chance):
    """The same message with other numbers."""
    if isinstance(value, dict):
        return {k: shuffle(v, k, chance) for k, v in value.items()}
    if isinstance(value, list):
        return [shuffle(v, key, chance) for v in value]
    if key in ("id", "creatorid"):
        # The same id again is the same state again.
        own = random.Random(value)
        return "".join(own.choice("0123456789abcdef") for _ in value)
    bits = WIDTHS.get(key, NARROW.get(key))
    return chance.randrange(2 ** bits) if bits and not isinstance(value, str) else value


def follow(line):
    """Before version 4 the keys follow from the hosts (OB 4.3)."""
    if "lan" in line:
        line["wire"]["port"] = [line["ext"]["port"], line["gwy"]["port"]]
        line["stack"]["port"] = [line["ext"]["port"], line["lan"]["port"]]
    return line


def by_frame(lines):
    frames = {}
    for line in lines:
        frames.setdefault(line["frame"], []).append(line)
    return list(frames.values())


class RoundTrip(unittest.TestCase):
    def lines_of_sample(self, dialect):
        capture = (SAMPLES / f"{dialect}.pcap").read_bytes()
        return programs.dump(capture, "--messages", "--dialect", dialect)["message"]

    def test_lines_are_messages(self):
        """Each sample's lines, pasted into a scenario, give the same lines again."""
        seen = set()
        for dialect in programs.dialects():
            with self.subTest(dialect=dialect):
                lines = self.lines_of_sample(dialect)
                document = {
                    "dialect": dialect,
                    "nodes": [{"address": "10.9.0.1", "hostid": "a"},
                              {"address": "10.9.0.2", "hostid": "b"}],
                    "packets": [{"messages": frame} for frame in by_frame(lines)],
                }
                again = programs.dump(programs.capture_of(document), "--messages", "--dialect",
                                      dialect)["message"]
                self.assertEqual(content(again), content(lines))
                if "src" in lines[0]:
                    for old, new in zip(lines, again):
                        self.assertEqual([new[key] for key in ("time", "src", "dst")],
                                         [old[key] for key in ("time", "src", "dst")])
                seen.update(line["action"] for line in lines)
        self.assertEqual(seen, {"CLR", "INS", "INS_ACK", "UPD", "UPD_C", "UPD_REQ", "DEL", "DEL_C",
                                "BUS", "TDB", "EOF"})
        self.assertEqual(len(programs.dialects()), 68)

    def test_any_number(self):
        """The same with numbers of which no two are alike."""
        for dialect in programs.dialects():
            with self.subTest(dialect=dialect):
                chance = random.Random(dialect)
                lines = [follow(shuffle(line, "", chance))
                         for line in self.lines_of_sample(dialect)]
                document = {"dialect": dialect, "nodes": [{}, {}],
                            "packets": [{"messages": frame} for frame in by_frame(lines)]}
                again = programs.dump(programs.capture_of(document), "--messages", "--dialect",
                                      dialect)["message"]
                self.assertEqual(content(again), content(lines))


if __name__ == "__main__":
    programs.main()
