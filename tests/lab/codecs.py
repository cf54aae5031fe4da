# SPDX-License-Identifier: GPL-2.0-or-later
"""Codecs of gateways: frames of 20 ms out of samples, and back. G.711 is ours; the others are the libraries that rtpengine
itself depends on, so that what is measured is the SBC and no third opinion of a codec.

A codec has: name and payload_type (its own, or the number that we propose), rtpmap, fmtp (or ""), ticks (of the RTP clock
a frame), memory (samples until it has settled), pack(samples) -> payloads, unpack(payloads) -> samples. Samples are 16 bits at tone.RATE.
"""
import array
import ctypes
import functools

from lab.g711 import FRAME, PCMA, PCMU


@functools.cache
def _library(name, *makers):
    """makers: what returns a pointer, which ctypes would cut to an int."""
    library = ctypes.CDLL(name)
    for maker in makers:
        getattr(library, maker).restype = ctypes.c_void_p
    return library


def _frames(samples, length):
    """Whole ones."""
    return [array.array("h", samples[i:i + length]) for i in range(0, len(samples) - length + 1, length)]


def _address(buffer):
    return ctypes.c_void_p(buffer.buffer_info()[0])


class _Codec:
    fmtp, ticks, memory = "", FRAME, 800

    @property
    def rtpmap(self):
        return f"{self.name}/8000"


class G729(_Codec):
    """ITU-T G.729 annex A, two frames of 10 ms a packet (RFC 3551 4.5.6); no silence frames (annex B)."""
    name, payload_type, fmtp = "G729", 18, "annexb=no"
    _SAMPLES, _BYTES = 80, 10

    def pack(self, samples):
        lib = _library("libbcg729.so.0", "initBcg729EncoderChannel", "initBcg729DecoderChannel")
        state = ctypes.c_void_p(lib.initBcg729EncoderChannel(0))
        out, length, coded = ctypes.create_string_buffer(self._BYTES), ctypes.c_uint8(), []
        for frame in _frames(samples, self._SAMPLES):
            lib.bcg729Encoder(state, _address(frame), out, ctypes.byref(length))
            coded.append(out.raw[:length.value])
        lib.closeBcg729EncoderChannel(state)
        return [b"".join(coded[i:i + 2]) for i in range(0, len(coded), 2)]

    def unpack(self, payloads):
        lib = _library("libbcg729.so.0", "initBcg729EncoderChannel", "initBcg729DecoderChannel")
        state = ctypes.c_void_p(lib.initBcg729DecoderChannel())
        frame, samples = array.array("h", bytes(2 * self._SAMPLES)), []
        for payload in payloads:
            for i in range(0, len(payload) - self._BYTES + 1, self._BYTES):
                lib.bcg729Decoder(state, payload[i:i + self._BYTES], self._BYTES, 0, 0, 0, _address(frame))
                samples += frame
        lib.closeBcg729DecoderChannel(state)
        return samples


class G722(_Codec):
    """ITU-T G.722 at 64 kbit/s. Its clock says 8000 by an old error (RFC 3551 4.5.2); of its two bands the lower one is
    all that a telephone has, and all that is made and heard here."""
    name, payload_type = "G722", 9
    _RATE, _LOWER_BAND = 64000, 1

    def pack(self, samples):
        lib = _library("libspandsp.so.2", "g722_encode_init", "g722_decode_init")
        state = ctypes.c_void_p(lib.g722_encode_init(None, self._RATE, self._LOWER_BAND))
        out, coded = ctypes.create_string_buffer(2 * FRAME), []
        for frame in _frames(samples, FRAME):
            coded.append(out.raw[:lib.g722_encode(state, out, _address(frame), FRAME)])
        lib.g722_encode_free(state)
        return coded

    def unpack(self, payloads):
        lib = _library("libspandsp.so.2", "g722_encode_init", "g722_decode_init")
        state, samples = ctypes.c_void_p(lib.g722_decode_init(None, self._RATE, self._LOWER_BAND)), []
        for payload in payloads:
            frame = array.array("h", bytes(4 * len(payload)))
            samples += frame[:lib.g722_decode(state, _address(frame), payload, len(payload))]
        lib.g722_decode_free(state)
        return samples


class Opus(_Codec):
    """RFC 7587: the clock is 48000 whatever is coded. Without its speech model, and with few bits: a lone tone comes out
    purest so (0.94 to 0.99 of it; 0.03 to 0.9 otherwise)."""
    name, payload_type, rtpmap, ticks = "opus", 111, "opus/48000/2", 960
    _RATE, _LOW_DELAY, _LARGEST, _LONGEST = 8000, 2051, 1275, 960
    _SET_BITRATE, _BITRATE = 4002, ctypes.c_int(12000)

    def pack(self, samples):
        lib = _library("libopus.so.0", "opus_encoder_create", "opus_decoder_create")
        state = ctypes.c_void_p(lib.opus_encoder_create(self._RATE, 1, self._LOW_DELAY, None))
        lib.opus_encoder_ctl(state, self._SET_BITRATE, self._BITRATE)
        out, coded = ctypes.create_string_buffer(self._LARGEST), []
        for frame in _frames(samples, FRAME):
            coded.append(out.raw[:lib.opus_encode(state, _address(frame), FRAME, out, self._LARGEST)])
        lib.opus_encoder_destroy(state)
        return coded

    def unpack(self, payloads):
        lib = _library("libopus.so.0", "opus_encoder_create", "opus_decoder_create")
        state, samples = ctypes.c_void_p(lib.opus_decoder_create(self._RATE, 1, None)), []
        for payload in payloads:
            frame = array.array("h", bytes(2 * self._LONGEST))
            count = lib.opus_decode(state, payload, len(payload), _address(frame), self._LONGEST, 0)
            samples += frame[:max(count, 0)]  # below 0: that is no Opus
        lib.opus_decoder_destroy(state)
        return samples


CODECS = {codec.payload_type: codec for codec in (PCMU, PCMA, G722(), G729(), Opus())}
_BY_NAME = {codec.name.lower(): codec for codec in CODECS.values()}


def codec_of(sdp, payload_type):
    """The codec that an SDP means by a number: by its rtpmap, or where it has none by RFC 3551. None: not one of ours."""
    name = sdp.rtpmap(payload_type)
    return _BY_NAME.get(name.partition("/")[0].lower()) if name else CODECS.get(payload_type)
