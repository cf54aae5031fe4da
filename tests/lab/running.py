# SPDX-License-Identifier: GPL-2.0-or-later
"""For scenarios about the media of running calls: calls that talk all the time, and what the SBC says it has done."""
import re
import time

from lab.sbc import LAB_SETTINGS
from lab.talk import SETTLE, call_up

DIGITS = "159#"


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


def assert_digits(call, other):
    for sender, receiver in ((call, other), (other, call)):
        receiver.stream.mark()
        time.sleep(sender.stream.dial(DIGITS) + SETTLE)
        heard = receiver.stream.dialled()
        assert heard == DIGITS, f"{receiver.endpoint.name} was told {heard!r}: {receiver.stream.result(0)}"


def calls_up(med, gw, sequences):
    """A call for each first sequence number (of both sides), all of them talking."""
    pairs = []
    for sequence in sequences:
        med.sequence = gw.sequence = sequence
        pairs.append(call_up(med, gw) if len(pairs) % 2 else call_up(gw, med)[::-1])
        for end, hz in zip(pairs[-1], (440, 880)):
            end.stream.talk(hz)
    return pairs


def quiet(*pairs):
    """Nobody sends any more, and nothing is under way."""
    for pair in pairs:
        for end in pair:
            end.stream.talk(0)
    time.sleep(SETTLE)
