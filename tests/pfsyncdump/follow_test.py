#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""What happens is told when it happens: --follow, and --json of a pipe."""
import argparse
import gzip
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest

try:
    import fastjsonschema
except ImportError:
    fastjsonschema = None

PROGRAM = None
ROOT = pathlib.Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
SCHEMA = ROOT / "docs" / "pfsyncdump.schema.json"
STORIES = sorted((SAMPLES / "stories").glob("d-*.pcap.gz"))
REAL = sorted((SAMPLES / "real").glob("*.pcap.gz"))
WAIT_S = 60


def run(*words, **more):
    return subprocess.run([PROGRAM, *map(str, words)], capture_output=True, timeout=WAIT_S,
                          check=True, **more).stdout


def lines_of(output):
    return [json.loads(line) for line in output.splitlines()]


def events_of(lines):
    return [line for line in lines if line["type"] == "event"]


def finding_of(line):
    return line["code"], tuple(line["nodes"])


class Follow(unittest.TestCase):
    @unittest.skipUnless(fastjsonschema, "python3-fastjsonschema is not there")
    def test_schema(self):
        valid = fastjsonschema.compile(json.loads(SCHEMA.read_text()))
        about = set()
        for path in [*STORIES, *REAL]:
            for line in lines_of(run("--json", "--follow", "-r", path)):
                self.assertIn(line["type"], ("event", "summary"))
                valid(line)
                about.add((line.get("about"), line.get("event")))
        self.assertLessEqual({("finding", word) for word in
                              ("found", "changed", "healed", "withdrawn")}, about)
        self.assertLessEqual({("bulk", "healed"), ("role", "changed"), ("verdict", "changed")},
                             about)

    def test_order_and_end(self):
        """Times ascend; what was told last is what the report at the end says."""
        for path in [*STORIES, *REAL]:
            lines = lines_of(run("--json", "--follow", "--divergences", "-r", path))
            events = events_of(lines)
            times = [event["time"] for event in events]
            self.assertEqual(times, sorted(times), path)
            verdicts = [event for event in events if event["about"] == "verdict"]
            summary = lines[-1]
            self.assertEqual(verdicts[-1]["verdict"], summary["verdict"], path)
            for before, event in zip(verdicts, verdicts[1:]):
                self.assertEqual(event["verdict_before"], before["verdict"])
            held = {}
            for event in events:
                if event["about"] == "finding":
                    key = (finding_of(event), event["first"])
                    if event["event"] == "withdrawn":
                        # One of that code and those firewalls is gone.
                        held = {k: v for k, v in held.items() if k[0] != key[0]} \
                            if key not in held else held
                    else:
                        held[key] = event
            at_end = {finding_of(line) for line in lines if line["type"] == "divergence"}
            self.assertLessEqual({key[0] for key, event in held.items()
                                  if event["event"] != "healed"} - at_end, set(), path)
            told = {finding_of(event) for event in events if event["about"] == "finding"}
            unsaid = at_end - told
            # A finding that was over before anybody looked is in the report only.
            for line in lines:
                if line["type"] == "divergence" and finding_of(line) in unsaid:
                    self.assertNotEqual(line["last"], summary["time"], path)
            self.assertLessEqual(len(unsaid) * 4, len(at_end) + 3, path)

    def test_found_before_changed(self):
        for path in STORIES:
            open_ones = {}
            for event in events_of(lines_of(run("--json", "--follow", "-r", path))):
                if event["about"] != "finding":
                    continue
                key = finding_of(event)
                count = open_ones.get(key, 0)
                if event["event"] == "found":
                    count += 1
                else:
                    self.assertGreater(count, 0, (path, event))
                if event["event"] in ("healed", "withdrawn"):
                    count -= 1
                open_ones[key] = count

    def test_pipe_tells_the_same(self):
        """However fast it is read, and without --follow."""
        for path in STORIES[::6]:
            data = gzip.decompress(path.read_bytes())
            piped = events_of(lines_of(run("--json", "-r", "-", input=data)))
            self.assertEqual(piped, events_of(lines_of(run("--json", "--follow", "-r", path))))
            self.assertEqual(events_of(lines_of(run("--json", "-r", path))), [])

    def test_views(self):
        data = gzip.decompress((SAMPLES / "stories" / "d-23-split-brain.pcap.gz").read_bytes())
        for view, about in (("--roles", {"role"}), ("--divergences", {"finding", "verdict"})):
            lines = events_of(lines_of(run("--json", view, "-r", "-", input=data)))
            self.assertEqual({line["about"] for line in lines}, about)

    def test_text(self):
        text = run("--follow", "-r", SAMPLES / "real" / "openbsd-7.6.pcap.gz").decode()
        self.assertIn("verdict: in-sync, before cannot-tell; 37 of 37 states compared\n", text)
        self.assertRegex(text, r"(?m)^\S+Z found     D-15 low, Lost insert or delete: "
                               r"10\.0\.0\.11, 10\.0\.0\.12; count 140\n      10\.0\.0\.11 sent")
        for line in text.splitlines():
            self.assertRegex(line, r"^(      \S|\d{4}-\d\d-\d\dT[\d:.]+Z "
                                   r"(found|changed|healed|withdrawn) )")

    def test_while_it_runs(self):
        """Each line is in a regular file before the next packet comes."""
        data = gzip.decompress((SAMPLES / "real" / "openbsd-7.6.pcap.gz").read_bytes())
        half = len(data) // 2
        for words, pattern in ((["--follow"], rb"verdict: in-sync"),
                               (["--json"], rb'"verdict":"in-sync"'),
                               (["--json", "--divergences", "--every", "1ms"],
                                rb'"type":"summary"')):
            with tempfile.TemporaryFile() as out:
                with subprocess.Popen([PROGRAM, *words, "-r", "-"], stdin=subprocess.PIPE,
                                      stdout=out) as process:
                    process.stdin.write(data[:half])
                    process.stdin.flush()
                    end = time.monotonic() + WAIT_S
                    text = b""
                    while not re.search(pattern, text) and time.monotonic() < end:
                        time.sleep(0.05)
                        out.seek(0)
                        text = out.read()
                    process.stdin.write(data[half:])
                    process.stdin.close()
                    self.assertEqual(process.wait(WAIT_S), 0)
                self.assertRegex(text, pattern)
                self.assertTrue(text.endswith(b"\n"))

    def test_gap_and_jump(self):
        """A year without packets, or a clock that is wrong once, is no million looks."""
        data = bytearray(gzip.decompress(STORIES[0].read_bytes()))
        at, last = 24, 24
        while at < len(data):
            last = at
            at += 16 + int.from_bytes(data[at + 8:at + 12], "little")
        seconds = int.from_bytes(data[last:last + 4], "little") + 365 * 86400
        data[last:last + 4] = seconds.to_bytes(4, "little")
        began = time.monotonic()
        events = events_of(lines_of(run("--json", "-r", "-", input=bytes(data))))
        self.assertLess(time.monotonic() - began, WAIT_S / 2)
        self.assertLess(len(events), 60)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    known, rest = parser.parse_known_args()
    PROGRAM = known.program
    if not STORIES:
        sys.exit(77)
    unittest.main(argv=[sys.argv[0], *rest])
