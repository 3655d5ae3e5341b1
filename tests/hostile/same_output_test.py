#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The same file gives the same output, wherever memory lies and whatever was in it."""
import json
import os

import hostile

RUNS = 4


def outputs(path, *arguments):
    """As often as memory may differ: by chance, by what malloc() fills it with, by environment."""
    found = set()
    for turn in range(RUNS):
        environment = dict(os.environ, MALLOC_PERTURB_=str(37 * turn % 256),
                           PADDING="x" * (1021 * turn))
        found.add(hostile.dump("-r", path, *arguments, env=environment).stdout)
    return found


class Same(hostile.Case):
    def files(self):
        yield from sorted(hostile.INPUTS.glob("*.pcap"))
        yield from sorted((hostile.ROOT / "samples").glob("*v*.pcap"))[:8]

    def test_page_and_json(self):
        for path in self.files():
            for view in ((), ("--json",), ("--divergences",)):
                with self.subTest(path=path.name, view=view):
                    self.assertEqual(len(outputs(path, *view)), 1)

    def test_findings_name_only_what_was_named(self):
        """Of these files, messages about no state in particular must not give one an id."""
        for path in sorted(hostile.INPUTS.glob("garbage-id-*.pcap")):
            said = set()
            for line in hostile.dump("-r", path, "--json", "--messages").stdout.splitlines():
                message = json.loads(line)
                if "id" in message:
                    said.add(message["id"])
            for line in hostile.dump("-r", path, "--json").stdout.splitlines():
                finding = json.loads(line)
                if finding.get("type") != "divergence":
                    continue
                for state in finding.get("states", []):
                    with self.subTest(path=path.name, code=finding.get("code")):
                        self.assertIn(state["id"], said)


if __name__ == "__main__":
    hostile.main()
