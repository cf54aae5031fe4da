# SPDX-License-Identifier: GPL-2.0-or-later
"""SIP that is none, from an address of a known peer, over UDP, TCP and TLS.

Each piece is sent alone; beside it stands what may come of it: the code of an answer, SILENCE (on a stream the
connection may end, since nobody can tell where the next message begins), or PASSED on to the other side. Afterwards
the same peer's OPTIONS is answered, and a call goes through.
"""
import contextlib
import random
import time

import pytest

from lab.raw import PASSED, PAUSE, SILENCE, RawPeer, reaction
from lab.talk import call_up, hang_up
from lab.transport import Tls

REFUSED = range(400, 500)
# transport -> who sends it, where to, and who would get the call
PEERS = {"UDP": ("gw", ("198.51.100.1", 5060), "med1"),
         "TCP": ("med1", ("192.0.2.1", 5068), "gw2"),
         "TLS": ("med1", ("192.0.2.1", 5067), "gw")}
NUMBER = "sip:+4930123456@192.0.2.1"
SDP = (b"v=0\r\no=- 1 1 IN IP4 198.51.100.10\r\ns=-\r\nc=IN IP4 198.51.100.10\r\nt=0 0\r\n"
       b"m=audio 40000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n")
CRYPTO = b"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:QkZPJ0NEUFRQS1YyT0gzQkg0TVFZUFpFUUxOVkhM|2^31\r\n"
SDP_TYPE = "Content-Type: application/sdp\r\nContact: <sip:raw@198.51.100.10>"

pytestmark = pytest.mark.legs(allow="cannot be read|a response to nothing", why="an answer repeats the headers that are wrong")


@pytest.fixture(scope="module")
def shared_installation(two_of_each):
    return two_of_each


@pytest.fixture(params=PEERS)
def peers(request, installation):
    """peers(): a new connection of the known peer."""
    name, target, callee = PEERS[request.param]
    up = {"med1": installation.mediation("med1"), "gw": installation.gateway("gw"), "gw2": installation.gateway("gw2")}
    with contextlib.ExitStack() as stack:
        def make():
            tls = Tls(installation.pki["med01"])
            peer = RawPeer(installation.lab[name], request.param, target, tls, "sbc1.example.net")
            peer.callee = up[callee]
            return stack.enter_context(peer)

        yield make
        make().ask("OPTIONS", 200)
    hang_up(*call_up(up["med1"], up["gw"]))


def complaints(peers, table):
    """table: what -> (bytes, or what makes them for a peer; what may come of it). Says where something else did."""
    found = []
    for what, (data, *allowed) in table.items():
        peer = peers()
        got = reaction(peer, data(peer) if callable(data) else data, peer.callee)
        if not any(got in a if isinstance(a, range) else got == a for a in allowed):
            found.append(f"{what}: {got}, not {' or '.join(map(str, allowed))}")
    return found


# bytes -----------------------------------------------------------------------------------------------------------------
def noise(length):
    return lambda peer: random.Random(length).randbytes(length)


def test_bytes_that_are_no_sip(peers):
    assert complaints(peers, {
        **{f"{length} random bytes": (noise(length), SILENCE) for length in (1, 3, 20, 500, 1400, 60000)},
        "an empty line": (b"\r\n", SILENCE),
        "a keep-alive": (b"\r\n\r\n", SILENCE),
        "zeros": (bytes(400), SILENCE),
        "blanks": (b" " * 400 + b"\r\n\r\n", SILENCE),
        "no line end": (b"x" * 2000, SILENCE),
        "line ends only": (b"\r\n" * 500, SILENCE),
        "HTTP": (b"GET / HTTP/1.1\r\nHost: 192.0.2.1\r\n\r\n", 400, SILENCE),
        "a TLS hello": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(300), SILENCE),
        "a word": (b"INVITE", SILENCE),
        "a start line": (b"INVITE sip:1@192.0.2.1 SIP/2.0\r\n", SILENCE),
        "a start line and nothing": (b"INVITE sip:1@192.0.2.1 SIP/2.0\r\n\r\n", SILENCE, 400),
        "a status line": (b"SIP/2.0 200 OK\r\n\r\n", SILENCE),
        "a colon": (b":\r\n\r\n", SILENCE),
    }) == []


