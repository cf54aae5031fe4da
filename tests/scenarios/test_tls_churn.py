# SPDX-License-Identifier: GPL-2.0-or-later
"""A pool restarts: thousands of mutual-TLS connections come in while the SBC itself must connect again and again."""
import contextlib
import copy
import re
import signal
import tempfile
import threading
import time
from pathlib import Path

import pytest
from tls_churn import Caller, ClosingPeer, connect_many

from lab.net import NamespaceLab
from lab.paths import KEY_CACHE
from lab.pki import Pki
from lab.plan import find
from lab.sbc import LAB_SETTINGS, Sbc
from lab.transport import Tls

CONNECTIONS = 3000
THREADS = 8
CALLS_A_SECOND = 120
HELD = 20  # times that a process was seen to hold its end
WARM_UP = 400  # connections, until every worker has allocated what it keeps
MEMORY_TOLERANCE = 65536  # bytes of shared memory; 3,000 connections that leak 100 bytes each are more
# The servers close while calls are on their way to them; kept away from them for seconds, the SBC would do nothing.
SETTINGS = LAB_SETTINGS


CLOSED = "handshake: [SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred in violation of protocol"
PORTS = range(5067, 5071)  # so many trunks, that few calls meet on one connection


def more_trunks(root):
    """The example's trunk again on other ports, ours and the servers'."""
    node, trunk, target = (find(root, path) for path in ("node", "trunk", "target"))
    for port in map(str, PORTS[1:]):
        listen, another, route = (copy.deepcopy(find(root, path)) for path in ("node/listen", "trunk", "target/route"))
        name = f"{trunk.get('name')}-{port}"
        listen.set("port", port)
        another.attrib.update({"name": name, "mediation-port": port, "port": port})
        route.set("trunk", name)
        node.append(listen)
        target.append(route)
        root.append(another)


class Churn:
    """The SBC alone: a trace and captures would take more time than what they look at."""

    def __init__(self, lab, folder, **sbc_options):
        self.lab, self.pki = lab, Pki(folder / "pki", KEY_CACHE)
        self.sbc = Sbc(lab, folder, self.pki["sbc1"], edit=more_trunks, settings=SETTINGS, **sbc_options)

    def run(self, connections):
        """(what came of the connections, the servers, the caller). The servers are closed."""
        lab, pki = self.lab, self.pki
        servers = [ClosingPeer(lab[host], port, Tls(pki[identity]))
                   for host, identity in (("med1", "med01"), ("med2", "med02")) for port in PORTS]
        caller = Caller(lab["gw"], 5060, (lab.sbc_pstn, 5060), CALLS_A_SECOND)
        try:
            came = connect_many(lab["med1"], (lab.sbc_lync, 5067), Tls(pki["med01"]), "sbc1.example.net", connections,
                                THREADS)
        finally:
            caller.stop()
            for server in servers:
                server.close()
        return came, servers, caller

    def shared_memory(self):
        assert self.sbc.wait_idle(30)
        return self.sbc.rpc_value("core.shmmem", "used")


@pytest.fixture
def churn():
    """churn(**options of Sbc): one that has not been started."""
    with tempfile.TemporaryDirectory(prefix="lync-sbc-") as folder, NamespaceLab() as lab, contextlib.ExitStack() as end:
        def make(**sbc_options):
            made = Churn(lab, Path(folder), **sbc_options)
            end.callback(made.sbc.stop)
            return made

        yield make


def test_the_mode_that_crashes(churn):
    """tls_threads_mode=0, Kamailio's default, dies of the churn below; so we do not start in it."""
    with pytest.raises(RuntimeError, match="tls_threads_mode=0 lets TLS crash under load; set tls_threads_mode=2"):
        churn(defines=["TLS_THREADS_MODE=0"]).sbc.start()


@pytest.mark.parametrize("memory", ["fm", "qm"])
def test_tls_churn(churn, memory):
    churn = churn(memory=memory)
    sbc = churn.sbc.start()
    churn.run(WARM_UP)
    before = churn.shared_memory()
    came, servers, caller = churn.run(CONNECTIONS)
    again = sum(server.connections for server in servers)
    print(f"{came.answered} of {came.wanted} in {came.seconds:.1f} s ({came.rate:.0f}/s); outwards {caller.sent} calls, "
          f"{again} connections ({again / came.seconds:.0f}/s), answers {dict(caller.answers)}")
    assert sbc.judge() == []
    assert came.answered == came.wanted, came.failures
    refused = {why: count for server in servers for why, count in server.failures.items() if "[SSL" in why}
    refused.pop(CLOSED, None)  # that may happen: a call that the connection was for has gone elsewhere
    assert not refused, "servers have refused what the SBC sent in handshakes"
    assert again > CONNECTIONS / 10, "the SBC hardly connected outwards"
    deadline = time.monotonic() + 20  # one that was closed in its handshake is its reader's for some seconds more
    while (grown := churn.shared_memory() - before) >= MEMORY_TOLERANCE and time.monotonic() < deadline:
        time.sleep(1)
    assert grown < MEMORY_TOLERANCE, f"shared memory has grown by {grown} bytes"
    assert sbc.judge() == []


def test_no_process_ends_within_openssl(churn):
    """It would keep a lock that the main process needs in order to end: that took 60 s, after 1 of 41 such stops."""
    churn = churn()
    sbc = churn.sbc.start()
    pids = [sbc.kamailio.pid, *children(sbc.kamailio.pid)]
    connecting = threading.Thread(target=churn.run, args=[WARM_UP])
    connecting.start()
    held = 0
    while connecting.is_alive() and held < HELD:
        held += sum(holds_its_end(pid) for pid in pids)
    ill = sbc.stop()
    connecting.join()
    assert held >= HELD, f"SIGTERM was seen to wait {held} times"
    assert not ill


def children(pid):
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def holds_its_end(pid):
    """Whether SIGTERM and SIGINT wait in that process now."""
    status = Path(f"/proc/{pid}/status").read_text()
    blocked = int(re.search(r"SigBlk:\s*(\w+)", status)[1], 16)
    return all(blocked >> (number - 1) & 1 for number in (signal.SIGTERM, signal.SIGINT))
