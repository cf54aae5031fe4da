# SPDX-License-Identifier: GPL-2.0-or-later
"""Emergency calls of Lync: how they are known, that nothing turns them away, that all targets are tried, and that the
location arrives. Ordinary calls are refused at the same time.

The plan (fixtures/plans/good/two-of-each.xml) asks gw before gw2; it has no <emergency>: 112 and 911.
"""
import re
import time

import pytest

from lab.gateway import secrets
from lab.multipart import multipart, parts_of
from lab.paths import PLANS
from lab.plan import add, find
from lab.reload import changeable, reloadable
from lab.sip import header_param
from lab.talk import call_up, hang_up, talk

NUMBER = "+4930123456"
SOS = "112"
GEOLOCATION = "Geolocation: <cid:ada@contoso.example>;inserted-by=\"med01.contoso.example\""
HEADERS = f"{GEOLOCATION}\r\nGeolocation-Routing: yes\r\nPRIORITY: emergency"
SDP = "Content-Type: application/sdp"
LOCATION = "Content-Type: application/pidf+xml\nContent-ID: <ada@contoso.example>\nX-Odd:  kept  as it is"
# As Lync 2013 writes it, with odd white space: to the byte is to the byte.
PIDF = b'''<?xml version="1.0" encoding="utf-8"?>\r
<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10"\r
 xmlns:ca="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr" entity="sip:ada@contoso.example">\r
 <tuple id="0"><status><gp:geopriv><gp:location-info><ca:civicAddress>\r
  <ca:country>US</ca:country><ca:A3>Redmond</ca:A3><ca:LOC>2nd floor</ca:LOC>\t<ca:NAM>425-555-0100; 4255550111</ca:NAM>\r
 </ca:civicAddress></gp:location-info><gp:usage-rules/></gp:geopriv></status></tuple>\r
\r
</presence>\r
'''

located = pytest.mark.legs(allow=r"host '(med01\.)?contoso\.example'", why="the location names its caller, and passes as it is")


@pytest.fixture(scope="module")
def shared_installation():
    with reloadable(example=PLANS / "good" / "two-of-each.xml") as installation:
        yield installation


@pytest.fixture(autouse=True)
def nothing_left(sbc):
    yield
    for whom in ("node", "trunk hq-first", "target gw1", "target gw2", "media 1"):
        sbc.rpc("lync.ready", *whom.split())
    ended = sbc.media_ended()
    assert ended


@pytest.fixture
def gw2(installation):
    return installation.gateway("gw2")


@pytest.fixture
def plan(sbc):
    """plan(edit): that plan is in force, until the scenario ends."""
    with changeable(sbc) as change:
        def edit(how):
            change(how)
            return sbc.rpc("lync.reload")
        yield edit


def with_location(sdp):
    return multipart((f"{SDP}\nContent-Disposition: session;handling=required", sdp), (LOCATION, PIDF))


def takes(caller, callee, number=SOS, **invite):
    """The call comes to callee, and is heard both ways."""
    call = caller.invite(number, **invite)
    return call, answered(call, callee)


def answered(call, callee):
    other = callee.answer_next()
    call.answered()
    other.expect("ACK")
    assert [heard.verdict for heard in talk(call, other, seconds=0.4)] == ["ok", "ok"]
    hang_up(call, other)
    return other


def refused(caller, code=503):
    caller.invite(NUMBER).expect(code)


def count(sbc, what, name):
    return int(re.search(rf"\b{what}: (\d+)", sbc.rpc("lync.trunk" if name.startswith("hq") else "lync.peer", name))[1])


def told(sbc):
    """What the log says of emergency calls, of those that began: how each was known."""
    return re.findall(r"emergency call \S+: from \S+ to \S+, by its (\w+), over the trunk hq-first", sbc.log_since_judged())


