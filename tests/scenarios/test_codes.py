# SPDX-License-Identifier: GPL-2.0-or-later
"""The code with which a refused call ends at its caller: by the Q.850 cause, by the plan's rules, after several tries."""
import re
from xml.etree import ElementTree

import pytest

from lab.installation import installed
from lab.paths import PLANS
from lab.plan import NAMESPACE, find
from lab.sip import header_param
from lab.watch import warm_up

NUMBER = "+4930123456"
# The target's rules are asked before the trunk's in a call from Lync, and behind them in a call to Lync.
RULES = {
    "target": [{"received": "486", "cause": "34", "translated": "503"}, {"received": "404", "translated": "480"},
               {"received": "480", "translated": "486", "direction": "to-lync"}],
    "trunk": [{"received": "404", "translated": "604"}, {"received": "403", "translated": "606"},
              {"received": "408", "translated": "404"}, {"received": "503", "translated": "500"},
              {"received": "480", "translated": "484", "direction": "to-lync"}],
}
RINGING = 1.5  # seconds
LEAKS = ("ms-diagnostics", "Warning", "Server", "Retry-After", "User-Agent", "Contact", "X-Inside", "Error-Info")
LEAKY = "\r\n".join(("ms-diagnostics: 10003;source=\"med01.contoso.example\"", "Warning: 399 inside \"why\"",
                     "Retry-After: 60", "X-Inside: 10.0.0.1", "Error-Info: <sip:busy@10.0.0.1>"))


def add_rules(root):
    """gw1 and hq-first get rules; gw2 has none."""
    for owner, rules in RULES.items():
        codes = ElementTree.SubElement(root, f"{{{NAMESPACE}}}codes", name=f"of-{owner}")
        for rule in rules:
            ElementTree.SubElement(codes, f"{{{NAMESPACE}}}rule", rule)
        find(root, owner).set("codes", f"of-{owner}")


@pytest.fixture(scope="module")
def shared_installation():
    with installed(example=PLANS / "good" / "two-of-each.xml", edit=add_rules, prepare=warm_up,
                   defines=[f"RINGING_MS={RINGING * 1000:.0f}"]) as installation:
        yield installation


@pytest.fixture(autouse=True)
def nothing_left(sbc):
    yield
    assert sbc.media_ended()


def refused(caller, *tries, number=NUMBER):
    """A call that each callee refuses in turn: (callee, code, header lines). Returns the answer, once it is checked."""
    call = caller.invite(number)
    for callee, code, extra in tries:
        callee.next_call().reject(code, "As It Likes", extra)
    return final(call)


def final(call):
    """The final refusal that comes, with what must hold of each."""
    answer = call.expect(*range(300, 700))
    leaked = [name for name in LEAKS if answer.get(name)]
    assert not leaked, f"{leaked} in:\n{answer.text}"
    return answer


def q850(cause, text=None):
    return f"Reason: Q.850;cause={cause}" + (f';text="{text}"' if text else "")


def said(answer):
    """(code, cause) of an answer; it has at most one Reason, and that is well-formed."""
    reasons = answer.all("Reason")
    if not reasons:
        return answer.code, None
    match = re.fullmatch(r'Q\.850;cause=(\d+)(;text="[^"]*")?', *reasons)
    return answer.code, int(match[1])


# to Lync: what the gateway means by its cause --------------------------------------------------------------------------
@pytest.mark.parametrize("code, cause, becomes", [
    (500, 1, 404), (480, 17, 486), (486, 21, 603), (403, 28, 484), (480, 34, 503), (404, 27, 480), (480, 88, 488),
    (486, 16, 486), (480, 99, 480),
])
def test_a_cause_has_its_code(installation, med1, code, cause, becomes):
    """hq-tcp and gw2 have no rules."""
    tcp = installation.mediation("med2", outbound="sip:sbc1.example.net:5068;transport=tcp", transport="TCP", tls=None,
                                 srtp=False, port=5068)
    answer = refused(tcp, (installation.gateway("gw2"), code, q850(cause)))
    assert said(answer) == (becomes, cause)


def test_reason_phrase_and_text(installation, med1, gw):
    answer = refused(med1, (gw, 480, q850(17, "besetzt, leider")))
    assert answer.start == "SIP/2.0 486 Busy Here" and answer["Reason"] == 'Q.850;cause=17;text="besetzt, leider"'
    answer = refused(med1, (gw, 480, q850(17)))
    assert answer["Reason"] == 'Q.850;cause=17;text="user busy"'


@pytest.mark.parametrize("reason", [
    "", "Reason: Q.850", "Reason: Q.850;cause=0", "Reason: ;;;,,\"", "Reason: SIP;cause=480",
    "Reason: Q.850;cause=4711;text=\"x\"",
])
def test_without_a_cause_the_code_says_it(med1, gw, reason):
    answer = refused(med1, (gw, 488, reason))
    assert said(answer) == (488, 88)


@pytest.mark.parametrize("reason", [
    "Reason: SIP;cause=480;text=\"a, b\", Q.850;cause=17", "reason: SIP;cause=480\r\nREASON : q.850 ; Cause = 17",
])
def test_a_cause_among_others(med1, gw, reason):
    assert said(refused(med1, (gw, 480, reason))) == (486, 17)


def test_nothing_of_the_sender_but_its_reason(med1, gw, installation):
    for code in (486, 603, 404):
        refused(med1, (gw, code, LEAKY))
    answer = refused(med1, (gw, 503, LEAKY), (installation.gateway("gw2"), 503, LEAKY))
    assert said(answer) == (500, 41)  # by the trunk's rule


