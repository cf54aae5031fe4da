# SPDX-License-Identifier: GPL-2.0-or-later
"""kamailio -c for every combination of what a configuration asks for with #!ifdef and #!ifndef.

    config.py FILE BUILD      BUILD: the folder with lync.so and lync-sbc

The names are read from the file, so that none is forgotten. Those with a default (#!ifndef NAME, #!define NAME …) do
not decide what is loaded: they are given all together, or not at all. Prints FILE:LINE: WHAT for each finding.
"""
import itertools
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# Used where a name says so, without a default: what a site must give with it.
NEEDED = {"HEP_COLLECTOR": '"sip:127.0.0.1:9060"'}
PLAN = "kamailio-cfg/lync-trunks.xml"


def defines(text):
    """(names that switch something, {name with a default: that default})."""
    names = set(re.findall(r"^#!if(?:n?def|exp)\s+(\w+)", text, re.M))
    defaults = dict(re.findall(r"^#!ifndef (\w+)\n#!define \1 (.*)$", text, re.M))
    return sorted(names - set(defaults)), defaults


def combinations(switches, defaults):
    for chosen in itertools.product([False, True], repeat=len(switches) + 1):
        given = {name: '"lint"' for name, on in zip(switches, chosen) if on}
        yield NEEDED | given | (defaults if chosen[-1] else {})


def modules_folder():
    done = subprocess.run(["dpkg", "-L", "kamailio"], capture_output=True, text=True, check=True)
    return next(line for line in done.stdout.split() if line.endswith("/modules/tm.so")).removesuffix("/tm.so")


def check(config, folder, build, modules, given):
    """What Kamailio finds wrong with one combination, as findings."""
    argv = ["kamailio", "-c", "-E", "-f", config.resolve(), "-L", f"{build.resolve()}:{modules}", "-Y", folder]
    argv += [word for item in given.items() for word in ("-A", "=".join(item))]
    done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode == 0 and not re.search(r"CRITICAL|ERROR", done.stderr):
        return []
    places = re.findall(r"(?:CRITICAL|ERROR): .*?in config file \S+?/?(\w+\.cfg), (?:from )?line (\d+).*?: (.*)", done.stderr)
    last = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"ended with {done.returncode}"
    return [f"kamailio-cfg/{name}:{line}: {what}" for name, line, what in places] or [f"{config}:1: {last}"]


def main():
    config, build = Path(sys.argv[1]), Path(sys.argv[2])
    switches, defaults = defines(config.read_text())
    wanted = list(combinations(switches, defaults))
    modules = modules_folder()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([build / "lync-sbc", "config", PLAN, "--node", "sbc1", "--out", folder], check=True,
                       stdout=subprocess.DEVNULL)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            found = list(pool.map(lambda given: check(config, folder, build, modules, given), wanted))
    seen = {}
    for given, lines in zip(wanted, found):
        for line in lines:
            seen.setdefault(line, []).append(" ".join(f"-A {name}={text}" for name, text in given.items()))
    for line, with_these in sorted(seen.items()):
        print(f"{line} (in {len(with_these)} of {len(wanted)} combinations, first: {with_these[0]})")


main()