# how it is known -------------------------------------------------------------------------------------------------------
@located
@pytest.mark.parametrize("known, invite", [
    ("number", {"number": "112"}), ("number", {"number": "+911"}), ("number", {"number": "911;phone-context=Redmond"}),
    ("priority", {"number": NUMBER, "extra": "Priority:  EMERGENCY"}),
    ("location", {"number": NUMBER, "wrap": with_location}),
], ids=["number", "plus", "phone-context", "priority", "location"])
def test_how_it_is_known(sbc, med1, gw, known, invite):
    """With the node drained, so nothing else would pass; and an ordinary call does not."""
    before = [count(sbc, "emergency", name) for name in ("hq-first", "gw1", "med01.contoso.example")]
    sbc.rpc("lync.drain", "node")
    takes(med1, gw, **invite)
    refused(med1)
    assert told(sbc) == [known]
    assert [count(sbc, "emergency", name) for name in ("hq-first", "gw1", "med01.contoso.example")] == [n + 1 for n in before]


@pytest.mark.parametrize("invite", [
    {"number": "1120"}, {"number": "+49112"}, {"extra": "Priority: urgent"}, {"extra": "Subject: emergency"},
    {"wrap": lambda sdp: multipart((SDP, sdp), ("Content-Type: application/xml", PIDF))},
], ids=["longer", "with a code", "urgent", "subject", "other xml"])
def test_what_is_none(sbc, med1, invite):
    sbc.rpc("lync.drain", "node")
    med1.invite(**{"number": NUMBER} | invite).expect(503)
    assert told(sbc) == []


def test_only_lync_makes_emergency_calls(sbc, med1, gw):
    """What a gateway says of itself moves nobody."""
    sbc.rpc("lync.drain", "node")
    gw.invite(SOS, extra=HEADERS).expect(503)
    assert told(sbc) == [] and med1.leftovers() == []


def test_the_plans_numbers(sbc, med1, gw, plan):
    """In place of 112 and 911. As Lync dials them, and as the rules of its trunk make them."""
    def edit(root):
        add(root, "", "emergency", numbers="110 +19222")
        add(root, "", "numbers", name="outside")
        add(root, "numbers[@name='outside']", "rule", name="outside line", on="called", pattern="^0(11\\d)$", translation="$1")
        add(root, "numbers[@name='outside']", "rule", name="control room", on="called", pattern="^110$",
            translation="+4930110110")
        find(root, "trunk[@name='hq-first']").set("numbers", "outside")

    plan(edit)
    sbc.rpc("lync.drain", "node")
    for number, arrives in (("110", "+4930110110"), ("0110", "110"), ("+0110", None), ("19222", "19222"), ("112", None)):
        call = med1.invite(number)
        if arrives:
            other = answered(call, gw)
            assert other.invite.uri.startswith(f"sip:{arrives}@"), other.invite.uri
        else:
            call.expect(503)


def test_no_number_where_the_plan_says_so(sbc, med1, gw, plan):
    plan(lambda root: add(root, "", "emergency", numbers=""))
    sbc.rpc("lync.drain", "node")
    med1.invite(SOS).expect(503)
    takes(med1, gw, extra="Priority: emergency")


# what does not turn it away ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("whom", ["node", "trunk hq-first", "target gw1"])
def test_no_drain_turns_it_away(sbc, med1, gw, whom):
    """Nor where all targets drain. An ordinary call is refused at the same time."""
    sbc.rpc("lync.drain", *whom.split())
    if whom.startswith("target"):
        sbc.rpc("lync.drain", "target", "gw2")
    refused(med1)
    takes(med1, gw)
    refused(med1)


@pytest.mark.parametrize("place", ["trunk[@name='hq-first']", "pool", "target"])
@pytest.mark.parametrize("mode", ["soft", "strict"])
def test_no_limit_turns_it_away(sbc, med1, gw, plan, place, mode):
    """One call is as many as the plan lets; the ordinary one that comes then is refused, also when the other has come."""
    def edit(root):
        add(root, place, "limit", **{"max-calls": "1", "mode": mode})
        for target in ("gw1", "gw2"):
            find(root, f"target[@name='{target}']").remove(find(root, f"target[@name='{target}']/route"))
        for trunk in ("hq-first", "hq-shared"):
            find(root, f"trunk[@name='{trunk}']").remove(find(root, f"trunk[@name='{trunk}']/route[2]"))

    plan(edit)
    calls = call_up(med1, gw)
    refused(med1)
    call = med1.invite(SOS)
    other = gw.answer_next()
    call.answered()
    other.expect("ACK")
    refused(med1)
    hang_up(call, other)
    hang_up(*calls)
    takes(med1, gw, number=NUMBER)


