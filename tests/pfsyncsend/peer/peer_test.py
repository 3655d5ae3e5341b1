#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Two peers on a veth pair keep their tables alike, in every generation of the protocol.

Runs in network namespaces of its own; where these are not permitted it says so and is skipped.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

SKIPPED = 77
SEND = None
SCHEMA = None
PATIENCE_S = 120
# What is queued leaves after a second; the rest is for a busy machine.
SETTLE_S = 30
# Events of each kind, half of them on either side: all families a few, two many.
MANY, FEW = 10000, 1000
# name -> further options of both peers
PAIRS = {
    "V2b": (),
    "V3": (),
    "V4b": (),
    "V5o": (),
    "V5f10": (),
    "V5f14": (),
    "V5f14 over IPv6": ("--ip6",),
    "V5f15": (),
    "V6a": (),
    "V6b": (),
}
# Nothing may expire while the test takes its time.
LONG = [word for name in ("tcp.first", "tcp.opening", "udp.first", "udp.single", "udp.multiple",
                          "icmp.first", "icmp.error")
        for word in ("--timeout", f"{name}=3000")]
COMPARED = ("id", "creatorid", "af", "proto", "direction", "wire", "stack", "src", "dst",
            "timeout")


def run(*command):
    return subprocess.run(command, capture_output=True, check=True, timeout=60)


class Link:
    """Two ends of a veth pair: `a0` in one network namespace, `b0` in another."""

    count = 0

    def __init__(self):
        Link.count += 1
        self.names = [f"peer-{os.getpid()}-{Link.count}{end}" for end in "ab"]
        for name in self.names:
            run("ip", "netns", "add", name)
        a, b = self.names
        run("ip", "-n", a, "link", "add", "a0", "type", "veth", "peer", "name", "b0", "netns", b)
        for name, end, number in ((a, "a0", 1), (b, "b0", 2)):
            run("ip", "-n", name, "address", "add", f"10.78.0.{number}/24", "dev", end)
            run("ip", "-n", name, "address", "add", f"fd78::{number}/64", "dev", end, "nodad")
            run("ip", "-n", name, "link", "set", "lo", "up")
            run("ip", "-n", name, "link", "set", end, "up")
        self.settle()

    def settle(self):
        """Wait until the link-local addresses are known to be nobody else's."""
        deadline = time.monotonic() + 20
        for name, end in zip(self.names, ("a0", "b0")):
            while time.monotonic() < deadline:
                text = run("ip", "-n", name, "-6", "address", "show", "dev", end).stdout
                if b"fe80" in text and b"tentative" not in text:
                    break
                time.sleep(0.05)

    def close(self):
        for name in self.names:
            subprocess.run(["ip", "netns", "del", name], check=False)

    def inside(self, end, *command):
        return ["ip", "netns", "exec", self.names["ab".index(end)], *command]


