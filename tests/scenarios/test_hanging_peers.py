# SPDX-License-Identifier: GPL-2.0-or-later
"""25 TLS targets that cannot be reached, called all the time: SYN dropped, TLS that is never spoken, refused.

Every call to them is refused within its answer-limit; all others are set up as fast as without them.
"""
import contextlib
import gc
import socket
import threading
import time

import pytest

from lab.installation import installed
from lab.load import Load
from lab.paths import PLANS
from lab.plan import add
from lab.watch import warm_up

COUNT, ROUNDS = 25, 8
FAULTS = ("swallows", "hangs", "refuses")
PER_SECOND, SECONDS = 20, 8
ANSWER, LATE = 1.0, 0.4
RATIO, FLOOR = 3, 0.1  # the worst set-up may take so many times that of the quiet time, or of so many seconds
PORT = 5367


def name(number):
    return f"dead{number}"


def address(number):
    return f"198.51.100.{100 + number}"


def called(number):
    return f"+4999{number:02}"


def with_dead_ones(root):
    add(root, "node", "listen", side="pstn", transport="tls", port="5061")
    add(root, "node", "listen", side="lync", transport="tls", port=str(PORT))
    for number in range(COUNT):
        add(root, "", "target", name=name(number), fqdn=f"{name(number)}.example.net", address=address(number), port="5061",
            transport="tls")
    trunk = {"pool": "hq", "mediation-port": "5067", "fqdn": "sbc1.example.net", "port": str(PORT), "transport": "tls"}
    add(root, "", "trunk", name="hq-dead", **trunk)
    for number in range(COUNT):
        path = "{urn:lync-sbc:trunks:1}trunk"
        dead = next(element for element in root.iter(path) if element.get("name") == "hq-dead")
        dead.append(dead.makeelement("{urn:lync-sbc:trunks:1}route",
                                     {"target": name(number), "match": rf"^\{called(number)}$"}))


@pytest.fixture(scope="module")
def shared_installation():
    def add_hosts(installation):
        for number in range(COUNT):
            if name(number) not in installation.lab.hosts:
                installation.lab.add_host("pstn", name(number), address(number))
        warm_up(installation)

    with installed(example=PLANS / "good" / "two-of-each.xml", edit=with_dead_ones, prepare=add_hosts) as installation:
        installation.memory_tolerance = {"shared": 131072, "private": 16384}  # 25 connections at once, in every worker
        yield installation


@pytest.fixture
def dead(installation):
    with contextlib.ExitStack() as stack:
        for number in range(COUNT):
            host, fault = installation.lab[name(number)], FAULTS[number % len(FAULTS)]
            if fault == "swallows":
                stack.enter_context(host.drop(f"ip daddr {host.address} tcp dport 5061"))
            elif fault == "hangs":
                stack.enter_context(host.socket(socket.SOCK_STREAM, 5061)).listen(ROUNDS)
        yield


def set_ups(caller, callee, meanwhile):
    """Seconds of every call, sorted; meanwhile() runs in the same time."""
    load = Load(caller, callee, PER_SECOND)
    meanwhile()
    found = load.stop()
    assert {set_up.code for set_up in found} == {200}
    return sorted(set_up.took for set_up in found)


def call_the_dead(server, took):
    """Each of them once a second, so that each has always a call; adds the seconds that a call took to took[fault]."""
    def call(number, began):
        one = server.invite(called(number))
        one.expect(503, timeout=10)
        took[FAULTS[number % len(FAULTS)]].append(time.monotonic() - began)

    threads = []
    due = time.monotonic()
    for number in list(range(COUNT)) * ROUNDS:
        threads.append(threading.Thread(target=call, args=(number, time.monotonic())))
        threads[-1].start()
        due += 1 / COUNT
        time.sleep(max(0.0, due - time.monotonic()))
    for thread in threads:
        thread.join()


@pytest.fixture
def no_collector():
    """Python's own would stop all endpoints for some hundred milliseconds, once in a run."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("way", ["from lync", "to lync"])
def test_others_do_not_wait_for_them(installation, med1, gw, dead, way):
    caller, callee = (med1, gw) if way == "from lync" else (gw, med1)
    med2 = installation.mediation("med2", outbound=f"sip:sbc1.example.net:{PORT}")
    quiet = set_ups(caller, callee, lambda: time.sleep(SECONDS))
    took = {fault: [] for fault in FAULTS}
    busy = set_ups(caller, callee, lambda: call_the_dead(med2, took))
    for what, times in (("quiet", quiet), ("while 25 hang", busy)):
        print(f"{way}, {what}: {len(times)} calls, none lost, median {times[len(times) // 2] * 1000:.1f} ms, "
              f"worst {times[-1] * 1000:.1f} ms")
    for fault, times in took.items():
        print(f"{way}, {fault}: {len(times)} calls, refused after {min(times) * 1000:.0f} to {max(times) * 1000:.0f} ms")
        assert len(times) == ROUNDS * len(range(FAULTS.index(fault), COUNT, len(FAULTS)))
        assert max(times) < ANSWER + LATE
    assert busy[-1] < RATIO * max(quiet[-1], FLOOR)
    assert busy[len(busy) // 2] < RATIO * quiet[len(quiet) // 2]
