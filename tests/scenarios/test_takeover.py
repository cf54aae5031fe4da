# SPDX-License-Identifier: GPL-2.0-or-later
"""A call outlives the Kamailio that it began with: at every step of it, another one goes on that knows nothing of it.

That other one is the same node after a crash, or one that stands by and gets the addresses. Nothing is sent while
nobody listens, so that a scenario shows what is understood of a message, and not what is lost; except where it says so.
CANCEL is left out: a call that rings when its Kamailio goes can be cancelled only by not answering it.
"""
import time

import pytest

from lab.installation import installed
from lab.pair import PairLab
from lab.takeover import Pair, Restart, Takeover
from lab.talk import call_up, hang_up, hold, talk

NUMBER = "+4930123456"
REPLIES = 20  # in a round
STILL = 3  # rounds in a row that leave memory as it was


@pytest.fixture(scope="module")
def shared_installation():
    with installed(network=PairLab, kind=Pair) as installation:
        yield installation


@pytest.fixture(params=["lync to gateway", "gateway to lync"])
def ends(request, med1, gw):
    return (med1, gw) if request.param.startswith("lync") else (gw, med1)


@pytest.fixture(params=[Restart, Takeover], ids=["restart", "takeover"])
def change(request, installation):
    """The change to another Kamailio. Afterwards no media ports are held for any call."""
    yield request.param(installation)
    if request.node.passed:
        wait_until(lambda: not installation.sbc.media_calls(), "end of all media")  # a BYE goes on before they end


@pytest.fixture
def at(request, change, step):
    """at(place): here another Kamailio takes over, if this is the step that the scenario is about."""
    met = []

    def place(name):
        if name == step:
            change.down()
            change.up()
            met.append(name)

    yield place
    assert met or not request.node.passed, f"the ladder has no step {step!r}"


def steps(*names):
    return pytest.mark.parametrize("step", names)


def either(name):
    """Who of a call does it: pick(call, other) -> (who does, who does not)."""
    return pytest.mark.parametrize("pick", [lambda call, other: (call, other), lambda call, other: (other, call)],
                                   ids=[f"the caller {name}", f"the callee {name}"])


def wait_until(ready, what, timeout=2.0):
    deadline = time.monotonic() + timeout
    while not ready():
        assert time.monotonic() < deadline, f"no {what} in {timeout} s"
        time.sleep(0.02)


def assert_audio(call, other):
    assert [heard.verdict for heard in talk(call, other, seconds=0.3)] == ["ok", "ok"]


def take_up(call, other, at=lambda place: None):
    """From 200 to the first words."""
    other.answer()
    response = call.expect(200)
    at("answered")
    call.ack(response)
    other.expect("ACK")
    at("acknowledged")
    assert_audio(call, other)


def go_on(call, other):
    """What must work in any call, until its end."""
    hold(call, other)
    hold(call, other, "sendrecv")
    assert_audio(call, other)
    hang_up(other, call)


# a call begins -------------------------------------------------------------------------------------------------------
@steps("asked", "rings", "answered", "acknowledged")
def test_a_call_is_set_up(at, ends):
    caller, callee = ends
    call = caller.invite(NUMBER)
    other = callee.next_call()
    at("asked")
    other.ring()
    call.expect(180)
    at("rings")
    take_up(call, other, at)
    go_on(call, other)


@steps("asked", "early media")
def test_early_media(at, ends):
    """Also on the other side of the change, before there is a 200."""
    caller, callee = ends
    call = caller.invite(NUMBER)
    other = callee.next_call()
    at("asked")
    other.progress()
    call.expect(183)
    assert_audio(call, other)
    at("early media")
    assert_audio(call, other)
    take_up(call, other)
    go_on(call, other)


@steps("rings", "PRACK", "PRACK answered")
def test_provisional_answers_are_acknowledged(at, ends):
    caller, callee = ends
    call = caller.invite(NUMBER, extra="" if caller.name.startswith("med") else "Supported: 100rel")
    other = callee.next_call()
    other.respond(other.invite, 180, "Ringing", extra="Require: 100rel\r\nRSeq: 4711")
    ringing = call.expect(180)
    at("rings")
    call.request("PRACK", extra=f"RAck: 4711 {ringing.cseq[0]} INVITE")
    request = other.expect("PRACK")
    at("PRACK")
    other.respond(request, 200, "OK")
    assert call.expect(200).cseq[1] == "PRACK"
    at("PRACK answered")
    take_up(call, other)
    go_on(call, other)


