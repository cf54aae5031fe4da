# SPDX-License-Identifier: GPL-2.0-or-later
"""SRTP and SRTCP with AES_CM_128_HMAC_SHA1_80, the one suite of Lync (RFC 3711)."""
import hashlib
import hmac
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

SUITE = "AES_CM_128_HMAC_SHA1_80"
KEY_LENGTH = 30  # master key 16, master salt 14: what stands behind inline: (RFC 4568 6.1)
_TAG = 10
_E_BIT = 0x80000000


class AuthenticationFailed(Exception):
    """The tag of a packet is not that of its bytes and our key."""


def keystream(key, iv, data):
    """AES in counter mode: data encrypted, or decrypted."""
    return Cipher(algorithms.AES(key), modes.CTR(iv)).encryptor().update(data)


def derive(master, label, length):
    """A session key of the master key and salt: RFC 3711 4.3.1, key derivation rate 0."""
    salt = int.from_bytes(master[16:KEY_LENGTH], "big") ^ label << 48
    return keystream(master[:16], salt.to_bytes(14, "big") + bytes(2), bytes(length))


class _Keys:
    """Session keys of one kind of packet."""

    def __init__(self, master, first_label):
        self.cipher = derive(master, first_label, 16)
        self.auth = derive(master, first_label + 1, 20)
        self.salt = int.from_bytes(derive(master, first_label + 2, 14), "big") << 16

    def crypt(self, ssrc, index, data):
        iv = self.salt ^ ssrc << 64 ^ index << 16  # RFC 3711 4.1.1
        return keystream(self.cipher, iv.to_bytes(16, "big"), data)

    def tag(self, *parts):
        return hmac.new(self.auth, b"".join(parts), hashlib.sha1).digest()[:_TAG]


class Context:
    """One direction of one stream: its keys, and how far its packet index has come.

    index: of the last packet of each SSRC before the first, where another key has come to that; else each begins with
    roll-over counter 0 (RFC 3711 3.2.3: an SSRC has a context of its own).
    mki: the bytes every packet carries when the a=crypto line names a master key identifier (RFC 4568 6.1).
    """

    def __init__(self, master, mki=b"", index=None):
        if len(master) != KEY_LENGTH:
            raise ValueError(f"key and salt are {KEY_LENGTH} bytes, not {len(master)}")
        self.master, self.mki = master, mki
        self._rtp, self._rtcp = _Keys(master, 0), _Keys(master, 3)
        self.index = dict(index or {})  # of RTP, SSRC -> roll-over counter and sequence number (RFC 3711 3.3.1)
        self._rtcp_index = 0

    @property
    def roc(self):
        """The highest one."""
        return max(self.index.values(), default=0) >> 16

    def protect(self, packet):
        sequence, ssrc, payload = _fields(packet)
        roc = self._roc_of(ssrc, sequence)
        encrypted = packet[:payload] + self._rtp.crypt(ssrc, roc << 16 | sequence, packet[payload:])
        self._follow(ssrc, sequence, roc)
        return encrypted + self.mki + self._rtp.tag(encrypted, struct.pack("!I", roc))

    def unprotect(self, packet):
        body = self._without_trailer(packet)
        sequence, ssrc, payload = _fields(body)
        roc = self._roc_of(ssrc, sequence)
        if not hmac.compare_digest(self._rtp.tag(body, struct.pack("!I", roc)), packet[-_TAG:]):
            raise AuthenticationFailed
        self._follow(ssrc, sequence, roc)
        return body[:payload] + self._rtp.crypt(ssrc, roc << 16 | sequence, body[payload:])

    def protect_rtcp(self, packet):
        ssrc, index = int.from_bytes(packet[4:8], "big"), self._rtcp_index
        self._rtcp_index += 1
        body = packet[:8] + self._rtcp.crypt(ssrc, index, packet[8:]) + struct.pack("!I", _E_BIT | index)
        return body + self.mki + self._rtcp.tag(body)

    def unprotect_rtcp(self, packet):
        body = self._without_trailer(packet)
        if len(body) < 12 or not hmac.compare_digest(self._rtcp.tag(body), packet[-_TAG:]):
            raise AuthenticationFailed
        ssrc, index = int.from_bytes(body[4:8], "big"), int.from_bytes(body[-4:], "big")
        if not index & _E_BIT:
            return body[:-4]
        return body[:8] + self._rtcp.crypt(ssrc, index & ~_E_BIT, body[8:-4])

    def _without_trailer(self, packet):
        end = len(packet) - _TAG
        if packet[end - len(self.mki):end] != self.mki:
            raise AuthenticationFailed
        return packet[:end - len(self.mki)]

    def _roc_of(self, ssrc, sequence):
        """The roll-over counter that a sequence number most probably has: RFC 3711 3.3.1 and appendix A."""
        if ssrc not in self.index:
            return 0
        roc, highest = divmod(self.index[ssrc], 1 << 16)
        if highest < 0x8000:
            return roc - 1 if sequence - highest > 0x8000 and roc else roc
        return roc + 1 if highest - 0x8000 > sequence else roc

    def _follow(self, ssrc, sequence, roc):
        self.index[ssrc] = max(self.index.get(ssrc, 0), roc << 16 | sequence)


def _fields(packet):
    """Sequence number, SSRC and where the payload begins (RFC 3550 5.1, 5.3.1)."""
    if len(packet) < 12:
        raise AuthenticationFailed
    start = 12 + 4 * (packet[0] & 15)
    if packet[0] & 0x10:
        start += 4 + 4 * int.from_bytes(packet[start + 2:start + 4], "big")
    return int.from_bytes(packet[2:4], "big"), int.from_bytes(packet[8:12], "big"), start


def flipped(data, bit=0):
    """The bytes with one bit turned: the lab proves with it that a wrong key or packet is noticed."""
    return bytes([*data[:bit // 8], data[bit // 8] ^ 1 << bit % 8, *data[bit // 8 + 1:]])
