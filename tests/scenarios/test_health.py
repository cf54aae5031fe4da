# SPDX-License-Identifier: GPL-2.0-or-later
"""Peers that die, lie, come back: found out by OPTIONS, told once with the reason, and spared by calls. By how their calls
end: test_health_calls.py."""
import contextlib
import re
import time

import pytest

from health_ends import (
    AT_ONCE, MED1, MED2, NUMBER, PEERS, drop_to, gone, invites_to, log_of, options_to, quick_to_find_out,
    wait_full)
from lab.health import IS_LATE, KNOWN_DOWN, changes, events, health, wait_health
from lab.talk import call_up, hang_up

pytest_plugins = ("health_ends",)


@pytest.fixture(scope="module")
def shared_installation():
    with quick_to_find_out() as installation:
        yield installation


# what is asked -------------------------------------------------------------------------------------------------------
def test_how_lync_is_asked(all_up, sbc):
    """By its names and ours, as the topology has them, over the connection that calls use."""
    for name, fqdn in (("med1", MED1), ("med2", MED2)):
        asked = options_to(all_up[name])[-1].message
        assert asked.uri == f"sip:{fqdn}:5067;transport=tls"
        assert asked["To"] == f"<sip:{fqdn}:5067;transport=tls>"
        assert re.fullmatch(r"<sip:sbc1\.example\.net:5067;transport=tls>;tag=\w+", asked["From"])
        assert asked["Contact"] == "<sip:sbc1.example.net:5067;transport=tls>"
        assert asked["Via"].startswith("SIP/2.0/TLS sbc1.example.net:5067;branch=z9hG4bK")
        assert asked["Max-Forwards"] == "70"
        assert asked.flow.names == ["sbc1.example.net"]


def test_how_a_gateway_is_asked(all_up, sbc, installation):
    asked = options_to(all_up["gw"])[-1].message
    own = installation.lab.sbc_pstn
    gateway = all_up["gw"].address
    assert asked.uri == f"sip:{gateway}:5060"
    assert asked["To"] == f"<sip:{gateway}:5060>"
    assert re.fullmatch(rf"<sip:{own}:5060>;tag=\w+", asked["From"])
    assert asked["Contact"] == f"<sip:{own}:5060>"
    assert asked.flow.peer == (own, 5060)


def test_each_is_asked_in_its_interval(all_up):
    began = time.monotonic()
    time.sleep(5)
    for endpoint in all_up.values():
        asked = [entry.when for entry in options_to(endpoint) if entry.when > began]
        assert 4 <= len(asked) <= 7
        assert max(b - a for a, b in zip(asked, asked[1:])) < 1.0 + IS_LATE
        branches = [entry.message.branch for entry in options_to(endpoint)]
        assert len(set(branches)) == len(branches)


# one that dies -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("how", ["killed", "cut off"])
@pytest.mark.parametrize("whom", ["med1", "gw"])
def test_one_that_dies(whom, how, installation, all_up, sbc):
    """It is known in time, told once with the reason, and no call goes there. Then it comes back, and gets more and more."""
    other = {"med1": "med2", "gw": "gw2"}[whom]
    caller = all_up["gw2" if whom == "med1" else "med2"]
    end, since = all_up[whom], len(sbc.log)
    with contextlib.ExitStack() as stack:
        if how == "killed":
            gone(installation, end)
        else:
            stack.enter_context(drop_to(installation, whom))
        took = wait_health(sbc, PEERS[whom], "down")
        assert took < KNOWN_DOWN + IS_LATE
        seen = len(invites_to(end))
        for _ in range(3):
            began = time.monotonic()
            calls = call_up(caller, all_up[other], ring=0.01)
            assert time.monotonic() - began < AT_ONCE
            hang_up(*calls)
        assert len(invites_to(end)) == seen
        for flow in getattr(end, "flows", ()):
            flow.close()  # what comes late over it has no end any more
        found = health(sbc, PEERS[whom])
        assert (found["share"], found["downs"]) == (0, 1)
    if how == "killed":
        end = (installation.mediation if whom == "med1" else installation.gateway)(whom)
    wait_health(sbc, PEERS[whom], "up", timeout=20)
    assert health(sbc, PEERS[whom])["share"] < 60
    wait_full(sbc, PEERS[whom])
    wanted = [("probing", "up"), ("down", "probing"), ("up", "down")]
    told = changes(log_of(sbc, since), PEERS[whom])
    assert [(state, was) for state, was, _ in told] == wanted
    assert events(log_of(sbc, since), PEERS[whom]) == told
    reason = told[1][2]
    assert reason == "no answer to 3 OPTIONS" if whom == "gw" else "no connection" in reason or "no answer" in reason
    hang_up(*call_up(caller, end))