# to a gateway: as Lync means it -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("code, reason, cause", [
    (486, "", 17), (404, q850(17), 17), (603, "", 21), (486, LEAKY, 17), (499, "", None),
])
def test_an_answer_of_lync_keeps_its_code(installation, med1, code, reason, cause):
    gw2 = installation.gateway("gw2")
    assert said(refused(gw2, (med1, code, reason))) == (code, cause)


# the plan's rules ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("code, reason, becomes", [
    (486, q850(34), 503), (486, "", 486), (404, "", 480), (403, "", 606), (404, q850(17), 480),
])
def test_rules_from_lync(med1, gw, code, reason, becomes):
    """The target's, then the trunk's, then the cause."""
    assert refused(med1, (gw, code, reason)).code == becomes


def test_rules_of_the_trunk_alone(installation, med1, gw):
    """gw2, the second in turn, has none."""
    gw2 = installation.gateway("gw2")
    assert refused(med1, (gw, 503, ""), (gw2, 404, "")).code == 604


def test_rules_to_lync(installation, med1, gw):
    """The trunk's, then the target's: 480 is 484 for both gateways, and nothing else changes."""
    gw2 = installation.gateway("gw2")
    for caller in (gw, gw2):
        assert said(refused(caller, (med1, 480, ""))) == (484, 28)
    assert refused(gw, (med1, 404, "")).code == 404


@pytest.mark.parametrize("code", [401, 407, 420, 491])
def test_what_sip_works_with_stays(med1, gw, code):
    call = med1.invite(NUMBER)
    gw.next_call().reject(code, "As It Is", q850(17) + "\r\nProxy-Authenticate: Digest realm=\"gw\", nonce=\"1\"")
    answer = call.expect(code)
    assert answer.get("Proxy-Authenticate") and answer["Reason"] == "Q.850;cause=17"


# several tries ------------------------------------------------------------------------------------------------------------
def test_the_last_answer_counts(installation, med1, gw):
    gw2 = installation.gateway("gw2")
    assert said(refused(med1, (gw, 503, q850(41)), (gw2, 486, ""))) == (486, 17)
    assert said(refused(med1, (gw, 500, q850(1)), (gw2, 500, q850(38)))) == (503, 38)
    assert said(refused(med1, (gw, 503, q850(38)), (gw2, 504, ""))) == (504, 102)


def test_a_rule_is_for_what_has_come_not_for_the_next_try(installation, med1, gw):
    """503 of both: the second is asked although a rule makes 500 of 503."""
    gw2 = installation.gateway("gw2")
    assert refused(med1, (gw, 503, ""), (gw2, 503, "")).code == 500


@pytest.mark.parametrize("first", ["answers", "is silent"])
def test_silence_is_503_whatever_the_rules_say(installation, med1, first):
    """408 -> 404 is for gateways that say so; our own patience is not theirs, and Lync must go on looking."""
    gw = installation.gateway("gw") if first == "answers" else None
    call = med1.invite(NUMBER)
    if gw:
        gw.next_call().reject(500, "First", q850(1))
    assert said(final(call)) == (503, 41)


def test_a_gateway_that_says_408(installation, med1, gw):
    """By the trunk's rule, which ends Lync's search."""
    gw2 = installation.gateway("gw2")
    assert refused(med1, (gw, 408, ""), (gw2, 408, "")).code == 404


@pytest.mark.parametrize("to_lync", [False, True])
def test_nobody_takes_up_the_telephone(installation, med1, gw, to_lync):
    """It has rung for as long as it may: no other try, and the code of "no answer"; from Lync by the trunk's rule."""
    second = installation.mediation("med2") if to_lync else installation.gateway("gw2")
    caller, callee = (gw, med1) if to_lync else (med1, gw)
    call = caller.invite(NUMBER)
    other = callee.next_call()
    other.ring()
    call.expect(180)
    assert said(final(call)) == ((408, 19) if to_lync else (404, 19))
    other.give_up()
    second.inbox.expect_nothing(0.2)


# the caller gives up --------------------------------------------------------------------------------------------------------
def test_a_cancelled_call_ends_with_487(med1, gw):
    call = med1.invite(NUMBER)
    other = gw.next_call()
    other.ring()
    call.expect(180)
    call.cancel("Reason: SIP;cause=200;text=\"Call completed elsewhere\"")
    assert other.give_up()["Reason"] == 'SIP;cause=200;text="Call completed elsewhere"'
    call.cancelled()


def test_the_user_refuses_while_the_caller_gives_up(med1, gw):
    """486 crosses the CANCEL."""
    call = med1.invite(NUMBER)
    other = gw.next_call()
    other.ring()
    call.expect(180)
    call.cancel()
    cancel = other.expect("CANCEL")
    other.respond(cancel, 200, "OK")
    other.reject(480, "Not now", q850(17))
    call.expect(200)
    assert said(call.expect(486, 487)) == (486, 17)


def test_a_gateway_that_does_not_answer_the_cancel(med1, gw):
    """487 comes from the SBC itself then; that its tag is the 180's is asked after every scenario."""
    call = med1.invite(NUMBER)
    other = gw.next_call()
    other.ring()
    call.expect(180)
    call.cancel()
    other.expect("CANCEL")
    call.cancelled()


# the tag in To ------------------------------------------------------------------------------------------------------------
def test_the_tag_of_a_refusal_is_what_ringing_would_have_shown(med1, gw):
    """Where its answers are one dialog: the caller offers no 100rel."""
    call = gw.invite("+498912345678")
    med1.next_call().reject(486, "As It Likes")
    busy = final(call)
    med1.calls.clear()
    call.request("INVITE", call.offer())
    other = med1.next_call()
    other.ring()
    assert header_param(call.expect(180)["To"], "tag") == header_param(busy["To"], "tag")
    other.reject(486, "As It Likes")
    final(call)
