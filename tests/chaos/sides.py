# SPDX-License-Identifier: GPL-2.0-or-later
"""How the two kinds of agents write: a Mediation Server over TLS with SRTP keys, a gateway with plain RTP. No media flow."""
import base64
import os
import re

from lab import gateway, mediation
from lab.sdp import MIRRORED
from lab.sip import render
from lab.srtp import KEY_LENGTH, SUITE

MEDIA_PORT = 50000  # nobody listens there
KEY_LINE = re.compile(rb"a=crypto:(\d+) " + SUITE.encode() + rb" inline:")
DIRECTION = re.compile(rb"a=(sendrecv|sendonly|recvonly|inactive)")
FORMATS = "a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n"


class Lync:
    """Who is called over the pool's port, and calls over the trunk's. ringing_limit: of the plan."""
    tls, ringing_limit = True, True
    templates = mediation

    @staticmethod
    def contact(agent, port):
        return f"sip:{agent.fqdn}:{port};transport=Tls;maddr={agent.address};ms-opaque={os.urandom(6).hex()}"

    @staticmethod
    def caller(agent):
        return f'"Ada" <sip:+498912345678@contoso.example;user=phone>;epid={agent.epid}'

    @staticmethod
    def number_uri(agent, number):
        return f"sip:{number}@{agent.sbc_name};user=phone"

    @staticmethod
    def to_params(agent, tag):
        return f";epid={agent.epid};tag={tag}"

    @staticmethod
    def call_id(agent):
        return os.urandom(16).hex()

    @staticmethod
    def sdp(agent, version, offer, direction):
        key = base64.b64encode(os.urandom(KEY_LENGTH)).decode()
        tag = KEY_LINE.search(offer)[1].decode() if offer else "2"
        return (f"v=0\r\no=- 34278 {version} IN IP4 {agent.address}\r\ns=session\r\nc=IN IP4 {agent.address}\r\nb=CT:1000\r\nt=0 0\r\n"
                f"m=audio {MEDIA_PORT} RTP/SAVP 8 101\r\na=rtcp:{MEDIA_PORT + 1}\r\na=label:Audio\r\n"
                f"a=crypto:{tag} {SUITE} inline:{key}|2^31\r\na={direction}\r\n{FORMATS}").encode()

    @staticmethod
    def fault(body):
        """What is wrong with SDP that Lync is sent; None: nothing."""
        if b" RTP/SAVP " not in body or not KEY_LINE.search(body):
            return "SDP without SRTP, or without a key"
        return None


class Pstn:
    tls, ringing_limit = False, False
    templates = gateway

    @staticmethod
    def contact(agent, port):
        return f"sip:{agent.name}@{agent.address}:{port}" + ("" if agent.udp else ";transport=tcp")

    @staticmethod
    def caller(agent):
        return f"<sip:+4930654321@{agent.address}>"

    @staticmethod
    def number_uri(agent, number):
        return f"sip:{number}@{agent.sbc_address}:5060"

    @staticmethod
    def to_params(agent, tag):
        return f";tag={tag}"

    @staticmethod
    def call_id(agent):
        return f"{os.urandom(8).hex()}@{agent.address}"

    @staticmethod
    def sdp(agent, version, offer, direction):
        return (f"v=0\r\no=gateway 4711 {version} IN IP4 {agent.address}\r\ns=-\r\nc=IN IP4 {agent.address}\r\nt=0 0\r\n"
                f"m=audio {MEDIA_PORT} RTP/AVP 8 101\r\na={direction}\r\n{FORMATS}").encode()

    @staticmethod
    def fault(body):
        if b" RTP/AVP " not in body or b"a=crypto" in body:
            return "SDP with SRTP for a gateway"
        return None


def mirrored(offer):
    """The direction that answers an offer's."""
    found = DIRECTION.search(offer)
    return MIRRORED[found[1].decode()] if found else "sendrecv"


def write(agent, kind, body=b"", **values):
    """A message. kind: a template's name. Headers that are not named are left out."""
    empty = dict.fromkeys(("routes", "contact", "content_type", "extra", "record_routes"), "")
    return render(getattr(agent.side.templates, kind), body, **empty | values)
