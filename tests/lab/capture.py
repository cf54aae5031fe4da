# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets as they were on the wire: tcpdump on a host, into a file."""
import signal

from lab.process import Daemon, stop


class Capture:
    def __init__(self, host, path, match="udp or tcp", device="any"):
        """Listens on all devices of the host, or one. Ready when it returns."""
        self.path = path
        argv = ["tcpdump", "-i", device, "-n", "-U", "-Z", "root", "--immediate-mode", "-w", path, match]
        self._daemon = Daemon("tcpdump", host, argv, path.with_suffix(".log"))
        self._daemon.wait_until(lambda: "listening on" in self._daemon.text(), 30, "capture")

    def close(self):
        self._daemon.signal(signal.SIGINT)
        stop([self._daemon])
