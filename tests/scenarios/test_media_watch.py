# SPDX-License-Identifier: GPL-2.0-or-later
"""The media of running calls are watched: RTCP where no RTP has flowed; calls that rtpengine gives up, that are silent, or that
nobody can decrypt."""
import time

import pytest

from lab.running import assert_digits, calls_up, done, quiet, settings, wait_for
from lab.talk import SETTLE, call_up, hang_up, hold, talk

# rtpengine counts an SDP that is made and not sent, because the side knows all that is in it.
pytestmark = pytest.mark.legs(allow="version in o=", why="it rises by more than one")


# RTCP --------------------------------------------------------------------------------------------------------------------
def test_calls_without_rtp_have_rtcp(fresh_installation):
    """One on hold as well: Lync ends them after 30 s without. The player that sends it goes off when the gateway sends, and digits pass."""
    installation = fresh_installation(settings=settings(media_look=2))
    med1, gw = installation.mediation("med1"), installation.gateway("gw")
    pairs = [call_up(med1, gw), call_up(gw, med1)[::-1]]
    held = pairs[1]
    hold(held[1], held[0])
    time.sleep(30)
    for call, _ in pairs:
        reports = call.stream.reports()
        assert len(reports.readable) >= 3 and reports.failures == 0 and reports.gap < 15, str(reports)
    assert done(installation.sbc, "players") >= len(pairs)
    hold(held[1], held[0], "sendrecv")
    for _, other in pairs:
        other.stream.talk(880)
    wait_for(lambda: done(installation.sbc, "released") == len(pairs), 7, "end of the player")
    for pair in pairs:
        pair[1].stream.talk(0)
        time.sleep(SETTLE)
        assert [heard.verdict for heard in talk(*pair, 1.0)] == ["ok", "ok"]
        assert_digits(*pair)
        hang_up(*pair)


# rtpengine gives a call up -------------------------------------------------------------------------------------------
def test_a_call_without_media_ends_on_both_sides(fresh_installation):
    """After its `timeout`, without a word to anybody."""
    installation = fresh_installation(settings=settings(media_look=2), media_options=["--timeout=3"])
    sbc = installation.sbc
    dead, alive = calls_up(installation.mediation("med1"), installation.gateway("gw"), [1000, 2000])
    for end in dead:
        end.stream.talk(0)
    for end in dead:
        assert end.ended(timeout=15)["Reason"] == 'Q.850;cause=102;text="Media timeout"'
    wait_for(lambda: "ended: its media node has given it up" in sbc.log_since_judged(), 2, "line in the log")
    hang_up(*alive)


def test_a_side_that_sends_nothing(fresh_installation):
    """media_timeout: of a call that is not on hold."""
    installation = fresh_installation(settings=settings(media_timeout=6))
    one_way, held = calls_up(installation.mediation("med1"), installation.gateway("gw"), [1000, 2000])
    hold(held[1], held[0])
    for end in (one_way[1], *held):
        end.stream.talk(0)
    for end in one_way:
        assert end.ended(timeout=20)["Reason"] == 'Q.850;cause=102;text="Media timeout"'
    hang_up(*held)


# nobody hears --------------------------------------------------------------------------------------------------------
def test_a_key_that_nobody_was_told(fresh_installation):
    """After a while of good audio, and another offer: Lync goes on with a key of its own."""
    installation = fresh_installation()
    sbc = installation.sbc
    wrong, right = calls_up(installation.mediation("med1"), installation.gateway("gw"), [1000, 2000])
    time.sleep(6)  # the first look
    hold(wrong[0], wrong[1], "sendrecv")
    wrong[0].stream.use_key(bytes(30))
    for end in wrong:
        assert end.ended(timeout=15)["Reason"] == 'Q.850;cause=88;text="Media cannot be decrypted"'
    assert f"call {wrong[1].call_id}: ended: what a side sends cannot be decrypted" in sbc.log_since_judged()
    quiet(right)
    assert [heard.verdict for heard in talk(*right, 1.0)] == ["ok", "ok"]
    hang_up(*right)