def test_who_drains_is_the_last(sbc, med1, gw, gw2):
    """gw1 would be the first. It is tried when gw2 has failed."""
    sbc.rpc("lync.drain", "target", "gw1")
    takes(med1, gw2)
    assert gw.leftovers() == []
    call = med1.invite(SOS)
    gw2.next_call().reject(503, "Not now")
    answered(call, gw)


def test_a_media_node_that_drains(sbc, med1, gw):
    """There is no other one."""
    sbc.rpc("lync.drain", "media", "1")
    refused(med1)
    takes(med1, gw)


# every target is tried -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("code", [302, 401, 404, 480, 486, 487, 488, 500, 503, 600, 603])
def test_whatever_the_first_says_the_next_is_tried(med1, gw, gw2, code):
    call = med1.invite(SOS)
    gw.next_call().reject(code, "Says the first")
    answered(call, gw2)


@pytest.mark.legs(allow="the tag in To is", why="two dialogs of one INVITE, as behind a proxy that forks")
def test_one_that_rang_and_then_refused(med1, gw, gw2):
    call = med1.invite(SOS)
    other = gw.next_call()
    other.ring()
    first = call.expect(180)
    other.reject(486, "Busy Here")
    other = gw2.next_call()
    other.ring()
    assert header_param(call.expect(180)["To"], "tag") != header_param(first["To"], "tag")
    other.reject(603, "Decline")
    call.expect(503)


def test_one_that_is_silent(installation, sbc, med1, gw2):
    """It is given its answer-limit, as by any other call."""
    host = installation.lab["gw"]
    with host.drop(f"ip daddr {host.address} udp dport 5060"):
        takes(med1, gw2)
    call = med1.invite(SOS)
    began = time.monotonic()
    other = gw2.next_call()
    assert 0.9 < time.monotonic() - began < 1.5
    other.reject(486, "Busy Here")
    call.expect(503)
    gw = installation.gateway("gw")
    refusal = med1.invite(SOS)
    gw.next_call().reject(486, "Busy Here")
    gw2.next_call().reject(404, "Not Found")
    refusal.expect(503)


@pytest.mark.parametrize("codes", [(404, 486), (503, 404), (401, 407), (500, 603)])
def test_when_all_fail_it_is_503(sbc, med1, gw, gw2, codes):
    """Whatever the last one said: Lync tries its next trunk. An ordinary call gets what the user said."""
    call = med1.invite(SOS)
    for callee, code in zip((gw, gw2), codes):
        callee.next_call().reject(code, "No")
    assert call.expect(503)["Reason"].startswith("Q.850;cause=41")
    call = med1.invite(NUMBER)
    gw.next_call().reject(486, "Busy Here")
    call.expect(486)
    assert len(told(sbc)) == 1


def test_rules_for_codes_do_not_change_that(med1, gw, gw2, plan):
    def edit(root):
        add(root, "", "codes", name="hide")
        add(root, "codes[@name='hide']", "rule", received="503", translated="404")
        find(root, "trunk[@name='hq-first']").set("codes", "hide")

    plan(edit)
    call = med1.invite(SOS)
    for callee in (gw, gw2):
        callee.next_call().reject(503, "Not now")
    call.expect(503)


def test_nobody_is_there(med1):
    med1.invite(SOS).expect(503)


def test_its_caller_may_give_up(med1, gw, gw2):
    call = med1.invite(SOS)
    gw.next_call().reject(486, "Busy Here")
    other = gw2.next_call()
    other.ring()
    call.expect(180)
    call.cancel()
    other.give_up()
    call.cancelled()


def test_an_offer_that_must_not_pass(med1):
    """It would be silent; 503 all the same."""
    med1.invite(SOS, wrap=lambda sdp: (re.sub(rb"a=crypto.*\r\n", b"", sdp), "application/sdp")).expect(503)


