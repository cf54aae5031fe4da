# SPDX-License-Identifier: GPL-2.0-or-later
"""Answers that come when nobody waits for them any more: the call has gone to another one, or is over, and its
transaction is forgotten. Whoever has taken it gets ACK and BYE; nobody else hears of it. And requests that their call's
BYE has overtaken.

(A transaction of another node, or of before a restart, is another matter: test_takeover.py.)
"""
import time

import pytest

from lab.talk import call_up, hang_up, talk

NUMBER = "+4930123456"
FORGOTTEN = 1.0  # seconds: more than wt_timer of the lab


@pytest.fixture(scope="module")
def shared_installation(two_of_each):
    return two_of_each


@pytest.fixture(params=["from lync", "to lync"])
def parties(request, installation):
    """(caller, who is asked first and says nothing, who is asked then)"""
    gw, med1 = installation.gateway("gw"), installation.mediation("med1")
    if request.param == "from lync":
        return med1, gw, installation.gateway("gw2")
    return gw, med1, installation.mediation("med2")


@pytest.fixture(autouse=True)
def nothing_left(sbc):
    yield
    assert sbc.media_ended()
    assert sbc.calls("lync.recount")["legs"] == 0


def silent(endpoint):
    """It gets the INVITE, and does not say 100 either."""
    respond, endpoint.respond = endpoint.respond, lambda *_, **__: None
    return respond


def hunted(caller, first, second):
    """A call that the second has taken: (the caller's, the second's, that of the first, which has said nothing)."""
    respond = silent(first)
    call = caller.invite(NUMBER)
    forgotten = first.next_call()
    first.respond = respond
    other = second.answer_next()
    call.answered()
    other.expect("ACK")
    time.sleep(FORGOTTEN)
    return call, other, forgotten


def test_a_200_after_another_has_taken_the_call(sbc, parties):
    call, other, late = hunted(*parties)
    late.answer()
    late.expect("ACK")
    late.ended()
    assert [heard.verdict for heard in talk(call, other, seconds=0.3)] == ["ok", "ok"]
    hang_up(call, other)
    assert call.mailbox.drain() == []
    assert "has taken it when it was over, and gets BYE" in sbc.log_since_judged()


def test_another_answer_after_another_has_taken_the_call(parties):
    call, other, late = hunted(*parties)
    late.ring()
    late.respond(late.invite, 486, "Busy Here")
    assert [heard.verdict for heard in talk(call, other, seconds=0.3)] == ["ok", "ok"]
    hang_up(call, other)
    assert call.mailbox.drain() == []


def test_its_bye_does_not_end_the_call_of_another(parties):
    """Nobody has acknowledged the answer that was lost: who gave it hangs up (RFC 3261 13.3.1.4)."""
    call, other, late = hunted(*parties)
    late.request("BYE")
    late.expect(481)
    assert [heard.verdict for heard in talk(call, other, seconds=0.3)] == ["ok", "ok"]
    hang_up(call, other)
    assert call.mailbox.drain() == []


def test_a_200_after_the_caller_has_given_up(parties):
    caller, first, _ = parties
    respond = silent(first)
    call = caller.invite(NUMBER)
    late = first.next_call()
    call.cancel()
    call.cancelled()
    first.respond = respond
    time.sleep(FORGOTTEN)
    late.answer()
    late.expect("ACK")
    late.ended()
    assert call.mailbox.drain() == []


def test_a_200_that_comes_again_is_no_late_one(parties):
    """Its ACK was lost: the caller sends it again."""
    caller, first, _ = parties
    call, other = call_up(caller, first)
    time.sleep(FORGOTTEN)
    first.send(*first._responses[other.invite.branch, "INVITE"])
    assert [heard.verdict for heard in talk(call, other, seconds=0.3)] == ["ok", "ok"]
    hang_up(call, other)
    assert [entry.message.method for entry in first.log if not entry.sent].count("ACK") == 2


def test_a_request_behind_the_bye(sbc, parties):
    """A re-INVITE and an ACK that have been overtaken: nobody hears of them, and no call comes to be that nobody would end."""
    caller, first, _ = parties
    call, other = call_up(caller, first)
    call.request("BYE")
    other.ended()
    call.expect(200)
    other.reinvite()
    other.expect(481)
    call.request("ACK", cseq=call.dialog.cseq - 1)
    time.sleep(0.2)
    assert sbc.calls()["up"] == 0
    for end in (call, other):
        end.stream.close()
