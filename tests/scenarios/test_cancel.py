# SPDX-License-Identifier: GPL-2.0-or-later
"""CANCEL at every moment (RFC 3261 9), from Lync and from the gateway: each side has an end of the call that it
understands, no transaction and no media are left.
"""
import time

import pytest

from lab.talk import hang_up, talk

NUMBER = "+4930123456"


@pytest.fixture(params=["from lync", "to lync"])
def ends(request, med1, gw):
    """(caller, callee)"""
    return (med1, gw) if request.param == "from lync" else (gw, med1)


@pytest.fixture(autouse=True)
def no_media_left(sbc):
    yield
    assert sbc.media_ended()


def test_in_one_piece_with_the_invite(med1, gw):
    """Before 100: the CANCEL waits until the other side has said something (9.1)."""
    for between in (b"", b"\r\n\r\n"):
        with med1.framing.together(between):
            call = med1.invite(NUMBER)
            call.cancel()
        gw.next_call().give_up()
        call.cancelled()


def test_before_anything_was_said(sbc, ends):
    """Behind the INVITE at once. Over UDP another worker may have it first, and finds nothing to be cancelled: it comes
    again. Or it comes before the INVITE has gone on, which it then never does. Neither is a failure of the SBC's."""
    caller, callee = ends
    sbc.judge()
    for _ in range(20):
        call = caller.invite(NUMBER)
        call.cancel()
        try:
            first = call.expect(200, 487, timeout=2)  # more than T1: a busy machine must not get two answers
        except AssertionError:
            call.cancel()  # as RFC 3261 17.1.2.2 has it
            first = call.expect(200)
        if first.reason == "canceling":
            callee.next_call().give_up()
        call.expect(487 if first.code == 200 else 200)  # over UDP they may come in either order
    callee.inbox.expect_nothing(0.2)
    assert "could not be sent" not in sbc.log_since_judged()


def said(callee_says):
    """A moment: what the callee has said when the CANCEL comes, and the code of it that the caller has read."""
    return pytest.mark.parametrize("says, code", callee_says.items(), ids=[str(code) for code in callee_says.values()])


@said({None: 100, "ring": 180, "progress": 183})
def test_when_the_callee_has_said(ends, says, code):
    caller, callee = ends
    call = caller.invite(NUMBER)
    other = callee.next_call()
    if says:
        getattr(other, says)()
    call.expect(code, skip=(100,) if says else ())
    call.cancel()
    other.give_up()
    call.cancelled()


def test_the_answer_comes_first(ends):
    """The caller's CANCEL meets its 200 on the wire: it is too late, and has no effect (9.2). The caller hangs up."""
    caller, callee = ends
    call = caller.invite(NUMBER)
    other = callee.next_call()
    other.ring()
    call.expect(180)
    other.answer()
    time.sleep(0.1)  # the 200 is there, and not read
    call.cancel()
    answer = call.expect(200)
    assert answer.cseq[1] == "INVITE"
    assert call.expect(200, 481).cseq[1] == "CANCEL"
    call.ack(answer)
    other.expect("ACK")
    assert [heard.verdict for heard in talk(call, other, seconds=0.2)] == ["ok", "ok"]
    hang_up(call, other)
    assert other.mailbox.drain() == []


@pytest.mark.parametrize("code", [200, 481], ids=["CANCEL gets 200", "CANCEL gets 481"])
def test_the_cancel_comes_first(ends, code):
    """It has gone on, and meets the callee's 200: there is a call, and whoever did not want it hangs up (9.1)."""
    caller, callee = ends
    call = caller.invite(NUMBER)
    other = callee.next_call()
    other.ring()
    call.expect(180)
    call.cancel()
    cancel = other.expect("CANCEL")
    other.answer()
    other.respond(cancel, code, "As It Is")
    answers = {message.cseq[1]: message for message in (call.expect(200) for _ in range(2))}
    assert set(answers) == {"CANCEL", "INVITE"}
    call.ack(answers["INVITE"])
    other.expect("ACK")
    hang_up(call, other)


def test_again_and_again(ends):
    """A CANCEL that comes three times is answered three times, and goes on once."""
    caller, callee = ends
    call = caller.invite(NUMBER)
    other = callee.next_call()
    other.ring()
    call.expect(180)
    for _ in range(3):
        call.cancel()
        time.sleep(0.02)
    other.give_up()
    got = [call.expect(200, 487).cseq[1] for _ in range(4)]
    assert sorted(got) == ["CANCEL"] * 3 + ["INVITE"]
    assert other.mailbox.drain() == []


def test_of_a_call_that_is_over(ends):
    """After the final answer nothing is left to be cancelled; nobody else hears of it."""
    caller, callee = ends
    call = caller.invite(NUMBER)
    other = callee.next_call()
    other.reject(486, "Busy Here")
    call.expect(486)
    call.cancel()
    assert call.expect(200, 481).cseq[1] == "CANCEL"
    assert other.mailbox.drain() == callee.inbox.drain() == []
