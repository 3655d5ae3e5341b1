#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Scenarios: damage on purpose, errors that say where, files complete or not there."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import jsonschema

import programs

DOCS = pathlib.Path(__file__).resolve().parents[3] / "docs"
SCHEMA = json.loads((DOCS / "pfsyncsend-scenario.schema.json").read_text())
GROUP = {"action": "INS", "tcp": ["10.0.0.5:51000", "192.0.2.9:443"]}


def packet(**keys):
    return {"messages": [dict(GROUP)], **keys}


def scenario(*packets, **keys):
    document = {"packets": list(packets), **keys}
    jsonschema.validate(document, SCHEMA)
    return document


def counters(document, *arguments):
    """What pfsyncdump finds wrong, as counters in order, and its lines."""
    lines = programs.dump(programs.capture_of(document), *arguments)
    return [line["counter"] for line in lines.get("anomaly", [])], lines


class Wrong(unittest.TestCase):
    """Each kind of damage is what pfsyncdump then complains of."""

    def check(self, wrong, expected, dialect="openbsd-6k", **keys):
        bad = packet(**keys)
        if wrong is not None:
            bad["wrong"] = wrong
        good = packet(messages=[{"action": "DEL_C", "id": "77"}])
        document = scenario(packet(), bad, good, dialect=dialect)
        found, lines = counters(document, "--messages", "--dialect", dialect)
        self.assertEqual(found, expected, wrong)
        # The packets around it are none the worse.
        self.assertEqual(lines["message"][0]["action"], "INS")
        self.assertIn("77", [line.get("id", "").lstrip("0") for line in lines["message"]])
        for line in lines["anomaly"]:
            self.assertEqual(line["frame"], 2)
        return lines

    def test_count(self):
        for dialect in ("openbsd-2e", "freebsd-10", "freebsd-14", "openbsd-6k"):
            with self.subTest(dialect=dialect):
                self.check({"count": 200}, ["badlen"], dialect)

    def test_len(self):
        self.check({"len": 19}, ["badlen"])
        self.check({"len_add": 8}, ["badlen"])
        self.check({"len": 296}, ["badlen"])
        lines = self.check({"len": "fit", "len_add": 1}, ["badlen"])
        self.assertEqual(lines["anomaly"][0]["found"], lines["anomaly"][0]["expected"] + 1)

    def test_action(self):
        lines = self.check({"action": 77}, ["badact"])
        self.assertEqual(lines["anomaly"][0]["found"], 77)
        self.check({"action": 8}, ["badact"])
        self.check({"action": 42}, ["badact"], "openbsd-2e")

    def test_second_section(self):
        messages = [dict(GROUP), {"action": "DEL_C", "id": "5"}]
        lines = self.check({"section": 1, "action": 99}, ["badact"], messages=messages)
        self.assertEqual([line["action"] for line in lines["message"] if line["frame"] == 2],
                         ["INS"])

    def test_version(self):
        self.check({"version": 9}, ["badver"])

    def test_ttl(self):
        self.check(None, ["badttl"], ttl=64)

    def test_checksum(self):
        self.check(None, ["checksum"], bad_checksum=True)

    def test_truncated_record(self):
        for dialect in ("openbsd-2e", "openbsd-6k"):
            with self.subTest(dialect=dialect):
                found = ["badlen"] if dialect == "openbsd-2e" else ["badlen", "badlen"]
                self.check({"cut": 100}, found, dialect)
        self.check({"cut": 100, "len": "fit"}, ["badlen"])

    def test_short(self):
        self.check({"cut": 266}, ["badlen", "badlen"])
        self.check({"cut": 280}, ["hdrops"])

    def test_garbage(self):
        for dialect in ("openbsd-2e", "openbsd-6k"):
            with self.subTest(dialect=dialect):
                lines = self.check({"garbage": "garbage"}, ["trailing"], dialect)
                self.assertEqual(lines["anomaly"][0]["lost_bytes"], 7)
        self.check({"garbage_hex": "de ad:be ef"}, ["trailing"])

    def test_values(self):
        for field in ({"src_peer": {"state_number": 13}}, {"direction_number": 7},
                      {"timeout_number": 99}, {"af_number": 99, "af": "inet"}):
            with self.subTest(field=field):
                self.check(None, ["badval"], messages=[{**GROUP, **field}])

    def test_snaplen(self):
        self.check(None, ["truncated"], snaplen=96)

    def test_bytes(self):
        lines = self.check({"bytes": [{"at": 0, "hex": "ff"}]}, ["badver"])
        self.assertEqual(lines["anomaly"][0]["found"], 255)

    def test_names_without_end(self):
        document = scenario(packet(messages=[{**GROUP, "ifname": "i" * 16,
                                              "tagname": "\\033]0;" + "t" * 60}]),
                            dialect="freebsd-15")
        found, lines = counters(document, "--messages")
        self.assertEqual(found, ["badval"])
        self.assertEqual(lines["message"][0]["ifname"], "i" * 16)
        self.assertEqual(lines["message"][0]["tagname"], "\\033]0;" + "t" * 60)


