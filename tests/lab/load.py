# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls at a rate, each set up and ended by itself, and how long each took until its answer."""
import threading
import time
from dataclasses import dataclass

from lab.sdp import Sdp

NUMBER = "+4930123456"
PATIENCE = 30.0  # seconds: a slow call is measured, no failure


@dataclass(frozen=True)
class SetUp:
    """began: time.monotonic(). took: seconds to the answer. code: of it. port: of the caller's media at the SBC, or 0."""
    call_id: str
    began: float
    took: float
    code: int
    port: int


class Load:
    """Runs from when it is made to stop(), which returns its SetUps. lasts: seconds from answer to BYE."""

    def __init__(self, caller, callee, per_second, lasts=0.05):
        self._caller, self._callee, self._lasts = caller, callee, lasts
        self._calls, self._failures, self._callers = [], [], []
        self._stop, self._no_more = threading.Event(), threading.Event()
        self._taker = self._thread(self._take_up)
        self._beginner = self._thread(self._begin, 1 / per_second)

    def _thread(self, run, *arguments):
        def guarded():
            try:
                run(*arguments)
            except Exception as error:  # pylint: disable=broad-except
                self._failures.append(error)

        thread = threading.Thread(target=guarded)
        thread.start()
        return thread

    def _begin(self, interval):
        due = time.monotonic()
        while not self._stop.is_set():
            call = self._caller.invite(NUMBER)
            self._calls.append(call)
            self._callers.append(self._thread(self._call, call))
            due += interval
            self._stop.wait(max(0.0, due - time.monotonic()))

    def _call(self, call):
        response = call.expect(200, 503, timeout=PATIENCE)
        if response.code == 200:
            call.ack(response)
            time.sleep(self._lasts)
            call.bye()
        call.close()

    def _take_up(self):
        others = []
        while not self._no_more.is_set():
            try:
                other = self._callee.next_call(timeout=0.2)
            except AssertionError:
                continue
            other.answer()
            others.append(self._thread(self._end, other))
        for other in others:
            other.join()

    @staticmethod
    def _end(other):
        other.expect("ACK", timeout=PATIENCE)
        other.ended()
        other.close()

    def stop(self):
        self._stop.set()
        self._beginner.join()
        for caller in self._callers:
            caller.join()
        self._no_more.set()
        self._taker.join()
        if self._failures:
            raise AssertionError(f"{len(self._failures)} of {len(self._calls)} calls: {self._failures[0]}")
        return self._set_ups()

    def _set_ups(self):
        """As the caller's log has them: no thread of ours is in between."""
        own = {call.call_id for call in self._calls}
        began, found = {}, []
        for entry in self._caller.log:
            message = entry.message
            call_id = message.get("Call-ID")
            if call_id not in own or message.cseq[1] != "INVITE":
                continue
            if entry.sent and message.method == "INVITE":
                began.setdefault(call_id, entry.when)
            elif not entry.sent and message.code and message.code >= 200 and call_id in began:
                port = Sdp(message.body).port if message.body else 0
                found.append(SetUp(call_id, began[call_id], entry.when - began.pop(call_id), message.code, port))
        return found
