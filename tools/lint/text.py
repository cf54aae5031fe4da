# SPDX-License-Identifier: GPL-2.0-or-later
"""What holds for every text file: reads names of files from standard input, prints FILE:LINE: WHAT for each finding.

A source file says its license; a file has at most 400 lines and a function 60, so that each fits on a few screens, and
on one; no file names a package mirror, since which one is used is the machine's business.
"""
import ast
import re
import subprocess
import sys
from pathlib import Path

MAX_FILE, MAX_FUNCTION = 400, 60
MAX_SCHEMA = 500  # it is one document, which editors read as a whole
SOURCE = {".c", ".h", ".py", ".sh", ".mk", ".cfg", ".conf", ".js", ".xsd", ".ini", ".supp"}
SPDX = "SPDX-License-Identifier: GPL-2.0-or-later"
MIRRORS = r"(?<![\w.-])(?:[a-z0-9-]+\.)+debian\.(?:org|net)\b"


def is_source(path, lines):
    return path.suffix in SOURCE or path.name == "Makefile" or (lines and lines[0].startswith("#!"))


def mirror_pattern():
    """Debian's own hosts, and those that this machine's apt asks."""
    done = subprocess.run(["apt-get", "indextargets", "--format", "$(SITE)"], capture_output=True, text=True, check=False)
    hosts = {re.sub(r"^\w+://|[:/].*$", "", site) for site in done.stdout.split()} - {""}
    return re.compile("|".join([MIRRORS, *map(re.escape, sorted(hosts))]))


def braced_functions(lines):
    """(first line, length) of each function of C or shell code in which a body ends with a brace in column 0."""
    start = None
    for number, line in enumerate(lines, 1):
        if line.startswith("{") or re.match(r"[\w-]+\(\) \{$", line):
            start = number
        elif line.startswith("}") and start:
            if line.rstrip() == "}":
                yield start, number - start + 1
            start = None


def python_functions(text):
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return  # pyflakes says where
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.lineno, node.end_lineno - node.lineno + 1


def functions(path, text, lines):
    if path.suffix == ".py":
        return python_functions(text)
    if path.suffix in (".c", ".h", ".sh"):
        return braced_functions(lines)
    return ()


def findings(path, mirrors):
    try:
        text = path.read_text()
    except UnicodeDecodeError:
        return  # no text
    lines = text.splitlines()
    if is_source(path, lines):
        if not any(SPDX in line for line in lines[:5]):
            yield 1, f"no line '{SPDX}' at the top"
        most = MAX_SCHEMA if path.suffix == ".xsd" else MAX_FILE
        if len(lines) > most:
            yield most + 1, f"{len(lines)} lines; a file has at most {most}"
        for line, length in functions(path, text, lines):
            if length > MAX_FUNCTION:
                yield line, f"function of {length} lines; it has at most {MAX_FUNCTION}"
    if text and not text.endswith("\n"):
        yield len(lines), "no line end at the end of the file"
    for number, line in enumerate(lines, 1):
        if mirrors.search(line):
            yield number, "names a package mirror"
        if line != line.rstrip() and path.suffix != ".sip":
            yield number, "blank at the end of the line"


def main():
    mirrors = mirror_pattern()
    for name in sorted(sys.stdin.read().split("\n")):
        if name:
            for line, what in findings(Path(name), mirrors):
                print(f"{name}:{line}: {what}")


main()
