#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""--metrics, --textfile and --listen: what Prometheus and its tools make of them."""
import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

PROGRAM = None
ROOT = pathlib.Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
REAL = SAMPLES / "real" / "openbsd-7.6.pcap.gz"
# Every kind of metric: both ends, CARP, loss, acknowledgements.
CAPTURES = [[REAL], [SAMPLES / "real" / "freebsd-14.3.pcap.gz"],
            [SAMPLES / "stories" / "d-23-split-brain.pcap.gz"],
            [SAMPLES / "stories" / "d-15-both-ends.fw1.pcap.gz",
             SAMPLES / "stories" / "d-15-both-ends.fw2.pcap.gz"],
            [SAMPLES / "stories" / "d-06-rollback.pcap.gz"],
            [SAMPLES / "stories" / "not-16-defer.pcap.gz"], [SAMPLES / "openbsd-1n1.pcap"]]
WAIT_S = 60


def inputs(paths):
    return [word for path in paths for word in ("-r", str(path))]


def samples(text):
    """{name and labels: value} of a text of metrics."""
    found = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            key, value = line.rsplit(" ", 1)
            assert key not in found, f"twice: {key}"
            found[key] = float(value)
    return found


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode(), answer.headers


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_it(self, *words):
        return subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True,
                              timeout=WAIT_S, check=False)

    def wait_for(self, what, condition):
        end = time.monotonic() + WAIT_S
        while time.monotonic() < end:
            value = condition()
            if value:
                return value
            time.sleep(0.1)
        self.fail(f"waited for {what}")

    def start(self, command, **more):
        process = subprocess.Popen(command, text=True, **more)

        def end():
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream is not None:
                    stream.close()
        self.addCleanup(end)
        return process

    def listen(self, *words, **more):
        """(process, its address) of one that listens on a free port."""
        process = self.start([PROGRAM, "--listen", "0", *map(str, words)],
                             stderr=subprocess.PIPE, stdout=subprocess.PIPE, **more)
        line = process.stderr.readline()
        found = re.fullmatch(r"pfsyncdump: listening on (http://127\.0\.0\.1:\d+)/\n", line)
        if found is None:
            if "built without libmicrohttpd" in line:
                self.skipTest("built without libmicrohttpd")
            self.fail(line + process.stderr.read())
        return process, found.group(1)


class Format(Case):
    @unittest.skipUnless(shutil.which("promtool"), "promtool (package prometheus) is not there")
    def test_promtool(self):
        for paths in CAPTURES:
            for pair in ([], ["--pair", "edge"]):
                text = self.run_it("--metrics", *pair, *inputs(paths)).stdout
                self.assertGreater(len(samples(text)), 20)
                checked = subprocess.run(["promtool", "check", "metrics"], input=text, text=True,
                                         capture_output=True, check=False)
                self.assertEqual((checked.returncode, checked.stdout, checked.stderr),
                                 (0, "", ""), (paths, text))

    def test_verdict_is_a_stateset(self):
        verdicts = set()
        for paths in CAPTURES:
            found = samples(self.run_it("--metrics", *inputs(paths)).stdout)
            now = [key for key, value in found.items()
                   if key.startswith("pfsync_verdict{") and value == 1]
            self.assertEqual(len(now), 1)
            self.assertEqual(sum(key.startswith("pfsync_verdict{") for key in found), 3)
            verdicts |= set(now)
        self.assertGreater(len(verdicts), 1)

    def test_same_as_json(self):
        """Numbers of the two formats agree."""
        for paths in CAPTURES:
            found = samples(self.run_it("--metrics", *inputs(paths)).stdout)
            lines = [json.loads(line) for line in
                     self.run_it("--json", *inputs(paths)).stdout.splitlines()]
            for line in lines:
                if line["type"] == "coverage":
                    labels = '{from="%s",to="%s"}' % (line["from"], line["to"])
                    self.assertEqual(found["pfsync_takeover_states" + labels],
                                     line["state_count"])
                    self.assertEqual(found["pfsync_ack_latency_seconds_count" + labels],
                                     line.get("acks_seen", 0))
            counts = {}
            for line in lines:
                if line["type"] == "divergence":
                    key = (line["severity"], line["code"])
                    counts[key] = counts.get(key, 0) + line["count"]
            for (severity, code), count in counts.items():
                self.assertEqual(
                    found[f'pfsync_divergences{{severity="{severity}",code="{code}"}}'], count)
            self.assertEqual(sum(key.startswith("pfsync_divergences{") for key in found),
                             len(counts))

    def test_acknowledgements(self):
        """The buckets grow, and hold what was acknowledged."""
        text = self.run_it("--metrics", *inputs(CAPTURES[5])).stdout
        found = samples(text)
        counts = {key: value for key, value in found.items() if "latency_seconds_count" in key}
        self.assertGreater(max(counts.values()), 0)
        for key, count in counts.items():
            labels = key[key.index("{") + 1:-1]
            buckets = [value for name, value in found.items()
                       if name.startswith("pfsync_ack_latency_seconds_bucket{" + labels)]
            self.assertEqual(buckets, sorted(buckets))
            self.assertEqual(buckets[-1], count)


