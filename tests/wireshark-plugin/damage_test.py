# SPDX-License-Identifier: ISC
"""Corrupted packets: no crash, no hang, no "Malformed Packet", no dissector bug.

All samples of Ethernet in one file, and those of pfsync0; then copies in which
editcap changes bytes of what pfsync carries, with fixed seeds, some few and
many.  Every copy of every packet is dissected in two passes with its whole tree.
"""
import concurrent.futures
import glob
import os
import subprocess
import sys

import shark

ETHERNET_AND_IP_BYTES = 34
# (share of bytes that are changed, seed)
COPIES = [(share, 10 * group + seed)
          for group, share in enumerate(["0.002", "0.01", "0.03", "0.1", "0.3", "0.9"])
          for seed in (1, 2)]
# What must not be in the output.  Where a VLAN tag or IPv6 moves things, the
# bytes of other protocols are hit, too: what those say is their business.
BAD = [b"Malformed Packet: PFSYNC", b"Dissector bug"]


def linktype(path):
    with open(path, "rb") as file:
        head = file.read(24)
    if head[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1"):
        return int.from_bytes(head[20:24], "little")
    if head[:4] in (b"\xa1\xb2\xc3\xd4", b"\xa1\xb2\x3c\x4d"):
        return int.from_bytes(head[20:24], "big")
    return None


def sources():
    """[(name, paths of that link type, bytes to leave alone)]"""
    by_type = {}
    for path in sorted(glob.glob(f"{shark.SAMPLES}/*.pcap")):
        if not os.path.basename(path).startswith(("broken-cut", "broken-magic", "broken-empty")):
            by_type.setdefault(linktype(path), []).append(shark.readable(path))
    return [("ethernet", by_type[1], ETHERNET_AND_IP_BYTES), ("pfsync0", by_type[18], 0)]


def dissect(path):
    """(bytes of output, packets of pfsync, [failures])"""
    demote = shark._demote if os.geteuid() == 0 else None
    child = subprocess.Popen(["tshark", "-n", "-2", "-V", "-r", path], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, env=shark.environment(), preexec_fn=demote,
                             cwd=shark.HOME)
    failures, packets = [], 0
    for line in child.stdout:
        packets += line.startswith(b"pfsync, ")
        if any(bad in line for bad in BAD):
            failures.append(f"{os.path.basename(path)}: {line.decode(errors='replace').strip()}")
    noise = child.stderr.read().decode(errors="replace")
    if child.wait(shark.TIMEOUT_S) != 0 or noise.strip():
        failures.append(f"{os.path.basename(path)}: exit code {child.returncode}\n{noise}")
    return packets, failures


def main():
    shark.assert_loaded()
    jobs, failures, packets = [], [], 0
    for name, paths, keep in sources():
        whole = os.path.join(shark.HOME, f"{name}.pcap")
        shark.run("mergecap", "-a", "-F", "pcap", "-w", whole, *paths)
        for share, seed in COPIES:
            copy = os.path.join(shark.HOME, f"{name}-{seed}.pcap")
            shark.run("editcap", "-E", share, "-o", str(keep), "--seed", str(seed), "-F", "pcap",
                      whole, copy, check=False)
            jobs.append(copy)
    if len(sys.argv) > 1:  # fewer, under a slow sanitizer
        jobs = jobs[:int(sys.argv[1])]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for some, found in pool.map(dissect, jobs):
            packets += some
            failures += found
    print(f"{len(jobs)} files, {packets} corrupted packets dissected")
    if packets < 2000:
        failures.append(f"only {packets} corrupted packets reached the dissector")
    shark.finish(failures)


main()
