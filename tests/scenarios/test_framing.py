# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a stream is cut does not matter: messages in pieces, and several in one piece (RFC 3261 18.3), over TLS and TCP.

test_garbage.py does it with OPTIONS, at every byte; here it is INVITE and whole calls.
"""
import re
import time

import pytest

from lab.framing import byte_by_byte, in_two
from lab.installation import installed
from lab.paths import PLANS
from lab.plan import find
from lab.talk import call_up, hang_up, hold, talk
from lab.watch import warm_up

NUMBER = "+4930123456"
KEEP_ALIVE = b"\r\n\r\n"  # RFC 5626 3.5.1; a single CR LF is the answer to it


def second_gateway_calls_over_tcp(root):
    find(root, "target[@name='gw2']")[0].set("trunk", "hq-tcp")


@pytest.fixture(scope="module")
def shared_installation():
    with installed(example=PLANS / "good" / "two-of-each.xml", edit=second_gateway_calls_over_tcp, prepare=warm_up) as installation:
        yield installation


@pytest.fixture(params=["TLS", "TCP"])
def ends(request, installation):
    """(a Mediation Server over that transport, the gateway of its trunk)"""
    if request.param == "TLS":
        return installation.mediation("med1"), installation.gateway("gw")
    tcp = installation.mediation("med1", outbound="sip:sbc1.example.net:5068;transport=tcp", transport="TCP", tls=None,
                                 srtp=False, port=5068)
    return tcp, installation.gateway("gw2")


@pytest.fixture
def med(ends):
    return ends[0]


@pytest.fixture
def gw(ends):
    return ends[1]


def refused(caller, callee):
    """A call that ends at once; returns its INVITE."""
    call = caller.invite(NUMBER)
    callee.next_call().reject(486, "Busy Here")
    call.expect(486)
    call.close()
    return call


def whole_call(caller, callee):
    """INVITE, hold and resume by either end, BYE."""
    call, other = call_up(caller, callee, ring=0)
    for holder, held in ((call, other), (other, call)):
        hold(holder, held)
        hold(holder, held, "sendrecv")
    hang_up(call, other)


# in pieces -------------------------------------------------------------------------------------------------------------
def sent_invite(endpoint):
    return next(e.message.raw for e in endpoint.log if e.sent and e.message.method == "INVITE")


def boundaries(message):
    """Every place in the start line, around each colon, inside and behind each line end, in the length, the first of the body."""
    start = message.index(b"\r\n")
    places = set(range(1, start))
    for found in re.finditer(rb"\r\n|: |(?i:content-length: )\d+", message):
        places |= set(range(found.start(), found.end() + 2))
    return sorted(place for place in places if 0 < place < len(message))


def test_an_invite_cut_in_two(med, gw):
    refused(med, gw)
    places = boundaries(sent_invite(med))
    assert len(places) > 200
    for at in places:
        med.framing.cut = in_two(at)
        refused(med, gw)


def test_every_message_of_a_call_cut_in_two(med, gw):
    """Both ways: the answers of the Mediation Server, too."""
    for caller, callee in ((med, gw), (gw, med)):
        for at in (1, 7, 8, 40, 200, 300, 420, 560, 700):
            med.framing.cut = in_two(at)
            whole_call(caller, callee)


def test_a_call_byte_by_byte(med, gw):
    med.framing.cut = byte_by_byte
    for caller, callee in ((med, gw), (gw, med)):
        call, other = call_up(caller, callee)
        assert [heard.verdict for heard in talk(call, other, seconds=0.4)] == ["ok", "ok"]
        hang_up(other, call)


# several in one piece --------------------------------------------------------------------------------------------------
BETWEEN = (b"", b"\r\n", KEEP_ALIVE, 3 * KEEP_ALIVE)  # what is said between two messages


def test_ack_and_reinvite(med, gw):
    for between in BETWEEN:
        call = med.invite(NUMBER)
        other = gw.answer_next()
        answer = call.expect(200)
        with med.framing.together(between):
            call.ack(answer)
            call.reinvite("inactive")
        other.expect("ACK")
        other.accept()
        call.answered()
        other.expect("ACK")
        hold(call, other, "sendrecv")
        assert [heard.verdict for heard in talk(call, other, seconds=0.2)] == ["ok", "ok"]
        hang_up(other, call)


def test_bye_and_invite(med, gw):
    for between in BETWEEN:
        call, other = call_up(med, gw)
        with med.framing.together(between):
            call.request("BYE")
            call2 = med.invite(NUMBER)
        other.ended()
        call.expect(200)
        other2 = gw.answer_next()
        call2.answered()
        other2.expect("ACK")
        hang_up(call2, other2)


def test_ringing_and_answer(med, gw):
    """The Mediation Server is called. The order is kept."""
    for between in BETWEEN:
        call = gw.invite(NUMBER)
        other = med.next_call()
        with med.framing.together(between):
            other.ring()
            other.answer()
        call.expect(180, skip=(100,))
        call.answered()
        other.expect("ACK")
        assert [heard.verdict for heard in talk(call, other, seconds=0.2)] == ["ok", "ok"]
        hang_up(call, other)


def test_calls_at_once(med, gw):
    """Five INVITEs in one piece, then what ends each of them: not one is lost or comes twice."""
    for between in BETWEEN:
        with med.framing.together(between):
            calls = [med.invite(NUMBER) for _ in range(5)]
        others = [gw.next_call() for _ in calls]
        for other in others:
            other.ring()
        for call in calls:
            call.expect(180, skip=(100,))
        with med.framing.together(between):
            for call in calls:
                call.cancel()
        for other in others:
            other.give_up()
        for call in calls:
            call.cancelled()


def test_several_in_pieces_that_are_no_messages(med, gw):
    """BYE and INVITE in one stream of bytes that is cut where neither ends."""
    for at in (1, 300, 600, 1000):
        call, other = call_up(med, gw, ring=0)
        med.framing.cut = in_two(at)
        with med.framing.together(KEEP_ALIVE):
            call.request("BYE")
            call2 = med.invite(NUMBER)
        other.ended()
        call.expect(200)
        gw.next_call().reject(486, "Busy Here")
        call2.expect(486)


def test_a_keep_alive_is_answered(med, gw):
    """RFC 5626 4.4.1: double CR LF gets CR LF, also one in pieces and between messages; a single one gets nothing."""
    refused(med, gw)
    flow = med.flows[0]
    for pieces, pongs in ((KEEP_ALIVE,), 1), ((b"\r\n",), 0), ((b"\r\n", b"\r\n"), 1), ((b"\r", b"\n\r", b"\n"), 1):
        before = len(flow.received)
        for piece in pieces:
            flow.send(piece)
            time.sleep(0.1)
        assert flow.received[before:] == b"\r\n" * pongs, pieces
    refused(med, gw)
