# SPDX-License-Identifier: GPL-2.0-or-later
"""The media of running calls are watched: RTCP where no RTP has flowed; an rtpengine that is killed, with a Redis of its
own and without, one of two that is gone for good; calls that rtpengine gives up."""
import re
import time

import pytest

from lab.installation import installed
from lab.process import Daemon
from lab.sbc import LAB_SETTINGS
from lab.talk import SETTLE, call_up, hang_up, hold, talk

REDIS_PORT = 6390
DIGITS = "159#"
NEAR_THE_END = 65500  # the first sequence number: it wraps within a second
BACK_IN = 2.0  # seconds in which audio is back
CURED_IN = 15

# rtpengine counts an SDP that is made and not sent, because the side knows all that is in it.
pytestmark = pytest.mark.legs(allow="version in o=", why="it rises by more than one")


def settings(**modparams):
    return *LAB_SETTINGS, *(f'modparam("lync", "{name}", {value})' for name, value in modparams.items())


def done(sbc, what):
    """A counter of lync.media."""
    return int(re.search(rf"\b{what}: (\d+)", sbc.rpc("lync.media"))[1])


def wait_for(ready, timeout, what):
    deadline = time.monotonic() + timeout
    while not ready():
        assert time.monotonic() < deadline, f"no {what} within {timeout} s"
        time.sleep(0.05)


def answer_reinvites(*ends, timeout=5.0):
    """Each takes a re-INVITE of the SBC's, the first one first."""
    for end in ends:
        request = end.expect("INVITE", timeout=timeout)
        end.respond(request, 200, "OK", end.answer_to(request))
        end.expect("ACK")


def heard_by_lync(stream, since, hz=880):
    """What came since then, as one decodes it who has a context for each SSRC (RFC 3711 3.2.3) and sees this one first."""
    packets = [packet for packet in stream.packets if packet.when >= since]
    return stream.result(hz, packets=packets, since=since)


def assert_digits(call, other):
    for sender, receiver in ((call, other), (other, call)):
        receiver.stream.mark()
        time.sleep(sender.stream.dial(DIGITS) + SETTLE)
        assert receiver.stream.dialled() == DIGITS


@pytest.fixture
def redis(request):
    """start(installation): a Redis for rtpengine."""
    started = []

    def start(lab, folder):
        started.append(Daemon("redis", lab["sbc"], ["redis-server", "--port", REDIS_PORT, "--save", ""], folder / "media-redis.log"))
    yield start
    for daemon in started:
        daemon.kill()


# RTCP ----------------------------------------------------------------------------------------------------------------
def test_a_call_without_rtp_has_rtcp(new_installation):
    """Lync ends it after 30 s without. The player that sends it goes off when the gateway sends, and digits pass."""
    installation = new_installation(settings=settings(media_look=2))
    med1, gw = installation.mediation("med1"), installation.gateway("gw")
    call, other = call_up(med1, gw)
    time.sleep(30)
    reports = call.stream.reports()
    assert len(reports.readable) >= 3 and reports.failures == 0 and reports.gap < 15, str(reports)
    assert done(installation.sbc, "players") == 1
    other.stream.talk(880)
    wait_for(lambda: done(installation.sbc, "released") == 1, 7, "end of the player")
    other.stream.talk(0)
    assert [heard.verdict for heard in talk(call, other, 0.5)] == ["ok", "ok"]
    assert_digits(call, other)
    hang_up(call, other)
