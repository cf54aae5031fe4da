# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls that come round, and those that only look like it; requests that come twice.

Every call here has the same two numbers unless a scenario says otherwise, as written on the side that it comes from.
"""
import itertools
import os

import pytest

from lab.paths import PLANS
from lab.plan import NAMESPACE, find
from lab.reload import changeable, reloadable
from lab.sip import Message
from lab.talk import hang_up, talk

CALLED, CALLING = "+4930123456", "+4930654321"
ROUNDS = 3
MOST = 16


@pytest.fixture(scope="module")
def shared_installation():
    with reloadable(example=PLANS / "good" / "two-of-each.xml") as installation:
        yield installation


@pytest.fixture(autouse=True)
def nothing_left(sbc):
    yield
    assert sbc.media_ended()


@pytest.fixture
def gw2(installation):
    return installation.gateway("gw2")


@pytest.fixture
def plan(sbc):
    """plan(edit): that plan is in force, until the scenario ends."""
    with changeable(sbc) as change:
        def edit(how):
            change(how)
            return sbc.rpc("lync.reload")
        yield edit


def place(caller, called=CALLED, calling=CALLING, **invite):
    return caller.invite(called, user=calling, **invite)


def refused(call):
    """Whether it gets 482 at once; else it has gone on."""
    try:
        return call.expect(482, timeout=0.3)
    except AssertionError as error:
        if "got nothing" not in str(error):
            raise
        return None


def loops(first, ends, most=40, ring=False):
    """The call that `first` is comes to the ends in turn, and each places it anew. Returns how many came, when one was refused."""
    calls, came = [first], []
    for end in itertools.islice(itertools.cycle(ends), most):
        if refused(calls[-1]):
            break
        came.append(end.next_call())
        if ring:
            came[-1].ring()
            calls[-1].expect(180)
        calls.append(place(end))
    else:
        pytest.fail(f"{len(came)} calls came, and none was refused")
    for call, asked in zip(calls[-2::-1], came[::-1]):  # the refusal goes back the way that it came
        asked.reject(482, "Loop Detected")
        call.expect(482)
    return len(came)


def twice(call, ends):
    """It comes to the first end, which sends it on to the second, where it is answered and heard."""
    first = ends[0].next_call()
    second_call = place(ends[0])
    second = ends[1].answer_next()
    second_call.answered()
    second.expect("ACK")
    first.answer()
    call.answered()
    first.expect("ACK")
    for pair in ((second_call, second), (call, first)):
        assert [heard.verdict for heard in talk(*pair, seconds=0.3)] == ["ok", "ok"]
        hang_up(*pair)


# loops -----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("begins", ["lync", "pstn"])
def test_each_sends_it_straight_back(sbc, med1, gw, begins):
    """Each end has placed it three times when it is refused."""
    ends = (gw, med1) if begins == "lync" else (med1, gw)
    came = loops(place(ends[1]), ends)
    assert came == 2 * ROUNDS - (begins == "lync")  # a gateway is refused
    lines = [line for line in sbc.log_since_judged().splitlines() if "it comes round" in line]
    assert len(lines) == 1 and f"from {CALLING} to {CALLED} while {ROUNDS} of Lync's are out there" in lines[0]
    assert loops(place(ends[1]), ends) == came  # of the one before nothing is left


def test_the_network_sends_it_back_by_another_gateway(med1, gw, gw2):
    """gw1 gets it, gw2 sends it back, who writes numbers without '+'."""
    call, came = place(med1), 0
    calls, asked = [call], []
    while not refused(calls[-1]):
        asked.append(gw.next_call())
        calls.append(place(gw2, CALLED[1:], CALLING[1:]))
        came += 1
        if refused(calls[-1]):
            break
        asked.append(med1.next_call())
        calls.append(place(med1))
        assert came < 20
    assert came == ROUNDS
    for call, other in zip(calls[-2::-1], asked[::-1]):
        other.reject(482, "Loop Detected")
        call.expect(482)


def test_one_that_rings_each_time(med1, gw):
    """A gateway may say 180 before anybody's telephone rings: then it is found later."""
    came = loops(place(gw), (med1, gw), most=60, ring=True)
    assert came == 2 * MOST


