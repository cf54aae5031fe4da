# SPDX-License-Identifier: GPL-2.0-or-later
"""What befalls a call, drawn from its number and the seed alone: the same in every run, whatever else happens."""
import random
from dataclasses import dataclass, field

USER = (404, 480, 486, 603)  # of who is called: nobody else is asked
SERVER = (500, 503, 503, 408)  # of the peer itself: it is the next one's turn


@dataclass(frozen=True)
class Fate:
    """At one peer that is called. kind: answer, refuse, silent, trying (100, and then nothing), rings for ever.

    rings, seconds: after the INVITE, until 18x (None: none) and until the final answer.
    """
    kind: str = "answer"
    code: int = 200
    seconds: float = 0.0
    rings: float | None = None
    early: bool = False  # 183 with SDP
    tries: bool = True  # 100 at once
    late: bool = False  # a CANCEL meets its 200
    silent_sdp: bool = False  # its answer would make a silent call
    no_ack: bool = False  # its Contact leads nowhere: no ACK, no BYE reaches it
    again: tuple = ()  # its 200 comes once more, so long after the first
    retry_after: int = 0

    @property
    def well(self):
        """A call that comes here is answered, or refused by the user."""
        return self.kind == "answer" and not self.silent_sdp or self.kind == "refuse" and self.code in USER


@dataclass(frozen=True)
class Cancel:
    """So many seconds after the INVITE (behind: None), or after the first 18x (180)."""
    behind: int | None
    seconds: float


@dataclass
class Lot:
    """Of one call. fates: by name of who may be called."""
    from_lync: bool
    fates: dict
    cancel: Cancel | None = None
    ending: str = "caller"  # who hangs up: caller, callee, both; vanish: the caller says nothing any more
    both_vanish: bool = False
    hold: float = 0.0
    later: float = 0.0  # so much longer holds the callee
    reinvites: tuple = ((), ())  # seconds after the answer, of caller and callee
    again: tuple = ()  # the INVITE comes once more, so long after the first
    forked: tuple = field(default=())  # … and by another way


def fate(draw):
    """Of one call at one peer."""
    kind, rings = draw.random(), draw.choice((None, draw.uniform(0.0, 0.2), draw.uniform(0.0, 0.05)))
    seconds = (rings or 0.0) + draw.choice((0.0, draw.uniform(0.0, 0.5), draw.uniform(0.0, 1.5)))
    common = {"rings": rings, "seconds": seconds, "early": draw.random() < 0.2, "tries": draw.random() < 0.8}
    if kind < 0.70:
        return Fate(late=draw.random() < 0.3, no_ack=draw.random() < 0.01, silent_sdp=draw.random() < 0.01,
                    again=(draw.uniform(0.0, 0.3),) if draw.random() < 0.05 else (), **common)
    if kind < 0.82:
        return Fate("refuse", draw.choice(USER), **common)
    if kind < 0.96:
        code = draw.choice(SERVER)
        retry_after = draw.choice((0, 0, 1, 2)) if code == 503 else 0
        return Fate("refuse", code, retry_after=retry_after, **common | {"seconds": draw.choice((0.0, seconds))})
    if kind < 0.97:
        return Fate("refuse", 302, **common)
    if kind < 0.985:
        return Fate("rings for ever", **common | {"rings": 0.02})
    return Fate("trying", tries=True) if kind < 0.997 else Fate("silent")


def cancel(draw):
    """Of those that are cancelled: before 100, when it rings, when the answer comes, at any time."""
    return draw.choice((Cancel(None, 0.0), Cancel(None, draw.uniform(0.0, 0.01)), Cancel(180, draw.uniform(0.0, 0.01)),
                        Cancel(180, draw.uniform(0.0, 0.5)), Cancel(None, draw.uniform(0.0, 2.5))))


def lot(seed, number, callees):
    """callees: (names on Lync's side, names on the PSTN's)."""
    draw = random.Random(f"{seed}/{number}")
    from_lync = draw.random() < 0.5
    made = Lot(from_lync, {name: fate(draw) for name in callees[from_lync]})
    if draw.random() < 0.18:
        made.cancel = cancel(draw)
    made.ending = draw.choices(("caller", "callee", "both", "vanish"), (45, 40, 13, 2))[0]
    made.both_vanish = draw.random() < 0.5
    made.hold = draw.choice((0.0, draw.uniform(0.0, 0.1), draw.uniform(0.0, 2.5)))
    # one that is left while a re-INVITE waits for its ACK ends half a minute later
    if draw.random() < 0.15 and made.ending != "vanish":
        sides = draw.choice(((1, 0), (0, 1), (1, 1)))
        made.reinvites = tuple(tuple(draw.uniform(0.0, made.hold) for _ in range(count)) for count in sides)
    if draw.random() < 0.06:
        made.again = tuple(draw.choice((0.0, draw.uniform(0.0, 0.02), draw.uniform(0.0, 1.0))) for _ in range(draw.choice((1, 3))))
    if draw.random() < 0.03:
        made.forked = (draw.choice((0.0, draw.uniform(0.0, 0.03))),)
    return made