class Errors(unittest.TestCase):
    """FILE:LINE: PATH: what; accepted: ..."""

    def errors_of(self, text, *arguments):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "s.json")
            target = os.path.join(folder, "out.pcap")
            pathlib.Path(path).write_text(text)
            result = programs.send("--scenario", path, "-w", target, *arguments)
            self.assertEqual(result.returncode, 2, text)
            self.assertEqual(os.listdir(folder), ["s.json"], "something is left behind")
            self.assertEqual(result.stdout, b"")
            return result.stderr.decode().replace(path, "s.json").splitlines()

    def check(self, text, line, path, *words):
        errors = self.errors_of(text)
        self.assertTrue(errors[0].startswith(f"pfsyncsend: s.json:{line}: {path}: "), errors)
        for word in words:
            self.assertIn(word, errors[0])
        self.assertEqual(len(errors), 1, errors)

    def test_where(self):
        nodes = '{\n"nodes": [{},\n {"dialect":\n  "openbsd-9"}],\n'
        self.check(nodes + '"packets": [{"messages": [{"action": "BUS"}]}]}', 4,
                   "$.nodes[1].dialect", "openbsd-9", "accepted", "openbsd-6k")

    def test_what(self):
        message = '{"packets": [{"messages": [\n{"action": "INS", %s}]}]}'
        for text, path, *words in (
                ('"src_peer": {"seqlo": -1}', "src_peer.seqlo", "0 to 4294967295"),
                ('"src_peer": {"seqlo": 4294967296}', "src_peer.seqlo", "4294967295"),
                ('"src_peer": {"state": "OPEN"}', "src_peer.state", "SYN_SENT, SYN_RCVD"),
                ('"timeout": "tcp.open"', "timeout", "tcp.opening"),
                ('"direction": "up"', "direction", "in, out"),
                ('"state_flags": ["no-df", "x"]', "state_flags[1]", "sloppy"),
                ('"wire": {"addr": ["10.0.0.1", "10.0.0"]}', "wire.addr[1]", "IPv4"),
                ('"wire": 5', "wire", "object"),
                ('"wirre": {}', "wirre", "unknown key", "wire", "tcp", "src_peer"),
                ('"dst_peer": {"seqhy": 1}', "dst_peer.seqhy", "unknown key", "seqhi"),
                ('"tcp": ["10.0.0.5:99999", "10.0.0.1"]', "tcp[0]", "ADDRESS:PORT"),
                ('"tcp": ["10.0.0.5"]', "tcp", "two"),
                ('"ifname": "12345678901234567"', "ifname", "16 bytes"),
                ('"ifname": "a\\\\9"', "ifname", "octal"),
                ('"id": "xyz"', "id", "hexadecimal"),
                ('"record": "1500"', "record", "v6"),
                ('"action_number": 0', "action_number", "wrong"),
                ('"nat": "10.0.0.1"', "nat", "tcp"),
                ('"rule": 4294967296', "rule", "-1 to"),
                ('"expire_s": 1.5', "expire_s", "whole numbers"),
                ('"proto": "nothing"', "proto", "tcp, udp"),
        ):
            with self.subTest(text=text):
                self.check(message % text, 2, f"$.packets[0].messages[0].{path}", *words)

    def test_packets(self):
        for text, path, *words in (
                ('"at": "5 seconds"', ".at", "250ms"),
                ('"time": "yesterday"', ".time", "2024-02-01T12:00:00"),
                ('"from": "fw9"', ".from", "accepted: fw1"),
                ('"to": "fw9"', ".to", "address"),
                ('"ttl": 256', ".ttl", "0 to 255"),
                ('"at": 1, "after": 1', "", "only one"),
                ('"wrong": {"cuont": 1}', ".wrong.cuont", "count"),
                ('"wrong": {"section": 3, "count": 1}', ".wrong.section", "no section 3"),
                ('"wrong": {"bytes": [{"at": 5000, "hex": "00"}]}', ".wrong.bytes[0].at", "287"),
                ('"repeat": 0', ".repeat", "1 to 1000000"),
                ('"hop_by_hop": true', ".hop_by_hop", "IPv6"),
        ):
            with self.subTest(text=text):
                self.check('{"packets": [{"messages": [{"action": "INS"}],\n%s}]}' % text,
                           1 if path == "" else 2, f"$.packets[0]{path}", *words)

    def test_dialect_lacks_it(self):
        for dialect, action, words in (
                ("openbsd-1r1-lp64", "UPD_C", "accepted: INS, UPD, DEL"),
                ("openbsd-2a", "TDB", "accepted:"),
                ("openbsd-6k", "INS_F", "wrong")):
            with self.subTest(dialect=dialect):
                self.check('{"dialect": "%s",\n"packets": [{"messages": [\n{"action": "%s"}]}]}'
                           % (dialect, action), 3, "$.packets[0].messages[0].action", dialect,
                           action, words)

    def test_one_action_a_packet(self):
        self.check('{"dialect": "openbsd-2e", "packets": [{"messages": [{"action": "INS"},\n'
                   '{"action": "DEL_C"}]}]}', 2, "$.packets[0].messages[1]", "openbsd-2e",
                   "packet of its own")

    def test_several(self):
        errors = self.errors_of('{"linc": 1,\n"packets": [{"ttl": 300,\n"messages": '
                                '[{"action": "XX"}]}]}')
        self.assertEqual([error.split(": ")[1:3] for error in errors],
                         [["s.json:1", "$.linc"], ["s.json:2", "$.packets[0].ttl"],
                          ["s.json:3", "$.packets[0].messages[0].action"]])

    def test_no_document(self):
        for text, line, word in (("", 1, "JSON"), ("{", 1, "JSON"), ('{"a":\n1,"a":2}', 2, "dup"),
                                 ("[" * 100, 1, "deeper"), ("[1]", 1, "object"),
                                 ("{}", 1, "packets"), ('{"packets": []}', 1, "empty"),
                                 ('{"packets": [1]}', 1, "object"),
                                 ('{"packets": [{"messages": []}]}', 1, "empty")):
            with self.subTest(text=text):
                errors = self.errors_of(text)
                self.assertTrue(errors[0].startswith(f"pfsyncsend: s.json:{line}: "), errors)
                self.assertIn(word, errors[0])

    def test_terminal(self):
        """Nothing from a document reaches a terminal unescaped."""
        errors = self.errors_of('{"\\u001b[31m": 1, "packets": [{"messages": [{"action": "A"}]}]}')
        self.assertNotIn("\033", "".join(errors))

    def test_too_many(self):
        keys = ", ".join(f'"x{i}": 1' for i in range(1000))
        self.assertEqual(len(self.errors_of("{" + keys + "}")), 20)


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.target = os.path.join(self.folder, "out.pcap")

    def test_complete_or_not_there(self):
        result = programs.send("ins", "-w", self.target)
        self.assertEqual((result.returncode, os.listdir(self.folder)), (0, ["out.pcap"]))
        old = pathlib.Path(self.target).read_bytes()
        self.assertEqual(programs.send("ins", "--ttl", "999", "-w", self.target).returncode, 2)
        self.assertEqual(pathlib.Path(self.target).read_bytes(), old)
        self.assertEqual(os.listdir(self.folder), ["out.pcap"])

    def test_same_mode_as_others(self):
        previous = os.umask(0o027)
        self.addCleanup(os.umask, previous)
        programs.send("ins", "-w", self.target)
        self.assertEqual(os.stat(self.target).st_mode & 0o777, 0o640)

    def test_no_place(self):
        result = programs.send("ins", "-w", os.path.join(self.folder, "none", "x"))
        self.assertEqual(result.returncode, 2)
        self.assertIn(b"No such file or directory", result.stderr)
        self.assertEqual(result.stderr.count(b"\n"), 1)

    def test_disk_full(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full here")
        result = programs.send("ins", "-w", "/dev/full")
        self.assertEqual(result.returncode, 2)
        self.assertIn(b"No space left", result.stderr)
        with open("/dev/full", "w") as full:
            process = subprocess.run([programs.SEND, "ins", "-w", "-"], stdout=full,
                                     stderr=subprocess.PIPE)
        self.assertEqual(process.returncode, 2)
        self.assertIn(b"No space left", process.stderr)

    def test_ended_by_a_signal(self):
        document = scenario(packet(repeat=1000000), packet(repeat=1000000),
                            packet(repeat=1000000), packet(repeat=1000000))
        process = subprocess.Popen([programs.SEND, "--scenario", "-", "-w", self.target],
                                   stdin=subprocess.PIPE)
        process.stdin.write(json.dumps(document).encode())
        process.stdin.close()
        deadline = time.monotonic() + 30
        while not os.listdir(self.folder) and time.monotonic() < deadline:
            time.sleep(0.001)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(), -signal.SIGTERM)
        self.assertEqual(os.listdir(self.folder), [])

    def test_through_a_link(self):
        real = os.path.join(self.folder, "real.pcap")
        pathlib.Path(real).write_bytes(b"old")
        os.symlink("real.pcap", self.target)
        programs.send("ins", "-w", self.target)
        self.assertTrue(os.path.islink(self.target))
        self.assertGreater(os.path.getsize(real), 100)

    def test_formats_and_links(self):
        for link in ("ethernet", "vlan", "qinq", "sll", "sll2", "raw", "null", "null-be", "loop",
                     "pfsync0", "pfsync0-121", "pfsync0-18"):
            for format in ([], ["--pcapng"], ["--nano"], ["--pcapng", "--nano"]):
                for ip6 in ([], ["--ip6"]):
                    with self.subTest(link=link, format=format, ip6=ip6):
                        dialect = "freebsd-14" if link != "pfsync0-18" else "openbsd-6k"
                        result = programs.send("ins", "--id", "4711", "--dialect", dialect, "-w",
                                               "-", "--link", link, *format, *ip6)
                        lines = programs.dump(result.stdout, "--messages")
                        self.assertEqual(lines["message"][0]["id"], "0000000000004711")
                        self.assertNotIn("anomaly", lines)

    def test_tap_shows_its_own_node(self):
        document = scenario(packet(**{"from": "fw1"}), packet(**{"from": "fw2"}), nodes=[{}, {}],
                            link="pfsync0")
        for node, creator in (([], "00000001"), (["--view", "fw2"], "00000002")):
            lines = programs.dump(programs.capture_of(document, *node), "--messages")
            self.assertEqual([line["creatorid"] for line in lines["message"]], [creator])
        # OpenBSD 7.4 and later: an IP header in front, without a source (OB 3.3).
        capture = programs.capture_of(document)
        self.assertEqual(capture[24 + 16], 0x45)
        self.assertEqual(capture[24 + 16 + 12:24 + 16 + 20], bytes(4) + bytes([224, 0, 0, 240]))

    def test_fragments(self):
        for keys in ({}, {"ip6": True}):
            document = scenario(packet(messages=[dict(GROUP)] * 5, mtu=576, **keys))
            capture = programs.capture_of(document)
            lines = programs.dump(capture, "--messages")
            self.assertEqual(len(lines["message"]), 5)
            # As it was, each frame's length at 8 in its header.
            at, lengths = 24, []
            while at < len(capture):
                lengths.append(int.from_bytes(capture[at + 8:at + 12], "little"))
                at += 16 + lengths[-1]
            self.assertGreater(len(lengths), 2)
            self.assertLessEqual(max(lengths), 14 + 576)

    def test_ip_header(self):
        capture = programs.capture_of(scenario(packet(), packet(tos=7, id=4711, df=False, ttl=3)))
        frames = [capture[24 + 16:], capture[24 + 16 + 322 + 16:]]
        headers = [frame[14:34] for frame in frames]
        self.assertEqual(headers[0][:10].hex(), "4510013400014000fff0")
        self.assertEqual(headers[1][:10].hex(), "45070134126700" + "0003f0")
        for header in headers:
            total = sum(int.from_bytes(header[i:i + 2], "big") for i in range(0, 20, 2))
            self.assertEqual((total & 0xffff) + (total >> 16), 0xffff)
        self.assertEqual(frames[0][:14].hex(), "01005e0000f0" "02000a090001" "0800")

    def test_carp_payload(self):
        document = scenario({"proto": 112, "to": "224.0.0.18", "payload": "21 01 00 07 00 01"})
        capture = programs.capture_of(document)
        self.assertEqual(capture[24 + 16 + 14 + 9], 112)
        self.assertEqual(capture[-6:].hex(), "210100070001")

    def test_unicast_by_name(self):
        document = scenario(packet(to="fw2"), nodes=[{}, {"address": "10.9.0.77"}])
        lines = programs.dump(programs.capture_of(document), "--messages")
        self.assertEqual(lines["message"][0]["ip_dst"], "10.9.0.77")

    def test_times(self):
        document = scenario(packet(), packet(), packet(after="1.5s"), packet(at="1m"),
                            packet(time="2024-02-03T04:05:06.000000007Z"),
                            packet(repeat=3, every="10us"), start="2024-02-01T12:00:00Z",
                            interval="20ms", nanoseconds=True)
        lines = programs.dump(programs.capture_of(document), "--messages")
        self.assertEqual([line["time"][8:-1] for line in lines["message"]], [
            "01T12:00:00.000000000", "01T12:00:00.020000000", "01T12:00:01.520000000",
            "01T12:01:00.000000000", "03T04:05:06.000000007", "03T04:05:06.020000007",
            "03T04:05:06.020010007", "03T04:05:06.020020007"])


