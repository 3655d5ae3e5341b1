#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""What FreeBSD's own tcpdump said of a real capture, tcpdump-pfsync says, too.

FreeBSD 10.1 watched the same wire with tcpdump -n -vvv.  Its printer steps 12 bytes
on behind a full update, where 242 are right, so that what follows in that packet is
misread (FB 15.1): of those packets what stands before is compared.  Ends with 77 where
the capture is not there.
"""
import argparse
import re
import sys

import tcpdump_text

CAPTURE = tcpdump_text.SHARED / "captures" / "freebsd-10.1"
PROTO_NUMBERS = {"icmp": 1, "igmp": 2, "tcp": 6, "udp": 17, "gre": 47, "esp": 50, "ah": 51,
                 "ipv6-icmp": 58, "sctp": 132, "ospf": 89, "pim": 103,
                 "ipencap": 4, "ipv6": 41}
LABELS = {"clear all": "CLR ST", "insert": "INS ST", "insert ack": "INS ST ACK",
          "update": "UPD ST", "update compressed": "UPD ST COMP",
          "request uncompressed": "UPD ST REQ", "delete": "DEL ST",
          "delete compressed": "DEL ST COMP", "bulk update status": "BULK UPD STAT",
          "tdb": "TDB UPD", "eof": "EOF"}


def packets(text):
    """{(source, IP id): lines below the first two} of -v output."""
    found = {}
    lines = None
    head = None
    for line in text.split("\n"):
        start = re.match(r"\d\d:\d\d:\d\d\.\d+ IP .* id (\d+), .*proto pfsync", line)
        if start:
            head, lines = start[1], None
        elif head is not None and lines is None:
            source = re.match(r"    (\S+) > ", line)
            lines = found[(source[1], head)] = []
        elif lines is not None and line.startswith(("    ", "\t")):
            lines.append(line)
        else:
            head = lines = None
    return found


def theirs(lines):
    """In our words, up to where it goes wrong."""
    update = False
    for line in lines:
        section = re.match(r"    (.+) count (\d+)$", line)
        if section:
            if update or section[1] not in LABELS:
                return
            yield f"act {LABELS[section[1]]} count {section[2]}"
            update = section[1] == "update"
            continue
        line = line.strip()
        if line.startswith("id: "):
            last_id = line
        # The peers of an UPD_C, as if it were of TCP, which it does not know.
        peers = re.match(r"TCP\? :\s+(\S+)$", line)
        if peers:
            line = f"{last_id}  {peers[1]}"
        yield line
        if update and line.startswith("id: "):
            return


def ours(lines):
    for line in lines:
        line = line.strip()
        state = re.match(r"(\S+) ([\w-]+) (.*?) +(\S+)$", line)
        if state and (" <- " in line or " -> " in line):
            proto = PROTO_NUMBERS.get(state[2], state[2])
            ends = re.sub(r"(\d+\.\d+\.\d+\.\d+):(\d+)", r"\1.\2", state[3])
            ends = re.sub(r"\[(\d+)\]", r".\1", ends)
            line = f"{state[1]} proto {proto} {ends}   {state[4]}"
        yield re.sub(r", record 1301$", "", line)


def not_tcp(said):
    """Ids of UPD_C of other protocols: theirs has levels and windows of TCP for them."""
    return {have.split("  ")[0] for have, after in zip(said, said[1:] + [""])
            if have.startswith("id: ") and "  " in have and not after.startswith("[")}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tcpdump", required=True)
    options = parser.parse_args()
    if not CAPTURE.exists():
        print("skipped: no", CAPTURE)
        sys.exit(77)
    mine = packets(tcpdump_text.run(options.tcpdump, "-n", "-vv", "-r", CAPTURE / "wire.pcap"))
    compared = lines = missing = 0
    for which in "AB":
        text = (CAPTURE / f"bsd-tcpdump-vvv-{which}.txt").read_text(
                encoding="latin-1")
        for key, block in packets(text).items():
            if key not in mine:
                continue
            compared += 1
            said = list(ours(mine[key]))
            other, skip = not_tcp(said), False
            for line in theirs(block):
                lines += 1
                skip = line.split("  ")[0] in other or (skip and line.startswith("["))
                if skip:
                    continue
                if line not in said and not any(have.startswith(line) for have in said):
                    missing += 1
                    if missing <= 10:
                        print(f"{key}: {line!r} not among\n  " + "\n  ".join(said))
    print(f"{compared} packets, {lines} lines, {missing} not said")
    sys.exit(1 if missing or compared < 500 or lines < 5000 else 0)


if __name__ == "__main__":
    main()
