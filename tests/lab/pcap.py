# SPDX-License-Identifier: GPL-2.0-or-later
"""UDP out of a capture of tcpdump: what was on the wire, whoever sent it."""
import socket
import struct

from lab.media import Packet

_MAGIC = 0xA1B2C3D4
# Link types, Ethernet (also that of lo) and Linux's two "cooked": length of the header, where the protocol stands.
_HEADERS = {1: (14, 12), 113: (16, 14), 276: (20, 0)}
_IPV4 = 0x0800


def packets_to(path, address, port):
    """The datagrams that went to address:port, in order, as lab.media.Packet."""
    return [Packet(when, source, data) for when, source, target, data in _udp(path.read_bytes())
            if target == (address, port)]


def packets_from(path, address, port):
    """Likewise, those that came from there."""
    return [Packet(when, source, data) for when, source, _, data in _udp(path.read_bytes()) if source == (address, port)]


def _udp(raw):
    """(seconds, source, target, payload) of every UDP packet over IPv4 that is no fragment."""
    magic, link = struct.unpack("=I16xI", raw[:24])
    if magic != _MAGIC:
        raise ValueError("not a pcap file of this machine")
    header, protocol = _HEADERS[link]
    at = 24
    while at + 16 <= len(raw):
        seconds, microseconds, length = struct.unpack("=III", raw[at:at + 12])
        frame = raw[at + 16:at + 16 + length]
        at += 16 + length
        ip = frame[header:]
        if frame[protocol:protocol + 2] != _IPV4.to_bytes(2, "big") or ip[9] != socket.IPPROTO_UDP:
            continue
        start = (ip[0] & 15) * 4
        source_port, target_port, size = struct.unpack("!HHH", ip[start:start + 6])
        yield (seconds + microseconds / 1e6, (socket.inet_ntoa(ip[12:16]), source_port),
               (socket.inet_ntoa(ip[16:20]), target_port), ip[start + 8:start + size])