# the location ----------------------------------------------------------------------------------------------------------------
def assert_location(invite):
    (head, sdp), kept = parts_of(invite)
    assert kept == (LOCATION.replace("\n", "\r\n").encode(), PIDF)
    assert SDP.encode() in head and sdp.startswith(b"v=0\r\n") and b"198.51.100.1" in sdp
    for line in HEADERS.split("\r\n"):
        assert f"\r\n{line}\r\n".encode() in invite.raw, invite.text


@located
def test_the_location_arrives(med1, gw, gw2):
    """To the byte, with its headers; at the next target as at the first."""
    call = med1.invite("911", extra=HEADERS, wrap=with_location)
    first = gw.next_call()
    assert_location(first.invite)
    first.reject(503, "Not now")
    other = answered(call, gw2)
    assert_location(other.invite)
    assert secrets(gw2, ["med02", "MEDIATION"]) == []


def test_of_an_ordinary_call_nothing_passes(med1, gw):
    """Neither Geolocation nor a priority that is none."""
    _, other = takes(med1, gw, number=NUMBER, extra=f"{GEOLOCATION}\r\nPriority: non-urgent")
    for name in ("Geolocation", "Priority"):
        assert other.invite.get(name) is None


@located
def test_a_location_without_sdp(med1, gw):
    """The offer is in the 200, the answer in the ACK."""
    call = med1.invite(SOS, extra=HEADERS, offer=False, wrap=lambda _: (PIDF, "application/pidf+xml"))
    other = gw.next_call()
    assert other.invite.body == PIDF and other.invite["Content-Type"] == "application/pidf+xml"
    other.offer_in_answer()
    response = call.expect(200)
    call.request("ACK", call.answer_to(response), cseq=response.cseq[0])
    other.expect("ACK")
    assert [heard.verdict for heard in talk(call, other, seconds=0.4)] == ["ok", "ok"]
    hang_up(call, other)


@located
def test_within_the_call_too(med1, gw):
    """Lync moves, and says so in a re-INVITE. What it says without it is an ordinary one."""
    call = med1.invite(SOS, extra=HEADERS, wrap=with_location)
    other = gw.answer_next()
    call.answered()
    other.expect("ACK")
    for extra, wrap in ((HEADERS, with_location), ("", lambda sdp: (sdp, "application/sdp"))):
        body, content_type = wrap(call.offer())
        call.request("INVITE", body, extra, content_type=content_type)
        request = other.accept()
        if extra:
            assert_location(request)
        else:
            assert request["Content-Type"] == "application/sdp"
        call.answered()
        other.expect("ACK")
    hang_up(call, other)


@located
def test_a_gateway_that_knows_no_multipart(sbc, med1, gw, gw2):
    """It is asked once more, with the SDP alone. The next one gets the location again."""
    call = med1.invite(SOS, extra=HEADERS, wrap=with_location)
    first = gw.next_call()
    assert_location(first.invite)
    first.reject(415, "Unsupported Media Type")
    again = gw.next_call()
    assert again.invite["Content-Type"] == "application/sdp" and again.invite.body.startswith(b"v=0\r\n")
    assert again.invite.cseq[0] > first.invite.cseq[0] and again.invite.get("Geolocation")
    again.reject(415, "Unsupported Media Type")
    other = gw2.next_call()
    assert_location(other.invite)
    other.answer()
    call.answered()
    other.expect("ACK")
    assert [heard.verdict for heard in talk(call, other, seconds=0.4)] == ["ok", "ok"]
    hang_up(call, other)
    assert "gw1 refuses its location (415)" in sbc.log_since_judged()


def test_a_target_that_is_not_to_get_it(med1, gw, plan):
    """rules-off of the plan: a gateway that fails on such a body. The call is an emergency call all the same."""
    plan(lambda root: find(root, "target[@name='gw1']").set("rules-off", "emergency-body emergency-geolocation"))
    _, other = takes(med1, gw, extra=HEADERS, wrap=with_location)
    assert other.invite["Content-Type"] == "application/sdp"
    assert other.invite.get("Geolocation") is None and other.invite["Priority"] == "emergency"
