# SPDX-License-Identifier: GPL-2.0-or-later
"""Who calls whom, as each side is told: number rules, RemovePlusFromUri, identities, withheld numbers, forwarded calls.

Both ends are real; the plan is changed by reload.
"""
import re
from xml.etree import ElementTree

import pytest

from lab.plan import NAMESPACE, find
from lab.reload import changeable, reloadable
from lab.talk import call_up, hang_up, hold, talk

ADA, LAURA = "+498912345678", "+4930654321"  # at Lync, at the gateway
CALLED = "+4930123456"
OWN = {"own-numbers": r"^\+4989123\d+$", "fallback-number": "+498912300"}
FORWARDED = ("HISTORY-INFO: <sip:+498912345678@contoso.example;user=phone>;index=1;ms-retarget-reason=forwarding\r\n"
             "HISTORY-INFO: <sip:+4930123456@contoso.example;user=phone>;index=1.1")


@pytest.fixture(scope="module")
def shared_installation():
    with reloadable() as installation:
        yield installation


@pytest.fixture
def plan(sbc):
    """plan(trunk={…}, target={…}, rules=[…]): these attributes are in force, and these rules of the owner named."""
    with changeable(sbc) as change:
        def edit(trunk=None, target=None, rules=(), owner="trunk"):
            def edits(root):
                for path, attributes in (("trunk", trunk), ("target", target)):
                    for name, value in (attributes or {}).items():
                        find(root, path).set(name, value)
                if rules:
                    find(root, owner).set("numbers", "rules")
                    numbers = ElementTree.SubElement(root, f"{{{NAMESPACE}}}numbers", {"name": "rules"})
                    for number, rule in enumerate(rules):
                        ElementTree.SubElement(numbers, f"{{{NAMESPACE}}}rule", {"name": str(number)} | rule)
            change(edits)
            sbc.rpc("lync.reload")
        yield edit


def user(value):
    return re.search(r"(?:sip|tel):([^@;>]*)", value)[1]


def told(caller, callee, number=CALLED, extra="", **who):
    """One call, refused. Returns the INVITE that came."""
    call = caller.invite(number, extra=extra, **who)
    other = callee.next_call()
    other.reject(486, "Busy Here")
    call.expect(486)
    return other.invite


# numbers ---------------------------------------------------------------------------------------------------------------
def test_rule_lists_of_the_trunk(med1, gw, plan):
    """OutboundTranslationRulesList and OutboundCallingNumberTranslationRulesList, where the SBC is to do it; and back."""
    plan(rules=[{"on": "called", "pattern": r"^\+49(\d+)$", "translation": "0$1"},
                {"on": "calling", "pattern": r"^\+498912345(\d{3})$", "translation": "089123450"},
                {"on": "called", "direction": "to-lync", "pattern": r"^0(\d+)$", "translation": "+49$1"},
                {"on": "calling", "direction": "to-lync", "pattern": r"^(\d{3})$", "translation": "+4930555$1"}])
    invite = told(med1, gw)
    assert [user(v) for v in (invite.uri, invite["To"], invite["From"])] == ["030123456", "030123456", "089123450"]
    invite = told(gw, med1, "08912300", user="777")
    assert [user(v) for v in (invite.uri, invite["To"], invite["From"])] == ["+498912300", "+498912300", "+4930555777"]
    assert ";user=phone" in invite.uri and ";user=phone" in invite["From"]


def test_both_sides_have_rules_and_the_dialog_keeps_its_numbers(med1, gw, plan):
    plan(rules=[{"on": "called", "pattern": r"^\+4930(\d+)$", "translation": "0030$1"}], owner="target",
         trunk={"RemovePlusFromUri": "true"}, target={"e164": "without-plus"})
    call, other = call_up(med1, gw, "4930123456", user="498912345678")
    assert user(other.invite.uri) == user(other.invite["To"]) == "0030123456"
    assert user(other.invite["From"]) == "498912345678"
    again = hold(call, other)
    assert [user(again[name]) for name in ("From", "To")] == ["498912345678", "0030123456"]
    hold(call, other, "sendrecv")
    at_lync, at_gateway = talk(call, other)
    assert (at_lync.verdict, at_gateway.verdict) == ("ok", "ok")
    request = hold(other, call)
    assert [user(request[name]) for name in ("From", "To")] == ["4930123456", "498912345678"]
    hang_up(other, call)


