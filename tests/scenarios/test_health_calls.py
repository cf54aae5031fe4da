# SPDX-License-Identifier: GPL-2.0-or-later
"""Peers that answer OPTIONS and fail calls; and what operators and the plan say of who is asked and spared."""
import re
import time

import pytest

from health_ends import (AT_ONCE, MED1, MED2, NUMBER, PEERS, drop_to, gone, log_of, options_to, quick_to_find_out)
from lab.dns import Dns
from lab.health import IS_LATE, KNOWN_DOWN, changes, events, health, quick, wait_health
from lab.installation import SERVERS
from lab.plan import find
from lab.raw import RawPeer
from lab.talk import call_up, hang_up
from lab.transport import Tls
from lab.watch import warm_up

pytest_plugins = ("health_ends",)


@pytest.fixture(scope="module")
def shared_installation():
    with quick_to_find_out() as installation:
        yield installation


# calls that fail -----------------------------------------------------------------------------------------------------
def failing_calls(ends, code, count, extra=""):
    """Calls from Lync that gw refuses, and gw2 takes."""
    for _ in range(count):
        call = ends["med1"].invite(NUMBER)
        ends["gw"].next_call().reject(code, "No", extra=extra)
        other = ends["gw2"].answer_next(ring=0)
        call.answered()
        other.expect("ACK")
        hang_up(call, other)


def test_one_that_answers_options_and_no_call(all_up, sbc, plan):
    plan(memory="1min", slow_start="0s", failures="3")
    since = len(sbc.log)
    for times in (1, 2):
        failing_calls(all_up, 503, 3)
        wait_health(sbc, "gw1", "ejected", timeout=1, reason="503 x3")
        hang_up(*call_up(all_up["med1"], all_up["gw2"]))
        assert health(sbc, "gw1")["share"] == 0
        assert health(sbc, "gw1")["ejections"] == times
        left = wait_health(sbc, "gw1", "up")
        assert times - 0.5 < left < times + IS_LATE
    told = changes(log_of(sbc, since), "gw1")
    assert told == [("ejected", "up", "503 x3"), ("up", "ejected", "its time is over")] * 2
    assert events(log_of(sbc, since), "gw1") == told
    assert all(entry.message.code != 503 for entry in all_up["med1"].log if not entry.sent)


def test_a_call_that_goes_well_makes_good(all_up, sbc, plan):
    plan(failures="3", memory="1min")
    for _ in range(3):
        failing_calls(all_up, 500, 2)
        hang_up(*call_up(all_up["med1"], all_up["gw"]))
    for code in (404, 486, 603):  # what a user says
        call = all_up["med1"].invite(NUMBER)
        all_up["gw"].next_call().reject(code, "No")
        call.expect(code, 480, 404, 486, 603)
    assert health(sbc, "gw1")["state"] == "up"
    assert health(sbc, "gw1")["failures"] == 0


def test_retry_after(all_up, sbc):
    ejections = health(sbc, "gw1")["ejections"]
    failing_calls(all_up, 503, 1, extra="Retry-After: 2")
    wait_health(sbc, "gw1", "ejected", timeout=1, reason="503, Retry-After 2")
    hang_up(*call_up(all_up["med1"], all_up["gw2"]))
    assert 1.2 < wait_health(sbc, "gw1", "up") < 2.0 + IS_LATE
    assert health(sbc, "gw1")["ejections"] == ejections


def test_without_another_an_ejection_does_not_count(installation, all_up, sbc, plan):
    """Panic: less than half of the targets are usable, so it is not the one that is ill."""
    plan(failures="3", ejection="10s")
    failing_calls(all_up, 503, 3)
    wait_health(sbc, "gw1", "ejected", timeout=1)
    assert health(sbc, "gw1")["share"] == 0
    gone(installation, all_up["gw2"])
    wait_health(sbc, "gw2", "down")
    assert health(sbc, "gw1")["share"] == 100
    hang_up(*call_up(all_up["med1"], all_up["gw"]))
    assert health(sbc, "gw2")["share"] == 0  # who is down stays that


