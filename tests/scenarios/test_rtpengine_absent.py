# SPDX-License-Identifier: GPL-2.0-or-later
"""Without rtpengine a call is refused with 503 within a second, and said so in the log; nothing else waits for it.

503 lets Lync try another trunk. No INVITE goes on with an SDP that nobody has handled: it would carry keys and
addresses of the other side, and the call would be silent.
"""
import time

import pytest

from lab.installation import installed
from lab.poll import polled
from lab.talk import call_up, hang_up, talk
from lab.watch import warm_up

NUMBER = "+4930123456"
AT_ONCE = 8  # calls
REFUSED_IN = 1.0  # seconds
BACK_IN = 5.0


@pytest.fixture(scope="module")
def shared_installation():
    with installed(prepare=warm_up) as installation:
        yield installation


FAULTS = {"killed": lambda sbc: sbc.rtpengine.signal(9), "hangs": lambda sbc: sbc.freeze(sbc.rtpengine)}


@pytest.fixture(params=FAULTS)
def fault(request, installation):
    """fault(): happens to rtpengine. Afterwards it is undone, and calls go through again, with audio."""
    yield lambda: FAULTS[request.param](installation.sbc)
    bring_back(installation)


def bring_back(installation):
    sbc = installation.sbc
    if sbc.rtpengine and sbc.rtpengine.alive():
        sbc.thaw(sbc.rtpengine)
    else:
        sbc.start_rtpengine()
    installation.take_down()
    med1, gw = installation.mediation("med1"), installation.gateway("gw")
    began = time.monotonic()
    while not goes_through(med1, gw):
        assert time.monotonic() - began < BACK_IN
    assert sbc.media_ended(BACK_IN)  # a node that hangs hears all that it was told when it goes on


def goes_through(caller, callee):
    """Whether a call does, and not 503."""
    call = caller.invite(NUMBER)
    try:
        other = callee.next_call(timeout=REFUSED_IN)
    except AssertionError:
        call.expect(503)
        return False
    other.answer()
    call.answered()
    other.expect("ACK")
    assert [heard.verdict for heard in talk(call, other, seconds=0.5)] == ["ok", "ok"]
    hang_up(call, other)
    return True


@pytest.fixture
def poll(installation):
    """Both sides ask with OPTIONS until the scenario is over; no answer has taken longer than a second."""
    with polled(installation) as poll:
        yield poll
    assert poll.answers > 1 and poll.slowest < REFUSED_IN, f"{poll.answers} answers, the slowest after {poll.slowest} s"


# new calls -----------------------------------------------------------------------------------------------------------
def refused_calls(caller, callee, sbc):
    """AT_ONCE calls at once; each gets 503, and a line in the log. Returns the seconds of the slowest."""
    began = time.monotonic()
    calls = [caller.invite(NUMBER) for _ in range(AT_ONCE)]
    for call in calls:
        call.expect(503)
    took = time.monotonic() - began
    log = sbc.log_since_judged()
    for call in calls:
        assert f"call {call.call_id}: refused:" in log  # where two workers log at once one line may stand within another
    callee.inbox.expect_nothing(0.1)
    return took


def test_calls_are_refused_at_once_and_nothing_else_waits(fault, poll, sbc, med1, gw):
    time.sleep(0.3)
    fault()
    assert refused_calls(gw, med1, sbc) < REFUSED_IN
    assert refused_calls(med1, gw, sbc) < REFUSED_IN
    time.sleep(2.5)  # it has been looked for again meanwhile
    assert refused_calls(gw, med1, sbc) < REFUSED_IN


def test_not_there_at_start():
    with installed(absent=("rtpengine",)) as installation:
        med1, gw = installation.mediation("med1"), installation.gateway("gw")
        for caller, callee in ((med1, gw), (gw, med1)):
            assert refused_calls(caller, callee, installation.sbc) < REFUSED_IN
        bring_back(installation)
        assert installation.sbc.judge() == []


# calls that are there ------------------------------------------------------------------------------------------------
def test_it_fails_while_the_phone_rings(fault, sbc, med1, gw):
    """Who answers gets ACK and BYE, the caller 503: Lync may have another way to media that work."""
    calls = []
    for caller, callee in ((med1, gw), (gw, med1)):
        call = caller.invite(NUMBER)
        other = callee.next_call()
        other.ring()
        call.expect(180)
        calls.append((call, other))
    fault()
    for call, other in calls:
        began = time.monotonic()
        other.answer()
        answer = call.expect(503)
        assert time.monotonic() - began < REFUSED_IN and answer.body == b""
        assert f"call {call.call_id}: no SDP from rtpengine for" in sbc.log_since_judged()
        other.expect("ACK")
        other.ended()


def test_it_fails_during_a_call(fault, poll, sbc, med1, gw):
    """Hold is refused, the call goes on; BYE does not wait."""
    call, other = call_up(med1, gw)
    fault()
    for holder in (call, other):
        began = time.monotonic()
        holder.reinvite("inactive")
        holder.expect(503)
        assert time.monotonic() - began < REFUSED_IN
    assert call.mailbox.drain() == other.mailbox.drain() == []
    began = time.monotonic()
    hang_up(call, other)
    assert time.monotonic() - began < REFUSED_IN / 2
