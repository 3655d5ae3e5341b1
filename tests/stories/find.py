#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Is what each story shows found in it, and what it only resembles not?

    find.py --dump BUILD/pfsyncdump/pfsyncdump            compare
    find.py --dump BUILD/pfsyncdump/pfsyncdump --update   accept what is found now

See stories.py for what is expected.  Apart from that, everything that is found must be
what found.txt says: code, severity, count and firewalls, and the status of --check.
"""
import argparse
import concurrent.futures
import difflib
import json
import os
import sys

import stories

FOUND = stories.HERE / "found.txt"


def judge(story, dump):
    """Findings and the exit status of --check."""
    text, _ = story.run(dump, "--json", "--divergences")
    found = [item for item in map(json.loads, text.splitlines()) if item["type"] == "divergence"]
    _, status = story.run(dump, "--check")
    return story, found, status


def missing(story, found):
    """What the story should show and does not."""
    code, wrong = story.expected["code"], []
    same = [item for item in found if item["code"] == code]
    if not same:
        return [f"{code} was not found"]
    worst = max(stories.RANK[item["severity"]] for item in same)
    if worst < stories.RANK[story.expected["severity"]]:
        wrong.append(f"{code} is not even {story.expected['severity']}")
    named = {node for item in same for node in item["nodes"]}
    for node in story.expected.get("nodes", []):
        if node not in named:
            wrong.append(f"{code} does not name {node}")
    return wrong


def complaints(story, found, status):
    wrong = missing(story, found) if "code" in story.expected else []
    loud = [item["code"] for item in found if stories.RANK[item["severity"]] > 0]
    near = story.expected.get("near_miss")
    if near is not None and near in [item["code"] for item in found]:
        wrong.append(f"{near} was found")
    if story.expected.get("quiet", False) and loud:
        wrong.append("above low: " + " ".join(loud))
    # What is quiet may be untold, but never diverged; what heals or is only a risk is in
    # found.txt with the status that it has.
    quiet = story.expected.get("quiet", False)
    if (status == 1 and quiet) or (status != 0 and story.name.startswith("healthy")):
        wrong.append(f"--check ends with {status}")
    return [f"{story.name}: {line}" for line in wrong]


def lines_of(story, found, status):
    lines = [f"{story.name} --check {status}"]
    for item in found:
        lines.append(f"{story.name} {item['code']} {item['severity']} {item['count']} "
                     f"{','.join(item['nodes']) or '-'}")
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dump", required=True)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--only", default="", metavar="WORD", help="stories whose name has WORD")
    arguments = parser.parse_args()
    dump = os.path.abspath(arguments.dump)
    wanted = [story for story in stories.load() if arguments.only in story.name]
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        results = list(pool.map(lambda story: judge(story, dump), wanted))
    wrong = [line for result in results for line in complaints(*result)]
    lines = [line for result in results for line in lines_of(*result)]
    print("\n".join(wrong), end="\n" if wrong else "")
    if arguments.update and not arguments.only:
        FOUND.write_text("\n".join(lines) + "\n", encoding="ascii")
    elif not arguments.only:
        stored = FOUND.read_text(encoding="ascii").splitlines()
        diff = list(difflib.unified_diff(stored, lines, FOUND.name, "now", "", "", 0, ""))
        print("\n".join(diff), end="\n" if diff else "")
        wrong += diff
    else:
        print("\n".join(lines))
    print(f"{len(wanted)} stories, {'ok' if not wrong else 'not as expected'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
