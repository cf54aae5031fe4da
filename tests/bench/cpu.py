# SPDX-License-Identifier: GPL-2.0-or-later
"""CPU time per call of Kamailio and rtpengine. Noisy by a fifth on a shared machine: subjects alternate, medians and
their ratios are what to look at."""
import time
from dataclasses import dataclass
from statistics import median

from measures import cpu_ns

HOLD_MS = 1000
RTPENGINE_SETTLE_S = 3  # it frees some of a call later
WARM_UP = 100


@dataclass
class Sample:
    kamailio_us: float
    rtpengine_us: float
    lost: int


def one(around, subject, calls, cps):
    with around.run(subject) as kamailio:
        around.calls(WARM_UP, cps, 100).result()
        before = kamailio.cpu_ns(), cpu_ns(around.rtpengine.pid)
        result = around.calls(calls, cps, HOLD_MS).result()
        spent = kamailio.cpu_ns() - before[0]
        kamailio.check_log()
        time.sleep(RTPENGINE_SETTLE_S)
        media = cpu_ns(around.rtpengine.pid) - before[1]
    return Sample(spent / 1000 / calls, media / 1000 / calls, result.lost)


def measure(around, subjects, calls, cps, rounds):
    """The subjects in turn, each round beginning with another one. Returns samples by subject."""
    samples = {s.key: [] for s in subjects}
    for number in range(rounds):
        turn = number % len(subjects)
        for subject in subjects[turn:] + subjects[:turn]:
            samples[subject.key].append(one(around, subject, calls, cps))
    return samples


def report(subjects, samples, calls, cps, rounds):
    """Prints the table; returns the medians and the calls lost."""
    print(f"\nCPU per call, microseconds: {rounds} alternating rounds of {calls} calls at {cps}/s, {HOLD_MS} ms each")
    print("                                 Kamailio min  median     max     rtpengine median    calls lost")
    medians, lost = {}, 0
    for subject in subjects:
        own = [s.kamailio_us for s in samples[subject.key]]
        media = median(s.rtpengine_us for s in samples[subject.key])
        missed = sum(s.lost for s in samples[subject.key])
        medians[subject.key] = median(own)
        lost += missed
        print(f"  {subject.key:3} {subject.title:28}{min(own):10.0f}{median(own):8.0f}{max(own):8.0f}{media:18.0f}"
              f"{missed:14} of {rounds * calls}")
    return medians, lost
