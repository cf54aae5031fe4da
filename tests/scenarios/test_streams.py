# SPDX-License-Identifier: GPL-2.0-or-later
"""Streams beside the call's: they stay as m= lines with port 0 (RFC 3264 5.1), and without audio there is no call."""
import time

import pytest

from lab.sdp import Sdp
from lab.talk import call_up, hang_up, talk

VIDEO = "m=video 16386 RTP/AVP 99\r\nb=AS:384\r\na=rtpmap:99 H264/90000\r\na=sendrecv\r\n"
REFUSED = "m=video 0 RTP/AVP 99\r\n"
FAX = """v=0
o=gateway 4711 2 IN IP4 {address}
s=-
c=IN IP4 {address}
t=0 0
{audio}m=image 16390 udptl t38
a=T38FaxVersion:0
a=T38FaxRateManagement:transferredTCF
"""


def assert_audio(call, other):
    assert [heard.verdict for heard in talk(call, other, seconds=0.3)] == ["ok", "ok"]


def invite_with_video(gw, med1):
    """A call of the gateway that offers video too: (its, Lync's)."""
    describe = gw.describe
    gw.describe = lambda *args: describe(*args) + VIDEO
    call = gw.invite("+498912300")
    gw.describe, gw.check_answer = describe, lambda answer: None
    return call, med1.next_call()


def test_video_is_not_offered(med1, gw):
    call, other = invite_with_video(gw, med1)
    shown = other.invite.body.decode()
    assert [line.split()[:2] for line in shown.splitlines() if line.startswith("m=")][1] == ["m=video", "0"]
    assert "H264" not in shown
    other.respond(other.invite, 200, "OK", other.answer_to(other.invite) + REFUSED.encode())
    got = call.answered()
    assert REFUSED.split(" RTP")[0] in got.body.decode()
    other.expect("ACK")
    assert_audio(call, other)
    hang_up(call, other)


def test_an_answer_with_fewer_streams_is_refused(med1, gw):
    call, other = invite_with_video(gw, med1)
    other.answer()
    call.expect(488)
    other.expect("ACK")
    other.ended()


@pytest.mark.parametrize("audio", ["", "m=audio 0 RTP/AVP 8\r\n"], ids=["alone", "audio refused"])
@pytest.mark.parametrize("by_gateway", [True, False], ids=["gateway", "Lync"])
def test_fax_is_refused_and_the_call_goes_on(med1, gw, audio, by_gateway):
    """T.38 in a call: 488, and it goes on as it was; the other end sees nothing of it."""
    call, other = call_up(med1, gw)
    asking, asked = (other, call) if by_gateway else (call, other)
    offer = FAX.format(address=asking.endpoint.address, audio=audio).replace("\r\n", "\n").replace("\n", "\r\n")
    asking.request("INVITE", offer.encode())
    asking.expect(488)
    assert_audio(call, other)
    assert asked.mailbox.drain() == []
    hang_up(call, other)


def test_a_fax_call_is_refused(med1, gw):
    gw.describe = lambda call, *_: FAX.format(address=gw.address, audio="m=audio 0 RTP/AVP 8\n").replace("\n", "\r\n")
    gw.invite("+498912300").expect(488)
    assert med1.inbox.drain() == []


@pytest.mark.parametrize("has_cn", [True, False], ids=["with CN", "without CN"])
def test_red_and_comfort_noise_of_lync(med1, gw, has_cn):
    """Lync offers RED (97) and CN (13): no gateway hears of either, and one that answers and sends CN all the same has good audio."""
    call = med1.invite("+4930123456")
    other = gw.next_call()
    offered = Sdp(other.invite.body)
    assert not {13, 97} & set(offered.payloads) and "RED" not in offered.text
    answer = other.answer_to(other.invite).decode()
    if has_cn:
        answer = answer.replace(" 8 101", " 8 101 13") + "a=rtpmap:13 CN/8000\r\n"
    other.respond(other.invite, 200, "OK", answer.encode())
    told = Sdp(call.answered().body)
    other.expect("ACK")
    assert told.payloads == [8, 101]
    heard = talk(call, other, seconds=0.4)
    assert [(media.verdict, media.other_payloads) for media in heard] == [("ok", 0), ("ok", 0)]
    if has_cn:
        time.sleep(other.stream.press(1, 13) + 0.2)
    assert_audio(call, other)
    hang_up(call, other)


def test_a_gateway_that_mixes_its_codecs(med1, gw):
    """It answers both G.711 and sends the second: Lync was told of the first alone, and hears that."""
    call = med1.invite("+4930123456")
    other = gw.next_call()
    answer = other.answer_to(other.invite).decode().replace(" 8 101", " 8 0 101") + "a=rtpmap:0 PCMU/8000\r\n"
    other.respond(other.invite, 200, "OK", answer.encode())
    told = Sdp(call.answered().body)
    other.expect("ACK")
    assert told.payloads == [8, 101]
    offered = Sdp(other.invite.body)
    other.stream.connect((offered.address, offered.port), 0)
    talk(call, other, seconds=0.2)
    heard, _ = talk(call, other, seconds=0.5)
    assert (heard.verdict, heard.other_payloads) == ("ok", 0)
    hang_up(call, other)
