# SPDX-License-Identifier: GPL-2.0-or-later
"""The leak test finds each thing that tells of a side, and nothing that is meant to pass."""
import pytest

from lab import leaks
from lab.hep import Traced
from lab.legs import Heard, Side, sides
from lab.sip import Message

KEY = "QkZPJ0NEUFRQS1Yy/0gzQkg0TVFZUFpFUUxOVkhM"
LYNC_INVITE = f"""\
INVITE sip:+4930123456@sbc1.example.net;user=phone SIP/2.0
FROM: "Ada Example" <sip:+498912345678@contoso.example;user=phone>;epid=0A1B2C3D4E;tag=4c0ffee01a
TO: <sip:+4930123456@sbc1.example.net;user=phone>
CSEQ: 412007 INVITE
CALL-ID: 7d3c0f52111142228333
VIA: SIP/2.0/TLS 192.0.2.11:60001;branch=z9hG4bK1a2b3c4d
CONTACT: <sip:med01.contoso.example:5067;transport=Tls;maddr=192.0.2.12;ms-opaque=0123456789abcdef>
USER-AGENT: RTCC/5.0.0.0 MediationServer
P-ASSERTED-IDENTITY: <sip:ada@hq.contoso.example>
Ms-Conversation-ID: Ac8aabbccddeeff
ms-diagnostics: 10003;source="FE01.INSIDE.EXAMPLE";reason="x"
X-MS-Call-Source: ucm

v=0
o=- 0 0 IN IP4 192.0.2.21
c=IN IP4 192.0.2.22
m=audio 50000 RTP/SAVP 8
a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{KEY}|2^31"""
PSTN_INVITE = """\
INVITE sip:+4930123456@198.51.100.10:5060;user=phone SIP/2.0
Via: SIP/2.0/UDP 198.51.100.1;branch=z9hG4bKf4c4.0;u=c2VhbGVk
From: "Ada Example" <sip:+498912345678@198.51.100.1;user=phone>;tag=7e8d
To: <sip:+4930123456@198.51.100.10;user=phone>
CSeq: 1 INVITE
Call-ID: 7d3c0f52111142228333
Contact: <sip:L0c2VhbGVk@198.51.100.1:5060>
X: nothing

v=0
o=- 0 0 IN IP4 198.51.100.1"""
PSTN_ANSWER = """\
SIP/2.0 200 OK
Via: SIP/2.0/UDP 198.51.100.1;branch=z9hG4bKf4c4.0;received=198.51.100.66
From: "Ada Example" <sip:+498912345678@198.51.100.1;user=phone>;tag=7e8d
To: <sip:+4930123456@198.51.100.10;user=phone>;tag=a6c7f00d77
CSeq: 1 INVITE
Call-ID: 7d3c0f52111142228333
Contact: <sip:gw@198.51.100.10:5060>
Server: Gate 9

v=0
o=CiscoGW 4711 1 IN IP4 198.51.100.30
c=IN IP4 198.51.100.31"""
LYNC_ANSWER = """\
SIP/2.0 200 OK
VIA: SIP/2.0/TLS 192.0.2.11:60001;branch=z9hG4bK1a2b3c4d
FROM: "Ada Example" <sip:+498912345678@contoso.example;user=phone>;epid=0A1B2C3D4E;tag=4c0ffee01a
TO: <sip:+4930123456@sbc1.example.net;user=phone>;tag=5ea1ed
CSEQ: 412007 INVITE
CALL-ID: 7d3c0f52111142228333
Contact: <sip:L0c2VhbGVk@sbc1.example.net:5067;transport=tls>
X: nothing

v=0
o=- 0 0 IN IP4 192.0.2.1"""
PSTN_CALLS = """\
INVITE sip:+498912345678@198.51.100.1 SIP/2.0
Via: SIP/2.0/UDP gw1.carrier.example;branch=z9hG4bKfeed
From: <sip:+4930654321@trunk.carrier.example>;tag=1234
To: <sip:+498912345678@198.51.100.1>
CSeq: 1 INVITE
Call-ID: deadbeef@pbx.carrier.example
Contact: <sip:gw@198.51.100.10>
User-Agent: gateway
"""


def heard(text, ours):
    return Heard(0.0, ours, "peer", Message((text + "\n").replace("\n", "\r\n").encode()))


def leg(name, received, written):
    names = {"lync": ["192.0.2.1", "sbc1.example.net"], "pstn": ["198.51.100.1"]}[name]
    return Side(name, names, [*(heard(text, False) for text in received), *(heard(text, True) for text in written)])


def to_pstn(text=PSTN_INVITE, **more):
    return leaks.between(leg("lync", [LYNC_INVITE], []), leg("pstn", more.get("received", []), [text]))


