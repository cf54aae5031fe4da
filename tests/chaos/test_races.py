# SPDX-License-Identifier: GPL-2.0-or-later
"""Messages that meet each other, a millisecond earlier or later each time, in both directions: every call has one end,
and nothing is left. tests/scenarios/test_cancel.py has CANCEL at each state of a call, one by one.
"""
import asyncio
import collections

import pytest

from chaos.fates import Cancel, Fate, Lot
from chaos.field import SETTINGS, field
from chaos.world import GATEWAYS, SERVERS
from lab.sbc import LAB_SETTINGS

PER_SECOND = 60
MS = 0.001
ANSWER = 0.06  # seconds from INVITE to 200


@pytest.fixture(scope="module")
def at():
    with field(settings=(*SETTINGS, *LAB_SETTINGS), name="races") as made:
        yield made
    assert not made.faults, "\n".join(made.faults)


def race(at, lots, double=False):
    """One call for each lot. Returns the calls; fails when one was not right, or something is left."""
    async def run():
        async with at.world(lots=lots.__getitem__) as world:
            for agent in world.agents.values():
                agent.double = double
            await at.calls(world, range(len(lots)), PER_SECOND)
            await at.rest(world)
            return world, world.judge()

    world, wrong = asyncio.run(run())
    faults, at.faults = at.faults + wrong, []
    if faults:
        at.faults = faults
        at.keep(world)
        at.faults = []
    assert not faults, "\n".join(faults[:10])
    return list(world.calls.values())


def lots(make):
    """Both directions of each: make(step) of a Lot without direction and fates, and the Fate at all."""
    def both(step, from_lync):
        fate, options = make(step)
        return Lot(from_lync, dict.fromkeys(GATEWAYS if from_lync else SERVERS, fate), **options)

    return lambda steps: [both(step, from_lync) for step in steps for from_lync in (True, False)]


def ends(calls):
    """How the calls ended: code at the caller, and code of who was called."""
    return collections.Counter((call.code, *(leg.final for leg in call.came_to)) for call in calls)


@pytest.mark.parametrize("rings", [None, 0.0], ids=["before it rings", "while it rings"])
@pytest.mark.parametrize("late", [False, True], ids=["who is called obeys", "its answer meets the CANCEL"])
def test_cancel_meets_200(at, rings, late):
    """0 to 60 ms apart: either 487, and no call, or 200, and the caller hangs up. Never half of one."""
    made = lots(lambda ms: (Fate(seconds=ANSWER, rings=rings, late=late), {"cancel": Cancel(None, ANSWER + (ms - 30) * MS)}))
    calls = race(at, made(range(61)))
    for call in calls:
        leg, = call.came_to
        assert leg.ended, f"{call.number}: who was called knows of no end"
    found = ends(calls)
    assert set(found) <= {(200, 200), (487, 487)} and found[200, 200] > 20 and (found[487, 487] > 20) != late, found


def test_cancel_behind_the_invite(at):
    """0 to 20 ms behind it, while it goes on: 487, and who was called has no call, or has never heard of it."""
    calls = race(at, lots(lambda ms: (Fate(seconds=1.0), {"cancel": Cancel(None, ms * MS)}))(range(21)))
    assert {call.code for call in calls} == {487}
    assert {code for call in calls for code in (leg.final for leg in call.came_to)} == {487}


def test_bye_meets_bye(at):
    """-10 to 10 ms apart."""
    race(at, lots(lambda ms: (Fate(), {"ending": "both", "hold": 0.02, "later": ms * MS}))(range(-10, 11)))


def test_bye_meets_a_reinvite(at):
    """Of the other side, -10 to 10 ms apart, from either side: nothing begins anew in rtpengine."""
    def made(ms):
        who = "caller" if ms % 2 else "callee"
        others = ((), (0.02 + ms * MS,)) if who == "caller" else ((0.02 + ms * MS,), ())
        return Fate(), {"ending": who, "hold": 0.02, "reinvites": others}

    race(at, lots(made)(range(-10, 11)))


def test_reinvite_meets_reinvite(at):
    race(at, lots(lambda ms: (Fate(), {"hold": 0.2, "reinvites": ((0.02,), (0.02 + ms * MS,))}))(range(-10, 11)))


def test_the_invite_comes_again(at):
    """0 to 400 ms behind the first, while it goes on, rings, is answered, is refused: nobody is called twice."""
    for fate in (Fate(seconds=0.15, rings=0.05), Fate("refuse", 486, seconds=0.15), Fate("refuse", 503, seconds=0.02)):
        race(at, lots(lambda ms, fate=fate: (fate, {"again": (ms * MS, (ms + 1) * MS), "hold": 0.1}))([*range(0, 20), *range(20, 400, 20)]))


def test_everything_comes_twice(at):
    """Every datagram, in both directions."""
    fates = (Fate(seconds=0.05, rings=0.02), Fate("refuse", 486), Fate(seconds=0.5, rings=0.0))
    for fate, options in zip(fates, ({"hold": 0.05, "reinvites": ((0.02,), ())}, {}, {"cancel": Cancel(180, 0.05)})):
        race(at, lots(lambda _, fate=fate, options=options: (fate, options))(range(12)), double=True)
