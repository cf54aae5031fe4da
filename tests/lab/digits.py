# SPDX-License-Identifier: GPL-2.0-or-later
"""Digits in a call: as events (RFC 4733), and as pairs of tones in the audio (ITU-T Q.23)."""
import math
import struct

from lab import srtp, tone
from lab.media import in_order, opened

KEYS = "123A456B789C*0#D"
EVENTS = "0123456789*#ABCD"  # RFC 4733 3.2
LOW, HIGH = (697, 770, 852, 941), (1209, 1336, 1477, 1633)
FRAME = 160  # samples of 20 ms
LENGTH, PAUSE = 5, 5  # frames of 20 ms, of a digit and between two
COPIES = 3  # of the packet that ends an event
LEVEL = 6000  # of each tone: two of them stay far from clipping
VOLUME = 10
SHARE = 0.8  # of the energy of 20 ms that the two tones must have


# sending -------------------------------------------------------------------------------------------------------------
def tones(text):
    """Samples."""
    samples = []
    for digit in text:
        row, column = divmod(KEYS.index(digit), 4)
        pair = zip(tone.make(LOW[row], LENGTH * FRAME, LEVEL), tone.make(HIGH[column], LENGTH * FRAME, LEVEL))
        samples += [a + b for a, b in pair] + [0] * PAUSE * FRAME
    return samples


def event(number, clock=tone.RATE):
    """The payloads of one event, one every 20 ms; the last is sent three times (RFC 4733 2.5.1.4)."""
    lengths = [*range(1, LENGTH + 1), *[LENGTH] * (COPIES - 1)]
    return [struct.pack("!BBH", number, (0x80 if at >= LENGTH else 0) | VOLUME, length * clock // 50)
            for at, length in enumerate(lengths, start=1)]


# recognising ---------------------------------------------------------------------------------------------------------
def told(packets, since, event_type, key=None, mki=b"", index=None, **_):
    """The digits of the events that came: each timestamp is one, whatever was lost of it."""
    seen = {}
    for packet in _readable(packets, since, key, mki, index):
        if packet[1] & 127 == event_type and len(packet) >= 16 and packet[12] < len(EVENTS):
            seen.setdefault(packet[4:8], EVENTS[packet[12]])
    return "".join(seen.values())


def heard(packets, since, payload_type, codec, key=None, mki=b"", index=None):
    """The digits that are heard in the audio: two frames of 20 ms in a row, and a pause before the next."""
    audio = [packet for packet in _readable(packets, since, key, mki, index) if packet[1] & 127 == payload_type]
    samples = codec.unpack([packet[12:] for packet in in_order(audio)])
    found = [_digit(samples[i:i + FRAME]) for i in range(0, len(samples) - FRAME + 1, FRAME)]
    return "".join(now for before, last, now in zip([""] + found, found, found[1:])
                   if now and now == last and before != now)


def _readable(packets, since, key, mki, index):
    """The RTP that came, in clear."""
    context = srtp.Context(key, mki, index) if key else None
    plain = [(p.when, opened(p, context)) for p in packets if not p.rtcp]
    return [packet for when, packet in plain if packet and when >= since]


def _digit(samples):
    """The digit of 20 ms, or ""."""
    energy = sum(x * x for x in samples)
    if energy < len(samples) * 100 ** 2:
        return ""
    low, high = (max((tone.energy_at(hz, samples), hz) for hz in group) for group in (LOW, HIGH))
    if low[0] + high[0] < SHARE * energy or abs(10 * math.log10(low[0] / high[0])) > 8:
        return ""
    return KEYS[4 * LOW.index(low[1]) + HIGH.index(high[1])]
