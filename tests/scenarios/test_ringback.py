# SPDX-License-Identifier: GPL-2.0-or-later
"""Attribute ringback of trunk and target: a file that a caller hears from SDP of a provisional answer on, until audio of
who is called comes or the call is answered.
"""
import time
import wave

import pytest

from lab.plan import find
from lab.reload import changeable, reloadable
from lab.talk import hang_up, talk
from lab.tone import RATE, make

NUMBER = "+4930123456"
RINGBACK = 620  # Hz
SOON = 1.5  # seconds in which it must begin, and end: the media node is asked five times a second


@pytest.fixture(scope="module")
def shared_installation():
    with reloadable() as installation:
        yield installation


def make_file(path, seconds):
    samples = make(RINGBACK, round(seconds * RATE))
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(b"".join(sample.to_bytes(2, "little", signed=True) for sample in samples))
    return str(path)


@pytest.fixture(scope="module")
def tone_file(tmp_path_factory):
    return make_file(tmp_path_factory.mktemp("media") / "ringback.wav", seconds=10)


@pytest.fixture
def plan(sbc):
    """plan(element, attributes): in force until the scenario ends."""
    with changeable(sbc) as change:
        def edit(element, **attributes):
            def edits(root):
                for name, value in attributes.items():
                    find(root, element).set(name.replace("_", "-"), value)
            change(edits)
            sbc.rpc("lync.reload")
        yield edit


@pytest.fixture(params=["trunk", "target"])
def ends(request, plan, med1, gw, tone_file):
    """(caller, callee, the element that the caller's attributes stand in), with a file for the caller."""
    plan(request.param, ringback=tone_file)
    return (med1, gw, request.param) if request.param == "trunk" else (gw, med1, request.param)


def wait_until(true, what):
    deadline = time.monotonic() + SOON
    while not true():
        assert time.monotonic() < deadline, f"no {what} within {SOON} s"
        time.sleep(0.05)


def heard(call, hz, seconds=0.4):
    call.stream.mark()
    time.sleep(seconds)
    return call.stream.result(hz)


def assert_ringback(call):
    wait_until(lambda: heard(call, RINGBACK, 0.2).packets, "ringback")
    media = heard(call, RINGBACK)
    assert media.ok, str(media)


def senders(call):
    """The SSRCs of what came, each as often as it has followed upon another."""
    came = [packet.data[8:12] for packet in list(call.stream.packets) if not packet.rtcp]
    return [ssrc for before, ssrc in zip([None, *came], came) if ssrc != before]


def assert_audio(call, other):
    assert [media.verdict for media in talk(call, other, seconds=0.4)] == ["ok", "ok"]


def progressed(caller, callee):
    """A call that has early media which do not come."""
    call = caller.invite(NUMBER)
    other = callee.next_call()
    other.progress()
    assert call.expect(183).body
    return call, other


def take(call, other):
    """It is answered: from then on the ends hear each other alone."""
    other.answer()
    call.answered()
    other.expect("ACK")
    assert_audio(call, other)
    assert heard(call, RINGBACK).verdict == "nothing came"
    hang_up(call, other)


def test_until_audio_comes(ends):
    """Then it is heard alone, and there is no more ringback when it pauses."""
    call, other = progressed(*ends[:2])
    assert_ringback(call)
    other.stream.talk(880)
    wait_until(lambda: heard(call, 880, 0.2).ok, "the callee's audio")
    media = heard(call, 880)
    assert media.ok and media.tone.purity > 0.98, str(media)
    assert len(senders(call)) == 2, "ringback and audio were mixed"
    other.stream.talk(0)
    time.sleep(0.1)
    assert heard(call, RINGBACK, 0.8).verdict == "nothing came"
    take(call, other)


def test_until_the_answer(ends):
    call, other = progressed(*ends[:2])
    assert_ringback(call)
    take(call, other)


def test_an_answer_at_once(ends):
    """Before the media node was asked for the first time."""
    take(*progressed(*ends[:2]))


def test_audio_at_once(ends):
    call = ends[0].invite(NUMBER)
    other = ends[1].next_call()
    other.answer_to(other.invite)
    other.stream.talk(880)
    other.progress()
    call.expect(183)
    media = heard(call, 880, 0.8)
    assert media.ok and media.ssrcs == 1, str(media)
    other.stream.talk(0)
    take(call, other)


def test_cancelled(ends):
    call, other = progressed(*ends[:2])
    assert_ringback(call)
    call.cancel()
    other.give_up()
    call.cancelled()
    time.sleep(0.3)
    assert heard(call, RINGBACK).verdict == "nothing came"


def test_without_sdp(ends, plan):
    """The caller's own ringing tone goes on."""
    plan(ends[2], early_media="strip-sdp")
    call = ends[0].invite(NUMBER)
    other = ends[1].next_call()
    other.progress()
    call.expect(183)
    time.sleep(0.8)
    assert call.stream.packets == []
    other.answer()
    call.answered()
    other.expect("ACK")
    hang_up(call, other)


def test_behind_a_183_of_our_own(plan, med1, gw, tone_file):
    """Lync hears it before the gateway has said anything."""
    plan("trunk", early_media="183-immediate", ringback=tone_file)
    call = med1.invite(NUMBER)
    other = gw.next_call()
    assert call.expect(183).body
    assert_ringback(call)
    other.ring()
    call.expect(180)
    assert heard(call, RINGBACK).ok
    take(call, other)


def test_a_short_file_is_played_over_again(plan, tmp_path, med1, gw):
    plan("trunk", ringback=make_file(tmp_path / "short.wav", seconds=0.4))
    call, other = progressed(med1, gw)
    wait_until(lambda: heard(call, RINGBACK, 0.2).packets, "ringback")
    media = heard(call, RINGBACK, 1.5)
    assert media.packets > 60 and media.lost == 0 and abs(media.tone.hz - RINGBACK) < 20, str(media)
    take(call, other)


def test_a_file_that_is_not_there(plan, sbc, med1, gw):
    """One line in the log; the call goes on."""
    plan("trunk", ringback="/nowhere/ringback.wav")
    call, other = progressed(med1, gw)
    wait_until(lambda: "no ringback from /nowhere/ringback.wav" in sbc.log_since_judged(), "a line in the log")
    take(call, other)
