#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Listings of two firewalls compared without a capture, in all forms that pfctl prints."""
import json
import pathlib
import sys

import jsonschema

import cli_test
from cli_test import Case

CREATOR = "aaaa0001"
SCHEMA = jsonschema.Draft202012Validator(json.loads(
    (pathlib.Path(__file__).resolve().parents[2] / "docs" / "pfsyncdump.schema.json").read_text()))


def listed(number, proto="tcp", level="ESTABLISHED:ESTABLISHED", age=600, expires=86000,
           windows=(1000, 5000), creator=CREATOR, direction="->", flags="", level_of_detail=2,
           ends=None, ifname="all", crlf=False):
    """A state as pfctl lists it: -ss, -vss or -vvss."""
    ends = ends or "10.1.0.%d:%d %s 10.2.0.2:443" % (number % 250 + 1, 20000 + number % 40000,
                                                    direction)
    clock = lambda s: "%02d:%02d:%02d" % (s // 3600, s // 60 % 60, s % 60)
    lines = ["%s %s %s       %s" % (ifname, proto, ends, level)]
    if level_of_detail > 0:
        if proto == "tcp":
            lines.append("   [%d + 65000]  [%d + 65000]" % windows)
        lines.append("   age %s, expires in %s, 9:8 pkts, 600:800 bytes, rule 7%s" %
                     (clock(age), clock(expires), flags))
    if level_of_detail > 1:
        lines.append("   id: %016x creatorid: %s" % (number, creator))
    end = "\r\n" if crlf else "\n"
    return end.join(lines) + end


class Tables(Case):
    def compare(self, a, b, *arguments, code=None):
        """Lines of JSON about the two texts."""
        words = ["--pfctl", "fw1=" + self.file(a.encode(), "a.txt"),
                 "--pfctl", "fw2=" + self.file(b.encode(), "b.txt")]
        done = self.run_with("--json", "--check", *words, *arguments)
        self.assertEqual(done.stderr, b"")
        for line in done.stdout.splitlines()[:20]:
            SCHEMA.validate(json.loads(line))
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        verdict = lines[-1]["verdict"]
        self.assertEqual(done.returncode, {"in-sync": 0, "diverged": 1}[verdict])
        if code is not None:
            self.assertEqual(done.returncode, code)
        return [line for line in lines if line["type"] == "difference"], lines[-1]

    def test_forms(self):
        """Whatever pfctl it is, what both have is the same and what one lacks is found."""
        forms = {
            "OpenBSD": [listed(1), listed(2, "udp", "MULTIPLE:MULTIPLE"),
                        listed(3, direction="<-")],
            "NAT": [listed(1, ends="198.51.100.1:61001 (10.0.0.5:51000) -> 203.0.113.80:443"),
                    listed(2, ends="10.0.0.9:80 (198.51.100.1:80) <- 203.0.113.80:40000")],
            "IPv6": [listed(1, ends="2001:db8::1[40000] -> 2001:db8:80::80[443]"),
                     listed(2, ends="2001:db8:ffff::1[50001] (2001:db8:1::1[50001]) -> "
                                    "2001:db8:80::80[443]"),
                     listed(3, "ipv6-icmp", "NO_TRAFFIC:NO_TRAFFIC",
                            ends="2001:db8:1::12[33] -> 2001:db8:80::80[33]")],
            "old": [listed(1, ends="10.0.0.5:51000 -> 198.51.100.1:61001 -> 203.0.113.80:443"),
                    listed(2, ends="10.0.0.6:51000 -> 203.0.113.80:443")],
            "route": [listed(1) + "   gateway: 192.0.2.1@em0\n   origif: em1\n",
                      listed(2) + "   route-to: 192.0.2.1@em0\n"],
            "ICMP": [listed(1, "icmp", "0:0", ends="10.0.0.5:4711 -> 203.0.113.80:8")],
            "SCTP": [listed(1, "sctp", ends="10.0.0.5:4711 -> 203.0.113.80:5060")],
            "if-bound": [listed(1, ifname="igb0"), listed(2, ifname="em1.20")],
        }
        for name, states in forms.items():
            for detail in (0, 1, 2):
                def cut(text):
                    kept = text.splitlines()
                    ids = [line for line in kept if line.startswith("   id:")]
                    first = kept[:1]
                    return "\n".join(kept if detail == 2 else first if detail == 0 else
                                     [line for line in kept if line not in ids]) + "\n"
                states_now = [cut(state) for state in states]
                for head in ("", "No ALTQ support in kernel\nALTQ related functions disabled\n"):
                    for missing in range(len(states_now)):
                        with self.subTest(form=name, detail=detail, missing=missing):
                            whole = head + "".join(states_now)
                            part = "".join(states_now[:missing] + states_now[missing + 1:])
                            self.assertEqual(self.compare(whole, whole, code=0)[0], [])
                            found, summary = self.compare(whole, part)
                            self.assertEqual([(d["kind"], d["has"], d["lacks"]) for d in found],
                                             [("missing", ["fw1"], ["fw2"])])
                            # Sure where ages tell how far apart the two were taken.
                            known = detail > 0 and len(states) > 1
                            self.assertEqual(found[0]["certainty"],
                                             "sure" if known else "likely")
                            self.assertEqual(summary["now"]["only_on"], {"fw1": 1, "fw2": 0})
                            found, _ = self.compare(part, whole)
                            self.assertEqual([(d["has"], d["lacks"]) for d in found],
                                             [(["fw2"], ["fw1"])])

    def test_interfaces_have_other_names(self):
        self.assertEqual(self.compare(listed(1, ifname="igb0"), listed(1, ifname="em0"))[0], [])
        self.assertEqual(self.compare(listed(1, ifname="igb0", level_of_detail=0),
                                      listed(1, ifname="em0", level_of_detail=0))[0], [])

    def test_line_ends_of_windows(self):
        self.assertEqual(self.compare(listed(1), listed(1, crlf=True))[0], [])

    def test_seconds_between(self):
        """What came or was to go in between is no difference; what was there is one."""
        for seconds in (0, 1, 5, 60):
            both = [listed(n, age=600) for n in range(1, 6)]
            later = [listed(n, age=600 + seconds, expires=86000 - seconds) for n in range(1, 6)]
            young = listed(50, age=seconds)
            ending = listed(51, "udp", "MULTIPLE:MULTIPLE", age=900, expires=max(seconds, 3))
            with self.subTest(seconds=seconds):
                found, _ = self.compare("".join(both) + ending, "".join(later) + young)
                self.assertEqual(found, [])
                # As old as the listings are apart, and a minute more.
                old = listed(52, age=660 + seconds)
                found, _ = self.compare("".join(both), "".join(later) + old, code=1)
                self.assertEqual([(d["has"], d["certainty"]) for d in found],
                                 [(["fw2"], "sure")])
                lasting = listed(53, age=600, expires=seconds + 60)
                found, _ = self.compare("".join(both) + lasting, "".join(later))
                self.assertEqual([d["has"] for d in found], [["fw1"]])

    def test_times_that_are_given(self):
        """--pfctl's own times count for more than ages."""
        a, b = self.file(listed(1).encode(), "a"), self.file(b"", "b")
        young = self.file((listed(1, age=610) + listed(2, age=9)).encode(), "c")
        for times, count in ((("", ""), 0), (("@100", "@110"), 0), (("@100", "@101"), 1)):
            done = self.run_with("--json", "--pfctl", "fw1=" + a + times[0],
                                 "--pfctl", "fw2=" + young + times[1])
            self.assertEqual(done.stdout.count(b'"difference"'), count, times)
        line = self.objects("--pfctl", "fw1=" + a + "@100", "--pfctl", "fw2=" + b + "@101")
        found = [d for d in line if d["type"] == "difference"]
        self.assertEqual([(d["time"], d["established"]) for d in found],
                         [("1970-01-01T00:01:41.000000000Z", True)])

    def test_another_id(self):
        """Both made a state of the same connection: one difference, and no state missing."""
        a = listed(1) + listed(2)
        b = listed(1) + listed(2, creator="bbbb0002")
        found, summary = self.compare(a, b)
        self.assertEqual([(d["kind"], d["creatorid"]) for d in found], [("key", CREATOR)])
        self.assertEqual(summary["now"]["only_on"], {"fw1": 0, "fw2": 0})

    def test_peers(self):
        """A takeover that would break: levels, modulation, a window that is behind."""
        a = listed(1) + listed(2)
        for other, why in ((listed(1, level="SYN_SENT:CLOSED"), "level"),
                           (listed(1).replace("[1000 + 65000]", "[1000 + 65000](+77)"), "nat")):
            found, summary = self.compare(a, other + listed(2), code=1)
            self.assertEqual([(d["kind"], d["has"], d["lacks"], d["why"]) for d in found],
                             [("peers", ["fw1"], ["fw2"], why)])
            self.assertEqual(summary["now"]["peers_differ"], 1)
        # Bytes flowed between the listings: only the later one can be behind.
        ahead = listed(1, windows=(9000000, 5000)) + listed(2)
        self.assertEqual(self.compare(ahead, a)[0], [])
        later = listed(1, age=605) + listed(2, age=605)
        self.assertEqual([d["why"] for d in self.compare(ahead, later)[0]], ["window"])
        # It had just been made.
        self.assertEqual(self.compare(listed(1, age=1), listed(1, age=1, level="SYN_SENT:CLOSED")
                                      )[0], [])

    def test_what_never_travels(self):
        a = listed(1) + listed(2, flags=", no-sync") + listed(
            3, "pfsync", "SINGLE:NO_TRAFFIC", ends="10.0.0.11 -> 224.0.0.240")
        found, summary = self.compare(a, listed(1))
        self.assertEqual((found, summary["now"]["comparable"]), ([], 1))
        text = self.good("--pfctl", "fw1=" + self.file(a.encode(), "a"), "--pfctl",
                         "fw2=" + self.file(listed(1).encode(), "b"))
        self.assertTrue(text.startswith("IN SYNC: 1 of 1 states"))
        self.assertIn("2 left out: never travel", text)

    def test_order_and_number(self):
        """Established ones first; no limit."""
        short = [listed(n, "udp", "SINGLE:NO_TRAFFIC", expires=25) for n in range(1, 1001)]
        long = [listed(n, "udp", "MULTIPLE:MULTIPLE", expires=900) for n in range(2001, 3001)]
        tcp = [listed(n) for n in range(5001, 6001)]
        found, _ = self.compare("".join(short + long + tcp), listed(9999), code=1)
        mine = [d for d in found if d["has"] == ["fw1"]]
        self.assertEqual(len(mine), 3000)
        order = [0 if d["established"] else 1 if d["expire_s"] > 30 else 2 for d in mine]
        self.assertEqual(order, sorted(order))
        text = self.good("--diff", "--pfctl", "fw1=%s" % (self.folder / "a.txt"),
                         "--pfctl", "fw2=%s" % (self.folder / "b.txt"))
        self.assertEqual(text.count("fw2 lacks it"), 3000)

    def test_three_firewalls(self):
        words = []
        for name, states in (("a", (1, 2, 3)), ("b", (1, 2)), ("c", (1, 3))):
            text = "".join(listed(n) for n in states)
            words += ["--pfctl", name + "=" + self.file(text.encode(), name)]
        found = {d["id"][-1]: (d["has"], d["lacks"]) for d in self.objects(*words)
                 if d["type"] == "difference"}
        self.assertEqual(found, {"2": (["a", "b"], ["c"]), "3": (["a", "c"], ["b"])})

    def test_an_empty_listing(self):
        found, _ = self.compare(listed(1), "", code=1)
        self.assertEqual(len(found), 1)
        self.assertEqual(self.compare("", "")[0], [])

    def test_what_cannot_be(self):
        name = self.file(listed(1).encode())
        self.bad("nothing to read", "--pfctl", "fw1=" + name)
        self.bad("two listings of fw1", "--pfctl", "fw1=" + name, "--pfctl", "fw1=" + name)
        self.bad("/nonexistent/x", "--pfctl", "fw1=" + name, "--pfctl", "fw2=/nonexistent/x")
        self.bad("nothing to read", "--states", "--pfctl", "fw1=" + name, "--pfctl",
                 "fw2=" + name)


if __name__ == "__main__":
    sys.exit(cli_test.main())
