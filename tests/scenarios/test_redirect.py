# SPDX-License-Identifier: GPL-2.0-or-later
"""3xx of a target (RFC 3261 8.1.3.4): followed to another target of the plan, or refused. Nobody sees one as such.

gw1 follows, gw2 writes numbers without '+', follows, and is behind gw1 in hq-first; "far" is on
gw2's host, at another port over TCP, and has no route.
"""
import re

import pytest

from lab.installation import installed
from lab.paths import PLANS
from lab.plan import find
from lab.redirect import FAR, GW1, GW2, NUMBER, OTHER, add_far, assert_refused, far_of, redirect
from lab.talk import hang_up, hold, talk
from lab.watch import warm_up

def follow(root):
    for name in ("gw1", "gw2"):
        find(root, f"target[@name='{name}']").set("redirect", "follow")
    add_far(root)


@pytest.fixture(scope="module")
def shared_installation():
    with installed(example=PLANS / "good" / "two-of-each.xml", edit=follow, prepare=warm_up) as installation:
        yield installation


@pytest.fixture(autouse=True)
def nothing_left(sbc):
    yield
    assert sbc.media_ended()


@pytest.fixture
def gw2(installation):
    return installation.gateway("gw2")


@pytest.fixture
def far(installation):
    return far_of(installation)


def user(invite):
    return re.match(r"sip:([^@]*)@", invite.uri)[1]


def take_up(call, other):
    """The call goes on as any does."""
    other.answer()
    call.answered()
    other.expect("ACK")
    assert [heard.verdict for heard in talk(call, other, seconds=0.4)] == ["ok", "ok"]
    for holder, held in ((call, other), (other, call)):
        hold(holder, held)
        hold(holder, held, "sendrecv")
    hang_up(call, other)


# followed ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("code", [300, 302, 305])
def test_a_redirection_is_followed(med1, gw, far, code):
    """To a target that has no route of its own; who is called by To stays, the Request-URI names the other number."""
    call = med1.invite(NUMBER)
    redirect(gw.next_call(), f"<sip:{OTHER};ext=1@{FAR};x=y?Subject=z>", code=code)
    other = far.next_call()
    assert other.invite.uri == f"sip:{OTHER}@{FAR};user=phone;transport=tcp"
    assert NUMBER in other.invite["To"] and NUMBER not in other.invite.uri
    take_up(call, other)


def test_numbers_are_written_for_who_gets_the_call(med1, gw, gw2, far):
    """gw2 leaves the '+' out, in its Contacts too."""
    call = med1.invite(NUMBER)
    redirect(gw.next_call(), f"<sip:{OTHER}@{GW2}>")
    other = gw2.next_call()
    assert user(other.invite) == OTHER[1:]
    redirect(other, f"<sip:{OTHER[1:]}8@{FAR}>")
    other = far.next_call()
    assert user(other.invite) == OTHER + "8"
    take_up(call, other)


def test_the_best_contact_that_the_plan_knows(med1, gw, far):
    call = med1.invite(NUMBER)
    redirect(gw.next_call(), f"<sip:1@{GW2}>;q=0.2, <sip:2@192.0.2.99>;q=0.9", f"<sip:3@{FAR};transport=udp>;q=0.8",
             f"<sip:4@{FAR}>;q=0.7, <sip:5@{GW2}:5070>;q=0.75, <tel:{OTHER}>")
    other = far.next_call()
    assert user(other.invite) == "4"
    take_up(call, other)


def test_behind_a_redirection_the_routes_go_on(med1, gw, gw2, far):
    """With the number that the caller has called."""
    call = med1.invite(NUMBER)
    redirect(gw.next_call(), f"<sip:{OTHER}@{FAR}>")
    far.next_call().reject(503, "Not now")
    other = gw2.next_call()
    assert user(other.invite) == NUMBER[1:]
    take_up(call, other)


def test_a_call_may_come_back(med1, gw, far):
    """To who has redirected it, with another number; what follows has the numbers of this INVITE."""
    call = med1.invite(NUMBER)
    redirect(gw.next_call(), f"<sip:{OTHER}@{FAR}>")
    redirect(far.next_call(), f"<sip:{OTHER}@{GW1}>")
    other = gw.next_call()
    assert user(other.invite) == OTHER
    take_up(call, other)