class Textfile(Case):
    def test_written(self):
        target = self.folder / "fw.prom"
        target.write_text("old\n")
        done = self.run_it("-r", REAL, "--textfile", target, "--pair", "edge")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        self.assertIn('pfsync_verdict{pair="edge",verdict="in-sync"} 1\n', target.read_text())
        self.assertEqual(os.listdir(self.folder), ["fw.prom"])
        shown = self.run_it("-r", REAL, "--metrics", "--pair", "edge").stdout
        self.assertEqual(target.read_text(), shown)

    def test_two_pairs_do_not_collide(self):
        found = {}
        for pair in ("east", "west"):
            self.run_it("-r", REAL, "--textfile", self.folder / pair, "--pair", pair)
            new = samples((self.folder / pair).read_text())
            self.assertFalse(found.keys() & new.keys())
            found.update(new)

    def test_view_beside(self):
        target = self.folder / "fw.prom"
        done = self.run_it("-r", REAL, "--bulk", "--check", "--textfile", target)
        self.assertEqual(done.returncode, 0)
        self.assertIn("asked", done.stdout)
        self.assertIn("pfsync_verdict{", target.read_text())

    def test_not_possible(self):
        copy = self.folder / "in.pcap.gz"
        shutil.copy(REAL, copy)
        before = copy.read_bytes()
        for target, why in ((self.folder / "no" / "fw.prom", "No such file"),
                            (copy, "this is a file that is read")):
            done = self.run_it("-r", copy, "--textfile", target)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn(why, done.stderr)
            self.assertEqual(done.stderr.count("\n"), 1)
        self.assertEqual(copy.read_bytes(), before)

    def test_bad_values(self):
        for words in (["--listen", "x"], ["--every", "0"], ["--pair", ""], ["--pair", "x" * 64],
                      ["--pair", 'ed"ge']):
            done = self.run_it("-r", REAL, *words)
            self.assertEqual(done.returncode, 2)
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)

    def test_renewed_while_it_runs(self):
        """From a pipe the file is there, and follows, before the end."""
        target = self.folder / "fw.prom"
        data = subprocess.run(["gzip", "-dc", REAL], capture_output=True, check=True).stdout
        process = subprocess.Popen([PROGRAM, "-r", "-", "--every", "1ms", "--textfile", target],
                                   stdin=subprocess.PIPE)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        half = len(data) // 2

        def captured():
            if not target.exists():
                return 0
            return samples(target.read_text())["pfsync_captured_packets_total"]

        process.stdin.write(data[:half])
        process.stdin.flush()
        first = self.wait_for("the first numbers", captured)
        self.assertLess(first, 321)
        process.stdin.write(data[half:])
        process.stdin.close()
        self.assertEqual(process.wait(WAIT_S), 0)
        self.assertEqual(captured(), 321)


