# SPDX-License-Identifier: GPL-2.0-or-later
"""Peers that the plan has by name alone: found by DNS, followed when they move, kept when the DNS fails."""
import collections
import contextlib
import re
import time

import pytest

from lab.dns import FAULTS, Dns
from lab.installation import installed
from lab.paths import PLANS
from lab.pki import Identity
from lab.plan import add, find
from lab.raw import RawPeer
from lab.reload import TOLERANCE, changeable, fill_shelf
from lab.sbc import Sbc
from lab.talk import call_up, hang_up, hold, talk
from lab.watch import warm_up

SERVERS = 'LYNC_DNS_SERVERS="127.0.0.1"'
NUMBER = "+4930123456"
TTL = 5  # the shortest that the SBC believes
ASKED_AGAIN = TTL + 10  # seconds: two tries of a server that says nothing take three, and a busy machine its time
BACK_IN = 30  # the first pauses after a failure: 5, 10 s and a quarter more
AT_ONCE = 3.0  # seconds; what is only found when names are looked over takes up to ten
LOOKED_OVER = 11  # after so many seconds the SBC has looked for names that nobody needs
NOBODY_THERE = "Could not contact DNS servers"
NOTHING_WARM = {"shared": 1 << 24, "private": 1 << 26}  # bytes: of an SBC that has only just begun, too many to tell
# Where each peer is at first, and where it moves to.
PLACES = {"med01.contoso.example": ("med1", "stranger-lync"), "gw1.example.net": ("gw", "stranger")}


def by_name(root):
    """Everybody by name; the second gateway over TLS."""
    for path in ("pool/server[@fqdn='med01.contoso.example']", "pool/server[@fqdn='med02.contoso.example']",
                 "target[@name='gw1']", "target[@name='gw2']"):
        del find(root, path).attrib["address"]
    find(root, "target[@name='gw1']").set("fqdn", "GW1.example.net")
    find(root, "target[@name='gw2']").attrib.update(fqdn="gw2.example.net", transport="tls", port="5061",
                                                    e164="with-plus")
    add(root, "node", "listen", side="pstn", transport="tls", port="5061")


def addresses(lab):
    return {"med01.contoso.example": lab["med1"].address, "med02.contoso.example": lab["med2"].address,
            "gw1.example.net": lab["gw"].address, "gw2.example.net": lab["gw2"].address}


def names(sbc):
    """lync.names: {FQDN: (state, error, {address: current or draining})}"""
    found = {}
    for entry in re.split(r"\bname: \{", sbc.rpc("lync.names"))[1:]:
        fqdn, state, error = (re.search(rf"\b{key}: (.*)", entry)[1].strip() for key in ("fqdn", "state", "error"))
        found[fqdn.lower()] = state, error, dict(re.findall(r"ip: (\S+)\s+is: (\w+)", entry))
    return found


def wait_for(what, condition, timeout):
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f"not within {timeout} s: {what}"
        time.sleep(0.05)


def all_well(sbc):
    return all(state == "no longer in the plan" or (state == "resolved" and error == "none")
               for state, error, _ in names(sbc).values())


@pytest.fixture(scope="module")
def shared_installation():
    with contextlib.ExitStack() as stack:
        def prepare(installation):
            lab = installation.lab
            if not hasattr(installation, "dns"):
                installation.dns = Dns(lab["sbc"], addresses(lab), "127.0.0.1", TTL, tcp=True)
                stack.callback(installation.dns.close)
                installation.pki.issue("gw2", Identity("gw2.example.net", ["gw2.example.net"]))
            wait_for("all names", lambda: all_well(installation.sbc), BACK_IN)
            warm_up(installation)
            fill_shelf(installation.sbc)

        installation = stack.enter_context(installed(
            example=PLANS / "good" / "two-of-each.xml", edit=by_name, prepare=prepare, defines=[SERVERS]))
        installation.memory_tolerance = TOLERANCE
        yield installation


@pytest.fixture
def dns(installation):
    """The DNS; afterwards it says what it said before, and the SBC has heard it."""
    server, sbc = installation.dns, installation.sbc
    before = dict(server.names)
    yield server
    server.names, server.fault = before, None

    def as_before():
        said = names(sbc)
        return all_well(sbc) and all(
            [a for a, state in said[fqdn][2].items() if state == "current"] == [address]
            for fqdn, address in before.items() if fqdn in said)

    wait_for("all names as before", as_before, BACK_IN)


