# SPDX-License-Identifier: GPL-2.0-or-later
"""The DNS of the lab, for endpoints that ask one: addresses of the names that it knows, and nothing else."""
import socket
import struct
import threading

_A, _IN = 1, 1
_ANSWER, _NO_SUCH_NAME = 0x8580, 0x8583  # authoritative, with recursion


class Dns:
    """names: FQDN -> address. Answers on port 53 of the host's first address."""

    def __init__(self, host, names):
        self._names = {name.lower(): address for name, address in names.items()}
        self._socket = host.socket(socket.SOCK_DGRAM, 53)
        self.address = self._socket.getsockname()
        self._thread = threading.Thread(target=self._run, name="dns", daemon=True)
        self._thread.start()

    def _run(self):
        while True:
            query, client = self._socket.recvfrom(4096)
            if not query:
                return
            self._socket.sendto(self._answer(query), client)

    def _answer(self, query):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode())
            at += 1 + query[at]
        question = query[12:at + 5]
        kind, = struct.unpack("!H", question[-4:-2])
        address = self._names.get(".".join(labels).lower())
        record = b""
        if address and kind == _A:
            record = struct.pack("!HHHIH", 0xC00C, _A, _IN, 60, 4) + socket.inet_aton(address)
        flags = _ANSWER if address else _NO_SUCH_NAME
        return query[:2] + struct.pack("!HHHHH", flags, 1, bool(record), 0, 0) + question + record

    def close(self):
        self._socket.sendto(b"", self.address)
        self._thread.join()
        self._socket.close()
