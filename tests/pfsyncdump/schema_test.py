#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Every line of --json is what docs/pfsyncdump.schema.json says.

Reads all captures in samples/ and, where it is there, real traffic in
$PFSYNC_SHARED/captures.  Needs Debian's python3-jsonschema and -fastjsonschema.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys

import fastjsonschema
import jsonschema

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SUFFIXES = (".pcap", ".pcapng", ".gz", ".zst", ".cap")
STATS_WORDS = {
    "CLR": "clear all request",
    "INS": "state insert",
    "INS_ACK": "state inserted ack",
    "UPD": "state update",
    "UPD_C": "compressed state update",
    "UPD_REQ": "uncompressed state request",
    "DEL": "state delete",
    "DEL_C": "compressed state delete",
    "BUS": "bulk update mark",
    "TDB": "TDB replay counter update",
    "EOF": "end of frame mark",
}
VIEW_TYPES = {
    "": {"file", "message", "anomaly", "node", "state", "bulk", "vantage", "listing",
         "counters", "carp", "divergence", "coverage", "summary"},
    "-v": {"file", "frame", "message", "anomaly", "node", "state", "bulk", "vantage", "listing",
           "counters", "carp", "divergence", "coverage", "summary"},
    "--messages": {"message", "anomaly", "summary"},
    "--states": {"state", "summary"},
    "--stats": {"node", "summary"},
    "--bulk": {"bulk", "summary"},
    "--roles": {"carp", "summary"},
    "--divergences": {"divergence", "coverage", "summary"},
    "--link": {"vantage", "summary"},
    "--listings": {"listing", "counters", "summary"},
}
# These show what nothing else does.
ASKED = {
    "--trace 000000006b03e77b": "trace",
    "--trace 6b03fc16000000ad": "trace",
    "--nat 10.1.0.2": "mapping",
    "--as-peer V5f15": "discard",
    "--as-peer V2b": "discard",
}


