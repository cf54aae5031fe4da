# SPDX-License-Identifier: GPL-2.0-or-later
"""TLS churn: short mutual-TLS connections into the SBC while it must connect outwards again and again.

So it goes when a pool of Mediation Servers restarts. Debian 12's Kamailio died of it within 300 connections.
"""
import collections
import multiprocessing
import select
import socket
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from lab.sip import Message, render
from lab.transport import Listener
from tls_ends import ask

INVITE = """
{method} sip:{user}@{host}:{port} SIP/2.0
Via: SIP/2.0/UDP {local}:{local_port};branch=z9hG4bK{number}
Max-Forwards: 70
From: <sip:+4930654321@{local}>;tag=1
To: {to}
Call-ID: again-{number}
CSeq: 1 {method}
Contact: <sip:gw@{local}:{local_port}>
{extra}
Content-Length: {length}
"""
REFUSAL = """
SIP/2.0 486 Busy Here
{vias}
From: {from_}
To: {to};tag=churn
Call-ID: {call_id}
CSeq: {cseq}
Content-Length: {length}
"""
_numbers = iter(range(1, 1 << 60))


@dataclass
class Result:
    wanted: int
    answered: int = 0
    seconds: float = 0.0
    failures: collections.Counter = field(default_factory=collections.Counter)

    @property
    def rate(self):
        return self.answered / self.seconds if self.seconds else 0.0


def connect_many(host, target, tls, name, connections, threads=8):
    """Each of the threads connects, asks with OPTIONS, reads a 200, closes, and begins again. name: SNI, or None.

    In a process of its own, so that it takes no time from the endpoints of this one.
    """
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_connect_many, host, target, tls, name, connections, threads).result()


def _connect_many(host, target, tls, name, connections, threads):
    result, lock = Result(connections), threading.Lock()
    context = tls.context(server=False)

    def run(count):
        for _ in range(count):
            why = _one_connection(host, target, context, name)
            with lock:
                if why:
                    result.failures[why] += 1
                else:
                    result.answered += 1

    workers = [threading.Thread(target=run, args=(connections // threads + (i < connections % threads),))
               for i in range(threads)]
    began = time.monotonic()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    result.seconds = time.monotonic() - began
    return result


def _one_connection(host, target, context, name):
    """None, or what went wrong."""
    try:
        first, sock = ask(host, target, context, name)
        sock.close()
        return None if first.startswith("SIP/2.0 200 ") else first
    except OSError as error:
        return f"{type(error).__name__}: {error}"


class ClosingPeer:
    """Listens with TLS, answers an INVITE with 486 and closes the connection, so that the SBC must open another."""

    def __init__(self, host, port, tls):
        self.connections = self.answered = 0
        self.failures = collections.Counter()
        self._listener = Listener(host, host.address, port, tls, self._serve, self._failed)

    def _serve(self, sock, _kind, _peer):
        self.connections += 1
        with sock:
            try:
                sock.settimeout(5)
                data = sock.recv(65536)
                if not data.startswith(b"INVITE "):
                    return
                while b"\r\n\r\n" not in data:
                    data += sock.recv(65536)
                invite = Message(data)
                sock.sendall(render(
                    REFUSAL, vias="\r\n".join(f"Via: {via}" for via in invite.all("Via")), from_=invite["From"],
                    to=invite["To"], call_id=invite["Call-ID"], cseq=invite["CSeq"]))
                self.answered += 1
            except OSError as error:
                self.failures[f"{type(error).__name__}: {error}"] += 1

    def _failed(self, error, _peer):
        self.failures[f"handshake: {error}".partition(" (_ssl")[0]] += 1

    def close(self):
        self._listener.close()


class Caller:
    """A gateway that sends INVITEs over UDP at a steady rate until it is stopped, and ACKs what comes back.

    They have no SDP, so that the media relay has no part in it. extra: a header line more.
    """

    def __init__(self, host, port, target, rate, user="+498912345678", extra=""):
        self._socket = host.socket(socket.SOCK_DGRAM, port)
        self._target, self._rate, self._user, self._extra = target, rate, user, extra
        self.sent, self.answers = 0, collections.Counter()
        self._finished = set()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=run, daemon=True) for run in (self._send, self._receive)]
        for thread in self._threads:
            thread.start()

    def _request(self, method, number, to=None):
        local, local_port = self._socket.getsockname()
        host, port = self._target
        self._socket.sendto(render(
            INVITE, method=method, user=self._user, host=host, port=port, local=local, local_port=local_port,
            number=number, to=to or f"<sip:{self._user}@{host}>", extra=self._extra), self._target)

    def _send(self):
        began = time.monotonic()
        while not self._stop.wait(max(0.0, began + self.sent / self._rate - time.monotonic())):
            self.sent += 1
            self._request("INVITE", next(_numbers))

    def _receive(self):
        while not self._stop.is_set() or select.select([self._socket], [], [], 3)[0]:
            if not select.select([self._socket], [], [], 0.1)[0]:
                continue
            answer = Message(self._socket.recv(65536))
            if not answer.code or answer.code < 200:
                continue
            number = answer["Call-ID"].removeprefix("again-")
            self._request("ACK", number, answer["To"])
            if number not in self._finished:
                self._finished.add(number)
                self.answers[answer.code] += 1

    def stop(self):
        """Sends no more, and waits 3 s longer than the last answer."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._socket.close()
