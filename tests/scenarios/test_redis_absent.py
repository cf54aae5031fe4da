# SPDX-License-Identifier: GPL-2.0-or-later
"""Without Redis a node works alone: it says so once, and calls are none the slower."""
import re
import statistics
import time

import pytest

from lab.installation import installed
from lab.talk import hang_up
from lab.watch import warm_up

CALLS = 12
SLOWER = 0.02  # seconds that the middle one of CALLS may take longer than with Redis
NOTICED_IN = 4.0  # a beat a second, and a second until an answer counts as none
BACK_IN = 16.0  # the longest pause between two tries


@pytest.fixture(scope="module")
def shared_installation():
    with installed(prepare=warm_up) as installation:
        yield installation


@pytest.fixture
def said(sbc):
    """said(): the lines of the log about Redis from now on. It is connected now; what is done to it is undone later."""
    wait_for_state(sbc, "connected", BACK_IN)
    before = len(sbc.log)
    yield lambda: lines(sbc.log[before:])
    if sbc.redis.alive():
        sbc.thaw(sbc.redis)
        command(sbc, "replicaof", "no", "one")
    else:
        sbc.start_redis()
    wait_for_state(sbc, "connected", BACK_IN)


def command(sbc, *words):
    sbc.lab["sbc"].run(["redis-cli", "-s", sbc.folder / "redis.sock", *words])


def state(sbc):
    """What lync.cluster says of Redis, and of this node."""
    answer = sbc.rpc("lync.cluster")
    assert re.search(r"name: sbc1\s+state: this node", answer), answer
    return re.search(r"redis: \S+\s+state: (.+)", answer)[1].strip()


def wait_for_state(sbc, wanted, timeout):
    deadline = time.monotonic() + timeout
    while state(sbc) != wanted:
        assert time.monotonic() < deadline, f"lync.cluster says {state(sbc)!r} after {timeout} s, not {wanted!r}"
        time.sleep(0.05)


def lines(log):
    return [line for line in log.splitlines() if "Redis at " in line]


def setup_times(installation):
    """Seconds from INVITE to 180, call by call. The calls are answered and end."""
    med1, gw = installation.mediation("med1"), installation.gateway("gw")
    times = []
    for _ in range(CALLS):
        began = time.monotonic()
        call = med1.invite("+4930123456")
        other = gw.next_call()
        other.ring()
        call.expect(180)
        times.append(time.monotonic() - began)
        other.answer()
        call.answered()
        other.expect("ACK")
        hang_up(call, other)
    installation.take_down()
    return times


FAULTS = {
    "dies": lambda sbc: sbc.redis.signal(9),
    "hangs": lambda sbc: sbc.freeze(sbc.redis),
    "takes no writes": lambda sbc: command(sbc, "replicaof", "127.0.0.1", "1"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_redis_fails(fault, installation, sbc, said):
    before = statistics.median(setup_times(installation))
    FAULTS[fault](sbc)
    at_once = setup_times(installation)
    wait_for_state(sbc, "alone", NOTICED_IN)
    alone = setup_times(installation)
    assert statistics.median(at_once) < before + SLOWER and statistics.median(alone) < before + SLOWER
    assert max(at_once + alone) < 0.5
    time.sleep(2.5)  # and while it goes on trying it says nothing more
    line, = said()
    assert "works alone until it does; calls are not affected" in line
    assert state(sbc) == "alone"


def test_redis_comes_back_empty(installation, sbc, said):
    """What it has forgotten is written again: the node is alive in it."""
    command(sbc, "flushall")
    sbc.redis.signal(9)
    wait_for_state(sbc, "alone", NOTICED_IN)
    sbc.start_redis()
    wait_for_state(sbc, "connected", BACK_IN)
    assert [re.search("does not answer|answers", line)[0] for line in said()] == ["does not answer", "answers"]
    found = sbc.lab["sbc"].run(["redis-cli", "-s", sbc.folder / "redis.sock", "ttl", "lync-sbc:node:sbc1"]).stdout
    assert 1 <= int(found) <= 5
    setup_times(installation)


def test_redis_is_not_there_at_start(new_installation):
    installation = new_installation(absent=("redis",), prepare=warm_up)
    sbc = installation.sbc
    setup_times(installation)
    assert state(sbc) == "alone"
    line, = lines(sbc.log)
    assert "works alone until it does; calls are not affected" in line
    sbc.start_redis()
    wait_for_state(sbc, "connected", BACK_IN)
    setup_times(installation)
