# SPDX-License-Identifier: GPL-2.0-or-later
"""The torture messages of RFC 4475 with what is genuine in them: our Contact of a call that is up as Request-URI, our
Via of a request as the first one of a response. They come from the peer that was given it. What is malformed goes no
further, what goes on is a message of that leg, and the call is not harmed.
"""
import time

import pytest

from lab import torture
from lab.dialog import check_response
from lab.raw import PASSED, PAUSE, SILENCE, RawPeer
from lab.talk import call_up, hang_up, talk
from lab.transport import Tls

# Wrong even when it has the names of a call. clerr and ncl tell of a body that is not there.
MALFORMED = {"badinv01", "clerr", "ncl", "scalar02", "quotbal", "lwsruri", "ltgtruri", "insuf", "multi01", "mcl01", "test",
             "mismatch01", "mismatch02", "bigcode"}
pytestmark = pytest.mark.legs(allow=r"as in its request|URI in (To|From)|tag in To|a response to nothing|CSeq does not rise|ACK of no INVITE|a retransmission differs",
                              why="many of the messages have one branch; their numbers and addresses are those of other calls")


@pytest.fixture(scope="module")
def messages():
    found = torture.corpus()
    if not found:
        pytest.skip(f"no torture messages in {torture.CORPUS}; SIP_TORTURE_CORPUS names their folder")
    return found


@pytest.fixture(scope="module")
def requests(messages):
    return {name: message for name, message in sorted(messages.items()) if not torture.is_response(message)}


@pytest.fixture(scope="module")
def responses(messages):
    return {name: message for name, message in sorted(messages.items()) if torture.is_response(message)}


class Udp:
    """Whoever asks is the gateway. Answers come to the port in Via, which is that of its own endpoint, too."""

    def __init__(self, installation):
        self.call, self.other = call_up(installation.gateway("gw"), installation.mediation("med1"))
        self._peer = RawPeer(installation.lab["gw"], "UDP", (installation.lab.sbc_pstn, 5060), ports=(0, 5050, 5070))

    def peer(self):
        return self._peer

    def can(self, name):
        return True

    def close(self):
        self._peer.close()


class TlsStream:
    """Whoever asks is the Mediation Server. Many of the messages end the connection."""

    def __init__(self, installation):
        self._installation, self._peers = installation, []
        self.call, self.other = call_up(installation.mediation("med1"), installation.gateway("gw"))

    def peer(self):
        if self._peers and not self._peers[-1].closed():
            return self._peers[-1]
        lab, tls = self._installation.lab, Tls(self._installation.pki["med01"])
        self._peers.append(RawPeer(lab["med1"], "TLS", (lab.sbc_lync, 5067), tls, "sbc1.example.net"))
        return self._peers[-1]

    def can(self, name):
        return name not in torture.NOT_FOR_STREAMS

    def close(self):
        for peer in self._peers:
            peer.close()


@pytest.fixture(params=[Udp, TlsStream], ids=["the gateway", "the Mediation Server"])
def attack(request, installation):
    made = request.param(installation)
    yield made
    made.close()


def finals(*boxes):
    return [m for box in boxes for m in box.drain() if not isinstance(m, Exception) and m.code and m.code >= 200]


def what_comes(attack, data):
    """The code of an answer, SILENCE, or PASSED on to the other end, which refuses it. One that begins a call of its own is
    declined: 603."""
    peer, call, other = attack.peer(), attack.call, attack.other
    uri, passed, until = call.dialog.target, False, time.monotonic() + PAUSE
    peer.send(data)
    while time.monotonic() < until and not (peer.transport != "UDP" and peer.closed()):
        for request in other.mailbox.drain():
            if request.method != "ACK":
                passed, until = True, time.monotonic() + 1
                other.respond(request, 488, "Not Acceptable Here")
        for invite in other.endpoint.inbox.drain():
            if isinstance(invite, Exception):
                assert "twice" in str(invite), invite  # several of the messages have one branch and one CSeq
                continue
            invite.call.reject(603, "Declined")
        for answer in finals(peer.inbox, call.mailbox, call.endpoint.inbox):
            if answer["CSeq"].split()[-1] == "INVITE":
                peer.acknowledge(answer, uri)
            return PASSED if passed else answer.code
        time.sleep(0.003)
    return PASSED if passed else SILENCE


def assert_unharmed(call, other):
    """Audio both ways; then the end that was not tortured hangs up."""
    time.sleep(PAUSE)
    for box in (call.mailbox, other.mailbox, call.endpoint.inbox):
        box.drain()
    assert [heard.verdict for heard in talk(call, other, seconds=0.4)] == ["ok", "ok"]
    hang_up(other, call)