class Listen(Case):
    def test_answers(self):
        process, url = self.listen("-r", REAL)
        text = self.wait_for("numbers", lambda: self.try_get(url + "/metrics"))
        self.assertEqual(text[0], self.run_it("-r", REAL, "--metrics").stdout)
        self.assertEqual(text[1]["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
        self.assertEqual(text[1]["X-Content-Type-Options"], "nosniff")
        page = self.wait_for("the page", lambda: self.try_get(url + "/"))[0]
        self.assertEqual(page, self.run_it("-r", REAL).stdout)
        for path, method, status in (("/x", "GET", 404), ("/metrics", "POST", 405),
                                     ("/metrics/", "GET", 404)):
            with self.assertRaises(urllib.error.HTTPError) as caught:
                urllib.request.urlopen(urllib.request.Request(url + path, method=method))
            self.assertEqual(caught.exception.code, status)
            caught.exception.close()
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(WAIT_S), 0)
        self.assertEqual(process.stdout.read(), "")

    def test_in_use(self):
        _, url = self.listen("-r", REAL)
        port = urllib.parse.urlsplit(url).port
        done = self.run_it("-r", REAL, "--listen", f"127.0.0.1:{port}")
        self.assertEqual(done.returncode, 2)
        self.assertIn("Address already in use", done.stderr)

    def try_get(self, url):
        try:
            return get(url)
        except urllib.error.HTTPError as error:
            self.assertEqual(error.code, 503)
            error.close()
            return None

    @unittest.skipUnless(shutil.which("prometheus"), "prometheus is not there")
    def test_prometheus_scrapes(self):
        """Every sample that is served is in the data base, with its labels and value."""
        _, url = self.listen("-r", CAPTURES[3][0], "-r", CAPTURES[3][1], "--pair", "edge")
        self.wait_for("numbers", lambda: self.try_get(url + "/metrics"))
        config = self.folder / "prometheus.yml"
        target = urllib.parse.urlsplit(url).netloc
        config.write_text(json.dumps({
            "global": {"scrape_interval": "1s"},
            "scrape_configs": [{"job_name": "pfsync",
                                "static_configs": [{"targets": [target]}]}]}))
        port = free_port()
        log = (self.folder / "log").open("w", encoding="utf-8")
        self.addCleanup(log.close)
        self.start(["prometheus", f"--config.file={config}",
                    f"--storage.tsdb.path={self.folder}/data",
                    f"--web.listen-address=127.0.0.1:{port}"],
                   stdout=log, stderr=subprocess.STDOUT)

        def stored():
            query = urllib.parse.urlencode({"query": '{job="pfsync",pair="edge"}'})
            try:
                text = get(f"http://127.0.0.1:{port}/api/v1/query?{query}")[0]
            except OSError:
                return None
            return json.loads(text)["data"]["result"]

        def key(name, labels):
            return name, frozenset(labels.items())

        found = {}
        for row in self.wait_for("Prometheus", stored):
            labels = row["metric"]
            for added in ("job", "instance"):
                labels.pop(added)
            found[key(labels.pop("__name__"), labels)] = float(row["value"][1])
        served = {}
        for name, value in samples(get(url + "/metrics")[0]).items():
            labels = dict(re.findall(r'(\w+)="([^"]*)"', name))
            # Prometheus writes bounds its own way.
            if labels.get("le", "+Inf") != "+Inf":
                labels["le"] = repr(float(labels["le"])).removesuffix(".0")
            served[key(name.split("{")[0], labels)] = value
        for labels in [name for name in found if dict(name[1]).get("le", "+Inf") != "+Inf"]:
            changed = dict(labels[1])
            changed["le"] = repr(float(changed["le"])).removesuffix(".0")
            found[key(labels[0], changed)] = found.pop(labels)
        self.assertGreater(len(served), 100)
        self.assertEqual(found, served)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    known, rest = parser.parse_known_args()
    PROGRAM = known.program
    if not SAMPLES.exists():
        sys.exit(77)
    unittest.main(argv=[sys.argv[0], *rest])
