# SPDX-License-Identifier: GPL-2.0-or-later
"""What setting a call up costs at rtpengine: CPU of offer, answer and delete; and how long an offer takes, seen by a
client, while other calls talk."""
import time
from statistics import median, quantiles

import media_calls
from cpu import RTPENGINE_SETTLE_S
from media_held import running
from measures import cpu_ns

CALLS, ROUND = 2000, 500  # of each set of flags; in one go
OFFERS, PACE = 500, 100  # at each load; a second
LOADS = 0, 200, 400


def percentiles(values):
    """(p50, p99, max)"""
    cuts = quantiles(values, n=100)
    return cuts[49], cuts[98], max(values)


def milliseconds(seconds):
    p50, p99, most = (1000 * value for value in percentiles(seconds))
    return f"p50 {p50:.2f}  p99 {p99:.2f}  max {most:.2f} ms"


def one(around, ng, ends, flags):
    """Microseconds of rtpengine's CPU for offer, answer and delete of a call."""
    before = cpu_ns(around.rtpengine.pid)
    for number in range(ROUND):
        call = media_calls.Call(ng, ends, flags, media_calls.SIDES[number % 2])
        call.offer()
        call.answer()
        call.delete()
    time.sleep(RTPENGINE_SETTLE_S)
    return (cpu_ns(around.rtpengine.pid) - before) / 1000 / ROUND


def cost(around, ng, ends, sets):
    print(f"\noffer + answer + delete: rtpengine, microseconds of CPU a call; {CALLS} calls, {ROUND} at a time, alternating")
    found = {name: [] for name in sets}
    one(around, ng, ends, sets[next(iter(sets))])  # warm
    for number in range(CALLS // ROUND):
        for name in list(sets)[number % 2:] + list(sets)[:number % 2]:
            found[name].append(one(around, ng, ends, sets[name]))
    for name, values in found.items():
        print(f"  {name:8} min {min(values):.0f}  median {median(values):.0f}  max {max(values):.0f}")
    ours, bare = (median(values) for values in found.values())
    print(f"  ratio of the medians {ours / bare:.2f}")


def offers(ng, ends, flags):
    """Seconds that each of OFFERS took, one at a time, at a steady pace."""
    took, calls, due = [], [], time.monotonic()
    for number in range(OFFERS):
        call = media_calls.Call(ng, ends, flags, media_calls.SIDES[number % 2])
        call.offer()
        took.append(ng.took)
        calls.append(call)
        if len(calls) >= 20:
            calls.pop(0).delete()
        due += 1 / PACE
        time.sleep(max(0.0, due - time.monotonic()))
    media_calls.end(calls)
    return took


def latency(around, ng, ends, sets):
    """Returns how many of the loads were not right in their own audio."""
    print(f"\nan offer, as a client sees it: {OFFERS} at {PACE}/s while other calls talk")
    wrong = 0
    for count in LOADS:
        for name, flags in sets.items():
            if not count:
                print(f"  {name:8} {count:4} calls talk: {milliseconds(offers(ng, ends, flags))}")
                continue
            with running(around, ng, ends, flags, count, OFFERS // PACE + 3) as load:
                took = offers(ng, ends, flags)
                held = load.result()
            wrong += held.wrong > 0
            print(f"  {name:8} {count:4} calls talk: {milliseconds(took)}   meanwhile {held}")
    return wrong


def measure(around, ng, ends, sets):
    cost(around, ng, ends, sets)
    return latency(around, ng, ends, sets)
