# SPDX-License-Identifier: GPL-2.0-or-later
"""Requests of the SBC's own in a call: BYE to both sides, re-INVITE; what crosses them; and the peers' own afterwards."""
import time

import pytest

from lab.talk import call_up, hang_up, hold, talk


# rtpengine counts an SDP that is made and not sent, because the side knows all that is in it.
pytestmark = pytest.mark.legs(allow="version in o=", why="it rises by more than one")


@pytest.fixture(params=["lync to gateway", "gateway to lync"])
def ends(request, med1, gw):
    return (med1, gw) if request.param.startswith("lync") else (gw, med1)


def call_id(ends, call):
    """The caller's: how the SBC knows the call."""
    return call.dialog.call_id


def assert_audio(call, other):
    assert [heard.verdict for heard in talk(call, other, seconds=0.5)] == ["ok", "ok"]


def test_hangup(sbc, ends):
    call, other = call_up(*ends)
    assert_audio(call, other)
    assert "both sides" in sbc.rpc("lync.hangup", call.dialog.call_id, "503")
    for end in (call, other):
        bye = end.ended()
        assert bye["Reason"].startswith("SIP;cause=503;")
    assert sbc.media_calls() == []
    with pytest.raises(RuntimeError, match="no such call"):
        sbc.rpc("lync.hangup", call.dialog.call_id)


@pytest.mark.parametrize("side", ["lync", "pstn"])
def test_reinvite(sbc, ends, side):
    """One side is asked; then each side goes on with its own, any number of times."""
    call, other = call_up(*ends)
    asked = next(end for end in (call, other) if (end.endpoint.name == "gw") == (side == "pstn"))
    for _ in range(3):
        assert sbc.rpc("lync.reinvite", call.dialog.call_id, side).strip() == "sent"
        asked.accept()
        asked.expect("ACK")
        assert_audio(call, other)
        for holder, held in ((call, other), (other, call)):
            hold(holder, held)
            hold(holder, held, "sendrecv")
    assert_audio(call, other)
    hang_up(other, call)


def asked_end(ends, call, other, side):
    return next((end, rest) for end, rest in ((call, other), (other, call)) if (end.endpoint.name == "gw") == (side == "pstn"))


@pytest.mark.parametrize("side", ["lync", "pstn"])
def test_glare_is_tried_again(sbc, ends, side):
    """491 (RFC 3261 14.1): again within 2 s, or after 2.1 to 4 s where the Call-ID of that leg is the SBC's."""
    call, other = call_up(*ends)
    asked, _ = asked_end(ends, call, other, side)
    sbc.rpc("lync.reinvite", call.dialog.call_id, side)
    asked.respond(asked.expect("INVITE"), 491, "Request Pending")
    asked.expect("ACK")
    begin = time.monotonic()
    request = asked.expect("INVITE", timeout=6.0)
    waited = time.monotonic() - begin
    assert waited < 2.5 if asked is call else 2.0 < waited < 4.5
    asked.respond(request, 200, "OK", asked.answer_to(request))
    asked.expect("ACK")
    assert_audio(call, other)
    hang_up(call, other)


@pytest.mark.parametrize("side", ["lync", "pstn"])
@pytest.mark.parametrize("who", ["asked", "other"])
def test_what_crosses_is_answered_491(sbc, ends, side, who):
    call, other = call_up(*ends)
    asked, rest = asked_end(ends, call, other, side)
    sbc.rpc("lync.reinvite", call.dialog.call_id, side)
    request = asked.expect("INVITE")
    crossing = asked if who == "asked" else rest
    crossing.reinvite("inactive")
    crossing.expect(491)
    asked.respond(request, 200, "OK", asked.answer_to(request))
    asked.expect("ACK")
    crossing_other = rest if crossing is asked else asked
    hold(crossing, crossing_other)
    hold(crossing, crossing_other, "sendrecv")
    assert_audio(call, other)
    hang_up(call, other)


def test_an_answer_with_another_key(installation, sbc, gw):
    """The media goes on with it."""
    med1 = installation.mediation("med1", rekey=True)
    call, other = call_up(med1, gw)
    assert_audio(call, other)
    sbc.rpc("lync.reinvite", call.dialog.call_id, "lync")
    call.accept()
    call.expect("ACK")
    assert_audio(call, other)
    hang_up(call, other)


