# SPDX-License-Identifier: GPL-2.0-or-later
"""SDP, HEP and the ladder."""
import struct

import pytest

from lab import hep, ladder, sdp
from lab.sip import Malformed

OFFER = ("v=0\r\no=- 34278 3 IN IP4 192.0.2.11\r\ns=session\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"
         "m=audio 51466 RTP/SAVP 97 0 8\r\nc=IN IP4 192.0.2.11\r\na=rtcp:51500\r\n"
         f"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{'A' * 40}|2^31|1:1\r\n"
         f"a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:{'B' * 40}|2^31\r\na=inactive\r\n")


def sip_message(body=""):
    return (f"INVITE sip:+4930123456@sbc1.example.net SIP/2.0\r\nVia: SIP/2.0/TLS h\r\nTo: <sip:x>\r\nCall-ID: c1\r\n"
            f"CSeq: 1 INVITE\r\nContent-Type: application/sdp\r\nContent-Length: {len(body)}\r\n\r\n{body}").encode()


def hep_packet(payload, source=("192.0.2.11", 60001), target=("192.0.2.1", 5067), when=1.5):
    def chunk(kind, value):
        return struct.pack("!HHH", 0, kind, 6 + len(value)) + value
    ip = [bytes(map(int, a.split("."))) for a, _ in (source, target)]
    body = b"".join([chunk(1, b"\x02"), chunk(2, b"\x06"), chunk(3, ip[0]), chunk(4, ip[1]),
                     chunk(7, struct.pack("!H", source[1])), chunk(8, struct.pack("!H", target[1])),
                     chunk(9, struct.pack("!I", int(when))), chunk(10, struct.pack("!I", int(when % 1 * 1e6))),
                     chunk(11, b"\x01"), chunk(15, payload)])
    return b"HEP3" + struct.pack("!H", 6 + len(body)) + body


def test_sdp_of_lync():
    offer = sdp.Sdp(OFFER.encode())
    assert (offer.address, offer.port, offer.rtcp_port) == ("192.0.2.11", 51466, 51500)
    assert (offer.profile, offer.payloads, offer.direction, offer.version) == ("RTP/SAVP", [97, 0, 8], "inactive", 3)
    first, second = offer.cryptos
    assert (first.tag, first.mki_bytes, second.mki, second.lifetime) == (1, b"\x01", None, "2^31")
    assert [str(c) for c in offer.cryptos] == [line for line in OFFER.split("\r\n") if "crypto" in line]


@pytest.mark.parametrize("answer, wrong", [
    ("m=audio 1 RTP/SAVP 0\r\n", "without a key"),
    (f"m=audio 1 RTP/AVP 0\r\na=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:{'C' * 40}\r\n", "a key in RTP/AVP"),
    (f"m=audio 1 RTP/SAVP 0\r\na=crypto:7 AES_CM_128_HMAC_SHA1_80 inline:{'C' * 40}\r\n", "not offered"),
    (f"m=audio 1 RTP/SAVP 0\r\na=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:{'C' * 40}\r\n", "not offered"),
    (OFFER[OFFER.index("m="):], "instead of one"),
])
def test_answers_that_break_the_keys(answer, wrong):
    with pytest.raises(AssertionError, match=wrong):
        sdp.agreed_keys(sdp.Sdp(OFFER).cryptos, sdp.Sdp("v=0\r\n" + answer))


def test_answer_with_the_second_line():
    answer = sdp.Sdp(f"v=0\r\nm=audio 1 RTP/SAVP 0\r\na=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:{'C' * 40}|2^31\r\n")
    ours, theirs = sdp.agreed_keys(sdp.Sdp(OFFER).cryptos, answer)
    assert (ours.tag, ours.mki, theirs.tag) == (2, None, 2)


def test_two_blanks_in_a_crypto_line():
    with pytest.raises(ValueError):
        sdp.Crypto.parse(f"1  AES_CM_128_HMAC_SHA1_80 inline:{'A' * 40}")


def test_hep():
    traced = hep.parse(hep_packet(sip_message()))
    assert (traced.source, traced.target, traced.transport) == (("192.0.2.11", 60001), ("192.0.2.1", 5067), "TCP")
    assert traced.when == 1.5 and traced.message.method == "INVITE"


def test_hep_cut_anywhere_is_refused():
    whole = hep_packet(sip_message())
    for cut in range(len(whole)):
        with pytest.raises(Malformed):
            hep.parse(whole[:cut])


def test_ladder_shows_both_legs_and_no_key():
    lync, pstn = hep_packet(sip_message(OFFER)), hep_packet(
        sip_message(OFFER.replace("SAVP", "AVP")), ("198.51.100.1", 5060), ("198.51.100.10", 5060), 1.504)
    text = ladder.draw([hep.parse(lync), hep.parse(pstn)], lync="192.0.2.1", pstn="198.51.100.1",
                       names={"192.0.2.11": "med01", "198.51.100.10": "gw1"})
    _, first, second = text.splitlines()
    assert first.startswith("     0.0  #1  |-- INVITE +4930123456 RTP/SAVP inactive")
    assert second.index("INVITE +4930123456 RTP/AVP inactive") > ladder.ARM and second.endswith(">|")
    assert second.startswith("     4.0") and "AAAA" not in text
