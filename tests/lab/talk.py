# SPDX-License-Identifier: GPL-2.0-or-later
"""What two ends do together: set up a call, talk, hold, hang up. Every step is expected at the other end."""
import time

from lab.rtp import PERIOD

SETTLE = 0.15  # seconds for packets that are under way
PATIENCE = 2.0  # seconds at most, where some of them are missing


def call_up(caller, callee, number="+4930123456", ring=0.05, **invite):
    """A call, answered and acknowledged: (the caller's, the callee's)."""
    call = caller.invite(number, **invite)
    other = callee.answer_next(ring=ring, number=number if number in callee.reserved else None)
    call.answered()
    other.expect("ACK")
    return call, other


def talk(one, other, seconds=2.0, hz=(440, 880), leap=1):
    """Both send a tone. Returns (what `one` heard, what `other` heard). leap: see lab.rtp.Stream.leap()."""
    streams = one.stream, other.stream
    sent = [stream.sent for stream in streams]
    for stream, tone in zip(streams, hz):
        stream.mark()
        stream.leap(leap)
        stream.talk(tone)
    time.sleep(seconds)
    _wait(lambda: all(stream.sent - before >= seconds / PERIOD - 1
                      for stream, before in zip(streams, sent) if stream.sending))
    for stream in streams:
        stream.talk(0)
        stream.leap()
    time.sleep(SETTLE)
    sent = [stream.sent - before for stream, before in zip(streams, sent)]
    _wait(lambda: all(stream.came in (0, count) for stream, count in zip(streams, sent[::-1])))
    return streams[0].result(hz[1], sent=sent[1]), streams[1].result(hz[0], sent=sent[0])


def _wait(done):
    """On a busy machine endpoints come late to send, and to look for what has come."""
    deadline = time.monotonic() + PATIENCE
    while not done() and time.monotonic() < deadline:
        time.sleep(0.02)


def hold(holder, held, direction="inactive"):
    """One end puts the call on hold (or takes it back with sendrecv); the other agrees."""
    holder.reinvite(direction)
    request = held.accept()
    holder.answered()
    held.expect("ACK")
    return request


def hang_up(one, other):
    """One end says goodbye, the other agrees."""
    one.request("BYE")
    other.ended()
    one.expect(200)
