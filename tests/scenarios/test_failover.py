# SPDX-License-Identifier: GPL-2.0-or-later
"""Who gets a call, and who gets it next: two gateways for Lync, two Mediation Servers for the gateways.

The plan (fixtures/plans/good/two-of-each.xml) asks gw before gw2, and med1 before med2.
"""
import collections
import time

import pytest

from lab.sip import header_param
from lab.talk import call_up, hang_up, hold, talk
from lab.way import Way

NUMBER = "+4930123456"
PATIENCE = 1.0  # seconds, answer-limit of the plan: no answer at all for so long, and it is the next one's turn
AT_ONCE = 0.3


def assert_audio(call, other):
    assert [heard.verdict for heard in talk(call, other, seconds=0.5)] == ["ok", "ok"]


@pytest.fixture(scope="module")
def shared_installation(two_of_each):
    return two_of_each


@pytest.fixture(autouse=True)
def nothing_left(sbc):
    """After each scenario: no media ports are held."""
    yield
    assert sbc.media_ended()


@pytest.fixture(params=["to the gateways", "to the servers"])
def way(request, installation):
    return Way(installation, to_lync=request.param == "to the servers")


# the next one --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("how", ["refuses", "swallows", "hangs"])
def test_who_does_not_answer_is_passed_over(way, how):
    """Each call within the answer-limit; only what its health says makes the next call pass it over at once."""
    second = way.second
    with way.broken(0, how):
        for _ in range(2):
            began = time.monotonic()
            call = way.caller.invite(NUMBER)
            other = second.next_call()
            assert time.monotonic() - began < PATIENCE + AT_ONCE
            other.answer()
            call.answered()
            other.expect("ACK")
            hang_up(call, other)


@pytest.mark.parametrize("code", [500, 503])
def test_what_a_server_says_of_itself_sends_the_call_on(way, code):
    first, second = way.first, way.second
    call = way.caller.invite(NUMBER)
    first.next_call().reject(code, "Not now")
    other = second.next_call()
    other.ring()
    call.expect(180)
    other.answer()
    call.answered()
    other.expect("ACK")
    hang_up(other, call)


@pytest.mark.legs(allow="the tag in To is", why="two dialogs of one INVITE, as behind a proxy that forks")
def test_the_next_one_is_another_dialog(way):
    """For a caller that has heard the first, even its early media: the next one's SDP is another session (RFC 3264 8)."""
    first, second = way.first, way.second
    call = way.caller.invite(NUMBER)
    one = first.next_call()
    one.progress()
    early = call.expect(183)
    assert_audio(call, one)
    one.reject(503, "Not any more")
    other = second.next_call()
    other.ring()
    ringing = call.expect(180)
    assert header_param(ringing["To"], "tag") != header_param(early["To"], "tag")
    call.dialog.learn(ringing)
    other.answer()
    assert header_param(call.answered()["To"], "tag") == header_param(ringing["To"], "tag")
    other.expect("ACK")
    assert_audio(call, other)
    hold(other, call)
    hold(other, call, "sendrecv")
    hang_up(other, call)


@pytest.mark.parametrize("code", [404, 480, 486, 603])
def test_the_answer_of_the_user_is_final(way, code):
    first, second = way.first, way.second
    call = way.caller.invite(NUMBER)
    other = first.next_call()
    other.ring()
    call.expect(180)
    other.reject(code, "Says the user")
    call.expect(code)
    second.inbox.expect_nothing(AT_ONCE)


@pytest.mark.parametrize("code", [500, 503])
def test_when_all_refuse_the_last_ones_answer_is_passed_on(way, code):
    """Lync tries another trunk after either. Kamailio by itself makes 500 of 503."""
    first, second = way.first, way.second
    call = way.caller.invite(NUMBER)
    for callee in (first, second):
        callee.next_call().reject(code, "Not now")
    assert call.expect(code)["Reason"] == 'Q.850;cause=41;text="temporary failure"'


@pytest.mark.parametrize("how", ["refuses", "hangs"])
def test_when_nobody_answers_the_answer_is_503(way, how):
    with way.broken(0, how), way.broken(1, how):
        way.caller.invite(NUMBER).expect(503, timeout=2 * PATIENCE + AT_ONCE)


# the caller gives up -------------------------------------------------------------------------------------------------

def test_the_caller_gives_up_while_it_rings(way, sbc):
    first = way.first
    call = way.caller.invite(NUMBER)
    other = first.next_call()
    other.ring()
    call.expect(180)
    assert sbc.media_calls() == [call.call_id]
    call.cancel()
    other.give_up()
    call.cancelled()


def test_the_caller_gives_up_at_the_second_try(way):
    first, second = way.first, way.second
    call = way.caller.invite(NUMBER)
    first.next_call().reject(503, "Not now")
    other = second.next_call()
    other.ring()
    call.expect(180)
    call.cancel()
    other.give_up()
    call.cancelled()


def test_the_caller_gives_up_before_anybody_has_answered(way):
    """The INVITE has come to nobody who speaks; the second one is not rung for a caller who has gone."""
    second = way.second
    with way.broken(0, "hangs"):
        call = way.caller.invite(NUMBER)
        time.sleep(AT_ONCE)
        call.cancel()
        call.cancelled()
        second.inbox.expect_nothing(AT_ONCE)


# spread --------------------------------------------------------------------------------------------------------------
def test_calls_are_spread_by_weight(installation, med1):
    """Weights 75 and 25, 120 calls: 90 are to be expected; 75 to 105 leaves chance one in 600."""
    gateways = installation.gateway("gw"), installation.gateway("gw2")
    med1.outbound = "sip:sbc1.example.net:5167"
    got = collections.Counter()
    for _ in range(120):
        call = med1.invite(NUMBER)
        reached = next(gateway for gateway in _polled(gateways) if gateway.calls.get(call.call_id))
        reached.next_call().reject(486, "Busy Here")
        call.expect(486)
        got[reached.name] += 1
    assert 75 <= got["gw"] <= 105, got


def _polled(items, seconds=2):
    """The items again and again, for so long."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        yield from items
        time.sleep(0.002)
    raise AssertionError(f"nobody in {seconds} s")


# in the dialog -------------------------------------------------------------------------------------------------------
def test_requests_go_to_the_server_that_called(installation, gw):
    """med1 would be asked first for a new call; this one is med2's."""
    med1, med2 = installation.mediation("med1"), installation.mediation("med2")
    call, other = call_up(med2, gw)
    hold(other, call)
    hold(other, call, "sendrecv")
    hang_up(other, call)
    med1.inbox.expect_nothing(0.1)


@pytest.mark.parametrize("maddr", [True, False], ids=["maddr", "fqdn"])
def test_a_server_hands_its_call_to_another_one(installation, gw, maddr):
    """med1 answers with a Contact of med2, by address or by a name that no DNS knows: what follows goes to med2."""
    med1, med2 = installation.mediation("med1", maddr=maddr), installation.mediation("med2", maddr=maddr)
    contact = med2.contact()
    med1.contact = lambda: contact
    call = gw.invite(NUMBER)
    other = med1.answer_next()
    call.answered()
    for method in ("ACK", "BYE"):
        if method == "BYE":
            call.request("BYE")
        request = med2.inbox.expect(method)
        assert request.uri == contact
        if method == "BYE":
            med2.respond(request, 200, "OK")
            call.expect(200)
    assert other.mailbox.drain() == []
