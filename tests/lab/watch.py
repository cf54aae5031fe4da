# SPDX-License-Identifier: GPL-2.0-or-later
"""Watches an installation during one scenario: what was on the wire, and whether the SBC is well afterwards."""
import shutil

from lab.capture import Capture
from lab.ladder import draw

IDLE_TIMEOUT = 15.0  # seconds until the last transaction of a scenario must be forgotten
MEMORY_TOLERANCE = 4096  # bytes: what tm and tcp keep cached between calls


class Watch:
    """folder: takes the captures, and in the end the log and the ladder."""

    def __init__(self, installation, folder):
        self._installation, self.folder = installation, folder
        sbc = installation.sbc
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        sbc.judge()
        self._memory = sbc.shared_memory()
        self._traced = len(installation.trace.messages)
        self._captures = [Capture(host, folder / f"{link}.pcap") for link, host in installation.lab.links.items()]

    def ladder(self):
        lab = self._installation.lab
        return draw(self._installation.trace.messages[self._traced:], lync=lab.sbc_lync, pstn=lab.sbc_pstn,
                    names=self._installation.peer_names())

    def sections(self):
        """(title, text) of what one wants to see of a failed scenario."""
        return [("ladder", self.ladder()), ("end of the SBC's log", self._installation.sbc.kamailio.tail(30)),
                ("captures, ladder and logs", str(self.folder))]

    def close(self):
        """Ends the scenario's endpoints and captures. Returns what is wrong with the SBC, or was not asked for."""
        complaints = self._installation.take_down() + self._after()
        for capture in self._captures:
            capture.close()
        (self.folder / "ladder.txt").write_text(self.ladder())
        for daemon in (self._installation.sbc.kamailio, self._installation.sbc.rtpengine):
            shutil.copy(daemon.log, self.folder)
        return complaints

    def discard(self):
        shutil.rmtree(self.folder)

    def _after(self):
        sbc = self._installation.sbc
        complaints = sbc.judge()
        if not sbc.alive():
            return complaints
        if not sbc.wait_idle(IDLE_TIMEOUT):
            complaints.append(f"{sbc.transactions()} transactions are left after {IDLE_TIMEOUT} s")
        grown = sbc.shared_memory() - self._memory
        if grown > MEMORY_TOLERANCE:
            complaints.append(f"shared memory has grown by {grown} bytes")
        return complaints + sbc.judge()
