# SPDX-License-Identifier: GPL-2.0-or-later
"""The agents and the calls between them, and when whom of them a call could not count on."""
import asyncio
import collections
import re
import time

from chaos.agent import Agent
from chaos.call import Call
from chaos.fates import SERVER, lot
from chaos.sides import Lync, Pstn
from lab.pki import POOL, Identity
from lab.transport import Tls

SERVERS = {"med1": ("192.0.2.11", "med01.contoso.example"), "med2": ("192.0.2.12", "med02.contoso.example"),
           "med3": ("192.0.2.13", "med03.contoso.example")}
# name: (address, whether it speaks UDP)
GATEWAYS = {"gw1": ("198.51.100.10", True), "gw2": ("198.51.100.20", True), "gw3": ("198.51.100.30", False),
            "gw4": ("198.51.100.40", False)}
TRUNKS = (5067, 5167)  # both have all gateways, the second in two tiers
PATIENCE = 1.0  # seconds, answer-limit
MARGIN = 0.5  # a call that began so long before or after a fault may feel it
TICK, LATE = 0.05, 0.3
NUMBER = re.compile(r"sip:\+4930(\d{7})@")


def _host(lab, link, address):
    """That of the address, made where there is none."""
    if all(host.address != address for host in lab.hosts.values()):
        lab.add_host(link, address, address)
    return next(host for host in lab.hosts.values() if host.address == address)


class World:
    """lots: number -> what befalls a call (fates.Lot); None: drawn by the seed. names: of who is there. trunks: ports
    that Lync calls over. forks: whether INVITEs come by two ways. avoided: seconds until the SBC has found
    out that a peer is well again, by the <health> of the plan.

    """

    def __init__(self, lab, pki, seed="", lots=None, names=(*SERVERS, *GATEWAYS), trunks=TRUNKS, forks=True, avoided=4.0):
        self.lab, self.trunks, self.forks, self.avoided = lab, trunks, forks, avoided
        self.agents = {}
        for name, (address, fqdn) in SERVERS.items():
            identity = pki.issue(name, Identity(POOL, [POOL, fqdn]))
            self.agents[name] = Agent(self, name, _host(lab, "lync", address), Lync, 5067, lab.sbc_lync, tls=Tls(identity), fqdn=fqdn,
                                      sbc_name="sbc1.example.net")
        for name, (address, udp) in GATEWAYS.items():
            self.agents[name] = Agent(self, name, _host(lab, "pstn", address), Pstn, 5060, lab.sbc_pstn, udp=udp)
        self.agents = {name: agent for name, agent in self.agents.items() if name in names}
        self.callees = tuple(tuple(name for name in side if name in names) for side in (SERVERS, GATEWAYS))
        self._lots = lots or (lambda number: lot(seed, number, self.callees))
        self.calls, self.faulty, self.faults = {}, [], []
        self.troubles = collections.defaultdict(list)  # name -> (from, until, why)
        self.counts, self.longest = collections.Counter(), 0.0

    def wrong(self, text):
        self.faults.append(text)

    def count(self, what):
        self.counts[what] += 1

    # trouble ---------------------------------------------------------------------------------------------------------
    def trouble(self, name, seconds, why):
        """From now on, for so long, and as long as the SBC avoids it afterwards."""
        now = time.monotonic()
        self.troubles[name].append((now - MARGIN, now + seconds + MARGIN, why))

    def troubled(self, name, begin, end):
        return any(begin < until and end > since for since, until, _ in self.troubles[name])

    def is_troubled(self, name):
        now = time.monotonic()
        return self.troubled(name, now, now)

    def unwell(self, agent, fate):
        """It fails a call, as it was drawn."""
        if fate.kind == "silent":
            self.count("at those called: silent")
            self.trouble(agent.name, PATIENCE + self.avoided, "a call had no answer")
        elif fate.code in SERVER:
            self.count(f"at those called: {fate.code}")
            if fate.retry_after:
                self.trouble(agent.name, fate.seconds + fate.retry_after + self.avoided, "Retry-After")

    async def watch_the_time(self):
        """Where we do not run ourselves, nobody answers in time."""
        while True:
            due = time.monotonic() + TICK
            await asyncio.sleep(TICK)
            late = time.monotonic() - due
            if late > LATE:
                self.count("stalls of our own")
                for name in self.agents:
                    self.troubles[name].append((due - MARGIN, due + late + PATIENCE + MARGIN, f"we did not run for {late:.2f} s"))

    # calls -----------------------------------------------------------------------------------------------------------
    def call_of(self, uri):
        found = NUMBER.match(uri)
        return self.calls.get(int(found[1])) if found else None

    def begin(self, number):
        """A new call. False where nobody is up who could make it."""
        drawn = self._lots(number)
        names = self.callees[0] if drawn.from_lync else self.callees[1]
        callers = [self.agents[names[(number + i) % len(names)]] for i in range(len(names))]
        caller = next((agent for agent in callers if agent.up), None)
        if caller is None:
            return False
        port = self.trunks[number // 2 % len(self.trunks)] if drawn.from_lync else 5060
        call = self.calls[number] = Call(self, number, drawn, caller, self.callees[drawn.from_lync])
        caller.call(call, port)
        return True

    def set_up(self, call):
        self.count(f"{call.code // 100}xx" if call.code else "nothing")
        if call.code and not call.cancelled:
            self.longest = max(self.longest, call.end - call.start)

    def leg_over(self, call):
        pass

    def going_on(self):
        """Calls that have not ended everywhere."""
        return [call for call in self.calls.values() if (call.code is None and not call.caller_died) or call.open_legs()]

    async def wait_over(self, seconds):
        deadline = time.monotonic() + seconds
        while self.going_on() and time.monotonic() < deadline:
            await asyncio.sleep(0.2)

    def judge(self):
        """Returns the faults, as text."""
        for call in self.calls.values():
            call.judge()
        return self.faults + [call.faults[0] for call in self.faulty]
