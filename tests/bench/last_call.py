#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How long calls suffer when a peer dies: 20 calls a second towards two of them, by the example plan's defaults. One is
killed; or its packets vanish. Printed: seconds from its death to the last call whose set-up was late or failed, how many
these were, and how late the worst was. One that rang there at that moment is lost with it, and not counted.
"""
import argparse
import asyncio
import contextlib
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # lab and chaos

from chaos.fates import Fate, Lot
from chaos.field import field
from lab.paths import EXAMPLE_PLAN
from lab.plan import add, find
from measures import machine

PER_SECOND, BEFORE, AFTER = 20, 5.0, 10.0
NORMAL = 0.5  # seconds to the answer, of a call that does not suffer
LAST, LATEST = 2.0, 1.0  # seconds that are allowed; the second is answer-limit


def two_gateways(root):
    """Beside gw1 another one, with half of Lync's calls."""
    more = add(root, "", "target", name="gw2", address="198.51.100.20", port="5060", transport="udp")
    root.remove(more)
    root.insert(list(root).index(find(root, "target[@name='gw1']")) + 1, more)
    add(root, "trunk", "route", target="gw2", tier="1", weight="100")


@contextlib.asynccontextmanager
async def cut_off(host):
    with contextlib.ExitStack() as stack:
        for match, hook in ((f"ip daddr {host.address}", "input"), (f"ip saddr {host.address}", "output")):
            manager = host.drop(match, hook)
            await asyncio.to_thread(manager.__enter__)
            stack.push(manager.__exit__)
        yield


async def one(at, from_lync, killed):
    """Returns (calls that suffered, seconds to the last of them, seconds that the worst took, refused ones)."""
    names = ("gw1", "gw2", "med1") if from_lync else ("med1", "med2", "gw1")
    fate = Fate(rings=0.01, seconds=0.02)
    lot = Lot(from_lync, dict.fromkeys(names[:2], fate), hold=0.5)
    async with at.world(lots=lambda _: lot, names=names, trunks=(5067,)) as world:
        calls = asyncio.create_task(at.calls(world, range(int(PER_SECOND * (BEFORE + AFTER))), PER_SECOND))
        await asyncio.sleep(BEFORE)
        victim, died = world.agents[names[0]], time.monotonic()
        async with contextlib.AsyncExitStack() as stack:
            if killed:
                victim.kill()
            else:
                await stack.enter_async_context(cut_off(victim.host))
            await calls
            await world.wait_over(40)
        if killed:
            await victim.start()
        world.troubles[names[0]].append((died, died + AFTER, "dead"))
        calls = [call for call in world.calls.values() if call.code == 200 or not call.user_is_away()]
        suffered = [call for call in calls if call.code != 200 or call.end - call.start > NORMAL]
        early = [call for call in suffered if call.end is not None and call.end < died]
        if early:
            raise RuntimeError(f"{len(early)} calls were late before anybody had died: the machine is too busy")
        return (len(suffered), max((call.start - died for call in suffered), default=0.0),
                max((call.end - call.start for call in suffered if call.code), default=0.0), sum(call.code != 200 for call in suffered))


def main():
    argparse.ArgumentParser(description="How long calls suffer when a peer dies.").parse_args()
    print(f"{machine()}; {PER_SECOND} calls a second towards two peers, of which one dies")
    good = True
    for from_lync, whom in ((False, "Mediation Server"), (True, "gateway (UDP)")):
        for killed, how in ((True, "is killed"), (False, "is cut off")):
            with field(example=EXAMPLE_PLAN, edit=two_gateways) as at:  # each SBC has just begun
                suffered, last, worst, refused = asyncio.run(one(at, from_lync, killed))
            right = last <= LAST and worst <= LATEST + NORMAL and not refused
            good = good and right
            print(f"  a {whom:17} {how:11}: {suffered:3} calls suffer, the last begins {last:4.2f} s after the death; the worst took "
                  f"{worst:4.2f} s, {refused} were refused{'' if right else ': TOO MUCH'}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
