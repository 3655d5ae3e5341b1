#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Whole simulations: the same bytes twice, equal tables of healthy pairs, every fault happens,
captures that a reader understands, and nothing left behind when something is wrong."""
import argparse
import collections
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

SEND = None
DUMP = None
ROOT = pathlib.Path(__file__).resolve().parents[3]
FOLDERS = [ROOT / "samples" / "stories", ROOT / "samples" / "simulate"]

FAMILIES = ["V2a", "V2b", "V3", "V4a", "V4b", "V5o", "V5f9", "V5f10", "V5f14", "V5f15", "V6a",
            "V6b"]

# A copy that nobody updates lives up to twice as long as the original there (SEM 4.2).
TWICE = ["V4b", "V5o", "V5f9"]

# What a configuration is for: its D-codes, each of a fault, a setting or an effect with hits.
# Others are for the code that their name begins with.
EXPECTED = {
    "d-06-asymmetric": ["D-06", "D-16"], "d-11-route": ["D-09", "D-11"],
    "d-16-asymmetric": ["D-11", "D-16"], "d-27-clear": ["D-22", "D-27"],
    "cold-start": ["D-12"], "healthy-quiet": [], "healthy-busy": [], "healthy-bulk": [],
    "busy": [], "loss": ["D-15"],
}

CARP_PAIR = {
    "duration": "40s",
    "carp": [{"vhid": 1, "advskew": {"fw1": 0, "fw2": 100}}],
    "workload": [{"rate": 10, "lifetime": "5s"}, {"rate": 5, "proto": "udp", "lifetime": "1s"}],
}


def configurations():
    """Every committed configuration, by name."""
    found = {}
    for folder in FOLDERS:
        for path in sorted(folder.glob("*.json")):
            if not path.name.endswith(".scenario.json"):
                found.setdefault(path.stem, path)
    return found


def sample(name):
    return configurations()[name]


def carp_pair(family):
    return {**CARP_PAIR, "nodes": [{"family": family}, {"family": family}]}


class Run:
    """One run: files, truth by type."""

    def __init__(self, folder, config, *options, seed=1, wire="wire.pcap", check=True):
        self.folder = pathlib.Path(folder)
        if not isinstance(config, (str, pathlib.Path)):
            path = self.folder / "config.json"
            path.write_text(json.dumps(config))
            config = path
        self.wire = self.folder / wire
        self.truth = self.folder / (wire + ".jsonl")
        self.result = subprocess.run(
            [SEND, "simulate", "--config", config, "--seed", str(seed), "-w", self.wire, "--truth",
             self.truth, *options], capture_output=True, text=True, check=False)
        if check and self.result.returncode != 0:
            raise AssertionError(self.result.stderr)

    def lines(self, *types):
        with open(self.truth, encoding="utf-8") as lines:
            for line in lines:
                item = json.loads(line)
                if not types or item["type"] in types:
                    yield item

    def one(self, kind):
        return next(self.lines(kind))

    def codes(self):
        found = collections.Counter()
        for item in self.lines("fault", "setup", "effect"):
            for code in item.get("codes", [item.get("code")]):
                found[code] += item.get("hits", item.get("count", 0))
        return {code: hits for code, hits in found.items() if hits > 0}

    def tables(self, instant=None):
        tables = collections.defaultdict(dict)
        for item in self.lines("state"):
            if instant is None or item["instant"] == instant:
                tables[item["node"]][item["id"], item["creatorid"]] = item
        return tables


def dump(path):
    out = subprocess.run([DUMP, "-r", path, "--json"], capture_output=True, text=True, check=False)
    return [json.loads(line) for line in out.stdout.splitlines()]


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="pfsync-simulate-")
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)


class Determinism(Case):
    def test_same_seed_same_bytes(self):
        ports = [self.path / "a.pcap", self.path / "b.pcap"]
        runs = []
        for seed in (7, 7, 8):
            run = Run(self.path, sample("loss"), "--truth-changes", "--truth-messages",
                      "--vantage", *ports, seed=seed)
            runs.append([run.wire.read_bytes(), run.truth.read_bytes(), ports[0].read_bytes(),
                         ports[1].read_bytes()])
        self.assertEqual(runs[0], runs[1])
        for same, other in zip(runs[0], runs[2]):
            self.assertNotEqual(same, other)

    def test_a_fault_leaves_the_workload_alone(self):
        config = json.loads((sample("loss")).read_text())
        with_loss = Run(self.path, config, "--truth-changes").lines("change")
        made = [c["wire"] for c in with_loss if c["node"] == "fw1" and c["change"] == "inserted"]
        config["faults"] = []
        without = Run(self.path, config, "--truth-changes", wire="b.pcap").lines("change")
        self.assertEqual(made, [c["wire"] for c in without
                                if c["node"] == "fw1" and c["change"] == "inserted"])


class Healthy(Case):
    def check_pair(self, family):
        config = {
            "duration": "40s", "capture_at": "sender",
            "nodes": [{"family": family}, {"family": family}],
            "workload": [
                {"rate": 4, "lifetime": "500s", "lifetime_form": "fixed", "until": "25s", "gap": "9s"},
                {"rate": 2, "lifetime": "500s", "nat": True, "until": "25s",
                 "gap": "9s"},
                {"rate": 2, "lifetime": "2s", "gap": "300ms", "until": "25s",
                 "proto": "udp"}]}
        run = Run(self.path, config, wire=family + ".pcap")
        tables = run.tables()
        self.assertGreater(len(tables["fw1"]), 150)
        if family in TWICE:
            self.assertLessEqual(tables["fw1"].keys(), tables["fw2"].keys())
        else:
            self.assertEqual(tables["fw1"].keys(), tables["fw2"].keys())
        compared = 0
        for key, mine in tables["fw1"].items():
            theirs = tables["fw2"][key]
            self.assertEqual(mine["wire"], theirs["wire"])
            self.assertEqual(mine["stack"], theirs["stack"])
            if not mine["determined"] or mine["pending"]:  # on its way
                continue
            compared += 1
            for member in ("proto", "direction", "src", "dst", "timeout"):
                self.assertEqual(mine[member], theirs[member], (family, key, member))
        self.assertGreater(compared, 0.8 * len(tables["fw1"]))
        self.assertLessEqual(set(run.codes()), {"D-25"} if family in TWICE else set())
        lines = dump(run.wire)
        self.assertEqual([item for item in lines if item["type"] == "anomaly"], [])
        messages = sum(item["type"] == "message" and item["action"] != "EOF" for item in lines)
        self.assertEqual(messages, run.one("summary")["messages"])

    def test_tables_are_equal(self):
        for family in FAMILIES:
            with self.subTest(family=family):
                self.check_pair(family)


class Samples(Case):
    def test_every_sample_shows_what_it_is_for(self):
        for name, path in configurations().items():
            codes = EXPECTED.get(name)
            if codes is None:
                match = re.match(r"d-([0-9]{2})-", name)
                if match is None:
                    continue  # stories of nothing wrong have tests of their own
                codes = ["D-" + match[1]]
            with self.subTest(sample=name):
                run = Run(self.path, path, wire=name + ".pcap")
                found = run.codes()
                for code in codes:
                    self.assertIn(code, found)
                if not codes:
                    self.assertEqual(found, {})
                os.unlink(run.wire)
                os.unlink(run.truth)

    def test_every_code_has_a_sample(self):
        there = {name[:4] for name in configurations()}
        for number in range(1, 30):
            self.assertIn(f"d-{number:02}", there)

    def test_rollback_of_the_report(self):
        run = Run(self.path, sample("d-06-rollback"))
        sizes = {(e["node"], e["number_max"]) for e in run.lines("effect") if e["code"] == "D-06"}
        self.assertIn(("fw2", 106316), sizes)

    def test_id_reuse_hides_a_state(self):
        run = Run(self.path, sample("d-29-id-reuse"), "--truth-messages")
        clash = next(m for m in run.lines("message") if m["outcome"] == "id-collision")
        tables = run.tables()
        key = clash["id"], clash["creatorid"]
        if key in tables["fw1"] and key in tables["fw2"]:
            self.assertNotEqual(tables["fw1"][key]["wire"], tables["fw2"][key]["wire"])

    def test_flush_leaves_the_others_states(self):
        run = Run(self.path, sample("d-19-flush"))
        tables = run.tables()
        hostids = {n["node"]: n["hostid"] for n in run.lines("node")}
        only_there = set(tables["fw2"]) - set(tables["fw1"])
        self.assertTrue(only_there)
        self.assertEqual({creator for _, creator in only_there}, {hostids["fw2"]})


class Captures(Case):
    def test_vantage_points_and_losses(self):
        config = json.loads((sample("loss")).read_text())
        config["capture_at"] = "sender"
        config["faults"] = [{"kind": "loss", "rate": 0.1, "from": "fw1"}]
        ports = [self.path / "a.pcap", self.path / "b.pcap"]
        run = Run(self.path, config, "--vantage", *ports)
        frames = [sum(item["type"] == "file" and item["packet_count"] for item in dump(path))
                  for path in (run.wire, *ports)]
        counters = {c["node"]: c for c in run.lines("counters")}
        self.assertEqual(frames[0], sum(c["packets_sent"] for c in counters.values()))
        for frame, name in zip(frames[1:], ("fw1", "fw2")):
            self.assertEqual(frame, counters[name]["packets_sent"] + counters[name]["packets_got"])
        self.assertGreater(counters["fw2"]["packets_lost"], 50)
        self.assertEqual(run.one("fault")["hits"], counters["fw2"]["packets_lost"])

    def test_capture_at_decides_what_is_seen(self):
        config = json.loads((sample("loss")).read_text())
        config["faults"] = [{"kind": "loss", "rate": 0.2}]
        frames = {}
        for place in ("sender", "middle", "receiver"):
            config["capture_at"] = place
            run = Run(self.path, config, wire=place + ".pcap")
            frames[place] = run.one("summary")["captured_packets"]
        self.assertGreater(frames["sender"], frames["middle"])
        self.assertGreater(frames["middle"], frames["receiver"])

    def test_pfsync0_shows_what_the_node_says(self):
        for family in ("V5o", "V5f14", "V6a", "V6b"):
            taps = [self.path / "a.pcap", self.path / "b.pcap"]
            run = Run(self.path, carp_pair(family), "--tap", *taps)
            counters = {c["node"]: c for c in run.lines("counters")}
            for path, name in zip(taps, ("fw1", "fw2")):
                lines = dump(path)
                self.assertEqual([i for i in lines if i["type"] == "anomaly"], [])
                self.assertEqual(next(i for i in lines if i["type"] == "file")["packet_count"],
                                 counters[name]["packets_sent"])

    def test_adverts_are_on_the_wire(self):
        run = Run(self.path, carp_pair("V6b"))
        data = run.wire.read_bytes()
        self.assertGreater(data.count(bytes.fromhex("00005e000101")), 30)
        roles = [(e["node"], e["detail"]) for e in run.lines("event") if e["event"] == "carp"]
        self.assertEqual(roles, [("fw1", "master"), ("fw2", "backup")])


class Truth(Case):
    def test_lines_match_the_schema(self):
        try:
            import jsonschema
        except ImportError:
            self.skipTest("no python3-jsonschema")
        schema = json.loads((ROOT / "docs" / "truth.schema.json").read_text())
        config_schema = json.loads(
            (ROOT / "docs" / "pfsyncsend-simulate.schema.json").read_text())
        for path in configurations().values():
            jsonschema.Draft202012Validator(config_schema).validate(json.loads(path.read_text()))
        # One branch a type: much faster than trying all of them.
        branches = {kind: jsonschema.Draft202012Validator(
            {"$ref": "#/$defs/" + kind, "$defs": schema["$defs"]}) for kind in schema["$defs"]}
        seen = set()
        for name in ("d-06-rollback", "d-28-sa", "d-25-ghosts", "d-09-checksum",
                     "d-12-bulk-no-end"):
            run = Run(self.path, sample(name), "--truth-changes",
                      "--truth-messages")
            for count, item in enumerate(run.lines()):
                seen.add(item["type"])
                if count % 7 == 0 or item["type"] not in ("state", "change", "message"):
                    branches[item["type"]].validate(item)
        names = {ref["$ref"].rpartition("/")[2] for ref in schema["oneOf"]}
        self.assertLessEqual(names - seen, {"undetermined"})

    def test_changes_add_up_to_the_table(self):
        run = Run(self.path, sample("d-15-loss"), "--truth-changes")
        there = collections.defaultdict(set)
        for change in run.lines("change"):
            key = change["id"], change["creatorid"]
            if change["change"] == "inserted":
                self.assertNotIn(key, there[change["node"]])
                there[change["node"]].add(key)
            elif change["change"] == "removed":
                there[change["node"]].remove(key)
            else:
                self.assertIn(key, there[change["node"]])
        tables = run.tables()
        for node in ("fw1", "fw2"):
            self.assertEqual(there[node], set(tables[node]))

    def test_determined_states_follow_from_the_capture(self):
        """What is called determined is exactly what the last messages said."""
        config = json.loads((sample("loss")).read_text())
        config["faults"] = [{"kind": "loss", "rate": 0.05}]
        run = Run(self.path, config)
        told = {}
        for item in dump(run.wire):
            if item["type"] == "message" and item["action"] in ("INS", "UPD", "UPD_C"):
                told[item["id"], item["creatorid"]] = item
        compared = wrong = 0
        undetermined = 0
        for node, table in run.tables(2).items():
            for key, state in table.items():
                if not state["determined"] or state["pending"]:
                    undetermined += 1
                    continue
                compared += 1
                last = told.get(key)
                wrong += last is None or any(
                    last[end + "_peer"]["seqlo"] != state[end]["seqlo"] or
                    last[end + "_peer"]["state_number"] != state[end]["state_number"]
                    for end in ("src", "dst"))
        self.assertGreater(undetermined, 0)
        self.assertGreater(compared, 1000)
        self.assertLessEqual(wrong, compared // 200)


class Wrong(Case):
    def run_bad(self, text, *options):
        config = self.path / "bad.json"
        config.write_text(text)
        run = Run(self.path, config, *options, check=False)
        self.assertEqual(run.result.returncode, 2)
        self.assertEqual(sorted(p.name for p in self.path.iterdir()), ["bad.json"])
        return run.result.stderr

    def test_errors_name_file_line_path(self):
        error = self.run_bad('{"nodes": [{"family": "V6b"},\n {"family": "V7"}]}')
        self.assertIn("bad.json:2: $.nodes[1].family", error)
        self.assertIn("V5f14", error)
        self.assertEqual(error.count("\n"), 1)
        self.run_bad("{")

    def test_more_files_than_nodes_and_old_taps(self):
        text = '{"nodes": [{"family": "V3"}, {"family": "V3"}]}'
        files = [self.path / name for name in ("1", "2", "3")]
        self.assertIn("2 nodes", self.run_bad(text, "--vantage", *files))
        self.assertIn("V5o and later", self.run_bad(text, "--tap", files[0]))

    def test_output_that_cannot_be_written(self):
        text = '{"nodes": [{"family": "V6b"}, {"family": "V6b"}], "duration": "1s"}'
        error = self.run_bad(text, "--vantage", "/nonexistent/a.pcap")
        self.assertIn("/nonexistent/a.pcap", error)

    def test_usage(self):
        for words in ([], ["--config", "x"], ["--config", "x", "-w", "y", "--seed", "z"],
                      ["--config", "x", "-w", "y", "extra"], ["--what"],
                      ["--config", "x", "-w", "y", "--truth", "y"]):
            result = subprocess.run([SEND, "simulate", *words], capture_output=True, text=True,
                                    check=False)
            self.assertEqual(result.returncode, 2, words)
            self.assertEqual(result.stderr.count("\n"), 1, words)

    def test_nothing_is_left_after_a_signal(self):
        config = self.path / "long.json"
        config.write_text(json.dumps({
            "duration": "10000s", "nodes": [{"family": "V6b"}, {"family": "V6b"}],
            "workload": [{"rate": 500, "lifetime": "30s"}]}))
        process = subprocess.Popen([SEND, "simulate", "--config", config, "-w",
                                    self.path / "w.pcap", "--truth", self.path / "t.jsonl"])
        deadline = time.time() + 20
        while time.time() < deadline and len(list(self.path.iterdir())) < 3:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        self.assertNotEqual(process.wait(20), 0)
        self.assertEqual([p.name for p in self.path.iterdir()], ["long.json"])


def main():
    global SEND, DUMP
    parser = argparse.ArgumentParser()
    parser.add_argument("--send", required=True)
    parser.add_argument("--dump", required=True)
    options, rest = parser.parse_known_args()
    SEND = os.path.abspath(options.send)
    DUMP = os.path.abspath(options.dump)
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
