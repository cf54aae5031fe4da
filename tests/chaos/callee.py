# SPDX-License-Identifier: GPL-2.0-or-later
"""Who is called: what becomes of the INVITE is its fate (fates.py), or the mood of its agent."""
from chaos.leg import Leg
from lab.sip import uri_of

REASON = {180: "Ringing", 183: "Session Progress", 200: "OK", 302: "Moved Temporarily", 404: "Not Found", 408: "Request Timeout",
          480: "Temporarily Unavailable", 486: "Busy Here", 487: "Request Terminated", 500: "Server Internal Error",
          503: "Service Unavailable", 603: "Decline"}
NOBODY = 59999  # a port where nobody listens
NO_ACK = 3.0  # seconds without an ACK after which a callee gives the call up


class Callee(Leg):
    def __init__(self, agent, call, invite, flow):
        self.tag = self.new_tag()
        super().__init__(agent, call, invite["Call-ID"], invite["To"] + agent.side.to_params(agent, self.tag), invite["From"],
                         uri_of(invite["Contact"]), cseq=0)
        self._highest = invite.cseq[0]
        self._invite, self._flow = invite, flow
        self.progress = False  # it has said 1xx
        self.final = None  # code of our answer
        self.fate = call.reached(self)
        self.receive(invite, flow)

    def asks(self, request, flow):
        if request.branch == self._invite.branch:
            {"INVITE": self._begin, "CANCEL": self._cancel, "ACK": self._refusal_heard}[request.method](request, flow)
        elif request.method == "ACK" and self.final == 200:
            self._acknowledged(request, flow)
        elif request.method == "INVITE" and not self.up and request.get("To") == self._invite["To"]:
            self.call.wrong(f"a second INVITE at {self.agent.name}")
            self.respond(request, flow, 482, "Loop Detected")
        else:
            super().asks(request, flow)

    # the INVITE ------------------------------------------------------------------------------------------------------
    def _begin(self, invite, flow):
        fate = self.fate
        if fate.kind == "silent":
            return
        if fate.tries:
            self.respond(invite, flow, 100, "Trying")
            self.progress = True
        if fate.kind == "trying":
            return
        if fate.rings is not None:
            self.later(fate.rings, self._ring)
        if fate.kind != "rings for ever":
            self.later(fate.seconds, self._decide)

    def _ring(self):
        if self.final is None:
            body = self.sdp(self._invite.body) if self.fate.early else b""
            code = 183 if self.fate.early else 180
            self.respond(self._invite, self._flow, code, REASON[code], body)
            self.progress = True

    def _decide(self):
        if self.final is not None:
            return
        if self.fate.kind == "answer":
            self._answer()
        else:
            self._refuse(self.fate.code)

    def _answer(self):
        self.final, fate = 200, self.fate
        body = self.sdp(self._invite.body)
        if fate.silent_sdp:  # of the other kind of side
            body = body.replace(b"RTP/SAVP", b"RTP/AVP") if b"RTP/SAVP" in body else body.replace(b"RTP/AVP", b"RTP/SAVP")
        contact = self.agent.side.contact(self.agent, NOBODY) if fate.no_ack else None
        data = self.respond(self._invite, self._flow, 200, "OK", body, contact=contact)
        self.call.answered_by(self)
        self.repeat(("2xx", self._invite.cseq[0]), self._flow, data)
        for seconds in fate.again:
            self.later(seconds, self._flow.send, data)
        self.later(NO_ACK, self._not_acknowledged)

    def _refuse(self, code):
        self.final = code
        extra = f"Retry-After: {self.fate.retry_after}" if self.fate.retry_after else ""
        if code == 302:
            extra = f"Contact: <sip:+4930999@{self.agent.address}>"
        data = self.respond(self._invite, self._flow, code, REASON[code], extra=extra)
        self.call.refused_by(self, code)
        self.repeat("refusal", self._flow, data)
        self.later(NO_ACK, self.close, f"{code} was not acknowledged")

    def _refusal_heard(self, ack, flow):
        if self.final == 200:
            self.call.wrong(f"{self.agent.name} got the ACK of a refusal for its 200")
        self.close(f"it said {self.final}")

    def _cancel(self, request, flow):
        if self.final is not None or self.fate.late:
            if self.final is None:
                self._answer()
            self.respond(request, flow, 200, "OK")
            return
        self.respond(request, flow, 200, "OK")
        self._refuse(487)

    # the call --------------------------------------------------------------------------------------------------------
    def _acknowledged(self, request, flow):
        super().asks(request, flow)
        if self.up or self.ended:
            return
        self.up, call = True, self.call
        if call.ending == "vanish":
            if call.both_vanish:
                self.fall_silent()
        elif call.ending in ("callee", "both"):
            self.later(max(0.0, call.hold + call.later), self.bye)
        for seconds in call.reinvites[1]:
            self.later(seconds, self._reinvite)

    def _reinvite(self):
        if self.up and not self.asked:
            self.ask("INVITE", self.sdp())

    def _not_acknowledged(self):
        """RFC 3261 13.3.1.4: the call is ended with a BYE."""
        if not self.up and not self.ended:
            self.up = True
            self.bye()
