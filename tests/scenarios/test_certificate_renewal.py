# SPDX-License-Identifier: GPL-2.0-or-later
"""A renewed certificate is taken over while calls run; a wrong one is not. TLS is real on both sides."""
import datetime
import re
import threading
import time
from pathlib import Path

import pytest
from tls_churn import connect_many
from tls_ends import ask

from lab.installation import installed
from lab.pki import Credentials, Identity
from lab.plan import find
from lab.reload import changeable
from lab.talk import call_up, hang_up, hold, talk
from lab.transport import Tls
from lab.watch import warm_up

NAME = "sbc1.example.net"
OURS = Identity(NAME, [NAME])
NOW = datetime.datetime.now(datetime.timezone.utc)
DAY = datetime.timedelta(days=1)
RENEWALS = 200
CONNECTIONS = 2000  # during them
SERIAL = re.compile(r"\bserial: ([0-9a-f]+)")
# An old configuration of Kamailio's tls module takes more than 2 MB: one that was kept would be seen.
TOLERANCE = {"shared": 400_000, "private": 16384}


def authorities_of_our_own(path):
    """Where the SBC's lie: the lab's endpoints read the file at path themselves."""
    return Path(path).with_name("trusted.pem")


def separate(root):
    certificate = find(root, "node/certificate")
    own = authorities_of_our_own(certificate.get("ca"))
    own.write_bytes(Path(certificate.get("ca")).read_bytes())
    certificate.set("ca", str(own))


class Files:
    """The files that the plan names, and what is in them."""

    def __init__(self, installation):
        self._pki, self._sbc = installation.pki, installation.sbc
        credentials = self._pki["sbc1"]
        self.cert, self.key, self.ca = credentials.cert, credentials.key, authorities_of_our_own(credentials.ca)
        self._before = [(path, path.read_bytes()) for path in (self.cert, self.key, self.ca)]

    def issue(self, identity=OURS, name="renewed"):
        """A certificate with a key of its own, into the place of ours."""
        issued = self._pki.issue(name, identity)
        self.cert.write_bytes(issued.cert.read_bytes())
        self.key.write_bytes(issued.key.read_bytes())
        return issued

    def renew(self):
        """Returns the serial number that every profile shows; the authorities have others."""
        profiles = self._sbc.rpc("lync.renew").partition("authorities:")[0]
        serials = set(SERIAL.findall(profiles))
        assert len(serials) == 1 and profiles.count("profile:") == 6
        return int(serials.pop(), 16)

    def restore(self):
        for path, content in self._before:
            path.write_bytes(content)
        for _ in range(2):  # the second gives back what nobody uses since the first
            self._sbc.rpc("lync.renew")


def renew_some(installation):
    warm_up(installation)
    files = Files(installation)
    for _ in range(5):
        files.renew()


@pytest.fixture(scope="module")
def shared_installation():
    """With the memory manager of production: qm, which the others run with, counts 1.4 MB more after each reload of the
    tls module."""
    with installed(memory="fm", defines=["WITH_PKG_STATS"], edit=separate, prepare=renew_some) as installation:
        installation.memory_tolerance = TOLERANCE
        yield installation


@pytest.fixture
def files(installation):
    files = Files(installation)
    yield files
    installation.take_down()
    installation.sbc.wait_idle()
    files.restore()


def serial(flow):
    return int(flow.certificate["serialNumber"], 16)


def assert_audio(call, other):
    assert [heard.verdict for heard in talk(call, other, seconds=0.5)] == ["ok", "ok"]


def all_of_a_call(call, other):
    """Re-INVITEs from both ends, audio."""
    hold(call, other)
    hold(other, call, "sendrecv")
    assert_audio(call, other)


# what is right ---------------------------------------------------------------------------------------------------------
def test_a_call_goes_on_and_new_connections_show_the_new_one(sbc, med1, gw, files):
    call, other = call_up(med1, gw)
    all_of_a_call(call, other)
    connections = list(med1.flows)
    assert sorted(flow.ours for flow in connections) == [False, True]  # one in, one out
    old = {serial(flow) for flow in connections}
    files.issue()
    new = files.renew()
    assert len(old) == 1 and new not in old
    all_of_a_call(call, other)
    assert med1.flows == connections and not any(flow.closed.is_set() for flow in connections)
    assert serial(med1.connect()) == new
    for flow in connections:
        if not flow.ours:
            flow.close()
            sbc.wait_closed(flow)
    hold(other, call)  # has to go out on a connection of its own
    hold(other, call, "sendrecv")
    assert [serial(flow) for flow in med1.flows if not flow.ours and flow not in connections] == [new]
    assert_audio(call, other)
    hang_up(call, other)
    for ends in (call_up(med1, gw), call_up(gw, med1)):
        assert_audio(*ends)
        hang_up(*ends)