def test_one_that_flaps_waits(installation, all_up, sbc, plan):
    """The second time it is left out for a while before it gets calls again, the third time for longer."""
    plan(memory="1min", slow_start="0s")
    longer = []
    for _ in range(3):
        with drop_to(installation, "gw"):
            wait_health(sbc, "gw1", "down")
        downs = health(sbc, "gw1")["downs"]  # those before count, too
        if downs == 1:
            wait_health(sbc, "gw1", "up")
            continue
        wait_health(sbc, "gw1", "ejected", reason=f"was down x{downs}")
        assert health(sbc, "gw1")["share"] == 0
        longer.append(wait_health(sbc, "gw1", "up") - (downs - 1))
    assert len(longer) > 1
    assert all(-0.3 < more < IS_LATE for more in longer), longer


def test_all_are_down(installation, all_up, sbc):
    """Nobody is asked in vain: 503 at once, on which Lync tries another trunk."""
    for name in ("gw", "gw2"):
        gone(installation, all_up[name])
    for name in ("gw1", "gw2"):
        wait_health(sbc, name, "down")
    took = []
    for _ in range(5):
        began = time.monotonic()
        all_up["med1"].invite(NUMBER).expect(503)
        took.append(time.monotonic() - began)
    assert min(took) < 0.05
    assert max(took) < AT_ONCE


# connections ---------------------------------------------------------------------------------------------------------
def test_a_connection_that_closes_is_opened_anew(all_up, sbc, plan):
    """In the background, before a call needs it."""
    plan(options="1min")
    med = all_up["med1"]
    time.sleep(5)  # it was closed at the end of the scenario before: this is how often one may be
    closed = [flow for flow in med.flows if not flow.closed.is_set()]
    asked, known = len(options_to(med)), len(med.flows)
    assert closed
    for flow in closed:
        flow.close()
    deadline = time.monotonic() + 1.0 + IS_LATE
    while len(options_to(med)) == asked:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert len(med.flows) == known + 1
    assert options_to(med)[-1].message.flow is med.flows[-1]
    assert health(sbc, MED1)["state"] == "up"
    time.sleep(1.5)
    assert len(options_to(med)) == asked + 1  # and that was that


def test_a_connection_that_leads_nowhere(installation, all_up, sbc, plan):
    """Its packets vanish, those of another pass: the third OPTIONS goes out on another."""
    plan(first="500ms", again="500ms")
    med, downs = all_up["med1"], health(sbc, MED1)["downs"]
    flow = [flow for flow in med.flows if not flow.closed.is_set()][-1]
    with installation.lab["med1"].drop(f"tcp sport {flow.peer[1]}"):
        wait_health(sbc, MED1, "probing")
        wait_health(sbc, MED1, "up", timeout=5)
        since = len(sbc.log)
        hang_up(*call_up(all_up["gw"], med))
        time.sleep(2)
        assert not changes(log_of(sbc, since), MED1)
    assert health(sbc, MED1)["downs"] == downs


@pytest.mark.parametrize("identity, reason", [
    ("wrong-name", "tls: certificate has another name"), ("expired", "tls: certificate expired"),
    ("unknown-ca", "tls: certificate of an unknown CA")])
def test_a_certificate_that_is_wrong(identity, reason, installation, all_up, sbc):
    since = len(sbc.log)
    gone(installation, all_up["med1"])
    bad = installation.mediation("med1", identity=identity)
    wait_health(sbc, MED1, "down", reason=reason)
    assert not options_to(bad)  # nothing was said to it
    told = changes(log_of(sbc, since), MED1)
    assert told[-1][0] == "down"
    assert [health(sbc, name)["state"] for name in (MED2, "gw1", "gw2")] == ["up"] * 3
    hang_up(*call_up(all_up["gw"], all_up["med2"]))
    gone(installation, bad)