def test_our_contact_in_a_request_of_another_call(requests, attack):
    """A token belongs to one Call-ID and its tags. Without a tag in To it is a number like others."""
    got = {name: what_comes(attack, torture.with_uri(message, attack.call.dialog.target))
           for name, message in requests.items() if attack.can(name)}
    assert PASSED not in got.values(), got
    assert_unharmed(attack.call, attack.other)


@pytest.mark.legs(allow="needs one Contact|o= is another session", why="one INVITE is of RFC 2543, and each has a session of its own")
def test_our_contact_in_a_request_of_the_call(requests, attack):
    got = {name: what_comes(attack, torture.in_dialog(message, attack.call.dialog))
           for name, message in requests.items() if attack.can(name)}
    passed = {name for name, what in got.items() if what == PASSED}
    assert passed, got
    assert sorted(passed & MALFORMED) == [], "malformed, and passed on"
    offer_again(attack.call, attack.other)
    assert_unharmed(attack.call, attack.other)


def offer_again(call, other):
    """rtpengine has taken over the addresses of what was offered and refused; whoever offered them has to take them back."""
    for box in (call.mailbox, other.mailbox):
        box.drain()
    call.reinvite()
    other.accept()
    call.answered()
    other.expect("ACK")


# responses -------------------------------------------------------------------------------------------------------------
def via_alone(message, request, to_tag):
    return torture.with_via(message, request.list("Via")[0])


def asked_by(endpoint):
    """The INVITE that it has sent last."""
    return next(e.message for e in reversed(endpoint.log) if e.sent and e.message.method == "INVITE")


def assert_answers(call, invite):
    """Whatever the caller was sent is a response to its INVITE; returns the final one."""
    got = call.mailbox.drain()
    for response in got:
        check_response(invite, response)
    return next((response for response in got if response.code >= 200), None)


@pytest.fixture
def gateway_says(installation):
    """gateway_says(bytes)"""
    with RawPeer(installation.lab["gw"], "UDP", (installation.lab.sbc_pstn, 5060)) as peer:
        yield peer.send


def test_our_via_in_a_response_when_the_transaction_is_gone(responses, installation, med1, gw, gateway_says):
    """Those of another Call-ID do no harm to the call; those with all that belongs to it come when it has ended: as long
    as it is up they would be the callee's own word about its media."""
    call, other = call_up(med1, gw)
    assert installation.sbc.wait_idle()
    asked = asked_by(med1)
    for message in responses.values():
        gateway_says(torture.with_via(message, other.invite.list("Via")[0]))
        time.sleep(PAUSE)
    assert call.mailbox.drain() == [], "the Via belongs to another Call-ID"
    assert_unharmed(call, other)
    for message in responses.values():
        gateway_says(torture.answering(message, other.invite, other.dialog.local_tag))
        time.sleep(PAUSE)
        assert_answers(call, asked)
    other.mailbox.drain()  # the caller's ACK


@pytest.mark.legs(allow="has not the streams of the offer|no dialog has this Call-ID and these tags",
                  why="two of the answers have video: they are ended in the dialog that they say they are of")
@pytest.mark.parametrize("forge", [via_alone, torture.answering], ids=["Via alone", "the whole"])
def test_our_via_in_a_response_while_the_transaction_is_pending(responses, med1, gw, gateway_says, forge):
    """One that can be read ends the call or makes it, for it is the gateway that speaks. Others are as if they had not
    come."""
    for name, message in responses.items():
        call = med1.invite("+4930123456")
        other = gw.next_call()
        other.ring()
        call.expect(180, skip=(100,))
        gateway_says(forge(message, other.invite, other.dialog.local_tag))
        time.sleep(PAUSE)
        final = assert_answers(call, asked_by(med1))
        if final is None:
            other.answer()
            call.answered()
            other.expect("ACK")
            assert_unharmed(call, other)
        else:
            assert name not in MALFORMED, final.text
            end(call, other, final)


def end(call, other, final):
    """A call that was made by a response not of the lab, whose Contact is another one: one that is refused is ended there."""
    if final.code == 488:
        return
    if final.code == 200:
        call.dialog.learn(final)
        call.ack(final)
        call.request("BYE")
        time.sleep(PAUSE)
    got = {request.method: request for request in other.mailbox.drain()}
    assert "ACK" in got, got
    if final.code == 200:
        other.respond(got["BYE"], 200, "OK")
        call.expect(200)
