#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""What tcpdump-pfsync prints of every sample at four verbosities, as committed.

    golden_test.py --tcpdump PROGRAM [--update]

golden/digests has a line for each output: a digest, options, sample.  Of the samples
named in WHOLE the outputs themselves are kept beside it, to be read.  The samples in
print-pfsync/upstream/tests have theirs there.
"""
import argparse
import difflib
import hashlib
import os
import pathlib
import sys

import tcpdump_text

GOLDEN = pathlib.Path(__file__).resolve().parent / "golden"
VERBOSITIES = ("", "-v", "-vv", "-vvv")
WHOLE = {
    "broken-action-v5.pcap", "broken-names.pcap", "broken-ttl.pcap", "broken-values.pcap",
    "dragonfly-4-junk.pcap", "fragments.pcap", "freebsd-14.pcap", "freebsd-9-junk.pcap",
    "link-qinq.pcap", "openbsd-1r9-lp64.pcap", "openbsd-2a-be.pcap", "openbsd-3c-244.pcap",
    "openbsd-5a.pcap", "openbsd-6g-be.pcap", "pfsync0-18-ip.pcap", "snapped-96-v5.pcap",
}


def outputs(program):
    os.environ["TZ"] = "UTC0"
    for name, path in tcpdump_text.captures(real=False):
        for verbosity in VERBOSITIES:
            options = ["-n", "-#"] + ([verbosity] if verbosity else [])
            text = tcpdump_text.run(program, *options, "-r", path, check=False)
            yield pathlib.Path(name).name, verbosity, text


def digest_line(name, verbosity, text):
    return f"{hashlib.sha256(text.encode()).hexdigest()[:24]} {verbosity or '-'} {name}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tcpdump", required=True)
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    digests, wholes = [], {}
    for name, verbosity, text in outputs(options.tcpdump):
        digests.append(digest_line(name, verbosity, text))
        if name in WHOLE:
            wholes[GOLDEN / (name + (verbosity or "-0") + ".out")] = text
    if options.update:
        GOLDEN.mkdir(exist_ok=True)
        for path in GOLDEN.iterdir():
            path.unlink()
        (GOLDEN / "digests").write_text("\n".join(digests) + "\n", encoding="ascii")
        for path, text in wholes.items():
            path.write_text(text, encoding="ascii")
        return 0
    failures = 0
    for path, text in wholes.items():
        wanted = path.read_text(encoding="ascii") if path.exists() else ""
        if wanted != text:
            failures += 1
            sys.stdout.writelines(line + "\n" for line in list(difflib.unified_diff(
                wanted.splitlines(), text.splitlines(), str(path), "printed", lineterm=""))[:40])
    wanted = (GOLDEN / "digests").read_text(encoding="ascii").splitlines()
    for line in sorted(set(wanted) ^ set(digests)):
        failures += 1
        print("missing" if line in wanted else "printed", line)
    print(f"{len(digests)} outputs, {failures} failures")
    return 1 if failures or len(digests) < 600 or len(wholes) != 4 * len(WHOLE) else 0


if __name__ == "__main__":
    sys.exit(main())