@pytest.mark.parametrize("removes", ["true", "false"])
def test_RemovePlusFromUri(med1, gw, plan, removes):  # pylint: disable=invalid-name
    """True: Lync leaves the '+' out, so it is put back; routes are chosen with it. False: such a number is national."""
    plan(trunk={"RemovePlusFromUri": removes}, target={})
    plus = "+" if removes == "true" else ""
    invite = told(med1, gw, "4930123456", user="498912345678")
    assert [user(v) for v in (invite.uri, invite["To"], invite["From"])] == [
        f"{plus}4930123456", f"{plus}4930123456", f"{plus}498912345678"]


def test_a_route_sees_the_number_behind_the_rules(med1, gw, plan, sbc):
    plan(rules=[{"on": "called", "pattern": r"^9(\d+)$", "translation": "+$1"}])
    with changeable(sbc) as change:
        change(lambda root: find(root, "trunk/route").set("match", r"^\+4930"))
        sbc.rpc("lync.reload")
        assert user(told(med1, gw, "94930123456").uri) == "+4930123456"
        med1.invite("94089123456").expect(503)
        assert gw.leftovers() == []


# who calls -------------------------------------------------------------------------------------------------------------
PAI = f'P-ASSERTED-IDENTITY: "Ada" <sip:{ADA};ext=678@contoso.example;user=phone>'


@pytest.mark.parametrize("identity, header", [
    ("as-sent", "P-Asserted-Identity"), ("pai", "P-Asserted-Identity"), ("ppi", "P-Preferred-Identity"),
    ("rpid", "Remote-Party-ID"), ("none", None)])
def test_the_target_gets_its_header(med1, gw, plan, identity, header):
    plan(target={"identity": identity})
    for extra in (PAI, ""):
        invite = told(med1, gw, extra=extra)
        names = [name for name in ("P-Asserted-Identity", "P-Preferred-Identity", "Remote-Party-ID") if invite.get(name)]
        assert names == ([header] if header and (extra or identity != "as-sent") else [])
        assert not names or f"<sip:{ADA}@198.51.100.1;user=phone>" in invite[names[0]]


@pytest.mark.parametrize("forwards", ["True", "False"])
def test_ForwardPAI(med1, gw, plan, forwards):  # pylint: disable=invalid-name
    """What the gateway asserts goes to Lync only where Lync looks at it; whatever header it came in."""
    plan(trunk={"ForwardPAI": forwards})
    for header in ("P-Asserted-Identity", "P-Preferred-Identity", "Remote-Party-ID"):
        invite = told(gw, med1, extra=f"{header}: <tel:+4930777>")
        expected = "<sip:+4930777@sbc1.example.net;user=phone>" if forwards == "True" else None
        assert invite.get("P-Asserted-Identity") == expected
        assert invite.get("P-Preferred-Identity") is None and invite.get("Remote-Party-ID") is None
    plan(trunk={"ForwardPAI": forwards}, target={"trust-identity": "false"})
    assert told(gw, med1, extra="P-Asserted-Identity: <tel:+4930777>").get("P-Asserted-Identity") is None


def answered_as(caller, callee, extra):
    """The 200 of a call whose callee says who it is."""
    call = caller.invite(CALLED)
    other = callee.next_call()
    other.answer(extra=extra)
    ok = call.answered()
    other.expect("ACK")
    hang_up(call, other)
    return ok


@pytest.mark.parametrize("accepts", ["true", "false"])
def test_AcceptGatewayPAIForOutboundCalls(med1, gw, plan, accepts):  # pylint: disable=invalid-name
    plan(trunk={"AcceptGatewayPAIForOutboundCalls": accepts})
    ok = answered_as(med1, gw, "P-Asserted-Identity: <sip:+4930999@198.51.100.10>")
    expected = "<sip:+4930999@sbc1.example.net;user=phone>" if accepts == "true" else None
    assert ok.get("P-Asserted-Identity") == expected


