# SPDX-License-Identifier: GPL-2.0-or-later
"""One direction of calls in an installation of two-of-each.xml: who calls, and the two who are asked, one after the other."""
import contextlib
import socket
import struct
import threading
import time

RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close() sends RST


class Way:
    """The caller, and the two who may be called; they are up from when they are first used."""

    def __init__(self, installation, to_lync):
        self._installation, self.to_lync = installation, to_lync
        self._up = {}
        self.names = ("med1", "med2") if to_lync else ("gw", "gw2")
        self.caller = installation.gateway("gw") if to_lync else installation.mediation("med1")

    def _callee(self, number):
        if number not in self._up:
            make = self._installation.mediation if self.to_lync else self._installation.gateway
            self._up[number] = make(self.names[number])
        return self._up[number]

    @property
    def first(self):
        return self._callee(0)

    @property
    def second(self):
        return self._callee(1)

    @property
    def sbc_address(self):
        lab = self._installation.lab
        return lab.sbc_lync if self.to_lync else lab.sbc_pstn

    @contextlib.contextmanager
    def broken(self, number, how):
        """refuses: nothing listens there. swallows: packets vanish. hangs: it takes them, and says nothing for ever.
        resets: it takes a connection, and ends it a little later."""
        host = self._installation.lab[self.names[number]]
        transport, port = ("tcp", 5067) if self.to_lync else ("udp", 5060)
        with contextlib.ExitStack() as stack:
            if how == "swallows":
                stack.enter_context(host.drop(f"ip daddr {host.address} {transport} dport {port}"))
            elif how in ("hangs", "resets") and self.to_lync:
                listener = stack.enter_context(host.socket(socket.SOCK_STREAM, port))
                listener.listen()
                if how == "resets":
                    stack.enter_context(_resetting(listener))
            elif how == "hangs":
                stack.enter_context(host.socket(socket.SOCK_DGRAM, port))
            yield

    @contextlib.contextmanager
    def dead(self, flow):
        """Of a connection of ours that an endpoint has, nothing arrives any more, either way; others are not concerned."""
        host, port = self._installation.lab[self.names[0]], flow.peer[1]
        with host.drop(f"ip saddr {self.sbc_address} tcp sport {port}"), \
                host.drop(f"ip daddr {self.sbc_address} tcp dport {port}", hook="output"):
            yield


@contextlib.contextmanager
def _resetting(listener, after=0.2):
    def run():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            time.sleep(after)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def came_after(caller, call, callee):
    """Seconds from the caller's INVITE to that of the callee, as their logs have them."""
    def when(endpoint, sent, call_id=None):
        return next(entry.when for entry in reversed(endpoint.log) if entry.sent == sent and entry.message.method == "INVITE"
                    and call_id in (None, entry.message["Call-ID"]))

    return when(callee, False) - when(caller, True, call.call_id)
