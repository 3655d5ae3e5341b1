# SPDX-License-Identifier: ISC
"""The man pages as a reader sees them, rendered by mandoc and by groff.

    man_page_test.py --mandoc PROGRAM --groff PROGRAM PAGE[=PROGRAM]...

Lint accepts a line such as "| Fl i Ar interface", which prints its macros as they
stand.  So the rendered page must hold no name of a macro, no line beyond its width, and
every option that `PROGRAM --help` names.
"""
import argparse
import re
import subprocess
import sys

# Not those that are English words, too, such as It and No.
MACROS = ("Ac Ad Ao Ap Aq Ar Bc Bd Bf Bl Bo Bq Brc Bro Brq Bx Cd Cm Dc Dd Dl Dq Dt Dv Ec Ed Ef El "
          "Em Eo Er Ev Fa Fc Fd Fl Fn Fo Ft Fx Ic Li Lk Lp Ms Mt Nd Nm Ns Nx Oc Oo Op Os Ox Pa Pc "
          "Pf Po Pp Pq Qc Ql Qo Qq Rs Sc Sh Sm Sq Ss Sx Sy Tn Ud Ux Va Vt Xc Xo Xr").split()
WORD = re.compile(r"(?<![\w.'/-])(" + "|".join(MACROS) + r")(?![\w.'/-])")
COLUMNS = 80


def rendered(command, path):
    done = subprocess.run([*command, path], capture_output=True, text=True, check=False)
    if done.returncode != 0 or done.stderr.strip():
        sys.exit(f"{' '.join(command)} {path}: {done.stderr}")
    # Bold and underlined letters are written over one another.
    return re.sub(r".\x08", "", done.stdout)


def check(text, name):
    for number, line in enumerate(text.splitlines(), 1):
        for macro in WORD.findall(line):
            yield f"{name}:{number}: prints the macro {macro}: {line.strip()}"
        if len(line) > COLUMNS:
            yield f"{name}:{number}: {len(line)} columns: {line.strip()}"
    for section in ("NAME", "SYNOPSIS", "DESCRIPTION"):
        if f"\n{section}\n" not in text:
            yield f"{name}: has no section {section}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mandoc", required=True)
    parser.add_argument("--groff", required=True)
    parser.add_argument("pages", nargs="+")
    arguments = parser.parse_args()
    renderers = {
        "mandoc": [arguments.mandoc, "-T", "utf8", "-O", f"width={COLUMNS - 2}"],
        "groff": [arguments.groff, "-mdoc", "-T", "utf8", "-P-cbou", f"-rLL={COLUMNS - 2}n"],
    }
    failures = []
    for page in arguments.pages:
        path, _, program = page.partition("=")
        named = set()
        if program:
            usage = subprocess.run([program, "--help"], capture_output=True, text=True, check=True)
            named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", usage.stdout))
            if not named:
                failures.append(f"{program} --help names no option")
        for name, command in renderers.items():
            text = rendered(command, path)
            failures += check(text, f"{path} by {name}")
            # A hyphen may be a dash of another kind, or end a line.
            flat = re.sub(r"[\u2010-\u2015\u2212]", "-", text)
            missing = {option for option in named if option not in flat}
            failures += [f"{path} by {name}: does not name {option}" for option in sorted(missing)]
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


sys.exit(main())