def test_only_a_tenth_is_ejected(all_up, sbc, plan):
    """One of two: the other one stays, whatever it does."""
    plan(failures="2", ejection="10s")
    failing_calls(all_up, 503, 2)
    wait_health(sbc, "gw1", "ejected", timeout=1)
    for _ in range(3):
        call = all_up["med1"].invite(NUMBER)
        all_up["gw2"].next_call().reject(503, "No")
        call.expect(503)
    assert health(sbc, "gw2")["state"] == "up"
    assert health(sbc, "gw2")["failures"] == 3


def test_who_does_not_answer_a_call_is_asked_at_once(installation, all_up, sbc, plan):
    """INVITEs vanish on the way to it, OPTIONS do not."""
    plan(options="1min")
    time.sleep(1.2)  # each was due
    asked, since = len(options_to(all_up["gw"])), len(sbc.log)
    with drop_to(installation, "gw", "@th,64,48 0x494e56495445"):
        call = all_up["med1"].invite(NUMBER)
        other = all_up["gw2"].answer_next(timeout=8, ring=0)
        call.answered()
        other.expect("ACK")
        hang_up(call, other)
    told = changes(log_of(sbc, since), "gw1")
    assert [state for state, _, _ in told] == ["probing", "up"]
    assert re.fullmatch(r"no answer \d s", told[0][2])
    assert len(options_to(all_up["gw"])) == asked + 1
    assert health(sbc, "gw1")["failures"] == 1


def test_one_that_rings_late_is_remembered(all_up, sbc):
    calls = call_up(all_up["med1"], all_up["gw"], ring=0.01)
    hang_up(*calls)
    call = all_up["med1"].invite(NUMBER)
    other = all_up["gw"].next_call()
    time.sleep(0.8)
    other.ring()
    time.sleep(0.5)
    other.answer()
    call.answered()
    other.expect("ACK")
    assert 700 <= health(sbc, "gw1")["rings_after_ms"] < 1200  # not how long it rang
    hang_up(call, other)


# plan and operator ---------------------------------------------------------------------------------------------------
def test_a_reload_changes_no_state(installation, all_up, sbc):
    gone(installation, all_up["gw2"])
    wait_health(sbc, "gw2", "down")
    since, before = len(sbc.log), {name: health(sbc, name) for name in PEERS.values()}
    sbc.rpc("lync.reload")
    for _ in range(10):
        for name, was in before.items():
            found = health(sbc, name)
            assert [found[key] for key in ("state", "reason", "downs")] == [was[key] for key in ("state", "reason", "downs")]
        time.sleep(0.05)
    assert not re.search(r"peer \S+ is \w+, was", log_of(sbc, since))


def test_a_drain_is_a_state(all_up, sbc):
    since = len(sbc.log)
    sbc.rpc("lync.drain", "target", "gw1")
    wait_health(sbc, "gw1", "draining", timeout=1)
    asked = len(options_to(all_up["gw"]))
    time.sleep(1.5)
    assert len(options_to(all_up["gw"])) > asked  # it is asked all the same
    sbc.rpc("lync.ready", "target", "gw1")
    time.sleep(1.2)
    wait_health(sbc, "gw1", "up", timeout=1)
    sbc.rpc("lync.drain", "pool", "hq")
    wait_health(sbc, MED1, "draining", reason="its pool drains", timeout=1)
    sbc.rpc("lync.ready", "pool", "hq")
    wait_health(sbc, MED1, "up", timeout=1)
    time.sleep(1.2)
    told = [("draining", "up", "rpc"), ("up", "draining", "plan")]
    assert changes(log_of(sbc, since), "gw1") == told
    assert events(log_of(sbc, since), "gw1") == told