def test_an_emergency_call_is_stopped_by_what_comes_back(sbc, med1, gw):
    """Of Lync it is not refused; what a gateway sends back of it is no emergency call."""
    call = place(med1, "112")
    calls, asked = [call], []
    for end in itertools.islice(itertools.cycle((gw, med1)), 20):
        if refused(calls[-1]):
            break
        asked.append(end.next_call())
        calls.append(place(end, "112"))
    assert len(asked) == 2 * ROUNDS - 1 and calls[-1].endpoint is gw
    assert sbc.log_since_judged().count("it comes round") == 1
    for call, other in zip(calls[-2::-1], asked[::-1]):
        other.reject(482, "Loop Detected")
        call.expect(482 if call.endpoint is gw else 503)


# what is none ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("begins", ["lync", "pstn"])
def test_one_that_comes_back_once(med1, gw, begins):
    """And is heard by all."""
    ends = (gw, med1) if begins == "lync" else (med1, gw)
    for _ in range(ROUNDS + 2):
        twice(place(ends[1]), ends)


def all_arrive(calls, callee):
    """None is refused; nobody rings, nobody answers until all are there."""
    others = [callee.next_call() for _ in calls]
    for other in others:
        other.reject(486, "Busy Here")
    for call in calls:
        call.expect(486)
    return others


@pytest.mark.parametrize("calling", [CALLING, "anonymous"])
@pytest.mark.parametrize("begins", ["lync", "pstn"])
def test_many_that_are_alike(med1, gw, begins, calling):
    """A conference, a call centre, two people with one number."""
    caller, callee = (med1, gw) if begins == "lync" else (gw, med1)
    all_arrive([place(caller, calling=calling) for _ in range(40)], callee)


def test_many_from_a_pbx_through_lync(med1, gw, gw2, plan):
    """gw1 is a PBX. Twenty people in one company call the same number at once; Lync is the switch between it and gw2."""
    def edit(root):
        find(root, "target[@name='gw1']").set("kind", "pbx")
        trunk = find(root, "trunk[@name='hq-first']")
        trunk.remove(trunk.find(f"{{{NAMESPACE}}}route"))

    plan(edit)
    pairs = []
    for _ in range(20):
        call = place(gw)
        pairs.append((call, med1.next_call(), place(med1)))
    all_arrive([second for _, _, second in pairs], gw2)
    for call, other, _ in pairs:
        other.reject(486, "Busy Here")
        call.expect(486)


def test_a_few_between_two_gateways_through_lync(med1, gw):
    """All are the network, so more than three that are silent would be too many."""
    pairs = []
    for _ in range(ROUNDS):
        call = place(gw)
        pairs.append((call, med1.next_call(), place(med1), gw.next_call()))
    late = place(gw)
    late.expect(482)
    pairs[0][3].ring()
    pairs[0][2].expect(180)
    pairs.append((place(gw), med1.next_call(), None, None))
    for call, other, again, last in pairs:
        if last:
            last.reject(486, "Busy Here")
            again.expect(486)
        other.reject(486, "Busy Here")
        call.expect(486)


# twice -------------------------------------------------------------------------------------------------------------------
def again(call):
    """The INVITE once more, with another branch: what comes by the second way, or a second try."""
    endpoint = call.endpoint
    (branch, method), (request, flow) = next(iter(call._sent.items()))
    other = branch[:-4] + os.urandom(2).hex()
    data = request.raw.replace(branch.encode(), other.encode())
    call._sent[other, method] = (Message(data), flow)
    endpoint.send(data, flow)


@pytest.mark.parametrize("begins", ["lync", "pstn"])
def test_by_two_ways(sbc, med1, gw, begins):
    """The second is refused, whether the first rings or is answered, and the first goes on."""
    caller, callee = (med1, gw) if begins == "lync" else (gw, med1)
    call = place(caller)
    other = callee.next_call()
    again(call)
    call.expect(482)
    other.ring()
    call.expect(180)
    again(call)
    call.expect(482)
    other.answer()
    call.answered()
    other.expect("ACK")
    again(call)
    call.expect(482)
    assert [heard.verdict for heard in talk(call, other, seconds=0.3)] == ["ok", "ok"]
    hang_up(call, other)
    assert callee.inbox.drain() == []
    assert sbc.log_since_judged().count("the same request is under way already") == 3


@pytest.mark.parametrize("begins", ["lync", "pstn"])
def test_another_try_is_not_refused(sbc, med1, gw, begins):
    """After a refusal of ours, with the branch changed alone (RFC 3263 4.3)."""
    caller, callee = (med1, gw) if begins == "lync" else (gw, med1)
    sbc.rpc("lync.drain", "node")
    call = place(caller)
    call.expect(503)
    sbc.rpc("lync.ready", "node")
    again(call)
    callee.next_call().reject(486, "Busy Here")
    call.expect(486)
