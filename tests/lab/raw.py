# SPDX-License-Identifier: GPL-2.0-or-later
"""One who says exactly the bytes that a scenario hands it, and shows what comes back. No rule of SIP binds it."""
import re
import time

from lab.dialog import RECEIVED  # an ACK has Via as it was
from lab.mailbox import Mailbox
from lab.sip import render, uri_of
from lab.transport import StreamFlow, UdpPort, dial

REQUEST = """
{method} {uri} SIP/2.0
Via: SIP/2.0/{transport} {local};rport;branch=z9hG4bK{branch}
Max-Forwards: 70
From: <sip:raw@{host}>;tag=raw{branch}
To: {to}
Call-ID: {call_id}
CSeq: {cseq} {method}
{extra}
Content-Length: {length}
"""

ACK = """
ACK {uri} SIP/2.0
Via: {via}
Max-Forwards: 70
From: {from_}
To: {to}
Call-ID: {call_id}
CSeq: {cseq} ACK
Content-Length: {length}
"""
SILENCE, PASSED = "silence", "passed on"
PAUSE = 0.15  # seconds without an answer are silence


class RawPeer:
    """On a host, by UDP, TCP or TLS, to target (address, port). tls: lab.transport.Tls; name: SNI.

    ports: where it listens over UDP; it sends from the first.
    """

    def __init__(self, host, transport, target, tls=None, name=None, ports=(0,)):
        self.host, self.transport, self.target = host, transport, target
        self.inbox = Mailbox(f"{host.name} ({transport})")
        self.malformed = []  # what came and is no SIP
        self._count = 0
        if transport == "UDP":
            self._ports = [UdpPort(host, host.address, port, self._receive, self._unreadable) for port in ports]
            self._flow = self._ports[0].to(target)
        else:
            self._ports = []
            connection = dial(host, host.address, target, tls if transport == "TLS" else None, name)
            self._flow = StreamFlow(*connection, self._receive, self._unreadable)

    @property
    def local(self):
        """address:port, as Via has it."""
        return "%s:%d" % self._flow.local

    def request(self, method, uri=None, body=b"", **changed):
        """A request that is right in every way. changed: to, cseq, call_id, extra."""
        self._count += 1
        uri = uri or f"sip:{self.target[0]}"
        branch = f"{self._flow.local[1]}x{self._count}x{id(self)}"
        values = {"to": f"<{uri}>", "cseq": 1, "call_id": f"raw-{branch}", "extra": ""} | changed
        return render(REQUEST, body, method=method, uri=uri, transport=self.transport, local=self.local,
                      host=self.host.address, branch=branch, **values)

    def send(self, data):
        self._flow.send(data)

    def expect(self, *codes, timeout=2.0):
        """The next message, which must have one of the codes; 100 is passed over."""
        return self.inbox.expect(*codes, timeout=timeout, skip=() if 100 in codes else (100,))

    def ask(self, method, *codes, **changed):
        """Sends request() and expects one of the codes."""
        self.send(self.request(method, **changed))
        answer = self.expect(*codes)
        if method == "INVITE" and answer.code >= 300:
            self.acknowledge(answer)
        return answer

    def acknowledge(self, answer, uri=None):
        """ACK of a negative answer to an INVITE (RFC 3261 17.1.1.3). uri: the INVITE's, if not that in To."""
        self.send(render(ACK, uri=uri or uri_of(answer["To"]), via=re.sub(RECEIVED, "", answer.list("Via")[0]), from_=answer["From"], to=answer["To"],
                         call_id=answer["Call-ID"], cseq=answer.cseq[0]))

    def closed(self, timeout=0):
        """Whether the other end closes the connection within so many seconds."""
        return self._flow.closed.wait(timeout)

    def _receive(self, message, flow):
        self.inbox.put(message)

    def _unreadable(self, error, flow):
        self.malformed.append(error)

    def close(self):
        for port in self._ports:
            port.close()
        if not self._ports:
            self._flow.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def reaction(peer, data, callee):
    """What comes of these bytes of the peer's: the code of an answer, SILENCE, or PASSED on to the callee.

    A stream that ends is SILENCE too. What is passed on is refused there; and it must have become a message again.
    """
    peer.inbox.drain()
    try:
        peer.send(data)
    except ConnectionError:
        return SILENCE
    uri = data.split()[1].decode("utf-8", "surrogateescape") if len(data.split()) > 1 else None
    until = time.monotonic() + PAUSE
    while time.monotonic() < until and not (peer.transport != "UDP" and peer.closed()):
        for answer in peer.inbox.drain():
            if answer.code >= 200:
                if answer.code >= 300 and answer.get("CSeq", "").endswith("INVITE"):
                    peer.acknowledge(answer, uri)
                return answer.code
        for invite in callee.inbox.drain():
            invite.call.reject(603, "Declined")
            peer.acknowledge(peer.expect(603), uri)
            return PASSED
        time.sleep(0.003)
    return SILENCE
