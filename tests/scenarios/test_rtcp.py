# SPDX-License-Identifier: GPL-2.0-or-later
"""RTCP on Lync's leg, while the gateway sends none: Lync ends a call after 30 s without, also one on hold. Each situation
is watched for 40 s, with SRTP and without, all side by side."""
import time

import pytest

from lab import parallel
from lab.installation import installed
from lab.pairings import Pairings
from lab.paths import RESULTS
from lab.talk import SETTLE, call_up, hang_up, hold, talk
from lab.watch import Watch

PAIRINGS = Pairings(["gateway-rtp"], ["Required", "NotSupported"])
SECONDS = 40
INTERVAL = 6  # rtcp-interval of 5 s, and the second that is added at random
LARGEST_GAP = 8
MEMORY = {"shared": 1 << 18}  # bytes that workers keep of their first calls
TALK = 0.5


# situations: each makes it of a call that is up, at (Lync, the gateway); what sends goes on until silent() ----------------
def active(lync, gateway):
    lync.stream.talk(440)
    gateway.stream.talk(880)


def held_after_media(lync, gateway):
    talk(lync, gateway, TALK)
    hold(lync, gateway, "inactive")


SITUATIONS = {"active": active, "on hold after media": held_after_media}


def watched(mode, index, servers, gateways):
    """What Lync's end has got in 40 s; lab.rtcp.Reports."""
    number = PAIRINGS.number(mode, "gateway-rtp", index)
    gw = gateways["gateway-rtp"]
    gw.reserve(number)
    call, other = call_up(servers[mode], gw, number)
    SITUATIONS[list(SITUATIONS)[index]](call, other)
    call.stream.mark()
    time.sleep(SECONDS)
    reports = call.stream.reports()
    for stream in (call.stream, other.stream):
        stream.talk(0)
    time.sleep(SETTLE)
    hang_up(call, other)
    return reports


@pytest.fixture(scope="module")
def outcomes(request):
    """{(mode, situation): Reports, or the exception}; under "afterwards" what is wrong with the SBC."""
    wanted = [(item.callspec.params["mode"], item.callspec.params["situation"]) for item in request.session.items
              if "situation" in getattr(getattr(item, "callspec", None), "params", {})]
    found = {}
    with installed(edit=PAIRINGS.plan) as installation:
        installation.memory_tolerance = MEMORY
        watch = Watch(installation, RESULTS / "test_rtcp")
        ends = PAIRINGS.endpoints(installation)

        def job(mode, situation):
            found[mode, situation] = watched(mode, list(SITUATIONS).index(situation), *ends)

        failed = parallel.run({pair: lambda pair=pair: job(*pair) for pair in wanted}, len(wanted) or 1)
        complaints = watch.close(passed=True)
    yield failed | found | {"afterwards": complaints}


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("mode", PAIRINGS.modes)
def test_rtcp_goes_on(outcomes, mode, situation):
    reports = outcomes[mode, situation]
    if isinstance(reports, Exception):
        raise reports
    assert reports.failures == 0 and reports.gap < LARGEST_GAP, str(reports)
    assert len(reports.readable) >= SECONDS // INTERVAL - 1, str(reports)
    assert all(report.kinds[0] == "SR" for report in reports.readable), str(reports)


def test_afterwards(outcomes):
    assert outcomes["afterwards"] == []
