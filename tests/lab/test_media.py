# SPDX-License-Identifier: GPL-2.0-or-later
"""SRTP, G.711 and the judgement on what was heard; above all, that the judgement can be bad."""
import random
import struct

import pytest

from lab import digits, media, srtp, tone
from lab.codecs import CODECS as ALL_CODECS
from lab.g711 import CODECS, PCMA, PCMU
from lab.rtcp import reports

KEY = bytes(range(30))


def stream(hz=440, count=100, key=KEY, first=1000, codec=PCMU, mki=b""):
    """`count` packets of a tone, as a receiver gets them."""
    context = srtp.Context(key, mki) if key else None
    samples = tone.make(hz, 160 * count)
    packets = []
    for i in range(count):
        header = struct.pack("!BBHII", 0x80, codec.payload_type, first + i & 0xFFFF, 160 * i, 77)
        packet = header + codec.encode(samples[160 * i:160 * i + 160])
        packets.append(media.Packet(i * .02, ("h", 1), context.protect(packet) if context else packet))
    return packets


def judge(packets, hz=440, key=KEY, codec=PCMU, **more):
    return media.analyse(packets, hz, codec.payload_type, key, **more)


# RFC 3711 B.2 and B.3, the test vectors of the document -----------------------------------------------------------
def test_rfc3711_counter_mode():
    key = bytes.fromhex("2B7E151628AED2A6ABF7158809CF4F3C")
    iv = bytes.fromhex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD0000")
    stream_ = srtp.keystream(key, iv, bytes(0xFF02 * 16))
    assert stream_[:48].hex() == ("e03ead0935c95e80e166b16dd92b4eb4" "d23513162b02d0f72a43a2fe4a5f97ab"
                                  "41e95b3bb0a2e8dd477901e4fca894c0")
    assert stream_[0xFEFF * 16:].hex() == ("ec8cdf7398607cb0f2d21675ea9ea1e4" "362b7c3c6773516318a077d7fc5073ae"
                                           "6a2cc3787889374fbeb4c81b17ba6c44")


def test_rfc3711_key_derivation():
    master = bytes.fromhex("E1F97A0D3E018BE0D64FA32C06DE4139" "0EC675AD498AFEEBB6960B3AABE6")
    assert srtp.derive(master, 0, 16).hex() == "c61e7a93744f39ee10734afe3ff7a087"
    assert srtp.derive(master, 2, 14).hex() == "30cbbc08863d8c85d49db34a9ae1"
    assert srtp.derive(master, 1, 94).hex() == (
        "cebe321f6ff7716b6fd4ab49af256a15" "6d38baa48f0a0acf3c34e2359e6cdbce" "e049646c43d9327ad175578ef7227098"
        "6371c10c9a369ac2f94a8c5fbcdddc25" "6d6e919a48b610ef17c2041e47403576" "6b68642c59bbfc2f34db60dbdfb2")


@pytest.mark.parametrize("mki", [b"", b"\x01"])
def test_round_trip_over_the_wrap(mki):
    assert judge(stream(first=65500, mki=mki), mki=mki).ok


def test_index_follows_a_late_packet_over_the_wrap():
    packets = stream(first=65500)
    packets[35], packets[37] = packets[37], packets[35]
    assert judge(packets).verdict == "ok"


def test_srtcp_round_trip_and_tamper():
    send, receive = srtp.Context(KEY), srtp.Context(KEY)
    report = struct.pack("!BBHIII", 0x80, 201, 1, 77, 5, 6)
    wire = [send.protect_rtcp(report) for _ in range(3)]
    assert wire[0] != wire[1] and [receive.unprotect_rtcp(w) for w in wire] == [report] * 3
    with pytest.raises(srtp.AuthenticationFailed):
        receive.unprotect_rtcp(srtp.flipped(wire[0], 70))


# negatives: each is a way in which a call can be broken while its signalling is green ------------------------------
@pytest.mark.parametrize("bit", [0, 127, 128, 239])
def test_one_bit_of_the_key(bit):
    heard = judge(stream(), key=srtp.flipped(KEY, bit))
    assert heard.decoded == 0 and heard.auth_failures == 100 and heard.tone is None
    assert heard.verdict == "not one of 100 packets could be decoded"


@pytest.mark.parametrize("where", [1, 3, 20, 171, 181])
def test_one_bit_of_a_packet(where):
    packets = stream()
    packets[50] = media.Packet(1, ("h", 1), srtp.flipped(packets[50].data, where * 8))
    heard = judge(packets)
    assert heard.auth_failures == 1 and heard.verdict == "1 of 100 packets failed authentication"


def test_without_authentication_a_wrong_key_is_noise():
    """Even a receiver that forgets to check the tag would notice: the tone is gone."""
    wrong = srtp.Context(srtp.flipped(KEY))
    wrong._rtp.tag = lambda body, roc: b""
    noise = b"".join(wrong.protect(p.data)[12:172] for p in stream())
    assert tone.measure(PCMU.decode(noise)).purity < 0.2


def test_plain_where_srtp_was_agreed():
    heard = judge(stream(key=None))
    assert heard.wire == "plain" and heard.decoded == 0 and not heard.ok


def test_srtp_where_plain_was_agreed():
    heard = judge(stream(), key=None)
    assert heard.wire == "encrypted" and "noise" in heard.verdict


def test_mki_missing_or_too_much():
    assert judge(stream(), mki=b"\x01").decoded == 0
    assert judge(stream(mki=b"\x01")).decoded == 0