def to_lync(text=LYNC_ANSWER, received=PSTN_ANSWER):
    return leaks.between(leg("pstn", [received], []), leg("lync", [], [text]))


def with_line(text, line):
    assert "X: nothing" in text
    return text.replace("X: nothing", line)


def test_a_clean_call_tells_nothing():
    assert to_pstn() == to_lync() == []


@pytest.mark.parametrize("line, what", [
    ("Via: SIP/2.0/TLS 192.0.2.11:60001", "host '192.0.2.11'"),
    ("X: sip:med01.contoso.example", "host 'med01.contoso.example'"),
    ("X: SIP:MED01.Contoso.Example", "host 'med01.contoso.example'"),
    ("X: fe99.contoso.example", "host 'contoso.example'"),
    ("X: 192.0.2.12", "host '192.0.2.12'"), ("X: fe01.inside.example", "host 'fe01.inside.example'"),
    ("X: <sip:1@hq.contoso.example>", "host 'hq.contoso.example'"), ("X: sbc1.example.net", "host of the Request-URI"),
    ("X: 192.0.2.21", "address in SDP"), ("X: 192.0.2.22", "address in SDP"),
    ("X: ;tag=4c0ffee01a", "From tag '4c0ffee01a'"), ("X: z9hG4bK1a2b3c4d", "Via branch"),
    ("X: epid=0A1B2C3D4E", "epid '0a1b2c3d4e'"), ("X: 0123456789abcdef", "ms-opaque"),
    ("X: RTCC/5.0.0.0", "product's name"), ("User-Agent: RTCC/5.0.0.0 MediationServer", "product's name"),
    ("Server: RTCC/5.0.0.0 MediationServer", "product's name"),
    ("MS-Diagnostics: 1", "header 'ms-diagnostics:'"), ("x-ms-call-source: ucm", "header 'x-ms-call-source:'"),
    (f"a=crypto:1 AES inline:{KEY}|2^31", "SRTP key"), (f"X: {KEY}", "SRTP key")])
def test_what_tells_of_lync(line, what):
    found = to_pstn(with_line(PSTN_INVITE, line))
    assert any(what in finding and "INVITE sip:+4930123456@198.51.100.10" in finding for finding in found), found


@pytest.mark.parametrize("line, what", [
    ("X: 198.51.100.10", "host '198.51.100.10'"), ("X: 198.51.100.30", "address in SDP"), ("X: 198.51.100.31", "address in SDP"),
    ("X: a6c7f00d77", "To tag"), ("X: 1\r\no=CiscoGW 1 1 IN IP4 192.0.2.1", "user name in o="), ("Server: Gate 9", "product's name")])
def test_what_tells_of_the_pstn_in_an_answer(line, what):
    found = to_lync(with_line(LYNC_ANSWER, line))
    assert len(found) == 1 and what in found[0], found


@pytest.mark.parametrize("line, what", [
    ("X: gw1.carrier.example", "host 'gw1.carrier.example'"), ("X: trunk.carrier.example", "host 'trunk.carrier.example'"),
    ("X: ;tag=1234", "From tag 'tag=1234'"), ("X: 198.51.100.1", "host of the Request-URI '198.51.100.1'"),
    ("Call-ID: deadbeef@pbx.carrier.example", "Call-ID with a host"), ("X: pbx.carrier.example", "host in Call-ID"),
    ("X: branch=z9hG4bKfeed", "Via branch"), ("Server: gateway", "product's name")])
def test_what_tells_of_the_pstn_in_a_request(line, what):
    found = to_lync(with_line(LYNC_ANSWER, line), PSTN_CALLS)
    assert any(what in finding for finding in found), found


@pytest.mark.parametrize("line", ["X: 1234", "X: sip:gw@192.0.2.1", "X: 1198.51.100.10", "X: 198.51.100.100", "X: a bad gateway",
                                  "X: gw1.carrier.example.org", "X: deadbeef"])
def test_what_only_looks_like_it(line):
    assert to_lync(with_line(LYNC_ANSWER, line), PSTN_CALLS) == []


def test_short_strings_tell_nothing():
    invite = PSTN_CALLS.replace("tag=1234", "tag=0").replace("z9hG4bKfeed", "z9hG4bK1").replace("gateway", "0")
    answer = with_line(LYNC_ANSWER, "X: ;tag=0;branch=z9hG4bK1\r\nServer: 0")
    assert to_lync(answer, invite) == []


