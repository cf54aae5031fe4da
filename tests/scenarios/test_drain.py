# SPDX-License-Identifier: GPL-2.0-or-later
"""Parts of the plan that take no new calls, by the plan or by an operator's word, and what is counted of calls."""
import re

import pytest

from lab.paths import PLANS
from lab.plan import NAMESPACE, find
from lab.reload import changeable, fill_shelf, reloadable
from lab.talk import call_up, hang_up, hold

NUMBER = "+4930123456"
COUNTS = ("begun", "answered", "failed", "refused", "cancelled", "turned_away")


@pytest.fixture(scope="module")
def shared_installation():
    with reloadable(example=PLANS / "good" / "two-of-each.xml") as installation:
        yield installation


@pytest.fixture
def word(sbc):
    """word("drain", "trunk hq-first"): what the SBC answers. All is ready again afterwards."""
    drained = set()

    def say(what, whom):
        drained.add(whom)
        return sbc.rpc(f"lync.{what}", *whom.split())

    yield say
    for whom in drained:
        sbc.rpc("lync.ready", *whom.split())


@pytest.fixture
def plan(sbc):
    """plan(edit): that plan is in force, until the scenario ends."""
    with changeable(sbc) as change:
        def edit(how):
            change(how)
            return sbc.rpc("lync.reload")
        yield edit


def state(sbc, trunk="hq-first"):
    return re.search(r"\bstate: (\w+)\s+said_by: (\w+)", sbc.rpc("lync.trunk", trunk)).groups()


class Counts:
    """What has been counted since: of trunks and peers, as {"begun": 1, …} without those that are 0."""

    def __init__(self, sbc, *names):
        self._sbc, self._before = sbc, {name: self._read(sbc, name) for name in names}

    @staticmethod
    def _read(sbc, name):
        text = sbc.rpc("lync.trunk" if name.startswith("hq") else "lync.peer", name)
        return {what: int(re.search(rf"\b{what}: (\d+)", text)[1]) for what in COUNTS}

    def since(self, name):
        now = self._read(self._sbc, name)
        return {what: now[what] - before for what, before in self._before[name].items() if now[what] != before}


def refused(caller, code=503):
    caller.invite(NUMBER).expect(code)


def stays_up(calls):
    """A call that runs is not concerned: hold, resume and BYE."""
    hold(*calls)
    hold(*calls[::-1], "sendrecv")
    hang_up(*calls)


# each kind ------------------------------------------------------------------------------------------------------------
def test_a_trunk(installation, sbc, med1, gw, word):
    """Neither way; and both again."""
    counts = Counts(sbc, "hq-first")
    calls = call_up(med1, gw)
    assert word("drain", "trunk HQ-first").strip() == "trunk hq-first: drain, was ready; the plan says ready"
    assert state(sbc) == ("drain", "rpc")
    refused(med1)
    refused(gw)
    assert gw.leftovers() == [] and counts.since("hq-first") == {"begun": 1, "answered": 1, "turned_away": 1}
    stays_up(calls)
    word("ready", "trunk hq-first")
    assert state(sbc) == ("ready", "plan")
    hang_up(*call_up(med1, gw))
    hang_up(*call_up(gw, med1))


def test_a_node(installation, sbc, med1, gw, word):
    calls = call_up(med1, gw)
    word("drain", "node")
    refused(med1)
    refused(gw)
    for end in (med1, gw):
        assert options(end) == 200
    stays_up(calls)
    word("ready", "node sbc1")
    hang_up(*call_up(med1, gw))


def options(endpoint):
    """The answer to an OPTIONS outside of calls."""
    flow = endpoint.flow_to(endpoint.outbound)
    branch = "z9hG4bKoptions"
    endpoint.send((f"OPTIONS {endpoint.outbound} SIP/2.0\r\nVia: {endpoint.via(flow, branch)}\r\nMax-Forwards: 70\r\n"
                   f"From: <sip:ping@{endpoint.address}>;tag=1\r\nTo: <{endpoint.outbound}>\r\n"
                   f"Call-ID: ping@{endpoint.address}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n").encode(), flow)
    return endpoint.inbox.expect(200, 503).code


