# SPDX-License-Identifier: GPL-2.0-or-later
"""Whole calls, byte for byte on both legs (lab/wire.py): reliable early media, transfer, CANCEL, refusals, TCP,
re-INVITEs.

The waits are such that each end receives its messages in one order only.
"""
import pytest

from lab.installation import installed
from lab.paths import PLANS
from lab.plan import add, find
from lab.redirect import FAR, NUMBER, OTHER, add_far, far_of, redirect
from lab.talk import call_up, hang_up
from lab.watch import warm_up
from lab.wire import assert_wire

RELIABLE = "Require: 100rel\r\nRSeq: 4711"
ALLOW = "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, INFO"
TIMER = "Supported: timer\r\nSession-Expires: 1800;refresher=uac"
DIGIT = b"Signal=5\r\nDuration=160\r\n"
PICTURE = b'<?xml version="1.0" encoding="utf-8"?>\r\n<media_control/>\r\n'
DIAGNOSTICS = ('ms-diagnostics: 10003;source="MED01.CONTOSO.EXAMPLE";reason="Proxy returned a SIP failure code";'
               'component="MediationServer";SipResponseCode="404";SipResponseText="Not Found"')


def edit(root):
    """Either side may transfer calls of hq-first; hq-tcp leads to a target over TCP, and back."""
    for path in ("trunk[@name='hq-first']", "target[@name='gw1']"):
        find(root, path).set("refer", "pass")
    add_far(root)
    add(root, "target[@name='far']", "route", trunk="hq-tcp")
    find(root, "trunk[@name='hq-tcp']/route").set("target", "far")


@pytest.fixture(scope="module")
def shared_installation():
    with installed(example=PLANS / "good" / "two-of-each.xml", edit=edit, prepare=warm_up) as installation:
        yield installation


@pytest.fixture
def gw2(installation):
    return installation.gateway("gw2")


@pytest.fixture(params=["from-lync", "to-lync"])
def way(request):
    return request.param


@pytest.fixture
def ends(way, med1, gw):
    """(caller, callee)"""
    return (med1, gw) if way == "from-lync" else (gw, med1)


def ask(asking, asked, method, offer=False, **request):
    """A request in the dialog, which the other end agrees to; with an offer and its answer, or without."""
    body = asking.offer() if offer else request.pop("body", b"")
    asking.request(method, body, **request)
    got = asked.expect(method)
    asked.respond(got, 200, "OK", asked.answer_to(got) if offer else b"")
    asking.expect(200)


def prack(call, other, reliable):
    """The caller acknowledges a reliable provisional answer."""
    ask(call, other, "PRACK", extra=f"RAck: {reliable['RSeq']} {reliable.cseq[0]} INVITE")


def test_reliable_early_media(way, ends, med1, gw):
    """183 with the answer, PRACK, UPDATE before 200, which has no SDP then (RFC 3262 5, RFC 3311 5.1); after it INFO
    and UPDATE of either end, the latter to refresh the session."""
    caller, callee = ends
    call = caller.invite(NUMBER, extra="" if caller is med1 else "Supported: 100rel\r\nAllow: PRACK, UPDATE, INFO")
    other = callee.next_call()
    other.respond(other.invite, 183, "Session Progress", other.answer_to(other.invite), extra=f"{RELIABLE}\r\n{ALLOW}")
    prack(call, other, call.expect(183))
    ask(call, other, "UPDATE", offer=True)
    other.respond(other.invite, 200, "OK")
    call.answered()
    other.expect("ACK")
    for asking, asked in ((call, other), (other, call)):
        ask(asking, asked, "INFO", body=DIGIT, content_type="application/dtmf-relay")
        ask(asking, asked, "INFO", body=PICTURE, content_type="application/media_control+xml")
        ask(asking, asked, "UPDATE", extra=TIMER)
    hang_up(call, other)
    assert_wire(f"reliable-{way}", gw, med1)


