# SPDX-License-Identifier: GPL-2.0-or-later
"""The surroundings of all runs: one rtpengine, one gateway, one stunnel, one set of certificates; a folder a run."""
import shutil
import tempfile
from pathlib import Path

from endpoints import MediationServer, make_certificates, start_gateway, start_rtpengine, start_stunnel
from processes import BenchError
from subjects import Kamailio


class Surroundings:
    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="bench-"))
        self.programs = []
        self.runs = 0
        try:
            make_certificates(self.folder)
            for start in (start_rtpengine, start_gateway, start_stunnel):
                self.programs.append(start(self.folder))
        except BaseException:
            self.__exit__()
            raise
        self.rtpengine = self.programs[0]
        return self

    def __exit__(self, *_):
        for program in reversed(self.programs):
            program.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def kamailio(self, subject, **how):
        """A fresh Kamailio in a fresh folder: a second start in the same one would unlink the first one's socket."""
        self.runs += 1
        folder = self.folder / f"run{self.runs}"
        folder.mkdir()
        for name in ("ca.pem", "sbc1.pem", "sbc1.key"):
            shutil.copy(self.folder / name, folder)
        return Kamailio(subject, folder, **how)

    def calls(self, calls, cps, hold_ms):
        """Starts a run of calls; its result() waits for the end."""
        for program in self.programs:
            if not program.alive():
                raise BenchError(f"{program.name} died:\n{program.tail()}")
        return MediationServer(self.folder, calls, cps, hold_ms)
