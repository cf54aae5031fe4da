# SPDX-License-Identifier: GPL-2.0-or-later
"""What every scenario gets: an installation that is up, endpoints, a capture; and what is asked after each of them.

One installation serves all scenarios of a pytest process. A scenario that needs another plan, certificate or define
makes its own with new_installation(); a file of them overrides shared_installation. Captures, log and ladder of a
failed scenario stay in build/test-results.
"""
import contextlib
import re

import pytest

from lab.installation import FRESH_TOLERANCE, installed
from lab.paths import PLANS, RESULTS
from lab.watch import Watch, warm_up


def allowed_on_legs(item):
    """@pytest.mark.legs(allow="pattern", why="…"): of the complaints that the scenario, or its file, asks for."""
    return "|".join(f"(?:{mark.kwargs['allow']})" for mark in item.iter_markers("legs"))


@contextlib.contextmanager
def watched(installation, item):
    """The scenario runs inside; fails afterwards when the SBC is not well."""
    name = re.sub(r"[^\w.-]+", "_", item.nodeid.rpartition("scenarios/")[2])
    item.passed = False
    item.watch = watch = Watch(installation, RESULTS / name, allowed_on_legs(item))
    yield
    complaints = watch.close(item.passed)
    if not complaints and item.passed:
        watch.discard()
    elif item.passed:
        item.passed = False
        pytest.fail("after the scenario:\n" + "\n".join(complaints), pytrace=False)


@pytest.fixture(scope="session")
def shared_installation():
    with installed(prepare=warm_up) as installation:
        yield installation


@pytest.fixture(scope="session")
def two_of_each():
    """Two Mediation Servers, two gateways, three trunks; for files of scenarios that make it their installation."""
    with installed(example=PLANS / "good" / "two-of-each.xml", prepare=warm_up) as installation:
        yield installation


@pytest.fixture
def installation(shared_installation, request):
    """The shared installation. Its endpoints end with the scenario; after a failed one the SBC is started anew."""
    try:
        with watched(shared_installation, request.node):
            yield shared_installation
    finally:
        if not shared_installation.sbc.alive() or not request.node.passed:
            shared_installation.restart()


@pytest.fixture
def new_installation(request):
    """new_installation(**options of Installation and Sbc): one that is this scenario's alone."""
    with contextlib.ExitStack() as stack:
        def make(**options):
            made = stack.enter_context(installed(**options))
            stack.enter_context(watched(made, request.node))
            return made

        yield make


@pytest.fixture
def fresh_installation(new_installation):
    """The same, where calls begin at once: what Kamailio's workers keep of their first call is not missed."""
    def make(**options):
        installation = new_installation(**options)
        installation.memory_tolerance = FRESH_TOLERANCE
        return installation

    return make


@pytest.fixture
def sbc(installation):
    return installation.sbc


@pytest.fixture
def med1(installation):
    return installation.mediation("med1")


@pytest.fixture
def med2(installation):
    return installation.mediation("med2")


@pytest.fixture
def gw(installation):
    return installation.gateway("gw")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A failed scenario shows its ladder, the end of the log, and where the rest lies."""
    report = (yield).get_result()
    if report.when == "call":
        item.passed = report.passed
    if report.failed and hasattr(item, "watch"):
        report.sections += item.watch.sections()
