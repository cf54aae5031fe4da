# SPDX-License-Identifier: GPL-2.0-or-later
"""What a node does when others fail. By the numbers of the fault table that this project keeps:

  15  a gateway cannot be reached from here              test_one_gateway_is_cut_off
  17  a gateway is dead                                  scenarios/test_health.py, scenarios/test_time_limits.py
  18  it answers OPTIONS and fails calls                 scenarios/test_health.py
  19  it rejects at once, and so looks idle              test_who_rejects_at_once_gets_no_more
  20  it rings after five seconds                        test_who_rings_late_gets_fewer
  21  it comes and goes                                  test_who_comes_and_goes_moves_few_calls
  22  503 with Retry-After                               scenarios/test_health.py
  23  all gateways are down                              test_when_all_are_down_the_refusal_is_quick
  24  a Mediation Server is drained                      test_a_drained_server_keeps_its_calls
  25  certificates                                       scenarios/test_health.py, scenarios/test_tls_identity.py
  26  half-open connections                              scenarios/test_time_limits.py
  27  the DNS                                            scenarios/test_names.py
  28  the clock jumps                                    test_the_clock_jumps
  33  INVITE comes again, by another way                 test_races.py
  34  CANCEL at any moment                               test_races.py
  35  BYE is lost                                        test_bye_is_lost, scenarios/test_session_timer.py
"""
import asyncio
import contextlib
import re
import struct
import subprocess
import time
from pathlib import Path

import pytest

from chaos.fates import Fate, Lot
from chaos.field import SETTINGS, field
from chaos.world import GATEWAYS, SERVERS
from lab.paths import BUILD
from lab.plan import NAMESPACE
from lab.sbc import LAB_SETTINGS, Sbc

ALL = (*SETTINGS, *LAB_SETTINGS)
QUICK = Fate(rings=0.01, seconds=0.02)
RESYNC = 6  # seconds: after five the core looks what time it is
REJECTS = Fate("refuse", 503, tries=False)


def health(**attributes):
    """Edits the plan: so for all peers that have a <health>."""
    def edit(root):
        for element in root.iter(f"{{{NAMESPACE}}}health"):
            element.attrib.update(attributes)

    return edit


def lots(fates=(), from_lync=True, **options):
    """The same of every call: who is not in fates answers quickly."""
    lot = Lot(from_lync, dict.fromkeys(GATEWAYS if from_lync else SERVERS, QUICK) | dict(fates), **options)
    return lambda number: lot


def play(scene, made=lots(), edit=None, ringing_ms=4000, settings=ALL, **options):
    """scene(at, world) happens, then every call is judged. Returns the world."""
    with field(settings=settings, edit=edit, ringing_ms=ringing_ms, name="faults") as at:
        async def run():
            async with at.world(lots=made, **options) as world:
                await scene(at, world)
                await at.rest(world)
                at.faults += world.judge()
                if at.faults:
                    at.keep(world)
                return world

        world = asyncio.run(run())
    assert not at.faults, "\n".join(at.faults[:10])
    return world


@contextlib.asynccontextmanager
async def cut_off(world, name):
    host = world.agents[name].host
    world.trouble(name, 60, "cut off")
    with contextlib.ExitStack() as stack:
        for match, hook in ((f"ip daddr {host.address}", "input"), (f"ip saddr {host.address}", "output")):
            manager = host.drop(match, hook)
            await asyncio.to_thread(manager.__enter__)
            stack.push(manager.__exit__)
        yield


def at_first(world, name):
    """The part of all calls that came to this one before any other, or nowhere else."""
    return sum(call.came_to[0].agent.name == name for call in world.calls.values() if call.came_to) / len(world.calls)


def took(world):
    return sorted(call.end - call.start for call in world.calls.values())


async def state(at, name):
    """As lync.peer has its health: up, down, ejected, …, and why."""
    told = await asyncio.to_thread(at.sbc.rpc, "lync.peer", name)
    return " ".join(re.findall(r"(?m)^\s*(?:health|why): (.*)$", told)).strip()


