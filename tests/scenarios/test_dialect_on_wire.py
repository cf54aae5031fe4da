# SPDX-License-Identifier: GPL-2.0-or-later
"""What the SBC writes, byte for byte, on both legs; and that nothing of one side's inside reaches the other."""
import re

import pytest

from lab.gateway import secrets
from lab.mediation import INSIDE_HEADERS
from lab.talk import call_up, hang_up, hold, talk
from lab.wire import assert_wire

NUMBER = "+4930123456"


@pytest.fixture(scope="module")
def shared_installation(two_of_each):
    return two_of_each


@pytest.fixture
def gw2(installation):
    return installation.gateway("gw2")


def leaks(endpoint, *words):
    """Lines with one of the words that the endpoint was sent."""
    return [line for entry in endpoint.log if not entry.sent for line in entry.message.raw.decode().split("\r\n")
            if any(word in line for word in words)]


# whole calls -----------------------------------------------------------------------------------------------------------
def test_a_call_from_lync(med1, gw):
    identity = '\r\nP-ASSERTED-IDENTITY: "Ada Example" <sip:+498912345678;ext=678@contoso.example;user=phone>'
    call, other = call_up(med1, gw, extra=INSIDE_HEADERS + identity)
    hold(call, other)
    hold(other, call, "sendrecv")
    hang_up(other, call)
    assert_wire("call-from-lync", gw, med1)


def test_a_call_to_lync(med1, gw):
    spoofed = "ms-skip-rnl: 1\r\nX-MS-CALL-SOURCE: pstn\r\nP-Asserted-Identity: <tel:+4930654321>"
    call, other = call_up(gw, med1, extra=spoofed)
    hold(other, call)
    hold(call, other, "sendrecv")
    hang_up(other, call)
    assert_wire("call-to-lync", gw, med1)


def test_nothing_of_the_other_side_is_seen(med1, gw):
    """Names, addresses, keys, in requests and answers of a whole call each way. What is looked for is there to leak."""
    lync_words, pstn_words = ("contoso", "med01", med1.address, "RTCC"), (gw.address, "User-Agent", "Server: gateway")
    for caller, callee in ((med1, gw), (gw, med1)):
        call, other = call_up(caller, callee, extra=INSIDE_HEADERS if caller is med1 else "")
        for holder, held in ((call, other), (other, call)):
            hold(holder, held)
            hold(holder, held, "sendrecv")
        hang_up(call, other)
    diagnostics = 'ms-diagnostics: 10003;source="MED01.CONTOSO.EXAMPLE";reason="x";component="MediationServer"'
    call = gw.invite(NUMBER)
    med1.next_call().reject(404, "Not Found", extra=diagnostics)
    call.expect(404)
    assert leaks(gw, *lync_words) == leaks(med1, *pstn_words) == []
    assert [line for line in secrets(gw) if "maddr" not in line] == secrets(gw) == []
    for endpoint, words in ((med1, lync_words), (gw, pstn_words)):
        said = b"".join(entry.message.raw for entry in endpoint.log if entry.sent).decode()
        assert all(word in said for word in words), words


# numbers ---------------------------------------------------------------------------------------------------------------
def numbers(invite):
    return [re.search(r"sip:([^@]*)@", value)[1] for value in (invite.uri, invite["From"], invite["To"])]


def test_numbers_with_and_without_plus(med1, gw2):
    """gw2 writes E.164 without '+'; Lync, always with it. Extensions and national numbers stay as they are."""
    for called, at_gateway in (("+4930123456", "4930123456"), ("0301234567", "0301234567"), ("4711", "4711")):
        call = gw2.invite(at_gateway, user="4930654321")
        other = med1.next_call()
        assert numbers(other.invite) == [called, "+4930654321", called]
        assert ";user=phone" in other.invite.uri
        other.reject(404, "Not Found")
        call.expect(404)


def test_a_second_try_is_written_for_its_own_target(med1, gw, gw2):
    """From the message as it came, not from what was written for the first: '+' for gw, none for gw2."""
    call = med1.invite(NUMBER)
    first = gw.next_call()
    assert numbers(first.invite) == ["+4930123456", "+498912345678", "+4930123456"]
    first.reject(503, "Service Unavailable")
    second = gw2.next_call()
    assert numbers(second.invite) == ["4930123456", "498912345678", "4930123456"]
    assert "198.51.100.20" in second.invite.uri and second.invite.text.count("m=audio") == 1
    second.answer()
    call.answered()
    second.expect("ACK")
    hang_up(second, call)


@pytest.mark.parametrize("maddr", [True, False], ids=["maddr", "fqdn"])
def test_lyncs_contact_comes_back_byte_for_byte(installation, gw, maddr):
    """As Request-URI of whatever the gateway sends; a name that no DNS knows is the plan's to know."""
    med1 = installation.mediation("med1", maddr=maddr)
    for caller, callee in ((med1, gw), (gw, med1)):
        call, other = call_up(caller, callee)
        at_lync, at_gateway = (call, other) if caller is med1 else (other, call)
        contact = at_lync.dialog.contact
        assert ("maddr=" in contact) == maddr and "ms-opaque=" in contact
        for method in ("INFO", "UPDATE", "BYE"):
            at_gateway.request(method)
            request = at_lync.expect(method)
            assert request.uri == contact
            at_lync.respond(request, 200, "OK")
            at_gateway.expect(200)