def test_a_renewed_authority_no_longer_trusts_the_old_peer(installation, med1, gw, files):
    call, other = call_up(med1, gw)
    old_peer = Tls(Credentials(installation.pki.ca.with_name("other-ca.pem"), installation.pki["med01"].cert,
                               installation.pki["med01"].key))
    new_peer = Tls(Credentials(installation.pki.ca.with_name("other-ca.pem"), installation.pki["unknown-ca"].cert,
                               installation.pki["unknown-ca"].key))
    target = installation.lab.sbc_lync, 5067
    host = installation.lab["med1"]
    with pytest.raises(OSError):
        ask(host, target, new_peer.context(server=False), NAME)
    files.issue(Identity(NAME, [NAME], ca="other-ca"))
    files.ca.write_bytes((installation.pki.ca.with_name("other-ca.pem")).read_bytes())
    files.renew()
    first, sock = ask(host, target, new_peer.context(server=False), NAME)
    sock.close()
    assert first == "SIP/2.0 200 OK"
    with pytest.raises(OSError):
        ask(host, target, old_peer.context(server=False), NAME)
    assert "comes from a CA that we do not know: /CN=Lab ca" in installation.sbc.kamailio.tail(20)
    assert_audio(call, other)
    hang_up(call, other)


# what is wrong ---------------------------------------------------------------------------------------------------------
def other_key(files):
    files.key.write_bytes(files.issue(name="other").key.with_name("med01.key").read_bytes())


def truncated(files):
    files.issue()
    files.cert.write_bytes(files.cert.read_bytes()[:-200])


def truncated_key(files):
    files.issue()
    files.key.write_bytes(files.key.read_bytes()[:-200])


@pytest.mark.parametrize("spoil, why", [
    (other_key, r"key '\S*' is not that of the certificate in '\S*'"),
    (truncated, r"file '\S*' holds no certificate"),
    (truncated_key, r"key '\S*' holds no private key that can be used"),
    (lambda files: files.issue(Identity(NAME, [NAME], NOW - 2 * DAY)), "has expired on"),
    (lambda files: files.issue(Identity("x", ["other.example.net"])), f"is not for '{NAME}', the name by which Lync calls"),
    (lambda files: files.ca.write_text("nothing"), r"ca '\S*' holds no certificate"),
    (lambda files: files.cert.unlink(), "cannot be read: No such file"),
], ids=["other key", "truncated", "truncated key", "expired", "other name", "no authority", "no file"])
def test_a_wrong_one_changes_nothing(installation, med1, gw, files, spoil, why):
    sbc = installation.sbc
    installation.pki["med01"]  # its key is there to be taken
    in_force = sbc.rpc("lync.certificates")
    call, other = call_up(med1, gw)
    spoil(files)
    with pytest.raises(RuntimeError, match=f"the certificate in force stays: .*{why}"):
        sbc.rpc("lync.renew")
    assert sbc.rpc("lync.certificates") == in_force
    assert serial(med1.connect()) == int(SERIAL.search(in_force)[1], 16)
    all_of_a_call(call, other)
    hang_up(call, other)


@pytest.mark.parametrize("change", [
    lambda root: find(root, "node/certificate").set("file", "/etc/lync-sbc/another.pem"),
    lambda root: find(root, "node/listen[@side='lync']").set("tls-min", "1.3"),
    lambda root: find(root, "node").append(find(root, "node/listen").makeelement(
        find(root, "node/listen").tag, {"side": "lync", "transport": "tls", "port": "5167"})),
], ids=["another file", "another version", "another port"])
def test_what_a_reload_cannot_do(installation, sbc, med1, gw, files, change):
    """tls.cfg and listen.cfg are read at the start: a plan that needs others stays out, and calls go on."""
    call, other = call_up(med1, gw)
    in_force = sbc.rpc("lync.certificates"), sbc.rpc("lync.plan")
    with changeable(sbc) as plan:
        plan(change)
        with pytest.raises(RuntimeError, match="restart needed: addresses, ports or the certificate of node sbc1"):
            sbc.rpc("lync.reload")
        assert (sbc.rpc("lync.certificates"), sbc.rpc("lync.plan")) == in_force
    all_of_a_call(call, other)
    hang_up(call, other)


