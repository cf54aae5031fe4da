# SPDX-License-Identifier: GPL-2.0-or-later
"""An SDP beside other parts, and in two versions: what passes of such a body, each way, with real audio."""
import re

import pytest

from lab.gateway import secrets
from lab.multipart import multipart, parts_of
from lab.plan import find
from lab.reload import changeable, reloadable
from lab.srtp import SUITE
from lab.talk import hang_up, talk

NUMBER = "+4930123456"
SDP = "Content-Type: application/sdp"
CUG = ("Content-Type: application/vnd.etsi.cug+xml\nContent-ID: <group@invalid>",
       b'<?xml version="1.0"?>\r\n<cug xmlns="http://uri.etsi.org/ngn/params/xml/simservs/xcap">\r\n\r\n </cug>\r\n')
ISUP = ("Content-Type: application/isup;version=itu-t92+\nContent-Disposition: signal;handling=optional",
        b"\x09\x01\x14\x05\x14\x01\x08\x00\x0a\x02\x00\x00--\r\n\xff")
OLD_KEY = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkw"


@pytest.fixture(scope="module")
def shared_installation():
    with reloadable() as installation:
        yield installation


@pytest.fixture
def others_kept(sbc):
    """The rule multipart-others is switched off."""
    with changeable(sbc) as change:
        change(lambda root: find(root, "trunk").set("rules-off", "multipart-others"))
        sbc.rpc("lync.reload")
        yield


@pytest.fixture(params=["from lync", "to lync"])
def ends(request, med1, gw):
    """(caller, callee)"""
    return (med1, gw) if request.param == "from lync" else (gw, med1)


def beside(other):
    """SDP and another part."""
    return lambda sdp: multipart((f"{SDP}\nContent-Disposition: session;handling=required\nContent-Length: {len(sdp)}", sdp),
                                 other)


def two_versions(sdp):
    """As a Lync client writes it: first one for OCS 2007, at another place and with another key."""
    old = re.sub(rb"(?m)^(o=.*|c=.*)192\.0\.2\.\d+", rb"\g<1>192.0.2.99", sdp)
    old = re.sub(rb"inline:[\w+/]{40}", b"inline:" + OLD_KEY.encode(), old)
    assert b"192.0.2.99" in old and OLD_KEY.encode() in old
    return multipart((f"{SDP}\nContent-Disposition: session; handling=optional; ms-proxy-2007fallback", old),
                     (f"{SDP}\nContent-Transfer-Encoding: 7bit\nContent-Disposition: session; handling=optional", sdp),
                     subtype="alternative")


def answer(call, wrap):
    """200 with our answer in a multipart body."""
    body, content_type = wrap(call.answer_to(call.invite))
    call.respond(call.invite, 200, "OK", body, content_type=content_type)


def assert_plain(message):
    """SDP alone."""
    assert message["Content-Type"] == "application/sdp" and message.body.startswith(b"v=0\r\n")
    assert int(message["Content-Length"]) == len(message.body) and b"\r\n--" not in message.body


def assert_audio(call, other):
    for heard, end in zip(talk(call, other, seconds=0.6), (call, other)):
        assert (heard.verdict, heard.suite) == ("ok", SUITE if getattr(end.endpoint, "srtp", False) else "RTP"), str(heard)


def end_well(call, other):
    assert_audio(call, other)
    hang_up(call, other)


# the other parts go ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("other_part", [CUG, ISUP], ids=["cug", "isup"])
def test_sdp_alone_goes_on(ends, other_part):
    """Of INVITE, 200 and re-INVITE."""
    caller, callee = ends
    call = caller.invite(NUMBER, wrap=beside(other_part))
    other = callee.next_call()
    assert_plain(other.invite)
    answer(other, beside(other_part))
    assert_plain(call.answered())
    other.expect("ACK")
    assert_audio(call, other)
    for asking, asked in ((call, other), (other, call)):
        body, content_type = beside(other_part)(asking.offer())
        asking.request("INVITE", body, content_type=content_type)
        assert_plain(asked.accept())
        asking.answered()
        asked.expect("ACK")
    end_well(call, other)


def test_two_versions_from_lync(med1, gw):
    """The one that is not for OCS 2007 makes the call; of the other neither key nor address passes."""
    call = med1.invite(NUMBER, wrap=two_versions)
    other = gw.next_call()
    assert_plain(other.invite)
    other.answer()
    call.answered()
    other.expect("ACK")
    end_well(call, other)
    assert secrets(gw, [OLD_KEY, "192.0.2.99"]) == []


def test_two_versions_in_lyncs_answer(med1, gw):
    call = gw.invite(NUMBER)
    other = med1.next_call()
    answer(other, two_versions)
    assert_plain(call.answered())
    other.expect("ACK")
    end_well(call, other)
    assert secrets(gw, [OLD_KEY, "192.0.2.99"]) == []


