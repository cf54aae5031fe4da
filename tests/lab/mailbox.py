# SPDX-License-Identifier: GPL-2.0-or-later
"""Where messages wait for the scenario that expects them."""
import queue
import time


class Mailbox:
    """Messages in order of arrival. An exception put in is raised to whoever expects next."""

    def __init__(self, name, inspect=lambda message: None):
        """inspect: is called with every message that is taken out, and may fail."""
        self.name, self._inspect = name, inspect
        self._queue = queue.SimpleQueue()

    def put(self, message):
        self._queue.put(message)

    def expect(self, *wanted, timeout=5.0, skip=()):
        """The next message, which must be one of wanted (methods and codes); those in skip are passed over."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                message = self._queue.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"{self.name}: wanted {_words(wanted)}, got nothing in {timeout} s") from None
            if isinstance(message, Exception):
                raise message
            self._inspect(message)
            if (message.code or message.method) in wanted:
                return message
            if message.code not in skip:
                raise AssertionError(f"{self.name}: wanted {_words(wanted)}, got:\n{message.text}")

    def expect_nothing(self, seconds):
        """Fails when anything arrives within that time."""
        try:
            message = self._queue.get(timeout=seconds)
        except queue.Empty:
            return
        if isinstance(message, Exception):
            raise message
        raise AssertionError(f"{self.name}: wanted silence, got:\n{message.text}")

    def drain(self):
        """What nobody has asked for."""
        left = []
        while not self._queue.empty():
            left.append(self._queue.get())
        return left


def _words(wanted):
    return " or ".join(str(w) for w in wanted)