def test_a_target(installation, sbc, med1, gw, word):
    """It gets no calls, the other one does; its own are taken."""
    gw2 = installation.gateway("gw2")
    calls = call_up(med1, gw)
    word("drain", "target gw1")
    hang_up(*call_up(med1, gw2))
    hang_up(*call_up(gw, med1))
    stays_up(calls)
    word("drain", "target gw2")
    refused(med1)
    word("ready", "target gw1")
    hang_up(*call_up(med1, gw))


def test_a_server(installation, med1, gw, word):
    med2 = installation.mediation("med2")
    calls = call_up(gw, med1)
    word("drain", "server med01.contoso.example")
    hang_up(*call_up(gw, med2))
    hang_up(*call_up(med1, gw))
    stays_up(calls)
    word("ready", "server med01.contoso.example")
    hang_up(*call_up(gw, med1))


def test_a_pool(installation, med1, gw, word):
    calls = call_up(gw, med1)
    word("drain", "pool hq")
    refused(gw)
    hang_up(*call_up(med1, gw))
    stays_up(calls)
    word("ready", "pool hq")
    hang_up(*call_up(gw, med1))


def test_a_word_while_a_call_looks_for_its_way(installation, med1, gw, word):
    """The second in turn is drained while the first is asked: nobody is left. The first is not asked again."""
    gw2 = installation.gateway("gw2")
    call = med1.invite(NUMBER)
    first = gw.next_call()
    word("drain", "target gw2")
    first.reject(503, "Not now")
    call.expect(503)
    assert gw2.leftovers() == [] and gw.leftovers() == []


# the plan's own state ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path, whom", [("node", "node"), ("trunk", "trunk hq-first")])
def test_the_plan_says_drain(sbc, med1, gw, plan, word, path, whom):
    """As the plan says; against it by an operator's word, also over a reload; and as the plan says again."""
    plan(lambda root: find(root, path).set("state", "drain"))
    refused(med1)
    assert "was drain; the plan says drain" in word("ready", whom)
    hang_up(*call_up(med1, gw))
    sbc.rpc("lync.reload")
    hang_up(*call_up(med1, gw))
    word("drain", whom)
    refused(med1)
    plan(lambda root: find(root, path).set("state", "ready"))
    hang_up(*call_up(med1, gw))


def test_a_word_outlives_reloads(installation, sbc, med1, gw, plan, word):
    """Kept by the name: also when the order changes, and when the trunk has been away for a while."""
    def turn_round(root):
        trunks = root.findall(f"{{{NAMESPACE}}}trunk")
        for trunk in trunks:
            root.remove(trunk)
        root.extend(trunks[::-1])

    def take_away(root):
        for target in root.findall(f"{{{NAMESPACE}}}target"):
            target.find(f"{{{NAMESPACE}}}route").set("trunk", "hq-shared")
        root.remove(find(root, "trunk[@name='hq-first']"))

    counts = Counts(sbc, "hq-first")
    hang_up(*call_up(med1, gw))
    word("drain", "trunk hq-first")
    was = sbc.plan.read_bytes()
    plan(turn_round)
    assert state(sbc) == ("drain", "rpc")
    assert state(sbc, "partner") == state(sbc, "hq-shared") == ("ready", "plan")
    refused(med1)
    plan(take_away)
    with pytest.raises(RuntimeError, match="the plan has no trunk 'hq-first'"):
        state(sbc)
    fill_shelf(sbc)
    sbc.plan.write_bytes(was)
    sbc.rpc("lync.reload")
    assert state(sbc) == ("drain", "rpc")
    assert counts.since("hq-first") == {"begun": 1, "answered": 1, "turned_away": 1}


# counts -----------------------------------------------------------------------------------------------------------------
SERVER = "med01.contoso.example"


