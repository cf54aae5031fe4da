# SPDX-License-Identifier: GPL-2.0-or-later
"""What a receiver heard: packets in, a judgement out. Nothing here does I/O or keeps state."""
from dataclasses import dataclass

from lab import srtp, tone
from lab.codecs import CODECS

TOLERANCE = 0.03  # of the tone's frequency
PURE = 0.9


@dataclass(frozen=True)
class Media:
    """One direction of one call at its receiver. `verdict` is "ok" or the first thing that is wrong."""
    suite: str  # "AES_CM_128_HMAC_SHA1_80", or "RTP": none
    codec: str
    sent: int | None  # that the other end sent, where that is known
    packets: int  # that came
    decoded: int
    lost: int  # by sequence number
    duplicates: int
    auth_failures: int
    other_payloads: int  # packets with another payload type than the audio's
    wire: str  # "plain": without any key the tone is heard; "encrypted": it is not; "silent": nothing came
    tone: tone.Tone | None
    expected_hz: float
    ssrcs: int
    sources: tuple  # (address, port) the packets came from
    rtcp: int  # RTCP packets, authenticated where the suite says so
    rtcp_failures: int
    index: dict  # of the last packet of each SSRC in SRTP, as its receiver counts

    @property
    def verdict(self):
        return next((words for wrong, words in self._complaints() if wrong), "ok")

    @property
    def roc(self):
        """The roll-over counter."""
        return max(self.index.values(), default=0) >> 16

    @property
    def ok(self):
        return self.verdict == "ok"

    def _complaints(self):
        heard = self.tone
        secure = self.suite != "RTP"
        yield self.packets == 0, "nothing came"
        yield self.decoded == 0, f"not one of {self.packets} packets could be decoded"
        yield self.auth_failures > 0, f"{self.auth_failures} of {self.packets} packets failed authentication"
        yield self.rtcp_failures > 0, f"{self.rtcp_failures} RTCP packets failed authentication"
        yield self.lost > 0, f"{self.lost} packets lost"
        yield self.sent is not None and self.packets < self.sent, f"only {self.packets} of {self.sent} packets came"
        yield self.duplicates > 0, f"{self.duplicates} packets came twice"
        yield heard is None, "silence"
        yield heard and heard.purity < PURE, f"noise, no tone (purity {heard and heard.purity})"
        off = heard and abs(heard.hz - self.expected_hz) > TOLERANCE * self.expected_hz
        yield off, f"a tone of {heard and heard.hz} Hz instead of {self.expected_hz} Hz"
        yield secure and self.wire == "plain", "the wire is plain although SRTP was agreed"

    def __str__(self):
        hz = f"{self.tone.hz:.1f} Hz {self.tone.level:.1f} dB" if self.tone else "no tone"
        return (f"{self.codec} {self.suite} {self.packets} packets, {self.lost} lost, {self.auth_failures} not "
                f"authentic, {hz}, wire {self.wire}, {self.rtcp} RTCP: {self.verdict}")


@dataclass(frozen=True)
class Packet:
    when: float  # time.monotonic()
    source: tuple
    data: bytes
    rtcp: bool = False


def analyse(packets, expected_hz, payload_type, key=None, mki=b"", since=0.0, sent=None, codec=None, index=None,
            skip=0):
    """Judges what came after `since`. key: master key and salt of the sender, None where RTP was agreed. codec: where
    RFC 3551 does not say it. index: see lab.srtp.Context. skip: samples at the beginning whose tone is not judged, since a
    transcoder swings in; it may keep the last packet back, too.

    Packets before `since` are decrypted as well: the roll-over counter is counted from the first.
    """
    codec = codec or CODECS.get(payload_type)
    context = srtp.Context(key, mki, index) if key else None
    rtp = [p for p in packets if not p.rtcp]
    came = [(p, opened(p, context)) for p in rtp]
    came = [(p, plain) for p, plain in came if p.when >= since]
    good = [plain for _, plain in came if plain]
    audio = [plain for plain in good if plain[1] & 127 == payload_type]
    rtcp = [opened(p, context) for p in packets if p.rtcp and p.when >= since]
    lost, duplicates = _gaps(good)
    return Media(
        suite=srtp.SUITE if key else "RTP",
        codec=codec.name if codec else f"payload type {payload_type}",
        sent=sent and sent - bool(skip), packets=len(came), decoded=len(good), lost=lost, duplicates=duplicates,
        auth_failures=sum(plain is None for _, plain in came) if key else 0,
        other_payloads=len(good) - len(audio),
        wire=_wire([p.data for p, _ in came], codec, skip),
        tone=_heard(in_order(audio), codec, skip), expected_hz=expected_hz,
        ssrcs=len({plain[8:12] for plain in good}),
        sources=tuple(sorted({p.source for p, _ in came})),
        rtcp=sum(plain is not None for plain in rtcp), rtcp_failures=sum(plain is None for plain in rtcp),
        index=context.index if context else {})


def opened(packet, context):
    """The packet in clear, or None when its authentication fails (or it is no RTP at all)."""
    if context is None:
        return packet.data if len(packet.data) >= 8 and packet.data[0] >> 6 == 2 else None
    try:
        return (context.unprotect_rtcp if packet.rtcp else context.unprotect)(packet.data)
    except srtp.AuthenticationFailed:
        return None


def _extended(packets):
    """{SSRC: [extended sequence number of each packet]} (RFC 3550 A.1)."""
    streams = {}
    for packet in packets:
        sequence = int.from_bytes(packet[2:4], "big")
        seen = streams.setdefault(packet[8:12], [])
        if seen:
            sequence += round((seen[-1] - sequence) / 65536) * 65536
        seen.append(sequence)
    return streams


def in_order(packets):
    """As a receiver's buffer puts them: by sequence number, one SSRC after the other."""
    streams = _extended(packets)
    numbers = {ssrc: iter(seen) for ssrc, seen in streams.items()}
    places = {ssrc: place for place, ssrc in enumerate(streams)}
    numbered = [((places[packet[8:12]], next(numbers[packet[8:12]])), packet) for packet in packets]
    return [packet for _, packet in sorted(numbered, key=lambda pair: pair[0])]


def _gaps(packets):
    """(lost, duplicates) of every SSRC, by extended sequence numbers (RFC 3550 A.1, A.3)."""
    streams = _extended(packets)
    lost = sum(max(seen) - min(seen) + 1 - len(set(seen)) for seen in streams.values())
    return lost, sum(len(seen) - len(set(seen)) for seen in streams.values())


def _heard(packets, codec, skip=0):
    """A codec with a memory needs a few frames until it says what it was told: they are not judged."""
    return codec and tone.measure(codec.unpack([p[12:] for p in packets])[max(codec.memory, skip):])


def _wire(packets, codec, skip):
    """Whether one who has no key hears a tone. Cipher text is noise to him."""
    if not packets:
        return "silent"
    heard = _heard([p[:172] for p in packets], codec, skip)
    return "plain" if heard and heard.purity >= PURE else "encrypted"
