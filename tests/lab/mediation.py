# SPDX-License-Identifier: GPL-2.0-or-later
"""A Lync 2013 Mediation Server, to the byte: header names, their case and order, URI forms, SDP."""
import os
import re

from lab.sdp import Crypto, fill
from lab.sip import host_port
from lab.srtp import SUITE
from lab.ua import Endpoint

INVITE = """
{method} {uri} SIP/2.0
FROM: {from_}
TO: {to}
CSEQ: {cseq} {method}
CALL-ID: {call_id}
MAX-FORWARDS: 70
VIA: {via}
{routes}
{contact}
CONTENT-LENGTH: {length}
SUPPORTED: 100rel
USER-AGENT: RTCC/5.0.0.0 MediationServer
{content_type}
ALLOW: ACK
Allow: CANCEL,BYE,INVITE,PRACK,UPDATE
{extra}
"""
OTHER = """
{method} {uri} SIP/2.0
FROM: {from_}
TO: {to}
CSEQ: {cseq} {method}
CALL-ID: {call_id}
MAX-FORWARDS: 70
VIA: {via}
{routes}
CONTENT-LENGTH: {length}
USER-AGENT: RTCC/5.0.0.0 MediationServer
{content_type}
{extra}
"""
RESPONSE = """
SIP/2.0 {code} {reason}
{vias}
{record_routes}
FROM: {from_}
TO: {to}
CALL-ID: {call_id}
CSEQ: {cseq}
{contact}
SERVER: RTCC/5.0.0.0 MediationServer
CONTENT-LENGTH: {length}
{content_type}
{extra}
"""
SDP = """
v=0
o=- {session} {version} IN IP4 {address}
s=session
c=IN IP4 {address}
b=CT:1000
t=0 0
m=audio {port} {profile} {payloads}
c=IN IP4 {address}
{capabilities}
a=rtcp:{rtcp_port}
a=label:Audio
{cryptos}
a={direction}
{formats}
"""
FORMATS = {97: ["rtpmap:97 RED/8000"], 101: ["rtpmap:101 telephone-event/8000", "fmtp:101 0-16"],
           13: ["rtpmap:13 CN/8000"], 0: ["rtpmap:0 PCMU/8000"], 8: ["rtpmap:8 PCMA/8000"]}



def events_as(number):
    """The formats of digits with a number that is not Lync's own."""
    return [line.replace("101", str(number)) for line in FORMATS[101]]


# What the inside of Lync adds now and then; the PSTN side must never see it.
INSIDE_HEADERS = "\r\n".join((
    "Ms-Conversation-ID: Ac8aabbccddeeff",
    'ms-diagnostics: 10003;source="MED01.CONTOSO.EXAMPLE";reason="x";component="MediationServer"',
    "x-ms-call-source: ucm",
    'REFERRED-BY: <sip:ada@contoso.example>;ms-referee-uri="sip:ada@contoso.example";ms-identity="MIIBaaaa"'))

# What makes a Mediation Server answer 488 (or drop the media later), as patterns of an SDP line
REFUSED = {"rtcp-mux": r"a=rtcp-mux", "ICE": r"a=(candidate|ice-|remote-candidates)", "DTLS": r"a=(fingerprint|setup)",
           "a stream that is no audio": r"m=(?!audio|\w+ 0 )"}


