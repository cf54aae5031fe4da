#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Instructions of each operation of micro.c, beside those recorded in instructions.txt.

Fails beyond MARGIN above what is recorded: less is the compiler's or the processor's doing (the C library chooses its
string functions by the processor). --record writes the file anew.
"""
import argparse
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve().parent
RECORD = HERE / "instructions.txt"
MICRO = HERE.parents[1] / "build/bench/micro"
MARGIN = 0.25
FEW, MANY = 100, 600  # the difference is free of the start of the program


def output(*argv):
    return subprocess.run([str(a) for a in argv], capture_output=True, text=True, check=True).stdout


def total(operation, count):
    with TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        output("valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={out}", MICRO, operation, count)
        return int(re.search(r"^totals: (\d+)", out.read_text(), re.M)[1])


def count_all():
    return {name: round((total(name, MANY) - total(name, FEW)) / (MANY - FEW)) for name in output(MICRO, "list").split()}


def read_record():
    lines = RECORD.read_text().splitlines()
    compiler = next(line[2:] for line in lines if line.startswith("# compiler: "))
    return compiler, {name: int(count) for name, count in (line.split() for line in lines if line and line[0] != "#")}


def compiler_line():
    return "compiler: " + output("gcc", "--version").splitlines()[0] + ", " + output("gcc", "-dumpmachine").strip()


def record(counts):
    RECORD.write_text("# Instructions per operation of tests/bench/micro.c; written by check_instructions.py --record.\n"
                      f"# {compiler_line()}\n" + "".join(f"{name:18} {count:8}\n" for name, count in counts.items()))


def compare(counts):
    """Prints the differences; returns the operations that cost clearly more than recorded."""
    compiler, recorded = read_record()
    if compiler != compiler_line():
        print(f"recorded with another compiler\n  then: {compiler}\n  now:  {compiler_line()}")
    worse = []
    print("operation          recorded      now")
    for name, count in counts.items():
        was = recorded.get(name)
        print(f"{name:18} {was if was is not None else '-':>8} {count:8}" + (f" {count / was - 1:+8.1%}" if was else "   not recorded"))
        if was and count > was * (1 + MARGIN):
            worse.append(name)
    return worse


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write instructions.txt")
    options = parser.parse_args()
    counts = count_all()
    if options.record:
        record(counts)
    worse = compare(counts)
    if worse:
        print(f"more than {MARGIN:.0%} above the record: {', '.join(worse)}; make it cheaper or record why (--record)", file=sys.stderr)
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
