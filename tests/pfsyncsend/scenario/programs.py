# SPDX-License-Identifier: ISC
"""Run pfsyncsend and pfsyncdump, for the tests beside this file."""
import argparse
import json
import os
import subprocess
import sys
import unittest

SEND = None
DUMP = None


def send(*arguments, document=None, **options):
    """pfsyncsend with a scenario on standard input, if one is given."""
    text = json.dumps(document) if isinstance(document, dict) else document
    return subprocess.run([SEND, *arguments], input=text.encode() if text is not None else None,
                          capture_output=True, timeout=120, **options)


def capture_of(document, *arguments):
    """The bytes of the capture that a scenario makes."""
    result = send("--scenario", "-", "-w", "-", *arguments, document=document)
    if result.returncode != 0:
        raise AssertionError(result.stderr.decode())
    return result.stdout


def dump(capture, *arguments):
    """Lines of pfsyncdump --json about a capture, by type."""
    result = subprocess.run([DUMP, "-r", "-", "--json", *arguments], input=capture,
                            capture_output=True, timeout=120)
    if result.returncode == 2:
        raise AssertionError(result.stderr.decode())
    lines = {}
    for line in result.stdout.splitlines():
        value = json.loads(line)
        lines.setdefault(value["type"], []).append(value)
    return lines


def dialects():
    """Names of all wire formats, without the aliases."""
    text = subprocess.run([SEND, "--dialect", "help"], capture_output=True, check=True).stdout
    return [line.split()[0] for line in text.decode().splitlines() if " version " in line]


def main():
    global SEND, DUMP
    parser = argparse.ArgumentParser()
    parser.add_argument("--send", required=True)
    parser.add_argument("--dump", required=True)
    arguments, rest = parser.parse_known_args()
    SEND = os.path.abspath(arguments.send)
    DUMP = os.path.abspath(arguments.dump)
    unittest.main(module="__main__", argv=[sys.argv[0], *rest])
