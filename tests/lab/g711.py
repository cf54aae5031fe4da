# SPDX-License-Identifier: GPL-2.0-or-later
"""G.711: mu-law and A-law by segments, as in ITU-T G.711, for samples of 16 bits."""

FRAME = 160  # samples of 20 ms


def _encode_ulaw(sample):
    sign, magnitude = (0x80, -sample) if sample < 0 else (0, sample)
    magnitude = min(magnitude, 32635) + 132
    segment = magnitude.bit_length() - 8
    return ~(sign | segment << 4 | magnitude >> (segment + 3) & 15) & 0xFF


def _decode_ulaw(code):
    code = ~code & 0xFF
    magnitude = (((code & 15) << 3) + 132 << (code >> 4 & 7)) - 132
    return -magnitude if code & 0x80 else magnitude


def _encode_alaw(sample):
    sign, magnitude = (0, -sample - 1) if sample < 0 else (0x80, sample)
    magnitude = min(magnitude, 32767) >> 4
    segment = max(0, magnitude.bit_length() - 4)
    step = magnitude if segment < 2 else magnitude >> (segment - 1)
    return (sign | segment << 4 | step & 15) ^ 0x55


def _decode_alaw(code):
    code ^= 0x55
    segment, magnitude = code >> 4 & 7, ((code & 15) << 4) + 8
    if segment:
        magnitude = magnitude + 0x100 << (segment - 1)
    return magnitude if code & 0x80 else -magnitude


class Codec:
    """One law, by table. See also codecs.py."""
    fmtp, ticks, memory = "", FRAME, 0

    def __init__(self, name, payload_type, encode, decode):
        self.name, self.payload_type, self.rtpmap = name, payload_type, f"{name}/8000"
        self._samples = [decode(code) for code in range(256)]
        self._codes = bytes(encode(sample) for sample in range(-32768, 32768))

    def encode(self, samples):
        return bytes(self._codes[sample + 32768] for sample in samples)

    def decode(self, data):
        return [self._samples[code] for code in data]

    def pack(self, samples):
        coded = self.encode(samples)
        return [coded[i:i + FRAME] for i in range(0, len(coded) - FRAME + 1, FRAME)]

    def unpack(self, payloads):
        return self.decode(b"".join(payloads))


PCMU = Codec("PCMU", 0, _encode_ulaw, _decode_ulaw)
PCMA = Codec("PCMA", 8, _encode_alaw, _decode_alaw)
CODECS = {codec.payload_type: codec for codec in (PCMU, PCMA)}
