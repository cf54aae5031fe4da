# SPDX-License-Identifier: GPL-2.0-or-later
"""Two bare ends of TLS, for scenarios that are about the connection: one that asks, and an impostor that listens."""
import itertools
import os
import socket
import ssl
from dataclasses import dataclass

from lab.sip import render
from lab.transport import HANDSHAKE_TIMEOUT, Listener, Tls

OPTIONS = """
OPTIONS sip:{host}:{port} SIP/2.0
Via: SIP/2.0/TLS {local}:{local_port};branch=z9hG4bK{call}
From: <sip:{local}>;tag=1
To: <sip:{host}:{port}>
Call-ID: {call}
CSeq: 1 OPTIONS
Max-Forwards: 70
Content-Length: {length}
"""
_numbers = itertools.count(1)


def ask(host, target, context, name, port=0, session=None):
    """Connects, asks with OPTIONS, and returns (first line of the answer, the socket). Raises OSError.

    name: SNI, and the name to be verified where context says so. port: of ours, 0 = any. session: to be resumed.
    Without a client certificate that pleases, TLS 1.3 fails at the first read only: the server looks at it when the
    client is done.
    """
    sock = host.socket(socket.SOCK_STREAM, port)
    try:
        sock.settimeout(HANDSHAKE_TIMEOUT)
        sock.connect(target)
        sock = context.wrap_socket(sock, server_hostname=name, session=session)
        local, local_port = sock.getsockname()
        sock.sendall(render(OPTIONS, host=target[0], port=target[1], local=local, local_port=local_port,
                            call=f"ask-{os.getpid()}-{next(_numbers)}"))
        answer = sock.recv(65536)
        if not answer:
            raise ConnectionError("closed without an answer")
        return answer.split(b"\r\n")[0].decode(), sock
    except BaseException:
        sock.close()
        raise


@dataclass(frozen=True)
class Lenient(Tls):
    """One that asks nobody for a certificate, so that nothing but the SBC can end the handshake."""

    def context(self, server):
        context = super().context(server)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context


class Impostor:
    """Listens in the place of a Mediation Server, and keeps every byte that it gets to read."""

    def __init__(self, host, tls, port=5067):
        self.read = b""
        self.versions, self.failures = [], []
        self._listener = Listener(host, host.address, port, tls, self._serve, self._failed)

    def _serve(self, sock, _kind, _peer):
        with sock:
            self.versions.append(sock.version())
            try:
                while data := sock.recv(65536):
                    self.read += data
            except OSError as error:
                self.failures.append(error)

    def _failed(self, error, _peer):
        self.failures.append(error)

    def close(self):
        self._listener.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
