# SPDX-License-Identifier: GPL-2.0-or-later
"""Attribute progress-after of a trunk: Lync gives up a call that has no 18x after 10 s, so it gets one of our own before.

Of a gateway without 100rel that 183 and all later answers are one dialog; gw1 and hq-first have it, gw2 and hq-tcp not.
"""
import time

import pytest

from lab.paths import PLANS
from lab.plan import find
from lab.reload import changeable, reloadable
from lab.sip import header_param
from lab.talk import hang_up, hold, talk

NUMBER = "+4930123456"
AFTER = 1.0  # seconds: progress-after of this file
STANDARD = 6.0
LATE = 0.45  # it is looked for four times a second
several = pytest.mark.legs(allow="the tag in To is", why="reliable answers of a gateway are a dialog of their own")


def soon(root):
    for name in ("hq-first", "hq-tcp"):
        find(root, f"trunk[@name='{name}']").set("progress-after", f"{AFTER:.0f}s")
    for name in ("gw1", "gw2"):
        find(root, f"target[@name='{name}']").set("prack", "strip")


@pytest.fixture(scope="module")
def shared_installation():
    with reloadable(example=PLANS / "good" / "two-of-each.xml", edit=soon) as installation:
        yield installation


@pytest.fixture(autouse=True)
def nothing_left(sbc):
    yield
    assert sbc.media_ended()


@pytest.fixture
def plan(sbc):
    """plan(path={…}): attributes that are in force until the scenario ends."""
    with changeable(sbc) as change:
        def edit(attributes):
            def edits(root):
                for path, values in attributes.items():
                    for name, value in values.items():
                        find(root, path).set(name, value)
            change(edits)
            sbc.rpc("lync.reload")
        yield edit


@pytest.fixture
def gw2(installation):
    return installation.gateway("gw2")


@pytest.fixture
def tcp(installation):
    return installation.mediation("med1", outbound="sip:sbc1.example.net:5068;transport=tcp", transport="TCP", tls=None,
                                  srtp=False, port=5068)


@pytest.fixture(params=["over TLS", "over TCP"])
def ends(request):
    """(Lync's, the gateway)"""
    names = ("med1", "gw") if request.param == "over TLS" else ("tcp", "gw2")
    return tuple(map(request.getfixturevalue, names))


def tag(response):
    return header_param(response["To"], "tag")


def ours(call, code=183, timeout=AFTER + 2):
    response = call.expect(code, skip=(100,), timeout=timeout)
    assert not response.body and not response.get("Content-Type") and not response.get("Require")
    assert len(response.list("Contact")) == 1
    return response


def take(call, other):
    """It is answered, heard, put on hold by both, and ended by who was called."""
    other.answer()
    answer = call.answered()
    other.expect("ACK")
    assert [heard.verdict for heard in talk(call, other, seconds=0.4)] == ["ok", "ok"]
    for holder, held in ((call, other), (other, call)):
        hold(holder, held)
        hold(holder, held, "sendrecv")
    hang_up(other, call)
    return answer


def test_all_answers_are_one_dialog(ends):
    lync, gateway = ends
    began = time.monotonic()
    call = lync.invite(NUMBER)
    other = gateway.next_call()
    progress = ours(call)
    took = time.monotonic() - began
    print(f"183 after {took * 1000:.0f} ms, progress-after {AFTER * 1000:.0f} ms")
    assert AFTER - 0.07 < took < AFTER + LATE
    other.ring()
    ringing = call.expect(180)
    other.progress()
    early = call.expect(183)
    assert [heard.verdict for heard in talk(call, other, seconds=0.4)] == ["ok", "ok"]
    answer = take(call, other)
    assert {tag(response) for response in (ringing, early, answer)} == {tag(progress)}


def test_the_standard_saves_a_slow_call(plan, med1, gw, gw2):
    """15 s until it rings, as a gateway to a slow network has it; nobody else is tried."""
    plan({"trunk[@name='hq-first']": {"progress-after": f"{STANDARD:.0f}s"}})
    began = time.monotonic()
    call = med1.invite(NUMBER)
    other = gw.next_call()
    ours(call, timeout=STANDARD + 2)
    took = time.monotonic() - began
    print(f"183 after {took * 1000:.0f} ms, progress-after {STANDARD * 1000:.0f} ms")
    assert STANDARD - 0.07 < took < STANDARD + LATE
    gw2.inbox.expect_nothing(15 - STANDARD)
    other.ring()
    call.expect(180)
    take(call, other)


