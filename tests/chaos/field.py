# SPDX-License-Identifier: GPL-2.0-or-later
"""An SBC in a network of its own, and the calls that a world makes over it."""
import asyncio
import contextlib
import shutil
import tempfile
import time
from pathlib import Path

from chaos.log import unexplained
from chaos.world import World
from lab.net import NamespaceLab
from lab.paths import KEY_CACHE, PLANS, RESULTS
from lab.pki import Pki
from lab.sbc import Sbc

RINGING_MS = 4000  # a telephone that nobody takes up
# A call whose ends have fallen silent is found by its media: none come.
SETTINGS = ("disable_core_dump=yes", 'modparam("lync", "media_timeout", 5)', 'modparam("lync", "media_look", 5)')
CONNECTION = 170000  # bytes of shared memory that one takes
OVER = 45.0  # seconds until the last call must have ended


class Field:
    """faults: what was wrong, in words."""

    def __init__(self, lab, folder, settings=SETTINGS, example=PLANS / "good" / "chaos.xml", edit=None, ringing_ms=RINGING_MS, name="chaos"):
        self.lab, self.faults, self._name = lab, [], name
        self.pki = Pki(folder / "pki", KEY_CACHE)
        self.sbc = Sbc(lab, folder, self.pki["sbc1"], example=example, edit=edit, settings=settings, health=True,
                       defines=[f"RINGING_MS={ringing_ms}"])

    @contextlib.asynccontextmanager
    async def world(self, **options):
        """Agents that are up as long as it lasts; options: see World."""
        world = World(self.lab, self.pki, **options)
        for agent in world.agents.values():
            await agent.start()
        ticking = asyncio.create_task(world.watch_the_time())
        try:
            yield world
        finally:
            ticking.cancel()
            for agent in world.agents.values():
                agent.kill()

    @staticmethod
    async def calls(world, numbers, per_second):
        due = time.monotonic()
        for number in numbers:
            if not world.begin(number):
                world.count("nobody to call")
            due += 1 / per_second
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    async def rest(self, world):
        """Waits for the end of all calls. Returns the bytes of shared memory in use, when the SBC has nothing to do any more, but
        for those of its connections."""
        await world.wait_over(OVER)
        return await asyncio.to_thread(self._rest, world)

    def _rest(self, world):
        sbc = self.sbc
        if not sbc.wait_idle(30):
            self.faults.append(f"{sbc.transactions()} transactions are left")
        ended, counted = sbc.media_ended(5), sbc.calls("lync.recount")
        if not ended or any(counted[what] for what in ("up", "legs", "uncounted", "drift")):
            left = sbc.media_calls()
            self.faults.append(f"left: {len(left)} calls of rtpengine {left[:3]}, and by lync.calls {counted}")
        calls = {call_id: call for call in world.calls.values() for call_id in call.call_ids}
        self.faults += [f"log: {line}" for line in unexplained(sbc.log_since_judged(), calls)]
        sbc.judge()  # of what the log says we are the judge
        if not sbc.alive():
            self.faults.append("Kamailio has ended")
        return sbc.memory()[0] - CONNECTION * sbc.rpc_value("core.tcp_info", "opened_connections")

    def keep(self, world):
        """Ladders of the calls that went wrong, and the log. Returns the folder."""
        folder = RESULTS / self._name
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.sbc.log_file, folder)
        told = " ".join(self.faults)
        with open(folder / "calls.txt", "w", encoding="utf-8") as out:
            for call in world.calls.values():
                if call.faults or any(call_id in told for call_id in call.call_ids):
                    print("\n".join(call.ladder()), file=out)
            for name, troubles in world.troubles.items():
                print(f"trouble at {name}: " + ", ".join(f"{since:.2f}-{until:.2f} {why}" for since, until, why in troubles), file=out)
        return folder


@contextlib.contextmanager
def field(**options):
    """One that is up, in a folder and a network of its own."""
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder, NamespaceLab() as lab:
        made = Field(lab, Path(folder), **options)
        try:
            made.sbc.start()
            yield made
        finally:
            made.faults += made.sbc.stop()