class Examples(unittest.TestCase):
    def test_examples(self):
        """The scenarios of the documentation fit the schema and are what they say."""
        found = {}
        for path in sorted((DOCS / "scenarios").glob("*.json")):
            document = json.loads(path.read_text())
            jsonschema.validate(document, SCHEMA)
            found[path.stem], _ = counters(document, "--messages")
        self.assertEqual(found["life"], [])
        self.assertEqual(found["bulk"], [])
        self.assertEqual(set(found["wrong"]), {"badlen", "badact", "badver", "trailing", "hdrops",
                                               "badttl", "checksum", "badval", "truncated"})

    def test_bulk_is_understood(self):
        document = json.loads((DOCS / "scenarios" / "bulk.json").read_text())
        lines = programs.dump(programs.capture_of(document), "--bulk")
        self.assertEqual((lines["bulk"][0]["outcome"], lines["bulk"][0]["state_count"]),
                         ("complete", 4))

    def test_schema_and_program_agree(self):
        """Of the keys that one knows the other knows all."""
        for name, keys in (("message", {"action": "INS"}),
                           ("message", {"action": "BUS"}), ("message", {"action": "TDB"})):
            text = programs.send("--scenario", "-", "--check", document={
                "packets": [{"messages": [{**keys, "no such key": 1}]}]}).stderr.decode()
            known = set(text.split("accepted: ")[1].strip().split(", "))
            self.assertEqual(known - set(SCHEMA["$defs"][name]["properties"]), set())
        for document, definition in (
                ({"packets": [{"messages": [{"action": "BUS"}], "no": 1}]}, "packet"),
                ({"packets": [{"messages": [{"action": "BUS"}], "wrong": {"no": 1}}]}, "wrong"),
                ({"nodes": [{"no": 1}], "packets": [{"messages": [{"action": "BUS"}]}]}, "node"),
                ({"no": 1, "packets": [{"messages": [{"action": "BUS"}]}]}, None)):
            text = programs.send("--scenario", "-", "--check", document=document).stderr.decode()
            known = set(text.split("accepted: ")[1].strip().split(", "))
            schema = SCHEMA["$defs"][definition] if definition else SCHEMA
            self.assertEqual(known, set(schema["properties"]))


