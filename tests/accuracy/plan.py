# SPDX-License-Identifier: ISC
"""Which runs, and what they must reach."""
import collections
import json
import os

FAMILIES = ["V2a", "V2b", "V3", "V4a", "V4b", "V5o", "V5f9", "V5f10", "V5f14", "V5f15",
            "V6a", "V6b"]
FREEBSD_10 = ["V5f10", "V5f14", "V5f15"]
ERA_B = FREEBSD_10 + ["V6a"]

# A fault's file, the families it is run with (None: as the file says), seeds a family.
FAULTS = [
    ("d-01-version", None, 4),
    ("d-02-message-version", None, 4),
    ("d-03-mute", ["V4b", "V5f14", "V6a", "V6b"], 1),
    ("d-04-syncpeer", ["V5f14", "V6a", "V6b"], 1),
    ("d-05-ttl", ["V3", "V5f14", "V6b"], 1),
    ("d-06-rollback", ERA_B, 1),
    ("d-06-asymmetric", ERA_B, 1),
    ("d-07-reorder", ["V5f14", "V6a", "V6b"], 1),
    ("d-08-ping-pong", ["V5f14", "V6a"], 2),
    ("d-09-checksum", ["V4b", "V5f14", "V5f15"], 1),
    ("d-10-interface", FREEBSD_10, 1),
    ("d-11-limit", ["V5f14", "V6a", "V6b"], 1),
    ("d-12-bulk-no-end", ["V5f14", "V6a", "V6b"], 1),
    ("d-13-reconfigure", ["V5f14", "V6b"], 2),
    ("d-13-stuck", ["V5f14", "V5f15"], 2),
    ("d-14-mtu", ["V5f14", "V6a", "V6b"], 1),
    ("d-14-page", ["V5f14", "V5f15"], 2),
    ("d-15-loss", ["V4b", "V5f14", "V6a", "V6b"], 1),
    ("d-16-asymmetric", ["V5f14", "V6b"], 2),
    ("d-17-timeouts", ["V5f14", "V6a", "V6b"], 1),
    ("d-18-hostid", ["V5f14", "V5f15"], 2),
    ("d-19-flush", ["V4b", "V5f14", "V6b"], 1),
    ("d-20-reload", FREEBSD_10, 1),
    ("d-21-reannounce", ["V6a"], 4),
    ("d-22-third", ["V5f14", "V6b"], 2),
    ("d-23-split-brain", ["V5f14", "V6a", "V6b"], 1),
    ("d-24-link-flap", ["V5f14", "V6a", "V6b"], 1),
    ("d-25-ghosts", ["V5f14", "V6b"], 2),
    ("d-26-bad-values", ["V5f14", "V6b"], 2),
    ("d-27-clear", ["V5f14", "V6b"], 2),
    ("d-28-sa", ["V6a", "V6b"], 2),
    ("d-29-id-reuse", FREEBSD_10, 1),
]

# Where a capture at one place cannot show what the link does to large packets.
BOTH_ENDS = {"d-14-mtu"}

# True where the truth has another word for it: a node whose bucket is stuck is mute (SEM 7.2).
BESIDE = {"D-03": "D-14"}

# Limits: what the issue of the replay asks for.
TABLES_HEALTHY = 0.999
TABLES_LOSS = 0.99
CODES_RECALL = 0.95

RANK = {"low": 0, "medium": 1, "high": 2, "critical": 3}


def mixed(description, families, **more):
    """Traffic of every kind between two firewalls."""
    config = {
        "description": description, "duration": "40s",
        "nodes": [{"name": "fw1", "family": families[0]}, {"name": "fw2", "family": families[1]}],
        "workload": [
            {"name": "web", "rate": 12, "lifetime": "8s"},
            {"name": "nat", "rate": 4, "lifetime": "15s", "nat": True},
            {"name": "dns", "proto": "udp", "rate": 8, "lifetime": "1s"},
            {"name": "ping", "proto": "icmp", "rate": 1, "lifetime": "8s"},
            {"name": "six", "af": "inet6", "rate": 3, "lifetime": "5s"}],
        "instants": ["20s"],
    }
    config.update(more)
    return config


def with_family(config, family):
    config = json.loads(json.dumps(config))
    for node in config["nodes"]:
        node["family"] = family
    return config


def rows(folder):
    """Every row: name, family, config, codes that were injected, seeds."""
    found = []

    def add(name, family, config, expected, seeds):
        found.append({"name": name, "family": family, "config": config, "expected": expected,
                      "seeds": seeds, "number": len(found), "both_ends": name in BOTH_ENDS})

    for family in FAMILIES:
        pair = (family, family)
        add("healthy", family, mixed("one forwards", pair), [], 3)
        add("healthy-shared", family, mixed("both forward", pair, routing="shared"), [], 2)
        add("healthy-restart", family, mixed("the backup starts anew", pair, faults=[
            {"kind": "restart", "node": "fw2", "at": "15s", "down": "5s", "codes": []}]), [], 1)
        add("loss-1", family, mixed("1 % loss", pair, faults=[
            {"kind": "loss", "rate": 0.01}]), ["D-15"], 2)
    for name, families, seeds in FAULTS:
        with open(os.path.join(folder, name + ".json"), encoding="utf-8") as text:
            config = json.load(text)
        for family in families or [None]:
            add(name, family or "/".join(n["family"] for n in config["nodes"]),
                with_family(config, family) if family else config, [name[:4].upper()], seeds)
    return found


