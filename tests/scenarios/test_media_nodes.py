# SPDX-License-Identifier: GPL-2.0-or-later
"""Two rtpengines: calls are spread over them by weight, a call stays with its own, and one that hangs is nobody else's
business."""
import time

import pytest

from lab.installation import installed
from lab.load import Load
from lab.poll import polled
from lab.sbc import media_ports
from lab.sdp import Sdp
from lab.takeover import Restart
from lab.talk import call_up, hang_up, hold, talk
from lab.watch import warm_up

NUMBER = "+4930123456"
WEIGHTS = (2, 1)
SPREAD = 240  # calls; a third of them is expected at the second node, give or take 7 (one standard deviation)
PER_SECOND = 20
FINDS = 0.6  # seconds: three times 200 ms, for whoever meets a node that hangs
NOISE = 0.2  # seconds that a call may take longer than the slowest before: who waits for the node takes up to 0.6
BACK_IN = 3.0


@pytest.fixture(scope="module")
def shared_installation():
    with installed(prepare=warm_up, media_nodes=WEIGHTS) as installation:
        installation.memory_tolerance = {"shared": 160000, "private": 65536}  # the processes of a second node, and load
        yield installation


def node_at(port):
    return next(number for number in (1, 2) if port in media_ports(number))


def node_of(call):
    """Which node an end sends its media to."""
    return node_at(call.stream.remote[1])


def home_of(call_id):
    """The node that a call has while both are up: the best of `weight` draws (see lync_ng.c)."""
    def mix(value):
        for shift, factor in ((30, 0xbf58476d1ce4e5b9), (27, 0x94d049bb133111eb), (31, 1)):
            value = (value ^ value >> shift) * factor & 2**64 - 1
        return value

    call = 0xcbf29ce484222325
    for byte in call_id.encode():
        call = (call ^ byte) * 0x100000001b3 & 2**64 - 1
    return max(((mix(call ^ (number << 32 | draw)), number)
                for number, weight in enumerate(WEIGHTS, start=1) for draw in range(weight)))[1]


def call_on(number, caller, callee):
    """A call that this node has; those that another one gets are ended at once."""
    for _ in range(30):
        call, other = call_up(caller, callee, ring=0)
        if node_of(call) == number:
            assert node_of(other) == number
            return call, other
        hang_up(call, other)
    raise AssertionError(f"30 calls, and none for media node {number}")


def nodes_of_offers(caller, callee, count):
    """How many calls each node gets, as {number: count}; each is refused by the callee."""
    got = {1: 0, 2: 0}
    for _ in range(count):
        call = caller.invite(NUMBER)
        other = callee.next_call()
        node = node_at(Sdp(other.invite.body).port)
        got[node] += 1
        other.reject(486, "Busy Here")
        call.expect(486)
    return got


def assert_audio(call, other):
    assert [heard.verdict for heard in talk(call, other, seconds=0.3)] == ["ok", "ok"]


def hold_and_resume(call, other):
    for holder, held in ((call, other), (other, call)):
        hold(holder, held)
        hold(holder, held, "sendrecv")
    assert_audio(call, other)


# whose call it is ----------------------------------------------------------------------------------------------------
def test_calls_are_spread_by_weight(med1, gw, capsys):
    got = nodes_of_offers(med1, gw, SPREAD)
    with capsys.disabled():
        print(f"# weights {WEIGHTS}: {got[1]} and {got[2]} of {SPREAD} calls")
    assert abs(got[2] - SPREAD / 3) < 4 * 7.3


@pytest.mark.parametrize("number", [1, 2])
def test_a_call_stays_with_its_node(installation, sbc, med1, gw, number):
    """Also over a restart: what is sealed in the messages knows it."""
    call, other = call_on(number, med1, gw)
    hold_and_resume(call, other)
    restart = Restart(installation)
    restart.down()
    restart.up()
    hold_and_resume(other, call)
    assert node_of(call) == node_of(other) == number
    assert sbc.calls_of(number) == [call.call_id] and sbc.calls_of(3 - number) == []
    hang_up(other, call)
    assert sbc.media_ended()


