# SPDX-License-Identifier: GPL-2.0-or-later
"""Session timers (RFC 4028): the SBC asks for them, the ends refresh, and a call that nobody refreshes is ended."""
import copy
import time

import pytest

from lab.installation import installed
from lab.plan import NAMESPACE, find
from lab.sbc import LAB_SETTINGS
from lab.talk import call_up, hang_up, hold, talk
from lab.watch import warm_up

NUMBER = "+4930123456"
PEERS = {"med1": "med01.contoso.example", "gw": "gw1"}  # as the plan calls them
KNOWS = "Supported: timer"
# what is asked of each side: of the target, and of the trunk
ASKED = {"gw": "1200", "med1": "1800"}
# our port and the servers' -> the attributes of one more trunk; a called number that begins with the port goes to it
TRUNKS = {5167: {"session-timer": "0"}, 5267: {"EnableSessionTimer": "true"}, 5367: {"EnableSessionTimer": "false"}}


def edit(root):
    find(root, "target").set("session-timer", ASKED["gw"])
    for port, attributes in TRUNKS.items():
        listen, route, trunk = (copy.deepcopy(find(root, path)) for path in ("node/listen", "target/route", "trunk"))
        listen.set("port", str(port))
        trunk.attrib.update({"name": f"trunk-{port}", "port": str(port), "mediation-port": str(port), **attributes})
        route.attrib.update({"trunk": f"trunk-{port}", "match": rf"^\+{port}", "tier": "1"})
        find(root, "node").append(listen)
        find(root, "target").append(route)
        root.append(trunk)
    for route in find(root, "target").iter(f"{{{NAMESPACE}}}route"):
        if "match" not in route.attrib or not route.get("match").startswith(r"^\+5"):
            route.set("tier", "2")


@pytest.fixture(scope="module")
def shared_installation():
    with installed(edit=edit, prepare=warm_up) as installation:
        yield installation


@pytest.fixture(params=["lync to gateway", "gateway to lync"])
def ends(request, med1, gw):
    return (med1, gw) if request.param.startswith("lync") else (gw, med1)


def lines(*texts):
    return "\r\n".join(texts)


def timer_of(message):
    """(Session-Expires, Min-SE, whether Require has timer)."""
    assert len(message.all("Session-Expires")) < 2 and len(message.all("Min-SE")) < 2
    return message.get("Session-Expires"), message.get("Min-SE"), "timer" in message.list("Require")


NONE = (None, None, False)


def begin(ends, *extra, number=NUMBER):
    """A call on its way, with these header lines: (the caller's, the callee's)."""
    caller, callee = ends
    call = caller.invite(number, extra=lines(*extra))
    return call, callee.next_call()


def finish(call, other, *extra):
    """The callee answers with these header lines. Returns the answer that the caller got."""
    other.answer(extra=lines(*extra))
    answer = call.answered()
    other.expect("ACK")
    return answer


# requests and answers ------------------------------------------------------------------------------------------------
def test_a_timer_is_asked_for(ends):
    """The caller knows nothing of timers, nor does the callee."""
    call, other = begin(ends)
    assert timer_of(other.invite) == (ASKED[ends[1].name], None, False)
    assert timer_of(finish(call, other)) == NONE
    hang_up(call, other)


def test_the_callee_refreshes_for_a_caller_without_timers(ends):
    call, other = begin(ends)
    answer = finish(call, other, "Session-Expires: 600;refresher=uas")
    assert timer_of(answer) == ("600;refresher=uas", None, False)
    hang_up(other, call)


def test_the_caller_refreshes_for_a_callee_without_timers(ends):
    call, other = begin(ends, KNOWS)
    asked = ASKED[ends[1].name]
    assert timer_of(finish(call, other)) == (f"{asked};refresher=uac", None, True)
    hang_up(call, other)


def test_a_timer_of_the_ends_passes(ends):
    call, other = begin(ends, KNOWS, "Session-Expires: 600;refresher=uas", "Min-SE: 120")
    assert timer_of(other.invite) == ("600;refresher=uas", "120", False)
    answer = finish(call, other, "Session-Expires: 600;refresher=uas", "Require: timer")
    assert timer_of(answer) == ("600;refresher=uas", None, True)
    hang_up(call, other)


