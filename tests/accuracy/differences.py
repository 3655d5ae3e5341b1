#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Are the states that --diff tells those that the kernels' own tables differ in?

    differences.py --dump BUILD/pfsyncdump/pfsyncdump [--captures DIR] [-v] [NAME ...]

At every moment at which both firewalls of a capture listed their tables, `pfsyncdump --diff
--json --at` is held against the two listings.  Per capture, and for each set of its files that
a person may have, it prints precision (of what is sure, of all) and recall.  A state that is
younger than YOUNG_S, or due within DUE_S, is under way, and left out.  Ends with 1 if what is
sure is less precise than SURE, 77 without captures.
"""
import argparse
import collections
import datetime
import json
import pathlib
import subprocess
import sys

YOUNG_S = 3
DUE_S = 5
APART_S = 3
SURE = 0.99
# What pfsync0 of each shows is called by its file: no addresses are in it.
ENDS = ("pfsync0-A.pcap", "pfsync0-B.pcap")
NEVER_SENT = (112, 240)
SHARED = pathlib.Path(__file__).resolve().parents[3] / "shared" / "captures"


def tables(path):
    """Per moment and firewall: (id, creatorid) -> row."""
    listed = collections.defaultdict(dict)
    for line in path.read_text().splitlines():
        row = json.loads(line)
        listed[(row.get("before", row["at"]), row["node"])][(row["id"], row["creatorid"])] = row
    return listed


def moments(listed):
    """(time, {node: rows}) of listings of two firewalls that are one moment."""
    order = sorted(listed)
    while len(order) > 1:
        first, second = order[:2]
        if first[1] == second[1] or second[0] - first[0] > APART_S:
            order = order[1:]
            continue
        yield second[0], {first[1]: listed[first], second[1]: listed[second]}
        order = order[2:]


def lasting(row):
    return (row.get("proto") not in NEVER_SENT and row.get("creation_s", YOUNG_S) >= YOUNG_S and
            row.get("expire_s", DUE_S) >= DUE_S)


def told(dump, files, at):
    when = datetime.datetime.fromtimestamp(at, datetime.timezone.utc).isoformat()
    command = [dump, "--diff", "--json", "--at", when.replace("+00:00", "Z")]
    for file in files:
        command += ["-r", str(file)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        print("  " + run.stderr.strip())
    return [line for line in map(json.loads, run.stdout.splitlines())
            if line["type"] == "difference" and line["kind"] == "missing"]


def judge(dump, files, at, both, verbose):
    (a, rows_a), (b, rows_b) = sorted(both.items())
    rows = {a: rows_a, b: rows_b}
    truth = {(node, key) for node in rows for key, row in rows[node].items()
             if lasting(row) and key not in rows[b if node == a else a]}
    score = collections.Counter()
    found = set()
    for line in told(dump, files, at):
        key = (line["id"], line["creatorid"])
        has = [(a, b)[ENDS.index(node)] if node in ENDS else node for node in line["has"]]
        has = [node for node in has if node in rows]
        if not has:
            continue
        other = b if has[0] == a else a
        right = key in rows[has[0]] and key not in rows[other]
        found.add((has[0], key))
        score["told"] += 1
        score["right"] += right
        if line["certainty"] == "sure":
            score["sure"] += 1
            score["sure_right"] += right
        if verbose and not right:
            print(f"    wrong at {at:.3f}: {key} {line['certainty']} on {has[0]} only;"
                  f" listed on {[n for n in rows if key in rows[n]]}")
    score["truth"] = len(truth)
    score["found"] = len(truth & found)
    if verbose:
        for node, key in sorted(truth - found)[:verbose * 4]:
            row = rows[node][key]
            print(f"    not told at {at:.3f}: {' '.join(key)} on {node} only,"
                  f" proto {row.get('proto')}, age {row.get('creation_s')},"
                  f" expires in {row.get('expire_s')}")
    return score


def file_sets(folder):
    """What a person may have: the link, each end of it, both ends."""
    wires = sorted(folder.glob("wire*.pcap"))
    ends = [folder / f"wire_{end}.pcap" for end in "AB"]
    pfsync0 = [folder / f"pfsync0-{end}.pcap" for end in "AB"]
    if all(end.exists() for end in ends):
        yield from ([end] for end in ends)
        yield ends
    elif len(wires) > 1:
        yield wires
    else:
        yield wires
    if all(end.exists() for end in pfsync0):
        yield pfsync0


def ratio(part, whole):
    return f"{part}/{whole}" + (f" {part / whole:.3f}" if whole else "")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dump", required=True)
    parser.add_argument("--captures", type=pathlib.Path, default=SHARED)
    parser.add_argument("-v", action="count", default=0)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    good = True
    if not options.captures.is_dir():
        print(f"{options.captures}: no captures")
        return 77
    for table in sorted(options.captures.glob("*/tables.jsonl")):
        if options.names and table.parent.name not in options.names:
            continue
        listed = tables(table)
        for files in file_sets(table.parent):
            score = collections.Counter()
            for at, both in moments(listed):
                score.update(judge(options.dump, files, at, both, options.v))
            print(f"{table.parent.name} {' '.join(file.name for file in files)}:"
                  f" sure {ratio(score['sure_right'], score['sure'])},"
                  f" all {ratio(score['right'], score['told'])},"
                  f" recall {ratio(score['found'], score['truth'])}", flush=True)
            good &= score["sure_right"] >= SURE * score["sure"]
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