def test_a_node_that_is_drained(sbc, med1, gw):
    """No new calls; the running one goes on."""
    call, other = call_on(2, med1, gw)
    assert sbc.rpc("lync.drain", "media", "2").strip() == "media 2: drain"
    assert sbc.media_state(2) == "off"
    assert nodes_of_offers(med1, gw, 30) == {1: 30, 2: 0}
    hold_and_resume(call, other)
    assert node_of(call) == node_of(other) == 2
    assert sbc.rpc("lync.ready", "media", "2").strip() == "media 2: ready"
    assert sbc.media_state(2) == "up"
    assert nodes_of_offers(med1, gw, 30)[2] > 0
    hang_up(call, other)


@pytest.mark.parametrize("number", ["0", "3", "x", "32"])
def test_no_such_node(sbc, number):
    with pytest.raises(RuntimeError, match=f"no media node has the number '{number}'"):
        sbc.rpc("lync.drain", "media", number)


# a node that fails ---------------------------------------------------------------------------------------------------
def hangs(sbc):
    sbc.freeze(sbc.rtpengines[2])


def goes_on(sbc):
    sbc.thaw(sbc.rtpengines[2])


def is_killed(sbc):
    sbc.rtpengines[2].kill()


def is_started_anew(sbc):
    sbc.start_rtpengine(2)


class Phase:
    """What was measured between two moments. calls: by the node that they would have while both are up.

    stalled(begin, end): for how long the test itself did not run meanwhile."""

    def __init__(self, name, set_ups, options, stalled):
        self.calls = {number: [s.took - stalled(s.began, s.began + s.took)
                               for s in set_ups if home_of(s.call_id) == number] for number in (1, 2)}
        self.nodes = {node_at(s.port) for s in set_ups if s.port}
        self.refused = [s for s in set_ups if s.code != 200]
        self.all = self.calls[1] + self.calls[2]
        self.slowest_options = options[1]
        self._name, self._answers = name, options[0]

    def slowest(self, number):
        return max(self.calls[number], default=0.0)

    def __str__(self):
        nodes = ", ".join(f"{len(took)} calls of node {number}, slowest {1000 * self.slowest(number):.0f} ms"
                          for number, took in self.calls.items())
        return (f"{self._name:8}: {nodes}; {sum(t > FINDS / 2 for t in self.all)} took more than "
                f"{1000 * FINDS / 2:.0f} ms; {len(self.refused)} refused; "
                f"{self._answers} OPTIONS, slowest {1000 * self.slowest_options:.0f} ms")


@pytest.mark.parametrize("fails, comes_back", [(hangs, goes_on), (is_killed, is_started_anew)], ids=["hangs", "killed"])
def test_the_other_node_does_not_notice(installation, sbc, med1, gw, capsys, fails, comes_back):
    call, other = call_on(1, med1, gw)
    assert_audio(call, other)  # so that no player sends in its place after 5 s
    moments = []
    with polled(installation) as poll:
        load = Load(med1, gw, PER_SECOND)

        def wait(seconds):
            time.sleep(seconds)
            moments.append((time.monotonic(), poll.begin_anew()))

        wait(1)
        wait(5)
        failed = time.monotonic()
        fails(sbc)
        heard = talk(call, other, seconds=1)
        wait(3)
        state = sbc.media_state(2)
        comes_back(sbc)
        sbc.wait_media_up(2, BACK_IN)
        wait(3)
        set_ups = load.stop()
    # by its end: one that was about to be answered when the node failed is one of those that met it
    phases = [Phase(name, [s for s in set_ups if begin <= s.began + s.took < end], options, poll.stalled)
              for name, (begin, _), (end, options) in zip(("before", "without", "again"), moments, moments[1:])]
    before, without, again = phases
    with capsys.disabled():
        print(*(f"# {phase}" for phase in phases), sep="\n")
    assert state == "down"
    assert [ear.verdict for ear in heard] == ["ok", "ok"]
    assert before.nodes == again.nodes == {1, 2}
    # a call that has its offer there, but not its answer, can have no other node
    refused = [s for phase in phases for s in phase.refused]
    usual = max(before.all) + NOISE
    assert all(home_of(s.call_id) == 2 and failed - usual < s.began < failed + FINDS for s in refused), refused
    hang_up(call, other)
    if max(before.all) > FINDS / 2:
        pytest.skip(f"too busy a machine to judge times: {1000 * max(before.all):.0f} ms for a call while all was well")
    assert without.slowest(1) < usual and max(again.all) < usual
    assert without.slowest(2) < usual + FINDS
    # those that came while nobody knew yet
    assert sum(took > usual for took in without.calls[2]) <= PER_SECOND * FINDS
    assert max(phase.slowest_options for phase in phases[1:]) < before.slowest_options + NOISE