@pytest.mark.parametrize("asked, passed", [("30", "90"), ("90000", "86400")])
def test_an_interval_that_nobody_can_mean_is_changed(ends, asked, passed):
    call, other = begin(ends, KNOWS, f"x: {asked};refresher=uac")
    assert other.invite.get("x", other.invite.get("Session-Expires")) == f"{passed};refresher=uac"
    finish(call, other)
    hang_up(call, other)


def test_the_plan_may_ask_for_none(installation, gw):
    """A timer of the ends passes all the same."""
    med1 = installation.mediation("med1", port=5167, outbound="sip:sbc1.example.net:5167")
    call, other = begin((gw, med1), KNOWS, number="+51671")
    assert timer_of(other.invite) == NONE
    assert timer_of(finish(call, other)) == NONE
    hang_up(call, other)
    call, other = begin((gw, med1), KNOWS, "Session-Expires: 600", number="+51671")
    assert timer_of(other.invite) == ("600", None, False)
    assert timer_of(finish(call, other, "Session-Expires: 600;refresher=uas")) == ("600;refresher=uas", None, False)
    hang_up(call, other)


@pytest.mark.parametrize("port", [5267, 5367])
def test_enable_session_timer(installation, gw, port):
    """True: Lync asks for timers of its own. The SBC does the same for both: what Lync says passes, else it asks."""
    med1 = installation.mediation("med1", port=port, outbound=f"sip:sbc1.example.net:{port}")
    own = (KNOWS, "Session-Expires: 1800", "Min-SE: 90") if TRUNKS[port]["EnableSessionTimer"] == "true" else ()
    call, other = begin((med1, gw), *own)
    assert timer_of(other.invite) == (("1800", "90", False) if own else (ASKED["gw"], None, False))
    answer = finish(call, other)
    assert timer_of(answer) == (("1800;refresher=uac", None, True) if own else NONE)
    hang_up(other, call)
    call, other = begin((gw, med1), number=f"+{port}1")
    assert timer_of(other.invite) == ("1800", None, False)
    finish(call, other)
    hang_up(call, other)


# in the call ---------------------------------------------------------------------------------------------------------
def refresh(one, other, method, request=("Session-Expires: 1200;refresher=uac", KNOWS),
            answer=("Session-Expires: 1200;refresher=uac", "Require: timer")):
    """One end refreshes, the other agrees. Returns (the request as it came, the answer as it came)."""
    if method == "INVITE":
        one.reinvite(extra=lines(*request))
    else:
        one.request("UPDATE", extra=lines(*request))
    got = other.expect(method)
    other.respond(got, 200, "OK", other.answer_to(got) if method == "INVITE" else b"", extra=lines(*answer))
    if method == "UPDATE":
        return got, one.expect(200)
    answered = one.answered()
    other.expect("ACK")
    return got, answered


@pytest.mark.parametrize("method", ["INVITE", "UPDATE"])
def test_refreshes_pass(ends, method):
    call, other = begin(ends, KNOWS, "Session-Expires: 1200")
    finish(call, other, "Session-Expires: 1200;refresher=uac", "Require: timer")
    for one, two in ((call, other), (other, call), (call, other)):
        got, answered = refresh(one, two, method)
        assert timer_of(got) == ("1200;refresher=uac", None, False)
        assert timer_of(answered) == ("1200;refresher=uac", None, True)
    hang_up(call, other)


def test_a_reinvite_without_timers_asks_for_what_was_agreed(ends):
    """More than the plan's, for the callee wants it; so it is not refused for that."""
    call, other = begin(ends)
    other.reject(422, "Session Interval Too Small", extra="Min-SE: 3600")
    other = second_invite(ends[1], other)
    finish(call, other, "Session-Expires: 3600;refresher=uas")
    assert timer_of(hold(call, other)) == ("3600", None, False)
    hang_up(call, other)


# 422 -----------------------------------------------------------------------------------------------------------------
def second_invite(callee, refused):
    """The INVITE that follows one that was refused, as a call of its own."""
    other = callee.next_call()
    assert other.call_id == refused.call_id
    assert other.invite.cseq[0] > refused.invite.cseq[0]
    return other


