# SPDX-License-Identifier: GPL-2.0-or-later
"""While thousands of calls are set up and fail, some talk: over a trunk, a server and a gateway of their own, to which
nothing happens. In a process of its own, so that its packets come in time."""
import multiprocessing
import time

from lab.gateway import Gateway
from lab.mediation import Mediation
from lab.talk import call_up, hang_up, talk
from lab.transport import Tls

PAUSE = 1.0
ADDRESS = "198.51.100.50"


class Sample:
    def __init__(self, lab, pki):
        lab.add_host("pstn", "gw-sample", ADDRESS)
        self._lab, self._tls = lab, Tls(pki["wrong-name"])
        context = multiprocessing.get_context("fork")
        self._begin, self._stop = context.Event(), context.Event()
        self._ours, self._theirs = context.Pipe()
        self._process = context.Process(target=self._run, daemon=True)

    def start(self):
        """Before there are sockets: this process would keep them open."""
        self._process.start()

    def begin(self):
        self._begin.set()

    def stop(self):
        """Returns (calls, what was wrong with them)."""
        self._stop.set()
        self._begin.set()
        if not self._ours.poll(30):
            self._process.kill()
            return 0, ["the calls that talk did not end"]
        found = self._ours.recv()
        self._process.join(10)
        return found

    def _run(self):
        calls, wrong = 0, []
        lab, host = self._lab, self._lab["impostor"]
        with Mediation("sample", host, host.address, 5067, "sip:sbc1.example.net:5267", lab.names, tls=self._tls,
                       fqdn="sip.fabrikam.example") as med, \
                Gateway("gw-sample", lab["gw-sample"], ADDRESS, 5060, f"sip:{lab.sbc_pstn}:5060", lab.names) as gw:
            self._begin.wait()
            while not self._stop.wait(PAUSE):
                calls += 1
                try:
                    wrong += self._call(*((med, gw) if calls % 2 else (gw, med)))
                except (AssertionError, OSError) as error:
                    wrong.append(f"call {calls} that talks: {error}")
        self._theirs.send((calls, wrong))

    @staticmethod
    def _call(caller, callee):
        call, other = call_up(caller, callee)
        began = time.monotonic()
        heard = talk(call, other, seconds=0.5)
        hang_up(call, other)
        return [f"audio: {media.verdict} at {began:.1f}" for media in heard if media.verdict != "ok"]
