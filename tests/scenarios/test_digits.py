# SPDX-License-Identifier: GPL-2.0-or-later
"""Digits both ways, whoever has called: events (RFC 4733) with Lync, and with each kind of gateway whatever that speaks.
Each comes once and in order, and the audio is right after them. All calls run side by side in one SBC.
"""
import time

import pytest

from lab.gateway import KINDS
from lab.pairings import Pairings
from lab.side_by_side import Scenario, played
from lab.talk import SETTLE, call_up, hang_up, talk

PAIRINGS = Pairings((
    "gateway-rtp",
    "gateway-events-96",
    "gateway-events-100",
    "gateway-srtp",
    "gateway-g729",
    "gateway-opus",
    "gateway-inband-dtmf",
    "gateway-info-dtmf",
), modes=("Required", "NotSupported"))
DIGITS = "0123456789*#ABCD"
PATIENCE = 6.0  # seconds; rtpengine plays digits of INFO one after the other
TALK = 1.0
TONES = 440, 440  # that opus keeps pure, whichever end hears it
SKIP = 4000  # samples in which a transcoded tone may still swing in: opus, behind digits, needs half a second
SCENARIOS = [Scenario("Required", kind, lync_calls, "digits") for kind in PAIRINGS.gateways for lync_calls in (True, False)
             ] + [Scenario("NotSupported", "gateway-info-dtmf", lync_calls, "digits") for lync_calls in (True, False)
                  ] + [Scenario("Required", kind, True, "INFO") for kind in ("gateway-info-dtmf", "gateway-rtp")]


def play(scenario, caller, callee, number):
    call, other = call_up(caller, callee, number)
    lync, gateway = (call, other) if scenario.lync_calls else (other, call)
    PLAYS[scenario.what](scenario, lync, gateway)
    assert lync.mailbox.drain() == [], "a digit has gone to Lync as INFO, too"
    hang_up(call, other)


def digits_both_ways(scenario, lync, gateway):
    in_band = KINDS[scenario.gateway].get("events", 101) is None
    assert_pressed(lync.stream.dial, lync, gateway, in_band)
    assert_pressed(lambda text: press(gateway, text, scenario.gateway), gateway, lync)
    assert (lync.stream.events, gateway.stream.events) == numbers(scenario)


def info(scenario, lync, gateway):
    """What is answered here, and what passes."""
    if scenario.gateway == "gateway-info-dtmf":
        a_digit_that_comes_again(lync, gateway)
        gateway.request("INFO", b"Signal=none\r\n", content_type="application/dtmf-relay")
        gateway.expect(400)
        passes(gateway, lync, "application/x-other")
    else:
        passes(gateway, lync, "application/dtmf-relay")
    passes(lync, gateway, "application/dtmf-relay")


def a_digit_that_comes_again(lync, gateway):
    """The same request twice: its answer comes again, the digit does not."""
    talk(lync, gateway, 0.2)
    lync.stream.mark()
    gateway.stream.talk(440)
    request = gateway.request("INFO", b"7", content_type="application/dtmf")
    gateway.expect(200)
    gateway.endpoint.send(request.raw, gateway.endpoint.flow_to(gateway.dialog.hop))
    gateway.expect(200)
    time.sleep(1)
    gateway.stream.talk(0)
    assert lync.stream.dialled() == "7"


def passes(sender, receiver, content_type):
    sender.request("INFO", b"Signal=7\r\n", content_type=content_type)
    came = receiver.expect("INFO")
    assert (came.body, came["Content-Type"]) == (b"Signal=7\r\n", content_type)
    receiver.respond(came, 415, "Unsupported Media Type")
    sender.expect(415)


def numbers(scenario):
    """The payload types of events at Lync and at the gateway."""
    kind = KINDS[scenario.gateway]
    own = kind.get("events", 101)
    if own is None:
        return 101 if scenario.lync_calls else 96, None
    if scenario.lync_calls:
        return 101, 97 if kind.get("events_clock") else 101
    return 96 if kind.get("events_clock") else own, own


def press(gateway, text, kind):
    if kind == "gateway-info-dtmf":
        press_by_info(gateway, text)
    else:
        gateway.stream.dial(text, in_band=kind == "gateway-inband-dtmf")


def press_by_info(gateway, text):
    """In either form, as fast as they are answered."""
    for number, digit in enumerate(text):
        form, body = ("dtmf-relay", f"Signal={digit}\r\nDuration=100\r\n") if number % 2 else ("dtmf", digit)
        gateway.request("INFO", body.encode(), content_type=f"application/{form}")
        gateway.expect(200)


def assert_pressed(dial, presses, hears, in_band=False):
    """All that was dialled is heard once, in order, as it must be; and behind it the audio of both."""
    hears.stream.mark()
    presses.stream.talk(440)  # as ever: rtpengine plays a digit of INFO into packets that come
    dial(DIGITS)
    deadline = time.monotonic() + PATIENCE
    while len(hears.stream.dialled(in_band)) < len(DIGITS) and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(0.2)  # for one too many
    assert hears.stream.dialled(in_band) == DIGITS
    assert not in_band or hears.stream.events is None
    presses.stream.talk(0)
    time.sleep(SETTLE)
    heard = talk(presses, hears, TALK, TONES, skip=SKIP)
    # what opus makes of a tone behind digits is not always pure; without digits the matrix judges it
    heard = [media for media in heard if media.codec != "opus" or not media.verdict.startswith("noise")]
    assert heard and all(media.ok for media in heard), [str(media) for media in heard]


PLAYS = {"digits": digits_both_ways, "INFO": info}


@pytest.fixture(scope="module")
def outcomes(request):
    with played(request, PAIRINGS, play, lanes=8) as outcomes:  # events come 50 times a second, and must not be late
        yield outcomes


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_digits(outcomes, scenario):
    outcomes.assert_good(scenario)


def test_afterwards(outcomes):
    outcomes.assert_good_afterwards()