def counted(sbc, endpoint):
    """Calls to and from it: begun, answered, failed, refused."""
    name = PEERS[endpoint.name]
    return [sbc.rpc_value("lync.peer", key, name) for key in ("begun", "answered", "failed", "refused")]


def test_the_callee_wants_longer_sessions(sbc, ends):
    """It is asked once more, and all that follows has numbers that rise; then the call is like any other."""
    before = counted(sbc, ends[1])
    call, first = begin(ends)
    first.reject(422, "Session Interval Too Small", extra="Min-SE: 3600")
    other = second_invite(ends[1], first)
    assert timer_of(other.invite) == ("3600", "3600", False)
    finish(call, other, "Session-Expires: 3600;refresher=uas")
    assert [heard.verdict for heard in talk(call, other, seconds=0.5)] == ["ok", "ok"]
    for holder, held in ((call, other), (other, call)):
        hold(holder, held)
        hold(holder, held, "sendrecv")
    sbc.rpc("lync.reinvite", call.call_id, "pstn" if ends[1].name == "gw" else "lync")
    other.accept()
    other.expect("ACK")
    hang_up(other, call)
    assert [now - then for then, now in zip(before, counted(sbc, ends[1]))] == [1, 1, 0, 0]


def test_the_caller_gives_up_at_the_second_try(ends):
    call, first = begin(ends)
    first.reject(422, "Session Interval Too Small", extra="Min-SE: 3600")
    other = second_invite(ends[1], first)
    other.ring()
    call.expect(180)
    call.cancel()
    other.give_up()
    call.cancelled()


def test_it_is_tried_once(ends):
    call, other = begin(ends)
    other.reject(422, "Session Interval Too Small", extra="Min-SE: 3600")
    other = second_invite(ends[1], other)
    other.reject(422, "Session Interval Too Small", extra="Min-SE: 7200")
    call.expect(422)


def test_a_refusal_of_the_callers_own_timer_is_for_the_caller(ends):
    call, other = begin(ends, KNOWS, "Session-Expires: 600")
    other.reject(422, "Session Interval Too Small", extra="Min-SE: 3600")
    assert call.expect(422)["Min-SE"] == "3600"
    ends[1].inbox.expect_nothing(0.2)


# requests of our own -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("side", ["lync", "pstn"])
@pytest.mark.parametrize("refresher", ["uac", "uas"])
@pytest.mark.legs(allow="version in o= does not rise by one", why="it rises by more")
def test_our_own_reinvite_leaves_the_timer_as_it_is(sbc, ends, side, refresher):
    """Who refreshes goes on doing so, and has what is left of the session."""
    call, other = begin(ends, KNOWS, "Session-Expires: 1200")
    finish(call, other, f"Session-Expires: 1200;refresher={refresher}", "Require: timer")
    time.sleep(2.2)
    asked = next(end for end in (call, other) if (end.endpoint.name == "gw") == (side == "pstn"))
    sbc.rpc("lync.reinvite", call.call_id, side)
    request = asked.accept()
    asked.expect("ACK")
    interval, who = request["Session-Expires"].split(";")
    refreshes = asked is (call if refresher == "uac" else other)
    assert 1190 < int(interval) < 1199 and who == ("refresher=uas" if refreshes else "refresher=uac")
    assert "timer" in request.list("Supported")
    hang_up(call, other)


@pytest.mark.legs(allow="version in o= does not rise by one", why="it rises by more")
def test_our_own_reinvite_with_what_its_end_wants(sbc, ends):
    call, other = begin(ends, KNOWS, "Session-Expires: 1200")
    finish(call, other, "Session-Expires: 1200;refresher=uac", "Require: timer")
    sbc.rpc("lync.reinvite", call.call_id, "pstn")
    asked = next(end for end in (call, other) if end.endpoint.name == "gw")
    asked.respond(asked.expect("INVITE"), 422, "Session Interval Too Small", extra="Min-SE: 1201")
    asked.expect("ACK")
    request = asked.accept()
    asked.expect("ACK")
    assert timer_of(request)[:2] == (f"1201;refresher={'uas' if asked is call else 'uac'}", "1201")
    hang_up(call, other)


