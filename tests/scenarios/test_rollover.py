# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls that last. SRTP counts how often the 16 bits of the sequence number have wrapped (the roll-over counter, RFC 3711
3.3.1), every 22 minutes at 50 packets a second; who loses count cannot decode another packet. Here numbers leap, which any
receiver must follow, so that a call of 25 minutes and more passes in a second."""
import time

import pytest

from lab.srtp import SUITE
from lab.talk import SETTLE, call_up, hang_up, hold, talk

NEAR_THE_END = 65500  # the first number: the first wrap comes within the first second
STEP = 25000  # three packets are 25 minutes
WRAPS = 4  # at least, of each leap()
LEAP = 0.4  # seconds, 20 packets
TALK = 0.6


@pytest.fixture(params=[True, False], ids=["counter goes on", "counter at 0"])
def keeps_roc(request):
    """What Lync's end does with the counter when a key is new: as RFC 3711 has it, or as Microsoft's do."""
    return request.param


@pytest.fixture(params=["from Lync", "to Lync"])
def ends(request, med1, gw, keeps_roc):
    med1.sequence = gw.sequence = NEAR_THE_END
    med1.keeps_roc = keeps_roc
    return (med1, gw) if request.param == "from Lync" else (gw, med1)


@pytest.fixture
def long_call(ends):
    """A call with several wraps behind it, each way: (at Lync, at the gateway)."""
    call, other = call_up(*ends)
    lync, gateway = (call, other) if ends[0].name == "med1" else (other, call)
    assert_audio(lync, gateway)
    leap(lync, gateway)
    return lync, gateway


def assert_audio(lync, gateway):
    at_lync, at_gateway = talk(lync, gateway, TALK)
    assert (at_lync.verdict, at_lync.suite, at_lync.wire) == ("ok", SUITE, "encrypted"), str(at_lync)
    assert (at_gateway.verdict, at_gateway.suite, at_gateway.wire) == ("ok", "RTP", "plain"), str(at_gateway)


def leap(lync, gateway):
    """The numbers wrap some more times. Every packet comes and can be decoded, with the counter that its sender has."""
    streams, before = (lync.stream, gateway.stream), (lync.stream.result(0).roc, lync.stream.sending_roc)
    for stream, hz in zip(streams, (440, 880)):
        stream.mark()
        stream.leap(STEP)
        stream.talk(hz)
    sent = [stream.sent for stream in streams]
    time.sleep(LEAP)
    for stream in streams:
        stream.talk(0)
        stream.leap()
    time.sleep(SETTLE)
    sent = [stream.sent - first for stream, first in zip(streams, sent)]
    heard = [stream.result(0) for stream in streams]
    assert [media.decoded for media in heard] == sent[::-1], f"{heard[0]}; {heard[1]}"
    assert heard[0].roc >= before[0] + WRAPS and streams[0].sending_roc >= before[1] + WRAPS


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


@pytest.mark.parametrize("change", CHANGES)
def test_after_some_wraps(long_call, change):
    """Audio both ways after the change, and after more wraps."""
    lync, gateway = long_call
    CHANGES[change](lync, gateway)
    assert_audio(lync, gateway)
    leap(lync, gateway)
    assert_audio(lync, gateway)
    hang_up(lync, gateway)


def test_all_of_it_in_one_call(long_call):
    lync, gateway = long_call
    for change in CHANGES.values():
        change(lync, gateway)
        assert_audio(lync, gateway)
        leap(lync, gateway)
    hang_up(gateway, lync)


def test_a_lost_count_is_noticed(long_call):
    """The check itself: one who does not know of the wraps decodes nothing."""
    lync, gateway = long_call
    talk(lync, gateway, TALK)
    late = lync.stream.packets[-20:]
    assert lync.stream.result(880, packets=late, since=0).decoded == 0
    hang_up(lync, gateway)
