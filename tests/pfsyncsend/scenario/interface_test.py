#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""What is sent on an interface arrives at the other end of a veth pair, byte for byte.

Runs in network namespaces of its own; where these are not permitted it says so and is skipped.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

import programs

SKIPPED = 77
INS = {"action": "INS", "tcp": ["10.0.0.5:51000", "192.0.2.9:443"]}


def run(*command, **options):
    return subprocess.run(command, capture_output=True, check=True, timeout=60, **options)


class Namespace:
    """Two ends of a veth pair: `a0` in one network namespace, `b0` in another."""

    def __init__(self):
        self.names = [f"pfsyncsend-{os.getpid()}-{end}" for end in "ab"]
        for name in self.names:
            run("ip", "netns", "add", name)
        a, b = self.names
        run("ip", "-n", a, "link", "add", "a0", "type", "veth", "peer", "name", "b0", "netns", b)
        for name, end, number in ((a, "a0", 1), (b, "b0", 2)):
            run("ip", "-n", name, "address", "add", f"10.77.0.{number}/24", "dev", end)
            run("ip", "-n", name, "address", "add", f"fd77::{number}/64", "dev", end,
                "nodad")
            run("ip", "-n", name, "link", "set", "lo", "up")
            run("ip", "-n", name, "link", "set", end, "up")

    def add(self, name, kind):
        """A new interface in the first namespace; false if this kernel has no such kind."""
        kinds = {"veth": ("type", "veth", "peer", "name", name + "p"), "tap": ()}
        command = ("ip", "tuntap", "add", name, "mode", "tap")
        if kind != "tap":
            command = ("ip", "link", "add", "name", name, *kinds.get(kind, ("type", kind)))
        return subprocess.run(self.inside("a", *command), capture_output=True).returncode == 0

    def settle(self):
        """Wait until the link-local address is known to be nobody else's."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            text = run("ip", "-n", self.names[0], "-6", "address", "show", "dev", "a0").stdout
            if b"fe80" in text and b"tentative" not in text:
                return
            time.sleep(0.05)

    def close(self):
        for name in self.names:
            subprocess.run(["ip", "netns", "del", name], check=False)

    def inside(self, end, *command):
        return ["ip", "netns", "exec", self.names["ab".index(end)], *command]


def frames(capture):
    """(seconds, IP packet) of each frame of a classic Ethernet capture."""
    result, at = [], 24
    while at + 16 <= len(capture):
        seconds, micros, kept = (int.from_bytes(capture[at + i:at + i + 4], "little")
                                 for i in (0, 4, 8))
        result.append((seconds + micros / 1e6, capture[at + 16 + 14:at + 16 + kept]))
        at += 16 + kept
    return result


class Interface(unittest.TestCase):
    net = None

    @classmethod
    def setUpClass(cls):
        cls.net = Namespace()
        cls.addClassCleanup(cls.net.close)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def send(self, *arguments, end="a", document=None):
        text = json.dumps(document).encode() if document is not None else None
        return subprocess.run(self.net.inside(end, programs.SEND, *arguments), input=text,
                              capture_output=True, timeout=60)

    def heard(self, document, count, *arguments, proto=240):
        """Send a scenario from a0 and capture at b0: IP packets that arrived, with times."""
        path = os.path.join(self.folder, "heard.pcap")
        capture = subprocess.Popen(
            self.net.inside("b", "tcpdump", "-i", "b0", "-n", "-U", "-Z", "root", "-w", path,
                            "-c", str(count), f"ip proto {proto} or ip6 proto {proto} "
                            "or ip6[6] == 44"),
            stderr=subprocess.PIPE)
        self.addCleanup(capture.stderr.close)
        # Its first line says that it listens.
        self.assertIn(b"listening", capture.stderr.readline())
        result = self.send("--scenario", "-", "-i", "a0", *arguments, document=document)
        self.assertEqual(result.stderr, b"")
        self.assertEqual(result.returncode, 0)
        capture.wait(timeout=30)
        return frames(pathlib.Path(path).read_bytes())

    def check_same(self, document, *arguments):
        """On the wire is what a file of the same scenario holds."""
        written = frames(programs.capture_of(document))
        heard = self.heard(document, len(written), *arguments)
        self.assertEqual([packet.hex() for _, packet in heard],
                         [packet.hex() for _, packet in written])
        return heard

    def test_group(self):
        document = {"interval": "1ms", "nodes": [{"address": "10.77.0.1"}],
                    "packets": [{"messages": [INS]},
                                {"messages": [{"action": "CLR"}, {"action": "BUS"}]},
                                {"messages": [INS] * 4, "mtu": 500},
                                {"messages": [INS], "ttl": 3, "tos": 7, "id": 4711, "df": False},
                                {"messages": [INS], "wrong": {"count": 77, "garbage": "more"}}]}
        heard = self.check_same(document)
        self.assertEqual(heard[0][1][:2].hex(), "4510")
        self.assertEqual(heard[0][1][6:10].hex(), "4000" "fff0")
        self.assertEqual(heard[0][1][12:20], bytes([10, 77, 0, 1, 224, 0, 0, 240]))

    def test_unicast(self):
        self.check_same({"nodes": [{"address": "10.77.0.1"}],
                         "packets": [{"to": "10.77.0.2", "messages": [INS]}]})

    def test_group6(self):
        heard = self.check_same({"dialect": "freebsd-14", "nodes": [{"address6": "fd77::1"}],
                                 "packets": [{"messages": [INS]}, {"messages": [INS], "ttl": 7,
                                                                   "tos": 3}]})
        self.assertEqual(heard[0][1][:8].hex()[:8] + heard[0][1][6:8].hex(), "60000000" "f0ff")
        self.assertEqual(heard[0][1][24:40].hex(), "ff1200000000000000000000000000f0")

    def test_unicast6(self):
        self.check_same({"dialect": "freebsd-14", "nodes": [{"address6": "fd77::1"}],
                         "packets": [{"to": "fd77::2", "messages": [INS]}]})

    def test_link_local(self):
        """Without an address given, IPv6 goes out with the interface's link-local one."""
        self.net.settle()
        heard = self.heard({"dialect": "freebsd-14", "packets": [{"ip6": True,
                                                                  "messages": [INS]}]}, 1)
        self.assertEqual(heard[0][1][8:10].hex(), "fe80")

    def test_interface_address(self):
        heard = self.heard({"packets": [{"messages": [INS]}]}, 1)
        self.assertEqual(heard[0][1][12:16], bytes([10, 77, 0, 1]))

    def test_syncpeer(self):
        heard = self.heard({"packets": [{"messages": [INS]}]}, 1, "--syncpeer", "10.77.0.2")
        self.assertEqual(heard[0][1][12:20], bytes([10, 77, 0, 1, 10, 77, 0, 2]))
        heard = self.heard({"packets": [{"messages": [INS]}]}, 1, "--syncpeer", "fd77::2")
        self.assertEqual(heard[0][1][24:40].hex(), "fd770000000000000000000000000002")

    def test_other_protocol(self):
        document = {"packets": [{"proto": 112, "to": "224.0.0.18", "payload": "2101"}]}
        heard = self.heard(document, 1, proto=112)
        self.assertEqual(heard[0][1][20:22].hex(), "2101")

    def test_pace(self):
        document = {"interval": "150ms", "packets": [{"messages": [INS]}] * 4}
        times = [time for time, _ in self.heard(document, 4)]
        for before, after in zip(times, times[1:]):
            self.assertGreater(after - before, 0.1)
        began = time.monotonic()
        document["interval"] = "1h"
        self.heard(document, 4, "--fast")
        self.assertLess(time.monotonic() - began, 60)

    def test_too_large(self):
        result = self.send("--scenario", "-", "-i", "a0", document={
            "packets": [{"messages": [INS] * 10}]})
        self.assertEqual(result.returncode, 2)
        self.assertIn(b"MTU", result.stderr)
        self.assertEqual(result.stderr.count(b"\n"), 1)

    def test_interface_is_down(self):
        self.assertTrue(self.net.add("down0", "veth"))
        result = self.send("ins", "-i", "down0", "--from", "10.78.0.1")
        self.assertEqual(result.returncode, 2)
        self.assertIn(b"down0", result.stderr)
        self.assertEqual(result.stderr.count(b"\n"), 1)

    def test_no_address(self):
        self.assertTrue(self.net.add("bare0", "veth"))
        result = self.send("ins", "-i", "bare0")
        self.assertEqual(result.returncode, 2)
        self.assertIn(b"no IPv4 address", result.stderr)

    def test_guard(self):
        """CLR and DEL to the group: only where nobody else can hear it, or with --yes."""
        if not self.net.add("br0", "bridge"):
            self.skipTest("this kernel has no bridges to refuse")
        harmless = [name for name, kind in (("dum0", "dummy"), ("tap0", "tap"))
                    if self.net.add(name, kind)]
        for number, name in enumerate(["br0", *harmless]):
            run(*self.net.inside("a", "ip", "address", "add", f"10.7{number}.9.1/24", "dev", name))
            run(*self.net.inside("a", "ip", "link", "set", name, "up"))
        for name in ("lo", "a0", *harmless):
            for verb in ("clr", "del", "del_c"):
                result = self.send(verb, "-i", name)
                # A tap that nobody reads has no carrier; but it is not refused.
                self.assertNotIn(b"--yes", result.stderr, (verb, name))
        for verb in ("clr", "del", "del_c"):
            result = self.send(verb, "-i", "br0")
            self.assertEqual(result.returncode, 2)
            for word in (b"br0", verb.upper().encode(), b"224.0.0.240", b"--yes", b"--syncpeer"):
                self.assertIn(word, result.stderr)
            self.assertEqual(result.stderr.count(b"\n"), 1)
            self.assertEqual(self.send(verb, "-i", "br0", "--yes").returncode, 0)
            self.assertEqual(self.send(verb, "-i", "br0", "--syncpeer", "10.70.9.2").returncode, 0)
        for verb in ("ins", "upd", "upd_req", "bus"):
            self.assertEqual(self.send(verb, "-i", "br0").returncode, 0)
        # Also where the action became one by damage, or hides behind another.
        for packet in ({"messages": [INS], "wrong": {"action": 7}},
                       {"messages": [{"action": "UPD_REQ"}, {"action": "CLR"}]},
                       {"payload": "0600002c" + "00" * 16 + "00050001" + "00" * 20}):
            result = self.send("--scenario", "-", "-i", "br0", document={"packets": [packet]})
            self.assertEqual(result.returncode, 2, packet)
            self.assertIn(b"--yes", result.stderr)

    def test_without_privileges(self):
        command = self.net.inside("a", "setpriv", "--reuid=65534", "--clear-groups",
                                  "--inh-caps=-all", "--bounding-set=-all", programs.SEND, "ins",
                                  "-i", "lo")
        # The program must be within reach of nobody.
        shutil.copy(programs.SEND, os.path.join(self.folder, "pfsyncsend"))
        os.chmod(self.folder, 0o755)
        command[command.index(programs.SEND)] = os.path.join(self.folder, "pfsyncsend")
        # A build for gcov complains where it may not write.
        profiles = os.path.join(self.folder, "profiles")
        os.mkdir(profiles)
        os.chmod(profiles, 0o777)
        result = subprocess.run(command, capture_output=True, timeout=60,
                                env=dict(os.environ, GCOV_PREFIX=profiles))
        self.assertEqual(result.returncode, 2)
        self.assertIn(b"CAP_NET_RAW", result.stderr)
        self.assertEqual(result.stderr.count(b"\n"), 1)


def possible():
    """Why this cannot run here, or None."""
    for tool in ("ip", "tcpdump", "setpriv"):
        if shutil.which(tool) is None:
            return f"{tool} is not installed"
    try:
        Namespace().close()
    except (subprocess.CalledProcessError, OSError) as error:
        reason = getattr(error, "stderr", b"") or b""
        return f"no network namespaces here: {reason.decode().strip() or error}"
    return None


if __name__ == "__main__":
    REASON = possible()
    if REASON:
        print(f"skipped: {REASON}")
        sys.exit(SKIPPED)
    programs.main()
