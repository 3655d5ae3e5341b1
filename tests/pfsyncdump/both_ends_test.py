#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Captures of both ends of simulated links against what the simulator knows.

    both_ends_test.py --program PFSYNCDUMP --simulator PFSYNCSEND

Prints for each configuration how many packets were lost and found lost, and
precision and recall of the final tables from both ends and from one.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CONFIGURATIONS = ("stories/healthy-quiet", "stories/healthy-busy", "simulate/loss",
                  "stories/d-07-reorder")
SEEDS = (1, 2)


def run(*words):
    done = subprocess.run([str(word) for word in words], capture_output=True, timeout=300)
    if done.returncode != 0 or b"Sanitizer" in done.stderr:
        raise SystemExit("%s: exit %d: %s" % (words, done.returncode, done.stderr.decode()))
    return done.stdout.decode()


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def score(tables, states):
    """Right, claimed, found, real: the parts of precision and recall.

    `tables` is what really was there.  States past their timeout or of unknown
    standing are not claimed, but if they are there they were found.
    """
    right = claimed = found = real = 0
    for node, listed in tables.items():
        listed = set(listed)
        claims = {key for key, standing in states.get(node, {}).items()
                  if standing in ("asserted", "predicted")}
        right += len(claims & listed)
        claimed += len(claims)
        found += len(listed & set(states.get(node, {})))
        real += len(listed)
    return right, claimed, found, real


class Configuration:
    def __init__(self, options, name):
        self.options = options
        self.name = name
        self.lost = self.found = self.wrong = 0
        self.two, self.one = [0, 0, 0, 0], [0, 0, 0, 0]

    def announced(self, *captures):
        """States that any packet shows whole."""
        words = [self.options.program, "--json", "--messages"]
        for capture in captures:
            words += ["-r", capture]
        return {(line["id"], line["creatorid"]) for line in lines(run(*words))
                if line["type"] == "message" and line["action"] in ("INS", "UPD")}

    def replay(self, moment, *captures):
        words = [self.options.program, "--json", "--link", "--states", "--at", moment]
        for capture in captures:
            words += ["-r", capture]
        states, links = {}, []
        for line in lines(run(*words)):
            if line["type"] == "state":
                states.setdefault(line["node"], {})[
                    line["id"], line["creatorid"]] = line["standing"]
            elif line["type"] == "vantage":
                links.append(line)
        return states, links

    def seed(self, seed, folder):
        ends = [folder / "a.pcap", folder / "b.pcap"]
        run(self.options.simulator, "simulate", "--config",
            self.options.samples / (self.name + ".json"), "--seed", seed, "--vantage", *ends,
            "--truth", folder / "truth.jsonl")
        truth = lines((folder / "truth.jsonl").read_text())
        address = {line["node"]: line["address"] for line in truth if line["type"] == "node"}
        last = max(line["instant"] for line in truth if line["type"] == "table")
        moment = next(line["time"] for line in truth
                      if line["type"] == "table" and line["instant"] == last)
        tables = {node: [] for node in address.values()}
        announced = self.announced(*ends)
        for line in truth:
            # What was never sent cannot be known.
            if line["type"] == "state" and line["instant"] == last and (
                    line["id"], line["creatorid"]) in announced:
                tables[address[line["node"]]].append((line["id"], line["creatorid"]))
        states, links = self.replay(moment, *ends)
        for line in truth:
            if line["type"] != "counters":
                continue
            found = sum(link["lost"] for link in links
                        if link["receiver"] == address[line["node"]])
            self.lost += line["packets_lost"]
            self.found += found
            self.wrong += abs(found - line["packets_lost"])
        self.two = [a + b for a, b in zip(self.two, score(tables, states))]
        self.one = [a + b for a, b in zip(self.one, score(tables, self.replay(moment, ends[0])[0]))]

    def report(self):
        part = lambda count, of: count / of if of else 1
        two = part(*self.two[:2]), part(*self.two[2:])
        one = part(*self.one[:2]), part(*self.one[2:])
        print("%-21s %4d packets lost, %4d found; tables from both ends: precision %.4f recall "
              "%.4f, from one: %.4f %.4f" % (self.name, self.lost, self.found, *two, *one))
        return (self.wrong == 0 and self.two[3] > 0 and min(two) >= 0.99 and
                sum(two) >= sum(one))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--simulator", required=True)
    parser.add_argument("--samples", type=pathlib.Path, default=ROOT / "samples")
    options = parser.parse_args()
    good = True
    with tempfile.TemporaryDirectory() as folder:
        for name in CONFIGURATIONS:
            configuration = Configuration(options, name)
            for seed in SEEDS:
                configuration.seed(seed, pathlib.Path(folder))
            good = configuration.report() and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
