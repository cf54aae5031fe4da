# SPDX-License-Identifier: GPL-2.0-or-later
"""What a call costs in memory while it is up."""
import time
from dataclasses import dataclass

from surroundings import Surroundings

CALLS = 1000
CPS = 300
# tm keeps an answered INVITE for 5 s (wt_timer); the rest is for its timer and a slow machine.
SETTLE_S = 9


@dataclass
class Memory:
    """Bytes for all calls together."""
    shared: int
    private: int
    rtpengine: int
    lost: int


def state(around, kamailio):
    return kamailio.shared_memory_used(), kamailio.program.private_bytes(), around.rtpengine.private_bytes()


def one(subject):
    """What CALLS more calls take. The warm-up has grown what stays: buffers, caches, TLS. Surroundings of its own,
    for rtpengine does not give back what an earlier subject made it take."""
    with Surroundings() as around, around.kamailio(subject) as kamailio:
        around.calls(CALLS // 10, CPS, 100).result()
        time.sleep(SETTLE_S)
        before = state(around, kamailio)
        calls = around.calls(CALLS, CPS, int((CALLS / CPS + SETTLE_S + 2) * 1000))
        time.sleep(CALLS / CPS + SETTLE_S)
        up = state(around, kamailio)
        lost = calls.result().lost
        kamailio.check_log()
    return Memory(*(b - a for a, b in zip(before, up)), lost)


def report(subjects, found):
    """Prints the table; returns the calls lost."""
    print(f"\nMemory per 1,000 calls up, KB: what {CALLS} held calls add")
    print("                                 Kamailio shared   private   rtpengine    calls lost")
    for subject in subjects:
        m = found[subject.key]
        print(f"  {subject.key:3} {subject.title:28}{m.shared / CALLS:15.0f}{m.private / CALLS:10.0f}"
              f"{m.rtpengine / CALLS:12.0f}{m.lost:14} of {CALLS}")
    return sum(m.lost for m in found.values())
