# SPDX-License-Identifier: GPL-2.0-or-later
"""RTCP as an endpoint sees it: what came when, whether it can be read, and how long nothing came."""
from dataclasses import dataclass

from lab import srtp
from lab.media import opened

KINDS = {200: "SR", 201: "RR", 202: "SDES", 203: "BYE", 204: "APP", 205: "RTPFB", 206: "PSFB", 207: "XR"}


@dataclass(frozen=True)
class Report:
    """One compound packet. kinds: of its parts, in order; empty where it cannot be decoded."""
    when: float  # seconds after the mark
    kinds: tuple


@dataclass(frozen=True)
class Reports:
    """All that came in a time. seconds: how long that was."""
    seconds: float
    all: tuple

    @property
    def readable(self):
        return [report for report in self.all if report.kinds]

    @property
    def failures(self):
        return len(self.all) - len(self.readable)

    @property
    def gap(self):
        """The longest time without one that can be read, from the mark to the end."""
        times = [0.0, *(report.when for report in self.readable), self.seconds]
        return max(later - earlier for earlier, later in zip(times, times[1:]))

    def __str__(self):
        times = " ".join(f"{report.when:.1f}:{'+'.join(report.kinds) or '?'}" for report in self.all)
        return (f"{len(self.readable)} RTCP in {self.seconds:.0f} s, {self.failures} unreadable, "
                f"largest gap {self.gap:.1f} s [{times}]")


def reports(packets, since, until, key=None, mki=b""):
    """What came between the two times. key: as with lab.media.analyse(). Reports."""
    context = srtp.Context(key, mki) if key else None
    return Reports(until - since, tuple(Report(p.when - since, kinds(opened(p, context)))
                                        for p in packets if p.rtcp and p.when >= since))


def kinds(packet):
    """The parts of a compound packet (RFC 3550 6.1): it begins with SR or RR, and its lengths add up. () if not."""
    found, at = [], 0
    while packet and at + 4 <= len(packet):
        if packet[at] >> 6 != 2 or packet[at + 1] not in KINDS:
            return ()
        found.append(KINDS[packet[at + 1]])
        at += 4 + 4 * int.from_bytes(packet[at + 2:at + 4], "big")
    return tuple(found) if packet and at == len(packet) and found[0] in ("SR", "RR") else ()
