# SPDX-License-Identifier: GPL-2.0-or-later
"""A gateway to the telephone network: RFC 3261 over UDP. It knows nothing of Lync."""
import os
import re

from lab.codecs import CODECS, codec_of
from lab.sdp import Crypto, fill
from lab.sip import host_port
from lab.srtp import SUITE
from lab.ua import Endpoint

INVITE = """
{method} {uri} SIP/2.0
Via: {via}
Max-Forwards: 70
{routes}
From: {from_}
To: {to}
Call-ID: {call_id}
CSeq: {cseq} {method}
{contact}
Allow: INVITE, ACK, CANCEL, BYE, OPTIONS
User-Agent: gateway
{extra}
{content_type}
Content-Length: {length}
"""
OTHER = INVITE.replace("{contact}\nAllow: INVITE, ACK, CANCEL, BYE, OPTIONS\n", "")
RESPONSE = """
SIP/2.0 {code} {reason}
{vias}
{record_routes}
From: {from_}
To: {to}
Call-ID: {call_id}
CSeq: {cseq}
{contact}
Server: gateway
{extra}
{content_type}
Content-Length: {length}
"""
SDP = """
v=0
o=gateway {session} {version} IN IP4 {address}
s=-
c=IN IP4 {address}
t=0 0
m=audio {port} {profile} {payloads}
{crypto}
{formats}
a=ptime:20
a={direction}
"""
EVENTS = ["rtpmap:{number} telephone-event/{clock}", "fmtp:{number} 0-15"]

# What a gateway can be, by the name of its media profile: options of Gateway.
KINDS = {
    "gateway-rtp": {},
    "gateway-srtp": {"srtp": True},
    "gateway-g729": {"codecs": (18,)},
    "gateway-g722": {"codecs": (9,)},
    "gateway-opus": {"codecs": (111,), "events_clock": 48000},
    "gateway-inband-dtmf": {"events": None},
    "gateway-info-dtmf": {"events": None},
    "gateway-events-96": {"events": 96},
    "gateway-events-100": {"events": 100},
}

# What one who listens on the PSTN side must never read: keys, and how Lync looks from inside.
SECRETS = {
    "an SRTP key": rb"inline:", "a=crypto": rb"a=crypto",
    "a Microsoft header": rb"(?mi)^(x-)?ms[-_]|^p-dlg|^referred-by",
    "epid": rb"(?i);epid=", "ms-opaque": rb"(?i)ms-opaque", "maddr": rb"(?i);maddr=", "the product's name": rb"RTCC/",
    "a Microsoft attribute of SDP": rb"(?m)^a=(label|cryptoscale|x-|tcap|pcfg|encryption|maxptime)",
    "Lync's bandwidth line": rb"(?m)^b=CT",
}


class Gateway(Endpoint):
    """codecs: payload types of lab.codecs, in its order of preference. events: the payload type of its digits (RFC 4733);
    None: digits are tones in the audio, or INFO. events_clock: RFC 4733 2.1: as the audio's. srtp: RTP/SAVP with one key
    line. rekey: every SDP of a call has a new key.
    """
    RESPONSE = RESPONSE

    def __init__(self, *args, codecs=(8, 0), events=101, events_clock=8000, srtp=False, rekey=False, **kwargs):
        self.codecs, self.srtp, self.rekey = codecs, srtp, rekey
        self.events, self.events_clock = events, events_clock
        super().__init__(*args, **kwargs)

    def template(self, method):
        return INVITE if method in ("INVITE", "UPDATE") else OTHER

    def contact(self):
        return f"sip:{self.name}@{self.address}:{self.port}"

    def caller(self, user="+4930654321", display=""):
        return f"{display}<sip:{user}@{self.address}>"

    def callee(self, number):
        return f"<sip:{number}@{host_port(self.outbound)[0]}>"

    def number_uri(self, number):
        host, port = host_port(self.outbound)
        return f"sip:{number}@{host}:{port}"

    def to_params(self, tag):
        return f";tag={tag}"

    def new_call_id(self):
        return f"{os.urandom(8).hex()}@{self.address}"

    def describe(self, call, direction, offer=None):
        numbers = self._chosen(offer) if offer else {number: call.numbers.get(number, number) for number in self.codecs}
        events = self.events and (offer.events(self.events_clock) if offer else self.events)
        return fill(SDP, session=4711, version=call.version, address=self.address, port=call.stream.port,
                    profile="RTP/SAVP" if self.srtp else "RTP/AVP", crypto=self._crypto(call, offer),
                    payloads=" ".join(str(p) for p in (*numbers.values(), events) if p is not None),
                    formats="\n".join(self._formats(numbers, events)), direction=direction)

    def _chosen(self, offer):
        """The first of ours that is offered, as {payload type of ours: number in the offer}."""
        offered = {codec.payload_type: p for p in offer.payloads[::-1] for codec in [codec_of(offer, p)] if codec}
        own = next((p for p in self.codecs if p in offered), None)
        assert own is not None, f"none of the codecs of {self.name} was offered, but {offer.payloads}"
        return {own: offered[own]}

    def _formats(self, numbers, events):
        for own, number in numbers.items():
            yield f"a=rtpmap:{number} {CODECS[own].rtpmap}"
            if CODECS[own].fmtp:
                yield f"a=fmtp:{number} {CODECS[own].fmtp}"
        if events is not None:
            yield from (f"a={line.format(number=events, clock=self.events_clock)}" for line in EVENTS)

    def _crypto(self, call, offer):
        """The one key line: the key is ours as long as the tag stays, or until a new one is wanted."""
        if not self.srtp:
            return ""
        tag = offer.cryptos[0].tag if offer else 1
        if call.rekey or not call.local_cryptos or call.local_cryptos[0].tag != tag:
            call.local_cryptos = [Crypto.new(tag)]
        return call.local_cryptos[0]

    def check_offer(self, offer):
        """What this kind of gateway would not understand fails the scenario."""
        wanted, lines = ("RTP/SAVP", 1) if self.srtp else ("RTP/AVP", 0)
        assert (offer.profile, len(offer.cryptos)) == (wanted, lines), f"{offer.profile}, {len(offer.cryptos)} key lines"
        assert all((c.suite, c.mki) == (SUITE, None) for c in offer.cryptos), "another suite than the one, or MKI"
        assert offer.streams == 1, f"{offer.streams} streams were offered"

    check_answer = check_offer


def secrets(endpoint, more=()):
    """What an endpoint was told that it must not know, as "what: line". more: strings that are secret in this test."""
    patterns = SECRETS | {repr(word): re.escape(word.encode()) for word in more}
    return [f"{what}: {line.decode('utf-8', 'replace')}" for entry in endpoint.log if not entry.sent
            for what, pattern in patterns.items() for line in entry.message.raw.split(b"\r\n")
            if re.search(pattern, line)]
