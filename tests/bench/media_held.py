# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls held through one rtpengine: what each costs it, and how many it carries without a loss.

A loss is a packet that did not come, came more than 100 ms late, was not what had been sent, or failed authentication;
so is a direction of a call in which nothing was heard. Generator and rtpengine share the machine: what the generator
and others take of it is printed; both go before others, and what was lost while others were at work is tried again.
"""
import contextlib
import os
import subprocess
import time
from dataclasses import dataclass
from statistics import median

import media_calls
from lab.paths import BUILD
from measures import busy_ns, cpu_ns, favour

COST_CALLS = 200
COST_SECONDS = 5
PROBE_SECONDS = 4
FIRST, GROWTH, RESOLUTION = 250, 1.5, 0.04
MOST = 1900  # what the ports of the lab's rtpengine suffice for
QUIET = 15  # percent of a core: where others take less, a loss is rtpengine's
TRIES = 2
LIMIT = 120  # seconds of searching


@dataclass
class Held:
    """What media_load has seen, and rtpengine's share of a core per call."""
    calls: int
    seen: dict
    percent: float
    others: float  # percent of a core that went to neither of the two

    @property
    def wrong(self):
        return sum(self.seen[k] for k in ("lost", "late", "bad", "silent"))

    def __str__(self):
        s = self.seen
        return (f"{self.calls} calls: {s['lost']:.0f} lost {s['late']:.0f} late {s['bad']:.0f} bad {s['silent']:.0f} silent, "
                f"p50 {s['p50_ms']:.2f} p99 {s['p99_ms']:.2f} slowest {s['slowest_ms']:.1f} ms, {self.percent:.3f} % of a "
                f"core a call; generator {s['share']:.0f} %, {s['behind_ms']:.0f} ms behind; others {self.others:.0f} %")


class Load:
    """media_load, running. Its result() waits for the end."""

    def __init__(self, ends, calls, seconds, rtpengine):
        self._calls, self._pid, self._seconds = calls, rtpengine.pid, seconds
        sockets = [sock.fileno() for sock in ends.sockets]
        self._process = subprocess.Popen([BUILD / "bench/media_load", str(seconds), *map(str, sockets)], pass_fds=sockets,
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
        favour(self._process.pid)
        self._process.stdin.write(media_calls.OUR_KEY.hex() + "\n" + "".join(call.line() + "\n" for call in calls))
        self._process.stdin.close()
        self._expect("measuring")
        self._before = self._spent()

    def _spent(self):
        """CPU time so far: rtpengine's, everybody's but for rtpengine, the generator and this process."""
        rtpengine = cpu_ns(self._pid)
        return rtpengine, busy_ns() - rtpengine - cpu_ns(self._process.pid) - cpu_ns(os.getpid(), alone=True)

    def _expect(self, word):
        line = self._process.stdout.readline().split()
        if not line or line[0] != word:
            raise RuntimeError(f"media_load ended with {self._process.wait()}: {line}")
        return line

    def result(self):
        self._expect("sent")
        spent, others = (after - before for after, before in zip(self._spent(), self._before))
        words = self._expect("sent")
        self._process.wait()
        seen = dict(zip(words[::2], map(float, words[1::2])))
        seen["share"] = 100 * seen["cpu_s"] / self._seconds
        measured = 1e7 * (self._seconds - 1)  # so many ns are one percent
        return Held(len(self._calls), seen, spent / measured / len(self._calls), others / measured)

    def close(self):
        self._process.kill()
        self._process.wait()


@contextlib.contextmanager
def running(around, ng, ends, flags, count, seconds):
    """A Load of so many calls, which end with it."""
    calls = media_calls.set_up(ng, ends, flags, count)
    load = Load(ends, calls, seconds, around.rtpengine)
    try:
        yield load
    finally:
        load.close()
        media_calls.end(calls)


def hold(around, ng, ends, flags, count, seconds):
    with running(around, ng, ends, flags, count, seconds) as load:
        return load.result()


def retried(around, ng, ends, flags, count, seconds):
    """A loss while others were at work is not the last word."""
    for _ in range(TRIES):
        held = hold(around, ng, ends, flags, count, seconds)
        if not held.wrong or held.others < QUIET:
            break
    return held


class Search:
    """The highest number of calls without a loss: grows until one fails, then halves the distance."""

    def __init__(self):
        self.best, self._failed, self.size = None, MOST + 1, FIRST

    def take(self, held):
        if held.wrong:
            self._failed = held.calls
        else:
            self.best = held
        low = self.best.calls if self.best else 0
        if self._failed - low <= max(10, RESOLUTION * low):
            self.size = None  # found
        elif self._failed > MOST:
            self.size = min(int(low * GROWTH), MOST) if low < MOST else None
        else:
            self.size = (low + self._failed) // 2


def measure(around, ng, ends, sets, rounds):
    """sets: name -> flags. All alternate. Prints, and returns how often audio was not right at COST_CALLS."""
    print(f"\nSRTP<->RTP, G.711, {COST_CALLS} calls held, both ways 50 packets/s: rtpengine, percent of a core per call")
    costs, wrong = {name: [] for name in sets}, 0
    for number in range(rounds):
        for name in list(sets)[number % 2:] + list(sets)[:number % 2]:
            held = retried(around, ng, ends, sets[name], COST_CALLS, COST_SECONDS)
            costs[name].append(held.percent)
            wrong += held.wrong > 0
            print(f"  {name:8} {held}")
    ours, bare = (median(costs[name]) for name in sets)
    print(f"  medians of {rounds}: " + "   ".join(f"{name} {median(costs[name]):.3f} %" for name in sets)
          + f"   ratio {ours / bare:.2f}")
    search(around, ng, ends, sets)
    return wrong


def search(around, ng, ends, sets):
    print("\ncalls held at 0 loss")
    searches, end = {name: Search() for name in sets}, time.monotonic() + LIMIT
    while any(s.size for s in searches.values()) and time.monotonic() < end:
        for name, s in searches.items():
            if s.size:
                held = retried(around, ng, ends, sets[name], s.size, PROBE_SECONDS)
                print(f"  {name:8} {held}")
                s.take(held)
    for name, s in searches.items():
        most = s.best.calls if s.best else 0
        print(f"  {name}: {most} calls at 0 loss" + (f", perhaps more: {LIMIT} s were over" if s.size else ""))
    ours, bare = (s.best.calls if s.best else 0 for s in searches.values())
    if bare:
        print(f"  ratio {ours / bare:.2f}")
