# SPDX-License-Identifier: GPL-2.0-or-later
"""Requests of the SBC's own in a call: BYE to both sides, re-INVITE; what crosses them; and the peers' own afterwards."""
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
