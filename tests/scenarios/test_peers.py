# SPDX-License-Identifier: GPL-2.0-or-later
"""Who is let in: by port, address and certificate; and in a dialog by the token in the Request-URI.

Whoever is refused leaves exactly one line in the log, with his address and the reason.
"""
import contextlib

import pytest

from lab.raw import RawPeer
from lab.sip import header_param, render
from lab.talk import call_up, hang_up
from lab.transport import Tls

LYNC, PSTN = "192.0.2.1", "198.51.100.1"
FQDN = "sbc1.example.net"
# (host, transport, address and port of the SBC, certificate)
UDP = ("UDP", (PSTN, 5060), None)
TCP = ("TCP", (LYNC, 5068), None)
TLS = ("TLS", (LYNC, 5067))
# What Lync asks every minute or so: no user, no port, no Contact (seen at a Mediation Server of Lync 2010).
LYNC_OPTIONS = """
OPTIONS sip:sbc1.example.net SIP/2.0
FROM: <sip:med01.contoso.example:5067;transport=Tls;ms-opaque=fedcba9876543210>;epid=0B1C2D3E4F;tag=51ab00c2d3
TO: <sip:sbc1.example.net>
CSEQ: 10417 OPTIONS
CALL-ID: 00112233445566778899aabbccddee{number:02x}
MAX-FORWARDS: 70
VIA: SIP/2.0/{transport} {local};branch=z9hG4bK5d0f4f{number:x}
Content-Length: {length}
"""
BYE = """
BYE {uri} SIP/2.0
Via: SIP/2.0/{transport} {local};rport;branch=z9hG4bKstranger{number}
Max-Forwards: 70
From: {from_}
To: {to}
Call-ID: {call_id}
CSeq: 4711 BYE
Content-Length: {length}
"""


@pytest.fixture(scope="module")
def shared_installation(two_of_each):
    return two_of_each


@pytest.fixture
def raw(installation):
    """raw(host, transport, target, identity): one who is ready to send."""
    with contextlib.ExitStack() as stack:
        def make(host, transport, target, identity=None):
            tls = identity and Tls(installation.pki[identity])
            peer = RawPeer(installation.lab[host], transport, target, tls, FQDN)
            return stack.enter_context(peer)

        yield make


@pytest.fixture
def refusals(sbc):
    """refusals(): the lines of the log in this scenario that say that somebody was refused."""
    return lambda: [line for line in sbc.log_since_judged().splitlines() if "refused" in line]


@pytest.fixture
def roads_across(installation):
    """Each side can reach the SBC's address of the other. Comes before raw, whose connections end over these roads."""
    lab = installation.lab
    roads = [(lab.links["lync"], lab.sbc_pstn, lab.sbc_lync), (lab.links["pstn"], lab.sbc_lync, lab.sbc_pstn)]
    for host, there, via in roads:
        host.run(["ip", "route", "add", there, "via", via])
    yield
    for host, there, via in roads:
        host.run(["ip", "route", "del", there, "via", via])


# outside a dialog ----------------------------------------------------------------------------------------------------
KNOWN = {
    "a gateway": ("gw", *UDP),
    "a server, TLS": ("med1", *TLS, "med01"),
    "its colleague": ("med2", *TLS, "med02"),
    "a server, TCP": ("med1", *TCP),
    "another pool at its port": ("impostor", "TLS", (LYNC, 5267), "wrong-name"),
}
UNKNOWN = {
    "a stranger, UDP": ("stranger", *UDP),
    "a stranger, TCP": ("stranger-lync", *TCP),
    "a stranger with a server's certificate": ("stranger-lync", *TLS, "med01"),
    "a server with another's certificate": ("med1", *TLS, "wrong-name"),
    "another pool at the wrong port": ("impostor", *TLS, "wrong-name"),
    "a gateway at Lync's side, TCP": ("gw", *TCP),
    "a gateway at Lync's side, TLS": ("gw", *TLS, "med01"),
    "a server at the gateways' side": ("med1", *UDP),
}


@pytest.mark.parametrize("who", KNOWN)
def test_who_is_known_gets_200_to_options(who, raw, refusals):
    peer = raw(*KNOWN[who])
    for number in range(3):
        peer.send(render(LYNC_OPTIONS, transport=peer.transport, local=peer.local, number=number))
        answer = peer.expect(200)
        assert header_param(answer["To"], "tag") and answer.get("Server") is None
    peer.ask("OPTIONS", 200, uri=f"sip:{FQDN}:5067;transport=tls")
    assert refusals() == []


@pytest.mark.parametrize("who", UNKNOWN)
def test_who_is_not_known_gets_403_and_one_line(who, roads_across, raw, refusals):
    peer = raw(*UNKNOWN[who])
    for number, method in enumerate(("OPTIONS", "INVITE", "BYE")):
        peer.ask(method, 403, uri=f"sip:+4930123456@{peer.target[0]}")
        line = refusals()[number]
        assert f"refused {method} from {peer.host.address}:" in line
        assert "the plan knows nobody" in line or "certificate is for sip.fabrikam.example" in line
    assert len(refusals()) == 3