def test_the_user_there_may_refuse(med1, gw, gw2, far):
    call = med1.invite(NUMBER)
    redirect(gw.next_call(), f"<sip:{OTHER}@{FAR}>")
    far.next_call().reject(486, "Busy Here")
    assert call.expect(486)["Reason"].startswith("Q.850;cause=17")
    gw2.inbox.expect_nothing(0.2)


# refused -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("contacts", [
    [], ["<sip:{0}@192.0.2.99>"], ["<sip:{0}@{gw1}:5070>"], ["<sip:{0}@{far};transport=tls>"], ["<sips:{0}@{far}>"],
    ["<sip:{0}@198.51.100.1>"], ["<sip:{0}@med01.contoso.example:5067;transport=tls>"], ["<sip:{far}>"],
    ["<sip:" + "9" * 64 + "@{far}>"], ["\"open <sip:{0}@{far}>"], ["<tel:{0}>"], ["*"],
])
def test_a_place_that_the_plan_does_not_know(sbc, med1, gw, gw2, contacts):
    """The next route, as after other failures; where there is none, 480."""
    call = med1.invite(NUMBER)
    contacts = [contact.format(OTHER, gw1=GW1, far=FAR) for contact in contacts]
    redirect(gw.next_call(), *contacts)
    redirect(gw2.next_call(), *contacts)
    assert_refused(call, sbc, "the redirection of gw1 is not followed: no Contact")


def test_a_drained_target_gets_no_call(sbc, med1, gw, gw2, far):
    sbc.rpc("lync.drain", "target", "far")
    try:
        call = med1.invite(NUMBER)
        redirect(gw.next_call(), f"<sip:{OTHER}@{FAR}>")
        gw2.next_call().reject(404, "Not Found")
        call.expect(404)
    finally:
        sbc.rpc("lync.ready", "target", "far")
    assert far.inbox.drain() == []


def test_three_redirections_are_enough(sbc, med1, gw, gw2, far):
    """Each to a number that was not called before."""
    call = med1.invite(NUMBER)
    first = gw.next_call()
    redirect(first, f"<sip:{OTHER}1@{FAR}>")
    redirect(far.next_call(), f"<sip:{OTHER}2@{GW1}>")
    second = gw.next_call()
    assert second.invite.cseq[0] > first.invite.cseq[0]  # else it may be taken for the same one (RFC 3261 8.2.2.2)
    redirect(second, f"<sip:{OTHER}3@{FAR}>")
    redirect(far.next_call(), f"<sip:{OTHER}4@{GW1}>")
    gw2.next_call().reject(404, "Not Found")
    assert_refused(call, sbc, "the redirection of far is not followed: it is the fourth", code=404)
    assert gw.inbox.drain() == []


@pytest.mark.parametrize("first", [f"<sip:{NUMBER}@{GW1}>", f"<sip:{OTHER}@{FAR}>"], ids=["to itself", "in a circle"])
def test_a_circle_is_left(sbc, med1, gw, gw2, far, first):
    call = med1.invite(NUMBER)
    redirect(gw.next_call(), first)
    by = "gw1"
    if OTHER in first:
        redirect(far.next_call(), f"<sip:{NUMBER}@{GW1}>")
        by = "far"
    gw2.next_call().reject(404, "Not Found")
    assert_refused(call, sbc, f"the redirection of {by} is not followed: no Contact", code=404)
    assert gw.inbox.drain() == far.inbox.drain() == []


def test_the_caller_has_gone_meanwhile(med1, gw, far):
    """The redirection crosses the CANCEL: nobody is called any more."""
    call = med1.invite(NUMBER)
    other = gw.next_call()
    other.ring()
    call.expect(180)
    call.cancel()
    cancel = other.expect("CANCEL")
    other.respond(cancel, 200, "OK")
    redirect(other, f"<sip:{OTHER}@{FAR}>")
    assert {call.expect(200, 480).code for _ in range(2)} == {200, 480}
    far.inbox.expect_nothing(0.2)


def test_a_redirection_of_lync_is_refused(sbc, installation, med1, gw):
    """Whatever its Contact names; the next server is asked."""
    med2 = installation.mediation("med2")
    call = gw.invite(NUMBER)
    for server in (med1, med2):
        redirect(server.next_call(), f"<sip:{OTHER}@{GW1}>", "<sip:med02.contoso.example:5067;transport=tls>")
    assert_refused(call, sbc, "")
    assert gw.inbox.drain() == []
