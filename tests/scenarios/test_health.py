# SPDX-License-Identifier: GPL-2.0-or-later
"""Peers that die, lie, come back: found out by OPTIONS and by calls, told once with the reason, and spared by calls."""
import contextlib
import re
import time

import pytest

from lab.dns import Dns
from lab.health import (EVENT_ROUTES, IS_LATE, KNOWN_DOWN, changes, events, health, quick, wait_health)
from lab.installation import SERVERS, installed
from lab.paths import PLANS
from lab.plan import find
from lab.raw import RawPeer
from lab.reload import TOLERANCE, changeable
from lab.sbc import LAB_SETTINGS
from lab.talk import call_up, hang_up
from lab.transport import Tls
from lab.watch import warm_up

NUMBER = "+4930123456"
MED1, MED2 = "med01.contoso.example", "med02.contoso.example"
AT_ONCE = 0.4
PEERS = {"med1": MED1, "med2": MED2, "gw": "gw1", "gw2": "gw2"}


@pytest.fixture(scope="module")
def shared_installation():
    def prepare(installation):
        """Endpoints come and go while it warms up; then nobody asks."""
        with changeable(installation.sbc) as change:
            change(lambda root: quick(root, options="0s", failures="0"))
            installation.sbc.rpc("lync.reload")
            warm_up(installation)

    with installed(example=PLANS / "good" / "two-of-each.xml", edit=quick, health=True, prepare=prepare,
                   settings=LAB_SETTINGS + EVENT_ROUTES) as installation:
        installation.memory_tolerance = TOLERANCE
        yield installation


@pytest.fixture
def plan(sbc):
    """plan(**changed rules of quick()): in force until the scenario ends."""
    with changeable(sbc) as change:
        def rules(**changed):
            change(lambda root: quick(root, **changed))
            sbc.rpc("lync.reload")
        yield rules


@pytest.fixture
def all_up(installation, sbc):
    """The two servers and the two gateways, by their names in the lab; each gets its share of the calls."""
    ends = {name: make(name) for make, names in ((installation.mediation, ("med1", "med2")),
                                                 (installation.gateway, ("gw", "gw2"))) for name in names}
    for name, end in ends.items():
        wait_asked(end)
        wait_full(sbc, PEERS[name])
    return ends


def wait_asked(endpoint, count=0, timeout=5.0):
    """Until it has got more OPTIONS than so many."""
    deadline = time.monotonic() + timeout
    while len(options_to(endpoint)) <= count:
        assert time.monotonic() < deadline, f"{endpoint.name} has got no OPTIONS in {timeout} s"
        time.sleep(0.01)


def wait_full(sbc, name, timeout=20.0):
    wait_health(sbc, name, "up", timeout=timeout)
    deadline = time.monotonic() + timeout
    while health(sbc, name)["share"] < 100:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def log_of(sbc, since):
    return sbc.log[since:]


def options_to(endpoint):
    return [entry for entry in endpoint.log if not entry.sent and entry.message.method == "OPTIONS"]


def invites_to(endpoint):
    return [entry for entry in endpoint.log if not entry.sent and entry.message.method == "INVITE"]


def gone(installation, endpoint):
    """It is killed."""
    installation.endpoints.remove(endpoint)
    endpoint.close()


def drop_to(installation, whom, match="meta l4proto { tcp, udp }"):
    """What is sent to it vanishes while it lasts; of others there, nothing."""
    host = installation.lab[whom]
    return host.drop(f"ip daddr {host.address} {match}")


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