# what runs out ---------------------------------------------------------------------------------------------------------
def test_one_that_runs_out_is_told_once_a_day(installation, files):
    def lines():
        return re.findall(r"the certificate in \S+ \(sbc1\.example\.net\) expires on (\S+), (\d+) days from now: renew it",
                          installation.sbc.kamailio.text())

    assert lines() == []
    ends = NOW + 20 * DAY
    files.issue(Identity(NAME, [NAME], ends))
    installation.restart()
    deadline = time.monotonic() + 15
    while not lines() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert lines() == [(ends.strftime("%Y-%m-%d"), "19")]
    assert "days_left: 19" in installation.sbc.rpc("lync.certificates")
    time.sleep(11)  # the timer has come again
    assert len(lines()) == 1


# again and again --------------------------------------------------------------------------------------------------------
class CallAfterCall:
    """Calls, each on a new connection in and a new one out, until it is stopped; what went wrong lies in failures."""

    def __init__(self, med, gw):
        self.made, self.failures = 0, []
        self._ends, self._stop = (med, gw), threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        med, gw = self._ends
        try:
            while not self._stop.is_set():
                call, other = call_up(med, gw, ring=0)
                hold(other, call)
                hang_up(other, call)
                for end in (call, other):
                    end.close()
                for flow in med.flows:
                    flow.close()
                med.flows.clear()
                self.made += 1
                time.sleep(0.1)  # what was closed here is closed there
        except Exception as error:  # pylint: disable=broad-except
            self.failures.append(error)

    def stop(self):
        self._stop.set()
        self._thread.join()


def resident(sbc):
    """Bytes of private memory of all Kamailio's processes."""
    session = str(sbc.kamailio.pid)
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if stat.read_text().rpartition(")")[2].split()[3] == session:
                total += sum(int(kb) for kb in re.findall(r"^Private_\w+: +(\d+) kB",
                                                          stat.with_name("smaps_rollup").read_text(), re.M))
        except OSError:  # it has ended
            pass
    return total * 1024


def churn(installation, connections):
    return connect_many(installation.lab["med1"], (installation.lab.sbc_lync, 5067), Tls(installation.pki["med01"]), NAME,
                        connections, threads=4)


def settled(installation, files):
    """(shared, private, resident) when nobody is connected and old configurations are given back."""
    assert installation.sbc.wait_idle()
    time.sleep(1)
    for _ in range(3):
        files.renew()
    return (*installation.sbc.memory(), resident(installation.sbc))


def test_hundreds_in_a_row_under_tls_churn(installation, files):
    """A call from before the first is there after the last; no other is lost; memory is what it was."""
    sbc = installation.sbc
    med1, gw = installation.mediation(), installation.gateway()
    churn(installation, 300)
    before = settled(installation, files)
    two = [installation.pki.issue(name, OURS) for name in ("one", "two")]
    long_call = call_up(med1, gw)
    all_of_a_call(*long_call)
    caller = CallAfterCall(installation.mediation("med2"), gw)
    came = []
    connecting = threading.Thread(target=lambda: came.append(churn(installation, CONNECTIONS)))
    connecting.start()
    peak, began = 0, time.monotonic()
    for number in range(RENEWALS):
        files.cert.write_bytes(two[number % 2].cert.read_bytes())
        files.key.write_bytes(two[number % 2].key.read_bytes())
        files.renew()
        if number % 10 == 0:
            peak = max(peak, sbc.memory()[0])
    seconds = time.monotonic() - began
    connecting.join()
    caller.stop()
    all_of_a_call(*long_call)
    hang_up(*long_call)
    assert caller.failures == []
    assert came[0].answered == CONNECTIONS, came[0].failures
    installation.take_down()
    after = settled(installation, files)
    grown = [now - then for now, then in zip(after, before)]
    print(f"{RENEWALS} renewals in {seconds:.0f} s, {caller.made} calls, {CONNECTIONS} connections at {came[0].rate:.0f}/s; "
          f"shared {before[0]} {grown[0]:+}, at most {peak - before[0]:+}; private {grown[1]:+}; resident {grown[2]:+}")
    assert caller.made > 20
    assert grown[0] < RENEWALS * 1000 and grown[1] < 16384 and grown[2] < 4 << 20
    assert sbc.judge() == []
