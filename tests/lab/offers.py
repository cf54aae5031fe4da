# SPDX-License-Identifier: GPL-2.0-or-later
"""Judges the SDP that the SBC wrote on one leg, as if that leg were all there is: RFC 3264, from its text alone."""
import re

from lab.legs import shown
from lab.multipart import sdp_in
from lab.sip import Malformed, header_param

ANSWERS = {"sendrecv": {"sendrecv", "sendonly", "recvonly", "inactive"}, "sendonly": {"recvonly", "inactive"},
           "recvonly": {"sendonly", "inactive"}, "inactive": {"inactive"}}


def check(side):
    """What is wrong in a lab.legs.Side: "RULE (RFC 3264 SECTION): message", each once."""
    judge = Judge(side)
    for heard in side.heard:
        if heard.ours and sdp_in(heard.message):
            judge.written(heard)
    return list(dict.fromkeys(judge.findings))


class Description:
    """An SDP, as far as RFC 3264 asks for it. streams: (media, port, protocol, formats, direction) of each m= line."""

    def __init__(self, body):
        self.text = body.decode("utf-8", "replace").replace("\r\n", "\n").strip()
        origin = re.search(r"(?m)^o=(\S+ \S+) (\d+) (.*)", self.text)
        if not origin:
            raise Malformed(f"no o= in {self.text[:40]!r}")
        self.origin, self.version = (origin[1], origin[3]), int(origin[2])
        self.capable = re.findall(r"(?m)^a=tcap:\d+ (\S+)", self.text)  # RFC 5939: what m= may become
        self.streams = [self._stream(part) for part in re.split(r"(?m)^m=", self.text)[1:]]

    def _stream(self, part):
        media, port, protocol, *formats = part.split("\n")[0].split()
        direction = re.search(r"(?m)^a=(sendrecv|sendonly|recvonly|inactive)$", part) or re.search(
            r"(?m)^a=(sendrecv|sendonly|recvonly|inactive)$", self.text.partition("\nm=")[0])
        return media, port, protocol, formats, direction[1] if direction else "sendrecv"


class Judge:
    def __init__(self, side):
        self.findings = []
        self._last = {}  # (Call-ID, the SBC's tag, peer) -> its last Description
        self._requests, self._answers = {}, {}  # (branch, method) -> request; (Call-ID, CSeq number) -> 2xx of the peer's
        for heard in side.heard:
            self._index(heard)

    def _index(self, heard):
        message = heard.message
        try:
            number, method = message.cseq
            if message.method:
                self._requests.setdefault((heard.ours, message.branch, method), message)
            elif not heard.ours and message.code // 100 == 2 and method == "INVITE" and message.body:
                self._answers[message["Call-ID"], number] = message
        except (Malformed, ValueError, IndexError):
            pass  # of a peer's: not judged

    def written(self, heard):
        message = heard.message
        try:
            description = Description(sdp_in(message))
            self._origin(heard, description)
        except (Malformed, ValueError, IndexError) as error:
            self._find(f"the SDP cannot be read, {error}", "5", message)
            return
        offer = self._offer_of(message)
        if offer:
            self._answer(message, offer, description)

    def _find(self, what, section, message, line=""):
        self.findings.append(f"{what} (RFC 3264 {section}): {shown(message, line)}")

    def _offer_of(self, message):
        """The Description that a message with SDP answers. None: it offers, or nobody can read what it answers."""
        try:
            number, method = message.cseq
            if message.code:
                offer = self._requests.get((False, message.branch, method))
            else:
                offer = self._answers.get((message["Call-ID"], number)) if method == "ACK" else None
            return Description(sdp_in(offer)) if offer is not None and offer.body else None
        except (Malformed, ValueError, IndexError):
            return None

    def _origin(self, heard, description):
        """8: the same session for the whole dialog, and a version that rises by one where anything has changed."""
        message = heard.message
        tag = header_param(message["To" if message.code else "From"], "tag")
        key = (message["Call-ID"], tag, heard.peer)
        last = self._last.get(key)
        self._last[key] = description
        if last is None:
            return
        line = next(line for line in description.text.split("\n") if line.startswith("o="))
        if description.origin != last.origin:
            self._find(f"o= is another session than before, {' '.join(last.origin)}", "8", message, line)
        elif description.version == last.version:
            if description.text != last.text:
                self._find("the SDP has changed, and the version in o= has not", "8", message, line)
        elif description.version != last.version + 1:
            self._find(f"the version in o= does not rise by one from {last.version}", "8", message, line)

    def _answer(self, message, offer, answer):
        """6 and 6.1: stream by stream."""
        if [s[0] for s in answer.streams] != [s[0] for s in offer.streams]:
            self._find(f"the answer has not the streams of the offer, {[s[0] for s in offer.streams]}", "6", message)
            return
        for asked, got in zip(offer.streams, answer.streams):
            line = f"m={' '.join([*got[:3], *got[3]])}"
            if got[1] == "0":
                continue
            if asked[1] == "0":
                self._find("a stream is accepted that was not offered", "6", message, line)
            if got[2] not in (asked[2], *offer.capable):
                self._find(f"the answer says {got[2]}, the offer {asked[2]}", "6.1", message, line)
            if not set(got[3]) & set(asked[3]):
                self._find(f"none of the formats was offered, {' '.join(asked[3])}", "6.1", message, line)
            if got[4] not in ANSWERS[asked[4]]:
                self._find(f"{got[4]} is no answer to {asked[4]}", "6.1", message, line)
