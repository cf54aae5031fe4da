# SPDX-License-Identifier: GPL-2.0-or-later
"""A SIP endpoint: ports, connections, what was said on them, and the calls it is in.

What it writes is decided by its kind (mediation.py, gateway.py), what it says by the scenario.
"""
import re
import threading
import time
from dataclasses import dataclass

from lab.call import SDP, Call
from lab.dialog import Dialog, check_initial, new_tag
from lab.framing import Framing
from lab.mailbox import Mailbox
from lab.retransmit import T2, Retransmission
from lab.sip import Message, header_param, host_port, render, uri_param
from lab.transport import Listener, StreamFlow, UdpFlow, UdpPort, dial

NUMBER = re.compile(r"sips?:(\+?\d+)")
DEFAULT_PORT = {"UDP": 5060, "TCP": 5060, "TLS": 5061}


def number_in(uri):
    """The telephone number of a Request-URI, or None."""
    found = NUMBER.match(uri)
    return found and found[1]


def another_try(invite, call):
    """The INVITE that follows one that was refused. With the same number in CSeq it would be merged (RFC 3261 8.2.2.2)."""
    if call.invite is None:
        return False
    assert invite.cseq[0] > call.invite.cseq[0], f"CSeq does not rise above {call.invite['CSeq']}"
    return True


@dataclass(frozen=True)
class Entry:
    """One line of an endpoint's log."""
    when: float  # time.monotonic()
    sent: bool
    peer: tuple
    message: Message


