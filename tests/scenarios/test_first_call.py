# SPDX-License-Identifier: GPL-2.0-or-later
"""The first call: Mediation Server (TLS, SRTP) to gateway (UDP, RTP), and back, with hold, resume and BYE."""
import time

import pytest

from lab.gateway import secrets
from lab.mediation import INSIDE_HEADERS
from lab.media import Packet
from lab.srtp import SUITE, flipped
from lab.talk import call_up, hang_up, hold, talk


@pytest.fixture(params=["lync to gateway", "gateway to lync"])
def calls(request, med1, gw):
    """A call that is up, either way: (at Lync, at the gateway)."""
    if request.param.startswith("lync"):
        return call_up(med1, gw)
    return call_up(gw, med1)[::-1]


def assert_good(at_lync, at_gateway):
    """Audio both ways, SRTP with the one suite at Lync, plain RTP at the gateway."""
    assert (at_lync.verdict, at_lync.suite, at_lync.wire) == ("ok", SUITE, "encrypted"), str(at_lync)
    assert (at_gateway.verdict, at_gateway.suite, at_gateway.wire) == ("ok", "RTP", "plain"), str(at_gateway)


def test_call_with_hold_and_resume(calls):
    med_call, gw_call = calls
    assert_good(*talk(med_call, gw_call))
    held = hold(med_call, gw_call)
    assert b"a=inactive" in held.body and gw_call.direction == "inactive"
    silent = talk(med_call, gw_call, seconds=0.5)
    assert [heard.verdict for heard in silent] == ["nothing came"] * 2
    hold(med_call, gw_call, "sendrecv")
    assert_good(*talk(med_call, gw_call, seconds=1))
    hang_up(med_call, gw_call)


def test_the_gateway_holds_and_hangs_up(calls):
    med_call, gw_call = calls
    hold(gw_call, med_call, "sendonly")
    assert med_call.direction == "recvonly"
    hold(gw_call, med_call, "sendrecv")
    assert_good(*talk(med_call, gw_call, seconds=1))
    hang_up(gw_call, med_call)


def test_a_wrong_key_hears_nothing(calls):
    """The check itself must be able to fail: the same packets, one bit of the key or of a packet turned."""
    med_call, gw_call = calls
    heard, _ = talk(med_call, gw_call, seconds=1)
    assert heard.ok, str(heard)
    stream = med_call.stream
    wrong_key = stream.result(880, key=flipped(stream.receive_key, 77))
    assert wrong_key.decoded == 0 and wrong_key.verdict.startswith("not one of"), str(wrong_key)
    tampered = [Packet(p.when, p.source, flipped(p.data, 8 * 50), p.rtcp) for p in stream.packets]
    assert stream.result(880, packets=tampered).decoded == 0
    hang_up(med_call, gw_call)


def test_no_secret_reaches_the_gateway(med1, gw):
    call, other = call_up(med1, gw, extra=INSIDE_HEADERS)
    hold(call, other)
    hold(call, other, "sendrecv")
    hang_up(call, other)
    # Via still tells the way to the gateway, as RFC 3261 has it; all else is the SBC's own.
    told = [secret for secret in secrets(gw, more=["contoso.example", "med01", med1.address]) if "VIA:" not in secret]
    assert told == []
    assert any("inline:" in entry.message.raw.decode() for entry in med1.log), "the call had no key to hide"


def test_rtcp_goes_on_while_lync_holds(med1, gw):
    """Lync ends a call after 30 s without RTCP, also one on hold. The gateway here sends none: the SBC must."""
    call, other = call_up(med1, gw)
    talk(call, other, seconds=0.5)
    hold(call, other)
    call.stream.mark()
    time.sleep(6.5)  # one interval of 5 s, and the second that is added at random
    heard = call.stream.result(0)
    assert (heard.packets, heard.rtcp_failures) == (0, 0) and heard.rtcp >= 1, str(heard)
    assert call.stream.result(0, key=flipped(call.stream.receive_key)).rtcp == 0
    hang_up(call, other)