def test_a_request_cut_off_anywhere(peers):
    """Over UDP 400 or nothing; on a stream it is the beginning of something that never comes."""
    whole = peers().request("INVITE", NUMBER, SDP, extra=SDP_TYPE)
    pieces = {f"the first {at} bytes": (lambda peer, at=at: whole[:at], SILENCE, 400) for at in range(1, len(whole), 61)}
    assert complaints(peers, pieces) == []


# headers ---------------------------------------------------------------------------------------------------------------
def without(name, method="OPTIONS"):
    """A request that is right but for a header that is missing."""
    def make(peer):
        request = invite(peer) if method == "INVITE" else peer.request(method)
        return b"".join(line for line in request.splitlines(keepends=True)
                        if not line.startswith(f"{name}:".encode()))
    return make


def invite(peer, body=SDP, extra=SDP_TYPE):
    return peer.request("INVITE", NUMBER, body, extra=extra)


def changed(old, new, method="OPTIONS"):
    """A request that is right but for these bytes."""
    def make(peer):
        request = invite(peer) if method == "INVITE" else peer.request(method)
        assert old in request, old
        return request.replace(old, new, 1)
    return make


def test_headers_that_are_missing(peers):
    """RFC 3261 8.1.1: no request without To, From, CSeq, Call-ID and Via; no INVITE without Contact (8.1.1.8)."""
    table = {}
    for method in ("OPTIONS", "INVITE"):
        table |= {f"{method} without {name}": (without(name, method), 400, SILENCE) for name in ("From", "To", "CSeq", "Call-ID")}
        table[f"{method} without Via"] = (without("Via", method), SILENCE, 400)
    table["INVITE without Contact"] = (without("Contact", "INVITE"), 400)
    table["OPTIONS without Max-Forwards"] = (without("Max-Forwards"), 200, 400)
    assert complaints(peers, table) == []


def test_headers_that_are_wrong(peers):
    assert complaints(peers, {
        "a header without a colon": (changed(b"Max-Forwards: 70", b"Max-Forwards 70"), 400, SILENCE),
        "a header without a name": (changed(b"Max-Forwards: 70", b": 70"), 400, SILENCE),
        "a zero in a header": (changed(b"raw@", b"r\0w@"), 200, 400, SILENCE),
        "a zero in the request line": (changed(b"OPTIONS sip", b"OPT\0ONS sip"), 400, 405, SILENCE),
        "line feeds alone": (lambda peer: peer.request("OPTIONS").replace(b"\r\n", b"\n"), 200, 400, SILENCE),
        "carriage returns alone": (lambda peer: peer.request("OPTIONS").replace(b"\r\n", b"\r"), SILENCE),
        "another version": (changed(b" SIP/2.0\r\nVia", b" SIP/7.0\r\nVia"), 505, 400, SILENCE),
        "no version": (changed(b" SIP/2.0\r\nVia", b"\r\nVia"), 400, SILENCE),
        "no URI": (changed(b"sip:", b" "), 400, SILENCE),
        "a method in another language": (changed(b"OPTIONS", "ÖPTIÖNS".encode()), 400, 405, SILENCE),
        "Via of another protocol": (changed(b"Via: SIP/2.0", b"Via: XMPP/9"), 400, SILENCE),
        "Via without a host": (lambda peer: changed(peer.local.encode(), b"")(peer), 400, SILENCE),
        "Via without a branch": (changed(b";branch=z9hG4bK", b";x="), 200, 400),
        "Via with a port of 99999": (lambda peer: changed(peer.local.encode(), b"198.51.100.10:99999")(peer), 200, 400,
                                     SILENCE),
        "CSeq of another method": (changed(b"CSeq: 1 OPTIONS", b"CSeq: 1 INVITE"), 400),
        "CSeq without a number": (changed(b"CSeq: 1 ", b"CSeq: one "), 400),
        "CSeq of 2^40": (changed(b"CSeq: 1 ", b"CSeq: 1099511627776 "), 400),
        "CSeq below zero": (changed(b"CSeq: 1 ", b"CSeq: -1 "), 400),
        "From that does not end": (changed(b"From: <sip:raw", b"From: \"<sip:raw"), 400, SILENCE),
        "From that is no address": (changed(b"From: <sip:raw@", b"From: <<<;;;@"), 400, SILENCE),
        "To with a bracket too few": (changed(b"To: <sip:", b"To: sip:"), 400, SILENCE),
        "Max-Forwards of -1": (changed(b"Max-Forwards: 70", b"Max-Forwards: -1"), 400, 483, SILENCE),
        "Max-Forwards of 0": (changed(b"Max-Forwards: 70", b"Max-Forwards: 0", "INVITE"), 483),
        "Content-Length below zero": (changed(b"Content-Length: 0", b"Content-Length: -1"), 400, SILENCE),
        "Content-Length of 2^64": (changed(b"Content-Length: 0", b"Content-Length: 18446744073709551616"), 400, SILENCE),
        "Content-Length in words": (changed(b"Content-Length: 0", b"Content-Length: none"), 400, SILENCE),
        "Content-Length twice": (changed(b"Content-Length: 0", b"Content-Length: 0\r\nContent-Length: 9"), 400, SILENCE),
        "Content-Length too long": (changed(b"Content-Length: 0", b"Content-Length: 99"), 400, SILENCE),
        "a Contact that is no URI": (changed(b"Contact: <sip:raw@", b"Contact: <<>;;,,\"@", "INVITE"), 400, 500),
    }) == []