def test_transfer_by_lync(med1, gw):
    call, other = call_up(med1, gw)
    contact = f"Contact: <{call.dialog.contact}>\r\n"
    call.request("REFER", extra=contact + 'Refer-To: "Bob" <sip:+4930999888;ext=888@contoso.example;user=phone>\r\n'
                 'REFERRED-BY: <sip:ada@contoso.example>;ms-identity="MIIBaaaa"')
    request = other.expect("REFER")
    other.respond(request, 202, "Accepted", extra=f"Contact: <{other.dialog.contact}>")
    call.expect(202)
    for status, state in (("100 Trying", "active;expires=60"), ("200 OK", "terminated;reason=noresource")):
        ask(other, call, "NOTIFY", body=f"SIP/2.0 {status}\r\n".encode(), content_type="message/sipfrag;version=2.0",
            extra=f"Contact: <{other.dialog.contact}>\r\nEvent: refer\r\nSubscription-State: {state}")
    hang_up(call, other)
    assert_wire("transfer-by-lync", gw, med1)


def test_cancel(way, ends, med1, gw):
    """The 200 to CANCEL is tm's, with a tag of tm's; RFC 3261 9.2 only recommends the one of the 487."""
    caller, callee = ends
    call = caller.invite(NUMBER)
    other = callee.next_call()
    other.ring()
    call.expect(180)
    call.cancel('Reason: SIP;cause=200;text="Call completed elsewhere"')
    cancel = other.expect("CANCEL")
    call.expect(200)
    other.respond(cancel, 200, "OK")
    other.reject(487, "Request Terminated")
    call.expect(487)
    assert_wire(f"cancel-{way}", gw, med1)


# refusals --------------------------------------------------------------------------------------------------------------
def test_refused_by_lync(med1, gw):
    call = gw.invite(NUMBER)
    med1.next_call().reject(404, "Not Found", DIAGNOSTICS)
    call.expect(404)
    assert_wire("refused-by-lync", gw, med1)


WARNING = 'Warning: 399 pbx.inside.example "no such extension"'


@pytest.mark.parametrize("code, reason, extra", [
    (486, "Busy Here", 'Reason: Q.850;cause=17;text="busy, sorry"\r\nRetry-After: 60'),
    (603, "Decline", WARNING),
], ids=["486", "603"])
def test_refused_by_a_gateway(med1, gw, code, reason, extra):
    """What ends Lync's search."""
    call = med1.invite(NUMBER)
    gw.next_call().reject(code, reason, extra)
    call.expect(code)
    assert_wire(f"refused-{code}", gw, med1)


def test_refused_by_both_gateways(med1, gw, gw2):
    """500 of one, then 500 of the other; what the last has said goes to Lync, which looks for another trunk."""
    call = med1.invite(NUMBER)
    gw.next_call().reject(500, "Server Internal Error", f"Reason: Q.850;cause=41\r\nRetry-After: 5\r\n{WARNING}")
    gw2.next_call().reject(500, "Server Internal Error", f"Reason: Q.850;cause=127\r\nRetry-After: 5\r\n{WARNING}")
    call.expect(500)
    assert_wire("refused-500", gw, gw2, med1)


def test_redirections_that_are_refused(med1, gw, gw2):
    """Neither may send the call elsewhere; the second is asked as after a 5xx, and Lync ends its search."""
    call = med1.invite(NUMBER)
    for gateway in (gw, gw2):
        redirect(gateway.next_call(), f"<sip:{OTHER}@{FAR}>")
    call.expect(480)
    assert_wire("refused-302", gw, gw2, med1)


# TCP -------------------------------------------------------------------------------------------------------------------
def test_over_tcp_on_both_sides(installation, way):
    """A trunk without TLS has no SRTP."""
    tcp = installation.mediation("med1", outbound="sip:sbc1.example.net:5068;transport=tcp", transport="TCP", tls=None,
                                 srtp=False, port=5068)
    far = far_of(installation)
    call, other = call_up(*((tcp, far) if way == "from-lync" else (far, tcp)))
    hang_up(other, call)
    assert_wire(f"tcp-{way}", far, tcp)


# re-INVITEs ------------------------------------------------------------------------------------------------------------
def test_reinvites(way, ends, med1, gw):
    """Of either end, with an offer and without (RFC 3261 14.1: the offer is in the 200, the answer in the ACK)."""
    call, other = call_up(*ends)
    for asking, asked in ((call, other), (other, call)):
        asking.reinvite("sendonly")
        asked.accept()
        asking.answered()
        asked.expect("ACK")
        asking.request("INVITE")
        asked.offer_in_answer(asked.expect("INVITE"))
        asking.answered()
        asked.expect("ACK")
    hang_up(call, other)
    assert_wire(f"reinvites-{way}", gw, med1)
