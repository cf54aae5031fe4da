#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""make chaos: thousands of calls, each with a fault of its own, while peers die, hang, are cut off, drain and come back.

From three Mediation Servers over TLS to four gateways over UDP and TCP, and back; signalling without media, but for some
calls that talk. What befalls call and peer follows from the seed. Afterwards: every call had one end at its caller, none was lost that
somebody would have taken, nothing is left in the SBC.
"""
import argparse
import asyncio
import collections
import os
import random
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # lab and chaos

from chaos.log import unexplained
from chaos.sample import Sample
from chaos.weather import Weather
from chaos.world import World
from lab.net import NamespaceLab
from lab.paths import KEY_CACHE, PLANS, RESULTS
from lab.pki import Pki
from lab.sbc import Sbc

RINGING_MS = 4000  # a telephone that nobody takes up
# A call whose ends have fallen silent is found by its media: none come.
SETTINGS = ("disable_core_dump=yes", "use_dst_blocklist=no", 'modparam("lync", "media_timeout", 5)', 'modparam("lync", "media_look", 5)')
WARM_UP = 200
OVER = 45.0  # seconds until the last call must have ended
LEAK = 131072  # bytes of shared memory: connections and what their first use costs; a leak by call is more


class Chaos:
    """One SBC with its peers, in a network of its own."""

    def __init__(self, lab, folder, seed):
        self.lab, self.seed, self.say = lab, seed, print
        self.pki = Pki(folder / "pki", KEY_CACHE)
        self.sbc = Sbc(lab, folder, self.pki["sbc1"], example=PLANS / "good" / "chaos.xml", settings=SETTINGS,
                       defines=[f"RINGING_MS={RINGING_MS}"])
        self.sample = Sample(lab, self.pki)
        self.faults = []

    def run(self, calls, per_second):
        """Returns what was wrong."""
        try:
            self.sbc.start()
            self.sample.start()
            asyncio.run(self._run(calls, per_second))
            return self.faults
        finally:
            self.faults += self.sbc.stop()

    async def _run(self, calls, per_second):
        world = World(self.lab, self.pki, self.seed, forks=False)
        for agent in world.agents.values():
            await agent.start()
        await self._calls(world, range(WARM_UP), per_second)
        before = await asyncio.to_thread(self._at_rest, world)
        begin = time.monotonic()
        self.sample.begin()
        await self._calls(world, range(WARM_UP, WARM_UP + calls), per_second)
        talked, wrong = await asyncio.to_thread(self.sample.stop)
        after = await asyncio.to_thread(self._at_rest, world)
        self.faults += world.judge()
        self.faults += wrong
        if after - before > LEAK:
            self.faults.append(f"shared memory has grown by {after - before} bytes")
        self.say(f"{calls} calls in {time.monotonic() - begin:.0f} s, {talked} of them that talk; shared memory {before} -> {after} bytes; "
                 f"longest set-up {world.longest:.1f} s")
        self.say("  " + ", ".join(f"{what} {count}" for what, count in sorted(world.counts.items())))
        for agent in world.agents.values():
            agent.kill()
        if self.faults:
            self._keep(world)

    def _keep(self, world):
        """Ladders of the calls that went wrong, and the log."""
        folder = RESULTS / "chaos"
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.sbc.log_file, folder)
        with open(folder / "calls.txt", "w", encoding="utf-8") as out:
            told = " ".join(self.faults)
            for call in [*world.faulty, *(call for call in world.calls.values() if any(i in told for i in call.call_ids))]:
                print("\n".join(call.ladder()), file=out)
            for name, troubles in world.troubles.items():
                print(f"trouble at {name}: " + ", ".join(f"{since:.2f}-{until:.2f} {why}" for since, until, why in troubles), file=out)
        self.say(f"calls that went wrong, and the log: {folder}")

    async def _calls(self, world, numbers, per_second):
        weather = Weather(world, self.sbc, f"{self.seed}/{numbers[0]}")
        weather.start()
        due = time.monotonic()
        for number in numbers:
            if not world.begin(number):
                world.count("nobody to call")
            due += 1 / per_second
            await asyncio.sleep(max(0.0, due - time.monotonic()))
        await weather.stop()
        await world.wait_over(OVER)

    def _at_rest(self, world):
        """Bytes of shared memory in use, when the SBC has nothing to do any more."""
        sbc = self.sbc
        if not sbc.wait_idle(30):
            self.faults.append(f"{sbc.transactions()} transactions are left")
        deadline = time.monotonic() + 5
        while sbc.media_calls() and time.monotonic() < deadline:
            time.sleep(0.1)
        left, counted = sbc.media_calls(), sbc.calls("lync.recount")
        if left or any(counted[what] for what in ("up", "legs", "uncounted", "drift")):
            self.faults.append(f"left: {len(left)} calls of rtpengine {left[:3]}, and by lync.calls {counted}")
        calls = {call_id: call for call in world.calls.values() for call_id in call.call_ids}
        self.faults += [f"log: {line}" for line in unexplained(sbc.log_since_judged(), calls)] + sbc.judge()
        return sbc.memory()[0]


def chaos(calls, per_second, seed=None):
    """Returns what was wrong. The seed is printed, and taken from the environment's CHAOS_SEED."""
    seed = seed or os.environ.get("CHAOS_SEED") or str(random.SystemRandom().randrange(10**6))
    print(f"CHAOS_SEED={seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder, NamespaceLab() as lab:
        return Chaos(lab, Path(folder), seed).run(calls, per_second)


def main():
    parser = argparse.ArgumentParser(prog="make chaos CHAOS='…'", description="Calls with random faults.")
    parser.add_argument("--calls", type=int, default=20000)
    parser.add_argument("--cps", type=float, default=60)
    parser.add_argument("--seed")
    options = parser.parse_args()
    faults = chaos(options.calls, options.cps, options.seed)
    for text, count in collections.Counter(re.sub(r"\d+", "N", fault) for fault in faults).most_common():
        print(f"{count} x {next(fault for fault in faults if re.sub(r'\d+', 'N', fault) == text)}")
    print(f"{len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
