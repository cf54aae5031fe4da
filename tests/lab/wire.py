# SPDX-License-Identifier: GPL-2.0-or-later
"""What the SBC wrote to each end of a whole call, byte for byte, against a transcript that somebody has read.

fixtures/wire/NAME.txt holds what each end received. What is new in every call stands there as a word in capitals. Where
it matters whether it is the same again, the words are numbered, for each end anew: TAG1 is the first tag that it saw.
"""
import re

from lab.paths import CHECKOUT, RESULTS

WIRE = CHECKOUT / "tests" / "fixtures" / "wire"
# word -> (what stands before it, what it stands for), for each line
NEW_IN_EVERY_CALL = [(word, re.compile(f"({before})({value})")) for word, before, value in (
    ("CALL-ID", "(?i:^call-id: )", ".+"), ("BRANCH", ";branch=z9hG4bK", r"[^;,\s]+"), ("ORIGIN", ";lt=", r"[0-9a-v]V0[\w-]+"),
    ("FLOW", ";i=", "[0-9a-f]+"), ("TAG", ";tag=", r"[\w.-]+"), ("EPID", ";epid=", r"\w+"),
    ("OPAQUE", ";ms-opaque=", r"\w+"), ("TOKEN", "sip:", r"[0-9a-v]L0[\w-]+(?=@)"), ("KEY", "inline:", r"[\w+/]{40}"),
    ("RTP", "^m=audio ", r"\d+"), ("RTCP", "^a=rtcp:", r"\d+"), ("PORT", r"192\.0\.2\.1[12]:", r"(?!506[78])\d+"),
    ("PORT", r"198\.51\.100\.[12]0:", r"(?!50[68]0)\d+"))]
NUMBERED = ("CALL-ID", "BRANCH", "TAG", "KEY", "RTP", "RTCP", "PORT")


class Novelties:
    """What one end has seen that is new in every call."""

    def __init__(self):
        self._seen = {}  # word -> values, in the order in which they came

    def without(self, line):
        """The line, with words in their places."""
        for word, pattern in NEW_IN_EVERY_CALL:
            line = pattern.sub(lambda match, word=word: match[1] + self._word(word, match[2]), line)
        return line

    def _word(self, word, value):
        if word not in NUMBERED:
            return word
        seen = self._seen.setdefault(word, [])
        if value not in seen:
            seen.append(value)
        return f"{word}{seen.index(value) + 1}"


def transcript(*endpoints):
    """All that they received, as text."""
    parts = []
    for endpoint in endpoints:
        parts.append(f"##### {endpoint.name} #####\n")
        novelties = Novelties()
        for entry in endpoint.log:
            if not entry.sent:
                parts.append("\n".join(novelties.without(line) for line in entry.message.raw.decode().split("\r\n")))
    return "\n".join(parts)


def assert_wire(name, *endpoints):
    """As in fixtures/wire/NAME.txt; what really came lies in build/test-results/wire, to be read and put there."""
    got = transcript(*endpoints)
    seen = RESULTS / "wire" / f"{name}.txt"
    seen.parent.mkdir(parents=True, exist_ok=True)
    seen.write_text(got)
    assert got.splitlines() == (WIRE / f"{name}.txt").read_text().splitlines()
