# SPDX-License-Identifier: GPL-2.0-or-later
"""Attribute early-media of trunk and target: what a caller gets of the provisional answers to its call, and hears.

And early dialogs: how many telephones of a call may tell that they ring (MaxEarlyDialogs), and whose audio it is.
"""
import time

import pytest

from lab.plan import find
from lab.reload import changeable, reloadable
from lab.sdp import Sdp
from lab.sip import header_param
from lab.talk import hang_up, talk

NUMBER = "+4930123456"
RELIABLE = "Require: 100rel\r\nRSeq: 1"
NOTHING = "nothing came"
# mode -> (whether SDP of a 18x passes, what becomes of 183)
MODES = {"pass": (True, 183), "strip-sdp": (False, 183), "180-only": (False, 180)}
# As behind a proxy that forks: several dialogs of one INVITE (RFC 3261 13.2.1).
several = pytest.mark.legs(allow="the tag in To is", why="reliable answers of two telephones are two dialogs")


@pytest.fixture(scope="module")
def shared_installation():
    with reloadable() as installation:
        yield installation


@pytest.fixture
def plan(sbc):
    """plan(trunk={…}, target={…}): attributes that are in force until the scenario ends."""
    with changeable(sbc) as change:
        def edit(**attributes):
            def edits(root):
                for path, values in attributes.items():
                    for name, value in values.items():
                        find(root, path).set(name, value)
            change(edits)
            sbc.rpc("lync.reload")
        yield edit


@pytest.fixture(params=[True, False], ids=["from lync", "to lync"])
def ends(request, med1, gw):
    """(caller, callee, the element that the caller's attributes stand in)"""
    return (med1, gw, "trunk") if request.param else (gw, med1, "target")


def ring_up(caller, callee, extra=""):
    """A call that is on its way: (the caller's, the callee's). A Mediation Server always offers 100rel."""
    call = caller.invite(NUMBER, extra="" if caller.name.startswith("med") else extra)
    return call, callee.next_call()


def assert_audio(call, other, wanted="ok"):
    assert [heard.verdict for heard in talk(call, other, seconds=0.4)] == [wanted, wanted]


def take(call, other):
    """It is answered, and heard; and it ends."""
    other.answer()
    assert call.answered().body
    other.expect("ACK")
    assert_audio(call, other)
    hang_up(call, other)


def shown(call, sdp, status, came=183):
    """The provisional answer that the caller got, as the mode wants it."""
    response = call.expect(180, 183)
    assert response.code == (status if came == 183 else came)
    assert response.text.splitlines()[0].endswith({180: "Ringing", 183: "Session Progress"}[response.code])
    assert bool(response.body) == sdp
    assert sdp or not response.get("Content-Type")
    return response


# what the caller is told -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("mode", MODES)
def test_modes(plan, ends, mode):
    caller, callee, element = ends
    plan(**{element: {"early-media": mode}})
    sdp, status = MODES[mode]
    call, other = ring_up(caller, callee)
    other.respond(other.invite, 183, "Session Progress")
    shown(call, False, status)
    other.progress()
    shown(call, sdp, status)
    if sdp:
        assert_audio(call, other)
    else:
        other.stream.talk(880)  # early media that is not for the caller
        time.sleep(0.3)
        assert other.stream.sent > 10 and call.stream.packets == []
    other.respond(other.invite, 180, "Ringing", other.answer_to(other.invite))
    shown(call, sdp, status, came=180)
    other.stream.talk(0)
    take(call, other)


@pytest.mark.parametrize("mode", MODES)
def test_a_reliable_answer_keeps_its_sdp(plan, ends, mode):
    """It is the answer (RFC 3262 5): the 200 need not have one, and here has none."""
    caller, callee, element = ends
    plan(**{element: {"early-media": mode}})
    call, other = ring_up(caller, callee, "Supported: 100rel")
    other.respond(other.invite, 183, "Session Progress", other.answer_to(other.invite), extra=RELIABLE)
    call.dialog.learn(shown(call, True, 183))
    call.request("PRACK", extra=f"RAck: 1 {call.dialog.cseq} INVITE")
    other.respond(other.expect("PRACK"), 200, "OK")
    call.expect(200)
    assert_audio(call, other)
    other.respond(other.invite, 200, "OK")
    assert not call.answered().body
    other.expect("ACK")
    assert_audio(call, other)
    hang_up(call, other)


def test_it_is_the_callers_own_mode(plan, med1, gw):
    """What a target wants to be shown says nothing of what its caller is."""
    plan(target={"early-media": "180-only"})
    call, other = ring_up(med1, gw)
    other.progress()
    shown(call, True, 183)
    take(call, other)


# whose audio it is -----------------------------------------------------------------------------------------------------
@several
@pytest.mark.parametrize("taken", [1, 2], ids=["the second answers", "a third answers"])
def test_early_media_of_two_and_one_answers(ends, taken):
    """Each has an SDP of its own, and in Lync a key; who answers may not have rung before."""
    caller, callee, _ = ends
    call, first = ring_up(caller, callee)
    forks = [first, first.fork(), first.fork()]
    for fork in forks[:2]:
        fork.progress()
        assert call.expect(183).body
        assert_audio(call, fork)
    take(call, forks[taken])


@several
@pytest.mark.parametrize("first,second", [(8, 0), (0, 8)], ids=["PCMA, then PCMU", "PCMU, then PCMA"])
def test_who_answers_takes_another_codec(ends, monkeypatch, first, second):
    """rtpengine 12.5 would answer with none: the call would be silent."""
    caller, callee, _ = ends
    call, one = ring_up(caller, callee)
    other = one.fork()
    for fork, payload_type in ((one, first), (other, second)):
        monkeypatch.setattr(callee, "codecs", (payload_type,))
        fork.progress()
        assert call.expect(183).body
        assert_audio(call, fork)
    take(call, other)