class Messages(unittest.TestCase):
    def messages(self, document, *arguments):
        return programs.dump(programs.capture_of(document), "--messages", *arguments)["message"]

    def test_named_states(self):
        document = json.loads((DOCS / "scenarios" / "life.json").read_text())
        lines = [line for line in self.messages(document) if line["action"] != "EOF"]
        self.assertEqual([line["action"] for line in lines], ["INS", "UPD_C", "UPD_C", "DEL_C"])
        self.assertEqual({(line["id"], line["creatorid"]) for line in lines},
                         {("0000000000000001", "0000000a")})
        self.assertEqual(lines[2]["dst_peer"]["seqlo"], 7000001)
        self.assertEqual(lines[2]["timeout"], "tcp.closed")

    def test_translation(self):
        """A line heard from FreeBSD, said by OpenBSD of any age."""
        heard = self.messages(scenario(packet(messages=[
            {"action": "INS", "tcp": ["[2001:db8::1]:1", "[2001:db8::2]:2"], "rule": 7}]),
            dialect="freebsd-14"))[0]
        for dialect in programs.dialects():
            document = scenario({"dialect": dialect, "messages": [heard]})
            line = self.messages(document, "--dialect", dialect)[0]
            with self.subTest(dialect=dialect):
                self.assertEqual((line["action"], line["af"], line["rule"]), ("INS", "inet6", 7))
                self.assertEqual(line["wire"]["addr"], heard["wire"]["addr"])

    def test_connections(self):
        cases = (
            ({"tcp": ["10.0.0.5:51000", "192.0.2.9:443"], "nat": "198.51.100.1:61000"}, "out",
             ["192.0.2.9", "198.51.100.1"], [443, 61000], ["192.0.2.9", "10.0.0.5"],
             [443, 51000]),
            ({"tcp": ["10.0.0.5:51000", "192.0.2.9:443"], "nat": "198.51.100.1"}, "out",
             ["192.0.2.9", "198.51.100.1"], [443, 51000], ["192.0.2.9", "10.0.0.5"],
             [443, 51000]),
            ({"udp": ["203.0.113.7:5", "10.0.0.8:53"], "rdr": "192.0.2.1:5353"}, "in",
             ["203.0.113.7", "192.0.2.1"], [5, 5353], ["203.0.113.7", "10.0.0.8"], [5, 53]),
            ({"sctp": ["10.0.0.1:1", "10.0.0.2:2"], "direction": "in"}, "in",
             ["10.0.0.1", "10.0.0.2"], [1, 2], ["10.0.0.1", "10.0.0.2"], [1, 2]),
            ({"flow": ["10.0.0.1", "10.0.0.2"], "proto": "gre"}, "out",
             ["10.0.0.2", "10.0.0.1"], [0, 0], ["10.0.0.2", "10.0.0.1"], [0, 0]),
        )
        for keys, direction, wire, wire_ports, stack, stack_ports in cases:
            for dialect in ("openbsd-2e", "freebsd-8", "freebsd-10", "freebsd-15", "openbsd-6k"):
                with self.subTest(keys=keys, dialect=dialect):
                    line = self.messages(scenario(packet(messages=[{"action": "INS", **keys}]),
                                                  dialect=dialect), "--dialect", dialect)[0]
                    self.assertEqual(line["direction"], direction)
                    self.assertEqual(line["wire"]["addr"], wire)
                    self.assertEqual(line["wire"]["port"], wire_ports)
                    self.assertEqual(line["stack"]["addr"], stack)
                    self.assertEqual(line["stack"]["port"], stack_ports)

    def test_one_liners(self):
        for verb in ("ins", "upd", "upd_c", "del", "del_c", "clr", "upd_req", "ins_ack", "bus",
                     "tdb", "upd-c", "UPD_C"):
            with self.subTest(verb=verb):
                result = programs.send(verb, "-w", "-")
                lines = programs.dump(result.stdout, "--messages")
                self.assertEqual(lines["message"][0]["action"], verb.upper().replace("-", "_"))
                self.assertNotIn("anomaly", lines)

    def test_one_liner_fields(self):
        result = programs.send(
            "upd", "--tcp", "10.0.0.5:51000", "192.0.2.9:443", "--hostid", "aabbccdd", "--id=99",
            "--cksum", "00112233445566778899aabbccddeeff", "--ifname", "em7", "--from",
            "10.1.1.1", "--to", "10.1.1.2", "--set", "src_peer.seqlo=123", "--set",
            "packets=[5,3]", "--set", "timeout=tcp.closing", "--dialect", "freebsd-15", "-w", "-")
        self.assertEqual(result.stderr, b"")
        lines = programs.dump(result.stdout, "--messages", "-v")
        line = lines["message"][0]
        self.assertEqual((line["ip_src"], line["ip_dst"], line["creatorid"], line["id"], line["ifname"],
                          line["src_peer"]["seqlo"], line["packets"], line["timeout"],
                          line["record"]),
                         ("10.1.1.1", "10.1.1.2", "aabbccdd", "0000000000000099", "em7", 123,
                          [5, 3], "tcp.closing", "1500"))
        self.assertEqual(lines["frame"][0]["pfcksum"], "00112233445566778899aabbccddeeff")

    def test_bad_command_lines(self):
        for arguments, words in (
                ([], "nothing to do"), (["ins"], "nowhere"), (["insert", "-w", "x"], "ins upd"),
                (["--scenario", "x"], "nowhere"), (["ins", "-w"], "value"),
                (["ins", "--tcp", "10.0.0.1", "-w"], "nowhere"),
                (["ins", "--link", "token", "-w", "x"], "ethernet"),
                (["--scenario", "x", "ins", "-w", "x"], "exclude"),
                (["--scenario", "x", "--ttl", "4", "-w", "x"], "--ttl"),
                (["ins", "-w", "x", "-i", "lo"], "one at a time"),
                (["ins", "--set", "x", "-w", "x"], "NAME=VALUE"),
                (["ins", "--frobnicate"], "no such option"),
                (["ins", "--yes=1"], "no value"), (["ins", "upd", "-w", "x"], "too many"),
                (["ins", "--syncpeer", "10.0.0.1", "-w", "x"], "-i"),
                (["ins", "-i", "lo", "--syncpeer", "fw2"], "address"),
                (["ins", "-i", "none0"], "no such interface"),
                (["--scenario", "/nowhere", "-w", "x"], "No such file")):
            with self.subTest(arguments=arguments):
                result = programs.send(*arguments)
                self.assertEqual(result.returncode, 2)
                self.assertIn(words, result.stderr.decode())
                self.assertEqual(result.stderr.count(b"\n"), 1)
                self.assertEqual(result.stdout, b"")

    def test_help_and_version(self):
        for argument, word in (("--help", b"--scenario"), ("--version", b"pfsyncsend ")):
            result = programs.send(argument)
            self.assertEqual(result.returncode, 0)
            self.assertIn(word, result.stdout)


