# SPDX-License-Identifier: GPL-2.0-or-later
"""What rtpengine really does with the flags of two media profiles: packets, keys and tones at both ends."""
import contextlib
import os
import time

import pytest

from lab import srtp
from lab.g711 import CODECS
from lab.ng_call import Call, Party, Profiles, Rtpengine
from lab.paths import PLANS
from lab.rtp import Stream
from lab.sdp import Sdp

PROFILES = Profiles()
OWN_PLAN = PLANS / "good" / "profiles.xml"
pytestmark = pytest.mark.timeout(60)


@pytest.fixture(scope="module")
def rtpengine(tmp_path_factory):
    with Rtpengine(tmp_path_factory.mktemp("ng")) as running:
        yield running


class End(Party):
    """A party with a stream."""

    def __init__(self, rtpengine, profile, takes="RTP/SAVP", profiles=PROFILES):
        profile = profiles.by_name[profile]
        host = rtpengine.lab["med1" if profile["side"] == "lync" else "gw"]
        self.stream = Stream(host)
        super().__init__(profile, host.address, self.stream.port, os.urandom(30), takes)

    def begin(self, got, said):
        """Media as what came and what was said have agreed on it."""
        came, mine = Sdp(got), Sdp(said)
        secure = bool(came.cryptos and mine.cryptos)
        payload_type = next(p for p in (came if len(came.payloads) <= len(mine.payloads) else mine).payloads if p in CODECS)
        self.stream.connect((came.address, came.port), payload_type, srtp.Context(self.key) if secure else None,
                            came.cryptos[0].key if secure else None)


class Talk:
    """A call between two ends, with media."""

    def __init__(self, rtpengine, caller, callee):
        self.rtpengine, self.caller, self.callee = rtpengine, caller, callee
        self.call = Call(rtpengine.ng, PROFILES, os.urandom(6).hex())
        self.negotiate()

    def negotiate(self, turned=False):
        asks, answers = (self.callee, self.caller) if turned else (self.caller, self.callee)
        self.offered = self.call.offer(asks, answers)
        answer = answers.answer(self.offered)
        self.answered = self.call.answer(answers, asks, answer)
        answers.begin(self.offered, answer)
        asks.begin(self.answered, asks.offer())

    def talk(self, seconds=0.8):
        """(what the caller hears, what the callee hears)."""
        self.caller.stream.talk(440)
        self.callee.stream.talk(660)
        time.sleep(0.1)
        self.caller.stream.mark()
        self.callee.stream.mark()
        time.sleep(seconds)
        return self.caller.stream.result(660), self.callee.stream.result(440)

    def close(self):
        self.call.delete()
        self.caller.stream.close()
        self.callee.stream.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def assert_heard(heard, suites):
    for media, suite in zip(heard, suites):
        assert (media.verdict, media.suite) == ("ok", suite), str(media)
        assert media.wire == ("plain" if suite == "RTP" else "encrypted"), str(media)


def transcoded(rtpengine):
    """Whether rtpengine reads and writes audio anew for the calls that there are."""
    return rtpengine.ng.ask("statistics")["statistics"]["currentstatistics"]["transcodedmedia"] > 0


@pytest.mark.parametrize("caller, callee", [("lync-srtp-required", "gateway-srtp"), ("gateway-srtp", "lync-srtp-required"),
                                            ("gateway-srtp", "lync-srtp-optional")])
def test_srtp_on_both_sides_with_keys_of_their_own(rtpengine, caller, callee):
    with Talk(rtpengine, End(rtpengine, caller), End(rtpengine, callee)) as talk:
        keys = {talk.caller.key, talk.callee.key, Sdp(talk.offered).cryptos[0].key, Sdp(talk.answered).cryptos[0].key}
        assert len(keys) == 4
        assert_heard(talk.talk(), [srtp.SUITE] * 2)
        for turned in (False, True):  # re-INVITE of either side: the keys stay, and the audio
            talk.negotiate(turned)
            assert_heard(talk.talk(), [srtp.SUITE] * 2)
            assert {Sdp(talk.offered).cryptos[0].key, Sdp(talk.answered).cryptos[0].key} < keys


@pytest.mark.parametrize("gateway", ["gateway-rtp", "gateway-srtp"])
@pytest.mark.parametrize("takes, suite", [("RTP/SAVP", srtp.SUITE), ("RTP/AVP", srtp.SUITE), ("RTP/AVP without", "RTP")])
def test_what_lync_takes_of_an_optional_offer(rtpengine, gateway, takes, suite):
    with Talk(rtpengine, End(rtpengine, gateway), End(rtpengine, "lync-srtp-optional", takes)) as talk:
        offered = Sdp(talk.offered)
        assert offered.profile == "RTP/AVP" and len(offered.cryptos) == 1
        theirs = srtp.SUITE if gateway == "gateway-srtp" else "RTP"
        assert_heard(talk.talk(), [theirs, suite])


@pytest.mark.parametrize("gateway, expected", [("gateway-rtp", False), ("gateway-srtp", False),
                                               ("gateway-inband-dtmf", True)])
def test_what_is_transcoded(rtpengine, gateway, expected):
    with Talk(rtpengine, End(rtpengine, "lync-srtp-required"), End(rtpengine, gateway)) as talk:
        talk.talk(2)  # it counts once a second
        assert transcoded(rtpengine) == expected


# Transcoding --------------------------------------------------------------------------------------------------------
class Relayed(End):
    """A gateway that says what another call's rtpengine has written."""

    says = None

    def offer(self):
        return self.says

    def answer(self, offered):
        return self.says


@pytest.mark.parametrize("plan, gateway", [((), "gateway-g729"), ((OWN_PLAN,), "opus-pbx"), ((OWN_PLAN,), "g722")])
def test_two_calls_meet_in_another_codec(rtpengine, plan, gateway):
    """Lync's audio becomes the gateway's codec in one call, and G.711 again in a second: nothing here speaks G.729."""
    profiles = Profiles(*plan)
    with contextlib.ExitStack() as stack:
        first, last = (End(rtpengine, name, profiles=profiles) for name in ("lync-srtp-required", "lync-rtp"))
        between = Relayed(rtpengine, gateway, profiles=profiles)
        for end in (first, last, between):
            stack.callback(end.stream.close)
        there, back = (Call(rtpengine.ng, profiles, os.urandom(6).hex()) for _ in range(2))
        between.says = there.offer(first, between)
        offered = back.offer(between, last)
        answer = last.answer(offered)
        between.says = back.answer(last, between, answer)
        last.begin(offered, answer)
        first.begin(there.answer(between, first, between.says), first.offer())
        assert Sdp(between.says).payloads[0] not in CODECS
        first.stream.talk(440)
        last.stream.talk(660)
        time.sleep(1)
        for end in (first, last):
            end.stream.mark()
        time.sleep(1)
        assert_heard([first.stream.result(660), last.stream.result(440)], [srtp.SUITE, "RTP"])
        assert transcoded(rtpengine)
        there.delete()
        back.delete()
