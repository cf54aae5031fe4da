# SPDX-License-Identifier: GPL-2.0-or-later
"""Transfers by REFER (RFC 3515) where refer="pass" lets them through: of Lync on hq-first, and of the gateway gw1, which
writes numbers without '+'. On hq-tcp Lync may not, and gw1 may all the same.
"""
import re

import pytest

from lab.gateway import secrets
from lab.installation import installed
from lab.paths import PLANS
from lab.plan import find
from lab.talk import call_up, hang_up, talk
from lab.watch import warm_up

NUMBER = "+4930123456"
REFERRED_BY = "Referred-By: <sip:ada@contoso.example>;ms-identity=\"MIIBaaaa\""


def let_pass(root):
    for path in ("trunk[@name='hq-first']", "target[@name='gw1']"):
        find(root, path).set("refer", "pass")
    find(root, "target[@name='gw1']").set("e164", "without-plus")
    find(root, "trunk[@name='hq-tcp']/route").set("target", "gw1")


@pytest.fixture(scope="module")
def shared_installation():
    with installed(example=PLANS / "good" / "two-of-each.xml", edit=let_pass, prepare=warm_up) as installation:
        yield installation


@pytest.fixture
def tcp(installation):
    return installation.mediation("med1", outbound="sip:sbc1.example.net:5068;transport=tcp", transport="TCP", tls=None,
                                  srtp=False, port=5068)


@pytest.fixture(params=["the caller asks", "the callee asks"])
def by_caller(request):
    return request.param == "the caller asks"


@pytest.fixture(params=["Lync asks", "the gateway asks"])
def ends(request, by_caller, med1, gw):
    """(the end of a call that is to transfer it, the other one)"""
    asks, other = (med1, gw) if request.param == "Lync asks" else (gw, med1)
    caller, callee = (asks, other) if by_caller else (other, asks)
    ends = call_up(caller, callee, number=NUMBER if caller is med1 else NUMBER[1:])
    return ends if by_caller else ends[::-1]


def assert_audio(call, other):
    assert [heard.verdict for heard in talk(call, other, seconds=0.4)] == ["ok", "ok"]


def refer(asking, lines):
    """Sends it; lines: those of its headers that say what is asked for."""
    return asking.request("REFER", extra="\r\n".join([f"Contact: <{asking.dialog.contact}>", *lines]))


def passes(asking, asked, method, extra):
    """A request of the transfer reaches the other end, which agrees; (as sent, as it came)."""
    sent = asking.request(method, extra=f"Contact: <{asking.dialog.contact}>\r\n{extra}")
    got = asked.expect(method)
    asked.respond(got, 200, "OK")
    asking.expect(200)
    return sent, got


def tell(asked, asking, event, status, state):
    """A NOTIFY of who was asked, as it comes to who has asked."""
    body = f"SIP/2.0 {status}\r\nVia: SIP/2.0/TLS inside.example\r\nFrom: <sip:ada@contoso.example>\r\n"
    asked.request("NOTIFY", body.encode(), content_type="message/sipfrag;version=2.0",
                  extra=f"Contact: <{asked.dialog.contact}>\r\nEvent: {event}\r\nSubscription-State: {state}")
    request = asking.expect("NOTIFY")
    asking.respond(request, 200, "OK")
    asked.expect(200)
    assert request.body == f"SIP/2.0 {status}\r\n".encode() and request["Subscription-State"] == state
    return request


def test_a_blind_transfer(ends, gw):
    """Who is asked calls the number where it was told to, which is the SBC; the call comes to the side that asked."""
    asking, asked = ends
    numbers = {True: "+4930999888", False: "4930999888"}  # by "at Lync"
    at = {True: "contoso.example;user=phone", False: gw.address}[asking.endpoint is not gw]
    sent = refer(asking, [f"Refer-To: \"Bob\" <sip:{numbers[asking.endpoint is not gw]};ext=888@{at}>", REFERRED_BY])
    got = asked.expect("REFER")
    number = numbers[asked.endpoint is not gw]
    wanted = {True: "sip:+4930999888;ext=888@sbc1.example.net;user=phone",
              False: "sip:4930999888@198.51.100.1:5060;user=phone"}[asked.endpoint is not gw]
    assert got["Refer-To"] == f'"Bob" <{wanted}>'
    asked.respond(got, 202, "Accepted")
    asking.expect(202)
    tell(asked, asking, f"refer;id={got.cseq[0]}", "100 Trying", "active;expires=60")
    new = asked.endpoint.invite(number)
    third = asking.endpoint.answer_next()
    new.answered()
    third.expect("ACK")
    told = tell(asked, asking, f"refer;id={got.cseq[0]}", "200 OK", "terminated;reason=noresource")
    assert told["Event"] == f"refer;id={sent.cseq[0]}"
    assert re.search(r"<sip:\+?([^@;]*)", third.invite["To"])[1] == "4930999888"
    hang_up(asking, asked)
    assert_audio(new, third)
    hang_up(new, third)
    assert secrets(gw, ["contoso"]) == []


