# SPDX-License-Identifier: GPL-2.0-or-later
"""A gateway to the telephone network: RFC 3261 over UDP, RTP without keys. It knows nothing of Lync."""
import os
import re

from lab.sdp import fill
from lab.sip import host_port
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
m=audio {port} RTP/AVP {payloads}
{formats}
a=ptime:20
a={direction}
"""
FORMATS = {0: ["rtpmap:0 PCMU/8000"], 8: ["rtpmap:8 PCMA/8000"],
           101: ["rtpmap:101 telephone-event/8000", "fmtp:101 0-15"]}

# What one who listens on the PSTN side must never read: keys, and how Lync looks from inside.
SECRETS = {
    "an SRTP key": rb"inline:", "a=crypto": rb"a=crypto",
    "a Microsoft header": rb"(?mi)^(x-)?ms[-_]|^p-dlg|^referred-by",
    "epid": rb"(?i);epid=", "ms-opaque": rb"(?i)ms-opaque", "maddr": rb"(?i);maddr=", "the product's name": rb"RTCC/",
    "a Microsoft attribute of SDP": rb"(?m)^a=(label|cryptoscale|x-|tcap|pcfg|encryption|maxptime)",
    "Lync's bandwidth line": rb"(?m)^b=CT",
}


class Gateway(Endpoint):
    """codecs: payload types in its order of preference."""
    RESPONSE = RESPONSE

    def __init__(self, *args, codecs=(8, 0), **kwargs):
        self.codecs = codecs
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
        payloads = [*self.codecs, 101]
        if offer:
            payloads = [next(p for p in self.codecs if p in offer.payloads), *(p for p in offer.payloads if p == 101)]
        return fill(SDP, session=4711, version=call.version, address=self.address, port=call.stream.port,
                    payloads=" ".join(map(str, payloads)), direction=direction,
                    formats="\n".join(f"a={line}" for p in payloads for line in FORMATS[p]))

    def check_offer(self, offer):
        assert offer.profile == "RTP/AVP" and not offer.cryptos, f"offered {offer.profile}"
        assert offer.streams == 1, f"{offer.streams} streams were offered"

    check_answer = check_offer


def secrets(endpoint, more=()):
    """What an endpoint was told that it must not know, as "what: line". more: strings that are secret in this test."""
    patterns = SECRETS | {repr(word): re.escape(word.encode()) for word in more}
    return [f"{what}: {line.decode('utf-8', 'replace')}" for entry in endpoint.log if not entry.sent
            for what, pattern in patterns.items() for line in entry.message.raw.split(b"\r\n")
            if re.search(pattern, line)]