@several
def test_reliable_answers_are_a_dialog_of_their_own(plan, med1, gw):
    """RFC 3262 3: numbered by dialog. So ours is one that nobody has answered."""
    plan({"target[@name='gw1']": {"prack": "pass"}})
    call = med1.invite(NUMBER)
    other = gw.next_call()
    assert "100rel" in other.invite["Supported"]
    progress = ours(call)
    other.respond(other.invite, 180, "Ringing", extra="Require: 100rel\r\nRSeq: 1")
    ringing = call.expect(180)
    assert tag(ringing) != tag(progress)
    call.dialog.learn(ringing)
    call.request("PRACK", extra=f"RAck: 1 {ringing.cseq[0]} INVITE")
    other.respond(other.expect("PRACK"), 200, "OK")
    call.expect(200)
    assert tag(take(call, other)) == tag(ringing)


def test_the_next_one_stays_in_it(med1, gw, gw2):
    """The first one has said 100 and no more until Lync was told of progress; then 503."""
    call = med1.invite(NUMBER)
    first = gw.next_call()
    progress = ours(call)
    first.reject(503, "Not now")
    other = gw2.next_call()
    other.ring()
    ringing = call.expect(180)
    assert tag(ringing) == tag(progress) == tag(take(call, other))


def test_while_the_next_one_is_tried(installation, med1, gw2):
    """Whoever it is that takes his time."""
    with installation.lab["gw"].drop(f"ip daddr {installation.lab['gw'].address} udp dport 5060"):
        call = med1.invite(NUMBER)
        other = gw2.next_call()
        progress = ours(call)
    other.ring()
    assert tag(call.expect(180)) == tag(progress) == tag(take(call, other))


@pytest.mark.parametrize("code", [486, 503])
def test_a_refusal_is_of_the_same_dialog(med1, gw, gw2, code):
    """RFC 3261 8.2.6.2, also where all of them refuse."""
    call = med1.invite(NUMBER)
    other = gw.next_call()
    progress = ours(call)
    other.reject(code, "No")
    if code == 503:
        gw2.next_call().reject(code, "No")
    assert tag(call.expect(code)) == tag(progress)


def test_it_is_cancelled(med1, gw):
    call = med1.invite(NUMBER)
    other = gw.next_call()
    ours(call)
    call.cancel()
    other.give_up()
    call.cancelled()


def test_not_after_it_was_cancelled(med1, gw):
    """Though who was called takes his time to say so."""
    call = med1.invite(NUMBER)
    other = gw.next_call()
    call.cancel()
    cancel = other.expect("CANCEL")
    call.expect(200)
    call.mailbox.expect_nothing(AFTER + LATE)
    other.respond(cancel, 200, "OK")
    other.reject(487, "Request Terminated")
    call.expect(487)


@pytest.mark.parametrize("says", [180, 183, 200, 486])
def test_not_where_somebody_has_said_something(med1, gw, says):
    call = med1.invite(NUMBER)
    other = gw.next_call()
    if says == 200:
        other.answer()
        call.answered()
        other.expect("ACK")
    elif says == 486:
        other.reject(486, "Busy Here")
        call.expect(486)
    else:
        other.respond(other.invite, says, "Rings")
        call.expect(says)
    call.mailbox.expect_nothing(AFTER + LATE)
    if says == 200:
        hang_up(call, other)
    elif says < 200:
        take(call, other)


def test_not_where_the_plan_says_so(plan, med1, gw):
    plan({"trunk[@name='hq-first']": {"progress-after": "0s"}})
    call = med1.invite(NUMBER)
    other = gw.next_call()
    assert call.expect(100, skip=()).code == 100
    call.mailbox.expect_nothing(AFTER + LATE)
    take(call, other)


def test_not_for_calls_to_lync(med1, gw):
    call = gw.invite(NUMBER)
    other = med1.next_call()
    assert call.expect(100, skip=()).code == 100
    call.mailbox.expect_nothing(AFTER + LATE)
    other.ring()
    call.expect(180)
    take(call, other)


def test_one_that_reads_180_alone(plan, med1, gw):
    plan({"trunk[@name='hq-first']": {"early-media": "180-only"}})
    call = med1.invite(NUMBER)
    other = gw.next_call()
    progress = ours(call, code=180)
    assert tag(take(call, other)) == tag(progress)


def test_many_at_once(med1, gw):
    """Each gets its own, in time."""
    calls = {}
    for _ in range(30):
        call = med1.invite(NUMBER)
        calls[call.call_id] = (call, gw.next_call())
    tags = {tag(ours(call)) for call, _ in calls.values()}
    assert len(tags) == len(calls)
    began = {entry.message["Call-ID"]: entry.when for entry in med1.log if entry.message.method == "INVITE"}
    told = {entry.message["Call-ID"]: entry.when for entry in med1.log if entry.message.code == 183}
    took = [told[call_id] - began[call_id] for call_id in calls]
    print(f"30 calls: 183 after {min(took) * 1000:.0f} to {max(took) * 1000:.0f} ms")
    assert AFTER - 0.07 < min(took) and max(took) < AFTER + LATE
    for call, other in calls.values():
        other.reject(486, "Busy Here")
        call.expect(486)
