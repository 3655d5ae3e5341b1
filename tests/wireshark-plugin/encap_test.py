# SPDX-License-Identifier: ISC
"""Link types that pfsync shares with others, and those of its own.

What is not pfsync must be dissected as without the plugin; what is must be
shown as pfsync with link types 18, 121 and 246, in pcap and pcapng.
"""
import os
import struct
import subprocess

import shark

# LINKTYPE numbers; 18, 106 and 121 are those that pfsync0 shares, 300 is nobody's.
SHARED = {18: "DLT 18", 106: "ATM CLIP", 121: "HiPath HDLC"}
IP_UDP = bytes.fromhex("4500002000010000401166c90a0000010a0000020035003500 0cbeef616263 64".replace(
    " ", ""))
NOT_PFSYNC = [IP_UDP, bytes(range(60)), b"\x06" + bytes(99), b"\x05\x00\x00\x14" + bytes(16), b"\x02",
              bytes.fromhex("0f000800") + IP_UDP]


def pcapng(path, linktype, packets):
    def block(kind, body):
        body += bytes(-len(body) % 4)
        return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)

    with open(path, "wb") as file:
        file.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
        file.write(block(1, struct.pack("<HHI", linktype, 0, 65535)))
        for n, packet in enumerate(packets):
            file.write(block(6, struct.pack("<IIIII", 0, 0, n, len(packet), len(packet)) + packet))
    os.chmod(path, 0o644)


def stock(*arguments):
    """tshark without any plugin."""
    env = dict(shark.environment(), WIRESHARK_PLUGIN_DIR=shark.EMPTY)
    demote = shark._demote if os.geteuid() == 0 else None
    return subprocess.run(["tshark", "-n", *arguments], capture_output=True, env=env,
                          preexec_fn=demote, check=False).stdout.decode()


def payloads(sample):
    """The packets of a classic little-endian pcap."""
    with open(os.path.join(shark.SAMPLES, sample), "rb") as file:
        data = file.read()
    at = 24
    while at < len(data):
        length = struct.unpack_from("<I", data, at + 8)[0]
        yield data[at + 16:at + 16 + length]
        at += 16 + length


def info_lines(path):
    return [line for line in shark.text("-r", path, "-T", "fields", "-e", "_ws.col.Protocol", "-e",
                                        "_ws.col.Info").splitlines() if "PFSYNC" in line]


def others_are_left_alone(failures):
    for linktype in [*SHARED, 300]:
        path = os.path.join(shark.HOME, f"other-{linktype}.pcapng")
        pcapng(path, linktype, NOT_PFSYNC)
        want, got = stock("-PV", "-r", path), shark.text("-PV", "-r", path)
        if want != got or "pfsync" in got.lower():
            failures.append(f"link type {linktype}: what is not pfsync is shown otherwise")
        if not want:
            failures.append(f"link type {linktype}: nothing to compare")


def pfsync_is_found(failures):
    packets = list(payloads("pfsync0-246.pcap"))
    want = None
    for linktype in (246, 18, 121):
        path = os.path.join(shark.HOME, f"own-{linktype}.pcapng")
        pcapng(path, linktype, packets)
        got = info_lines(path)
        if len(got) != len(packets):
            failures.append(f"link type {linktype}: {len(got)} of {len(packets)} are pfsync")
        if want is not None and got != want:
            failures.append(f"link type {linktype}: other Info than for 246")
        want = got
    if not want or not all("v5 pfsync0: " in line for line in want):
        failures.append(f"Info does not name pfsync0: {want[:1]}")
    with_ip = info_lines(shark.readable(os.path.join(shark.SAMPLES, "pfsync0-18-ip.pcap")))
    if not with_ip or not all("v6 pfsync0: " in line for line in with_ip):
        failures.append(f"pfsync0 of OpenBSD 7.6, with an IP header: {with_ip[:1]}")


def classic_246(failures):
    path = shark.readable(os.path.join(shark.SAMPLES, "pfsync0-246.pcap"))
    folder = os.listdir(shark.PLUGINS)[0]
    if not os.path.exists(os.path.join(shark.PLUGINS, folder, "wiretap", "pfsync_wtap.so")):
        # Built without Wireshark's source: tshark says that it cannot, and
        # pfsyncdump writes a file that it can.
        if shark.tshark("-r", path, check=False).returncode == 0:
            failures.append("classic pcap with 246 opens without the plugin for wiretap")
        path = os.path.join(shark.HOME, "rewrapped.pcap")
        subprocess.run([shark.DUMP, "-r", os.path.join(shark.SAMPLES, "pfsync0-246.pcap"), "-w",
                        path], check=True)
        os.chmod(path, 0o644)
    got = info_lines(path)
    if len(got) != len(list(payloads("pfsync0-246.pcap"))):
        failures.append(f"classic pcap with 246: {len(got)} packets of pfsync")
    if "-w" in path:
        return
    # Both byte orders, nanoseconds; cut short in a header and in a packet.
    with open(path, "rb") as file:
        little = file.read()
    for name, data in swapped_and_cut(little):
        other = os.path.join(shark.HOME, name)
        with open(other, "wb") as file:
            file.write(data)
        os.chmod(other, 0o644)
        done = shark.tshark("-r", other, "-T", "fields", "-e", "frame.time_epoch", "-e",
                            "_ws.col.Info", check=False)
        cut = name.startswith("cut")
        if (done.returncode != 0) != cut or (b"cut short" in done.stderr) != cut:
            failures.append(f"{name}: exit code {done.returncode}, {done.stderr.decode()}")
        lines = done.stdout.decode().splitlines()
        if not cut and len(lines) != len(got):
            failures.append(f"{name}: {len(lines)} packets, not {len(got)}")


def swapped_and_cut(little):
    words = struct.unpack("<IHHiIII", little[:24])
    big = struct.pack(">IHHiIII", *words)
    nano = struct.pack("<IHHiIII", 0xA1B23C4D, *words[1:])
    at, big_packets = 24, b""
    while at < len(little):
        header = struct.unpack_from("<IIII", little, at)
        big_packets += struct.pack(">IIII", *header) + little[at + 16:at + 16 + header[2]]
        at += 16 + header[2]
    return [("big.pcap", big + big_packets), ("nano.pcap", nano + little[24:]),
            ("cut-packet.pcap", little[:-3]), ("cut-header.pcap", little + b"\x01\x02\x03")]


def main():
    shark.assert_loaded()
    failures = []
    others_are_left_alone(failures)
    pfsync_is_found(failures)
    classic_246(failures)
    shark.finish(failures)


main()
