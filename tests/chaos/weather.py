# SPDX-License-Identifier: GPL-2.0-or-later
"""What befalls peers while calls go on: killed, cut off, ill, drained; and plans that are loaded anew."""
import asyncio
import contextlib
import random
import re

from chaos.world import PATIENCE

ILL = (500, 503, 408, "hangs", "tries", "deaf")
MOST = {"med": 1, "gw": 2}  # of a side that are in trouble at the same time by our doing


class Weather:
    """Runs from start() to stop(). counts: how often what has happened."""

    def __init__(self, world, sbc, seed):
        self._world, self._sbc, self._draw = world, sbc, random.Random(f"{seed}/weather")
        self._task, self._running, self._away = None, set(), set()
        self.failures = []
        self._kinds = {"killed": (self._kill, 3), "cut off": (self._cut_off, 3), "ill": (self._ill, 4),
                       "drained": (self._drain, 3), "reloaded": (self._reload, 2)}

    def start(self):
        self._task = asyncio.create_task(self._run())

    async def stop(self):
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        await asyncio.gather(*self._running)

    async def _run(self):
        while True:
            await asyncio.sleep(self._draw.uniform(0.3, 1.5))
            names = list(self._kinds)
            kind = self._draw.choices(names, [self._kinds[name][1] for name in names])[0]
            if kind == "reloaded":
                self._begin(kind, self._kinds[kind][0]())
                continue
            name = self._whom()
            if name:
                self._away.add(name)
                self._begin(kind, self._befall(self._kinds[kind][0], name, self._draw.uniform(0.5, 3.0)))

    def _whom(self):
        side = self._draw.choice(list(MOST))
        names = [name for name in self._world.agents if name.startswith(side)]
        if sum(name in self._away for name in names) >= MOST[side]:
            return None
        return self._draw.choice([name for name in names if name not in self._away])

    def _begin(self, kind, what):
        self._world.count(f"weather: {kind}")
        task = asyncio.create_task(self._guarded(what))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _guarded(self, what):
        try:
            await what
        except (OSError, RuntimeError) as error:
            self._world.wrong(f"weather: {error}")

    async def _befall(self, what, name, seconds):
        """A fault, and then time for the SBC to find out that it is over: as long no other one befalls it."""
        after = await what(self._world.agents[name], seconds)
        asyncio.get_running_loop().call_later(after, self._away.discard, name)

    # what befalls ----------------------------------------------------------------------------------------------------
    async def _kill(self, agent, seconds):
        after = PATIENCE + self._world.avoided
        self._world.trouble(agent.name, seconds + after, "killed")
        agent.kill()
        await asyncio.sleep(seconds)
        await agent.start()
        return after

    async def _cut_off(self, agent, seconds):
        """Packets to and from it vanish."""
        after, host = PATIENCE + self._world.avoided, agent.host
        if not agent.udp:
            after += seconds  # TCP has backed off
        self._world.trouble(agent.name, seconds + after, "cut off")
        with contextlib.ExitStack() as stack:
            for match, hook in ((f"ip daddr {host.address}", "input"), (f"ip saddr {host.address}", "output")):
                stack.push(await self._entered(host.drop(match, hook)))
            await asyncio.sleep(seconds)
            await asyncio.to_thread(stack.pop_all().close)
        return after

    @staticmethod
    async def _entered(manager):
        await asyncio.to_thread(manager.__enter__)
        return manager.__exit__

    async def _ill(self, agent, seconds):
        mood = self._draw.choice(ILL)
        after = PATIENCE + self._world.avoided
        self._world.trouble(agent.name, seconds + after, str(mood))
        agent.mood = mood
        await asyncio.sleep(seconds)
        agent.mood = None
        return after

    async def _drain(self, agent, seconds):
        words = ("server", agent.fqdn) if agent.fqdn else ("target", agent.name)
        self._world.trouble(agent.name, seconds + 0.5, "drained")
        await asyncio.to_thread(self._sbc.rpc, "lync.drain", *words)
        await asyncio.sleep(seconds)
        await asyncio.to_thread(self._sbc.rpc, "lync.ready", *words)
        return 0.5

    async def _reload(self):
        """With other weights."""
        plan = self._sbc.plan.read_text()
        self._sbc.plan.write_text(re.sub(r'weight="\d+"', lambda _: f'weight="{self._draw.randint(1, 100)}"', plan))
        await asyncio.to_thread(self._sbc.rpc, "lync.reload")
