# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls as rtpengine knows them, set up over ng alone: SRTP with Lync, RTP with the gateway, half of them from each."""
import base64
import itertools
import os
import re
import socket
import subprocess

from lab.ng import Ng
from lab.paths import BUILD
from lab.sbc import NG_PORT
from lab.srtp import KEY_LENGTH

OUR_KEY = os.urandom(KEY_LENGTH)
SIDES = ("lync", "pstn")
_numbers = itertools.count(1)

# The barest that give the same media: the protocol, and of twelve suites and DTLS the one that Lync has.
BARE = {"lync offer": "RTP/AVP", "lync answer": "",
        "pstn offer": "RTP/SAVP DTLS=off SDES-only-AES_CM_128_HMAC_SHA1_80", "pstn answer": ""}


def module_flags():
    """What the module composes: see media_flags.c."""
    lines = subprocess.run([BUILD / "bench/media_flags"], capture_output=True, text=True, check=True).stdout.splitlines()
    # and what it puts before them (lync_media.c)
    direction = {"lync": "direction=lync direction=pstn", "pstn": "direction=pstn direction=lync"}
    found = {}
    for caller, what, text in (line.split(" ", 2) for line in lines):
        found[f"{caller} {what}"] = f"{direction[caller]} {text}" if what == "offer" else text
    return found


class Ends:
    """The sockets of both ends, which all calls share: an even port for RTP and the next for RTCP."""

    def __init__(self, lab):
        self.hosts = {"lync": lab["med1"], "pstn": lab["gw"]}
        self.ports = {"lync": 50000, "pstn": 20000}
        self.sockets = [self.hosts[side].socket(socket.SOCK_DGRAM, self.ports[side] + n) for side in SIDES for n in (0, 1)]

    def sdp(self, side):
        address, port = self.hosts[side].address, self.ports[side]
        lines = ["v=0", f"o=- 1 1 IN IP4 {address}", "s=session", f"c=IN IP4 {address}", "t=0 0",
                 f"m=audio {port} {'RTP/SAVP' if side == 'lync' else 'RTP/AVP'} 8 0 101"]
        if side == "lync":
            key = base64.b64encode(OUR_KEY).decode()
            lines += [f"a=rtcp:{port + 1}", f"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{key}|2^31"]
        lines += ["a=rtpmap:8 PCMA/8000", "a=rtpmap:0 PCMU/8000", "a=rtpmap:101 telephone-event/8000",
                  "a=fmtp:101 0-16", "a=ptime:20", "a=sendrecv"]
        return "".join(f"{line}\r\n" for line in lines)

    def close(self):
        for sock in self.sockets:
            sock.close()


class Call:
    """One call; caller: "lync" or "pstn". flags: as BARE."""

    def __init__(self, ng, ends, flags, caller):
        self._ng, self._ends, self._flags = ng, ends, flags
        self.id = f"bench-{os.getpid()}-{next(_numbers)}@example.net"
        self.caller, self.callee = caller, SIDES[caller == "lync"]
        self._made = {}  # side that it is for -> rtpengine's SDP

    def offer(self):
        self._made[self.callee] = self._command("offer", self.caller, from_tag=self.caller)

    def answer(self):
        self._made[self.caller] = self._command("answer", self.callee, from_tag=self.caller, to_tag=self.callee)

    def delete(self):
        self._ng.ask("delete", call_id=self.id, from_tag=self.caller)

    def _command(self, what, sender, **tags):
        flags = self._flags[f"{self.caller} {what}"]
        more = {"rtpp_flags": flags} if flags else {}
        return self._ng.ask(what, call_id=self.id, sdp=self._ends.sdp(sender), **tags, **more)["sdp"]

    def line(self):
        """What media_load wants to know of it."""
        key = re.search(r"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:([\w+/]{40})", self._made["lync"])[1]
        return f"{self._place('lync')} {base64.b64decode(key).hex()} {self._place('pstn')}"

    def _place(self, side):
        """Where rtpengine takes packets of a side."""
        sdp = self._made[side]
        return re.search(r"c=IN IP4 (\S+)", sdp)[1] + ":" + re.search(r"m=audio (\d+)", sdp)[1]


def client(lab):
    return Ng(lab["sbc"], lab.control, (lab.control, NG_PORT))


def set_up(ng, ends, flags, count):
    """So many calls, answered; every second one from the gateway."""
    calls = [Call(ng, ends, flags, SIDES[n % 2]) for n in range(count)]
    for call in calls:
        call.offer()
        call.answer()
    return calls


def end(calls):
    for call in calls:
        call.delete()
