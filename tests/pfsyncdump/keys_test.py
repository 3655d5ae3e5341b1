#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""One key, one type, in all lines of --json.

Reads every line of JSON of the golden outputs and of runs that show what these do
not, and every key that docs/pfsyncdump.schema.json declares.  A log store takes the
first type that it sees of a key and refuses lines with another.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
REAL = ROOT / "samples" / "real"
# Keys of the field table that versions 1 to 3 have inside lan, gwy and ext, too, where they are
# one address and one port; and the packets that were counted of a capture, inside "evidence".
# They are told apart by their paths.
OTHER_BY_PATH = {"lan.addr", "gwy.addr", "ext.addr", "lan.port", "gwy.port", "ext.port",
                 "evidence.packets"}
# Of these the members are names of the run, firewalls, counters, codes, or of one kind of finding;
# they are told apart by their paths, too.
FREE = {"messages", "divergences", "anomalies", "only_on", "detail", "predicted", "counters",
        "received", "sent"}
RUNS = [
    ["openbsd-7.6.pcap.gz", "--trace", "6b03ea1a000001af"],
    ["openbsd-7.6.pcap.gz", "--nat", "10.2.0.10"],
    ["openbsd-7.6.pcap.gz", "--as-peer", "V5f15"],
    ["openbsd-7.6.pcap.gz", "-v"],
]


def kind(value):
    """A list is told by what is in it, for an empty one says nothing."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, list):
        return "list of " + "/".join(sorted({kind(item) for item in value})) if value else None
    return {dict: "object", str: "string", int: "integer", float: "real"}[type(value)]


class Keys:
    def __init__(self):
        self.by_path = {}
        self.by_name = {}
        self.wrong = set()

    def note(self, path, found, where):
        for table, key in ((self.by_path, path), (self.by_name, path.rsplit(".", 1)[-1])):
            if table is self.by_name and (
                    any(path.endswith(end) for end in OTHER_BY_PATH) or ".*" in path):
                continue
            known, first = table.setdefault(key, (found, where))
            if known != found:
                self.wrong.add("%s: %s in %s, %s in %s" % (key, known, first, found, where))

    def line(self, value, where, path=""):
        for key, member in value.items():
            below = path + "." + key if path else key
            if kind(member) is not None:
                self.note(below, kind(member), where)
            for item in member if isinstance(member, list) else [member]:
                if isinstance(item, dict):
                    self.line(item, where, below + ".*" if key in FREE else below)

    def schema(self, definitions, schema, where, path=""):
        for key, member in schema.get("properties", {}).items():
            below = path + "." + key if path else key
            found = declared(definitions, member)
            self.note(below, found, where)
            member = resolve(definitions, member)
            self.schema(definitions, resolve(definitions, member.get("items", member)), where,
                        below)


def resolve(definitions, schema):
    while "$ref" in schema:
        schema = definitions[schema["$ref"].rsplit("/", 1)[1]]
    return schema


def declared(definitions, schema):
    schema = resolve(definitions, schema)
    if "oneOf" in schema or "anyOf" in schema:
        raise ValueError("more than one form: %r" % schema)
    if "const" in schema or "enum" in schema:
        return "/".join(sorted({kind(v) for v in schema.get("enum", [schema.get("const")])}))
    if schema["type"] == "array":
        return "list of " + declared(definitions, schema["items"])
    return {"number": "real"}.get(schema["type"], schema["type"])


def lines_of_goldens():
    for path in sorted((ROOT / "tests" / "golden").rglob("*.json.out")):
        for line in path.read_text(encoding="ascii").splitlines():
            if line.startswith("{"):
                yield path.name, line


def lines_of_runs(program):
    for run in RUNS:
        done = subprocess.run([program, "-r", str(REAL / run[0]), "--json", *run[1:]],
                              capture_output=True, timeout=120, check=False)
        for line in done.stdout.decode().splitlines():
            yield " ".join(run), line


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    options = parser.parse_args()
    keys, declared_keys, count, types = Keys(), Keys(), 0, set()
    for where, text in [*lines_of_goldens(), *lines_of_runs(options.program)]:
        value = json.loads(text)
        count += 1
        types.add(value["type"])
        keys.line(value, where)
        for key in ("schema_version", "tool_version"):
            if key not in value:
                keys.wrong.add("%s: no %s" % (value["type"], key))
        # Only where no packet has a time is there no moment to tell.
        if "time" not in value and value["type"] not in ("file", "summary"):
            keys.wrong.add("%s: no time in %s" % (value["type"], where))
        for key in re.findall(r'"[a-z_0-9]+_s":-?[0-9]+[.][0-9]{10}', text):
            keys.wrong.add("more digits than a nanosecond has: " + key)
    schema = json.loads((ROOT / "docs" / "pfsyncdump.schema.json").read_text())
    definitions = schema["$defs"]
    for line in schema["oneOf"]:
        name = line["$ref"].rsplit("/", 1)[1]
        declared_keys.schema(definitions, definitions[name], name)
    for path, (found, where) in keys.by_path.items():
        if path in declared_keys.by_path and declared_keys.by_path[path][0] != found:
            keys.wrong.add("%s: %s in %s, the schema says %s" %
                           (path, found, where, declared_keys.by_path[path][0]))
    wrong = sorted(keys.wrong | declared_keys.wrong)
    print("\n".join(wrong), end="\n" if wrong else "")
    print("%d lines of %d types, %d keys, %d declared: %d with two types or missing" %
          (count, len(types), len(keys.by_path), len(declared_keys.by_path), len(wrong)))
    return 1 if wrong or count < 1000 or len(types) < 10 else 0


if __name__ == "__main__":
    sys.exit(main())
