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


# what Kamailio's core does not read -------------------------------------------------------------------------------------
UNREAD = {"CSeq": (b"CSEQ: 412007 ", b"CSEQ: 412007\r\n "),
          "Content-Length": (b"CONTENT-LENGTH: ", b"CONTENT-LENGTH:\r\n "),
          "a display name": (b'"Ada ', b'"Ada\r\n ')}


@pytest.mark.parametrize("what", UNREAD)
def test_what_must_not_be_folded(sbc, med1, gw, what):
    """Nobody folds there. Where the length is folded the stream ends; a CSeq is lost; what can be answered is refused."""
    med1.spelling = lambda message: message.replace(*UNREAD[what])
    call = med1.invite(NUMBER)
    if what == "Content-Length":
        assert med1.flows[0].closed.wait(2)
    elif what == "CSeq":
        call.mailbox.expect_nothing(0.5)
        assert "sent a message that cannot be parsed: dropped" in sbc.log_since_judged()
        assert "inline:" not in sbc.log_since_judged()
    else:
        call.expect(400)
    med1.spelling = lambda message: message
    hang_up(*call_up(med1, gw))


# names and numbers -----------------------------------------------------------------------------------------------------
NAMES = ('"Ada \\"the\\" \\\\ <sip:x@y>;tag=z, B" ', '"Zoë Łuk 東京 \U0001f600" ', "Ada Example ", '"" ', '"%23;,?@" ', "")


@pytest.mark.parametrize("user", ["+498912345678", "+49(89)123-45678"])
def test_names_pass_as_they_are(med1, gw, user):
    for caller, callee in ((med1, gw), (gw, med1)):
        for name in NAMES:
            call, other = call_up(caller, callee, user=user, display=name)
            assert other.invite["From"].startswith(f"{name.strip()} <".lstrip()), other.invite["From"]
            hang_up(other, call)


def test_a_user_that_is_no_number(med1, gw):
    """'+' is reserved, so %2B is another character (RFC 3261 19.1.4). A gateway is shown an anonymous caller, Lync what came."""
    for caller, callee in ((med1, gw), (gw, med1)):
        for user in ("%2B498912345678", "*31%23+498912345678", "a;b=c", "!$&'*+=,;?/~_-%C3%BC", "o%22%3E%40"):
            call, other = call_up(caller, callee, user=user)
            shown = "anonymous@anonymous.invalid" if callee is gw else f"{user}@"
            assert f"<sip:{shown}" in other.invite["From"], other.invite["From"]
            hang_up(other, call)


def test_numbers_with_escapes(med1, gw):
    """%23 is '#' (RFC 3261 19.1.2): as it came."""
    for caller, callee in ((med1, gw), (gw, med1)):
        call, other = call_up(caller, callee, number="*31%23+4930123456")
        assert "*31%23+4930123456@" in other.invite.uri and "*31%23+4930123456@" in other.invite["To"]
        hang_up(call, other)
