# SPDX-License-Identifier: GPL-2.0-or-later
"""How an endpoint's messages become segments of a stream: TCP keeps no boundaries (RFC 3261 18.3), a TLS record neither."""
import contextlib
import threading
import time

PAUSE = 0.0003  # seconds between two pieces, so that the other end may read the first one alone


def whole(data):
    """In one piece."""
    return [data]


def byte_by_byte(data):
    return [data[at:at + 1] for at in range(len(data))]


def in_two(at):
    """Cut behind so many bytes; a message that is not longer goes in one piece."""
    return lambda data: [piece for piece in (data[:at], data[at:]) if piece]


class Framing:
    """cut: bytes -> pieces, each a segment (and over TLS a record) of its own. A datagram is never cut."""

    def __init__(self):
        self.cut = whole
        self._lock = threading.Lock()  # an endpoint sends in more than one thread
        self._held = None  # while together() lasts: (bytes, flow) in order

    def send(self, data, flow):
        with self._lock:
            if self._held is not None and flow.kind != "UDP":
                self._held.append((data, flow))
            else:
                self._write(data, flow)

    def _write(self, data, flow):
        first, *others = self.cut(data) if flow.kind != "UDP" else [data]
        flow.send(first)
        for piece in others:
            time.sleep(PAUSE)
            flow.send(piece)

    @contextlib.contextmanager
    def together(self, between=b""):
        """What is sent inside goes in one piece at the end, with these bytes between the messages."""
        with self._lock:
            self._held = []
        try:
            yield
        finally:
            with self._lock:
                held, self._held = self._held, None
                for flow in dict.fromkeys(flow for _, flow in held):
                    self._write(between.join(data for data, its in held if its is flow), flow)
