# SPDX-License-Identifier: ISC
"""What bash completes, and whether zsh and fish, where they are here, can read their files.

    completions_test.py FOLDER FOLDER_OF_PFSYNCDUMP
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

FOLDER, PROGRAMS = pathlib.Path(sys.argv[1]), sys.argv[2]
# Words before the cursor, the last one unfinished, and what bash must offer.
CASES = [
    ("pfsyncdump", ["--mess"], {"--messages"}),
    ("pfsyncdump", ["--s"], {"--states=", "--since", "--stats"}),
    ("pfsyncdump", ["-r", "cap"], {"capture.pcap"}),
    ("pfsyncdump", ["--dialect", "openbsd-6k"], {"openbsd-6k"}),
    ("pfsyncdump", ["--limit", "c"], set()),
    ("pfsyncsend", ["upd_"], {"upd_c", "upd_req"}),
    ("pfsyncsend", ["ins", "--direction", "o"], {"out"}),
    ("pfsyncsend", ["--scenario", "cap"], {"capture.pcap"}),
]


def complete(program, words):
    script = f"""
source "$1" || exit 1
COMP_WORDS=("${{@:2}}") COMP_CWORD=$(($# - 2))
compopt() {{ :; }}
_{program}
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    done = subprocess.run(["bash", "-euc", script, "bash", FOLDER / f"{program}.bash", program, *words],
                          capture_output=True, text=True, check=False,
                          env=dict(os.environ, PATH=PROGRAMS + ":" + os.environ["PATH"]))
    if done.stderr.strip():
        return done.stderr
    return set(done.stdout.split())


def main():
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        pathlib.Path("capture.pcap").touch()
        for program, words, expected in CASES:
            got = complete(program, words)
            if got != expected:
                failures.append(f"{program} {' '.join(words)}: {got}, not {expected}")
    for shell, names in (("zsh", ["_pfsyncdump", "_pfsyncsend"]),
                         ("fish", ["pfsyncdump.fish", "pfsyncsend.fish"])):
        if shutil.which(shell) is None:
            print(f"{shell} is not here: its files were not read")
            continue
        for name in names:
            done = subprocess.run([shell, "-n", FOLDER / name], capture_output=True, text=True,
                                  check=False)
            if done.returncode != 0 or done.stderr.strip():
                failures.append(f"{shell} -n {name}: {done.stderr}")
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


sys.exit(main())