def test_other_methods_are_not_allowed(raw):
    """RFC 3261 8.2.1: 405, with what is allowed."""
    peer = raw("gw", *UDP)
    for method in ("REGISTER", "SUBSCRIBE", "MESSAGE", "REFER", "PUBLISH", "NOTIFY", "FOO"):
        allowed = peer.ask(method, 405)["Allow"]
        assert "INVITE" in allowed and method not in allowed


# in a dialog ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def calls(med1, gw):
    """A call that is up: (at Lync, at the gateway)."""
    return call_up(med1, gw)


def altered(uri, at=-3):
    """The URI with one letter of its user part changed."""
    user, _, host = uri.rpartition("@")
    letter = "A" if user[at] != "A" else "B"
    return f"{user[:at]}{letter}{user[len(user) + at + 1:]}@{host}"


def forged(uri):
    """A token of the right form and length that nobody sealed."""
    user, _, host = uri.rpartition("@")
    return f"{user[:6]}{'A' * (len(user) - 6)}@{host}"


WRONG = {
    "altered": altered,
    "altered at its begin": lambda uri: altered(uri, 8 - len(uri.rpartition("@")[0])),
    "forged": forged,
    "cut off": lambda uri: uri.replace(uri.rpartition("@")[0], uri.rpartition("@")[0][:-9]),
    "another key": lambda uri: f"sip:{uri[4]}9{uri[6:]}",
    "a number": lambda uri: f"sip:+4930123456@{uri.rpartition('@')[2]}",
    "no user": lambda uri: f"sip:{uri.rpartition('@')[2]}",
}


@pytest.mark.parametrize("sender", ["lync", "gateway"])
def test_a_token_that_is_not_ours_gets_481_and_one_line(sender, calls, refusals):
    """And the call goes on."""
    call, other = calls if sender == "lync" else reversed(calls)
    right = call.dialog.target
    for number, (what, make) in enumerate(WRONG.items()):
        call.dialog.target = make(right)
        assert call.dialog.target != right, what
        call.request("BYE")
        call.expect(481)
        assert "refused BYE" in refusals()[number] and call.call_id in refusals()[number]
    assert len(refusals()) == len(WRONG)
    call.dialog.target = right
    hang_up(call, other)


@pytest.mark.parametrize("sender", ["lync", "gateway"])
def test_a_token_of_another_call(sender, med1, gw, refusals):
    first, second = (pair if sender == "lync" else pair[::-1] for pair in (call_up(med1, gw), call_up(med1, gw)))
    right = first[0].dialog.target
    first[0].dialog.target = second[0].dialog.target
    first[0].request("BYE")
    first[0].expect(481)
    line, = refusals()
    assert "belongs to another call" in line
    first[0].dialog.target = right
    for pair in (first, second):
        hang_up(*pair)


def test_the_token_of_the_other_side(calls, refusals):
    """Each side has a token of its own; with the other's it would be taken for the other."""
    at_lync, at_gateway = calls
    right = at_gateway.dialog.target
    at_gateway.dialog.target = f"{at_lync.dialog.target.rpartition('@')[0]}@{right.rpartition('@')[2]}"
    at_gateway.request("BYE")
    at_gateway.expect(481)
    line, = refusals()
    assert "belongs to the other side of the call" in line
    at_gateway.dialog.target = right
    hang_up(at_lync, at_gateway)


@pytest.mark.parametrize("who", ["a stranger, UDP", "a stranger with a server's certificate",
                                 "another pool at the wrong port"])
def test_a_right_token_does_not_let_a_stranger_in(who, calls, raw, refusals):
    peer = raw(*UNKNOWN[who])
    call = calls[1] if peer.transport == "UDP" else calls[0]
    dialog = call.dialog
    peer.send(render(BYE, uri=dialog.target, transport=peer.transport, local=peer.local, from_=dialog.local,
                     to=dialog.remote, call_id=dialog.call_id, number=id(peer)))
    peer.expect(403)
    line, = refusals()
    assert f"refused BYE from {peer.host.address}:" in line
    hang_up(*calls)


@pytest.mark.parametrize("who", [*KNOWN, "a stranger, UDP", "a stranger with a server's certificate"])
def test_an_ack_to_nothing_gets_no_answer(who, raw):
    """RFC 3261 17: there are no responses to ACK, whoever sends it."""
    peer = raw(*(KNOWN | UNKNOWN)[who])
    for uri in (f"sip:{FQDN}", f"sip:+4930123456@{FQDN}", f"sip:1L0{'A' * 120}@{FQDN}"):
        for tag in ("", ";tag=nothing"):
            peer.send(peer.request("ACK", uri=uri, to=f"<{uri}>{tag}"))
    peer.inbox.expect_nothing(0.2)
    if who in KNOWN:
        peer.ask("OPTIONS", 200)