class Peer:
    """A running peer that is told what to do on its standard input."""

    def __init__(self, link, end, *options):
        self.process = subprocess.Popen(
            link.inside(end, SEND, "--peer", "-i", f"{end}0", "--script", "-", *options),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.lines = queue.Queue()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        self.said = 0

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def expect(self, wanted):
        """Lines up to the one that holds `wanted`."""
        seen = []
        deadline = time.monotonic() + PATIENCE_S
        while True:
            line = self.lines.get(timeout=max(0.1, deadline - time.monotonic()))
            if line is None:
                raise AssertionError(
                    f"ended before {wanted!r}: {seen[-5:]} {self.process.stderr.read()}")
            seen.append(line)
            if wanted in line:
                return seen

    def do(self, *commands):
        """Carry out commands and wait for their end."""
        self.begin(*commands)
        self.finish()

    def begin(self, *commands):
        self.said += 1
        self.process.stdin.write("\n".join([*commands, f"say done-{self.said}"]) + "\n")
        self.process.stdin.flush()

    def finish(self):
        self.expect(f"done-{self.said}")

    def table(self, path):
        self.do(f"dump {path}")
        states = [json.loads(line) for line in pathlib.Path(path).read_text().splitlines()]
        return {(state["id"], state["creatorid"]):
                {key: state.get(key) for key in COMPARED} for state in states}, states

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(timeout=20)
        self.reader.join(timeout=20)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            try:
                stream.close()
            except BrokenPipeError:
                pass


def difference(a, b, folder, count):
    """None, or what differs first; and the states of A."""
    left, states = a.table(os.path.join(folder, "a.json"))
    right, _ = b.table(os.path.join(folder, "b.json"))
    for key in left.keys() | right.keys():
        if left.get(key) != right.get(key):
            return f"{key}: {left.get(key)} against {right.get(key)}", states
    if len(left) != count:
        return f"{len(left)} states, not {count}", states
    return None, states


def compare(a, b, folder, count, when):
    """Both tables become equal, and as large as they should be."""
    deadline = time.monotonic() + SETTLE_S
    while True:
        found, states = difference(a, b, folder, count)
        if found is None:
            return states
        if time.monotonic() > deadline:
            raise AssertionError(f"{when}: {found}")
        time.sleep(0.5)


def story(name, options, link):
    """One pair's whole life; returns some states in JSON."""
    family = name.split()[0]
    events = MANY if name in ("V5f15", "V6b") else FEW
    half = events // 2
    peers = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            common = ("--family", family, "--limit", "100000", *LONG, *options)
            # A has been there for long; B comes and is told what A knows.
            a = Peer(link, "a", *common, "--hostid", "a", "--settled", "--load", "300", "-q")
            peers.append(a)
            a.do()
            b = Peer(link, "b", *common, "--hostid", "b", "-q")
            peers.append(b)
            b.do("await 300", "wait 0.5")
            states = compare(a, b, folder, 300, "after bulk")

            for peer in peers:
                peer.begin(f"insert {half}", "wait 1.2")
            for peer in peers:
                peer.finish()
            compare(a, b, folder, 300 + events, f"after {events} inserts")
            for peer in peers:  # one after the other: both at once is asymmetric traffic
                peer.do(f"update {half}", "wait 1.2")
                compare(a, b, folder, 300 + events, f"after {half} updates")
            for peer in peers:
                peer.begin(f"delete {half}", "wait 1.2")
            for peer in peers:
                peer.finish()
            compare(a, b, folder, 300, f"after {events} deletes")

            # Once more with what is left, B as a new host.
            b.do("restart", "await 300", "wait 0.5")
            compare(a, b, folder, 300, "after a restart")

            a.process.send_signal(signal.SIGUSR1)
            text = "\n".join(a.expect("send error"))
            if "packets received (IPv4)" not in text:
                raise AssertionError(f"no counters: {text}")
            for peer in peers:
                peer.process.send_signal(signal.SIGTERM)
                if peer.process.wait(timeout=30) != 0:
                    raise AssertionError(peer.process.stderr.read())
        finally:
            for peer in peers:
                peer.close()
    return states


class Pairs(unittest.TestCase):
    def test_all(self):
        links = {name: Link() for name in PAIRS}
        for link in links.values():
            self.addCleanup(link.close)
        with concurrent.futures.ThreadPoolExecutor(len(PAIRS)) as pool:
            running = {name: pool.submit(story, name, options, links[name])
                       for name, options in PAIRS.items()}
        for name, future in running.items():
            with self.subTest(name):
                self.check_schema(future.result())

    def check_schema(self, states):
        """As pfsyncdump writes them, but no frame shows them."""
        try:
            import jsonschema
        except ImportError:
            self.skipTest("python3-jsonschema is not installed")
        schema = json.loads(pathlib.Path(SCHEMA).read_text())
        rule = schema["$defs"]["state"]
        rule["required"] = [key for key in rule["required"] if key != "frame"]
        rule = {**rule, "$defs": schema["$defs"]}
        for state in states[:20]:
            jsonschema.validate(state, rule)


class CommandLine(unittest.TestCase):
    def trouble(self, *arguments, text=None):
        result = subprocess.run([SEND, "--peer", *arguments], capture_output=True, timeout=60,
                                text=True, input=text)
        self.assertEqual(result.returncode, 2)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        self.assertEqual(result.stdout, "")
        return result.stderr

    def test_errors(self):
        self.assertIn("-i IF", self.trouble())
        self.assertIn("V6b", self.trouble("-i", "lo", "--family", "V9"))
        self.assertIn("nosuch0", self.trouble("-i", "nosuch0"))
        self.assertIn("unknown option", self.trouble("-i", "lo", "--sideways"))
        self.assertIn("does not speak", self.trouble(
            "-i", "lo", "--family", "V6b", "--dialect", "freebsd-10"))
        self.assertIn("No such file", self.trouble("-i", "lo", "--script", "/nowhere/script"))

    def test_help(self):
        result = subprocess.run([SEND, "--peer", "--help"], capture_output=True, timeout=60,
                                text=True)
        self.assertEqual(result.returncode, 0)
        for word in ("--family", "--syncpeer", "--maxupd", "insert N", "SIGUSR1"):
            self.assertIn(word, result.stdout)

    def test_one_alone(self):
        """Defer, expiry, events and a bad command, without a peer."""
        link = Link()
        self.addCleanup(link.close)
        result = subprocess.run(
            link.inside("a", SEND, "--peer", "-i", "a0", "--family", "V5f10", "--defer",
                        "--timeout", "udp.first=1", "--settled", "--script", "-"),
            input="insert 1 udp\nwait 0.2\nsay a\\b\nawait 0\nfly\n", capture_output=True,
            timeout=60, text=True)
        self.assertEqual(result.returncode, 2)
        self.assertIn("script", result.stderr.replace("-:", "script:"))
        self.assertIn("line 5: fly: unknown command", result.stderr)
        self.assertIn("inserted ", result.stdout)
        self.assertIn("waited long enough", result.stdout)
        self.assertIn("a\\134b", result.stdout.replace("a\\\\b", "a\\134b"))
        self.assertIn("(own, expired)", result.stdout)
        self.assertIn("1 state insert sent", result.stdout)


def permitted():
    name = f"peer-{os.getpid()}-try"
    try:
        run("ip", "netns", "add", name)
        run("ip", "-n", name, "link", "add", "t0", "type", "veth", "peer", "name", "t1")
        run("ip", "netns", "del", name)
        return True
    except (OSError, subprocess.CalledProcessError) as error:
        subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)
        detail = getattr(error, "stderr", b"") or str(error).encode()
        print("SKIP: network namespaces with a veth pair are needed:",
              detail.decode(errors="replace").strip())
        return False


def main():
    global SEND, SCHEMA
    parser = argparse.ArgumentParser()
    parser.add_argument("--send", required=True)
    parser.add_argument("--schema", required=True)
    arguments, rest = parser.parse_known_args()
    SEND, SCHEMA = arguments.send, arguments.schema
    if not permitted():
        return SKIPPED
    result = unittest.main(argv=[sys.argv[0], *rest], exit=False).result
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
