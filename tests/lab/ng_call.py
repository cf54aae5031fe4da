# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls made of ng messages alone: what the SBC tells rtpengine for two media profiles, and what comes of it."""
import base64
import json
import re
import subprocess

from lab import paths
from lab.ng import Ng
from lab.net import NamespaceLab
from lab.sbc import NG_PORT, Sbc

# encoding name -> payload type, clock; those without a number of their own (RFC 3551) as in most traces
PAYLOADS = {"PCMU": (0, "8000"), "PCMA": (8, "8000"), "G722": (9, "8000"), "G729": (18, "8000"), "GSM": (3, "8000"),
            "G723": (4, "8000"), "speex": (97, "8000"), "opus": (96, "48000/2"), "CN": (13, "8000"),
            "telephone-event": (101, "8000")}
OTHER_SIDE = {"lync": "pstn", "pstn": "lync"}
_RTPMAP = re.compile(r"^a=rtpmap:(\d+) ([^/]+)/(.+?)\r?$", re.M)


class Profiles:
    """What lync-sbc profiles says: by_name[name], and flags(from, to, "offer", bare)."""

    def __init__(self, *plan):
        told = json.loads(subprocess.check_output([paths.TOOL, "profiles", "--json", *plan]))
        self.by_name = {profile["name"]: profile for profile in told["profiles"]}
        self._flags = {(way["from"], way["to"], way["bare"]): way for way in told["flags"]}

    def flags(self, sender, receiver, kind, bare=False):
        return self._flags[sender, receiver, bare][kind]

    def twice(self, sender, receiver):
        return (sender, receiver, True) in self._flags

    def pairs(self):
        return [(sender, receiver) for sender, receiver, bare in self._flags if not bare]


class Rtpengine:
    """The daemon as the lab starts it, in a network of its own, and who asks it."""

    def __init__(self, folder):
        self.lab = NamespaceLab()
        self._sbc = Sbc(self.lab, folder, None, plan=paths.EXAMPLE_PLAN)
        self._sbc.start_rtpengine()
        self.ng = Ng(self.lab["sbc"], self.lab.control, (self.lab.control, NG_PORT))

    @property
    def daemon(self):
        return self._sbc.rtpengine

    def close(self):
        self.ng.close()
        self._sbc.stop()
        self.lab.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Party:
    """One side of a call. key: 30 bytes, for SRTP. takes: how it answers an optional offer, "RTP/SAVP", "RTP/AVP" or
    "RTP/AVP without"."""

    def __init__(self, profile, address, port, key, takes="RTP/SAVP"):
        self.profile, self.address, self.port, self.key, self._takes = profile, address, port, key, takes
        self._crypto = f"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{base64.b64encode(key).decode()}|2^31"

    @property
    def side(self):
        return self.profile["side"]

    def offer(self):
        """All that its profile names. An optional one as the SBC reads it: RTP/SAVP."""
        names = self.profile["codecs"].split()
        if self.profile["dtmf"] == "rfc4733" and "telephone-event" not in names:
            names.append("telephone-event")
        srtp = self.profile["srtp"] != "none"
        clocks = {"telephone-event": "48000"} if names[0] == "opus" else {}  # RFC 4733 2.1: as the audio's
        return self._write([(PAYLOADS[n][0], n, clocks.get(n, PAYLOADS[n][1])) for n in names], "RTP/SAVP" if srtp else "RTP/AVP", srtp)

    def answer(self, offered):
        """One codec of the offer, with telephone-event where it is offered and the profile has it."""
        maps = [(int(number), name, clock) for number, name, clock in _RTPMAP.findall(offered)]
        codec = next(m for m in maps if m[1] in self.profile["codecs"].split() and m[1] not in ("CN", "telephone-event"))
        events = [m for m in maps if m[1] == "telephone-event" and self.profile["dtmf"] == "rfc4733"]
        takes = {"none": "RTP/AVP without", "required": "RTP/SAVP"}.get(self.profile["srtp"], self._takes)
        return self._write([codec, *events], takes.split()[0], not takes.endswith("without"))

    def _write(self, maps, protocol, srtp):
        lines = ["v=0", f"o=- 1 1 IN IP4 {self.address}", "s=-", f"c=IN IP4 {self.address}", "t=0 0",
                 f"m=audio {self.port} {protocol} " + " ".join(str(number) for number, _, _ in maps),
                 *(f"a=rtpmap:{number} {name}/{clock}" for number, name, clock in maps),
                 *(f"a=fmtp:{number} 0-16" for number, name, _ in maps if name == "telephone-event"),
                 "a=ptime:20", "a=sendrecv", *([self._crypto] if srtp else [])]
        return "".join(f"{line}\r\n" for line in lines)


def bare(sdp):
    """As ly_sdp_bare()."""
    return re.sub(r"a=crypto:.*\r\n", "", sdp).replace(" RTP/SAVP ", " RTP/AVP ")


class Call:
    """Between two parties. Each SDP passes rtpengine as the SBC has it passed."""

    def __init__(self, ng, profiles, call_id):
        self._ng, self._profiles, self._call_id = ng, profiles, call_id
        self._offered = self._answered = False

    def offer(self, sender, receiver):
        """What the receiver gets of the sender's offer."""
        words = {"from_tag": sender.side, "call_id": self._call_id}
        if self._offered:
            words["to_tag"] = receiver.side
        made = self._pass("offer", sender, receiver, sender.offer(), words, not self._offered)
        self._offered = True
        return made

    def answer(self, sender, receiver, sdp):
        """What who made the offer gets of the answer that the sender gave."""
        words = {"from_tag": receiver.side, "to_tag": sender.side, "call_id": self._call_id}
        made = self._pass("answer", sender, receiver, sdp, words, not self._answered)
        self._answered = True
        return made

    def negotiate(self, caller, callee):
        """(offer as the callee gets it, its answer as the caller gets it)."""
        offered = self.offer(caller, callee)
        return offered, self.answer(callee, caller, callee.answer(offered))

    def delete(self):
        self._ng.ask("delete", call_id=self._call_id)

    def _pass(self, kind, sender, receiver, sdp, words, first):
        a, b = sender.profile["name"], receiver.profile["name"]
        direction = f"direction={sender.side} direction={receiver.side} " if kind == "offer" else ""
        if first and self._profiles.twice(a, b):
            self._ng.describe(kind, bare(sdp), direction + self._profiles.flags(a, b, kind, bare=True), **words)
        return self._ng.describe(kind, sdp, direction + self._profiles.flags(a, b, kind), **words)
