# SPDX-License-Identifier: GPL-2.0-or-later
"""RTP on the wire: a port pair that sends a tone every 20 ms and keeps every packet that comes."""
import random
import select
import socket
import struct
import threading
import time

from lab import tone
from lab.g711 import CODECS
from lab.media import Packet, analyse

PORTS = range(49152, 57500, 2)  # Lync's default audio ports
FRAME = 160  # samples of 20 ms


class Stream:
    """Audio of one call at one endpoint. Sends and receives in a thread of its own from open to close."""

    def __init__(self, host, address=None):
        self._place = host, address or host.address
        self._rtp, self._rtcp, self.port = _open_pair(*self._place)
        self._left = []  # sockets that it has gone from
        self.packets = []
        self._remote = self._frames = self._protect = None
        self._events = []  # of telephone-event, still to be sent: payload type, payload, whether it goes on
        self._receive = {}  # how to read what comes: payload_type, key, mki
        self._sequence, self._timestamp = random.randrange(30000), random.randrange(1 << 31)
        self._ssrc = random.randrange(1 << 32)
        self._sent = self._began = 0
        self._since = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"rtp {self.port}", daemon=True)
        self._thread.start()

    @property
    def remote(self):
        """(address, port) that it sends to; None on hold."""
        return self._remote

    def connect(self, remote, payload_type, protect=None, receive_key=None, receive_mki=b""):
        """What was agreed: where to send (None: nowhere), and the keys of both ways (srtp.Context, bytes)."""
        receive = {"payload_type": payload_type, "key": receive_key, "mki": receive_mki}
        if receive != self._receive:
            self._receive = receive
            self.mark()
        if protect is None or self._protect is None or protect.master != self._protect.master:
            self._protect = protect
        self._remote = remote

    def move(self):
        """Sends and receives at another pair of ports than the one that was told, as one behind NAT does."""
        self._left += [self._rtp, self._rtcp]
        self._rtp, self._rtcp, _ = _open_pair(*self._place)
        time.sleep(0.05)  # the thread may still listen at the old ones

    def talk(self, hz):
        """Sends a tone from now on; 0 stops."""
        self.play(tone.make(hz, tone.RATE) if hz else None)

    def play(self, samples):
        """Sends these samples over and over, whole frames of them; None stops."""
        codec = CODECS[self._receive["payload_type"]]
        sound = codec.encode(samples or [])
        self._frames = [sound[i:i + FRAME] for i in range(0, len(sound), FRAME)] or None

    def press(self, event, payload_type, frames=10):
        """Sends a telephone-event (RFC 4733 2.5) in place of the next frames of what is played."""
        lengths = [FRAME * n for n in range(1, frames + 1)] + [FRAME * frames] * 2  # the end is told three times
        self._events = [(payload_type, struct.pack("!BBH", event, 10 | 0x80 * (n >= frames - 1), length), n > 0)
                        for n, length in enumerate(lengths)]

    def mark(self):
        """What result() judges begins here. Packets that were on their way are given time to come."""
        self._since = time.monotonic()

    def result(self, expected_hz, **changed):
        """Judges what came since mark(). changed: another key, mki or list of packets, to prove a negative."""
        return analyse(**{"packets": list(self.packets), "since": self._since, "expected_hz": expected_hz,
                          **self._receive, **changed})

    @property
    def payload_type(self):
        """What was agreed last, None before."""
        return self._receive.get("payload_type")

    @property
    def receive_key(self):
        return self._receive["key"]

    @property
    def sent(self):
        return self._sent

    def close(self):
        self._stop.set()
        self._thread.join()
        for sock in (*self._left, self._rtp, self._rtcp):
            sock.close()

    def _run(self):
        due = time.monotonic()
        while not self._stop.is_set():
            ready, _, _ = select.select([self._rtp, self._rtcp], [], [], max(0.0, due - time.monotonic()))
            for sock in ready:
                try:
                    data, source = sock.recvfrom(4096)
                except OSError:  # an ICMP error of what we sent
                    continue
                self.packets.append(Packet(time.monotonic(), source, data, rtcp=sock is self._rtcp))
            if time.monotonic() >= due:
                self._send_frame()
                due += FRAME / tone.RATE

    def _send_frame(self):
        frames, remote = self._frames, self._remote
        self._timestamp = self._timestamp + FRAME & 0xFFFFFFFF
        if not (frames and remote):
            return
        payload_type, payload, timestamp = self._receive["payload_type"], frames[self._sent % len(frames)], self._timestamp
        if self._events:
            payload_type, payload, goes_on = self._events.pop(0)
            self._began = timestamp = self._began if goes_on else timestamp
            payload_type |= 0 if goes_on else 0x80
        packet = struct.pack("!BBHII", 0x80, payload_type, self._sequence, timestamp, self._ssrc) + payload
        packet = self._protect.protect(packet) if self._protect else packet
        try:
            self._rtp.sendto(packet, remote)
        except OSError:  # nobody listens there (any more): the other side's result says so
            pass
        self._sequence = self._sequence + 1 & 0xFFFF
        self._sent += 1


def _open_pair(host, address):
    """Two sockets on an even port and the next (RFC 3550 11)."""
    for port in random.sample(PORTS, 100):
        opened = []
        try:
            for number in (port, port + 1):
                opened.append(host.socket(socket.SOCK_DGRAM, number, address))
        except OSError:
            for sock in opened:
                sock.close()
            continue
        return *opened, port
    raise RuntimeError(f"no free pair of ports on {address}")
