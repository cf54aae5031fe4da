# SPDX-License-Identifier: GPL-2.0-or-later
"""Offers and answers of one leg, judged alone: good ones pass, and each rule of RFC 3264 finds what breaks it."""
import pytest

from lab import offers
from lab.legs import Heard, Side, before_their_answers
from lab.sip import Message

STREAMS, VIDEO = "\nm=video 0 RTP/AVP 34", "\nm=video 9 RTP/AVP 34"
US, PEER = "198.51.100.1", "198.51.100.10"


def sdp(version=1, address=US, formats="8 101", protocol="RTP/AVP", direction="sendrecv", port=30000, more=""):
    return (f"v=0\no=- 7 {version} IN IP4 {address}\ns=-\nc=IN IP4 {address}\nt=0 0\n"
            f"m=audio {port} {protocol} {formats}\na={direction}{more}")


def message(start, number, method, body, ours):
    """Of a call that we made."""
    from_, to = "<sip:1@h>;tag=us", "<sip:2@h>;tag=peer"
    branch = f"{method}{number}"
    if ours != (not start.startswith("SIP/2.0")):  # the peer's request, our response
        from_, to = to, from_
    text = (f"{start}\nVia: SIP/2.0/UDP h;branch=z9hG4bK{branch}\nFrom: {from_}\nTo: {to}\nCall-ID: c\nCSeq: {number} {method}\n"
            f"Content-Type: application/sdp\n\n{body}")
    return Heard(0.0, ours, PEER, Message((text + "\n" if body else text).replace("\n", "\r\n").encode()))


def ask(number, body, ours, method="INVITE"):
    return message(f"{method} sip:x SIP/2.0", number, method, body, ours)


def answer(number, body, ours, code=200, method="INVITE"):
    return message(f"SIP/2.0 {code} X", number, method, body, ours)


def judged(*heard):
    return offers.check(Side("pstn", [US], heard))


def theirs(**changed):
    return sdp(**{"address": PEER, "port": 40000} | changed)


def test_good_calls():
    assert judged(ask(1, sdp(), True), answer(1, theirs(), False, 183), answer(1, theirs(), False),
                  ask(2, theirs(version=2, direction="sendonly"), False), answer(2, sdp(version=2, direction="recvonly"), True, 183),
                  answer(2, sdp(version=2, direction="recvonly"), True),
                  ask(3, sdp(version=3, direction="inactive"), True, "UPDATE"), answer(3, theirs(version=3, direction="inactive"), False),
                  ask(4, "", True), answer(4, theirs(version=4, direction="recvonly"), False),
                  ask(4, sdp(version=4, direction="sendonly"), True, "ACK"), ask(5, sdp(version=5, direction="sendonly", more=VIDEO), True), answer(5, theirs(version=5, more=STREAMS), False),
                  ask(6, "", False), answer(6, sdp(version=6), True), ask(6, theirs(version=5), False, "ACK")) == []


@pytest.mark.parametrize("second, what", [
    (sdp(version=1, direction="inactive"), "the SDP has changed, and the version in o= has not (RFC 3264 8)"),
    (sdp(version=3), "the version in o= does not rise by one from 1 (RFC 3264 8)"),
    (sdp(version=0), "the version in o= does not rise by one from 1 (RFC 3264 8)"),
    (sdp(version=2).replace("o=- 7", "o=- 8"), "o= is another session than before, - 7 IN IP4 198.51.100.1 (RFC 3264 8)"),
    (sdp(version=2).replace("o=- 7 2 IN IP4 198.51.100.1", "o=- 7 2 IN IP4 198.51.100.2"), "o= is another session"),
    ("v=0\nm=audio 1 RTP/AVP 8", "the SDP cannot be read, no o= in"), (sdp(version=2).replace(" RTP/AVP 8 101", ""), "the SDP cannot be read")])
def test_a_second_offer(second, what):
    found = judged(ask(1, sdp(), True), ask(2, second, True))
    assert len(found) == 1 and what in found[0], found


@pytest.mark.parametrize("offered, answered, what", [
    ({}, {"more": STREAMS}, "the answer has not the streams of the offer, ['audio'] (RFC 3264 6)"),
    ({"more": STREAMS}, {}, "the answer has not the streams of the offer, ['audio', 'video'] (RFC 3264 6)"),
    ({"more": STREAMS}, {"more": STREAMS.replace("video 0", "video 1")}, "a stream is accepted that was not offered (RFC 3264 6)"),
    ({}, {"protocol": "RTP/SAVP"}, "the answer says RTP/SAVP, the offer RTP/AVP (RFC 3264 6.1)"),
    ({}, {"formats": "0 13"}, "none of the formats was offered, 8 101 (RFC 3264 6.1)"),
    ({"direction": "sendonly"}, {}, "sendrecv is no answer to sendonly (RFC 3264 6.1)"),
    ({"direction": "recvonly"}, {"direction": "recvonly"}, "recvonly is no answer to recvonly (RFC 3264 6.1)"),
    ({"direction": "inactive"}, {"direction": "sendonly"}, "sendonly is no answer to inactive (RFC 3264 6.1)"),
    ({"direction": "x", "more": "\nm=video 1 RTP/AVP 34\na=sendonly"}, {"more": STREAMS.replace(" 0 ", " 2 ")}, "sendrecv is no answer to sendonly")])
def test_an_answer(offered, answered, what):
    for found in (judged(ask(1, theirs(**offered), False), answer(1, sdp(**answered), True)),
                  judged(ask(1, "", True), answer(1, theirs(**offered), False), ask(1, sdp(**answered), True, "ACK"))):
        assert len(found) == 1 and what in found[0], found


def test_a_refused_stream_is_right():
    refused = {"more": STREAMS.replace("34", "99")}
    assert judged(ask(1, theirs(more=VIDEO), False), answer(1, sdp(**refused), True)) == []


def test_direction_of_the_session():
    held = theirs().replace("a=sendrecv", "").replace("t=0 0", "t=0 0\na=sendonly")
    assert ["sendrecv is no answer to sendonly" in f for f in judged(ask(1, held, False), answer(1, sdp(), True))] == [True]
    assert judged(ask(1, held, False), answer(1, sdp(direction="recvonly"), True)) == []


def test_another_protocol_may_be_offered_as_a_capability():
    """RFC 5939 3.6; Lync with SRTPMode Optional does."""
    offer = theirs(more="\na=tcap:1 RTP/SAVP\na=pcfg:1 t=1")
    assert judged(ask(1, offer, False), answer(1, sdp(protocol="RTP/SAVP"), True)) == []


@pytest.mark.parametrize("body", ["v=0", "\0", "o=- 1 1 IN IP4 h\nm=audio"])
def test_what_the_peer_writes_is_not_judged(body):
    assert judged(ask(1, body, False), answer(1, sdp(), True)) == []
    assert judged(ask(2, "", True), answer(2, body, False), ask(2, sdp(), True, "ACK")) == []


def test_what_is_traced_late_goes_before_its_answer():
    """The SBC's 200 behind its ACK and a re-INVITE; its request behind the answer."""
    invite, ok, ack = ask(5, theirs(), False), answer(5, sdp(), True), ask(5, "", False, "ACK")
    again, agreed = ask(1, sdp(version=2), True), answer(1, theirs(), False)
    order = [invite, ok, ack, again, agreed]
    assert judged(*order) == []
    for traced in ([invite, ack, again, ok, agreed], [invite, ack, agreed, again, ok]):
        assert judged(*traced) != []
        assert before_their_answers(traced) == order
    for untouched in (order, [again, ok, invite]):
        assert before_their_answers(untouched) == untouched