# rows ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["gw1", "gw3"], ids=["UDP", "TCP"])
def test_one_gateway_is_cut_off(name):
    """Others carry its calls; each is late by one try at most, and soon none is."""
    async def scene(at, world):
        await at.calls(world, range(10), 30)
        async with cut_off(world, name):
            await at.calls(world, range(10, 160), 30)
            await world.wait_over(20)

    world = play(scene)
    refused = [call for call in world.calls.values() if call.code != 200]
    assert all(call.user_is_away() for call in refused) and len(refused) < 3, "it has not only lost those that rang there"
    late = [call for call in world.calls.values() if call.end - call.start > 0.8]
    assert late and len(late) < 40 and max(took(world)) < 2.5, (len(late), took(world)[-3:])
    assert not [call for call in late if call.number[-3:] > "100"], "it is still asked after two seconds"


def test_who_rejects_at_once_gets_no_more():
    """Never ejected here, it gets no more than twice its fair part: it has no calls in progress, and so looks idle."""
    async def scene(at, world):
        await at.calls(world, range(400), 40)

    world = play(scene, lots({"gw4": REJECTS}, hold=1.5), edit=health(failures="0"))
    assert {call.code for call in world.calls.values()} == {200}
    fair = 10 / 100 / 2 + 1 / 4 / 2  # half of the calls by weights 40 30 20 10, half in two tiers: gw4 only if the others fail
    asked = sum(any(leg.agent.name == "gw4" for leg in call.came_to) for call in world.calls.values()) / len(world.calls)
    assert 0 < asked <= 2 * fair, f"{asked:.2f}"


def test_who_rejects_at_once_is_left_out():
    async def scene(at, world):
        await at.calls(world, range(150), 40)
        told = await state(at, "gw1")
        assert told.startswith("ejected 503"), told

    world = play(scene, lots({"gw1": REJECTS}, hold=0.5), edit=health(failures="5", ejection="1min", **{"ejection-max": "1min"}))
    asked = [call for call in world.calls.values() if any(leg.agent.name == "gw1" for leg in call.came_to)]
    assert 5 <= len(asked) <= 15, len(asked)


def test_who_rings_late_gets_fewer():
    """Five seconds until it rings: it is alive, and keeps calls, but fewer than its part."""
    slow = Fate(rings=5.0, seconds=5.1)

    async def scene(at, world):
        await at.calls(world, range(300), 30)
        await world.wait_over(20)
        assert await state(at, "gw1") == "up"

    world = play(scene, lots({"gw1": slow}, hold=0.5), ringing_ms=20000)
    assert {call.code for call in world.calls.values()} == {200}
    fair = 40 / 100 / 2 + 1 / 2 / 2
    assert 0 < at_first(world, "gw1") < 0.6 * fair, f"{at_first(world, 'gw1'):.2f} of {fair:.2f}"


def test_who_comes_and_goes_moves_few_calls():
    """Down for 1.5 s, up for 1.5 s, for 24 s: not one call in ten has to go elsewhere, and none is lost."""
    async def scene(at, world):
        calls = asyncio.create_task(at.calls(world, range(480), 20))
        agent = world.agents["gw1"]
        for _ in range(8):
            agent.mood = "deaf"
            world.trouble("gw1", 4.0, "deaf")
            await asyncio.sleep(1.5)
            agent.mood = None
            await asyncio.sleep(1.5)
        await calls

    world = play(scene, lots(hold=0.5), edit=health(**{"up-after": "3"}))
    assert {call.code for call in world.calls.values()} == {200}
    moved = sum(len(call.came_to) > 1 for call in world.calls.values())
    assert 0 < moved <= 48, moved


def test_when_all_are_down_the_refusal_is_quick():
    """503 within 50 ms, and no storm of OPTIONS."""
    async def scene(at, world):
        for name in GATEWAYS:
            world.agents[name].mood = "deaf"
            world.trouble(name, 60, "deaf")
        deadline = time.monotonic() + 8
        while any(["down" not in await state(at, name) for name in GATEWAYS]):
            assert time.monotonic() < deadline
            await asyncio.sleep(0.1)
        before, begin = {name: world.agents[name].asked for name in GATEWAYS}, time.monotonic()
        await at.calls(world, range(100), 25)
        for name in GATEWAYS:
            asked = world.agents[name].asked - before[name]
            assert asked <= time.monotonic() - begin + 2, f"{asked} OPTIONS to {name}"

    world = play(scene)
    assert {call.code for call in world.calls.values()} == {503}
    assert took(world)[90] < 0.05, took(world)[90:]


