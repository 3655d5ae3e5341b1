#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Is the same said of captures at both ends, however their clocks and frames are?

    ends.py --dump BUILD/pfsyncdump/pfsyncdump

The stories with captures at both ends, and the real pair under loss, once more with the
clock of the second end shifted, with frames that the second end saw twice, and in the other
order.  The verdict, the findings and their numbers must stay.
"""
import argparse
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile

import stories

HEADER = 24
RECORD = 16
SHIFTS_S = (0.004, 0.3, 1.5, -1.5, 2.5, -3600)
EACH = 7
LATER_NS = 100000
REAL = stories.FOLDER.parent / "real"


def records(data, order):
    at = HEADER
    while at < len(data):
        seconds, fraction, kept, length = struct.unpack_from(order + "IIII", data, at)
        yield seconds, fraction, length, data[at + RECORD:at + RECORD + kept]
        at += RECORD + kept


def changed(data, shift_s=0.0, twice=False):
    """The capture with another clock, or with each EACHth frame seen twice."""
    order = "<" if data[0] in (0xD4, 0x4D) else ">"
    unit = 10**9 if data[:4] in (b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d") else 10**6
    out = []
    for number, (seconds, fraction, length, packet) in enumerate(records(data, order)):
        time = seconds * unit + fraction + round(shift_s * unit)
        for again in range(2 if twice and number % EACH == 3 else 1):
            now = time + again * LATER_NS * unit // 10**9
            out.append((now, struct.pack(order + "IIII", now // unit, now % unit, len(packet),
                                         length) + packet))
    return data[:HEADER] + b"".join(record for _, record in sorted(out, key=lambda one: one[0]))


def judge(dump, files, options):
    command = [dump, "--json", *options]
    for file in files:
        command += ["-r", str(file)]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    summary = lines[-1]
    found = sorted((line["code"], line["severity"], line["count"], *line["nodes"])
                   for line in lines if line["type"] == "divergence")
    link = sorted((line["sender"], line["delivered"], line["lost"], line["appeared"],
                   line["reordered"]) for line in lines if line["type"] == "link")
    return {"verdict": summary["verdict"], "now": summary["now"], "found": found, "link": link}


def pairs():
    """(name, both captures unpacked, options)"""
    for story in stories.load():
        if story.both_ends:
            options = [f"--node={node}={address}" for node, address in stories.NODES.items()]
            yield (story.name, [stories.unpacked(stories.FOLDER / (name + ".gz"))
                                for name in story.captures()], options)
    yield ("fault-openbsd-loss", [stories.unpacked(REAL / f"fault-openbsd-loss-{end}.pcap.gz")
                                  for end in "AB"], [])


def variations(first, second):
    for shift_s in SHIFTS_S:
        yield f"clock {shift_s:+} s", [first, changed(second, shift_s=shift_s)]
    yield "frames twice", [first, changed(second, twice=True)]
    yield "frames twice at both ends", [changed(first, twice=True), changed(second, twice=True)]
    yield "the other order", [second, first]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dump", required=True, type=os.path.abspath)
    options = parser.parse_args()
    wrong = count = 0
    for name, captures, words in pairs():
        with tempfile.TemporaryDirectory() as folder:
            files = [pathlib.Path(folder) / f"{end}.pcap" for end in "AB"]

            def said(data):
                for file, content in zip(files, data):
                    file.write_bytes(content)
                return judge(options.dump, files, words)
            expected = said(captures)
            for what, data in variations(*captures):
                count += 1
                now = said(data)
                for key in expected:
                    if now[key] != expected[key]:
                        wrong += 1
                        print(f"{name}, {what}: {key}\n  {expected[key]}\n  {now[key]}")
    print(f"{count} variations, {wrong} complaints")
    return 1 if wrong or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