class Tally:
    """Sums of what several runs had."""

    def __init__(self):
        self.runs = self.verdicts_right = 0
        self.numbers = collections.Counter()
        self.expected = self.expected_found = 0
        self.said = self.said_right = 0
        self.missed = collections.Counter()
        self.wrong = collections.Counter()
        self.alarms = 0

    def add(self, result):
        self.runs += 1
        for table in result["tables"]:
            for word in ("said", "right", "real", "known", "sure", "equal", "compared",
                         "asserted_wrong", "undetermined"):
                self.numbers[word] += table[word]
        real = result["truth_codes"]
        loud = {code for code, severity, _ in result["found"] if RANK[severity] > 0}
        any_ = {code for code, _, _ in result["found"]}
        for code in result["expected"]:
            # A fault that had no effect in this run leaves no trace.
            if code not in real or code in result["too_late"]:
                continue
            self.expected += 1
            if code in any_:
                self.expected_found += 1
            else:
                self.missed[code] += 1
        for code in loud:
            self.said += 1
            if code in real or BESIDE.get(code) in real:
                self.said_right += 1
            else:
                self.wrong[code] += 1
        if not result["expected"] and loud:
            self.alarms += 1

    def ratio(self, part, whole):
        return self.numbers[part] / self.numbers[whole] if self.numbers[whole] else None

    def cells(self):
        return [str(self.runs),
                text_of(self.ratio("right", "said")), text_of(self.ratio("known", "real")),
                text_of(self.ratio("sure", "real")),
                str(self.numbers["asserted_wrong"]), text_of(self.ratio("equal", "compared")),
                str(self.numbers["undetermined"]),
                f"{self.expected_found}/{self.expected}" if self.expected else "-",
                f"{self.said_right}/{self.said}" if self.said else "-",
                ", ".join(f"{code} missed {n}" for code, n in sorted(self.missed.items())) +
                (", " if self.missed and self.wrong else "") +
                ", ".join(f"{code} wrong {n}" for code, n in sorted(self.wrong.items()))]


def text_of(ratio):
    return "-" if ratio is None else f"{ratio:.4f}"


HEAD = ["runs", "table precision", "table recall", "sure of", "asserted wrong", "peers equal",
        "undetermined", "codes found", "codes right", "which"]


def table_of(title, tallies):
    lines = [f"| {title} | " + " | ".join(HEAD) + " |",
             "|---|" + "---:|" * (len(HEAD) - 1) + "---|"]
    for name in tallies:
        lines.append(f"| {name} | " + " | ".join(tallies[name].cells()) + " |")
    return "\n".join(lines)


def kind_of(name):
    return "healthy" if name.startswith("healthy") else "loss" if name == "loss-1" else "fault"


def report(results):
    """The tables as text, and what is below a limit."""
    failures = [f"{r['row']} {r['family']} seed {r['seed']}: {r['error']}"
                for r in results if "error" in r]
    results = [r for r in results if "error" not in r]
    by_family, by_row, by_kind = {}, {}, {}
    for result in results:
        kind = kind_of(result["row"])
        by_kind.setdefault(kind, Tally()).add(result)
        if kind != "fault":
            by_family.setdefault(f"{result['family']} {kind}", Tally()).add(result)
        by_row.setdefault(result["row"], Tally()).add(result)
    text = "\n\n".join([
        f"{len(results)} simulated runs.",
        table_of("family", by_family), table_of("runs with", by_row),
        table_of("all", by_kind)]) + "\n"
    for kind, limit in (("healthy", TABLES_HEALTHY), ("loss", TABLES_LOSS)):
        tally = by_kind.get(kind)
        if tally is None:
            continue
        for words, ratio in (("precision", tally.ratio("right", "said")),
                             ("recall", tally.ratio("known", "real"))):
            if ratio is None or ratio < limit:
                failures.append(f"tables of {kind} runs: {words} {text_of(ratio)} below {limit}")
    if "healthy" in by_kind and by_kind["healthy"].alarms:
        failures.append(f"{by_kind['healthy'].alarms} healthy runs raised more than low")
    expected = sum(t.expected for t in by_kind.values())
    if expected:
        recall = sum(t.expected_found for t in by_kind.values()) / expected
        if recall < CODES_RECALL:
            failures.append(f"faults found: {recall:.4f} below {CODES_RECALL}")
    return text, failures
