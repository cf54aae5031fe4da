# SPDX-License-Identifier: GPL-2.0-or-later
"""OPTIONS all the time from both sides, and how long the slowest answer took: whether anything makes a worker wait."""
import contextlib
import threading
import time

from lab.raw import RawPeer
from lab.transport import Tls


TICK = 0.01


class Poll:
    """Asks with OPTIONS all the time, as Lync does, and remembers how long the slowest answer took.

    stalls: (begin, end) of the times when we did not run ourselves, which are not the SBC's doing.
    """

    def __init__(self, *peers):
        self.slowest, self.answers, self.stalls = 0.0, 0, []
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(peer,)) for peer in peers]
        self._threads.append(threading.Thread(target=self._tick))
        for thread in self._threads:
            thread.start()

    def _tick(self):
        due = time.monotonic() + TICK
        while not self._stop.wait(TICK):
            now = time.monotonic()
            if now - due > TICK:
                self.stalls.append((due, now))
            due = now + TICK

    def stalled(self, begin, end):
        """How long we did not run between two moments, in seconds."""
        return sum(max(0.0, min(end, until) - max(begin, since)) for since, until in list(self.stalls))

    def _run(self, peer):
        while not self._stop.wait(0.03):
            began = time.monotonic()
            peer.send(peer.request("OPTIONS"))
            peer.expect(200, timeout=10)
            now = time.monotonic()
            with self._lock:
                self.slowest = max(self.slowest, now - began - self.stalled(began, now))
                self.answers += 1

    def stop(self):
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def begin_anew(self):
        """Returns (answers, seconds of the slowest) until now."""
        with self._lock:
            seen = self.answers, self.slowest
            self.slowest, self.answers = 0.0, 0
        return seen


@contextlib.contextmanager
def polled(installation):
    """A gateway over UDP and a Mediation Server over TLS ask, as long as it lasts."""
    lab = installation.lab
    with RawPeer(lab["gw"], "UDP", (lab.sbc_pstn, 5060)) as udp, \
            RawPeer(lab["med2"], "TLS", (lab.sbc_lync, 5067), Tls(installation.pki["med02"]), "sbc1.example.net") as tls:
        poll = Poll(udp, tls)
        try:
            yield poll
        finally:
            poll.stop()