def test_delayed_offer(ends):
    """The offer in the 200, the answer in the ACK."""
    caller, callee = ends
    call = caller.invite(NUMBER, offer=False)
    other = callee.next_call()
    body, content_type = beside(CUG)(other.offer())
    other.respond(other.invite, 200, "OK", body, content_type=content_type)
    offer = call.expect(200)
    assert_plain(offer)
    body, content_type = beside(CUG)(call.answer_to(offer))
    call.request("ACK", body, cseq=offer.cseq[0], content_type=content_type)
    assert_plain(other.expect("ACK"))
    end_well(call, other)


# the other parts stay --------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("others_kept")
@pytest.mark.parametrize("other_part", [CUG, ISUP], ids=["cug", "isup"])
def test_the_other_part_is_kept(ends, other_part):
    """Byte for byte, beside the SDP that is the SBC's, whose own Content-Length is right."""
    caller, callee = ends
    call = caller.invite(NUMBER, wrap=beside(other_part))
    other = callee.next_call()
    answer(other, beside(other_part))
    answered = call.answered()
    other.expect("ACK")
    for message in (other.invite, answered):
        (head, sdp), kept = parts_of(message)
        assert kept == (other_part[0].replace("\n", "\r\n").encode(), other_part[1])
        assert head.endswith(b"handling=required\r\nContent-Length: %d" % len(sdp)) and message.body.count(b"v=0") == 1
        assert int(message["Content-Length"]) == len(message.body)
    end_well(call, other)


@pytest.mark.usefixtures("others_kept")
def test_no_second_sdp_is_kept(med1, gw):
    """Neither in a part of its own nor in a nested body."""
    def wrap(sdp):
        body, content_type = two_versions(sdp)
        inner = body.replace(b"NextPart", b"Inner"), content_type.replace("NextPart", "Inner")
        return multipart((f"Content-Type: {inner[1]}", inner[0]), CUG,
                         (f"{SDP}\nContent-Disposition: render", f"v=0\r\na=crypto:1 x inline:{OLD_KEY}\r\n".encode()))

    call = med1.invite(NUMBER, wrap=wrap)
    other = gw.next_call()
    (head, sdp), kept = parts_of(other.invite)
    assert SDP.encode() in head and sdp.startswith(b"v=0\r\n") and kept[1] == CUG[1]
    other.answer()
    call.answered()
    other.expect("ACK")
    end_well(call, other)
    assert secrets(gw, [OLD_KEY, "192.0.2.99", "Inner"]) == []


@pytest.mark.usefixtures("others_kept")
def test_of_two_versions_one_remains(med1, gw):
    call = med1.invite(NUMBER, wrap=two_versions)
    other = gw.next_call()
    assert_plain(other.invite)
    other.answer()
    call.answered()
    other.expect("ACK")
    end_well(call, other)


def test_what_hides_sdp_does_not_pass_in_info(ends):
    """A body that is no SDP passes in INFO, also one of several parts; not where a part of it is an SDP for others."""
    caller, callee = ends
    call = caller.invite(NUMBER)
    other = callee.answer_next()
    call.answered()
    other.expect("ACK")
    for hidden in ("", "\nContent-Disposition: render"):
        parts = [CUG, (f"{SDP}{hidden}", f"v=0\r\na=crypto:1 x inline:{OLD_KEY}\r\n".encode())] if hidden else [CUG]
        body, content_type = multipart(*parts)
        call.request("INFO", body, content_type=content_type)
        request = other.expect("INFO")
        assert request.body == (b"" if hidden else body) and request.get("Content-Type") == (None if hidden else content_type)
        other.respond(request, 200, "OK")
        call.expect(200)
    hang_up(call, other)


# broken ones -----------------------------------------------------------------------------------------------------------
BROKEN = {
    "boundary": (lambda body: body.replace(b"NextPart", b"Another"), "the boundary in Content-Type is not that of"),
    "encoding": (lambda body: body.replace(b"Content-Disposition: session;handling=required",
                                           b"Content-Transfer-Encoding: base64"), "is encoded"),
}


def broken(how):
    def wrap(sdp):
        body, content_type = beside(CUG)(sdp)
        return BROKEN[how][0](body), content_type
    return wrap


def assert_one_line(sbc, call, how):
    # the other server of the pool is down
    lines = [line for line in sbc.log_since_judged().splitlines() if call.call_id in line and "192.0.2.12" not in line]
    assert len(lines) == 1 and "refused SDP of" in lines[0] and BROKEN[how][1] in lines[0], "\n".join(lines)


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_offer_is_refused(ends, sbc, how):
    caller, callee = ends
    call = caller.invite(NUMBER, wrap=broken(how))
    call.expect(488)
    assert_one_line(sbc, call, how)
    assert callee.inbox.drain() == []


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_answer_is_refused(ends, sbc, how):
    """As any other that would make a silent call: ACK and BYE, and nothing of it passes."""
    caller, callee = ends
    call = caller.invite(NUMBER)
    other = callee.next_call()
    answer(other, broken(how))
    got = call.expect(488)
    assert got.body == b"" and got.get("Content-Type") is None
    other.expect("ACK")
    other.ended()
    assert_one_line(sbc, call, how)
