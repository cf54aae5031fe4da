# SPDX-License-Identifier: GPL-2.0-or-later
"""RTP on the wire: a port pair that sends a tone every 20 ms and keeps every packet that comes."""
import collections
import functools
import random
import select
import socket
import struct
import threading
import time

from lab import digits, tone
from lab.codecs import CODECS
from lab.media import Packet, analyse
from lab.rtcp import reports
from lab.srtp import Context

PORTS = range(49152, 57500, 2)  # Lync's default audio ports
PERIOD = 0.02  # seconds a packet
IDLE = 0.04  # more seconds to sleep with nothing to send: hundreds of streams may be open


class Stream:
    """Audio of one call at one endpoint. Sends and receives in a thread of its own from open to close.

    sequence: of the first packet; without it one that needs long to wrap.
    """
    keeps_roc = True  # a new key goes on with the old one's roll-over counter (RFC 3711 3.3.1); False: it begins at 0

    def __init__(self, host, address=None, sequence=None):
        self._place = host, address or host.address
        self._rtp, self._rtcp, self.port = _open_pair(*self._place)
        self._left = []  # sockets that it has gone from
        self.packets = []
        self._remote = self._frames = self._protect = self._events_agreed = None
        self._receive = {}  # how to read what comes: payload_type, codec, key, mki, index
        self._queue = collections.deque()  # what goes out instead: payload type, payload, whether it goes on; None: nothing else
        self._sequence = random.randrange(30000) if sequence is None else sequence
        self._step = 1
        self._timestamp = self._event_timestamp = random.randrange(1 << 31)
        self._ssrc = random.randrange(1 << 32)
        self._sent = self._at = 0
        self._since = 0.0
        self._deaf = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"rtp {self.port}", daemon=True)
        self._thread.start()

    @property
    def remote(self):
        """(address, port) that it sends to; None on hold."""
        return self._remote

    def connect(self, remote, payload_type, protect=None, receive_key=None, receive_mki=b"", codec=None, events=None):
        """What was agreed: where to send (None: nowhere), and the keys of both ways (srtp.Context, bytes).

        codec: where RFC 3551 does not say it. events: of digits (payload type to send, to receive, clock), or None.
        """
        codec = codec or CODECS[payload_type]
        receive = {"payload_type": payload_type, "codec": codec, "key": receive_key, "mki": receive_mki,
                   "index": self._index_before(receive_key)}
        if receive != self._receive:
            self._receive = receive
            self.mark()
        if protect is None or self._protect is None or protect.master != self._protect.master:
            if protect and self._protect and self.keeps_roc:
                protect = Context(protect.master, protect.mki, self._protect.index)
            self._protect = protect
        self._remote, self._events_agreed = remote, events

    def _index_before(self, key):
        """Of the last packet before those with that key, where it is a new one."""
        old = self._receive
        if not old or old["key"] == key:
            return old.get("index")
        return self.result(0).index if self.keeps_roc and key else None

    def move(self):
        """Sends and receives at another pair of ports than the one that was told, as one behind NAT does."""
        self._left += [self._rtp, self._rtcp]
        self._rtp, self._rtcp, _ = _open_pair(*self._place)
        time.sleep(0.05)  # the thread may still listen at the old ones

    def talk(self, hz):
        """Sends a tone from now on; 0 stops."""
        self._at = 0
        self._frames = _tone(self._receive["codec"], hz) if hz else None

    def play(self, samples):
        """Sends these samples over and over, whole frames of them; None stops."""
        self._at = 0
        self._frames = self._receive["codec"].pack(samples or []) or None

    def leap(self, step=1):
        """From now on each packet's number is `step` above the last: a long call in few packets. Below 2^15 a receiver
        must be able to follow (RFC 3711 3.3.1)."""
        self._step = step

    def dial(self, text, in_band=False):
        """Sends digits: as events (RFC 4733), or as tones in the audio. Returns how long that takes, in seconds."""
        if not in_band:
            assert self._events_agreed, "no events were agreed"
            payload_type, _, clock = self._events_agreed
            return sum(self.press(digits.EVENTS.index(digit), payload_type, clock) + self._pause() for digit in text)
        frames = self._receive["codec"].pack(digits.tones(text))
        self._queue.extend((self._receive["payload_type"], frame, False) for frame in frames)
        return len(frames) * PERIOD

    def press(self, event, payload_type, clock=tone.RATE):
        """Sends an event (RFC 4733) in place of the next frames. Returns how long that takes, in seconds."""
        payloads = digits.event(event, clock)
        self._queue.extend((payload_type, payload, number > 0) for number, payload in enumerate(payloads))
        return len(payloads) * PERIOD

    def _pause(self):
        """Sends what is talked, or nothing, for as long as between two digits."""
        self._queue.extend([None] * digits.PAUSE)
        return digits.PAUSE * PERIOD

    def use_key(self, master):
        """Sends with another key (and salt) than was told."""
        self._protect = Context(master, self._protect.mki, self._protect.index)

    def deafen(self):
        """Reads nothing until hear(): of a hundred calls at once this process could not read all."""
        self._deaf = True

    def hear(self):
        """Reads again, but not what came meanwhile."""
        for sock in (self._rtp, self._rtcp):
            while select.select([sock], [], [], 0)[0]:
                sock.recv(1)
        self._deaf = False

    def mark(self):
        """What result() judges begins here. Packets that were on their way are given time to come."""
        self._since = time.monotonic()

    def result(self, expected_hz, **changed):
        """Judges what came since mark(). changed: another key, mki or list of packets, to prove a negative."""
        return analyse(**{"packets": list(self.packets), "since": self._since, "expected_hz": expected_hz,
                          **self._receive, **changed})

    def dialled(self, in_band=False, since=None):
        """The digits that came since mark(), or since another time."""
        heard = {"packets": list(self.packets), "since": self._since if since is None else since, **self._receive}
        return digits.heard(**heard) if in_band else digits.told(**heard, event_type=self.events)

    def reports(self, **changed):
        """The RTCP that came since mark(), as lab.rtcp.Reports. changed: as with result()."""
        return reports(**{"packets": list(self.packets), "since": self._since, "until": time.monotonic(),
                          "key": self._receive["key"], "mki": self._receive["mki"], **changed})

    @property
    def sending_roc(self):
        """How often the sequence numbers of what is sent have wrapped, as its SRTP counts; 0 without SRTP."""
        return self._protect.roc if self._protect else 0

    @property
    def payload_type(self):
        """What was agreed last, None before."""
        return self._receive.get("payload_type")

    @property
    def events(self):
        """The payload type of the digits that come, None where no events were agreed."""
        return self._events_agreed[1] if self._events_agreed else None

    @property
    def receive_key(self):
        return self._receive["key"]

    @property
    def sent(self):
        return self._sent

    @property
    def sending(self):
        """Whether it has something to send, and is allowed to."""
        return bool(self._remote and self._frames)

    @property
    def came(self):
        """How many RTP packets since mark()."""
        return sum(not packet.rtcp and packet.when >= self._since for packet in list(self.packets))

    def close(self):
        self._stop.set()
        self._thread.join()
        for sock in (*self._left, self._rtp, self._rtcp):
            sock.close()

    def _run(self):
        due = time.monotonic()
        while not self._stop.is_set():
            until = due if self._frames or self._queue else due + IDLE
            listening = [] if self._deaf else [self._rtp, self._rtcp]
            ready, _, _ = select.select(listening, [], [], max(0.0, until - time.monotonic()))
            for sock in ready:
                try:
                    data, source = sock.recvfrom(4096)
                except OSError:  # an ICMP error of what we sent
                    continue
                self.packets.append(Packet(time.monotonic(), source, data, rtcp=sock is self._rtcp))
            if time.monotonic() >= due:
                late = int((time.monotonic() - due) / PERIOD) if not self._frames and not self._queue else 0
                self._send_next(1 + late)
                due += (1 + late) * PERIOD

    def _send_next(self, periods):
        """periods: since the last time; more than one where there was nothing to send."""
        frames, remote, receive = self._frames, self._remote, self._receive
        self._timestamp = self._timestamp + periods * (receive["codec"].ticks if receive else 0) & 0xFFFFFFFF
        if not remote or not (frames or self._queue):
            return
        event = self._queue.popleft() if self._queue else None
        if event:
            packet = self._event(*event)
        elif not frames:
            return
        else:
            packet = self._packet(receive["payload_type"], self._timestamp, frames[self._at % len(frames)])
            self._at += 1
        packet = self._protect.protect(packet) if self._protect else packet
        try:
            self._rtp.sendto(packet, remote)
        except OSError:  # nobody listens there (any more): the other side's result says so
            pass
        self._sequence = self._sequence + self._step & 0xFFFF
        self._sent += 1

    def _event(self, payload_type, payload, goes_on):
        """All packets of one event have the time at which it began, the first of them the marker bit (RFC 4733 2.1, 2.5)."""
        if not goes_on:
            self._event_timestamp = self._timestamp
        begins = payload_type != self._receive["payload_type"] and not goes_on
        return self._packet(payload_type | (0x80 if begins else 0), self._event_timestamp, payload)

    def _packet(self, second_byte, timestamp, payload):
        return struct.pack("!BBHII", 0x80, second_byte, self._sequence, timestamp, self._ssrc) + payload


@functools.lru_cache(64)
def _tone(codec, hz):
    """Packets that may be sent round and round. A codec with a memory falters where they begin again."""
    return codec.pack(tone.make(hz, tone.RATE * (5 if codec.memory else 1)))


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
