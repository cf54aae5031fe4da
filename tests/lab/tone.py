# SPDX-License-Identifier: GPL-2.0-or-later
"""Tones: making one, and finding which one is heard."""
import math
from dataclasses import dataclass

RATE = 8000  # samples a second
_BLOCK = 800  # 100 ms: short enough that a lost packet spoils little, long enough for 200 Hz


@dataclass(frozen=True)
class Tone:
    hz: float
    level: float  # dB below a sine of full scale, 16 bits
    purity: float  # share of the energy that lies at hz; noise has 0.05, a tone through G.711 0.99


def make(hz, samples, amplitude=12000):
    return [round(amplitude * math.sin(2 * math.pi * hz * i / RATE)) for i in range(samples)]


def measure(samples):
    """The strongest tone, or None when there is less than 100 ms or only silence."""
    blocks = [samples[i:i + _BLOCK] for i in range(0, len(samples) - _BLOCK + 1, _BLOCK)]
    energy = sum(x * x for block in blocks for x in block)
    if not blocks or energy < len(blocks) * _BLOCK:
        return None
    found = sorted(hz for hz in map(_crossings, blocks) if hz)
    if not found:
        return None
    hz = found[len(found) // 2]
    purity = min(1.0, sum(energy_at(hz, block) for block in blocks) / energy)
    level = 10 * math.log10(energy / (len(blocks) * _BLOCK) / (32768 ** 2 / 2))
    return Tone(round(hz, 1), round(level, 1), round(purity, 3))


def _crossings(block):
    """Frequency by the upward zero crossings, each placed between its two samples."""
    at = [i - block[i] / (block[i] - block[i - 1]) for i in range(1, len(block)) if block[i - 1] < 0 <= block[i]]
    return (len(at) - 1) * RATE / (at[-1] - at[0]) if len(at) > 2 else None


def energy_at(hz, block):
    """Energy of the block's part at hz (Goertzel 1958, with a frequency that need not be a whole bin)."""
    w = 2 * math.pi * hz / RATE
    c, s1, s2 = 2 * math.cos(w), 0.0, 0.0
    for x in block:
        s1, s2 = x + c * s1 - s2, s1
    return (s1 * s1 + s2 * s2 - c * s1 * s2) * 2 / len(block)
