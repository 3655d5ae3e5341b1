# SPDX-License-Identifier: ISC
"""One pass and two passes show the same, but for what lies ahead of a frame.

In a single pass a frame cannot know the frames behind it; the fields that name
them (FORWARD) may be missing there, and a bulk transfer is not yet complete.
All else must be equal, byte positions included.
"""
import concurrent.futures
import os

import shark

FILES = ["openbsd-6k.pcap", "openbsd-6a.pcap", "freebsd-15.pcap", "openbsd-2c.pcap",
         "openbsd-1n2.pcap", "broken-len.pcap", "broken-values.pcap", "snapped-96-v5.pcap",
         "real/openbsd-7.6.pcap.gz", "real/freebsd-10.1.pcap.gz", "real/openbsd-2005-06.pcap.gz",
         "real/fault-openbsd-loss-A.pcap.gz"]
FORWARD = {"pfsync.state.next_frame", "pfsync.state.delete_frame", "pfsync.request.answer_frame",
           "pfsync.ack.frame", "pfsync.bulk.tries", "pfsync.bulk.start_frame",
           "pfsync.bulk.end_frame", "pfsync.bulk.states"}


def walk(element):
    """All fields but what is below a divergence, which a single pass may lack."""
    for field in element:
        yield field
        if not ahead(field.get("name")):
            yield from walk(field)


def ahead(name):
    return name in FORWARD or name.startswith("pfsync.divergence")


def fields(protos):
    """(what must be equal, what may be missing in one pass)"""
    same, forward = [], []
    for proto in protos:
        for field in walk(proto):
            name = field.get("name")
            entry = (name, field.get("show"), field.get("pos"), field.get("size"))
            if ahead(name):
                forward.append(name)
            elif "expert" not in name and not name.startswith("_ws"):
                same.append(entry)
    return same, forward


def compare(name):
    path = shark.readable(os.path.join(shark.SAMPLES, name))
    failures, frames, gained = [], 0, 0
    one = {number: fields(protos) for number, protos, _ in shark.packets("-r", path)}
    for number, protos, _ in shark.packets("-2", "-r", path):
        same, forward = fields(protos)
        frames += 1
        gained += len(forward) - len(one[number][1])
        if same != one[number][0]:
            failures.append(f"{name} frame {number}: passes differ: "
                            f"{sorted(set(same) ^ set(one[number][0]))[:4]}")
        for field in one[number][1]:
            if field not in forward and not field.startswith("pfsync.divergence"):
                failures.append(f"{name} frame {number}: {field} is gone in the second pass")
    if frames != len(one):
        failures.append(f"{name}: {frames} frames in two passes, {len(one)} in one")
    return failures, frames, gained


def main():
    shark.assert_loaded()
    failures, frames, gained = [], 0, 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for found, some, more in pool.map(compare, FILES):
            failures += found
            frames += some
            gained += more
    print(f"{len(FILES)} files, {frames} frames; two passes know {gained} fields more")
    if gained < 100:
        failures.append("the second pass adds hardly anything: are links missing?")
    shark.finish(failures)


main()
