# SPDX-License-Identifier: GPL-2.0-or-later
"""Receives what Kamailio's siptrace sends (HEP 3): every SIP message of the SBC, both legs, TLS in the clear."""
import socket
import struct
import threading
from dataclasses import dataclass

from lab.sip import Malformed, Message

# chunk types of vendor 0
_IP_PROTOCOL, _IP4_FROM, _IP4_TO, _PORT_FROM, _PORT_TO, _SECONDS, _MICROSECONDS = 2, 3, 4, 7, 8, 9, 10
_PAYLOAD_TYPE, _PAYLOAD = 11, 15
_SIP = 1


@dataclass(frozen=True)
class Traced:
    when: float  # seconds since 1970, by the SBC's clock
    source: tuple  # (address, port)
    target: tuple
    transport: str  # "UDP" or "TCP"; TLS shows as TCP
    message: Message


def parse(datagram):
    """A HEP3 packet as Traced, or None when it carries something else than SIP."""
    if datagram[:4] != b"HEP3" or int.from_bytes(datagram[4:6], "big") != len(datagram):
        raise Malformed(f"not a HEP3 packet: {datagram[:16]!r}")
    chunks, at = {}, 6
    while at + 6 <= len(datagram):
        vendor, kind, length = struct.unpack("!HHH", datagram[at:at + 6])
        if length < 6 or at + length > len(datagram):
            raise Malformed(f"HEP3 chunk {kind} at {at} says it is {length} long")
        if vendor == 0:
            chunks[kind] = datagram[at + 6:at + length]
        at += length
    number = {kind: int.from_bytes(value, "big") for kind, value in chunks.items() if kind != _PAYLOAD}
    if number.get(_PAYLOAD_TYPE) != _SIP or _IP4_FROM not in chunks:
        return None
    return Traced(number[_SECONDS] + number[_MICROSECONDS] / 1e6,
                  (socket.inet_ntoa(chunks[_IP4_FROM]), number[_PORT_FROM]),
                  (socket.inet_ntoa(chunks[_IP4_TO]), number[_PORT_TO]),
                  "UDP" if number[_IP_PROTOCOL] == socket.IPPROTO_UDP else "TCP", Message(chunks[_PAYLOAD]))


class Receiver:
    """A UDP port on a host that collects what is traced there, and hands each message to `show` as it comes."""

    def __init__(self, host, address, show=None):
        self._socket = host.socket(socket.SOCK_DGRAM, 0, address)
        self.address = self._socket.getsockname()
        self.messages = []
        self.show = show
        self._thread = threading.Thread(target=self._run, name="hep", daemon=True)
        self._thread.start()

    def _run(self):
        while datagram := self._socket.recv(65535):
            try:
                traced = parse(datagram)
            except (Malformed, ValueError, KeyError):  # torture messages are traced too
                continue
            if traced:
                self.messages.append(traced)
                if self.show:
                    self.show(traced)

    def close(self):
        """An empty datagram ends the thread."""
        self._socket.sendto(b"", self.address)
        self._thread.join()
        self._socket.close()
