# SPDX-License-Identifier: GPL-2.0-or-later
"""SDP of one audio stream, as the endpoints need it: what it says, and which keys two sides have agreed on."""
import base64
import os
import re
from dataclasses import dataclass, replace

from lab import srtp

DIRECTIONS = ("sendrecv", "sendonly", "recvonly", "inactive")
MIRRORED = {"sendrecv": "sendrecv", "sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}
# RFC 4568 9.1, with exactly one blank between the fields: more is not understood by Lync (MS-SDPEXT)
_CRYPTO = re.compile(r"(\d{1,9}) ([A-Z0-9_]+) inline:([A-Za-z0-9+/]{40})(?:\|(2\^\d+|\d+))?(?:\|(\d+):(\d+))?")


@dataclass(frozen=True)
class Crypto:
    """An a=crypto line."""
    tag: int
    key: bytes  # master key and salt
    suite: str = srtp.SUITE
    lifetime: str | None = "2^31"
    mki: tuple[int, int] | None = None  # value, length

    @classmethod
    def new(cls, tag, mki=None):
        return cls(tag, os.urandom(srtp.KEY_LENGTH), mki=mki)

    @classmethod
    def parse(cls, value):
        m = _CRYPTO.fullmatch(value)
        if not m:
            raise ValueError(f"not an a=crypto line of RFC 4568: {re.sub('inline:[^ |]*', 'inline:***', value)!r}")
        mki = (int(m[5]), int(m[6])) if m[5] else None
        return cls(int(m[1]), base64.b64decode(m[3]), m[2], m[4], mki)

    def __str__(self):
        more = (f"|{self.lifetime}" if self.lifetime else "") + ("|%d:%d" % self.mki if self.mki else "")
        return f"a=crypto:{self.tag} {self.suite} inline:{base64.b64encode(self.key).decode()}{more}"

    @property
    def mki_bytes(self):
        return self.mki[0].to_bytes(self.mki[1], "big") if self.mki else b""

    def answered(self):
        """The line with which it is accepted: same tag and suite, a key of our own."""
        return replace(self, key=os.urandom(srtp.KEY_LENGTH))


class Sdp:
    """The first audio stream of a body."""

    def __init__(self, body):
        self.text = body.decode() if isinstance(body, bytes) else body
        session, *media = re.split(r"(?m)^(?=m=)", self.text.replace("\r\n", "\n"))
        self.streams = len(media)
        self._session = session.splitlines()
        self._audio = next((m.splitlines() for m in media if m.startswith("m=audio ")), None)
        if self._audio is None:
            raise ValueError(f"no m=audio in {body!r}")
        _, port, self.profile, *payloads = self._audio[0].split()
        self.port, self.payloads = int(port), [int(p) for p in payloads]

    def _attribute(self, name):
        """Values of a= lines of that name: the stream's, or else the session's."""
        for lines in (self._audio, self._session):
            found = [line[2:].partition(":")[2] for line in lines if line[2:].partition(":")[0] == name
                     and line.startswith("a=")]
            if found:
                return found
        return []

    @property
    def address(self):
        for lines in (self._audio, self._session):
            for line in lines:
                if line.startswith("c=IN IP4 "):
                    return line.split()[2]
        raise ValueError(f"no c= line in {self.text!r}")

    @property
    def rtcp_port(self):
        named = self._attribute("rtcp")
        return int(named[0].split()[0]) if named else self.port + 1

    @property
    def direction(self):
        return next((d for d in DIRECTIONS if self._attribute(d)), "sendrecv")

    @property
    def cryptos(self):
        return [Crypto.parse(value) for value in self._attribute("crypto")]

    def rtpmap(self, payload_type):
        """What the number means, as "PCMA/8000"; "" where only RFC 3551 says it."""
        found = (value.split(None, 1) for value in self._attribute("rtpmap"))
        return next((name for number, name in found if number == str(payload_type)), "")

    def events(self, clock=8000):
        """The payload type of digits (RFC 4733) with that clock, or None."""
        return next((p for p in self.payloads if self.rtpmap(p).lower() == f"telephone-event/{clock}"), None)

    @property
    def event_clock(self):
        """Of the first digits that it names, or None."""
        names = (self.rtpmap(p).lower().partition("/") for p in self.payloads)
        return next((int(clock) for name, _, clock in names if name == "telephone-event"), None)

    @property
    def version(self):
        """The o= line's version, which must rise with every change (RFC 3264 8)."""
        return int(next(line for line in self._session if line.startswith("o=")).split()[2])

    @property
    def marks(self):
        """What a ladder shows: the profile, and the direction where it is not both ways."""
        return self.profile + ("" if self.direction == "sendrecv" else f" {self.direction}")


def fill(template, **values):
    """A template's lines with {names} filled in, each ended with CR LF; a line that becomes empty is left out."""
    return "".join(f"{line}\r\n" for line in template.format(**values).split("\n") if line)


def agreed_keys(offered, answer):
    """(ours, theirs) of an offer of ours with these lines and its answer; (None, None): plain RTP.

    Lync's peer takes one line of the offer and answers with its tag and suite (RFC 4568 7.1.2).
    """
    if not answer.cryptos:
        assert answer.profile == "RTP/AVP", f"answered {answer.profile} without a key"
        return None, None
    assert answer.profile == "RTP/SAVP", f"answered a key in {answer.profile}"
    assert len(answer.cryptos) == 1, f"answered {len(answer.cryptos)} a=crypto lines instead of one"
    theirs = answer.cryptos[0]
    ours = [c for c in offered if (c.tag, c.suite) == (theirs.tag, theirs.suite)]
    assert ours, f"answered a=crypto:{theirs.tag} {theirs.suite}, which was not offered"
    return ours[0], theirs