def test_the_second_transfer_of_a_call_is_told_by_its_number(ends):
    """RFC 3515 2.4.6: the CSeq number of the REFER, as each end knows it; also to end what the REFER has begun."""
    asking, asked = ends
    for _ in range(2):
        sent, got = passes(asking, asked, "REFER", "Refer-To: <sip:+4930999888@contoso.example>")
        assert tell(asked, asking, f"refer;id={got.cseq[0]}", "603 Decline", "terminated")["Event"] == \
            f"refer;id={sent.cseq[0]}"
        _, unsubscribing = passes(asking, asked, "SUBSCRIBE", f"Event: refer;id={sent.cseq[0]}\r\nExpires: 0")
        assert unsubscribing["Event"] == f"refer;id={got.cseq[0]}"
    tell(asked, asking, "refer", "603 Decline", "terminated")
    assert_audio(asking, asked)
    hang_up(asking, asked)


REPLACES = "Replaces=a1%40x%3Bto-tag%3Db2%3Bfrom-tag%3Dc3"


@pytest.mark.parametrize("code, refer_to", [
    (501, [f"<sip:+49301@x?{REPLACES}>"]), (501, [f"<sip:+49301@x?Subject=y&{REPLACES.lower()}>"]),
    (501, ["<sip:+49301@x;method=BYE>"]), (501, ["<{our_contact}>"]),
    (400, []), (400, ["<sip:+49301@x>"] * 2), (400, ["<sip:+49301@x>, <sip:+49301@x>"]), (400, ["<http://x>"]),
    (400, [f"<sip:+49301@x?%52{REPLACES[1:]}>"]), (400, ["\"x <sip:+49301@x>"]),
])
def test_what_cannot_pass_is_refused(sbc, med1, gw, code, refer_to):
    """A call that is to be replaced has other tags on the other side; both REFER and call are as if nothing was said."""
    call, other = call_up(med1, gw)
    for asking, asked in ((call, other), (other, call)):
        refer(asking, [f"Refer-To: {value.format(our_contact=asking.dialog.target)}" for value in refer_to])
        asking.expect(code)
        assert "refused REFER of" in sbc.log_since_judged()
        assert asked.mailbox.drain() == []
        sbc.judge()
    assert_audio(call, other)
    hang_up(call, other)


@pytest.mark.parametrize("name", ["Replaces", "Join"])
def test_a_call_in_place_of_another_finds_none(sbc, med1, gw, name):
    """RFC 3891 3 and 3911 4: 481 where no dialog has these tags; the other side would have none either."""
    call, other = call_up(med1, gw)
    for endpoint, mine in ((med1, call), (gw, other)):
        tags = f"{name}: {mine.call_id};to-tag={mine.dialog.local_tag};from-tag={mine.dialog.remote_tag}"
        endpoint.invite(NUMBER, extra=tags).expect(481)
        assert "Replaces or Join names a call" in sbc.log_since_judged()
        sbc.judge()
    assert med1.inbox.drain() == gw.inbox.drain() == []
    assert_audio(call, other)
    hang_up(call, other)


def test_who_may_not_transfer_is_not_told_so(tcp, gw):
    """Allow says what who reads it may send: the gateway a REFER, Lync on hq-tcp none."""
    call = tcp.invite(NUMBER, extra="Allow: INVITE, REFER")
    other = gw.next_call()
    other.answer(extra="Allow: INVITE, REFER")
    answer = call.answered()
    other.expect("ACK")
    assert "REFER" in other.invite.list("Allow")
    assert answer.list("Allow") == ["INVITE"]
    refer(call, ["Refer-To: <sip:+4930999888@contoso.example>"])
    assert "REFER" not in call.expect(405).list("Allow")
    passes(other, call, "REFER", "Refer-To: <sip:4930999888@gw.example>")
    hang_up(call, other)