@pytest.mark.parametrize("side", ["lync", "pstn"])
def test_an_end_that_knows_the_call_no_longer(sbc, ends, side):
    """481 ends the dialog (RFC 3261 12.2.1.2), and so the call."""
    call, other = call_up(*ends)
    asked, rest = asked_end(ends, call, other, side)
    sbc.rpc("lync.reinvite", call.dialog.call_id, side)
    asked.respond(asked.expect("INVITE"), 481, "Call/Transaction Does Not Exist")
    asked.expect("ACK")
    for end in (rest, asked):
        end.ended()


@pytest.mark.parametrize("side", ["lync", "pstn"])
def test_a_refusal_changes_nothing(sbc, ends, side):
    call, other = call_up(*ends)
    asked, _ = asked_end(ends, call, other, side)
    sbc.rpc("lync.reinvite", call.dialog.call_id, side)
    asked.respond(asked.expect("INVITE"), 488, "Not Acceptable Here")
    asked.expect("ACK")
    assert_audio(call, other)
    hang_up(other, call)


def test_an_answer_that_would_be_silent_ends_the_call(sbc, med1, gw):
    call, other = call_up(med1, gw)
    sbc.rpc("lync.reinvite", call.dialog.call_id, "lync")
    request = call.expect("INVITE")
    sdp = call.answer_to(request).replace(b"RTP/SAVP", b"RTP/AVP")
    call.respond(request, 200, "OK", sdp)
    call.expect("ACK")
    for end in (call, other):
        assert "488" in end.ended()["Reason"]
    deadline = time.monotonic() + 1
    while sbc.media_calls():  # of which rtpengine knows the side of the offer alone
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_200_that_comes_again_is_acknowledged_again(sbc, med1, gw):
    call, other = call_up(med1, gw)
    sbc.rpc("lync.reinvite", call.dialog.call_id, "pstn")
    request = other.expect("INVITE")
    answer = other.answer_to(request)
    for _ in range(2):
        other.respond(request, 200, "OK", answer)
        assert other.expect("ACK").cseq[0] == request.cseq[0]
    assert_audio(call, other)
    hang_up(call, other)


def test_numbers_are_left_for_the_end(sbc, med1, gw):
    """Sixteen of ours between two of the peer's; the last is for BYE."""
    call, other = call_up(med1, gw)
    for _ in range(14):
        sbc.rpc("lync.reinvite", call.dialog.call_id, "pstn")
        other.accept()
        other.expect("ACK")
    with pytest.raises(RuntimeError, match="no CSeq number is left"):
        sbc.rpc("lync.reinvite", call.dialog.call_id, "pstn")
    hold(call, other)
    sbc.rpc("lync.reinvite", call.dialog.call_id, "pstn")
    other.accept()
    other.expect("ACK")
    sbc.rpc("lync.hangup", call.dialog.call_id)
    for end in (call, other):
        end.ended()


def test_a_bad_answer_in_an_ack_ends_both_legs(sbc, med1, gw):
    """The offer was in the 200; who has made it gets an ACK all the same, or it would come again."""
    call = med1.invite("+4930123456", offer=False)
    other = gw.next_call()
    other.offer_in_answer()
    response = call.expect(200)
    answer = call.answer_to(response).replace(b"RTP/SAVP", b"RTP/AVP")
    call.request("ACK", answer, cseq=response.cseq[0])
    assert other.expect("ACK").body == b""
    for end in (call, other):
        assert "488" in end.ended()["Reason"]


def test_after_a_restart(sbc, ends):
    """Another Kamailio knows of a call what its first message there has told: enough to end it on the other side."""
    call, other = call_up(*ends)
    sbc.kill_kamailio()
    sbc.start_kamailio()
    with pytest.raises(RuntimeError, match="no such call"):
        sbc.rpc("lync.hangup", call.dialog.call_id)
    hold(call, other)
    hold(other, call, "sendrecv")
    assert_audio(call, other)
    assert "both sides" in sbc.rpc("lync.hangup", call.dialog.call_id)
    for end in (call, other):
        end.ended()