# a call that stands --------------------------------------------------------------------------------------------------
@either("holds")
@steps("re-INVITE", "answered", "on hold")
def test_hold_and_resume(pick, at, ends):
    call, other = call_up(*ends)
    holder, held = pick(call, other)
    holder.reinvite("inactive")
    request = held.expect("INVITE")
    at("re-INVITE")
    held.respond(request, 200, "OK", held.answer_to(request))
    response = holder.expect(200)
    at("answered")
    holder.ack(response)
    held.expect("ACK")
    at("on hold")
    assert [heard.verdict for heard in talk(call, other, seconds=0.3)] == ["nothing came"] * 2
    hold(holder, held, "sendrecv")
    assert_audio(call, other)
    hang_up(held, holder)


@steps("before", "UPDATE")
def test_update(at, ends):
    call, other = call_up(*ends)
    at("before")
    call.request("UPDATE", call.offer())
    request = other.expect("UPDATE")
    at("UPDATE")
    other.respond(request, 200, "OK", other.answer_to(request))
    call.expect(200)
    assert_audio(call, other)
    go_on(call, other)


@either("hangs up")
@steps("before", "BYE")
def test_bye(pick, at, ends):
    call, other = call_up(*ends)
    assert_audio(call, other)
    one, two = pick(call, other)
    at("before")
    one.request("BYE")
    request = two.expect("BYE")
    at("BYE")
    two.respond(request, 200, "OK")
    one.expect(200)


# the gap -------------------------------------------------------------------------------------------------------------
def test_a_200_that_comes_again_saves_a_call(installation, change, med1):
    """The gateway's user answers while nobody listens; the gateway sends it until there is an ACK."""
    gateway = installation.gateway("gw", retransmit=True)
    call = med1.invite(NUMBER)
    other = gateway.next_call()
    other.ring()
    call.expect(180)
    change.down()
    other.answer()
    change.up()
    call.answered()
    other.expect("ACK")
    assert_audio(call, other)
    go_on(call, other)


@pytest.mark.legs(allow="a retransmission differs from what was sent first .*: ACK ",
                  why="another Kamailio writes it: its Via and its seals are its own")
def test_an_ack_that_was_lost_is_said_again(change, med1, gw):
    """Each 200 gets one (RFC 3261 13.2.2.4), also one that comes to Lync over another connection than the INVITE's."""
    call = med1.invite(NUMBER)
    other = gw.next_call()
    answer = other.answer()
    call.answered()
    other.expect("ACK")
    change.down()
    change.up()
    gw.send(answer.raw, other.invite.flow)
    wait_until(lambda: [entry.message.method for entry in gw.log].count("ACK") == 2, "second ACK")
    go_on(call, other)


def test_a_bye_that_comes_again_ends_a_call(installation, change, med1):
    gateway = installation.gateway("gw", retransmit=True)
    call, other = call_up(med1, gateway)
    change.down()
    other.request("BYE")
    change.up()
    call.ended()
    other.expect(200)


# what is left --------------------------------------------------------------------------------------------------------
def test_answers_of_calls_that_it_does_not_know_leave_nothing(installation, change, ends):
    """The same answer again and again, until memory stays as it is - and it must come to that."""
    caller, callee = ends
    call = caller.invite(NUMBER)
    other = callee.next_call()
    change.down()
    change.up()
    seen = []
    for _ in range(20):
        for _ in range(REPLIES):
            other.ring()
            call.expect(180)
        time.sleep(0.1)
        seen.append(installation.sbc.memory())
        if len(seen) > STILL and len(set(seen[-STILL:])) == 1:
            break
    else:
        pytest.fail(f"memory after each {REPLIES} answers: {seen}")
    take_up(call, other)
    hang_up(call, other)