class Endpoint:
    """host, address, port: where it listens. outbound: URI of the SBC. names: the lab's DNS.

    transport: another than its kind's. retransmit: over UDP, send again what is not answered. Off, so that a lost
    message fails the scenario. framing: how its messages are cut; spelling: bytes -> bytes, the form in which it writes
    each of them (see lab/spelling.py). sequence: of the first RTP packet of its calls, None: any; rekey: every SDP of a
    call has new keys.
    """
    TRANSPORT = "UDP"
    RESPONSE = ""  # template of every response
    HEADERS = {}  # how it spells the headers that it copies: {"Via": "VIA"}
    FIRST_CSEQ = 1
    sequence, rekey = None, False

    def __init__(self, name, host, address, port, outbound, names, tls=None, transport=None, retransmit=False):
        self.name, self.host, self.address, self.port = name, host, address, port
        self.outbound, self.tls, self.retransmit = outbound, tls, retransmit
        self.TRANSPORT = transport or self.TRANSPORT
        self._names = names
        self.framing, self.spelling = Framing(), lambda message: message
        self.log, self.flows, self.failures, self.malformed = [], [], [], []
        self.calls = {}  # Call-ID -> Call; of another fork (Call-ID, its tag) -> Call
        self.inbox = Mailbox(name)  # what begins something new: an INVITE, or a request of no call
        self.reserved = {}  # number -> the inbox of the calls to it
        self._responses = {}  # (branch, method) of a request -> the last bytes it was answered with
        self._lock, self._closing = threading.Lock(), False
        if self.TRANSPORT == "UDP":
            self._port = UdpPort(host, address, port, self._receive, self._unreadable)
        else:
            self._port = Listener(host, address, port, tls, self._opened, self._handshake_failed)

    # flows -----------------------------------------------------------------------------------------------------------
    def connect(self, uri=None):
        """A new flow to where the URI leads (the SBC, if none is given). Raises OSError, ssl.SSLError among them."""
        name, target = self._resolve(uri or self.outbound)
        if self.TRANSPORT == "UDP":
            return self._port.to(target)
        return self._opened(*dial(self.host, self.address, target, self.tls, name), ours=True)

    def flow_to(self, uri):
        """The flow of ours that leads where the URI does, made when there is none."""
        _, target = self._resolve(uri)
        for flow in self.flows:
            if flow.ours and flow.peer == target and not flow.closed.is_set():
                return flow
        return self.connect(uri)

    def _flow_at(self, address, port):
        """As flow_to(), by the name that the address has: a certificate is asked for a name."""
        name = next((name for name, its in self._names.items() if its == address), address)
        return self.flow_to(f"sip:{name}:{port}")

    def _resolve(self, uri):
        """(name, (address, port)): maddr wins over the host (RFC 3261 19.1.1)."""
        name, port = host_port(uri)
        address = uri_param(uri, "maddr") or name
        return name, (self._names.get(address, address), port or DEFAULT_PORT[self.TRANSPORT])

    def lose_connections(self, flows=None, timeout=2.0):
        """Until each of these (or all) is found to have gone with the one at its other end, as a keep-alive finds it."""
        flows = list(self.flows if flows is None else flows)
        for flow in flows:
            flow.keep_alive()
        for flow in flows:
            assert flow.closed.wait(timeout), f"{self.name}: the connection with {flow.peer} is still there"

    def _opened(self, sock, kind, peer, ours=False):
        flow = StreamFlow(sock, kind, peer, self._receive, self._unreadable)
        flow.ours = ours
        self.flows.append(flow)
        if self._closing:  # it came in while the others were closed
            flow.close()
        return flow

    def _handshake_failed(self, error, peer):
        self.failures.append(error)

    def _unreadable(self, error, flow):
        self.malformed.append(error)
        self.inbox.put(AssertionError(f"{self.name} was sent something that is no SIP: {error}"))

    # messages --------------------------------------------------------------------------------------------------------
    def send(self, data, flow):
        """flow: one that has gone meanwhile is made anew, if it was ours."""
        if flow.kind != "UDP" and flow.closed.is_set() and flow.ours:
            flow = self._flow_at(*flow.peer)
        self.log.append(Entry(time.monotonic(), True, flow.peer, Message(data)))
        self.framing.send(data, flow)

    def _receive(self, message, flow):
        """In the thread of the connection, which must live: what goes wrong is raised to whoever expects next."""
        message.flow = flow
        self.log.append(Entry(time.monotonic(), False, flow.peer, message))
        try:
            self._deliver(message, flow)
        except Exception as error:  # pylint: disable=broad-except
            self.inbox.put(AssertionError(f"{self.name} cannot read ({error!r}):\n{message.text}"))

    def _deliver(self, message, flow):
        if message.method and self._seen_before(message, flow):
            return
        call_id = message.get("Call-ID")
        own = header_param(message.get("From" if message.code else "To", ""), "tag")
        call = self.calls.get((call_id, own)) or self.calls.get(call_id)
        first = message.method == "INVITE" and own is None
        if first and (call is None or another_try(message, call)):
            self.calls[call_id] = message.call = Call(self, invite=message)
            self.respond(message, 100, "Trying")
            self.reserved.get(number_in(message.uri), self.inbox).put(message)
        elif call:
            call.receive(message)
        elif message.method == "OPTIONS":
            self.respond(message, 200, "OK", to_params=f";tag={message.branch[-8:]}")
        else:
            self.inbox.put(message)

    def _seen_before(self, message, flow):
        """Absorbs a retransmission: the last answer goes out again. On a stream there must be none."""
        key = (message.branch, message.method)
        with self._lock:
            if key not in self._responses:
                self._responses[key] = None
                return False
        if flow.kind != "UDP" and message.method != "ACK":
            self.inbox.put(AssertionError(f"{self.name} got a request twice over {flow.kind}:\n{message.text}"))
        if self._responses[key]:
            self.send(*self._responses[key])
        return True

    def render(self, template, body=b"", **values):
        """As lab.sip.render(), in this endpoint's spelling."""
        return self.spelling(render(template, body, **values))

    def respond(self, request, code, reason, to_params="", contact="", body=b"", extra="", content_type=None):
        """Sends a response; the request's Vias, From, Call-ID and CSeq go back as they came."""
        flow, vias = self._way_back(request)
        refreshing = request.method in ("INVITE", "UPDATE") and 100 < code < 300
        data = self.render(
            self.RESPONSE, body, code=code, reason=reason, vias=self.lines("Via", vias),
            record_routes=self.lines("Record-Route", request.all("Record-Route")) if refreshing else "",
            from_=request["From"], to=request["To"] + to_params, call_id=request["Call-ID"], cseq=request["CSeq"],
            contact=self.lines("Contact", [f"<{contact}>"]) if contact and refreshing else "",
            content_type=self.lines("Content-Type", [content_type]) if body else "", extra=extra)
        self._responses[request.branch, request.method] = (data, flow)
        self.send(data, flow)
        return Message(data)

    def _way_back(self, request):
        """(flow, Vias) of the answer: RFC 3261 18.2.1 and 18.2.2, RFC 3581 4."""
        flow, vias = request.flow, request.all("Via")
        first, *others = request.list("Via")
        host, port = host_port(first.split(";")[0].split()[1])
        if flow.kind != "UDP":
            return (self._flow_at(host, port) if flow.closed.is_set() else flow), vias
        if header_param(first, "rport") == "":
            first = first.replace(";rport", f";rport={flow.peer[1]}") + f";received={flow.peer[0]}"
            return flow, [first, *others]
        if host != flow.peer[0]:
            first += f";received={flow.peer[0]}"
        return UdpFlow(flow.socket, flow.local, (flow.peer[0], port or 5060)), [first, *others]

    def lines(self, name, values):
        """Header lines with the name spelled as this kind of endpoint does; "" for none."""
        return "\r\n".join(f"{self.HEADERS.get(name, name)}: {value}" for value in values)

    def via(self, flow, branch):
        return f"SIP/2.0/{self.TRANSPORT} {flow.local[0]}:{flow.local[1]};branch={branch}"

    @staticmethod
    def again(flow, data, method):
        """Sends it again and again until stopped."""
        return Retransmission(flow, data, None if method == "INVITE" else T2)

    # calls -----------------------------------------------------------------------------------------------------------
    def invite(self, number, extra="", offer=True, wrap=None, **who):
        """Calls a number through the SBC. extra: more header lines; offer: whether the INVITE has SDP; wrap(SDP): makes
        (body, Content-Type) of it; who: see caller(). Returns the call, on its way."""
        call_id = self.new_call_id()
        dialog = Dialog(call_id, f"{self.caller(**who)};tag={new_tag()}", self.callee(number), self.contact(),
                        target=self.number_uri(number), cseq=self.FIRST_CSEQ - 1)
        self.calls[call_id] = call = Call(self, dialog=dialog)
        sdp = call.offer() if offer else b""
        body, content_type = wrap(sdp) if wrap else (sdp, SDP)
        call.request("INVITE", body, extra, content_type=content_type)
        return call

    def reserve(self, number):
        """From now on calls to this number are for next_call(number=...): where many scenarios share an endpoint."""
        self.reserved[number] = Mailbox(f"{self.name} {number}")

    def next_call(self, timeout=5.0, number=None):
        """The next call that comes in (to that number, which was reserved). 100 Trying has been sent."""
        invite = self.reserved.get(number, self.inbox).expect("INVITE", timeout=timeout)
        check_initial(invite)
        return invite.call

    def answer_next(self, timeout=5.0, ring=0.05, number=None):
        """Takes the next call: 180, and after `ring` seconds 200 with an answer to its offer."""
        call = self.next_call(timeout, number)
        call.ring()
        time.sleep(ring)
        call.answer()
        return call

    def leftovers(self):
        """What came and no one asked for, retransmissions and provisional answers apart."""
        boxes = [self.inbox, *self.reserved.values(), *(call.mailbox for call in self.calls.values())]
        return [m for box in boxes for m in box.drain() if isinstance(m, Exception) or (m.code or 200) >= 200]

    def close(self):
        for call in self.calls.values():
            call.close()
        self._closing = True
        self._port.close()
        for flow in list(self.flows):
            flow.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