@several
def test_twenty_early_dialogs(ends):
    """The first, the last and one in the middle are heard while they ring; one of the first answers."""
    caller, callee, _ = ends
    call, first = ring_up(caller, callee)
    forks = [first] + [first.fork() for _ in range(19)]
    for fork in forks:
        fork.progress()
        assert call.expect(183).body
        if fork in (forks[0], forks[9], forks[19]):
            assert_audio(call, fork)
    take(call, forks[1])


# how many there may be ---------------------------------------------------------------------------------------------------
@several
@pytest.mark.parametrize("rung", [0, 2], ids=["who was shown answers", "who was not shown answers"])
def test_more_than_max_early_dialogs(plan, sbc, med1, gw, rung):
    plan(trunk={"MaxEarlyDialogs": "2"})
    call, first = ring_up(gw, med1, "Supported: 100rel")
    forks = [first, first.fork(), first.fork(), first.fork()]
    tags = []
    for fork in forks:
        fork.progress()
        if len(tags) < 2:
            tags.append(header_param(call.expect(183)["To"], "tag"))
    forks[1].ring()
    assert header_param(call.expect(180)["To"], "tag") == tags[1] != tags[0]
    assert call.mailbox.drain() == []
    assert sbc.log_since_judged().count("more than 2 telephones ring for it") == 1
    assert_audio(call, forks[1])
    take(call, forks[rung])


@several
def test_calls_of_lync_have_no_such_limit(plan, med1, gw):
    """It is said of what Lync may send."""
    plan(trunk={"MaxEarlyDialogs": "1"})
    call, first = ring_up(med1, gw)
    second = first.fork()
    for fork in (first, second):
        fork.ring()
        call.expect(180)
    take(call, second)


@pytest.mark.parametrize("mode, supported", [("one", None), ("all", "100rel")])
@several
def test_one_early_dialog(plan, med1, gw, mode, supported):
    """early-dialogs: 100rel does not reach Lync, so all telephones are one dialog for the target."""
    plan(target={"early-dialogs": mode})
    call, first = ring_up(gw, med1, "Supported: 100rel")
    assert first.invite.get("Supported") == supported
    second = first.fork()
    tags = set()
    for fork in (first, second):
        fork.progress()
        tags.add(header_param(call.expect(183)["To"], "tag"))
    assert len(tags) == (1 if mode == "one" else 2)
    take(call, second)


# a 183 of our own ------------------------------------------------------------------------------------------------------
@pytest.fixture
def immediate(plan):
    plan(trunk={"early-media": "183-immediate"})


def place_of(response):
    """(port, keys, codecs) that an SDP tells."""
    sdp = Sdp(response.body)
    return sdp.port, sdp.cryptos, sdp.payloads


@pytest.mark.parametrize("codec", [8, 0], ids=["PCMA", "PCMU"])
@pytest.mark.parametrize("early", [True, False], ids=["with early media", "the 200 is the first"])
def test_183_at_once(immediate, med1, gw, monkeypatch, codec, early):
    """Before the gateway has said anything; what it says belongs to the same dialog, and fits into its SDP."""
    monkeypatch.setattr(gw, "codecs", (codec,))
    call, other = ring_up(med1, gw)
    progress = shown(call, True, 183)
    tag, place = header_param(progress["To"], "tag"), place_of(progress)
    assert not progress.get("Require") and not other.invite.get("Supported")
    other.ring()
    assert header_param(call.expect(180)["To"], "tag") == tag
    if early:
        other.progress()
        response = shown(call, True, 183)
        assert (header_param(response["To"], "tag"), place_of(response)) == (tag, place)
        assert_audio(call, other)
    other.answer()
    response = call.answered()
    assert (header_param(response["To"], "tag"), place_of(response)) == (tag, place)
    other.expect("ACK")
    assert_audio(call, other)
    hang_up(call, other)


def test_183_at_once_for_lync_alone(immediate, med1, gw):
    call, other = ring_up(gw, med1)
    other.ring()
    call.expect(180)
    take(call, other)


def test_183_at_once_has_no_answer_to_a_missing_offer(immediate, med1, gw):
    call = med1.invite(NUMBER, offer=False)
    other = gw.next_call()
    other.ring()
    call.expect(180)
    other.offer_in_answer()
    call.answered()
    other.expect("ACK")
    assert_audio(call, other)
    hang_up(call, other)


def test_a_refusal_behind_our_183(immediate, med1, gw):
    """Of the same dialog (RFC 3261 8.2.6.2)."""
    call, other = ring_up(med1, gw)
    tag = header_param(shown(call, True, 183)["To"], "tag")
    other.reject(486, "Busy Here")
    assert header_param(call.expect(486)["To"], "tag") == tag


def test_cancelled_behind_our_183(immediate, med1, gw):
    call, other = ring_up(med1, gw)
    shown(call, True, 183)
    other.ring()
    call.expect(180)
    call.cancel()
    other.give_up()
    call.cancelled()


@several
def test_a_fork_behind_our_183(immediate, med1, gw, monkeypatch):
    """Two telephones with another codec each: one dialog for Lync, and the audio of who answers."""
    call, first = ring_up(med1, gw)
    tag = header_param(shown(call, True, 183)["To"], "tag")
    second = first.fork()
    for fork, payload_type in ((first, 8), (second, 0)):
        monkeypatch.setattr(gw, "codecs", (payload_type,))
        fork.progress()
        assert header_param(call.expect(183)["To"], "tag") == tag
        assert_audio(call, fork)
    take(call, second)
