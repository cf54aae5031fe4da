# SPDX-License-Identifier: GPL-2.0-or-later
"""What stands while the subjects change: the lab on loopback, certificates, rtpengine, gateway, stunnel."""
import shutil
import tempfile
from pathlib import Path

from endpoints import MediationServer, start_gateway, start_stunnel
from lab.net import LoopbackLab
from lab.paths import KEY_CACHE
from lab.pki import Pki
from lab.process import stop
from lab.sbc import Sbc
from measures import favour, private_bytes


class Surroundings:
    def __enter__(self):
        self.lab = LoopbackLab()
        self.folder = Path(tempfile.mkdtemp(prefix="bench-"))
        self._daemons, self._runs = [], 0
        try:
            self._pki = Pki(self.folder / "pki", KEY_CACHE)
            self._daemons = [self._start_rtpengine(), start_gateway(self.lab, self.folder),
                             start_stunnel(self.lab, self.folder, self._pki["med01"])]
            for daemon in self._daemons:
                favour(daemon.pid)
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start_rtpengine(self):
        """The product's own, the same for all subjects."""
        installation = Sbc(self.lab, self.folder, self._pki["sbc1"])
        try:
            installation.start_rtpengine()
        finally:
            self.rtpengine = installation.rtpengine
        return self.rtpengine

    def __exit__(self, *_):
        stop(self._daemons)
        self.lab.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, subject, **options):
        """A fresh Kamailio in a fresh folder, to be entered. options: see Subject."""
        self._runs += 1
        folder = self.folder / f"run{self._runs}"
        folder.mkdir()
        return subject(self.lab, folder, self._pki["sbc1"], **options)

    def calls(self, calls, cps, hold_ms):
        """Starts calls; its result() waits for their end."""
        for daemon in self._daemons:
            if not daemon.alive():
                raise RuntimeError(f"{daemon.name} ended with {daemon.status}:\n{daemon.tail()}")
        return MediationServer(self.lab, self.folder, calls, cps, hold_ms)

    def rtpengine_bytes(self):
        return private_bytes(self.rtpengine.pid)
