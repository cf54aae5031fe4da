# SPDX-License-Identifier: GPL-2.0-or-later
"""RTCP on Lync's leg, while the gateway sends none: Lync ends a call after 30 s without, also one on hold. Each situation
is watched for 40 s, with SRTP and without, all side by side."""
import time

import pytest

from lab.pairings import Pairings
from lab.side_by_side import Scenario, played
from lab.talk import SETTLE, call_up, hang_up, hold, talk

PAIRINGS = Pairings(["gateway-rtp"], ["Required", "NotSupported"])
SECONDS = 40
INTERVAL = 6  # rtcp-interval of 5 s, and the second that is added at random
LARGEST_GAP = 8
TALK = 0.5


# What is made of a call that is up, at (Lync, the gateway). What sends goes on until the end.
def active(lync, gateway):
    lync.stream.talk(440)
    gateway.stream.talk(880)


def held_after_media(lync, gateway):
    talk(lync, gateway, TALK)
    hold(lync, gateway, "inactive")


SITUATIONS = {"active": active, "on hold after media": held_after_media}


def play(scenario, caller, callee, number):
    call, other = call_up(caller, callee, number)
    SITUATIONS[scenario.what](call, other)
    call.stream.mark()
    time.sleep(SECONDS)
    reports = call.stream.reports()
    for stream in (call.stream, other.stream):
        stream.talk(0)
    time.sleep(SETTLE)
    hang_up(call, other)
    assert reports.failures == 0 and reports.gap < LARGEST_GAP, str(reports)
    assert len(reports.readable) >= SECONDS // INTERVAL - 1, str(reports)
    assert all(report.kinds[0] == "SR" for report in reports.readable), str(reports)


@pytest.fixture(scope="module")
def outcomes(request):
    with played(request, PAIRINGS, play) as outcomes:
        yield outcomes


@pytest.mark.parametrize("scenario", [Scenario(mode, "gateway-rtp", True, what) for mode in PAIRINGS.modes
                                      for what in SITUATIONS], ids=str)
def test_rtcp_goes_on(outcomes, scenario):
    outcomes.assert_good(scenario)


def test_afterwards(outcomes):
    outcomes.assert_good_afterwards()
