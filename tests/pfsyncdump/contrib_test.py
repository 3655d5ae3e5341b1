#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""What is in contrib/ fits the numbers that pfsyncdump has, and is well-formed."""
import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAM = None
ROOT = pathlib.Path(__file__).parents[2]
CONTRIB = ROOT / "contrib"
RULES = CONTRIB / "prometheus" / "pfsync.rules.yml"
BOARD = CONTRIB / "grafana" / "pfsync.json"
# All metrics are in the numbers of one of these.
CAPTURES = ["real/openbsd-7.6.pcap.gz", "stories/d-23-split-brain.pcap.gz",
            "stories/d-06-rollback.pcap.gz", "openbsd-1n1.pcap"]
ENDS = ["stories/d-15-both-ends.fw1.pcap.gz", "stories/d-15-both-ends.fw2.pcap.gz"]


def run(*words):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True,
                          check=False, timeout=60)


def known():
    """{metric: its labels}, as pfsyncdump tells them."""
    found = {}
    samples = ROOT / "samples"
    for names in [[name] for name in CAPTURES] + [ENDS]:
        text = run(PROGRAM, "--metrics", "--pair", "x",
                   *(word for name in names for word in ("-r", samples / name))).stdout
        for line in text.splitlines():
            if not line.startswith("#"):
                name = re.match(r"\w+", line).group()
                found.setdefault(name, set()).update(re.findall(r'(\w+)="', line))
    return found


def queries():
    """Every expression of the board."""
    board = json.loads(BOARD.read_text())
    return [target["expr"] for panel in board["panels"] for target in panel["targets"]]


class Contrib(unittest.TestCase):
    def test_names(self):
        """Metrics and labels that are asked for exist."""
        names = known()
        used = set()
        for text in [RULES.read_text(), *queries()]:
            for name, selector in re.findall(r"\b(pfsync_\w+)(?:\{([^}]*)\})?", text):
                self.assertIn(name, names)
                self.assertLessEqual(set(re.findall(r"(\w+)=", selector)), names[name], name)
                used.add(name)
        self.assertGreater(len(used), 12)
        for legend in re.findall(r"\{\{(\w+)\}\}", BOARD.read_text()):
            self.assertTrue(any(legend in labels for labels in names.values()), legend)

    def test_board(self):
        board = json.loads(BOARD.read_text())
        ids = [panel["id"] for panel in board["panels"]]
        self.assertEqual(len(ids), len(set(ids)))
        for panel in board["panels"]:
            place = panel["gridPos"]
            self.assertLessEqual(place["x"] + place["w"], 24)

    @unittest.skipUnless(shutil.which("promtool"), "promtool (package prometheus) is not there")
    def test_rules(self):
        done = run("promtool", "test", "rules", CONTRIB / "prometheus" / "pfsync.test.yml")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    @unittest.skipUnless(shutil.which("promtool"), "promtool (package prometheus) is not there")
    def test_queries(self):
        """Prometheus understands what the board asks."""
        rules = [{"record": "x", "expr": expr.replace("$__rate_interval", "5m")
                  .replace("$pair", ".*"), "labels": {"n": str(number)}}
                 for number, expr in enumerate(queries())]
        with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
            json.dump({"groups": [{"name": "board", "rules": rules}]}, file)
            file.flush()
            done = run("promtool", "check", "rules", file.name)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(f"{len(rules)} rules found", done.stdout)

    def test_options(self):
        """What the services call pfsyncdump with, it has."""
        help_text = run(PROGRAM, "--help").stdout
        options = set()
        for path in [*CONTRIB.glob("systemd/*"), *CONTRIB.glob("rc.d/*")]:
            options |= set(re.findall(r"(?<=\s)--[a-z]+", path.read_text()))
        self.assertEqual(options, {"--listen", "--pair"} | options)
        for option in options - {"--now"}:
            self.assertIn(option, help_text)

    def test_scripts(self):
        for path in CONTRIB.glob("rc.d/*"):
            self.assertEqual(run("sh", "-n", path).returncode, 0, path)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not there")
    def test_unit(self):
        with tempfile.TemporaryDirectory() as folder:
            text = (CONTRIB / "systemd" / "pfsyncdump@.service").read_text()
            copy = pathlib.Path(folder) / "pfsyncdump@em2.service"
            copy.write_text(text.replace("/usr/local/bin/pfsyncdump", PROGRAM)
                            .replace("Documentation=man:pfsyncdump(1)\n", ""))
            done = run("systemd-analyze", "verify", copy)
        self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    options_given, rest = parser.parse_known_args()
    PROGRAM = options_given.program
    unittest.main(argv=[sys.argv[0], *rest])
