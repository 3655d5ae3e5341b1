# SPDX-License-Identifier: ISC
"""The stories: small captures of firewalls whose tables diverge, or look as if they did.

samples/stories/ holds, by the name of a story:

    NAME.json             what `pfsyncsend simulate` makes it from, or
    NAME.scenario.json    what `pfsyncsend --scenario` makes it from
    NAME.pcap.gz          the capture; with captures at both ends
                          NAME.fw1.pcap.gz and NAME.fw2.pcap.gz instead
    NAME.truth.jsonl.gz   what the simulated firewalls really had

tests/stories/expected.json says what must be found in each:

    code       the divergence that the story shows; or
    near_miss  the one that it must not be taken for
    severity   the least severity that `code` must have
    nodes      firewalls that must be named in it
    quiet      nothing above low may be found at all
    both_ends  captured at both ends
    options    of pfsyncdump, beside the firewalls' names

tests/stories/found.txt is what was found when it was last accepted.
"""
import gzip
import json
import os
import pathlib
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = HERE.parent.parent / "samples" / "stories"
SEED = "1"
NODES = {"fw1": "10.255.0.1", "fw2": "10.255.0.2"}
RANK = {"low": 0, "medium": 1, "high": 2, "critical": 3}


class Story:
    """One of expected.json."""

    def __init__(self, name, expected):
        self.name = name
        self.expected = expected
        self.is_scenario = (FOLDER / (name + ".scenario.json")).exists()
        self.source = FOLDER / (name + (".scenario.json" if self.is_scenario else ".json"))
        self.both_ends = expected.get("both_ends", False)

    def captures(self):
        """Names of its capture files, unpacked."""
        if self.both_ends:
            return [f"{self.name}.{node}.pcap" for node in NODES]
        return [self.name + ".pcap"]

    def files(self):
        """Names of all that is made for it, unpacked."""
        return self.captures() + ([] if self.is_scenario else [self.name + ".truth.jsonl"])

    def document(self):
        return json.loads(self.source.read_text(encoding="utf-8"))

    def text(self):
        """The line that tells what it is."""
        document = self.document()
        return document.get("description") or document.get("comment")

    def make(self, send, folder):
        """Make its files in the folder."""
        if self.is_scenario:
            words = ["--scenario", self.source, "-w", folder / self.captures()[0]]
        else:
            words = ["simulate", "--config", self.source, "--seed", SEED,
                     "--truth", folder / (self.name + ".truth.jsonl")]
            words += ["--vantage"] if self.both_ends else ["-w"]
            words += [folder / name for name in self.captures()]
        subprocess.run([send, *words], check=True, stdin=subprocess.DEVNULL)

    def options(self, prefix=""):
        """Options of pfsyncdump without the first -r and without a view."""
        words = []
        for name in self.captures()[1:]:
            words += ["-r", f"{prefix}{name}.gz"]
        for node, address in NODES.items():
            words += ["--node", f"{node}={address}"]
        if self.both_ends:
            for node, name in zip(NODES, self.captures()):
                words += ["--vantage", f"{node}={prefix}{name}.gz"]
        return words + self.expected.get("options", [])

    def run(self, dump, *view, folder=FOLDER):
        """What pfsyncdump says of its captures in that folder, and its exit status."""
        environment = {"PATH": os.defpath, "TZ": "UTC", "LC_ALL": "C"}
        done = subprocess.run([dump, "-r", self.captures()[0] + ".gz", *self.options(), *view],
                              cwd=folder, env=environment, stdin=subprocess.DEVNULL, check=False,
                              capture_output=True, text=True, timeout=120)
        if done.returncode not in (0, 1) and "--check" not in view:
            raise RuntimeError(f"{self.name}: exit {done.returncode}: {done.stderr.strip()}")
        return done.stdout, done.returncode


def load():
    """All stories, in order of their names."""
    with open(HERE / "expected.json", encoding="utf-8") as text:
        expected = json.load(text)
    return [Story(name, expected[name]) for name in sorted(expected)]


def unpacked(path):
    with gzip.open(path) as packed:
        return packed.read()


def pack(data, path):
    """The same bytes for the same data: no name, no time."""
    path.write_bytes(gzip.compress(data, 9, mtime=0))
