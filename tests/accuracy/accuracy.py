#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""How right the replay is: simulated firewalls, whose tables are known, against pfsyncdump.

    accuracy.py SENDER PFSYNCDUMP CONFIGS [--seeds N] [--base N] [--jobs N] [--update FILE] [--only WORD]
                [--details]

SENDER simulates a pair (pfsyncsend simulate) for every row of plan.py and every seed;
PFSYNCDUMP sees the capture only.  What it says of the tables at the truth's instants, and
which divergences it names, is compared with the truth file.  Prints numbers by family
and by fault and exits with 1 when one is below the limit that plan.py states.
"""
import argparse
import calendar
import collections
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time

import plan
import tables


def run(command):
    """stdout of a command; its stderr and status are in the error when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(command)}: exit {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def objects(text):
    return [json.loads(line) for line in text.splitlines()]


def read_truth(path):
    with open(path, encoding="utf-8") as lines:
        return objects(lines.read())


def simulate(job, folder):
    config, seed = job["config"], job["seed"]
    names = {name: os.path.join(folder, name)
             for name in ("c.json", "wire.pcap", "truth.jsonl", "a.pcap", "b.pcap")}
    with open(names["c.json"], "w", encoding="utf-8") as out:
        json.dump(config, out)
    words = ["-w", names["wire.pcap"]]
    captures = [names["wire.pcap"]]
    if job["both_ends"]:
        captures = [names["a.pcap"], names["b.pcap"]]
        words += ["--vantage"] + captures
    run([job["sender"], "simulate", "--config", names["c.json"], "--seed", str(seed),
         "--truth", names["truth.jsonl"]] + words)
    return [word for capture in captures for word in ("-r", capture)], \
        read_truth(names["truth.jsonl"])


def options_of(truth):
    """What an operator knows of his firewalls: their names."""
    words = []
    for node in (o for o in truth if o["type"] == "node"):
        words += ["--node", f"{node['node']}={node['address']}"]
    return words


def codes_of(truth):
    """Code -> the truth's words for it, of everything that really went wrong."""
    codes = collections.defaultdict(list)
    for line in truth:
        if line["type"] == "effect":
            codes[line["code"]].append(line["what"])
        elif line["type"] == "setup" and line["hits"] > 0:
            codes[line["code"]].append(line["what"])
        elif line["type"] == "fault" and line.get("hits", 0) > 0:
            for code in line["codes"]:
                codes[code].append(line["kind"])
    return dict(codes)


# What is queued leaves within a second (SEM 3.2); with some slack.
TRACE_NS = 2_000_000_000


def nanoseconds(text):
    """An RFC 3339 time with nanoseconds, since 1970."""
    whole, fraction = text.rstrip("Z").split(".")
    seconds = calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S"))
    return seconds * 1_000_000_000 + int(fraction)


def too_late(truth):
    """Codes whose every effect is so late that the capture may end before it shows."""
    end = nanoseconds(next(o["time"] for o in truth if o["type"] == "summary"))
    first = {}
    for line in truth:
        if line["type"] == "effect":
            at = nanoseconds(line["time"])
            first[line["code"]] = min(first.get(line["code"], at), at)
    return sorted(code for code, at in first.items() if at > end - TRACE_NS)


def judge(job):
    """One simulated run: a dict of numbers, picklable."""
    with tempfile.TemporaryDirectory(prefix="accuracy-") as folder:
        inputs, truth = simulate(job, folder)
        words = [job["dump"], "--json"] + inputs + options_of(truth)
        found = objects(run(words + ["--divergences"]))
        compared = []
        for instant in tables.instants(truth):
            said = objects(run(words + ["--states", "--at", instant["time"]]))
            compared.append(tables.compare(truth, instant, said))
    return {
        "row": job["row"], "family": job["family"], "seed": job["seed"],
        "expected": job["expected"],
        "truth_codes": codes_of(truth), "too_late": too_late(truth),
        "found": [(o["code"], o["severity"], o["count"]) for o in found
                  if o["type"] == "divergence"],
        "verdict": [o["verdict"] for o in found if o["type"] == "summary"][0],
        "tables": compared,
    }


def update(path, text):
    """Replace what stands between the two marks of a document."""
    begin, end = "<!-- numbers -->\n", "<!-- end of numbers -->\n"
    with open(path, encoding="utf-8") as lines:
        document = lines.read()
    head, rest = document.split(begin)
    tail = rest.split(end)[1]
    with open(path, "w", encoding="utf-8") as out:
        out.write(head + begin + "\n" + text + "\n" + end + tail)


def try_judge(job):
    try:
        return judge(job)
    except Exception as error:  # pylint: disable=broad-except
        return {"row": job["row"], "family": job["family"], "seed": job["seed"],
                "error": str(error)}


def jobs_of(arguments):
    jobs = []
    for row in plan.rows(arguments.configs):
        if arguments.only and arguments.only not in row["name"]:
            continue
        for k in range(row["seeds"] if arguments.seeds is None else arguments.seeds):
            jobs.append({"row": row["name"], "family": row["family"], "config": row["config"],
                         "expected": row["expected"], "both_ends": row["both_ends"],
                         "seed": arguments.base + 1000 * (k + 1) + row["number"],
                         "sender": arguments.sender, "dump": arguments.dump})
    return jobs


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sender")
    parser.add_argument("dump")
    parser.add_argument("configs")
    parser.add_argument("--seeds", type=int)
    parser.add_argument("--base", type=int, default=0, help="added to every seed")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--update", help="put the tables into this document")
    parser.add_argument("--only", help="rows whose name has this in it")
    parser.add_argument("--details", action="store_true", help="a line a run")
    arguments = parser.parse_args()
    jobs = jobs_of(arguments)
    if not jobs:
        sys.exit("accuracy: nothing to run")
    with multiprocessing.Pool(arguments.jobs) as pool:
        results = pool.map(try_judge, jobs, chunksize=1)
    if arguments.details:
        for result in results:
            print(json.dumps(result))
    text, failures = plan.report(results)
    print(text)
    if arguments.update:
        update(arguments.update, text)
    for failure in failures:
        print(f"FAILED: {failure}")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
