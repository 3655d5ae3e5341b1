# SPDX-License-Identifier: ISC
"""`cmake --install --prefix`: all of it lies below the prefix, and is complete.

    install_test.py CMAKE BUILD [--plugin | --no-plugin]

Everything that the installed programs and manuals name as docs/FILE must be there, and
each component must install by itself.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

NAMED = re.compile(rb"docs/[A-Za-z0-9][A-Za-z0-9_./-]*\.(?:md|json|png)")
DOCUMENTS = "share/doc/pfsync-toolkit"
EXPECTED = {
    "tools": ["bin/pfsyncdump", "bin/pfsyncsend", "share/man/man1/pfsyncdump.1",
              "share/man/man1/pfsyncsend.1", "share/bash-completion/completions/pfsyncdump",
              "share/zsh/site-functions/_pfsyncdump",
              "share/fish/vendor_completions.d/pfsyncsend.fish"],
    "docs": [f"{DOCUMENTS}/docs/divergences.md", f"{DOCUMENTS}/docs/pfsyncdump.schema.json",
             f"{DOCUMENTS}/docs/scenarios/wrong.json", f"{DOCUMENTS}/README.md",
             f"{DOCUMENTS}/LICENSE"],
}


def install(cmake, build, prefix, *options):
    """The files that were installed, as CMake lists them."""
    done = subprocess.run([cmake, "--install", build, "--prefix", prefix, *options],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"cmake --install: {done.stderr}")
    return {pathlib.Path(line.split(": ", 1)[1]) for line in done.stdout.splitlines()
            if re.match(r"-- (Installing|Up-to-date): ", line)}


def main():
    cmake, build, plugin = sys.argv[1:]
    failures = []
    with tempfile.TemporaryDirectory(prefix="pfsync-install-") as folder:
        prefix = pathlib.Path(folder) / "all"
        for path in install(cmake, build, prefix):
            if prefix not in path.parents:
                failures.append(f"installed outside the prefix: {path}")
        for name in ("pfsyncdump", "pfsyncsend"):
            said = subprocess.run([prefix / "bin" / name, "--version"], capture_output=True,
                                  text=True, check=True).stdout
            if not re.match(rf"{name} \d+\.\d+\.\d+\n", said):
                failures.append(f"{name} --version: {said!r}")
        named = set()
        for path in [*prefix.glob("bin/*"), *prefix.glob("share/man/*/*")]:
            named.update(NAMED.findall(path.read_bytes()))
        if b"docs/divergences.md" not in named:
            failures.append("no program or manual names docs/divergences.md")
        for name in sorted(named):
            if not (prefix / DOCUMENTS / name.decode()).exists():
                failures.append(f"named, but not installed: {name.decode()}")
        if plugin == "--plugin" and not list(prefix.glob("**/wireshark/plugins/*/epan/pfsync.so")):
            failures.append("the plugin is not below the prefix")

        for component, expected in EXPECTED.items():
            prefix = pathlib.Path(folder) / component
            install(cmake, build, prefix, "--component", component)
            failures += [f"component {component}: no {name}" for name in expected
                         if not (prefix / name).exists()]
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


sys.exit(main())
