# SPDX-License-Identifier: GPL-2.0-or-later
"""Answers that would make a silent call, or tell one side the other's secrets: who gave one gets ACK and BYE, the caller
488 (RFC 3261 13.2.2.4); nothing of it passes."""
import time

import pytest

from lab.talk import call_up, hang_up

KEY = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkw"
SDP = """v=0
o=- 1 1 IN IP4 {address}
s=-
c=IN IP4 {address}
t=0 0
m=audio 40000 {protocol} 8
{key}a=rtpmap:8 PCMA/8000
"""
# What a Mediation Server may not answer to RTP/SAVP with the one key line of tag 1.
FROM_LYNC = {
    "plain": ("RTP/AVP", ""),
    "no key": ("RTP/SAVP", ""),
    "another tag": ("RTP/SAVP", f"a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:{KEY}|2^31\n"),
    "another suite": ("RTP/SAVP", f"a=crypto:1 AES_CM_128_HMAC_SHA1_32 inline:{KEY}|2^31\n"),
}
# What a gateway may not answer to RTP/AVP.
FROM_GATEWAY = {
    "SRTP": ("RTP/SAVP", f"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{KEY}\n"),
    "a key": ("RTP/AVP", f"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{KEY}\n"),
}


def bad_sdp(endpoint, protocol, key):
    return SDP.format(address=endpoint.address, protocol=protocol, key=key).replace("\n", "\r\n").encode()


def answer_badly(caller, callee, protocol, key):
    """What the caller gets for it, and the ACK and BYE of who has answered, twice. The call has ended on both sides."""
    call = caller.invite("+4930123456")
    other = callee.next_call()
    sdp = bad_sdp(callee, protocol, key)
    other.respond(other.invite, 200, "OK", sdp)
    got = call.expect(488)
    ack, bye = other.expect("ACK"), other.expect("BYE")
    other.respond(bye, 200, "OK")
    # as if the ACK had been lost: acknowledged again, and nothing else
    other.respond(other.invite, 200, "OK", sdp)
    again = other.expect("ACK")
    assert [again[name] for name in ("CSeq", "To", "Call-ID")] == [ack[name] for name in ("CSeq", "To", "Call-ID")]
    time.sleep(0.2)
    assert caller.leftovers() == callee.leftovers() == []
    return got, ack, bye


def assert_refused(got, ack, bye, sbc):
    assert got.body == b"" and got.get("Content-Type") is None and got.get("Contact") is None
    assert "Q.850;cause=88" in got["Reason"]
    assert KEY not in got.raw.decode()
    assert ack.uri == bye.uri and ack["To"] == bye["To"] and ack["From"] == bye["From"]
    assert int(bye["CSeq"].split()[0]) == int(ack["CSeq"].split()[0]) + 1
    assert bye["Reason"] == 'SIP;cause=488;text="Not Acceptable Here"' and ack.body == b""
    lines = [line for line in sbc.log_since_judged().splitlines() if "SDP" in line]
    assert len(lines) == 1 and "refused SDP of" in lines[0] and KEY not in lines[0], "\n".join(lines)


@pytest.mark.parametrize("kind", FROM_LYNC)
def test_lync_answers(med1, gw, sbc, kind):
    assert_refused(*answer_badly(gw, med1, *FROM_LYNC[kind]), sbc)


@pytest.mark.parametrize("kind", FROM_GATEWAY)
def test_a_gateway_answers(med1, gw, sbc, kind):
    assert_refused(*answer_badly(med1, gw, *FROM_GATEWAY[kind]), sbc)


@pytest.mark.parametrize("delayed", [False, True], ids=["in a 200", "in an ACK"])
@pytest.mark.parametrize("who,kind", [("lync", kind) for kind in FROM_LYNC] + [("gateway", kind) for kind in FROM_GATEWAY])
def test_within_a_call(med1, gw, sbc, who, kind, delayed):
    """A call in which one end has agreed to what the other must not hear of ends: BYE to both, and why."""
    call, other = call_up(med1, gw)
    bad, good = (call, other) if who == "lync" else (other, call)
    answer = bad_sdp(bad.endpoint, *{**FROM_LYNC, **FROM_GATEWAY}[kind])
    if delayed:
        bad.request("INVITE")
        good.offer_in_answer(good.expect("INVITE"))
        bad.request("ACK", answer, cseq=bad.expect(200).cseq[0])
        good.expect("ACK")
    else:
        good.reinvite("inactive")
        bad.respond(bad.expect("INVITE"), 200, "OK", answer)
        got = good.expect(200)
        assert got.body == b"" and KEY not in got.raw.decode()
        good.request("ACK", cseq=got.cseq[0])
        bad.expect("ACK")
    for end in (call, other):
        assert end.ended()["Reason"] == 'SIP;cause=488;text="Not Acceptable Here"'
    log = sbc.log_since_judged()
    assert "refused SDP of" in log and "ended: it would be silent" in log and KEY not in log


def test_a_reply_that_cannot_be_read_is_dropped(med1, gw, sbc):
    """As if it had been lost: the next one, which can be read, makes the call."""
    call = med1.invite("+4930123456")
    other = gw.next_call()
    secret = "X-Inside: " + "x" * 20
    headers = "\r\n".join(f"X-{number}: {secret}" for number in range(200))
    other.respond(other.invite, 180, "Ringing", extra=headers)
    other.answer()
    got = call.answered()
    other.expect("ACK")
    assert secret not in got.raw.decode() and "cannot be read: more headers" in sbc.log_since_judged()
    hang_up(call, other)


def test_after_all_that_a_good_call(med1, gw):
    hang_up(*call_up(med1, gw))