def test_messages_that_are_large(peers):
    """Not one of them is beyond what the grammar allows; RFC 3261 21.4.11 and 21.5.7 let a server say: too large."""
    too_large = (200, 400, 413, 414, 431, 513)

    def with_headers(count, length):
        lines = "\r\n".join(f"X-{i}: {'x' * length}" for i in range(count))
        return lambda peer: peer.request("OPTIONS", extra=lines)

    assert complaints(peers, {
        "100 headers": (with_headers(100, 10), 200),
        "200 headers": (with_headers(200, 10), *too_large),
        "2000 headers": (with_headers(2000, 5), *too_large),
        "one header of 8 KB": (with_headers(1, 8192), 200),
        "one header of 40 KB": (with_headers(1, 40000), *too_large),
        "100 headers of 600 bytes": (with_headers(100, 600), *too_large),
        **({"70 KB": (with_headers(1, 70000), *too_large)} if peers().transport != "UDP" else {}),
        "a number of 3000 digits": (lambda peer: peer.request("INVITE", f"sip:+{'4' * 3000}@192.0.2.1", SDP,
                                                              extra=SDP_TYPE), range(400, 700)),
        "200 Vias": (lambda peer: peer.request("OPTIONS", extra="\r\n".join(
            ["Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKx"] * 200)), *too_large),
        "a Contact of 6 KB": (lambda peer: invite(peer).replace(b"<sip:raw@", b"<sip:" + b"r" * 6000 + b"@"),
                              range(400, 700)),
        "a body of 50 KB": (lambda peer: invite(peer, SDP + b"a=x\r\n" * 10000), REFUSED),
    }) == []