def test_our_own_reinvite_begins_no_timer(sbc, ends):
    call, other = call_up(*ends)
    sbc.rpc("lync.reinvite", call.call_id, "pstn")
    asked = next(end for end in (call, other) if end.endpoint.name == "gw")
    assert timer_of(asked.accept()) == NONE
    asked.expect("ACK")
    hang_up(call, other)


# the end -------------------------------------------------------------------------------------------------------------
def test_a_call_that_nobody_refreshes_is_ended(new_installation):
    """The shortest session there is, and a second: the one scenario of the suite that has to wait so long."""
    installation = new_installation(prepare=warm_up, settings=LAB_SETTINGS + ('modparam("lync", "session_timer_grace", 1)',))
    sbc, med1, gw = installation.sbc, installation.mediation("med1"), installation.gateway("gw")
    begun = time.monotonic()
    kept, lost = [], []
    for ends in ((med1, gw), (gw, med1)):
        for calls, keep in ((lost, None), (kept, "INVITE"), (kept, "UPDATE"), (kept, "no timer")):
            call, other = begin(ends, KNOWS, "Session-Expires: 90")
            finish(call, other, "Session-Expires: 90;refresher=uac", "Require: timer")
            calls.append((call, other, keep))
        call, other = call_up(*ends)  # there never was one
        kept.append((call, other, None))
    time.sleep(45)
    agreed = "Session-Expires: 90;refresher=uac"
    for call, other, how in kept:
        if how == "no timer":
            refresh(call, other, "INVITE", request=(), answer=())
        elif how:
            refresh(call, other, how, request=(agreed, KNOWS), answer=(agreed, "Require: timer"))
    time.sleep(max(0, begun + 88 - time.monotonic()))
    assert sbc.calls()["up"] == len(kept) + len(lost)
    for call, other, _ in lost:
        for end in (call, other):
            request = end.expect("BYE", timeout=8)
            end.respond(request, 200, "OK")
            assert request["Reason"] == 'Q.850;cause=102;text="Recovery on timer expiry"'
    assert time.monotonic() - begun > 91
    time.sleep(max(0, begun + 97 - time.monotonic()))
    for call, _, _ in lost:
        assert f"call {call.call_id}: ended: nobody has refreshed its session of 90 s" in sbc.log
        assert call.call_id not in sbc.media_calls()
    assert sbc.calls()["up"] == len(kept)
    for call, other, _ in kept:
        hang_up(call, other)
    assert sbc.calls()["up"] == 0 and sbc.media_calls() == []


def test_a_call_whose_bye_was_lost_is_forgotten(new_installation):
    """Its record alone: whoever speaks in it after that is heard."""
    installation = new_installation(prepare=warm_up, settings=LAB_SETTINGS + ('modparam("lync", "forget_after", 2)',))
    sbc, ends = installation.sbc, (installation.mediation("med1"), installation.gateway("gw"))
    call, other = call_up(*ends)
    spoken = time.monotonic()
    time.sleep(1.2)
    hold(call, other)
    time.sleep(1.2)
    assert sbc.calls()["up"] == 1
    deadline = time.monotonic() + 5
    while sbc.calls()["up"] != 0:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert time.monotonic() - spoken > 3.2
    assert f"call {call.call_id}: forgotten" in sbc.log
    hold(call, other, "sendrecv")
    hang_up(other, call)


def test_a_call_that_rang_and_came_to_nothing_leaves_no_record(sbc, ends):
    call, other = begin(ends, "Supported: 100rel")
    other.respond(other.invite, 183, "Session Progress", extra=lines("Require: 100rel", "RSeq: 1"))
    ringing = call.expect(183)
    call.request("PRACK", extra=f"RAck: 1 {ringing.cseq[0]} INVITE")
    other.respond(other.expect("PRACK"), 200, "OK")
    call.expect(200)
    call.request("UPDATE", extra=KNOWS)
    update = other.expect("UPDATE")
    assert timer_of(update) == NONE
    other.respond(update, 200, "OK")
    call.expect(200)
    assert sbc.calls()["up"] == 1
    other.reject(486, "Busy Here")
    call.expect(486)
    assert sbc.calls()["up"] == 0