# calls ---------------------------------------------------------------------------------------------------------------
def test_calls_both_ways(installation, med1, gw, dns):
    for caller, callee in ((med1, gw), (gw, med1)):
        ends = call_up(caller, callee)
        hold(*ends)
        hold(*ends[::-1], "sendrecv")
        assert [heard.verdict for heard in talk(*ends, seconds=0.5)] == ["ok", "ok"]
        hang_up(*ends[::-1])
    assert names(installation.sbc)["gw1.example.net"] == ("resolved", "none", {gw.address: "current"})


def test_calls_to_and_from_a_target_over_tls(installation, med1, dns):
    """Both ends know each other by certificate, the SBC by a name of the plan and an address of the DNS."""
    gw2 = installation.tls_gateway("gw2", "gw2")
    gw = installation.gateway()
    call = med1.invite(NUMBER)
    gw.next_call().reject(503, "Not now")
    other = gw2.answer_next()
    call.answered()
    other.expect("ACK")
    hang_up(other, call)
    hang_up(*call_up(gw2, med1))


def test_a_target_over_tls_with_anothers_certificate(installation, sbc, dns):
    """The DNS may lie: the address alone is not enough."""
    gw2 = installation.tls_gateway("gw2", "wrong-name")
    call = gw2.invite(NUMBER)
    call.expect(403)
    assert "its certificate is for sip.fabrikam.example, and gw2.example.net must be in it" in sbc.log_since_judged()


def test_maddr_names_another_server_of_the_pool(installation, gw, dns):
    """med1 answers with a Contact of med2's address, which stands in the DNS alone."""
    med1, med2 = installation.mediation("med1"), installation.mediation("med2")
    contact = med2.contact().replace("med02.contoso.example", "elsewhere.contoso.example")
    assert f"maddr={med2.address}" in contact
    med1.contact = lambda: contact
    call = gw.invite(NUMBER)
    other = med1.answer_next()
    call.answered()
    med2.inbox.expect("ACK")
    call.request("BYE")
    request = med2.inbox.expect("BYE")
    med2.respond(request, 200, "OK")
    call.expect(200)
    assert other.mailbox.drain() == []


# an address changes --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("fqdn", PLACES)
def test_a_peer_moves(installation, sbc, dns, fqdn):
    """At its TTL: new calls go where it is now; the running one stays where it was, and may go on there."""
    lync, (here, there) = fqdn.startswith("med"), PLACES[fqdn]
    make = installation.mediation if lync else installation.gateway
    peer, moved = make(here), make(here, host=there)
    other = installation.gateway() if lync else installation.mediation()
    start = len(sbc.log)
    running = call_up(other, peer), call_up(peer, other)[::-1]
    dns.names[fqdn] = moved.address
    wait_for("the new address", lambda: names(sbc)[fqdn][2].get(moved.address) == "current", ASKED_AGAIN)
    assert names(sbc)[fqdn][2] == {moved.address: "current", peer.address: "draining"}
    hang_up(*call_up(other, moved))
    hang_up(*call_up(moved, other))
    for ends in running:
        hold(*ends)
        hold(*ends[::-1], "sendrecv")
    hang_up(*running[0])
    hang_up(*running[1][::-1])
    new, = [line for line in sbc.log[start:].splitlines() if fqdn in line.lower()]
    assert f"is now at {moved.address}; draining: {peer.address}" in new


def test_calls_are_spread_over_the_addresses_of_a_name(installation, sbc, med1, dns):
    """40 calls to two: less than 8 to one of them happens once in 50,000 times. A call stays where it began."""
    ends = installation.gateway(), installation.gateway(host="stranger")
    dns.names["gw1.example.net"] = [end.address for end in ends]
    wait_for("two addresses", lambda: list(names(sbc)["gw1.example.net"][2].values()) == ["current"] * 2, ASKED_AGAIN)
    for end in ends:
        end.contact = lambda: "sip:gw@gw1.example.net"
    got = collections.Counter()
    for _ in range(40):
        call = med1.invite(NUMBER)
        reached = None
        while reached is None:
            reached = next((end for end in ends if call.call_id in end.calls), None)
            time.sleep(0.002)
        other = reached.answer_next(ring=0)
        call.answered()
        other.expect("ACK")
        hang_up(call, other)
        got[reached.host.name] += 1
    assert min(got["gw"], got["stranger"]) >= 8, got


