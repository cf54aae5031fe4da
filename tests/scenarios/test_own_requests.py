# SPDX-License-Identifier: GPL-2.0-or-later
"""Requests of the SBC's own in a call: BYE to both sides, re-INVITE; what crosses them; and the peers' own afterwards."""
import time

import pytest

from lab.talk import call_up, hang_up, hold, talk


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
    asked.expect("INVITE", timeout=6.0)
    waited = time.monotonic() - begin
    assert waited < 2.5 if asked is call else 2.0 < waited < 4.5
    hang_up(asked, call if asked is other else other) if False else None


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