def test_what_both_sides_are_called():
    """A name that the other side's endpoints write on their own account tells them nothing; an echo is not their own."""
    own = PSTN_CALLS.replace("trunk.carrier.example", "contoso.example")
    leaking = with_line(PSTN_INVITE, "X: contoso.example")
    assert to_pstn(leaking, received=[own]) == []
    echo = PSTN_ANSWER.replace("Via: SIP/2.0/UDP 198.51.100.1", "Via: SIP/2.0/UDP 192.0.2.11")
    assert "host '192.0.2.11'" in to_pstn(with_line(PSTN_INVITE, "X: 192.0.2.11"), received=[echo])[0]


@pytest.mark.parametrize("told", [
    PSTN_ANSWER.replace("Via: SIP/2.0/UDP 198.51.100.1", "Via: SIP/2.0/UDP sbc1.example.net"),
    PSTN_ANSWER.replace("z9hG4bKf4c4.0", "z9hG4bK1a2b3c4d"), PSTN_ANSWER.replace("tag=7e8d", "epid=0A1B2C3D4E"),
    PSTN_CALLS.replace("INVITE", "BYE").replace("To: <sip:+498912345678@198.51.100.1>", "To: <sip:1@contoso.example>;tag=5ea1ed"),
    PSTN_CALLS.replace("To: <sip:+498912345678@198.51.100.1>", "To: <sip:1@h>;tag=1").replace(
        "deadbeef@pbx.carrier.example", "7d3c0f@contoso.example")])
def test_what_is_only_echoed_is_not_its_own(told):
    """What the SBC told the gateway does not become the gateway's when it says it again."""
    assert to_lync(with_line(LYNC_ANSWER, "X: 7d3c0f@contoso.example"), told) == []


def test_epid_in_a_response():
    """From is the caller's, To the callee's own."""
    found = leaks.between(leg("lync", [LYNC_ANSWER.replace("tag=5ea1ed", "epid=0D1E2F3041;tag=5ea1ed")], []),
                          leg("pstn", [], [with_line(PSTN_INVITE, "X: 0D1E2F3041 0A1B2C3D4E")]))
    assert len(found) == 1 and "epid '0d1e2f3041'" in found[0], found


def test_the_domain_that_the_sbc_itself_is_in():
    """example.net, when the SBC is sbc1.example.net there."""
    assert to_lync(LYNC_ANSWER, PSTN_CALLS.replace("trunk.carrier.example", "example.net")) == []


def test_nobody_tells_of_nobody():
    anonymous = PSTN_CALLS.replace("trunk.carrier.example", "anonymous.invalid")
    assert to_lync(with_line(LYNC_ANSWER, "X: sip:anonymous@anonymous.invalid"), anonymous) == []


def test_one_line_for_each_and_no_key():
    leaking = with_line(PSTN_INVITE, f"a=crypto:1 AES_CM inline:{KEY}|2^31")
    found = leaks.between(leg("lync", [LYNC_INVITE], []), leg("pstn", [], [leaking, leaking, PSTN_INVITE]))
    assert "more)" not in to_pstn(leaking)[0]
    assert len(found) == 1 and "(and in 1 more)" in found[0] and "inline:***" in found[0] and KEY.lower() not in found[0].lower()


@pytest.mark.parametrize("bad", ["INVITE x SIP/2.0\nVia:\nFrom: ;;;=\nTo: <\nCall-ID\n", "SIP/2.0 200 \nVia: ,,\nCSeq: x\n",
                                 "A \udcff\0 \udcfe\n: \n;\n\n\udcff"])
def test_garbage_is_read_as_far_as_it_goes(bad):
    raw = (bad + "\n").replace("\n", "\r\n").encode("utf-8", "surrogateescape")
    side = Side("lync", ["192.0.2.1"], [Heard(0.0, ours, "peer", Message(raw)) for ours in (False, True)])
    assert leaks.between(side, Side("pstn", ["198.51.100.1"], side.heard)) == []


def test_messages_are_sorted_to_their_side():
    class Lab:  # pylint: disable=too-few-public-methods
        sbc_lync, sbc_pstn, names = "192.0.2.1", "198.51.100.1", {"sbc1": "192.0.2.1", "med01": "192.0.2.11"}
    message = heard(PSTN_CALLS, False).message
    lync, pstn = sides([Traced(2.0, ("192.0.2.1", 5067), ("192.0.2.11", 1), "TCP", message),
                        Traced(1.0, ("192.0.2.11", 1), ("192.0.2.1", 5067), "TCP", message),
                        Traced(3.0, ("198.51.100.1", 5060), ("198.51.100.10", 5060), "UDP", message)], Lab)
    assert [(h.when, h.ours, h.peer) for h in lync.heard] == [(1.0, False, "192.0.2.11"), (2.0, True, "192.0.2.11")]
    assert [(h.when, h.ours, h.peer) for h in pstn.heard] == [(3.0, True, "198.51.100.10")]
    assert (lync.names, pstn.names) == (["192.0.2.1", "sbc1"], ["198.51.100.1"])
