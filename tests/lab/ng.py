# SPDX-License-Identifier: GPL-2.0-or-later
"""rtpengine's control protocol "ng" over UDP: a cookie, a blank, a dictionary in bencode."""
import itertools
import os
import socket
import struct
import time

_SO_TIMESTAMPNS = 35


def encode(value):
    """bytes of an int, a text, a list or a dictionary."""
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, list):
        return b"l" + b"".join(map(encode, value)) + b"e"
    if isinstance(value, dict):
        return b"d" + b"".join(encode(k) + encode(v) for k, v in sorted(value.items())) + b"e"
    text = value.encode()
    return b"%d:%s" % (len(text), text)


def decode(data):
    """The value that stands in the bytes. Raises ValueError where more stands behind it."""
    value, end = _decode(data, 0)
    if end != len(data):
        raise ValueError(f"{len(data) - end} bytes too many")
    return value


def _decode(data, at):
    kind = data[at:at + 1]
    if kind == b"i":
        end = data.index(b"e", at)
        return int(data[at + 1:end]), end + 1
    if kind in (b"l", b"d"):
        items, at = [], at + 1
        while data[at:at + 1] != b"e":
            item, at = _decode(data, at)
            items.append(item)
        return (items if kind == b"l" else dict(zip(items[::2], items[1::2]))), at + 1
    colon = data.index(b":", at)
    start = colon + 1
    end = start + int(data[at:colon])
    return data[start:end].decode("utf-8", "replace"), end


class Refused(Exception):
    """rtpengine's answer says error."""


class Ng:
    """A client on a host of the lab. target: (address, port) of rtpengine."""

    def __init__(self, host, address, target, timeout=3.0):
        self._socket, self._target = host.socket(socket.SOCK_DGRAM, 0, address), target
        self._socket.settimeout(timeout)
        self._socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self._cookies = map(f"{os.urandom(4).hex()}_{{}}".format, itertools.count())
        self.took = 0.0  # seconds from the last request to the arrival of its answer

    def ask(self, command, **fields):
        """The answer, as a dictionary. "_" in a name of fields stands for "-". Raises Refused, TimeoutError."""
        request = {"command": command} | {name.replace("_", "-"): value for name, value in fields.items()}
        cookie = next(self._cookies).encode()
        datagram = cookie + b" " + encode(request)
        began = time.time()
        self._socket.sendto(datagram, self._target)
        while True:
            data, control, _, _ = self._socket.recvmsg(65535, 64)
            if data.startswith(cookie + b" "):
                break
        # when the kernel had it: how long this process then waited for a CPU is not rtpengine's
        seconds, nanoseconds = struct.unpack("qq", control[0][2][:16])
        self.took = seconds + nanoseconds / 1e9 - began
        answer = decode(data.partition(b" ")[2])
        if answer["result"] not in ("ok", "pong"):
            raise Refused(f"{command}: {answer.get('error-reason', answer)}")
        return answer

    def describe(self, command, sdp, flags, **fields):
        """The SDP that rtpengine makes of an offer or answer. Raises Refused where it makes none."""
        answer = self.ask(command, sdp=sdp, rtpp_flags=flags, **fields)
        if "sdp" not in answer:
            raise Refused(f"{command}: an answer without SDP")
        return answer["sdp"]

    def close(self):
        self._socket.close()