def test_answered_refused_and_cancelled_calls_are_counted(sbc, med1, gw):
    counts = Counts(sbc, "hq-first", "gw1", SERVER)
    for caller, callee in ((med1, gw), (gw, med1)):
        hang_up(*call_up(caller, callee))
        call = caller.invite(NUMBER)
        callee.next_call().reject(486, "Busy Here")
        call.expect(486)
        call = caller.invite(NUMBER)
        other = callee.next_call()
        other.ring()
        call.expect(180)
        call.cancel()
        other.give_up()
        call.cancelled()
    for name in ("hq-first", "gw1", SERVER):
        assert counts.since(name) == {"begun": 6, "answered": 2, "refused": 2, "cancelled": 2}, name


def test_a_refused_answer_is_none(sbc, med1, gw):
    counts = Counts(sbc, "hq-first", "gw1")
    call = med1.invite(NUMBER)
    other = gw.next_call()
    other.respond(other.invite, 200, "OK", b"v=0\r\no=- 1 1 IN IP4 198.51.100.10\r\ns=-\r\nc=IN IP4 198.51.100.10\r\n"
                  b"t=0 0\r\nm=audio 40000 RTP/SAVP 8\r\n")
    call.expect(488)
    other.expect("ACK")
    other.ended()
    for name in ("hq-first", "gw1"):
        assert counts.since(name) == {"begun": 1, "refused": 1}, name


def test_failed_tries_are_counted_where_they_failed(installation, sbc, med1, gw):
    """gw1 fails, gw2 answers: the call is answered at its trunk. Then both fail, in different ways."""
    gw2 = installation.gateway("gw2")
    counts = Counts(sbc, "hq-first", "gw1", "gw2", SERVER)
    call = med1.invite(NUMBER)
    gw.next_call().reject(503, "Not now", "Reason: Q.850;cause=34")
    other = gw2.next_call()
    other.answer()
    call.answered()
    other.expect("ACK")
    hang_up(call, other)
    assert counts.since("gw1") == {"begun": 1, "failed": 1} and counts.since("gw2") == {"begun": 1, "answered": 1}
    assert counts.since("hq-first") == counts.since(SERVER) == {"begun": 1, "answered": 1}
    assert re.search(rf"last_failure: 503 Service Unavailable, cause 34, call {call.call_id}\s+last_failure_at: 20\d\d-",
                     sbc.rpc("lync.peer", "gw1"))


def test_silence_is_a_failure(sbc, med1, word):
    """Nobody answers."""
    counts = Counts(sbc, "hq-first", "gw1", "gw2")
    refused(med1)
    assert counts.since("gw1") == counts.since("gw2") == {"begun": 1, "failed": 1}
    refused(med1)
    assert counts.since("hq-first") == {"begun": 2, "failed": 2}
    assert "last_failure: no answer, call" in sbc.rpc("lync.peer", "gw1")


# RPC ----------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("arguments, why", [
    ([], "of what"), (["trunk", "nowhere"], "the plan has no trunk 'nowhere'"), (["trunk"], "the plan has no trunk ''"),
    (["gateway", "gw1"], "'gateway' is no kind"), (["server", "gw1"], "the plan has no server 'gw1'"),
    (["target", SERVER], "the plan has no target"), (["node", "sbc2"], "this is node sbc1"),
    (["pool", "x" * 300], "the plan has no pool 'x+'"),
])
def test_a_word_that_is_not_understood(sbc, arguments, why):
    for command in ("lync.drain", "lync.ready"):
        with pytest.raises(RuntimeError, match=why):
            sbc.rpc(command, *arguments)


def test_what_is_told_of_a_trunk(sbc):
    """Every setting of New-CsTrunkConfiguration, its routes, and its pool's servers."""
    told = sbc.rpc("lync.trunk", "hq-first")
    for line in ("name: hq-first", "pool: hq", "mediation-port: 5067", "SRTPMode: Required", "MaxEarlyDialogs: 20",
                 "RTCPCallsOnHold: true", "target: gw2", f"name: {SERVER}", "state: ready"):
        assert line in told, line
    assert "state: ready" in sbc.rpc("lync.plan")