def test_a_drained_server_keeps_its_calls():
    """Re-INVITE and BYE of calls that it has go through, both ways; new ones go to the others; it is told of none."""
    marks = {}

    async def scene(at, world):
        await at.calls(world, range(40), 40)
        marks["drained"] = time.monotonic()
        await asyncio.to_thread(at.sbc.rpc, "lync.drain", "server", "med01.contoso.example")
        marks["done"] = time.monotonic()
        await at.calls(world, range(40, 100), 40)
        await asyncio.to_thread(at.sbc.rpc, "lync.ready", "server", "med01.contoso.example")
        await world.wait_over(20)

    def made(number):
        return lots(from_lync=False, hold=2.0, ending=("caller", "callee")[number % 2], reinvites=((1.5,), (1.7,)))(number)

    world = play(scene, made)
    calls = world.calls.values()
    assert {call.code for call in calls} == {200}
    at_med1 = [call for call in calls if call.came_to[0].agent.name == "med1"]
    assert len(at_med1) > 5 and all(call.start <= marks["done"] for call in at_med1)
    answered = [text for call in at_med1 for _, _, text in call.story if text in ("<- 200 INVITE", "<- 200 BYE")]
    assert len(answered) >= 4 * len(at_med1), "a re-INVITE or BYE has had no answer"


@pytest.mark.parametrize("hours", [1, -1])
def test_the_clock_jumps(hours, tmp_path, monkeypatch):
    """By an hour, twice as long as a session may be: calls that are up stay up, new ones are as before, nobody is found
    dead. (What tm waits for at that moment is over at once: its ticks follow the time of day forwards, in the core.)
    """
    shim, jump = BUILD / "chaos" / "clock.so", tmp_path / "jump"
    shim.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["gcc", "-Wall", "-Werror", "-O2", "-shared", "-fPIC", Path(__file__).parent / "clock.c", "-o", shim], check=True)
    jump.write_bytes(struct.pack("q", 0))
    start_kamailio = Sbc.start_kamailio

    def start(sbc):
        """Kamailio alone: rtpengine ends its calls when the clock goes forward."""
        with monkeypatch.context() as patch:
            patch.setenv("LD_PRELOAD", str(shim))
            patch.setenv("CLOCK_JUMP", str(jump))
            start_kamailio(sbc)

    monkeypatch.setattr(Sbc, "start_kamailio", start)

    def hour(at):
        return int(re.search(r"now: .* (\d\d):\d\d:\d\d", at.sbc.rpc("core.uptime"))[1])

    async def scene(at, world):
        await at.calls(world, range(30), 30)
        await asyncio.sleep(3)
        before = hour(at)
        jump.write_bytes(struct.pack("q", hours * 3600))
        assert (hour(at) - before) % 24 in (hours % 24, (hours + 1) % 24), "Kamailio has not noticed"
        await asyncio.sleep(RESYNC)
        assert at.sbc.calls()["up"] == 30
        await at.calls(world, range(30, 120), 30)
        for name in ("gw1", "gw3", "med01.contoso.example"):
            assert await state(at, name) == "up"

    def made(number):
        return lots({"gw2": Fate("silent")}, hold=12.0 if number < 30 else 0.5)(number)

    world = play(scene, made, settings=(*LAB_SETTINGS, 'modparam("lync", "media_look", 5)'))
    assert {call.code for call in world.calls.values()} == {200}


@pytest.mark.parametrize("both", [False, True], ids=["of one end", "both ends have gone"])
@pytest.mark.parametrize("from_lync", [True, False], ids=["from lync", "to lync"])
def test_bye_is_lost(both, from_lync):
    """Nobody says BYE any more: the media watch finds that no media come, ends the call and says why."""
    async def scene(at, world):
        await at.calls(world, range(10), 40)
        await at.rest(world)
        assert at.sbc.log.count("ended: ") >= 10

    play(scene, lots(from_lync=from_lync, ending="vanish", both_vanish=both))


