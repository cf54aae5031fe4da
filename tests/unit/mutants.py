#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Which conditions of a file no unit test looks at. By hand, inside the platform:

    make -f build.mk tool && python3 tests/unit/mutants.py plan_check.c test_plan_bad test_plan_warn

Each condition of modules/liblync/FILE is changed, one at a time; the tests are run against each change. Prints the
changes that none of them notices. Some are no faults: they change nothing that can be seen.
"""
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
SECONDS = 20  # then a test hangs, which is noticed
SWAPS = {"==": "!=", "!=": "==", "<=": "<", ">=": ">", "<": "<=", ">": ">=", "&&": "||", "||": "&&", "!": "", "true": "false", "false": "true"}
TOKEN = re.compile(r"(?<![-<>=!&|])(==|!=|<=|>=|&&|\|\||<|>|!)(?![<>=&|])|\b(true|false)\b")


def shell(command, **options):
    return subprocess.run(command, shell=True, cwd=CHECKOUT, capture_output=True, text=True, errors="replace", check=False, **options)


FLAGS = "-std=gnu11 -O0 -w -fPIC -Imodules " + shell("pkg-config --cflags libxml-2.0 libsodium libpcre2-8").stdout.strip()
LIBS = "build/liblync.a -lcmocka " + shell("pkg-config --libs libxml-2.0 libsodium libpcre2-8").stdout.strip()


def changes(text):
    """(line number, changed text, what was changed), for each condition; comments and strings stay."""
    blank = re.sub(r"/\*.*?\*/|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|^#.*?$", lambda m: re.sub(r"[^\n]", " ", m[0]), text, flags=re.S | re.M)
    for found in TOKEN.finditer(blank):
        new = SWAPS[found[0]]
        number = text.count("\n", 0, found.start()) + 1
        line = text.splitlines()[number - 1].strip()
        yield number, text[:found.start()] + new + text[found.end():], f"{found[0]} -> {new or 'nothing'}: {line}"


def build(folder, tests):
    """The tests as objects."""
    for test in tests:
        done = shell(f"gcc {FLAGS} -c tests/unit/{test}.c -o {folder}/{test}.o")
        assert done.returncode == 0, done.stderr


def noticed(folder, text, tests):
    source = folder / "changed.c"
    source.write_text(text)
    if shell(f"gcc {FLAGS} -c {source} -o {folder}/changed.o").returncode:
        return True  # the compiler has
    for test in tests:
        if shell(f"gcc {folder}/{test}.o {folder}/changed.o {LIBS} -o {folder}/{test}").returncode:
            return True
        try:
            if shell(shlex.quote(str(folder / test)), timeout=SECONDS).returncode:
                return True
        except subprocess.TimeoutExpired:
            return True
    return False


def main():
    name, *tests = sys.argv[1:]
    text = (CHECKOUT / "modules/liblync" / name).read_text()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        build(folder, tests)
        assert not noticed(folder, text, tests), "the tests fail without any change"
        total = left = 0
        for number, changed, what in changes(text):
            total += 1
            if not noticed(folder, changed, tests):
                left += 1
                print(f"{name}:{number}: {what}", flush=True)
    print(f"{name}: {left} of {total} changes are noticed by no test")


if __name__ == "__main__":
    main()
