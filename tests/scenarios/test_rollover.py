# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls that last. SRTP counts how often the 16 bits of the sequence number have wrapped (the roll-over counter, RFC 3711
3.3.1), every 22 minutes at 50 packets a second; who loses count cannot decode another packet. Here numbers leap, which any
receiver must follow, so that a call of 25 minutes and more passes in a second."""
import pytest

from lab.pairings import Pairings
from lab.rtp import PERIOD
from lab.side_by_side import Scenario, played
from lab.srtp import SUITE
from lab.talk import call_up, hang_up, hold, talk

PAIRINGS = Pairings(["gateway-rtp"], ["Required"])
NEAR_THE_END = 65500  # the first number: the first wrap comes within the first second
STEP = 25000  # three packets are 25 minutes
PACKETS, WRAPS = 20, 6  # at least, of each leap()
TALK = 0.6


# What Lync's end does with the counter when a key is new: RFC 3711 3.3.1 lets it go on; Microsoft's media processors of
# Teams begin at 0 (told in rtpengine's issue 1443), and of Lync nothing is known.
COUNTERS = {"the counter goes on": True, "the counter begins anew": False}


def assert_audio(lync, gateway):
    at_lync, at_gateway = talk(lync, gateway, TALK)
    assert (at_lync.verdict, at_lync.suite, at_lync.wire) == ("ok", SUITE, "encrypted"), str(at_lync)
    assert (at_gateway.verdict, at_gateway.suite, at_gateway.wire) == ("ok", "RTP", "plain"), str(at_gateway)


def leap(lync, gateway):
    """The numbers wrap some more times. Every packet comes and can be decoded, with the counter that its sender has."""
    before = lync.stream.result(0).roc, lync.stream.sending_roc
    heard = talk(lync, gateway, PACKETS * PERIOD, leap=STEP)
    for media in heard:
        assert (media.decoded, media.auth_failures) == (media.sent, 0), str(media)
    assert heard[0].roc >= before[0] + WRAPS and lync.stream.sending_roc >= before[1] + WRAPS


def resumed(holder, held):
    hold(holder, held)
    assert [media.verdict for media in talk(holder, held, seconds=0.2)] == ["nothing came"] * 2
    hold(holder, held, "sendrecv")


def rekeyed(lync, gateway, by_lync=True):
    """New keys on Lync's leg, in a re-INVITE of Lync's or in Lync's answer to one of the gateway's."""
    old = lync.local_cryptos
    lync.rekey = True
    hold(*((lync, gateway) if by_lync else (gateway, lync)), "sendrecv")
    lync.rekey = False
    assert not {c.key for c in old} & {c.key for c in lync.local_cryptos}, "no new key"


CHANGES = {
    "nothing": lambda lync, gateway: None,
    "Lync holds and resumes": resumed,
    "the gateway holds and resumes": lambda lync, gateway: resumed(gateway, lync),
    "Lync refreshes": lambda lync, gateway: hold(lync, gateway, "sendrecv"),
    "the gateway refreshes": lambda lync, gateway: hold(gateway, lync, "sendrecv"),
    "Lync re-keys": rekeyed,
    "Lync re-keys in an answer": lambda lync, gateway: rekeyed(lync, gateway, by_lync=False),
}


def all_of_it(lync, gateway):
    for change in list(CHANGES.values())[:-1]:
        change(lync, gateway)
        assert_audio(lync, gateway)
        leap(lync, gateway)


CHANGES["all of it"] = all_of_it


def play(scenario, caller, callee, number):
    """Some wraps, a change, some more wraps: audio both ways after each."""
    call, other = call_up(caller, callee, number)
    lync, gateway = (call, other) if scenario.lync_calls else (other, call)
    lync.stream.keeps_roc = COUNTERS[scenario.variant]
    assert_audio(lync, gateway)
    leap(lync, gateway)
    CHANGES[scenario.what](lync, gateway)
    assert_audio(lync, gateway)
    leap(lync, gateway)
    assert_audio(lync, gateway)
    assert_a_lost_count_is_noticed(lync.stream)
    hang_up(call, other)


def assert_a_lost_count_is_noticed(stream):
    """The check itself: one who does not know of the wraps decodes nothing."""
    assert stream.result(880, packets=stream.packets[-10:], since=0, index=None).decoded == 0


SCENARIOS = [Scenario("Required", "gateway-rtp", lync_calls, what, variant) for lync_calls in (True, False)
             for what in CHANGES for variant in COUNTERS if lync_calls or COUNTERS[variant]]


@pytest.fixture(scope="module")
def outcomes(request):
    with played(request, PAIRINGS, play, sequence=NEAR_THE_END) as outcomes:
        yield outcomes


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_audio_outlasts_the_wraps(outcomes, scenario):
    outcomes.assert_good(scenario)


def test_afterwards(outcomes):
    outcomes.assert_good_afterwards()