# the DNS fails -------------------------------------------------------------------------------------------------------
SAID = {"silent": "Timeout", "SERVFAIL": "general failure", "NXDOMAIN": "not found", "REFUSED": "refused",
        "empty": "no data", "unusable": "nobody can be called at", "dead": "."}


@contextlib.contextmanager
def broken(dns, fault):
    if fault == "dead":
        dns.stop()
        try:
            yield
        finally:
            dns.start()
    else:
        dns.fault = fault
        yield


def test_an_answer_that_is_too_long_for_udp(installation, sbc, med1, dns):
    """It comes by TCP; addresses of a family that no socket of ours has do no harm."""
    gw = installation.gateway(host="stranger")
    dns.names["gw1.example.net"] = [gw.address, "2001:db8::10"]
    dns.fault = "cut off"
    wait_for("the addresses", lambda: names(sbc)["gw1.example.net"][2].get(gw.address) == "current", ASKED_AGAIN)
    assert names(sbc)["gw1.example.net"][2]["2001:db8::10"] == "current" and all_well(sbc)
    hang_up(*call_up(med1, gw))


@pytest.mark.parametrize("fault", ["dead", *(fault for fault in FAULTS if fault != "cut off")])
def test_the_last_good_answer_stays(installation, sbc, med1, gw, dns, fault):
    start = len(sbc.log)

    def said():
        return [line for line in sbc.log[start:].splitlines() if "of GW1.example.net" in line]

    before = {fqdn: known for fqdn, (_, _, known) in names(sbc).items()}
    with broken(dns, fault):
        wait_for("an error at each name", lambda: all(e != "none" for _, e, _ in names(sbc).values()), BACK_IN)
        for state, error, _ in names(sbc).values():
            assert state == "resolved" and re.search(SAID.get(fault, "."), error), error
        assert {fqdn: known for fqdn, (_, _, known) in names(sbc).items()} == before
        hang_up(*call_up(med1, gw))
        hang_up(*call_up(gw, med1))
        with RawPeer(installation.lab["gw"], "UDP", (installation.lab.sbc_pstn, 5060)) as peer:
            began = time.monotonic()
            for _ in range(20):
                peer.ask("OPTIONS", 200)
            assert time.monotonic() - began < AT_ONCE
        line, = said()
        assert "does not tell the address" in line and gw.address in line
    dns.fault = None
    wait_for("all well", lambda: all_well(sbc), BACK_IN)
    assert len(said()) == 2, "said once that it fails, and once that it is back"


def test_the_start_waits_for_nobody(new_installation, request):
    """The DNS is hung: the SBC is up at once, and calls begin when the DNS does."""
    def hung(installation):
        installation.dns = Dns(installation.lab["sbc"], addresses(installation.lab), "127.0.0.1", TTL)
        request.addfinalizer(installation.dns.close)
        installation.dns.fault = "silent"
        installation.memory_tolerance = NOTHING_WARM

    installation = new_installation(example=PLANS / "good" / "two-of-each.xml", edit=by_name, defines=[SERVERS],
                                    prepare=hung)
    sbc = installation.sbc
    assert {said[:1] for said in names(sbc).values()} == {("not yet resolved",)}
    gw = installation.gateway()
    gw.invite(NUMBER).expect(403)
    wait_for("errors", lambda: all(error != "none" for _, error, _ in names(sbc).values()), ASKED_AGAIN)
    installation.dns.fault = None
    wait_for("all names", lambda: all_well(sbc), BACK_IN)
    hang_up(*call_up(gw, installation.mediation()))


