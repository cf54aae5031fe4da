# SPDX-License-Identifier: GPL-2.0-or-later
"""The two legs of the SBC: what was traced, sorted to the side where it was on the wire.

Each process of Kamailio traces for itself, and what it sends only afterwards: on a busy machine the peer's answer may
have been traced before what it answers. By their times alone two messages would change places then.
"""
from dataclasses import dataclass

from lab.sip import Malformed, Message, masked


@dataclass(frozen=True)
class Heard:
    """One message of a leg. ours: the SBC wrote it. peer: address of the other end, without its port."""
    when: float
    ours: bool
    peer: str
    message: Message


class Side:
    """name: "lync" or "pstn". names: what the SBC is called there, its address among it. heard: in order of time."""

    def __init__(self, name, names, heard=()):
        self.name, self.names, self.heard = name, names, list(heard)

    @property
    def written(self):
        """What the SBC wrote there."""
        return [heard.message for heard in self.heard if heard.ours]

    @property
    def received(self):
        """What the endpoints of this side wrote."""
        return [heard.message for heard in self.heard if not heard.ours]


def sides(traced, lab):
    """(Lync's, the PSTN's) of the messages of a lab.hep.Receiver, in order."""
    fqdns = [name for name, address in lab.names.items() if address == lab.sbc_lync]
    lync, pstn = Side("lync", [lab.sbc_lync, *fqdns]), Side("pstn", [lab.sbc_pstn])
    at = {lab.sbc_lync: lync, lab.sbc_pstn: pstn}
    for one in sorted(traced, key=lambda one: one.when):
        if one.target[0] in at:
            at[one.target[0]].heard.append(Heard(one.when, False, one.source[0], one.message))
        elif one.source[0] in at:
            at[one.source[0]].heard.append(Heard(one.when, True, one.target[0], one.message))
    for side in (lync, pstn):
        side.heard = before_their_answers(side.heard)
    return lync, pstn


def before_their_answers(heard):
    """What the SBC wrote goes before the first that the peer says to it."""
    answers = {}
    for at, one in enumerate(heard):
        if not one.ours:
            answers.setdefault(_exchange(one), at)
    answers.pop(None, None)
    place = [min(at, answers.get(_exchange(one), at)) - 0.5 if one.ours else at for at, one in enumerate(heard)]
    return [heard[at] for at in sorted(range(len(heard)), key=place.__getitem__)]


def _exchange(one):
    """What a message of the SBC's and its answer have in common; None where it is neither."""
    message = one.message
    try:
        number, method = message.cseq
        if one.ours == bool(message.method):  # its request, a response to that
            return message.branch, number, method
        if message.method == "ACK" or (message.code and method == "INVITE"):  # its response, the ACK of that
            return message["Call-ID"], number
    except (Malformed, ValueError, IndexError):
        pass
    return None


def shown(message, line=""):
    """A message in a finding: its first line, and the header line that it is about."""
    start = f"{message.start} to {message.get('CSeq', 'no CSeq')}" if message.code else message.start
    return masked(f"{start} | {line}" if line else start)