# offers and answers ----------------------------------------------------------------------------------------------------
@pytest.fixture(params=["from lync", "to lync"])
def ends(request, med1, gw):
    """(caller, callee)"""
    return (med1, gw) if request.param == "from lync" else (gw, med1)


def assert_audio(call, other):
    assert [heard.verdict for heard in talk(call, other, seconds=0.6)] == ["ok", "ok"]


def test_delayed_offer(ends):
    """INVITE without SDP: the offer comes in the 200, the answer in the ACK (RFC 3261 13.2.1); the lab's endpoints check
    profile and keys of both."""
    caller, callee = ends
    call = caller.invite(NUMBER, offer=False)
    other = callee.next_call()
    assert other.invite.body == b""
    other.offer_in_answer()
    call.answered()
    assert other.expect("ACK").body
    assert_audio(call, other)
    hang_up(call, other)


def test_delayed_offer_in_a_call(ends):
    """What Lync does for a transfer by third-party call control, either way."""
    call, other = call_up(*ends)
    for asking, asked in ((call, other), (other, call)):
        asking.request("INVITE")
        asked.offer_in_answer(asked.expect("INVITE"))
        asking.answered()
        assert asked.expect("ACK").body
        assert_audio(call, other)
    hang_up(call, other)


def test_early_media(ends):
    """183 with SDP: audio before the answer."""
    caller, callee = ends
    call = caller.invite(NUMBER)
    other = callee.next_call()
    other.progress()
    call.expect(183)
    assert_audio(call, other)
    other.answer()
    call.answered()
    other.expect("ACK")
    assert_audio(call, other)
    hang_up(call, other)


def test_provisional_answers_are_acknowledged(ends):
    """100rel and PRACK (RFC 3262) pass: RSeq as it was said, RAck with the number that the INVITE has on that leg."""
    caller, callee = ends
    call = caller.invite(NUMBER, extra="" if caller.name.startswith("med") else "Supported: 100rel")
    other = callee.next_call()
    assert other.invite["Supported"] == "100rel"
    other.respond(other.invite, 180, "Ringing", extra="Require: 100rel\r\nRSeq: 4711")
    ringing = call.expect(180)
    assert (ringing["Require"], ringing["RSeq"]) == ("100rel", "4711")
    call.request("PRACK", extra=f"RAck: 4711 {ringing.cseq[0]} INVITE")
    request = other.expect("PRACK")
    assert request["RAck"] == f"4711 {other.invite.cseq[0]} INVITE"
    other.respond(request, 200, "OK")
    call.expect(200)
    other.answer()
    call.answered()
    other.expect("ACK")
    hang_up(call, other)


def test_update_with_an_offer(ends):
    """RFC 3311; the same keys and profiles as in a re-INVITE."""
    call, other = call_up(*ends)
    for asking, asked in ((call, other), (other, call)):
        asking.request("UPDATE", asking.offer())
        request = asked.expect("UPDATE")
        asked.respond(request, 200, "OK", asked.answer_to(request))
        asking.expect(200)
        assert_audio(call, other)
    hang_up(call, other)


# other bodies ----------------------------------------------------------------------------------------------------------
TEXT_ALONE = b"--x\r\nContent-Type: text/plain\r\n\r\nnothing to hear\r\n--x--\r\n"  # a location is an emergency's


def test_a_body_without_sdp_is_refused(ends):
    """415 (RFC 3261 21.4.13)."""
    caller, callee = ends
    call, other = call_up(caller, callee)
    for asking, asked in ((call, other), (other, call)):
        asking.request("INVITE", TEXT_ALONE, content_type="multipart/mixed;boundary=x")
        assert asking.expect(415)["Accept"] == "application/sdp"
        assert asked.mailbox.drain() == []
    hang_up(call, other)


def test_a_body_without_sdp_does_not_come_back(ends):
    """In an answer it is taken out: the answer itself is needed."""
    caller, callee = ends
    call = caller.invite(NUMBER)
    other = callee.next_call()
    other.respond(other.invite, 183, "Session Progress", b"--x\r\n\r\nsecret\r\n--x--\r\n",
                  content_type="multipart/mixed;boundary=x")
    progress = call.expect(183)
    assert (progress.body, progress.get("Content-Type"), progress["Content-Length"]) == (b"", None, "0")
    other.answer()
    call.answered()
    other.expect("ACK")
    hang_up(call, other)


def test_digits_in_info(ends):
    """A body that is no SDP passes in INFO alone."""
    call, other = call_up(*ends)
    for asking, asked in ((call, other), (other, call)):
        asking.request("INFO", b"Signal=5\r\nDuration=160\r\n", content_type="application/dtmf-relay")
        request = asked.expect("INFO")
        assert (request["Content-Type"], request.body) == ("application/dtmf-relay", b"Signal=5\r\nDuration=160\r\n")
        asked.respond(request, 200, "OK")
        asking.expect(200)
    hang_up(call, other)
