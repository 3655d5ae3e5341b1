# SPDX-License-Identifier: ISC
"""Run Wireshark's programs with the plugin, as a user without privileges.

As root, tshark ignores WIRESHARK_PLUGIN_DIR and personal folders without a
word, so root becomes "nobody" first.  PFSYNC_PLUGINS names the folder of the
plugins, PFSYNC_PRELOAD a sanitizer's runtime where they are built with one.
"""
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

PRELOAD = os.environ.get("PFSYNC_PRELOAD", "")
SAMPLES = os.environ["PFSYNC_SAMPLES"]
DUMP = os.environ.get("PFSYNCDUMP", "")
TIMEOUT_S = 120

HOME = tempfile.mkdtemp(prefix="pfsync-shark-")
EMPTY = os.path.join(HOME, "empty")
os.mkdir(EMPTY)
os.chmod(EMPTY, 0o755)


def _reachable_by_others(path):
    """Whether "nobody" gets there: not where a clone lies in root's own folder."""
    while path != "/":
        if not os.stat(path).st_mode & 0o001:
            return False
        path = os.path.dirname(path)
    return True


PLUGINS = os.path.realpath(os.environ["PFSYNC_PLUGINS"])
if os.geteuid() == 0 and not _reachable_by_others(PLUGINS):
    PLUGINS = shutil.copytree(PLUGINS, os.path.join(HOME, "plugins"))


def _demote():
    user = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)


def environment(program="tshark"):
    with_plugin = program == "tshark"
    env = {
        "HOME": HOME,
        "PATH": os.environ["PATH"],
        "WIRESHARK_PLUGIN_DIR": PLUGINS if with_plugin else EMPTY,
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        # Programs that tshark would start to ask for interfaces: under
        # AddressSanitizer such a child hangs before it runs.
        "WIRESHARK_EXTCAP_DIR": EMPTY,
    }
    if PRELOAD and with_plugin:
        env["LD_PRELOAD"] = PRELOAD
        # The programs leak on their own; what the plugin does is in their arenas.
        env["ASAN_OPTIONS"] = "detect_leaks=0:abort_on_error=1:detect_odr_violation=0"
        env["UBSAN_OPTIONS"] = "halt_on_error=1:print_stacktrace=1"
    return env


def run(*command, check=True, **options):
    """The finished process; stderr must be empty and the exit code 0 if `check`."""
    demote = _demote if os.geteuid() == 0 else None
    if demote and not os.stat(HOME).st_uid == pwd.getpwnam("nobody").pw_uid:
        shutil.chown(HOME, "nobody")
    done = subprocess.run(command, capture_output=True, timeout=TIMEOUT_S,
                          env=environment(command[0]), preexec_fn=demote, cwd=HOME, **options)
    noise = done.stderr.decode(errors="replace")
    if check and (done.returncode != 0 or noise.strip()):
        sys.exit(f"{' '.join(command)}\n  exit code {done.returncode}\n{noise}")
    return done


def tshark(*arguments, **options):
    return run("tshark", "-n", *arguments, **options)


def text(*arguments, **options):
    return tshark(*arguments, **options).stdout.decode()


def readable(path):
    """The path itself, or a copy that "nobody" may read."""
    path = os.path.abspath(path)
    copy = os.path.join(HOME, os.path.basename(path))
    try:
        run("test", "-r", path)
        return path
    except SystemExit:
        shutil.copyfile(path, copy)
        os.chmod(copy, 0o644)
        return copy


def assert_loaded():
    listed = run("tshark", "-G", "plugins").stdout.decode()
    for line in listed.splitlines():
        if line.startswith("pfsync.so") and PLUGINS in line:
            return
    sys.exit(f"tshark does not load the plugin of {PLUGINS}:\n{listed}")


def packets(*arguments):
    """(frame number, protocols of pfsync in it as XML elements, packet) of -T pdml."""
    demote = _demote if os.geteuid() == 0 else None
    command = ["tshark", "-n", "-T", "pdml", *arguments]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             env=environment(), preexec_fn=demote, cwd=HOME)
    try:
        for _, element in ElementTree.iterparse(child.stdout):
            if element.tag != "packet":
                continue
            number = int(element.find("proto[@name='geninfo']/field[@name='num']").get("show"))
            yield number, element.findall("proto[@name='pfsync']"), element
            element.clear()
    except ElementTree.ParseError:
        pass  # it ended halfway: what follows says why
    noise = child.stderr.read().decode(errors="replace")
    if child.wait(TIMEOUT_S) != 0 or noise.strip():
        sys.exit(f"{' '.join(command)}\n  exit code {child.returncode}\n{noise}")


def finish(failures):
    """Say what failed, remove what was made, leave."""
    shutil.rmtree(HOME, ignore_errors=True)
    for failure in failures[:40]:
        print(failure, file=sys.stderr)
    if failures:
        sys.exit(f"{len(failures)} differences")
