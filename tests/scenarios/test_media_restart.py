# SPDX-License-Identifier: GPL-2.0-or-later
"""The media of running calls on an rtpengine that is killed: with a Redis of its own, without, and for good."""
import itertools
import time

import pytest

from lab.running import assert_digits, calls_up, done, quiet, settings, wait_for
from lab.talk import hang_up, hold, talk

NEAR_THE_END = 65500  # the first sequence number: it wraps within a second
MANY = 100
BACK_IN = 2.0  # seconds in which audio is back
CURED_IN = 15

# rtpengine counts an SDP that is made and not sent, because the side knows all that is in it.
pytestmark = pytest.mark.legs(allow="version in o=", why="it rises by more than one")


def answer_reinvites(*ends, timeout=5.0):
    """Each takes a re-INVITE of the SBC's, the first one first."""
    for end in ends:
        request = end.expect("INVITE", timeout=timeout)
        end.respond(request, 200, "OK", end.answer_to(request))
        end.expect("ACK")


def come_back(sbc, number=1):
    """rtpengine is killed and started. When it was back."""
    sbc.rtpengines[number].kill()
    sbc.start_rtpengine(number)
    return time.monotonic()


def assert_audio_since(pairs, since, seconds=0.6):
    """Both ways, as heard by ends that go on counting; in the packets between since and a moment later."""
    time.sleep(max(0.0, since + seconds - time.monotonic()))
    for call, other in pairs:
        for end, hz in ((call, 880), (other, 440)):
            packets = [packet for packet in end.stream.packets if packet.when < since + seconds]
            heard = end.stream.result(hz, packets=packets, since=since)
            assert heard.auth_failures == 0 and heard.decoded >= seconds * 50 * 0.5, f"{end.endpoint.name}: {heard}"
            assert heard.tone and abs(heard.tone.hz - hz) < 30, f"{end.endpoint.name}: {heard}"


def rebuilt(*pairs, timeout=CURED_IN):
    """Each Lync end, and then the gateway, is told of the new media."""
    for call, other in pairs:
        answer_reinvites(call, other, timeout=timeout)


def test_restored_calls_have_audio_at_once_and_digits_soon(fresh_installation):
    """rtpengine's Redis brings ports and keys back, but not the SRTP index of what it sends."""
    installation = fresh_installation(settings=settings(media_look=2), media_redis=True)
    sbc, med1, gw = installation.sbc, installation.mediation("med1"), installation.gateway("gw")
    wrapped, fresh, held = calls_up(med1, gw, [NEAR_THE_END, 1000, 2000])
    time.sleep(6)  # the first look
    assert wrapped[0].stream.result(0).roc == wrapped[0].stream.sending_roc == 1
    hold(held[1], held[0])
    back = come_back(sbc)
    assert_audio_since([wrapped, fresh], back + BACK_IN)
    assert done(sbc, "aided") == 3
    rebuilt(fresh, held)
    quiet(wrapped, fresh, held)
    assert_digits(*fresh)
    hold(held[1], held[0], "sendrecv")
    assert held[1].stream.events is not None, "no digits were agreed"
    for pair in (fresh, held):
        assert [heard.verdict for heard in talk(*pair, 1.0)] == ["ok", "ok"]
    for end, hz in zip(wrapped, (440, 880)):  # a player counts packets anew
        end.stream.talk(hz)
    assert_audio_since([wrapped], time.monotonic() + 0.5)
    quiet(wrapped)
    wait_for(lambda: done(sbc, "released") == done(sbc, "players"), 5, "end of the player")
    assert_digits(*held)
    assert done(sbc, "anew") == 2
    for pair in (wrapped, fresh, held):
        hang_up(*pair)
    assert sbc.media_ended()


def test_many_restored_calls(fresh_installation, capsys):
    """All have audio within 2 s of the node's return; the lasting cure comes one after the other."""
    installation = fresh_installation(media_redis=True)
    sbc, med1, gw = installation.sbc, installation.mediation("med1"), installation.gateway("gw")
    pairs = []
    while len(pairs) < MANY:  # a few at once: this machine cannot send for all of them
        talking = calls_up(med1, gw, [65533] * min(10, MANY - len(pairs)))
        time.sleep(0.2)  # until they have wrapped
        quiet(*talking)
        for end in itertools.chain(*talking):
            end.stream.deafen()
        pairs += talking
    time.sleep(6)
    back = come_back(sbc)
    wait_for(lambda: done(sbc, "aided") == MANY, BACK_IN, "first aid for all")
    with capsys.disabled():
        print(f"# first aid for {MANY} calls {time.monotonic() - back:.2f} s after their node's return")
    for call, other in pairs[::10]:
        began = time.monotonic()
        for end, hz in ((call, 440), (other, 880)):
            end.stream.hear()
            end.stream.talk(hz)
        assert_audio_since([(call, other)], began + 0.5)
        for end in (call, other):
            end.stream.talk(0)
    for pair in pairs:
        hang_up(*pair)


def test_lost_calls_get_new_media(fresh_installation):
    """Without a Redis: ports and keys are gone. Who refuses the new ones, or knows no more of the call, ends it."""
    installation = fresh_installation()
    sbc, med1, gw = installation.sbc, installation.mediation("med1"), installation.gateway("gw")
    good, refused, held = calls_up(med1, gw, [1000, 2000, 3000])
    hold(held[1], held[0])
    come_back(sbc)
    request = refused[0].expect("INVITE")
    refused[0].respond(request, 488, "Not Acceptable Here")
    refused[0].expect("ACK")
    for end in refused:
        assert end.ended()["Reason"] == 'Q.850;cause=38;text="Media lost"'
    rebuilt(good, held, timeout=5)
    quiet(good, held)
    assert [heard.verdict for heard in talk(*good, 1.0)] == ["ok", "ok"]
    assert_digits(*good)
    hold(held[1], held[0], "sendrecv")
    assert [heard.verdict for heard in talk(*held, 1.0)] == ["ok", "ok"]
    for pair in (good, held):
        hang_up(*pair)
    assert sbc.media_ended()


def test_a_node_that_is_gone_for_good(fresh_installation):
    """Its calls go to the other one, and stay there; where there is none they end."""
    installation = fresh_installation(settings=settings(media_patience=2), media_nodes=(1, 1))
    sbc, med1, gw = installation.sbc, installation.mediation("med1"), installation.gateway("gw")
    pairs = calls_up(med1, gw, range(1000, 7000, 1000))
    there = {number: sbc.calls_of(number) for number in (1, 2)}
    assert all(there.values()), "all calls are on one node"
    sbc.rtpengines[1].kill()
    moved = [pair for pair in pairs if pair[0].call_id in there[1] or pair[1].call_id in there[1]]
    assert len(moved) == len(there[1])
    rebuilt(*moved, timeout=8)
    for call, other in pairs:
        quiet((call, other))
        assert [heard.verdict for heard in talk(call, other, 1.0)] == ["ok", "ok"]
        hold(call, other)
        hold(other, call, "sendrecv")
        assert [heard.verdict for heard in talk(call, other, 1.0)] == ["ok", "ok"]
    assert len(sbc.calls_of(2)) == len(pairs)
    sbc.rtpengines[2].kill()
    for pair in pairs:
        for end in pair:
            assert end.ended(timeout=8)["Reason"] == 'Q.850;cause=38;text="Media lost"'