class Mediation(Endpoint):
    """One server of the pool. maddr: whether its Contact names the address, as Lync 2013's does.

    srtp: SRTPMode Required; False: NotSupported. optional: SRTPMode Optional: offers say RTP/AVP, with keys, its
    own and those that it gets; what answers them must be SRTP. rekey: every offer of a call has new keys.
    """
    TRANSPORT = "TLS"
    RESPONSE = RESPONSE
    HEADERS = {name: name.upper() for name in ("Via", "Route", "Record-Route", "Contact", "Content-Type")}
    FIRST_CSEQ = 412007
    codecs = (0, 8)

    def __init__(self, *args, fqdn, maddr=True, srtp=True, optional=False, rekey=False, **kwargs):
        self.fqdn, self.maddr, self.srtp, self.optional, self.rekey = fqdn, maddr, srtp, optional, rekey
        self.epid = os.urandom(5).hex().upper()
        super().__init__(*args, **kwargs)

    # SIP -------------------------------------------------------------------------------------------------------------
    def template(self, method):
        return INVITE if method in ("INVITE", "UPDATE") else OTHER

    def contact(self):
        maddr = f"maddr={self.address};" if self.maddr else ""
        transport = self.TRANSPORT.capitalize()
        return f"sip:{self.fqdn}:{self.port};transport={transport};{maddr}ms-opaque={os.urandom(8).hex()}"

    def caller(self, user="+498912345678;ext=678", display='"Ada Example" '):
        return f"{display}<sip:{user}@contoso.example;user=phone>;epid={self.epid}"

    def callee(self, number):
        return f"<{self.number_uri(number)}>"

    def number_uri(self, number):
        return f"sip:{number}@{host_port(self.outbound)[0]};user=phone"

    def to_params(self, tag):
        return f";epid={self.epid};tag={tag}"

    def new_call_id(self):
        return os.urandom(16).hex()

    # SDP -------------------------------------------------------------------------------------------------------------
    def describe(self, call, direction, offer=None):
        cryptos = self._cryptos(call, offer)
        offering = self.optional and not offer
        if offer:
            chosen = [p for p in offer.payloads if p in self.codecs][:1]
            payloads = chosen + [p for p in [offer.events()] if p]
        elif call.stream.payload_type is not None:
            payloads = [call.stream.payload_type, call.stream.events or 101]  # narrowed to what was agreed
        else:
            payloads = [97, 101, 13, *self.codecs]
        return fill(
            SDP,
            session=34278, version=call.version, address=self.address, port=call.stream.port,
            rtcp_port=call.stream.port + 1, profile="RTP/SAVP" if cryptos and not offering else "RTP/AVP",
            capabilities="a=tcap:1 RTP/SAVP\na=pcfg:1 t=1" if offering else "",
            payloads=" ".join(map(str, payloads)), direction=direction, cryptos="\n".join(map(str, cryptos)),
            formats="\n".join(f"a={line}" for p in payloads for line in FORMATS.get(p) or events_as(p)))

    def _cryptos(self, call, offer):
        """Two lines in an offer, the first with MKI; in an answer the one that was taken, with a key of ours."""
        if not self.srtp:
            return []
        if offer:
            taken = next(c for c in offer.cryptos if c.suite == SUITE)
            ours = next((c for c in call.local_cryptos if c.tag == taken.tag and not call.rekey), taken.answered())
            call.local_cryptos = [ours]
        elif call.rekey or len(call.local_cryptos) < 2:
            count = 1 + (call.local_cryptos[0].mki or (0,))[0] if call.local_cryptos else 1
            call.local_cryptos = [Crypto.new(1, mki=(count, 1)), Crypto.new(2)]
        return call.local_cryptos

    def check_offer(self, offer):
        """What a Mediation Server would answer with 488 fails the scenario."""
        self._check(offer, self.optional)
        if self.srtp:
            assert len(offer.cryptos) == 1, f"{len(offer.cryptos)} a=crypto lines were offered, one was wanted"
            crypto = offer.cryptos[0]
            assert crypto.suite == SUITE and crypto.mki is None, f"offered {crypto.suite}, MKI {crypto.mki}"

    def check_answer(self, answer):
        self._check(answer)
        audio = [p for p in answer.payloads if p in FORMATS and p in self.codecs]
        assert len(audio) == 1, f"the answer must choose one codec, it says {answer.payloads}"
        assert 97 not in answer.payloads, "RED was accepted"

    def _check(self, sdp, optional=False):
        wanted = "RTP/SAVP" if self.srtp and not optional else "RTP/AVP"
        assert sdp.profile == wanted, f"m= says {sdp.profile}, not {wanted}"
        for what, pattern in REFUSED.items():
            assert not re.search(f"(?m)^{pattern}", sdp.text), f"{what} in SDP that goes to Lync"