def test_hosts_and_another_resolv_conf(new_installation, monkeypatch, request):
    """No dns_servers: whom the machine asks, asks Kamailio; and when that changes, at once."""
    def with_etc_of(folder, command):
        """What has a file in folder has it in /etc, for the command alone."""
        script = "".join(f"mount --bind {folder}/{name} /etc/{name} && " for name in ("hosts", "resolv.conf"))
        return ["unshare", "--mount", "--propagation=unchanged", "sh", "-c", f'{script}exec "$@"', "sh", *command]

    def dns_of(installation):
        installation.memory_tolerance = NOTHING_WARM
        installation.dns = Dns(installation.lab["sbc"], addresses(installation.lab), "127.0.0.1")
        request.addfinalizer(installation.dns.close)

    def start(sbc):
        (sbc.folder / "hosts").write_text("198.51.100.10 gw1.example.net\n")
        (sbc.folder / "resolv.conf").write_text("nameserver 127.0.0.9\n")
        return with_etc_of(sbc.folder, kamailio_command(sbc))

    kamailio_command = Sbc.kamailio_command
    monkeypatch.setattr(Sbc, "kamailio_command", start)
    sbc = new_installation(example=PLANS / "good" / "two-of-each.xml", edit=by_name, prepare=dns_of).sbc
    wait_for("one name", lambda: names(sbc)["gw1.example.net"][2] == {"198.51.100.10": "current"}, AT_ONCE)
    wait_for("errors", lambda: names(sbc)["gw2.example.net"][:2] == ("not yet resolved", NOBODY_THERE), ASKED_AGAIN)
    time.sleep(15)  # two more rounds; the next pause is of 20 s or so
    assert sbc.log.count("does not tell the address of gw2.example.net") == 1
    (sbc.folder / "resolv.conf").write_text("nameserver 127.0.0.1\n")
    wait_for("all names", lambda: all_well(sbc), 6)


def test_servers_that_cannot_be_read(new_installation):
    with pytest.raises(RuntimeError, match="kamailio ended with") as failed:
        new_installation(defines=['LYNC_DNS_SERVERS="dns.example.net"'])
    assert 'modparam("lync", "dns_servers", …) must be a list such as' in str(failed.value)


# plans that change ---------------------------------------------------------------------------------------------------
@pytest.fixture
def rename(sbc, dns):
    """rename(fqdn): another plan is in force, in which gw1 has that name."""
    with changeable(sbc) as change:
        def to(fqdn):
            change(lambda root: find(root, "target[@name='gw1']").set("fqdn", fqdn))
            sbc.rpc("lync.reload")
        yield to


def test_a_name_that_a_reload_brings_is_asked_for_at_once(installation, sbc, med1, dns, rename):
    """And one that the DNS does not know is passed over: the call goes to the next."""
    new, gw2 = installation.gateway(host="stranger"), installation.tls_gateway("gw2", "gw2")
    rename("new.example.net")
    wait_for("an error", lambda: names(sbc)["new.example.net"][:2] == ("not yet resolved", "Domain name not found"),
             AT_ONCE)
    assert names(sbc)["gw1.example.net"][0] == "no longer in the plan"
    hang_up(*call_up(med1, gw2))
    new.invite(NUMBER).expect(403)

    dns.names["newer.example.net"] = new.address
    rename("newer.example.net")
    wait_for("an address", lambda: names(sbc)["newer.example.net"][0] == "resolved", AT_ONCE)
    hang_up(*call_up(med1, new))
    gw = installation.gateway()
    rename("GW1.example.net")
    wait_for("the old name", lambda: names(sbc)["gw1.example.net"][0] == "resolved", AT_ONCE)
    hang_up(*call_up(med1, gw))
    assert names(sbc)["newer.example.net"][0] == "no longer in the plan"


def test_a_call_outlives_the_name_of_its_peer(med1, gw, rename):
    """The plan has another name for the target now; the running call goes on with what is known of the old one."""
    call, other = call_up(med1, gw)
    rename("gone.example.net")
    time.sleep(LOOKED_OVER)
    hang_up(call, other)


def test_six_hundred_names(new_installation, request):
    """50 pools of 12 servers are resolved soon after the start, and lync.names lists them all. One that was not answered
    in time is asked for again 5 s later."""
    hosts = {f"med{server}.p{pool}.contoso.example": f"203.0.{pool}.{server}" for pool in range(50)
             for server in range(1, 13)}

    def many_pools(root):
        for pool in range(50):
            add(root, "", "pool", name=f"p{pool}", fqdn=f"p{pool}.contoso.example", dialect="lync2013")
        for fqdn in hosts:
            add(root, f"pool[@name='{fqdn.split('.')[1]}']", "server", fqdn=fqdn)

    def dns_of(installation):
        installation.memory_tolerance = NOTHING_WARM
        installation.dns = Dns(installation.lab["sbc"], hosts, "127.0.0.1", TTL)
        request.addfinalizer(installation.dns.close)

    installation = new_installation(edit=many_pools, defines=[SERVERS], prepare=dns_of)
    wait_for("600 names", lambda: len(names(installation.sbc)) == 600 and all_well(installation.sbc), 20)
    found = {fqdn: list(known) for fqdn, (_, _, known) in names(installation.sbc).items()}
    assert found == {fqdn: [address] for fqdn, address in hosts.items()}
