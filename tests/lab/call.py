# SPDX-License-Identifier: GPL-2.0-or-later
"""A call at one endpoint: the verbs of a scenario, sent and checked as RFC 3261 and 3264 demand."""
import re

from lab import srtp
from lab.codecs import codec_of
from lab.dialog import Dialog, check_response, new_branch, new_tag, same_place
from lab.mailbox import Mailbox
from lab.multipart import sdp_in
from lab.rtp import Stream
from lab.sdp import MIRRORED, Sdp, agreed_keys
from lab.sip import Message, header_param

PROVISIONAL = range(100, 200)
SDP = "application/sdp"


class Call:
    """invite: the request that began it, at the callee; dialog: at the caller."""

    def __init__(self, endpoint, invite=None, dialog=None):
        self.endpoint, self.invite = endpoint, invite
        self.mailbox = Mailbox(endpoint.name, self._inspect)
        self.direction = "sendrecv"
        self.version = 0  # of our SDP
        self._offer = None  # ours, as long as no answer came
        self._sent = {}  # (branch, method) -> (request, flow)
        self._invites = {}  # branch -> INVITE that came
        self._ack = None  # bytes and flow, for a 2xx that comes again
        self._again = {}  # what is being retransmitted
        self.stream = self.dialog = None
        if invite:
            self._invites[invite.branch] = invite
            self._to_params = endpoint.to_params(new_tag())
            self.dialog = Dialog.of_invite(invite, endpoint.contact(), self._to_params)
            self.dialog.remote_cseq = invite.cseq[0]
        else:
            self.dialog = dialog
        self.local_cryptos = []  # the a=crypto lines of our last SDP
        self.rekey = endpoint.rekey  # whether our next SDP has new keys
        self.keys = set()  # of either end, as this end has seen them
        self.numbers = {}  # payload type of lab.codecs -> the number that was agreed for it

    @property
    def call_id(self):
        return self.dialog.call_id

    def fork(self):
        """At the callee: another telephone that the INVITE has reached, with a tag and a Contact of its own; a Call."""
        other = Call(self.endpoint, invite=self.invite)
        other.dialog.contact = f"{self.dialog.contact};fork={other.dialog.local_tag}"
        self.endpoint.calls[self.call_id, other.dialog.local_tag] = other
        return other

    # what comes ------------------------------------------------------------------------------------------------------
    def receive(self, message):
        """In the thread of the connection: what a transaction does by itself; the rest waits for expect()."""
        if message.code:
            request, flow = self._asked(message)
            self._stop_again((message.branch, message.cseq[1]))
            if request is not None and request.method == "INVITE" and message.code >= 300:
                self._acknowledge_failure(request, message, flow)
            elif self._ack and message.code // 100 == 2 and message.cseq == self._ack[2]:
                self.endpoint.send(*self._ack[:2])  # RFC 3261 13.2.2.4: every 2xx gets its ACK
                return
        elif message.method == "ACK":
            self._stop_again(("2xx", message.cseq[0]))
        self.mailbox.put(message)

    def expect(self, *wanted, timeout=5.0, skip=PROVISIONAL):
        """The next message of the call: methods or codes. Provisional answers are passed over unless wanted."""
        return self.mailbox.expect(*wanted, timeout=timeout, skip=skip)

    def _inspect(self, message):
        """Checks what expect() hands out, and follows it."""
        if message.code is None:
            self._inspect_request(message)
            return
        request, _ = self._asked(message)
        assert request is not None, f"an answer to nothing that was asked:\n{message.text}"
        check_response(request, message)
        if request.method in ("INVITE", "UPDATE") and 100 < message.code < 300:
            if self.dialog.established and message.code >= 200:
                self.dialog.refresh(message)
            self.dialog.learn(message)
            if message.body and self._offer:
                self._agree(self._offer, _sdp_of(message))
                if message.code >= 200:
                    self._offer = None

    def _inspect_request(self, message):
        if message.method == "INVITE":
            self._invites[message.branch] = message
        refused = self._invites.get(message.branch)
        if refused and message.method in ("ACK", "CANCEL"):  # of the INVITE's own transaction: RFC 3261 9.1, 17.1.1.3
            same_place(message, refused)
            return
        self.dialog.check_request(message)
        if message.method in ("INVITE", "UPDATE"):
            self.dialog.refresh(message)
        elif message.method == "ACK" and message.body:  # the answer to what our 200 offered
            self._agree(self._offer, _sdp_of(message))
            self._offer = None

    def _asked(self, response):
        """(request, flow) of ours that a response answers."""
        return self._sent.get((response.branch, response.cseq[1]), (None, None))

    # requests --------------------------------------------------------------------------------------------------------
    def request(self, method, body=b"", extra="", cseq=None, content_type=SDP):
        """Sends a request within the dialog, or the first INVITE of it. content_type: of the body, if it has one.
        Returns it."""
        dialog, endpoint = self.dialog, self.endpoint
        first = method == "INVITE" and dialog.remote_tag is None
        flow = endpoint.flow_to(endpoint.outbound if first else dialog.hop)
        if cseq is None:
            dialog.cseq += 1
        branch = new_branch()
        data = endpoint.render(
            endpoint.template(method), body, method=method, uri=dialog.target, from_=dialog.local, to=dialog.remote,
            cseq=cseq or dialog.cseq, call_id=dialog.call_id, via=endpoint.via(flow, branch),
            routes=endpoint.lines("Route", dialog.routes), contact=endpoint.lines("Contact", [f"<{dialog.contact}>"]),
            content_type=endpoint.lines("Content-Type", [content_type]) if body else "", extra=extra)
        request = Message(data)
        self._sent[branch, method] = (request, flow)
        if method == "ACK":
            self._ack = (data, flow, (request.cseq[0], "INVITE"))
        elif endpoint.retransmit and flow.kind == "UDP":
            self._again[branch, method] = endpoint.again(flow, data, method)
        endpoint.send(data, flow)
        return request

    def answered(self, timeout=5.0):
        """The 200 to our INVITE, acknowledged."""
        response = self.expect(200, timeout=timeout)
        self.ack(response)
        return response

    def ack(self, response):
        """With the answer, where the offer was in the response (RFC 3261 13.2.2.4)."""
        request, _ = self._asked(response)
        answer = self.answer_to(response) if response.body and not request.body else b""
        self.request("ACK", answer, cseq=response.cseq[0])

    def cancel(self, extra=""):
        """CANCEL of our INVITE: its Via, Request-URI, To and CSeq (RFC 3261 9.1), on its way."""
        invite, flow = next((r, f) for r, f in self._sent.values() if r.method == "INVITE")
        self._repeat("CANCEL", invite, flow, invite["To"], extra)

    def cancelled(self):
        """What a CANCEL of ours must bring: 200 to it and 487 to the INVITE, in whatever order."""
        got = {self.expect(200, 487).cseq[1] for _ in range(2)}
        assert got == {"CANCEL", "INVITE"}, f"answers to {got} only"

    def reinvite(self, direction="sendrecv", extra=""):
        """Hold (inactive), or resume (sendrecv). The answer is taken with answered()."""
        self._offer = self._describe(direction)
        return self.request("INVITE", self._offer.text.encode(), extra)

    def bye(self):
        self.request("BYE")
        return self.expect(200)

    def _acknowledge_failure(self, request, response, flow):
        self._repeat("ACK", request, flow, response["To"])  # RFC 3261 17.1.1.3

    def _repeat(self, method, invite, flow, to, extra=""):
        """A request that belongs to the INVITE's transaction, hop by hop."""
        endpoint = self.endpoint
        data = endpoint.render(
            endpoint.template(method), method=method, uri=invite.uri, from_=invite["From"], to=to,
            cseq=invite.cseq[0], call_id=invite["Call-ID"], via=invite.list("Via")[0],
            routes=endpoint.lines("Route", invite.all("Route")), contact="", content_type="", extra=extra)
        if method == "CANCEL":
            self._sent[invite.branch, method] = (Message(data), flow)
        endpoint.send(data, flow)

    # responses -------------------------------------------------------------------------------------------------------
    def respond(self, request, code, reason, body=b"", extra="", content_type=SDP):
        to_params = "" if header_param(request["To"], "tag") else self._to_params
        response = self.endpoint.respond(request, code, reason, to_params, self.dialog.contact, body, extra,
                                         content_type)
        if self.endpoint.retransmit and request.flow.kind == "UDP" and request.method == "INVITE" and code // 100 == 2:
            key = ("2xx", request.cseq[0])
            self._again[key] = self.endpoint.again(request.flow, response.raw, "2xx")
        return response

    def ring(self):
        self.respond(self.invite, 180, "Ringing")

    def progress(self):
        """183 with our answer: early media."""
        self.respond(self.invite, 183, "Session Progress", self.answer_to(self.invite))

    def answer(self, extra=""):
        return self.respond(self.invite, 200, "OK", self.answer_to(self.invite), extra=extra)

    def offer_in_answer(self, request=None):
        """200 with an offer, to a request without one: the first INVITE, if none is given."""
        self.respond(request or self.invite, 200, "OK", self.offer())

    def reject(self, code, reason, extra=""):
        self.respond(self.invite, code, reason, extra=extra)
        self.expect("ACK")

    def accept(self, direction=None, timeout=5.0):
        """The other side's re-INVITE: 200, with the mirrored direction if none is given; then its ACK."""
        request = self.expect("INVITE", timeout=timeout)
        self.respond(request, 200, "OK", self.answer_to(request, direction))
        return request

    def give_up(self):
        """The caller's CANCEL: 200 to it and 487 to the INVITE (RFC 3261 9.2)."""
        request = self.expect("CANCEL")
        self.respond(request, 200, "OK")
        self.reject(487, "Request Terminated")
        return request

    def ended(self, timeout=5.0):
        """The other side's BYE."""
        request = self.expect("BYE", timeout=timeout)
        self.respond(request, 200, "OK")
        return request

    # media -----------------------------------------------------------------------------------------------------------
    def offer(self):
        """An offer of ours, as bytes."""
        self._offer = self._describe("sendrecv")
        return self._offer.text.encode()

    def _describe(self, direction, offer=None):
        """Our SDP: an offer, or the answer to one."""
        self.open_stream()
        self.version += 1
        self.direction = direction
        return Sdp(self.endpoint.describe(self, direction, offer))

    def answer_to(self, message, direction=None):
        """Our answer to a message's offer, as bytes; what is agreed is in force."""
        offer = _sdp_of(message)
        self.endpoint.check_offer(offer)
        answer = self._describe(direction or MIRRORED[offer.direction], offer)
        ours = answer.cryptos[0] if answer.cryptos else None
        theirs = next((c for c in offer.cryptos if ours and c.tag == ours.tag), None)
        self._connect(offer, answer, answer, ours, theirs)
        return answer.text.encode()

    def _agree(self, offer, answer):
        self.endpoint.check_answer(answer)
        ours, theirs = agreed_keys(offer.cryptos, answer)
        self._connect(answer, answer, offer, ours, theirs)

    def _connect(self, remote, answer, own, ours, theirs):
        """remote: the SDP that says where to send. answer: the one that chose the codec. own: ours."""
        payload_type, codec = next((p, codec) for p in answer.payloads for codec in [codec_of(answer, p)]
                                   if codec and codec.payload_type in self.endpoint.codecs)
        self.numbers[codec.payload_type] = payload_type
        self.keys |= {crypto.key for crypto in (ours, theirs) if crypto}
        clock = answer.event_clock
        sending = self.direction in ("sendrecv", "sendonly")
        self.stream.connect(
            (remote.address, remote.port) if sending else None, payload_type,
            ours and srtp.Context(ours.key, ours.mki_bytes),
            theirs and theirs.key, theirs.mki_bytes if theirs else b"", codec,
            (remote.events(clock), own.events(clock), clock) if clock else None)

    def open_stream(self):
        if self.stream is None:
            self.stream = Stream(self.endpoint.host, self.endpoint.address, self.endpoint.sequence)

    # -----------------------------------------------------------------------------------------------------------------
    def _stop_again(self, key):
        if key in self._again:
            self._again.pop(key).stop()

    def close(self):
        for again in self._again.values():
            again.stop()
        if self.stream:
            self.stream.close()


def _sdp_of(message):
    """The SDP of a message that has a body."""
    kind = re.sub(r"\s*/\s*", "/", message.get("Content-Type", ""))  # RFC 3261 25.1: SLASH
    assert kind == SDP or kind.startswith("multipart/"), f"Content-Type is {kind}, in:\n{message.text}"
    try:
        return Sdp(sdp_in(message))
    except ValueError as error:
        raise AssertionError(f"{error}, in:\n{message.text}") from None
