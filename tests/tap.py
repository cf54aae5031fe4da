# SPDX-License-Identifier: GPL-2.0-or-later
"""A pytest plugin (-p tap): one TAP line a test, as soon as it has ended; what failed behind it.

The environment's T takes only tests with that in their names.
"""
import os

import pytest
from _pytest.terminal import TerminalReporter

_ran = 0


def _say(text):
    print(text, flush=True)


def _details(text):
    for line in str(text).splitlines():
        _say(f"# {line}")


def _name(nodeid):
    return nodeid.removesuffix("]").replace("::", " ").replace("[", " ").removeprefix("tests/")


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    """pytest's own reporter must be there, since it explains assertions; what it prints goes nowhere."""
    config.pluginmanager.unregister(name="terminalreporter")
    config.pluginmanager.register(TerminalReporter(config, open(os.devnull, "w")), "terminalreporter")


def pytest_collection_modifyitems(items):
    wanted = os.environ.get("T", "")
    items[:] = [item for item in items if wanted in item.nodeid]


def pytest_collectreport(report):
    if report.failed:
        _report(False, _name(report.nodeid), report.longrepr)


def _report(passed, name, details="", seconds=None, sections=()):
    global _ran
    _ran += 1
    took = "" if seconds is None else f" ({seconds:.1f} s)"
    _say(f"{'ok' if passed else 'not ok'} {_ran} - {name}{took}")
    _details(details)
    for title, text in sections:
        _details(f"--- {title}")
        _details(text)


def pytest_runtest_logreport(report):
    """A test has three reports: set-up, call, tear-down. It counts once, and once more when its tear-down fails."""
    global _ran
    if report.failed:
        where = "" if report.when == "call" else f" {report.when}"
        _report(False, _name(report.nodeid) + where, report.longreprtext, sections=report.sections)
    elif report.skipped:
        _ran += 1
        _say(f"ok {_ran} - {_name(report.nodeid)} # SKIP {_reason(report)}")
    elif report.when == "call":
        _report(True, _name(report.nodeid), seconds=report.duration)


def _reason(report):
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
    return reason.removeprefix("Skipped: ")


def pytest_sessionfinish():
    _say(f"1..{_ran}")
