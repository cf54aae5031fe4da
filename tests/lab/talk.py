# SPDX-License-Identifier: GPL-2.0-or-later
"""A conversation: both ends send a tone, and what each of them heard is judged."""
import time

SETTLE = 0.15  # seconds for packets that are under way


def talk(one, other, seconds=2.0, hz=(440, 880)):
    """Two calls that are up, end to end. Returns (what `one` heard, what `other` heard)."""
    streams = one.stream, other.stream
    sent = [stream.sent for stream in streams]
    for stream, tone in zip(streams, hz):
        stream.mark()
        stream.talk(tone)
    time.sleep(seconds)
    for stream in streams:
        stream.talk(0)
    time.sleep(SETTLE)
    sent = [stream.sent - before for stream, before in zip(streams, sent)]
    return streams[0].result(hz[1], sent=sent[1]), streams[1].result(hz[0], sent=sent[0])


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
