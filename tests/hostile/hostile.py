# SPDX-License-Identifier: ISC
"""What the tests of this folder share: the programs, the samples, a folder to work in."""
import argparse
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
INPUTS = pathlib.Path(__file__).resolve().parent / "inputs"
SAMPLE = ROOT / "samples" / "openbsd-6k.pcap"
PROGRAM = None
SENDER = None


def run(*command, **options):
    return subprocess.run([str(part) for part in command], capture_output=True, timeout=120,
                          **options)


def dump(*arguments, **options):
    return run(PROGRAM, *arguments, **options)


def send(*arguments, **options):
    return run(SENDER, *arguments, **options)


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def names(self):
        return sorted(path.name for path in self.folder.iterdir())


def main():
    global PROGRAM, SENDER
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--sender", required=True)
    options, rest = parser.parse_known_args()
    PROGRAM, SENDER = options.program, options.sender
    unittest.main(module="__main__", argv=sys.argv[:1] + rest)
