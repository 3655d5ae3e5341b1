# SPDX-License-Identifier: ISC
"""Tables of the truth against tables of the replay."""

# Present or about to go: a state in one of these may be missing in the truth, and one
# that is there may be said to be any of them.
SURE = ("asserted", "predicted")


def instants(truth):
    """The moments at which the truth lists tables, with the nodes that were up."""
    found = {}
    for line in truth:
        if line["type"] == "table":
            entry = found.setdefault(line["instant"], {"instant": line["instant"],
                                                       "time": line["time"], "on": {}})
            entry["on"][line["node"]] = line["on"]
    return [found[key] for key in sorted(found)]


def key_of(line):
    return line["id"], line["creatorid"]


def peers_equal(truth, said):
    for peer in ("src", "dst"):
        for word in ("state_number", "seqlo", "seqhi"):
            if truth[peer][word] != said[peer][word]:
                return False
    return True


def of_node(lines, node):
    return {key_of(line): line for line in lines if line["node"] == node}


def compare(truth, instant, said):
    """Numbers of one instant, all nodes together that are up and no strangers."""
    here = [o for o in truth if o.get("instant") == instant["instant"]]
    states = [o for o in here if o["type"] == "state"]
    unsure = [o for o in here if o["type"] == "undetermined"]
    replay = [o for o in said if o["type"] == "state"]
    result = {"time": instant["time"], "said": 0, "right": 0, "real": 0, "known": 0, "sure": 0,
              "asserted_wrong": 0, "equal": 0, "compared": 0, "undetermined": 0, "examples": []}
    for node, on in instant["on"].items():
        if not on:
            continue
        real, open_, mine = of_node(states, node), of_node(unsure, node), of_node(replay, node)
        for key, line in mine.items():
            if line["standing"] not in SURE or key in open_:
                continue
            result["said"] += 1
            if key in real:
                result["right"] += 1
            else:
                result["asserted_wrong"] += line["standing"] == "asserted"
                result["examples"].append(["extra", node, line["standing"], *key])
        for key, line in real.items():
            if not line["determined"]:
                result["undetermined"] += 1
                continue
            result["real"] += 1
            if key not in mine:
                result["examples"].append(["missing", node, line["timeout"], *key])
                continue
            result["known"] += 1
            result["sure"] += mine[key]["standing"] in SURE
            if not line["pending"] and "src" in mine[key] and "dst" in mine[key]:
                result["compared"] += 1
                result["equal"] += peers_equal(line, mine[key])
    result["examples"] = result["examples"][:4]
    return result
