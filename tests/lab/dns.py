# SPDX-License-Identifier: GPL-2.0-or-later
"""The DNS of the lab: addresses of the names that it knows, and nothing else; and what a broken one says."""
import collections
import ipaddress
import os
import socket
import struct
import threading

_IN = 1
_KINDS = {1: 4, 28: 6}  # A, AAAA
_OK, _SERVFAIL, _NO_SUCH_NAME, _REFUSED = 0, 2, 3, 5
_RESPONSE = 0x8580  # authoritative, with recursion
_TRUNCATED = 0x0200

# What it may say instead of the truth: query -> answer, None for silence.
FAULTS = {
    "silent": lambda query: None,
    "SERVFAIL": lambda query: _reply(query, _SERVFAIL),
    "NXDOMAIN": lambda query: _reply(query, _NO_SUCH_NAME),
    "REFUSED": lambda query: _reply(query, _REFUSED),
    "empty": lambda query: _reply(query, _OK),
    "unusable": lambda query: _reply(query, _OK, [_nowhere(query)], 5),
    "garbage": lambda query: query[:2] + os.urandom(60),
    "cut off": lambda query: _reply(query, _TRUNCATED),  # over UDP: ask by TCP (RFC 1035 4.2.1)
    "half an answer": lambda query: _reply(query, _OK, [ipaddress.ip_address("192.0.2.250")], 5)[:-3],
}


class Dns:
    """names: FQDN -> address, or a list of addresses; may be changed at any time. Answers on port 53.

    address: of the host, its first if none is given. ttl: in seconds. fault: one of FAULTS, or None; over TCP it
    has none. tcp: whether it answers there. asked: how often it told the truth, by (FQDN, 4 or 6).
    """

    def __init__(self, host, names, address=None, ttl=60, tcp=False):
        self.names, self.ttl, self.fault = dict(names), ttl, None
        self.asked = collections.Counter()
        self._host, self._address = host, address or host.address
        self._listener = None
        self.start()
        if tcp:
            self._listener = host.socket(socket.SOCK_STREAM, 53, self._address)
            self._listener.listen()
            threading.Thread(target=self._run_tcp, name="dns over tcp", daemon=True).start()

    def start(self):
        self._socket = self._host.socket(socket.SOCK_DGRAM, 53, self._address)
        self.address = self._socket.getsockname()
        self._thread = threading.Thread(target=self._run, name="dns", daemon=True)
        self._thread.start()

    def _run(self):
        while True:
            query, client = self._socket.recvfrom(4096)
            if not query:
                return
            answer = (FAULTS[self.fault] if self.fault else self._answer)(query)
            if answer:
                self._socket.sendto(answer, client)

    def _run_tcp(self):
        """One connection after the other; on each as many queries as come, with their length before them."""
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                while len(length := stream.read(2)) == 2:
                    answer = self._answer(stream.read(struct.unpack("!H", length)[0]))
                    connection.sendall(struct.pack("!H", len(answer)) + answer)

    def _answer(self, query):
        name, kind, _ = _question(query)
        self.asked[name, _KINDS.get(kind)] += 1
        known = {fqdn.lower(): addresses for fqdn, addresses in self.names.items()}.get(name)
        if known is None:
            return _reply(query, _NO_SUCH_NAME)
        known = [ipaddress.ip_address(a) for a in ([known] if isinstance(known, str) else known)]
        return _reply(query, _OK, [a for a in known if a.version == _KINDS.get(kind)], self.ttl)

    def stop(self):
        """Nobody listens there any more: whoever asks is told so by ICMP."""
        self._socket.sendto(b"", self.address)
        self._thread.join()
        self._socket.close()

    def close(self):
        self.stop()
        if self._listener:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()


def _question(query):
    """(FQDN, type, where the question ends)."""
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode())
        at += 1 + query[at]
    return ".".join(labels).lower(), struct.unpack("!H", query[at + 1:at + 3])[0], at + 5


def _nowhere(query):
    return ipaddress.ip_address("0.0.0.0" if _KINDS.get(_question(query)[1]) == 4 else "::")


def _reply(query, code, addresses=(), ttl=0):
    _, kind, end = _question(query)
    records = b"".join(struct.pack("!HHHIH", 0xC00C, kind, _IN, ttl, len(a.packed)) + a.packed for a in addresses)
    return query[:2] + struct.pack("!HHHHH", _RESPONSE | code, 1, len(addresses), 0, 0) + query[12:end] + records
