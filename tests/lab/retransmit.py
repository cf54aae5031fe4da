# SPDX-License-Identifier: GPL-2.0-or-later
"""Sends again over UDP until told to stop: RFC 3261 17.1.1.2 (timer A), 17.1.2.2 (E) and 13.3.1.4 (2xx)."""
import threading

T1, T2 = 0.5, 4.0


class Retransmission:
    """cap: the longest pause; None lets it double for ever, as an INVITE's does."""

    def __init__(self, flow, data, cap=T2):
        self._flow, self._data, self._cap = flow, data, cap
        self.count = 0
        self._stop = threading.Event()
        threading.Thread(target=self._run, name="retransmission", daemon=True).start()

    def _run(self):
        pause, spent = T1, 0.0
        while spent < 64 * T1 and not self._stop.wait(pause):
            try:
                self._flow.send(self._data)
            except OSError:
                return
            self.count += 1
            spent += pause
            pause = 2 * pause if self._cap is None else min(2 * pause, self._cap)

    def stop(self):
        self._stop.set()