class Manual(unittest.TestCase):
    PAGE = DOCS / "pfsyncsend.1"

    def test_names_every_option(self):
        text = programs.send("--help").stdout.decode()
        words = set(re.findall(r"(?<![\w-])-{1,2}[a-z][a-z0-9-]*", text))
        self.assertGreater(len(words), 40)
        page = self.PAGE.read_text()
        for word in words:
            self.assertRegex(page, r"Fl %s\b" % re.escape(word[1:]), word)

    def test_is_good_mdoc(self):
        if shutil.which("mandoc") is None:
            self.skipTest("no mandoc")
        done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", str(self.PAGE)],
                              capture_output=True, timeout=60)
        self.assertEqual((done.returncode, done.stdout), (0, b""))

    def test_its_scenario_runs(self):
        """The example in the page."""
        blocks = [part.split(".Ed")[0]
                  for part in self.PAGE.read_text().split(".Bd -literal -offset indent\n")]
        text, = (block for block in blocks if '"packets"' in block and block[0] == "{")
        found, _ = counters(scenario(*json.loads(text)["packets"], dialect="freebsd-14"))
        self.assertEqual(found, ["badlen"])

    def test_pages_json_runs(self):
        """The example in docs/scenarios.md."""
        text = (DOCS / "scenarios.md").read_text().split("```json\n")[1].split("```")[0]
        self.assertEqual(counters(json.loads(text))[0], [])


if __name__ == "__main__":
    programs.main()
