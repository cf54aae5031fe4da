# SPDX-License-Identifier: GPL-2.0-or-later
"""Every byte comes back: the same calls again and again, until memory stays as it is - and it must come to that."""
import pytest

from lab.talk import call_up, hang_up, hold
from lab.watch import IDLE_TIMEOUT

CALLS = 8  # in a round
STILL = 3  # rounds in a row that leave shared memory as it was


def answered(caller, callee):
    call, other = call_up(caller, callee, ring=0.01)
    hold(call, other)
    hold(call, other, "sendrecv")
    hang_up(call, other)


def rejected(caller, callee):
    call = caller.invite("+4930123456")
    callee.next_call().reject(486, "Busy Here")
    call.expect(486)


def cancelled(caller, callee):
    call = caller.invite("+4930123456")
    other = callee.next_call()
    other.ring()
    call.expect(180)
    call.cancel()
    other.give_up()
    call.cancelled()


@pytest.mark.parametrize("kind", [answered, rejected, cancelled])
@pytest.mark.parametrize("way", ["from lync", "to lync"])
def test_memory_comes_back(kind, way, sbc, med1, gw):
    caller, callee = (med1, gw) if way == "from lync" else (gw, med1)
    seen = []
    for _ in range(20):
        for _ in range(CALLS):
            kind(caller, callee)
        assert sbc.wait_idle(IDLE_TIMEOUT)
        seen.append(sbc.memory()[0])
        if len(seen) > STILL and len(set(seen[-STILL:])) == 1:
            return
    pytest.fail(f"shared memory after each {CALLS} calls: {seen}")