@pytest.mark.parametrize("broken, verdict", [
    (lambda p: [], "nothing came"),
    (lambda p: p[:50] + p[51:], "1 packets lost"),
    (lambda p: p[:50] + p[49:], "1 packets came twice"),
])
def test_loss_and_copies(broken, verdict):
    assert judge(broken(stream(key=None)), key=None).verdict == verdict


def test_wrong_tone_and_silence():
    assert judge(stream(hz=880)).verdict == "a tone of 880.0 Hz instead of 440 Hz"
    assert judge(stream(hz=0)).verdict == "silence"


def test_only_what_came_since_the_mark():
    assert judge(stream(), since=1.0).packets == 50


def test_good_stream_in_the_clear_and_encrypted():
    plain, secure = judge(stream(key=None), key=None), judge(stream())
    assert (plain.verdict, plain.wire, plain.suite) == ("ok", "plain", "RTP")
    assert (secure.verdict, secure.wire, secure.suite) == ("ok", "encrypted", srtp.SUITE)


@pytest.mark.parametrize("codec", CODECS.values(), ids=lambda c: c.name)
@pytest.mark.parametrize("hz", [300, 440, 880, 1000, 3000])
def test_tone_within_one_percent(hz, codec):
    found = tone.measure(codec.decode(codec.encode(tone.make(hz, 8000))))
    assert abs(found.hz - hz) < 0.01 * hz and found.purity > 0.98
    assert abs(found.level - -8.7) < 0.3  # 20 log10(12000 / 32768)


def test_noise_is_no_tone():
    noise = random.Random(1)
    assert tone.measure([noise.randint(-9000, 9000) for _ in range(16000)]).purity < 0.2
    assert tone.measure([0] * 8000) is None


@pytest.mark.parametrize("codec", CODECS.values(), ids=lambda c: c.name)
def test_codes_decode_to_themselves(codec):
    assert all(codec.decode(codec.encode(codec.decode(bytes([c])))) == codec.decode(bytes([c])) for c in range(256))


def test_known_codes():
    """ITU-T G.711 tables 1a to 2b: silence, full scale, and the first step."""
    assert (PCMU.encode([0]), PCMA.encode([0])) == (b"\xff", b"\xd5")
    assert (PCMU.encode([32767, -32768]), PCMA.encode([32767, -32768])) == (b"\x80\x00", b"\xaa\x2a")
    assert (PCMU.decode(b"\x80"), PCMA.decode(b"\xaa")) == ([32124], [32256])


# RTCP --------------------------------------------------------------------------------------------------------------
REPORT = struct.pack("!BBHI20x", 0x80, 200, 6, 77) + struct.pack("!BBHIBB2x", 0x81, 202, 2, 77, 0, 0)


def test_reports_and_the_largest_gap():
    context = srtp.Context(KEY)
    came = [media.Packet(when, ("h", 1), context.protect_rtcp(REPORT), rtcp=True) for when in (0.5, 4.0, 9.0)]
    heard = reports(came, since=1.0, until=12.0, key=KEY)
    assert [report.kinds for report in heard.all] == [("SR", "SDES")] * 2
    assert (heard.failures, heard.gap) == (0, 5.0)
    assert reports(came, since=1.0, until=20.0, key=KEY).gap == 11.0
    wrong = reports(came, since=1.0, until=12.0, key=srtp.flipped(KEY))
    assert (wrong.failures, wrong.gap, wrong.readable) == (2, 11.0, [])
    assert reports([], since=1.0, until=9.0).gap == 8.0


@pytest.mark.parametrize("broken", [REPORT[:-4], REPORT[28:], b"\x80\x00" + REPORT[2:]])
def test_what_is_no_report(broken):
    assert reports([media.Packet(2, ("h", 1), broken, rtcp=True)], since=1, until=3).failures == 1


# digits and other codecs -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("codec", [c for c in ALL_CODECS.values() if c.name != "opus"], ids=lambda c: c.name)
def test_digits_as_tones(codec):
    packets = [media.Packet(i * .02, ("h", 1), struct.pack("!BBHII", 0x80, 0, i, 160 * i, 7) + payload)
               for i, payload in enumerate(codec.pack(digits.tones(digits.KEYS + "11")))]
    assert digits.heard(packets, 0, 0, codec) == digits.KEYS + "11"
    assert digits.heard(packets, 1.0, 0, codec) == digits.KEYS[5:] + "11"
    assert digits.heard(stream(key=None), 0, 0, PCMU) == ""


@pytest.mark.parametrize("codec", ALL_CODECS.values(), ids=lambda c: c.name)
@pytest.mark.parametrize("hz", [440, 880])
def test_tone_through_every_codec(codec, hz):
    payloads = codec.pack(tone.make(hz, 8000))
    found = tone.measure(codec.unpack(payloads)[codec.memory:])
    assert abs(found.hz - hz) < 0.01 * hz and found.purity > media.PURE and abs(found.level + 8.7) < 1.5
    noise = random.Random(1)
    found = tone.measure(codec.unpack([noise.randbytes(len(p)) for p in payloads])[codec.memory:])
    assert found is None or found.purity < 0.6


def test_packets_that_have_overtaken_each_other():
    """As a receiver with a buffer hears them, over the wrap too."""
    packets = [packet.data for packet in stream(key=None, first=65500)]
    mixed = packets[:30] + packets[33:36] + packets[30:33] + packets[36:38] + packets[39:37:-1] + packets[40:]
    assert mixed != packets and media.in_order(mixed) == packets
