#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""make chaos: thousands of calls, each with a fault of its own, while peers die, hang, are cut off, drain and come back.

From three Mediation Servers over TLS to four gateways over UDP and TCP, and back; signalling without media, but for some
calls that talk. What befalls call and peer follows from the seed. Afterwards: every call had one end at its caller, none
was lost that somebody would have taken, nothing is left in the SBC.

  field.py    the SBC, what is asked of it afterwards     fates.py    what befalls a call
  world.py    the peers, who of them was in trouble       weather.py  what befalls peers
  agent.py    a peer; wire.py its sockets, sides.py       call.py     the truth of a call, and the verdict
              how it writes, leg.py, caller.py,           log.py      what of the log is explained
              callee.py its end of a call                 sample.py   calls that talk
"""
import argparse
import asyncio
import collections
import os
import random
import re
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # lab and chaos

from chaos.field import field
from chaos.sample import Sample
from chaos.weather import Weather

WARM_UP = 200
# Bytes of shared memory that may be more: what workers keep of TLS, and editions of the plan: each of some 25 processes keeps
# the one of its last message.
LEAK = 524288


async def _stormy(at, world, seed, numbers, per_second):
    weather = Weather(world, at.sbc, f"{seed}/{numbers[0]}")
    weather.start()
    await at.calls(world, numbers, per_second)
    await weather.stop()


async def _run(at, sample, seed, calls, per_second):
    async with at.world(seed=seed) as world:
        await _stormy(at, world, seed, range(WARM_UP), per_second)
        before, begin = await at.rest(world), time.monotonic()
        sample.begin()
        await _stormy(at, world, seed, range(WARM_UP, WARM_UP + calls), per_second)
        talked, wrong = await asyncio.to_thread(sample.stop)
        after = await at.rest(world)
        at.faults += world.judge() + wrong
    if after - before > LEAK:
        at.faults.append(f"shared memory has grown by {after - before} bytes")
    print(f"{calls} calls in {time.monotonic() - begin:.0f} s, {talked} more that talk; shared memory {before} -> {after} bytes; "
          f"longest set-up {world.longest:.1f} s")
    print("  " + ", ".join(f"{what} {count}" for what, count in sorted(world.counts.items())))
    if at.faults:
        print(f"calls that went wrong, and the log: {at.keep(world)}")


def chaos(calls, per_second, seed=None):
    """Returns what was wrong. The seed is printed, and taken from the environment's CHAOS_SEED."""
    seed = seed or os.environ.get("CHAOS_SEED") or str(random.SystemRandom().randrange(10**6))
    print(f"CHAOS_SEED={seed}", flush=True)
    with field() as at:
        sample = Sample(at.lab, at.pki)
        sample.start()
        asyncio.run(_run(at, sample, seed, calls, per_second))
    return at.faults


def main():
    parser = argparse.ArgumentParser(prog="make chaos CHAOS='…'", description="Calls with random faults.")
    parser.add_argument("--calls", type=int, default=20000)
    parser.add_argument("--cps", type=float, default=60)
    parser.add_argument("--seed")
    options = parser.parse_args()
    faults = chaos(options.calls, options.cps, options.seed)
    kinds = collections.defaultdict(list)
    for fault in faults:
        kinds[re.sub(r"\d+", "N", fault)].append(fault)
    for found in sorted(kinds.values(), key=len, reverse=True):
        print(f"{len(found)} x {found[0]}")
    print(f"{len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
