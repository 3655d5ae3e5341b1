# SPDX-License-Identifier: ISC
"""What a user does: filters, Decode As, preferences, links, -z options.

Links and statistics are checked against what pfsyncdump says of the same file.
"""
import json
import os
import re
import subprocess
import sys

import shark

REAL = ["real/openbsd-7.6.pcap.gz", "real/freebsd-10.1.pcap.gz", "real/openbsd-2005-06.pcap.gz",
        "real/fault-openbsd-loss-A.pcap.gz"]
IP_PROTO = 9 + 14  # of an IPv4 header behind Ethernet
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def sample(name):
    return shark.readable(os.path.join(shark.SAMPLES, name))


def dump(path, *options):
    done = subprocess.run([shark.DUMP, "--json", *options, "-r", path], capture_output=True,
                          text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"pfsyncdump {' '.join(options)} -r {path}\n{done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


# ----------------------------------------------------------------------------
# Links


def expected_links(messages):
    """For each message of a state, in order: stream, previous, next, insert, delete."""
    streams, rows = {}, []
    for message in messages:
        bulk = message["action"] == "UPD_REQ" and int(message["id"], 16) == 0
        if "id" not in message or bulk:
            continue
        key = (message["id"], message["creatorid"])
        stream = streams.setdefault(key, {"number": len(streams), "rows": [], "insert": 0,
                                          "delete": 0})
        if message["action"] == "INS":
            stream["insert"] = message["frame"]
        if message["action"] in ("DEL", "DEL_C"):
            stream["delete"] = message["frame"]
        row = {"frame": message["frame"], "stream": stream, "insert": stream["insert"]}
        stream["rows"].append(row)
        rows.append(row)
    for row in rows:
        frames = [other["frame"] for other in row["stream"]["rows"]]
        row["previous"] = max((f for f in frames if f < row["frame"]), default=0)
        row["next"] = min((f for f in frames if f > row["frame"]), default=0)
    return rows


def links_are_those_of_the_messages(failures):
    names = {"stream": "pfsync.state.stream", "previous": "pfsync.state.previous_frame",
             "next": "pfsync.state.next_frame", "insert": "pfsync.state.insert_frame",
             "delete": "pfsync.state.delete_frame"}
    for name in REAL:
        path = sample(name)
        rows = iter(expected_links([m for m in dump(path, "--messages")
                                    if m["type"] == "message"]))
        checked = 0
        for number, protos, _ in shark.packets("-2", "-r", path):
            for field in (f for p in protos for f in p.iter("field")):
                if field.find(f"field[@name='{names['stream']}']") is None:
                    continue
                row = next(rows, None)
                if row is None or row["frame"] != number:
                    failures.append(f"{name} frame {number}: a message too many")
                    return
                got = {key: int(found.get("show")) if (found := field.find(
                    f"field[@name='{value}']")) is not None else 0 for key, value in names.items()}
                want = {"stream": row["stream"]["number"], "previous": row["previous"],
                        "next": row["next"],
                        "insert": row["insert"] if row["insert"] != number else 0,
                        "delete": row["stream"]["delete"] if row["stream"]["delete"] > number
                        else 0}
                checked += 1
                if got != want:
                    failures.append(f"{name} frame {number}: links {got}, not {want}")
        if next(rows, None) is not None or checked < 500:
            failures.append(f"{name}: links of {checked} messages only")


def requests_and_bulk(failures):
    path = sample("real/openbsd-7.6.pcap.gz")
    answered = shark.text("-2", "-r", path, "-Y", "pfsync.request.answer_frame", "-T", "fields",
                          "-e", "frame.number", "-e", "pfsync.request.answer_frame")
    pairs = [line.split("\t") for line in answered.splitlines()]
    if not pairs or any(int(frame) >= int(answer) for number, answers in pairs
                        for frame, answer in [(number, a) for a in answers.split(",")]):
        failures.append(f"requests are answered in {pairs[:3]}")
    for name in REAL[:3]:
        path = sample(name)
        want = [(b.get("try_count", 0), b["state_count"]) for b in dump(path, "--bulk")
                if b["type"] == "bulk" and "ended" in b]
        text = shark.text("-2", "-r", path, "-Y", "pfsync.bulk.end_frame and pfsync.action == BUS",
                          "-T", "fields", "-E", "occurrence=l", "-e", "pfsync.bulk", "-e",
                          "pfsync.bulk.tries", "-e", "pfsync.bulk.states")
        got = {}
        for line in text.splitlines():
            number, tries, states = line.split("\t")
            got[number] = (int(tries or 0), int(states))
        if sorted(got.values()) != sorted(want):
            failures.append(f"{name}: bulk transfers {sorted(got.values())}, not {sorted(want)}")


def divergences_stand_at_their_frames(failures):
    fields = [("-e", f"pfsync.divergence.{name}") for name in ("code", "severity", "count")]
    seen = set()
    for name in [*REAL, "broken-ttl.pcap", "fragments.pcap"]:
        path = sample(name)
        want = set()
        for found in dump(path, "--divergences"):
            if found["type"] == "divergence":
                want |= {(frame, found["code"], found["severity"], str(found["count"]))
                         for frame in found["frames"]}
        got = set()
        text = shark.text("-2", "-r", path, "-Y", "pfsync.divergence.code", "-T", "fields", "-e",
                          "frame.number", *(word for pair in fields for word in pair))
        for line in text.splitlines():
            frame, *values = line.split("\t")
            got |= {(int(frame), *each) for each in zip(*(v.split(",") for v in values))}
        if got != want:
            failures.append(f"{name}: divergences only in the plugin {sorted(got - want)[:5]}, "
                            f"only in JSON {sorted(want - got)[:5]}")
        seen |= {(path, frame, code) for frame, code, *_ in want}
    codes = sorted({(path, code) for path, _, code in seen})
    for path, code in codes[:3]:
        frames = len({frame for p, frame, c in seen if (p, c) == (path, code)})
        if count(path, f'pfsync.divergence.code == "{code}"') != frames:
            failures.append(f"{path}: a filter for {code} does not find {frames} frames")
    if not codes:
        failures.append("no divergence in any file: nothing was compared")


# ----------------------------------------------------------------------------
# Filters, preferences, Decode As


def count(path, filter_text, *options):
    return len(shark.text("-2", "-r", path, *options, "-Y", filter_text).splitlines())


def filters_find(failures):
    path = sample("real/openbsd-7.6.pcap.gz")
    messages = [m for m in dump(path, "--messages") if m["type"] == "message"]

    def frames(test):
        return len({m["frame"] for m in messages if test(m)})

    some = messages[-1]
    checks = {
        'pfsync.action == "DEL_C"': frames(lambda m: m["action"] == "DEL_C"),
        "pfsync.addr == 10.2.0.10": frames(lambda m: "10.2.0.10" in json.dumps(m)),
        "pfsync.wire.addr == 10.2.0.0/24": frames(
            lambda m: any(a.startswith("10.2.0.") for a in m.get("wire", {}).get("addr", []))),
        "pfsync.addr6 == fd02::/64": frames(lambda m: '"fd02::' in json.dumps(m)),
        f"pfsync.state.id == 0x{some['id']}": frames(lambda m: m.get("id") == some["id"]),
        "pfsync.src.state == 9": frames(lambda m: m.get("src_peer", {}).get("state_number") == 9),
        "pfsync.peer.state == 9": frames(
            lambda m: 9 in (m.get("src_peer", {}).get("state_number"),
                            m.get("dst_peer", {}).get("state_number"))),
        'pfsync.state.timeout == "udp.multiple"': frames(
            lambda m: m.get("timeout") == "udp.multiple"),
        'pfsync.dialect == "openbsd-6k"': frames(lambda m: True),
    }
    for text, want in checks.items():
        got = count(path, text)
        if got != want or want == 0:
            failures.append(f"{text}: {got} frames, not {want}")


def decode_as_works(failures):
    path = os.path.join(shark.HOME, "proto-252.pcap")
    with open(os.path.join(shark.SAMPLES, "openbsd-6k.pcap"), "rb") as file:
        data = bytearray(file.read())
    at, packets = 24, 0
    while at < len(data):
        data[at + 16 + IP_PROTO] = 252
        at += 16 + int.from_bytes(data[at + 8:at + 12], "little")
        packets += 1
    with open(path, "wb") as file:
        file.write(data)
    os.chmod(path, 0o644)
    got = (count(path, "pfsync"), count(path, "pfsync", "-d", "ip.proto==252,pfsync"))
    if got != (0, packets):
        failures.append(f"Decode As: {got} packets of pfsync without and with it, not {packets}")


def preferences_work(failures):
    path = sample("real/openbsd-7.6.pcap.gz")
    forced = shark.text("-r", path, "-o", "pfsync.dialect:openbsd-6b", "-T", "fields", "-e",
                        "pfsync.dialect", "-e", "pfsync.dialect.certainty")
    if set(forced.split()) != {"openbsd-6b", "certain"}:
        failures.append(f"forced dialect: {set(forced.split())}")
    limit = ("-o", "pfsync.replay_packets:100")
    if count(path, "pfsync.expert.replay_ends", *limit) != 1 or \
            count(path, "pfsync.expert.replay_ends") != 0:
        failures.append("the end of the replay is not told once")
    off = shark.text("-q", "-r", path, "-o", "pfsync.replay:FALSE", "-z", "pfsync,nodes")
    if "pfsync.replay is off" not in off:
        failures.append(f"replay off: {off}")


# ----------------------------------------------------------------------------
# -z


def tables_are_those_of_pfsyncdump(failures):
    for name in REAL:
        path = sample(name)
        entries = dump(path)
        nodes = shark.text("-q", "-r", path, "-z", "pfsync,nodes")
        states = shark.text("-q", "-r", path, "-z", "pfsync,states")
        for node in (e for e in entries if e["type"] == "node"):
            block = re.search(rf"^{re.escape(node['node'])}\n(?:  .*\n)+", nodes, re.M)
            if block is None:
                failures.append(f"{name}: no firewall {node['node']} in\n{nodes}")
                continue
            counts = re.search(r"states +(\d+), and (\d+) past", block[0])
            if int(counts[1]) != node["state_count"] or node.get("family") not in block[0] or \
                    not all(c in block[0] for c in node.get("creatorids", [])):
                failures.append(f"{name}: {block[0]} is not {node}")
            for action, number in node["messages"].items():
                if not re.search(rf"\b{action} {number}\b", block[0]):
                    failures.append(f"{name}: {action} {number} is not in {block[0]}")
        ids = sorted(re.findall(r"id: ([0-9a-f]{16})", states))
        want = sorted(e["id"] for e in entries if e["type"] == "state")
        if ids != want or not want:
            failures.append(f"{name}: {len(ids)} states listed, not {len(want)}")


def one_table_can_be_asked_for(failures):
    path = sample("real/openbsd-7.6.pcap.gz")
    one = shark.text("-q", "-r", path, "-z", "pfsync,states,10.0.0.12")
    if "States of 10.0.0.12" not in one or "States of 10.0.0.11" in one:
        failures.append("-z pfsync,states,10.0.0.12 lists another table")
    none = shark.text("-q", "-r", path, "-z", "pfsync,states,10.9.9.9")
    if "no firewall is called 10.9.9.9" not in none:
        failures.append(f"a firewall that is none: {none}")


def tree_counts(failures):
    path = sample("real/openbsd-7.6.pcap.gz")
    tree = shark.text("-q", "-r", path, "-z", "pfsync,tree")
    actions = {}
    for message in dump(path, "--messages"):
        if message["type"] == "message":
            actions[message["action"]] = actions.get(message["action"], 0) + 1
    for action, number in actions.items():
        if not re.search(rf"^ {action} +{number} ", tree, re.M):
            failures.append(f"-z pfsync,tree: no {number} {action} in\n{tree}")


# ----------------------------------------------------------------------------
# What is documented and installed


def documented_filters_work(failures):
    path = sample("openbsd-6k.pcap")
    with open(os.path.join(ROOT, "docs", "wireshark.md"), encoding="utf-8") as file:
        block = file.read().split("## Filters")[1].split("```")[1]
    filters = [re.split(r"  +", line)[0] for line in block.strip().splitlines()]
    with open(os.path.join(ROOT, "wireshark-plugin", "pfsync.colorfilters"),
              encoding="utf-8") as file:
        rules = [line.split("@") for line in file if line.startswith("@")]
    for name, text, colours in (rule[1:] for rule in rules):
        if not re.fullmatch(r"\[\d+,\d+,\d+\]\[\d+,\d+,\d+\]\n", colours):
            failures.append(f"colour rule {name}: colours {colours}")
        filters.append(text)
    for text in filters:
        done = shark.tshark("-2", "-r", path, "-Y", text, check=False)
        if done.returncode != 0 or done.stderr:
            failures.append(f"filter {text}: {done.stderr.decode()}")
    if len(filters) < 20:
        failures.append(f"only {len(filters)} filters are documented")


def installs_for_a_user(failures):
    home = os.path.join(shark.HOME, "user")
    release = os.listdir(shark.PLUGINS)[0]
    env = {"HOME": home, "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    demote = shark._demote if os.geteuid() == 0 else None
    subprocess.run(["cmake", f"-DPLUGINS={shark.PLUGINS}", f"-DRELEASE={release}", "-DFOLDER=",
                    "-P", os.path.join(ROOT, "wireshark-plugin", "install_user.cmake")],
                   check=True, capture_output=True, env=env, preexec_fn=demote)
    listed = subprocess.run(["tshark", "-G", "plugins"], check=True, capture_output=True,
                            env=dict(shark.environment(), HOME=home,
                                     WIRESHARK_PLUGIN_DIR=shark.EMPTY), preexec_fn=demote)
    if f"{home}/" not in listed.stdout.decode():
        failures.append(f"not loaded from the user's folder: {listed.stderr.decode()}")


def main():
    shark.assert_loaded()
    failures = []
    for test in (links_are_those_of_the_messages, requests_and_bulk,
                 divergences_stand_at_their_frames, filters_find,
                 decode_as_works, preferences_work, tables_are_those_of_pfsyncdump,
                 one_table_can_be_asked_for, tree_counts, documented_filters_work,
                 installs_for_a_user):
        before = len(failures)
        test(failures)
        print(f"{'ok' if len(failures) == before else 'FAILED'}: {test.__name__}")
    shark.finish(failures)


main()