# SDP -------------------------------------------------------------------------------------------------------------------
def test_sdp_that_is_none(peers):
    """A body that is no offer gets a 4xx and reaches nobody; 503 would send Lync to its other trunks with it."""
    sdp = SDP
    if peers().transport == "TLS":
        sdp = SDP.replace(b"RTP/AVP", b"RTP/SAVP") + CRYPTO
    none = {
        "random bytes": random.Random(7).randbytes(300),
        "zeros": bytes(100),
        "one line": b"v=0\r\n",
        "no audio": sdp[:sdp.index(b"m=")],
        "only m=": sdp[sdp.index(b"m="):],
        "no address": sdp.replace(b"c=IN IP4 198.51.100.10\r\n", b""),
        "a name for an address": sdp.replace(b"c=IN IP4 198.51.100.10", b"c=IN IP4 gw.example.com"),
        "half an address": sdp.replace(b"c=IN IP4 198.51.100.10", b"c=IN IP4 198.51"),
        "a port of 99999": sdp.replace(b"40000", b"99999"),
        "a port below zero": sdp.replace(b"40000", b"-1"),
        "no port": sdp.replace(b"40000 ", b""),
        "no payload": sdp.replace(b"AVP 8", b"AVP"),
        "another profile": sdp.replace(b"RTP/", b"TCP/"),
        "another version": sdp.replace(b"v=0", b"v=7"),
        "9000 lines": sdp + b"a=x\r\n" * 9000,
    }
    odd = {
        "a zero inside": sdp.replace(b"s=-", b"s=\0"),
        "no line end": sdp[:-2],
        "line feeds alone": sdp.replace(b"\r\n", b"\n"),
        "an address in m= only": sdp.replace(b"c=IN IP4 198.51.100.10\r\n", b"").replace(
            b"a=rtpmap", b"c=IN IP4 198.51.100.10\r\na=rtpmap"),
        "a line of 8 KB": sdp + b"a=" + b"y" * 8000 + b"\r\n",
        "lines of no sense": sdp + b"a=\r\n=\r\nq\r\na=rtpmap:\r\n",
    }
    table = {what: (lambda peer, body=body: invite(peer, body), REFUSED) for what, body in none.items()}
    table |= {what: (lambda peer, body=body: invite(peer, body), REFUSED, PASSED) for what, body in odd.items()}
    assert complaints(peers, table) == []


# streams ---------------------------------------------------------------------------------------------------------------
STREAMS = pytest.mark.parametrize("peers", ["TCP", "TLS"], indirect=True)


@STREAMS
def test_a_message_in_pieces(peers):
    """TCP keeps no boundaries: cut in two anywhere, byte by byte, many at once."""
    peer = peers()
    for at in range(1, len(peer.request("OPTIONS"))):
        message = peer.request("OPTIONS")
        peer.send(message[:at])
        time.sleep(0.001)
        peer.send(message[at:])
        peer.expect(200)
    for at in range(len(message := peer.request("OPTIONS"))):
        peer.send(message[at:at + 1])
    peer.expect(200)
    many = b"".join(peer.request("OPTIONS") + b"\r\n\r\n" * (i % 3) for i in range(20)) + peer.request("OPTIONS")
    peer.send(many[:-100])
    for _ in range(20):
        peer.expect(200)
    peer.send(many[-100:])
    peer.expect(200)
    peer.inbox.expect_nothing(PAUSE)


@STREAMS
def test_no_length_on_a_stream(peers):
    """RFC 3261 18.3: on a stream Content-Length must be there. What follows it might be anything, so the stream ends."""
    peer = peers()
    assert reaction(peer, without("Content-Length")(peer), peer.callee) in (SILENCE, 400)
    assert peer.closed(1)


@STREAMS
def test_halves_of_messages_hold_up_nobody(peers):
    """More connections than there are workers, each with a message that does not end."""
    halves = [peers() for _ in range(8)]
    for half in halves:
        half.send(half.request("OPTIONS")[:-20])
    for _ in range(4):
        peers().ask("OPTIONS", 200)
    for half in halves:
        half.send(half.request("OPTIONS")[-20:])
        half.expect(200)


@pytest.mark.parametrize("peers", ["TCP"], indirect=True)
def test_no_tls_at_the_port_for_tls(peers, installation):
    for data in (b"OPTIONS sip:x SIP/2.0\r\n\r\n", noise(1000)(None), b"\x16\x03\x01\xff\xff" + bytes(2000)):
        with RawPeer(installation.lab["med1"], "TCP", PEERS["TLS"][1]) as peer:
            peer.send(data)
            assert peer.closed(1)
