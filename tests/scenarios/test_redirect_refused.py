# SPDX-License-Identifier: GPL-2.0-or-later
"""3xx of a target where the plan refuses it, where it comes too late, and where its call began with another Kamailio."""
import time
from xml.etree import ElementTree

from lab.paths import PLANS
from lab.plan import NAMESPACE, find
from lab.redirect import FAR, NUMBER, OTHER, add_far, assert_refused, far_of, redirect
from lab.takeover import Restart
from lab.watch import warm_up

TWO_OF_EACH = PLANS / "good" / "two-of-each.xml"


def refuse_by_default(root):
    """gw1 is not followed, hq-first has a code for that, and no other target."""
    codes = ElementTree.SubElement(root, f"{{{NAMESPACE}}}codes", name="moved")
    ElementTree.SubElement(codes, f"{{{NAMESPACE}}}rule", received="302", translated="503")
    trunk = find(root, "trunk[@name='hq-first']")
    trunk.set("codes", "moved")
    trunk.remove(trunk[1])
    add_far(root)


def test_a_target_that_is_not_followed(new_installation):
    """The plan has a code for 302, and none for 301."""
    installation = new_installation(example=TWO_OF_EACH, edit=refuse_by_default, prepare=warm_up)
    med1, gw, far = installation.mediation("med1"), installation.gateway("gw"), far_of(installation)
    for code, becomes in ((302, 503), (301, 480)):
        call = med1.invite(NUMBER)
        redirect(gw.next_call(), f"<sip:{OTHER}@{FAR}>", code=code, extra="Reason: Q.850;cause=23")
        answer = call.expect(*range(300, 700))
        assert answer.code == becomes and answer["Reason"].startswith("Q.850;cause=23") and not answer.get("Contact")
    assert far.inbox.drain() == []
    assert "failed: 2" in installation.sbc.rpc("lync.peer", "gw1")


def follow_in_time(root):
    find(root, "target[@name='gw1']").set("redirect", "follow")
    add_far(root)
    find(root, "trunk[@name='hq-first']").set("hunt-time", "2s")


def test_a_redirection_that_comes_too_late(new_installation):
    """After hunt-time nobody else is called."""
    installation = new_installation(example=TWO_OF_EACH, edit=follow_in_time, prepare=warm_up)
    med1, gw, far = installation.mediation("med1"), installation.gateway("gw"), far_of(installation)
    call = med1.invite(NUMBER)
    other = gw.next_call()
    time.sleep(1.2)
    redirect(other, f"<sip:{OTHER}@{FAR}>")
    assert_refused(call, installation.sbc, "nobody else is tried")
    assert far.inbox.drain() == []


def test_a_redirection_that_another_kamailio_sees(new_installation):
    """It has no transaction, and nobody to send the call to: the caller is told that this failed, not where to go."""
    installation = new_installation(example=TWO_OF_EACH, prepare=warm_up)
    med1, gw = installation.mediation("med1"), installation.gateway("gw")
    for caller, callee in ((med1, gw), (gw, med1)):
        call = caller.invite(NUMBER)
        other = callee.next_call()
        change = Restart(installation)
        change.down()
        change.up()
        other.respond(other.invite, 302, "Elsewhere", extra=f"Contact: <sip:{OTHER}@{FAR}>")
        answer = call.expect(480)
        assert answer.start == "SIP/2.0 480 Temporarily Unavailable" and answer.get("Contact") is None
