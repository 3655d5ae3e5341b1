#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Make samples/stories anew, or see whether they are what would be made.

    make.py --send BUILD/pfsyncsend/pfsyncsend            make them
    make.py --send BUILD/pfsyncsend/pfsyncsend --check    compare, byte for byte
    make.py --readme                                      the lines of samples/README.md

Compared is what is inside of the gzip files: another zlib may pack it differently.
"""
import argparse
import concurrent.futures
import os
import pathlib
import sys
import tempfile

import stories

ADVICE = "run scripts/make-stories, look at what changed, commit it"


def readme_line(story):
    expected = story.expected
    code = expected.get("code") or ("not " + expected["near_miss"] if "near_miss" in expected
                                    else "nothing")
    return f"| `{story.name}` | {code} | {story.text()} |"


def without_line(wanted):
    """Complaints about stories that samples/README.md does not tell of."""
    text = (stories.FOLDER.parent / "README.md").read_text(encoding="utf-8").splitlines()
    return [f"samples/README.md lacks: {line}" for line in map(readme_line, wanted)
            if line not in text]


def compare(story, folder):
    """What is wrong with the files of a story, made anew in the folder."""
    wrong = []
    for name in story.files():
        path = stories.FOLDER / (name + ".gz")
        if not path.exists():
            wrong.append(f"{path.name} is missing: {ADVICE}")
        elif stories.unpacked(path) != (folder / name).read_bytes():
            wrong.append(f"{path.name} differs: {ADVICE}")
    return wrong


def strays(everything):
    """Files that belong to no story."""
    known = {name + ".gz" for story in everything for name in story.files()}
    known |= {story.source.name for story in everything}
    return sorted(path.name for path in stories.FOLDER.iterdir() if path.name not in known)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--send")
    parser.add_argument("--readme", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--only", default="", metavar="WORD", help="stories whose name has WORD")
    arguments = parser.parse_args()
    everything = stories.load()
    wanted = [story for story in everything if arguments.only in story.name]
    if arguments.readme:
        print("\n".join(map(readme_line, wanted)))
        return 0
    if arguments.send is None:
        parser.error("--send: which pfsyncsend?")
    send = os.path.abspath(arguments.send)
    wrong = [f"{name}: no story of this name" for name in strays(everything)]
    with tempfile.TemporaryDirectory(prefix="stories-") as temporary:
        folder = pathlib.Path(temporary)
        with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
            list(pool.map(lambda story: story.make(send, folder), wanted))
        for story in wanted:
            if arguments.check:
                wrong += compare(story, folder)
                continue
            for name in story.files():
                path = stories.FOLDER / (name + ".gz")
                data = (folder / name).read_bytes()
                if not path.exists() or stories.unpacked(path) != data:
                    stories.pack(data, path)
                    print(f"{path.name}: {path.stat().st_size} bytes")
    if arguments.check:
        wrong += without_line(wanted)
    print("\n".join(wrong), end="\n" if wrong else "")
    print(f"{len(wanted)} stories, {len(wrong)} complaints")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