# who does not want to be known -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", [{"user": "ada", "display": ""}, {"user": "anonymous"}, {"extra": "Privacy: id"}],
                         ids=["alias", "anonymous", "privacy"])
def test_a_user_of_lync_withholds_the_number(med1, gw, plan, who):
    plan(target=OWN)
    call, other = call_up(med1, gw, **who)
    invite = other.invite
    assert '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=' in invite["From"] and invite.all("Privacy") == ["id"]
    known = ADA if "extra" in who else OWN["fallback-number"]
    assert user(invite["P-Asserted-Identity"]) == known
    assert "sip:anonymous@anonymous.invalid" in hold(call, other)["From"]
    hang_up(other, call)


@pytest.mark.parametrize("forwards", ["true", "false"])
@pytest.mark.parametrize("withheld", ["from", "privacy", "rpid"])
def test_a_caller_of_the_gateway_withholds_the_number(med1, gw, plan, withheld, forwards):
    plan(trunk={"ForwardPAI": forwards})
    extra = {"from": f"P-Asserted-Identity: <sip:{LAURA}@198.51.100.10>\r\nPrivacy: id", "privacy": "Privacy: user; id",
             "rpid": f"Remote-Party-ID: <sip:{LAURA}@198.51.100.10>;party=calling;privacy=full"}[withheld]
    who = {"user": "anonymous"} if withheld == "from" else {}
    invite = told(gw, med1, extra=extra, **who)
    assert '"Anonymous" <sip:anonymous@sbc1.example.net;user=phone>;tag=' in invite["From"]
    assert len(invite.all("Privacy")) == 1
    shown = LAURA in invite.text
    assert shown == (forwards == "true" and withheld != "privacy")
    assert not shown or user(invite["P-Asserted-Identity"]) == LAURA


# callers that the provider does not know -------------------------------------------------------------------------------
def test_the_fallback_number(med1, gw, plan):
    plan(target=OWN | {"identity": "pai"})
    invite = told(med1, gw)
    assert user(invite["From"]) == user(invite["P-Asserted-Identity"]) == ADA
    invite = told(med1, gw, user="+33140000001", display='"Zoe" ')
    assert user(invite["From"]) == user(invite["P-Asserted-Identity"]) == OWN["fallback-number"]
    plan(target=OWN | {"identity": "pai", "rules-off": "from-fallback"})
    invite = told(med1, gw, user="+33140000001", display='"Zoe" ')
    assert [user(invite[name]) for name in ("From", "P-Asserted-Identity")] == ["+33140000001", "+498912300"]


# forwarded calls -------------------------------------------------------------------------------------------------------
def test_a_call_forwarded_by_lync(med1, gw, plan):
    call, other = call_up(med1, gw, extra=FORWARDED, user="+33140000001")
    assert other.invite.all("Diversion") == [f"<sip:{ADA}@198.51.100.1;user=phone>;reason=unconditional"]
    assert other.invite.get("History-Info") is None
    hang_up(call, other)
    plan(target={"history": "history-info"})
    assert told(med1, gw, extra=FORWARDED)["History-Info"] == (
        f"<sip:{ADA}@198.51.100.1;user=phone>;index=1, "
        f"<sip:{CALLED}@198.51.100.10;user=phone;cause=302>;index=1.1;mp=1")
    plan(target={"history": "none"})
    invite = told(med1, gw, extra=FORWARDED)
    assert invite.get("History-Info") is None and invite.get("Diversion") is None


@pytest.mark.parametrize("forwards", ["true", "false"])
def test_ForwardCallHistory(med1, gw, plan, forwards):  # pylint: disable=invalid-name
    plan(trunk={"ForwardCallHistory": forwards},
         rules=[{"on": "redirecting", "direction": "to-lync", "pattern": r"^0(\d+)$", "translation": "+49$1"}])
    invite = told(gw, med1, "+498912300", extra="Diversion: <sip:030555@198.51.100.10>;reason=no-answer")
    assert invite.get("Diversion") is None
    expected = ("<sip:+4930555@sbc1.example.net;user=phone>;index=1, "
                "<sip:+498912300@medpool.contoso.example;user=phone;cause=408>;index=1.1;mp=1")
    assert invite.get("History-Info") == (expected if forwards == "true" else None)
