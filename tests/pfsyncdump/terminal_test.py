#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""What a person at a terminal gets: colour, explanations, times as typed, hints."""
import argparse
import os
import pathlib
import pty
import re
import subprocess
import sys
import unittest

PROGRAM = None
ROOT = pathlib.Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
REAL = SAMPLES / "real" / "openbsd-7.6.pcap.gz"


def run(*words):
    return subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True,
                          timeout=60, check=False)


def on_terminal(*words, **environment):
    """What it writes to a terminal with that environment."""
    own, theirs = pty.openpty()
    inherited = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    with subprocess.Popen([PROGRAM, *map(str, words)], stdout=theirs,
                          env={**inherited, "TERM": "xterm", **environment}) as process:
        os.close(theirs)
        text = b""
        while True:
            try:
                part = os.read(own, 65536)
            except OSError:
                break
            if not part:
                break
            text += part
        process.wait(60)
    os.close(own)
    return text.decode()


class Terminal(unittest.TestCase):
    def test_colour(self):
        self.assertIn("\x1b[", on_terminal("-r", REAL))
        self.assertIn("\x1b[", on_terminal("-r", REAL, NO_COLOR=""))
        for environment in ({"NO_COLOR": "1"}, {"NO_COLOR": "0"}, {"TERM": "dumb"}):
            self.assertNotIn("\x1b[", on_terminal("-r", REAL, **environment), environment)
        self.assertIn("\x1b[", on_terminal("--color=always", "-r", REAL, NO_COLOR="1"))
        self.assertNotIn("\x1b[", run("-r", REAL).stdout)

    def test_explain(self):
        """Each code's text is that of docs/divergences.md."""
        rows = re.findall(r"(?m)^\| (D-\d\d) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$",
                          (ROOT / "docs" / "divergences.md").read_text())
        self.assertEqual(len(rows), 29)
        for code, _, how, bad in rows:
            done = run("--explain", code.lower())
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            text = " ".join(done.stdout.split())
            self.assertIn(f"How it is recognised {how} How bad {bad} How bad that is", text)
            self.assertTrue(done.stdout.startswith(f"{code}: "))
            self.assertLessEqual(max(map(len, done.stdout.splitlines())), 84)
        for bad in ("D-30", "D-00", "15", "D-1", "", "D-150"):
            done = run("--explain", bad)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertEqual(done.stderr.count("\n"), 1)

    def test_times(self):
        said = run("-r", REAL, "--at", "+26").stdout
        self.assertIn("compared", said)
        for text in ("+26s", "+26000ms", "+26.0s"):
            self.assertEqual(run("-r", REAL, "--at", text).stdout, said)
        self.assertEqual(run("-r", REAL, "--at", "+0.5m").stdout,
                         run("-r", REAL, "--at", "+30").stdout)
        self.assertEqual(run("-r", REAL, "--at", "+2x").returncode, 2)

    def test_tags(self):
        hint = "the filter refused all of 19 frames with VLAN tags"
        path = SAMPLES / "link-vlan.pcap"
        self.assertIn(hint, run("-r", path, "proto 240").stdout)
        for words in ([], ["vlan and proto 240"]):
            self.assertNotIn("VLAN tags", run("-r", path, *words).stdout)
        self.assertNotIn("VLAN tags", run("-r", SAMPLES / "openbsd-6k.pcap", "proto 6").stdout)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    known, rest = parser.parse_known_args()
    PROGRAM = known.program
    if not SAMPLES.exists():
        sys.exit(77)
    unittest.main(argv=[sys.argv[0], *rest])
