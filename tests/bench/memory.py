# SPDX-License-Identifier: GPL-2.0-or-later
"""What a call costs in memory while it is up."""
import time
from dataclasses import dataclass

from surroundings import Surroundings

FEW = 10
MANY = 1000
CPS = 300
WARM_UP = 500
# tm keeps an answered INVITE for 5 s (wt_timer); the rest is for its timer and a slow machine.
SETTLE_S = 9


@dataclass
class Memory:
    """Bytes a call."""
    shared: float
    private: float
    rtpengine: float
    lost: int


def hold(around, kamailio, calls):
    """Makes calls; returns the bytes in use while they are up, and the calls lost."""
    running = around.calls(calls, CPS, int((calls / CPS + SETTLE_S + 2) * 1000))
    time.sleep(calls / CPS + SETTLE_S)
    up = kamailio.shared_bytes(), kamailio.private_bytes(), around.rtpengine_bytes()
    return up, running.result().lost


def one(subject):
    """The difference of many and few calls up, so that connections, TLS and buffers are in both. Surroundings of its
    own, for rtpengine does not give back what an earlier subject made it take."""
    with Surroundings() as around, around.run(subject) as kamailio:
        around.calls(WARM_UP, CPS, 100).result()  # every worker has touched its buffers
        few, lost_few = hold(around, kamailio, FEW)
        many, lost_many = hold(around, kamailio, MANY)
        kamailio.check_log()
    return Memory(*((b - a) / (MANY - FEW) for a, b in zip(few, many)), lost_few + lost_many)


def report(subjects, found):
    """Prints the table; returns the calls lost."""
    print(f"\nMemory per 1,000 calls up, KB: difference of {MANY} and {FEW} held calls")
    print("                                 Kamailio shared   private   rtpengine    calls lost")
    for subject in subjects:
        m = found[subject.key]
        print(f"  {subject.key:3} {subject.title:28}{m.shared:15.0f}{m.private:10.0f}{m.rtpengine:12.0f}"
              f"{m.lost:14} of {MANY + FEW}")
    return sum(m.lost for m in found.values())