def no_duplicates(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member comes twice")
    return members


def captures(samples):
    folders = [samples]
    shared = pathlib.Path(os.environ.get("PFSYNC_SHARED", ROOT.parent / "shared")) / "captures"
    if shared.is_dir():
        folders.append(shared)
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.name.endswith(SUFFIXES):
                yield path


def together():
    """Command lines with several inputs, for what only they show."""
    shared = pathlib.Path(os.environ.get("PFSYNC_SHARED", ROOT.parent / "shared")) / "captures"
    for folder, names, options in (
            ("fault-openbsd-loss", ("wire_A.pcap", "wire_B.pcap"), []),
            ("freebsd-10.1", ("wire.pcap",),
             ["--pfctl", "10.0.0.11=%s@1795417990.7" % (
                 shared / "freebsd-10.1" / "pfctl-vvss-A-phase2.txt"),
              "--pfctl", "10.0.0.12=%s@+0" % (
                  shared / "freebsd-10.1" / "pfctl-vvss-B-phase3.txt"),
              "--netstat", "10.0.0.11=%s" % (shared / "freebsd-10.1" / "netstat-A.txt")]),
            ("carp-failover-freebsd-10.1",
             ("wire_sync.pcap", "wire_client.pcap", "wire_server.pcap"),
             ["--node", "fw1=10.0.0.11,10.1.0.11"])):
        paths = [shared / folder / name for name in names]
        if all(path.is_file() for path in paths):
            yield [word for path in paths for word in ("-r", str(path))] + options


def shape(value):
    """What a value is made of, whatever its numbers and strings are."""
    if isinstance(value, dict):
        return tuple((key, shape(member)) for key, member in value.items())
    if isinstance(value, list):
        return (list, frozenset(shape(member) for member in value))
    return type(value)


class Checker:
    def __init__(self, program, schema_path):
        self.program = program
        schema = json.loads(schema_path.read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        self.whole = jsonschema.Draft202012Validator(schema)
        # Compiled, of draft 7 and so blind to what stands beside a $ref: for each line.  The
        # exact one, a hundred times slower, for each shape that a line has.
        self.by_type = {
            ref["$ref"].rsplit("/", 1)[1]: fastjsonschema.compile(
                {"$schema": "http://json-schema.org/draft-07/schema#",
                 "$ref": ref["$ref"], "$defs": schema["$defs"]})
            for ref in schema["oneOf"]}
        self.exact = {
            ref["$ref"].rsplit("/", 1)[1]: jsonschema.Draft202012Validator(
                {"$ref": ref["$ref"], "$defs": schema["$defs"]})
            for ref in schema["oneOf"]}
        self.exact_done = set()
        self.whole_done = set()
        self.lines = 0

    def output(self, path, *arguments):
        """`path` is a capture, or several of them, and options that go with them."""
        words = path if isinstance(path, list) else ["-r", str(path)]
        done = subprocess.run([self.program, *words, "--json", *arguments],
                              capture_output=True, timeout=300)
        # 1: what was asked for is not in the capture.
        if done.returncode not in (0, 1, 2) or b"Sanitizer" in done.stderr:
            raise ValueError("exit %d: %s" % (done.returncode, done.stderr.decode()))
        return done

    def objects(self, path, *arguments):
        done = self.output(path, *arguments)
        text = done.stdout.decode("utf-8")
        if done.returncode == 2 and not text:
            return None  # no capture at all
        if not text.endswith("\n"):
            raise ValueError("the last line has no end")
        found = []
        for line in text[:-1].split("\n"):
            if line != line.strip():
                raise ValueError("blanks around: " + line)
            found.append(json.loads(line, object_pairs_hook=no_duplicates))
        return found

    def validate(self, entry):
        self.lines += 1
        self.by_type[entry["type"]](entry)
        form = (entry["type"], shape(entry))
        if form not in self.exact_done:
            self.exact_done.add(form)
            self.exact[entry["type"]].validate(entry)
        # The schema as a whole, once for each kind of line.
        kind = (entry["type"], entry.get("action"), entry.get("dialect"))
        if kind not in self.whole_done:
            self.whole_done.add(kind)
            self.whole.validate(entry)

    def check_counts(self, entries):
        summary = entries[-1]
        if summary["type"] != "summary" or sum(e["type"] == "summary" for e in entries) != 1:
            raise ValueError("the summary is not the last line")
        counted = sum(e["type"] == "message" for e in entries)
        if counted != summary["message_count"]:
            raise ValueError("%d messages, the summary says %d" % (counted, summary["message_count"]))
        anomalies = {}
        for entry in entries:
            if entry["type"] == "anomaly":
                anomalies[entry["counter"]] = anomalies.get(entry["counter"], 0) + 1
        if anomalies != summary["anomalies"]:
            raise ValueError("anomalies %r, the summary says %r" %
                             (anomalies, summary["anomalies"]))
        states = {}
        for entry in entries:
            if entry["type"] == "state":
                due = entry["standing"] == "due"
                key = (entry["node"], due)
                states[key] = states.get(key, 0) + 1
        for node in (e for e in entries if e["type"] == "node"):
            told = (node["state_count"], node.get("due_count", 0))
            listed = (states.get((node["node"], False), 0), states.get((node["node"], True), 0))
            if told != listed:
                raise ValueError("%s: %r states listed, told %r" % (node["node"], listed, told))

    def check_views(self, path, full):
        """A view shows the same lines as the whole does, and no others."""
        for view, types in VIEW_TYPES.items():
            got = self.objects(path, *view.split())
            wanted = [e for e in full if e["type"] in types]
            if got != wanted:
                raise ValueError("--json %s is no selection of --json -v" % view)

    def check_asked(self, path):
        for words, kind in ASKED.items():
            for entry in self.objects(path, *words.split()):
                if entry["type"] not in (kind, "summary"):
                    raise ValueError("%s tells of %s" % (words, entry["type"]))
                self.validate(entry)

    def check_stats(self, path, entries):
        """--stats counts without decoding; what it counts is what was decoded."""
        words = path if isinstance(path, list) else ["-r", str(path)]
        done = subprocess.run([self.program, *words, "--stats"], capture_output=True, timeout=300)
        total = done.stdout.decode("ascii").split("total:\n", 1)[1]
        for action, words in STATS_WORDS.items():
            told = int(re.search(r"\t +(\d+) %ss? sent\n" % words, total).group(1))
            counted = sum(e["type"] == "message" and e["action"] == action for e in entries)
            if told != counted:
                raise ValueError("--stats tells %d %s, there are %d" % (told, action, counted))
        told = int(re.search(r"\t\t(\d+) states? with bad values\n", total).group(1))
        if told != entries[-1]["anomalies"].get("badval", 0):
            raise ValueError("--stats tells %d bad values" % told)

    def check_story(self, path):
        """Stories are many, and their messages like others; what diverges is theirs alone."""
        for entry in self.objects(path, "--divergences") or []:
            self.validate(entry)

    def check(self, path):
        if isinstance(path, pathlib.Path) and path.parent.name == "stories":
            self.check_story(path)
            return
        entries = self.objects(path, "-v")
        if entries is None:
            return
        for entry in entries:
            self.validate(entry)
        self.check_counts(entries)
        self.check_stats(path, entries)
        if isinstance(path, list) or "captures" in str(path):
            self.check_asked(path)
        if len(entries) < 2000:
            self.check_views(path, entries)


CHECKER = None


def begin_worker(program, schema):
    global CHECKER
    CHECKER = Checker(program, schema)


def check_one(path):
    """How many lines were checked, and what was wrong."""
    CHECKER.lines = 0
    try:
        CHECKER.check(path)
    except (ValueError, jsonschema.ValidationError,
            fastjsonschema.JsonSchemaException) as error:
        return CHECKER.lines, "%s: %s" % (path, error)
    return CHECKER.lines, None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--schema", type=pathlib.Path,
                        default=ROOT / "docs" / "pfsyncdump.schema.json")
    parser.add_argument("--samples", type=pathlib.Path, default=ROOT / "samples")
    options = parser.parse_args()
    with concurrent.futures.ProcessPoolExecutor(
            2, initializer=begin_worker, initargs=(options.program, options.schema)) as pool:
        results = list(pool.map(check_one, [*captures(options.samples), *together()]))
    failures = [failure for _, failure in results if failure is not None]
    print("\n".join(failures), end="\n" if failures else "")
    print("%d lines of %d captures, %d captures with failures" %
          (sum(lines for lines, _ in results), len(results), len(failures)))
    if not results:
        return 77
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
