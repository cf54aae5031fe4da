#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs every test, inside the platform: builds, then one suite after the other, and stops at nothing.

    run.py [PART]     PART: only tests, programs or suites with that in their names

A line a test as it ends, a failure with its details. LANES programs run side by side, each in a network of its own, but
for scenarios that need the whole machine. The last line is "N passed, N failed"; ends with 1 when something failed, or
nothing ran. All programs speak TAP (testanything.org): cmocka by its environment, pytest by tap.py.
"""
import os
import re
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
BUILD = CHECKOUT / "build"
LOGS = BUILD / "test-results"
PROGRAM_SECONDS = 1800  # then whatever hangs is ended
SCENARIO_SECONDS = 300
LANES = os.cpu_count() or 1
WAITING_LANES = LANES + 1  # for scenarios, which mostly wait
LONGEST = ("test_takeover", "test_session_timer", "test_own_requests", "test_redis_absent", "test_failover")
# they need the whole machine
BUSY = ("test_certificate_renewal", "test_tls_churn", "test_memory", "test_media_matrix", "test_rollover", "test_media_nodes",
        "test_media_restart")
ALONE = ["unshare", "--net", "sh", "-c", 'ip link set lo up; exec "$@"', "sh"]
LOG_LINES = 40  # of a program that ended badly
REASON_LINES = 8  # of a failure, told again at the end, where whoever has but the last lines finds them
FUZZ_SECONDS = 5  # each target at most
FUZZ_RUNS = 5000  # the same inputs each time: a suite must be repeatable; make fuzz looks for new ones
PYTEST_NO_TESTS = 5  # its exit code
RESULT = re.compile(r"(not )?ok (\d+)(?: -)? ?(.*)")


def reason(details):
    """What pytest marks as the error, or the last lines."""
    marked = [line for line in details if line.startswith("E  ")] or [line for line in details[-REASON_LINES:] if line.strip()]
    return marked[:REASON_LINES]


class Count:
    """What has ended so far. Several programs may tell at once; each thing told is printed in one piece."""

    def __init__(self):
        self.passed, self.failed, self.skipped, self.reasons = 0, [], [], {}
        self._lock = threading.Lock()

    def ok(self, suite, name):
        with self._lock:
            self.passed += 1
            print(f"ok    {suite}: {name}", flush=True)

    def skip(self, suite, name):
        with self._lock:
            self.skipped.append(f"{suite}: {name}")
            print(f"skip  {suite}: {name}", flush=True)

    def fail(self, suite, name, details=()):
        with self._lock:
            self.failed.append(f"{suite}: {name}")
            self.reasons[f"{suite}: {name}"] = reason(details)
            print("\n".join([f"FAIL  {suite}: {name}", *(f"      {line}" for line in details)]), flush=True)


class Program:
    """A program that prints TAP. Its standard error goes to LOGS/NAME.log."""

    def __init__(self, suite, name, argv, cwd=CHECKOUT, wanted="", none_is_fine=False):
        self.suite, self.name, self.argv, self.cwd = suite, name, argv, cwd
        self._environment = os.environ | {"CMOCKA_MESSAGE_OUTPUT": "tap", "T": wanted, "PYTHONPATH": CHECKOUT / "tests",
                                          "PYTHONDONTWRITEBYTECODE": "1"}
        self._none_is_fine = none_is_fine  # the program chooses itself what is wanted of it

    def run(self, count):
        self._seen = self._planned = 0
        self._bad, self._failure = False, None
        log = LOGS / f"{self.name}.log"
        with open(log, "wb") as err:
            process = subprocess.Popen(limited(self.argv), cwd=self.cwd, env=self._environment, stdin=subprocess.DEVNULL,
                                       stdout=subprocess.PIPE, stderr=err, text=True, errors="replace")
            for line in process.stdout:
                self._line(line.rstrip("\n"), count)
            status = process.wait()
        self._tell_failure(count)
        self._judge(status, log, count)

    def _line(self, line, count):
        result = RESULT.fullmatch(line)
        if result:
            self._result(*result.groups(), count)
        elif re.fullmatch(r"1\.\.\d+", line):
            self._planned += int(line[3:])
        elif self._failure and line.startswith("#"):
            self._failure[2].append(line[2:])

    def _tell_failure(self, count):
        """The last one, when all its details have come."""
        if self._failure:
            count.fail(*self._failure)
        self._failure = None

    def _result(self, failed, _, name, count):
        self._tell_failure(count)
        self._seen += 1
        suite = self.suite if self.suite in (self.name, "scenarios") else f"{self.suite} {self.name}"
        if "# SKIP" in name:
            count.skip(suite, name.replace("# SKIP", "-"))
        elif failed:
            self._bad = True
            self._failure = (suite, name, [])
        else:
            count.ok(suite, name)

    def _judge(self, status, log, count):
        """A program that crashed, or said less than it had announced, is a failure of its own."""
        if self._seen == self._planned == 0 and self._none_is_fine and status in (0, PYTEST_NO_TESTS):
            return
        if self._seen == self._planned != 0 and (status == 0 or self._bad):
            return
        what = f"ended with {status} after {self._seen} of {self._planned} tests"
        count.fail(self.suite, f"{self.name} {what}", [*tail(log), f"all of it: {log}"])


class Check:
    """A program whose exit code is the result of one test."""

    def __init__(self, suite, name, argv):
        self.suite, self.name, self.argv = suite, name, argv

    def run(self, count):
        done = subprocess.run(limited(self.argv), cwd=CHECKOUT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
        if done.returncode == 0:
            count.ok(self.suite, self.name)
        else:
            count.fail(self.suite, self.name, done.stdout.splitlines()[-200:])


def limited(argv):
    return ["timeout", "-k", "5", str(PROGRAM_SECONDS), *argv]


def tail(log):
    return log.read_text(errors="replace").splitlines()[-LOG_LINES:]


# The suites ----------------------------------------------------------------------------------------------------------
def lint(wanted):
    names = subprocess.run(["tools/lint.sh", "--list"], cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    return [Check("lint", name, ["tools/lint.sh", name]) for name in names.split() if wanted in f"lint {name}"]


def units(wanted):
    programs = sorted(path.stem for path in (CHECKOUT / "tests/unit").glob("test_*.c"))
    return [Program("unit", name, [BUILD / "unit" / name]) for name in programs if wanted in f"unit {name}"]


def core(wanted):
    """All three run the same tests: lync_test.so chooses those that are wanted."""
    suites = {"core": "plain", "core-asan": "asan", "core-valgrind": "valgrind"}
    return [Program(name, name, [*ALONE, "tests/core/run.sh", mode], wanted="" if wanted in name else wanted, none_is_fine=True)
            for name, mode in suites.items()]


def fuzz(wanted):
    targets = sorted(path.stem for path in (CHECKOUT / "tests/fuzz").glob("fuzz_*.c"))
    return [Check("fuzz", name, ["make", "-s", "-f", "build.mk", "fuzz", f"SECONDS={FUZZ_SECONDS}", f"RUNS={FUZZ_RUNS}", f"TARGET={name}"])
            for name in targets if wanted in f"fuzz {name}"]


def pytest(what):
    return [sys.executable, "-m", "pytest", "-p", "tap", f"--timeout={SCENARIO_SECONDS}", what]


def folder(name):
    def suite(wanted):
        wanted = "" if wanted in name else wanted
        return [Program(name, name, [*ALONE, *pytest(name)], cwd=CHECKOUT / "tests", wanted=wanted, none_is_fine=True)]

    return suite


def scenarios(busy):
    def suite(wanted):
        files = sorted((CHECKOUT / "tests/scenarios").glob("test_*.py"), key=lambda file: file.stem not in LONGEST)
        wanted = "" if wanted in "scenarios" else wanted
        files = [file for file in files if wanted in file.name or wanted in file.read_text()] or files
        return [Program("scenarios", file.stem, [*ALONE, *pytest(f"scenarios/{file.name}")], cwd=CHECKOUT / "tests",
                        wanted=wanted, none_is_fine=bool(wanted)) for file in files if (file.stem in BUSY) == busy]

    return suite


def side_by_side(wanted):
    """What takes longest first, behind what says at once where something is wrong."""
    suites = (lint, units, folder("tool"), core, folder("lab"), fuzz)
    return [program for suite in suites for program in suite(wanted)]


SUITES = [(side_by_side, LANES), (folder("chaos"), 1), (scenarios(busy=True), 1), (scenarios(busy=False), WAITING_LANES)]


def build(count, wanted):
    """Whole, before the first test: two of them must not make the same file."""
    argv = ["make", "-s", f"-j{os.cpu_count()}", "-f", "build.mk", "all", "core-modules"]
    argv += ["fuzz-programs"] if fuzz(wanted) else []
    done = subprocess.run(argv, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", check=False)
    if done.returncode:
        count.fail("build", " ".join(argv), done.stdout.splitlines())
    return done.returncode == 0


def main():
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    count, begin = Count(), time.monotonic()
    LOGS.mkdir(parents=True, exist_ok=True)
    if build(count, wanted):
        print(f"built in {time.monotonic() - begin:.1f} s", flush=True)
        for suite, lanes in SUITES:
            with ThreadPoolExecutor(lanes) as pool:
                list(pool.map(lambda program: program.run(count), suite(wanted)))
    for title, names in (("skipped", count.skipped), ("failed", count.failed)):
        for name in names:
            print("\n".join([f"{title}: {name}", *(f"      {line}" for line in count.reasons.get(name, ()))]))
    if not count.passed and not count.failed:
        print(f"no test has '{wanted}' in its name")
    print(f"{time.monotonic() - begin:.0f} s; {len(count.skipped)} skipped")
    print(f"{count.passed} passed, {len(count.failed)} failed", flush=True)
    return 1 if count.failed or not count.passed else 0


if __name__ == "__main__":
    sys.exit(main())
