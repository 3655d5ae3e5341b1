# SPDX-License-Identifier: ISC
"""What tcpdump-pfsync printed, as data; and how to run it."""
import gzip
import os
import pathlib
import re
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
SHARED = pathlib.Path(os.environ.get("PFSYNC_SHARED", ROOT / ".." / "shared"))

# As pfsync_action_label() has them.
ACTIONS = {
    "CLR ST": "CLR", "INS ST": "INS", "INS ST ACK": "INS_ACK", "UPD ST": "UPD",
    "UPD ST COMP": "UPD_C", "UPD ST REQ": "UPD_REQ", "DEL ST": "DEL", "DEL ST COMP": "DEL_C",
    "INS FR": "INS_F", "DEL FR": "DEL_F", "BULK UPD STAT": "BUS", "TDB UPD": "TDB", "EOF": "EOF",
}
PACKET = re.compile(r" *(\d+)  \d\d:\d\d:\d\d\.\d+ ")
HEAD = re.compile(r"PFSYNC(?:v\d+)? len \d+( \(first fragment\))?(?:, ([\w-]+)(?: \((\w+)\))?)?")
SECTION = re.compile(r"    act (.+?) count (\d+)")
RECORD = re.compile(r"\t(?! )(.*)")
IDS = re.compile(r"(?:id: ([0-9a-f]{16}))?(?: ?creatorid: ([0-9a-f]{8}))?")
SPI = re.compile(r"spi: 0x([0-9a-f]{8})")


def run(program, *arguments, check=True, **options):
    """Its standard output; a crash or a sanitizer's word is an error either way."""
    done = subprocess.run([str(program), *map(str, arguments)], capture_output=True, text=True,
                          errors="backslashreplace", **options)
    if "Sanitizer" in done.stderr or "runtime error" in done.stderr or done.returncode < 0:
        raise AssertionError(f"{arguments}: {done.stderr[-3000:]}")
    if check and done.returncode != 0:
        raise AssertionError(f"{arguments}: exit {done.returncode}: {done.stderr[-500:]}")
    return done.stdout


def captures(samples=True, real=True):
    """(name, path) of every capture that libpcap itself can open; gzip is undone."""
    found = []
    if samples:
        found += [path for path in sorted(SAMPLES.iterdir()) if ".pcap" in path.name]
    if real:
        found += sorted((SAMPLES / "real").glob("*.pcap.gz"))
        found += sorted(SHARED.glob("captures/*/*.pcap"))
    with tempfile.TemporaryDirectory() as folder:
        for path in found:
            if path.suffix == ".zst":
                continue  # the same packets as file-gzip.pcap.gz
            if path.suffix == ".gz":
                plain = pathlib.Path(folder) / path.stem
                plain.write_bytes(gzip.decompress(path.read_bytes()))
                yield path.name, plain
                plain.unlink()
            else:
                yield str(path.relative_to(path.parents[1])), path


class Packet:
    def __init__(self, number):
        self.number = number
        self.pfsync = False
        self.fragment = False
        self.dialect = None
        self.sections = []  # [action, count, [(id, creatorid, spi), ...]]
        self.truncated = False
        self.problems = 0


def _ids(text):
    for found in IDS.finditer(text):
        if found[1] or found[2]:
            return found[1], found[2]
    return None


def parse(text):
    """The packets of output made with -# and -vv."""
    packets = []
    for line in text.split("\n"):
        start = PACKET.match(line)
        if start:
            packets.append(Packet(int(start[1])))
        if not packets:
            continue
        packet = packets[-1]
        packet.truncated |= "[|" in line
        head = HEAD.search(line) if not packet.pfsync else None
        if head:
            packet.pfsync = True
            packet.fragment = head[1] is not None
            packet.dialect = head[2]
            continue
        section, record = SECTION.match(line), RECORD.match(line)
        if line.startswith("    ["):
            packet.problems += 1
        elif section:
            packet.sections.append([ACTIONS.get(section[1]), int(section[2]), []])
        elif record and packet.sections:
            spi = SPI.search(line)
            packet.sections[-1][2].append(
                [*(_ids(line) or (None, None)), spi[1] if spi else None])
        elif line.startswith("\t   id: ") and packet.sections and packet.sections[-1][2]:
            packet.sections[-1][2][-1][:2] = _ids(line)
    return packets
