# SPDX-License-Identifier: GPL-2.0-or-later
"""rtpengine's control protocol (ng): a dictionary in bencode behind a cookie, over UDP."""
import os
import socket


def encode(value):
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, dict):
        return b"d" + b"".join(encode(k) + encode(v) for k, v in sorted(value.items())) + b"e"
    if isinstance(value, (list, tuple)):
        return b"l" + b"".join(map(encode, value)) + b"e"
    raw = value if isinstance(value, bytes) else value.encode()
    return b"%d:" % len(raw) + raw


def decode(text):
    value, rest = _decode(text)
    if rest:
        raise ValueError(f"{len(rest)} bytes behind the value")
    return value


def _decode(text):
    """The first value, its strings as str, and what stands behind it."""
    kind = text[:1]
    if kind == b"i":
        number, _, rest = text[1:].partition(b"e")
        return int(number), rest
    if kind in (b"l", b"d"):
        items, rest = [], text[1:]
        while rest[:1] != b"e":
            item, rest = _decode(rest)
            items.append(item)
        return (items if kind == b"l" else dict(zip(items[::2], items[1::2]))), rest[1:]
    length, _, rest = text.partition(b":")
    return rest[:int(length)].decode(), rest[int(length):]


class Ng:
    """Asks the rtpengine that listens at (address, port), from a socket of host."""

    def __init__(self, host, address, port, timeout=2.0):
        self._there = address, port
        self._socket = host.socket(socket.SOCK_DGRAM, 0, address)
        self._socket.settimeout(timeout)

    def close(self):
        self._socket.close()

    def ask(self, command, **words):
        """The answer to a command, as a dictionary; '_' in a name stands for '-'."""
        request = {"command": command} | {name.replace("_", "-"): value for name, value in words.items()}
        # rtpengine answers a second request with the same cookie as it did the first
        cookie = os.urandom(6).hex().encode()
        self._socket.sendto(cookie + b" " + encode(request), self._there)
        while True:
            got, _, answer = self._socket.recv(65535).partition(b" ")
            if got == cookie:
                return decode(answer)

    def describe(self, command, sdp, flags, **words):
        """The SDP that rtpengine makes of an offer or answer. RuntimeError with its words where it makes none."""
        answer = self.ask(command, sdp=sdp, rtpp_flags=flags, **words)
        if answer["result"] != "ok" or "sdp" not in answer:
            raise RuntimeError(f"{command}: {answer.get('error-reason') or answer['result']}")
        return answer["sdp"]
