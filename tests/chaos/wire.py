# SPDX-License-Identifier: GPL-2.0-or-later
"""Sockets of the agents, in one event loop: each lies in the network namespace of its host."""
import asyncio
import contextlib
import socket

from lab.sip import Framer, Malformed, Message

HANDSHAKE_TIMEOUT = 5.0
SO_RCVBUFFORCE = 33  # of asm-generic/socket.h


class Udp:
    """The one port of an agent that speaks UDP. All that has come is read at once: streams are, too."""
    stream = False

    def __init__(self, agent, sock):
        self._agent, self._socket = agent, sock
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 22)
        asyncio.get_running_loop().add_reader(sock, self._read)

    def _read(self):
        while self._socket.fileno() >= 0:
            try:
                data, source = self._socket.recvfrom(65535)
            except BlockingIOError:
                return
            except OSError:  # an ICMP error of what we sent
                continue
            for _ in range(1 + self._agent.double):
                self._agent.receive(Message(data), Datagrams(self, source))

    def send(self, data, peer):
        for _ in range(1 + self._agent.double):
            with contextlib.suppress(OSError):  # cut off, or killed
                self._socket.sendto(data, peer)

    def close(self):
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()


class Datagrams:
    """A peer as a UDP port sees it."""
    stream = False

    def __init__(self, port, peer):
        self._port, self._peer = port, peer

    def send(self, data):
        self._port.send(data, self._peer)


class Stream(asyncio.Protocol):
    """One TCP or TLS connection, whoever opened it."""
    stream = True

    def __init__(self, agent):
        self._agent, self._transport, self._framer = agent, None, Framer()

    def connection_made(self, transport):
        self._transport = transport
        self._agent.streams.add(self)

    def connection_lost(self, exc):
        self._agent.streams.discard(self)

    def data_received(self, data):
        try:
            messages = self._framer.feed(data)
        except Malformed as error:
            self._agent.world.wrong(f"{self._agent.name} was sent no SIP: {error}")
            self._transport.abort()
            return
        for message in messages:
            self._agent.receive(message, self)

    @property
    def closed(self):
        return self._transport is None or self._transport.is_closing()

    def send(self, data):
        if not self.closed:
            self._transport.write(data)

    def close(self):
        self._transport.abort()


class Dialled:
    """A connection of an agent to a port of the SBC: opened when it is first wanted, and again when it has gone."""
    stream = True

    def __init__(self, agent, target, tls, name):
        self._agent, self._target, self._tls, self._name = agent, target, tls, name
        self._stream, self._waiting, self._task = None, [], None

    def send(self, data):
        if self._stream and not self._stream.closed:
            self._stream.send(data)
            return
        self._waiting.append(data)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._connect())

    async def _connect(self):
        loop, sock = asyncio.get_running_loop(), self._agent.host.socket(socket.SOCK_STREAM)
        try:
            sock.setblocking(False)
            await asyncio.wait_for(loop.sock_connect(sock, self._target), HANDSHAKE_TIMEOUT)
            more = {"ssl": self._tls, "server_hostname": self._name, "ssl_handshake_timeout": HANDSHAKE_TIMEOUT}
            _, self._stream = await loop.create_connection(lambda: Stream(self._agent), sock=sock, **(more if self._tls else {}))
        except (OSError, asyncio.TimeoutError):
            sock.close()  # what was to be sent is lost; who waits for an answer finds out
        if self._stream and not self._stream.closed:
            self._stream.send(b"".join(self._waiting))
        self._waiting = []

    def close(self):
        if self._task:
            self._task.cancel()


async def listen(agent, port, tls):
    """The listening port of an agent: something to be closed, for UDP also to be sent with."""
    loop = asyncio.get_running_loop()
    if agent.udp:
        return Udp(agent, agent.host.socket(socket.SOCK_DGRAM, port))
    sock = agent.host.socket(socket.SOCK_STREAM, port)
    more = {"ssl": tls, "ssl_handshake_timeout": HANDSHAKE_TIMEOUT} if tls else {}
    return await loop.create_server(lambda: Stream(agent), sock=sock, **more)
