#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Is less said of a capture whose packets are cut, and nothing else?

    cut.py --dump BUILD/pfsyncdump/pfsyncdump

Each story is cut to each of SNAPLENS bytes per packet, as tcpdump -s would have.  What is
diverged in whole may then be untold, but not in sync, and what was untold not in sync
either; no finding may appear that the whole file does not have.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import struct
import sys
import tempfile

import stories

SNAPLENS = (68, 96, 116, 256, 512)
HEADER = 24
RECORD = 16


def cut(data, snaplen):
    """A classic pcap file with at most `snaplen` bytes of each packet."""
    order = "<" if data[0] in (0xD4, 0x4D) else ">"
    out = [data[:16], struct.pack(order + "I", snaplen), data[20:HEADER]]
    at = HEADER
    while at < len(data):
        seconds, fraction, kept, length = struct.unpack_from(order + "IIII", data, at)
        packet = data[at + RECORD:at + RECORD + kept][:snaplen]
        out.append(struct.pack(order + "IIII", seconds, fraction, len(packet), length) + packet)
        at += RECORD + kept
    return b"".join(out)


def judge(story, dump, folder):
    """The verdict, and what was found between whom."""
    text, _ = story.run(dump, "--json", folder=folder)
    lines = [json.loads(line) for line in text.splitlines()]
    found = {(line["code"], tuple(sorted(line["nodes"]))) for line in lines
             if line["type"] == "divergence"}
    return lines[-1]["verdict"], found, lines[-1]["evidence"]["cut"]


def complaints(story, dump):
    verdict, found, _ = judge(story, dump, stories.FOLDER)
    wrong = []
    cuts = 0
    for snaplen in SNAPLENS:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            for capture in story.captures():
                whole = stories.unpacked(stories.FOLDER / (capture + ".gz"))
                stories.pack(cut(whole, snaplen), folder / (capture + ".gz"))
            less, seen, count = judge(story, dump, folder)
        cuts += count
        if less != verdict and less == "in-sync":
            wrong.append(f"{story.name} at {snaplen}: {verdict} in whole, {less} when cut")
        for code, nodes in sorted(seen - found):
            wrong.append(f"{story.name} at {snaplen}: {code} of {' '.join(nodes)} appears")
    return wrong, cuts


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dump", required=True, type=os.path.abspath)
    options = parser.parse_args()
    wrong, cuts = [], 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for lines, count in pool.map(lambda story: complaints(story, options.dump),
                                     stories.load()):
            wrong += lines
            cuts += count
    for line in wrong:
        print(line)
    print(f"{len(stories.load())} stories, {cuts} packets cut,"
          f" {len(wrong)} complaints")
    return 1 if wrong or cuts == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
