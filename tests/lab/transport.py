# SPDX-License-Identifier: GPL-2.0-or-later
"""SIP over UDP, TCP and mutual TLS: ports that listen, connections that are opened, and flows to answer on."""
import select
import socket
import ssl
import threading
import time
import warnings
from dataclasses import dataclass

from lab.pki import Credentials
from lab.sip import Framer, Malformed, Message

HANDSHAKE_TIMEOUT = 5.0


@dataclass(frozen=True)
class Tls:
    """How one end speaks TLS: its files, and the versions it can."""
    credentials: Credentials
    minimum: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2
    maximum: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED
    check_name: bool = True  # as client: the certificate must carry the name dialled

    def context(self, server):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
        with warnings.catch_warnings():  # of TLS 1.0, which Lync 2010 on Windows 2008 speaks
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version, context.maximum_version = self.minimum, self.maximum
        if self.minimum < ssl.TLSVersion.TLSv1_2:
            context.set_ciphers("DEFAULT:@SECLEVEL=0")  # OpenSSL 3 allows TLS 1.0 at this level alone
        context.check_hostname = not server and self.check_name
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(self.credentials.ca)
        if self.credentials.cert:
            context.load_cert_chain(self.credentials.cert, self.credentials.key)
        return context


class UdpPort:
    """A bound UDP socket. receive(message, flow) is called in its thread; flow answers to where it came from."""
    kind = "UDP"

    def __init__(self, host, address, port, receive, malformed):
        self._socket = host.socket(socket.SOCK_DGRAM, port, address)
        self.local = self._socket.getsockname()
        self._receive, self._malformed = receive, malformed
        self._closing = False
        self._thread = threading.Thread(target=self._run, name=f"udp {self.local}", daemon=True)
        self._thread.start()

    def to(self, peer):
        return UdpFlow(self._socket, self.local, peer)

    def _run(self):
        while not self._closing:
            if not select.select([self._socket], [], [], 0.1)[0]:
                continue
            try:
                data, source = self._socket.recvfrom(65535)
            except OSError:  # an ICMP error of what we sent
                continue
            try:
                message = Message(data)
            except (Malformed, ValueError) as error:
                self._malformed(error, self.to(source))
                continue
            self._receive(message, self.to(source))

    def close(self):
        self._closing = True
        self._thread.join()
        self._socket.close()


@dataclass(frozen=True)
class UdpFlow:
    """A peer as a UDP port sees it."""
    socket: socket.socket
    local: tuple
    peer: tuple
    kind = "UDP"

    def send(self, data):
        self.socket.sendto(data, self.peer)


class StreamFlow:
    """One TCP or TLS connection, whoever opened it. Reads in a thread of its own.

    An SSL object must not be read and written at once, so both happen under a lock, on a socket that never blocks.
    """

    def __init__(self, sock, kind, peer, receive, malformed):
        self.kind, self._socket = kind, sock
        self.local, self.peer = sock.getsockname(), peer
        self.certificate = sock.getpeercert() if kind == "TLS" else None  # of the peer, as ssl gives it
        self.version = sock.version() if kind == "TLS" else None
        self.received = b""  # every byte that came, in clear
        self.error = None  # why it ended, if not by a plain close
        self.closed = threading.Event()
        self._receive, self._malformed = receive, malformed
        self._lock = threading.Lock()
        sock.setblocking(False)
        self._thread = threading.Thread(target=self._run, name=f"{kind} {self.peer}", daemon=True)
        self._thread.start()

    @property
    def names(self):
        """The DNS names in the peer's certificate."""
        return [name for kind, name in (self.certificate or {}).get("subjectAltName", ()) if kind == "DNS"]

    def send(self, data, timeout=5.0):
        deadline = time.monotonic() + timeout
        while data:
            with self._lock:
                try:
                    data = data[self._socket.send(data):]
                    continue
                except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
                    pass
            if time.monotonic() > deadline or self.closed.is_set():
                raise ConnectionError(f"cannot send to {self.peer}: {self.error or 'closed'}")
            select.select([], [self._socket], [], 0.05)

    def keep_alive(self):
        """RFC 5626 3.5.1. Where the other end knows no such connection, a reset comes back."""
        try:
            self.send(b"\r\n\r\n")
        except OSError:  # it has gone already
            pass

    def _run(self):
        framer = Framer()
        try:
            while data := self._read():
                self.received += data
                for message in framer.feed(data):
                    self._receive(message, self)
        except Malformed as error:
            self._malformed(error, self)
        except (OSError, ValueError) as error:  # ValueError: closed by us while waiting
            self.error = error
        self.closed.set()

    def _read(self):
        """Bytes, or b"" at the end. Blocks."""
        while True:
            with self._lock:
                try:
                    return self._socket.recv(65536)
                except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                    pass
            select.select([self._socket], [], [], 0.1)
            if self.closed.is_set():
                return b""

    def reset(self):
        """Ends it with a TCP reset, as a crashed server does."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        self.close()

    def close(self):
        self.closed.set()
        if self._thread is not threading.current_thread():
            self._thread.join(1)
        self._socket.close()


class Listener:
    """Accepts connections; each gets a thread for its handshake, so that one that hangs holds up nobody."""

    def __init__(self, host, address, port, tls, opened, failed):
        """opened(socket, kind, peer) takes a connection whose handshake is done, failed(error, peer) any other."""
        self._socket = host.socket(socket.SOCK_STREAM, port, address)
        self._socket.listen(64)
        self.local = self._socket.getsockname()
        self._context = tls and tls.context(server=True)
        self._opened, self._failed = opened, failed
        self._closing = False
        self._thread = threading.Thread(target=self._run, name=f"listen {self.local}", daemon=True)
        self._thread.start()

    def _run(self):
        while not self._closing:
            if select.select([self._socket], [], [], 0.05)[0]:
                connection, peer = self._socket.accept()
                threading.Thread(target=self._handshake, args=(connection, peer), daemon=True).start()

    def _handshake(self, connection, peer):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not self._context:
            self._opened(connection, "TCP", peer)
            return
        connection.settimeout(HANDSHAKE_TIMEOUT)
        try:
            self._opened(self._context.wrap_socket(connection, server_side=True), "TLS", peer)
        except OSError as error:
            connection.close()
            self._failed(error, peer)

    def close(self):
        self._closing = True
        self._thread.join()
        self._socket.close()


def dial(host, address, target, tls=None, name=None):
    """A connection to target (address, port), TLS where tls says how; name: SNI and the name to be verified.

    Returns (socket, kind, peer). Raises ssl.SSLError or OSError.
    """
    sock = host.socket(socket.SOCK_STREAM, 0, address)
    try:
        sock.settimeout(HANDSHAKE_TIMEOUT)
        sock.connect(target)
        if tls is None:
            return sock, "TCP", target
        return tls.context(server=False).wrap_socket(sock, server_hostname=name), "TLS", target
    except BaseException:
        sock.close()
        raise
