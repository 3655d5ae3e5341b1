#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Compare what pfsyncdump says about each sample with what it said before.

    run.py --program BUILD/pfsyncdump/pfsyncdump            compare
    run.py --program BUILD/pfsyncdump/pfsyncdump --update   accept what it says now

Every capture in samples/ is shown in every view; the output is kept beside
this file as NAME.VIEW.out.  Of a story in samples/stories/ it is what diverges.  A sample
without its files fails, and so does a file without its sample.  See README.md.
"""
import argparse
import concurrent.futures
import difflib
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "stories"))
import stories  # pylint: disable=wrong-import-position

SUFFIXES = (".pcap", ".pcapng", ".pcap.gz", ".pcap.zst", ".pcapng.gz", ".pcapng.zst", ".cap")

VIEWS = {
    "verdict": [],
    "messages": ["--messages", "-vv", "-tttt"],
    "states": ["--states", "-v"],
    "stats": ["--stats"],
    "bulk": ["--bulk"],
    "json": ["--json", "-v"],
}
# Every field of every message, of one sample a record family.
FIELDS = ["--messages", "-vvv", "-tttt"]
FIELDS_OF = tuple(name + ".pcap" for name in (
    "openbsd-1r2-ilp32", "openbsd-1r7-lp64", "openbsd-1n2", "openbsd-2e", "openbsd-3b",
    "openbsd-3c-244", "openbsd-4", "openbsd-5b", "openbsd-6e", "openbsd-6k", "freebsd-10",
    "freebsd-14", "freebsd-15"))
# Changes with every release, and nothing else does with it.
VERSION = re.compile(r'(?<="tool_version":")[^"]*')
# Of a capture larger than this (bytes), and of real ones, only the short views
# are kept.
LARGE = 64 * 1024
SHORT_VIEWS = ("verdict", "stats", "bulk")
DIFF_LINES = 40


def captures(folder):
    """All captures below the folder, as paths relative to it."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(str(path) for path in found if str(path).endswith(SUFFIXES))


def output(program, folder, sample, arguments):
    """Standard output, then how it ended, if it did not end well."""
    environment = {"PATH": os.defpath, "TZ": "UTC", "LC_ALL": "C"}
    # Inside the folder, so that no path of this machine gets into the text.
    done = subprocess.run([program, "-r", sample, *arguments], cwd=folder, env=environment,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
    text = VERSION.sub("VERSION", done.stdout.decode("ascii"))
    if done.stderr:
        text += "stderr: " + done.stderr.decode("ascii")
    if done.returncode != 0:
        text += "exit: %d\n" % done.returncode
    return text


def jobs(folder):
    """Sample, view, options; of stories beside their firewalls' names."""
    for story in stories.load():
        yield "stories/" + story.captures()[0] + ".gz", "divergences", [
            *story.options("stories/"), "--divergences"]
    for sample in captures(folder):
        if sample.startswith("stories/"):
            continue
        large = sample.startswith("real/") or (folder / sample).stat().st_size > LARGE
        for view, arguments in VIEWS.items():
            if not large or view in SHORT_VIEWS:
                yield sample, view, arguments
        if sample in FIELDS_OF:
            yield sample, "fields", FIELDS


def compare(path, text):
    """Lines that tell the difference; none if there is none."""
    try:
        stored = path.read_text(encoding="ascii")
    except FileNotFoundError:
        return ["missing: %s" % path]
    if stored == text:
        return []
    diff = difflib.unified_diff(stored.splitlines(), text.splitlines(), str(path), "now",
                                lineterm="")
    return list(diff)[:DIFF_LINES]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--samples", type=pathlib.Path, default=HERE.parent.parent / "samples")
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    folder = options.samples.resolve()

    wanted = list(jobs(folder))
    if not wanted:
        print("no captures in", folder)
        return 77
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        texts = list(pool.map(lambda job: output(program, folder, job[0], job[2]), wanted))

    paths = [HERE / ("%s.%s.out" % (sample, view)) for sample, view, _ in wanted]
    stale = sorted(set(HERE.rglob("*.out")) - set(paths))
    failures = 0
    for path, text in zip(paths, texts):
        if options.update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="ascii")
            continue
        lines = compare(path, text)
        failures += bool(lines)
        print("\n".join(lines), end="\n" if lines else "")
    for path in stale:
        if options.update:
            path.unlink()
        else:
            print("no sample for", path)
            failures += 1
    print("%d outputs of %d captures, %d failures" %
          (len(wanted), len({job[0] for job in wanted}), failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