def test_nobody_is_asked(installation, all_up, sbc, plan):
    """options="0s": only its calls tell."""
    plan(options="0s")
    time.sleep(0.5)
    asked = len(options_to(all_up["gw"]))
    time.sleep(2)
    assert len(options_to(all_up["gw"])) == asked
    assert health(sbc, "gw1")["addresses"] == {}
    hang_up(*call_up(all_up["med1"], all_up["gw"]))


def test_rpc(all_up, sbc):
    med = all_up["med1"].address
    deadline = time.monotonic() + KNOWN_DOWN + IS_LATE
    while (found := health(sbc, MED1))["addresses"][f"{med}:5068"] != "down":
        assert time.monotonic() < deadline
    assert found["addresses"] == {f"{med}:5067": "up", f"{med}:5068": "down"}  # nothing listens on the port for TCP
    assert (found["state"], found["share"], found["side"]) == ("up", 100, "lync")
    everybody = sbc.rpc("lync.health")
    assert re.findall(r"\bname: (\S+)", everybody) == [MED1, MED2, "sip.fabrikam.example", "gw1", "gw2"]
    assert re.search(r"health: up\s+why: \s+share: 100", sbc.rpc("lync.peer", "gw1"))
    with pytest.raises(RuntimeError, match="the plan has no target or server 'nobody'"):
        sbc.rpc("lync.health", "nobody")


def test_lync_is_always_answered(installation, all_up, sbc):
    """On every port, though the node drains and Redis is gone: after silence Lync may need a quarter of an hour."""
    lab = installation.lab
    sbc.rpc("lync.drain", "node")
    sbc.freeze(sbc.redis)
    try:
        servers = [("med1", port, {}) for port in (5067, 5167)] + [("impostor", 5267, {})]
        for name, port, options in servers:
            identity = SERVERS[name][0]
            with RawPeer(lab[name], "TLS", (lab.sbc_lync, port), Tls(installation.pki[identity]), "sbc1.example.net") as peer:
                assert peer.ask("OPTIONS", 200).code == 200
        with RawPeer(lab["med1"], "TCP", (lab.sbc_lync, 5068)) as peer:
            assert peer.ask("OPTIONS", 200).code == 200
        all_up["med1"].invite(NUMBER).expect(503)
    finally:
        sbc.thaw(sbc.redis)
        sbc.rpc("lync.ready", "node")


def test_one_address_of_several(new_installation):
    """The name is at two; at one of them nobody is. Calls go to the other, and the peer is up."""
    def prepare(made):
        made.dns = Dns(made.lab["sbc"], {"gw1.example.net": [made.lab[host].address for host in ("gw", "stranger")]},
                       "127.0.0.1")

    def by_name(root):
        quick(root)
        find(root, "target[@name='gw1']").set("fqdn", "gw1.example.net")
        del find(root, "target[@name='gw1']").attrib["address"]

    installation = new_installation(edit=by_name, health=True, prepare=prepare,
                                    defines=['LYNC_DNS_SERVERS="127.0.0.1"'])
    installation.memory_tolerance = {"shared": 1 << 24, "private": 1 << 26}  # it has only just begun
    sbc, med, gw = installation.sbc, installation.mediation("med1"), installation.gateway("gw")
    there, away = (f"{installation.lab[host].address}:5060" for host in ("gw", "stranger"))
    deadline = time.monotonic() + 10
    while health(sbc, "gw1")["addresses"] != {there: "up", away: "down"} or health(sbc, "gw1")["state"] != "up":
        assert time.monotonic() < deadline, health(sbc, "gw1")
        time.sleep(0.05)
    try:
        for _ in range(10):
            began = time.monotonic()
            hang_up(*call_up(med, gw, ring=0.01))
            assert time.monotonic() - began < AT_ONCE
        gone(installation, gw)
        wait_health(sbc, "gw1", "down")
    finally:
        installation.dns.close()


def test_switched_off(new_installation):
    installation = new_installation(prepare=warm_up)
    gw = installation.gateway("gw")
    time.sleep(1.5)
    assert not options_to(gw)
    with pytest.raises(RuntimeError, match="the parameter health is 0"):
        installation.sbc.rpc("lync.health")
