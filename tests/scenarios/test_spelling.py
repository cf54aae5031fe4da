# SPDX-License-Identifier: GPL-2.0-or-later
"""Odd but legal forms of SIP (RFC 3261 7.3, 25.1) in every message of a call, from both sides: it comes up, there is
audio, it is held and resumed, it ends; another one is cancelled, a third refused.
"""
import pytest

from lab import spelling
from lab.talk import call_up, hang_up, hold, talk

NUMBER = "+4930123456"


def assert_audio(call, other):
    assert [heard.verdict for heard in talk(call, other, seconds=0.3)] == ["ok", "ok"]


def all_there_is(caller, callee, **invite):
    """A whole call with hold and INFO both ways, one that is cancelled, one that is refused."""
    call, other = call_up(caller, callee, **invite)
    assert_audio(call, other)
    for one, two in ((call, other), (other, call)):
        hold(one, two)
        hold(one, two, "sendrecv")
        one.request("INFO", b"Signal=5\r\n", content_type="application/dtmf-relay")
        two.respond(two.expect("INFO"), 200, "OK")
        one.expect(200)
    hang_up(other, call)
    call = caller.invite(NUMBER)
    other = callee.next_call()
    other.ring()
    call.expect(180)
    call.cancel()
    other.give_up()
    call.cancelled()
    call = caller.invite(NUMBER)
    callee.next_call().reject(486, "Busy Here")
    call.expect(486)


@pytest.mark.legs(allow=r"CSeq is '(\d+ \w+)', not '00\1'", why="the numbers are counted anew on each leg, and written without zeros")
@pytest.mark.parametrize("form", spelling.FORMS.values(), ids=spelling.FORMS)
def test_every_message_in_a_form(med1, gw, form):
    for caller, callee in ((med1, gw), (gw, med1)):
        med1.spelling = gw.spelling = form
        all_there_is(caller, callee)
