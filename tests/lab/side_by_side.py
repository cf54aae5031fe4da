# SPDX-License-Identifier: GPL-2.0-or-later
"""Many scenarios at one SBC at the same time, each a test of its own.

    @pytest.fixture(scope="module")
    def outcomes(request):
        with played(request, PAIRINGS, play) as outcomes:
            yield outcomes

    @pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
    def test_it(outcomes, scenario):
        outcomes.assert_good(scenario)

    def test_afterwards(outcomes):
        outcomes.assert_good_afterwards()
"""
import contextlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from lab.installation import installed
from lab.paths import RESULTS
from lab.watch import Watch

LANES = 12  # scenarios at a time: each has 100 packets a second to send and as many to read
# Bytes that may be in use for good afterwards: no calls came before that would have warmed the workers up. What they had
# privately at their start is not known (see lab.installation.FRESH_TOLERANCE).
MEMORY = {"shared": 1 << 20}


@dataclass(frozen=True)
class Scenario:
    """One call between a server of an SRTPMode and a kind of gateway (see lab.pairings), and what happens to it."""
    mode: str
    gateway: str
    lync_calls: bool
    what: str
    variant: str = ""

    def __str__(self):
        way = "from Lync" if self.lync_calls else "to Lync"
        return ", ".join(word for word in (self.mode, self.gateway, way, self.what, self.variant) if word)


class Outcomes:
    """failed: {scenario: its exception, or None}; afterwards: what is wrong with the SBC."""

    def __init__(self, failed, afterwards):
        self._failed, self._afterwards = failed, afterwards

    def assert_good(self, scenario):
        if self._failed[scenario]:
            raise self._failed[scenario]

    def assert_good_afterwards(self):
        """No leg has told of the other, each is valid SIP and SDP, and nothing is left: no transaction, no memory."""
        assert self._afterwards == []


@contextlib.contextmanager
def played(request, pairings, play, lanes=LANES, **options):
    """Plays the scenarios that pytest has collected: play(scenario, caller, callee, number) in a thread of its own, with a
    number that is its own. options: attributes of the endpoints. Outcomes."""
    wanted = [item.callspec.params["scenario"] for item in request.session.items
              if item.path == request.path and "scenario" in getattr(getattr(item, "callspec", None), "params", {})]
    with installed(edit=pairings.plan) as installation:
        installation.memory_tolerance = MEMORY
        watch = Watch(installation, RESULTS / Path(request.path).stem)
        servers, gateways = pairings.endpoints(installation, **options)
        jobs = {}
        for index, scenario in enumerate(wanted):
            med, gw = servers[scenario.mode], gateways[scenario.gateway]
            caller, callee = (med, gw) if scenario.lync_calls else (gw, med)
            number = pairings.number(scenario.mode, scenario.gateway, index)
            callee.reserve(number)
            jobs[scenario] = scenario, caller, callee, number
        failed = _run(play, jobs, lanes)
        afterwards = watch.close(passed=True)
        if not afterwards and not any(failed.values()):
            watch.discard()
        yield Outcomes(failed, afterwards)


def _run(play, jobs, lanes):
    def outcome(arguments):
        try:
            play(*arguments)
        except Exception as error:  # pylint: disable=broad-except
            return error
        return None

    with ThreadPoolExecutor(lanes, thread_name_prefix="lane") as pool:
        return dict(zip(jobs, pool.map(outcome, jobs.values())))
