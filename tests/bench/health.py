#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What it costs to ask 2,000 peers by OPTIONS every 30 s: 100 Mediation Servers over TLS, 1,900 gateways over UDP, all of
them there. Of all Kamailio processes together, beside the same Kamailio that asks nobody."""
import asyncio
import contextlib
import re
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the lab's package

from lab.installation import Installation  # noqa: E402
from lab.net import NamespaceLab  # noqa: E402
from lab.plan import add, find  # noqa: E402
from lab.transport import Tls  # noqa: E402
from measures import cpu_ns, machine  # noqa: E402

SERVERS, GATEWAYS, INTERVAL = 100, 1900, 30
LIMIT = 5.0  # percent of one core
SERVER_NET, GATEWAY_NET = "10.8", "10.9"
COPIED = re.compile(rb"(?mi)^(?:Via|From|To|Call-ID|CSeq): .*\r\n")


def address(net, number):
    return f"{net}.{number // 200}.{number % 200 + 1}"


def many_peers(root):
    for number in range(SERVERS):
        add(root, "pool", "server", fqdn=f"med{number}.contoso.example", address=address(SERVER_NET, number))
    for number in range(GATEWAYS):
        gateway = add(root, "", "target", name=f"gw-{number}", address=address(GATEWAY_NET, number), port="5060", transport="udp")
        gateway.append(find(root, "target/route").__copy__())


def answer(request):
    return b"SIP/2.0 200 OK\r\n" + b"".join(COPIED.findall(request)) + b"Content-Length: 0\r\n\r\n"


class Peers:
    """All of them, each network on one machine. asked: how often."""

    def __init__(self, installation):
        lab, self.asked, self.connections = installation.lab, 0, 0
        for host, net in (("med1", SERVER_NET), ("gw", GATEWAY_NET)):
            lab[host].run(["ip", "route", "add", "local", f"{net}.0.0/16", "dev", "lo"])
            lab["sbc"].run(["ip", "route", "add", f"{net}.0.0/16", "via", lab[host].address])
        self._udp = lab["gw"].socket(socket.SOCK_DGRAM, 5060, "0.0.0.0")
        self._tcp = lab["med1"].socket(socket.SOCK_STREAM, 5067, "0.0.0.0")
        self._tls = Tls(installation.pki["med01"]).context(server=True)
        threading.Thread(target=self._answer_udp, daemon=True).start()
        threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True).start()

    def _answer_udp(self):
        while True:
            request, peer = self._udp.recvfrom(65535)
            self.asked += 1
            self._udp.sendto(answer(request), peer)

    async def _serve(self):
        server = await asyncio.start_server(self._answer_tls, sock=self._tcp, ssl=self._tls, backlog=1024)
        await server.serve_forever()

    async def _answer_tls(self, reader, writer):
        self.connections += 1
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                request = await reader.readuntil(b"\r\n\r\n")
                self.asked += 1
                writer.write(answer(request))


def percent(installation, seconds):
    """Of one core."""
    pid = installation.sbc.kamailio.pid
    before, began = cpu_ns(pid), time.monotonic()
    time.sleep(seconds)
    return (cpu_ns(pid) - before) / (time.monotonic() - began) / 1e7


def run(health):
    """(percent, OPTIONS in a second, peers that are not up)"""
    with tempfile.TemporaryDirectory(prefix="lync-sbc-") as folder, NamespaceLab() as lab:
        installation = Installation(lab, folder, edit=many_peers, health=health, memory="fm", settings=())
        peers = Peers(installation)
        with installation:
            return measured(installation, peers, health)


def measured(installation, peers, health):
    # until each has been asked, and the connections stand
    time.sleep(INTERVAL + 10 if health else 5)
    asked = peers.asked
    spent = percent(installation, INTERVAL)
    rate = (peers.asked - asked) / INTERVAL
    ill = len(re.findall(r"WARNING: lync .*: peer (?:med\d|gw-)\S* is down", installation.sbc.log))
    return spent, rate, ill, peers.connections


def main():
    print(f"OPTIONS to {SERVERS} servers over TLS and {GATEWAYS} gateways over UDP, every {INTERVAL} s: {machine()}", flush=True)
    idle, *_ = run(False)
    spent, rate, ill, connections = run(True)
    print(f"  {rate:.0f} a second, {connections} connections: {spent:.2f} % of a core, {idle:.2f} % without; at most "
          f"{LIMIT:g} %{': TOO MUCH' if spent > LIMIT else ''}; {ill} were found down")
    least = (SERVERS + GATEWAYS) / INTERVAL * 0.9
    return int(spent > LIMIT or rate < least or ill > 0)


if __name__ == "__main__":
    sys.exit(main())
