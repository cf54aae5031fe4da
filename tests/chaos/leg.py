# SPDX-License-Identifier: GPL-2.0-or-later
"""One end's leg of a call: its dialog, what it repeats over UDP, what it answers to whatever comes within the call."""
import asyncio
import os

from chaos.sides import mirrored, write
from lab.dialog import new_branch
from lab.sip import host_port, uri_of

T1, T2 = 0.5, 4.0
GIVES_UP = 8.0  # seconds without an answer to a request within a call


class Leg:
    """ended: how, once it is over. deaf: says nothing any more, as one who has lost its network."""

    def __init__(self, agent, call, call_id, local, remote, target, cseq):
        self.agent, self.call, self.call_id = agent, call, call_id
        self.local, self.remote, self.target, self.cseq = local, remote, target, cseq
        self.contact = agent.side.contact(agent, agent.port)
        self.up, self.deaf, self.ended = False, False, None
        self.version = 0
        self.asked = {}  # branch -> method of what has no final answer yet
        self._answers = {}  # (branch, method) of a request -> what it was answered with, for when it comes again
        self._again = {}  # key -> timer
        self._timers = []
        self._highest = -1  # CSeq of the other end

    # time ------------------------------------------------------------------------------------------------------------
    def later(self, seconds, what, *arguments):
        self._timers.append(asyncio.get_running_loop().call_later(seconds, what, *arguments))

    def repeat(self, key, flow, data, pause=T1, spent=0.0):
        """Until stop(key); over UDP, and an answer that waits for its ACK over anything (RFC 3261 13.3.1.4)."""
        if flow.stream and key[0] != "2xx" or spent > GIVES_UP:
            return
        loop = asyncio.get_running_loop()
        self._again[key] = loop.call_later(pause, self._send_again, key, flow, data, pause, spent)

    def _send_again(self, key, flow, data, pause, spent):
        self.call.told(self, f"-> {data[:12].decode()} again")
        flow.send(data)
        self.repeat(key, flow, data, min(2 * pause, T2), spent + pause)

    def stop(self, key):
        if key in self._again:
            self._again.pop(key).cancel()

    def fall_silent(self):
        self.deaf = True
        for timer in [*self._timers, *self._again.values()]:
            timer.cancel()
        self._timers, self._again = [], {}

    def close(self, how):
        """The leg is over; it still answers what comes again."""
        if self.ended:
            return
        self.ended, self.up = how, False
        self.call.told(self, f"[{how}]")
        for timer in [*self._timers, *self._again.values()]:
            timer.cancel()
        self._timers, self._again = [], {}
        self.call.leg_over(self)

    # what is sent ----------------------------------------------------------------------------------------------------
    def request(self, method, body=b"", branch=None, cseq=None, to=None, uri=None, port=None):
        """Returns (bytes, flow, branch). Sent once."""
        agent, branch = self.agent, branch or new_branch()
        if cseq is None:
            self.cseq += 1
            cseq = self.cseq
        upper = agent.side.tls
        data = write(agent, "INVITE" if method == "INVITE" else "OTHER", body, method=method, uri=uri or self.target,
                     from_=self.local, to=to or self.remote, cseq=cseq, call_id=self.call_id, via=agent.via(branch),
                     contact=f"{'CONTACT' if upper else 'Contact'}: <{self.contact}>" if method == "INVITE" else "",
                     content_type=f"{'CONTENT-TYPE' if upper else 'Content-Type'}: application/sdp" if body else "")
        flow = agent.flow(port or host_port(self.target)[1] or 5060)
        self.call.told(self, f"-> {method}")
        flow.send(data)
        return data, flow, branch

    def ask(self, method, body=b""):
        """A request within the call, repeated until it is answered."""
        data, flow, branch = self.request(method, body)
        self.asked[branch] = method
        self.repeat(branch, flow, data)
        self.later(GIVES_UP, self._unanswered, branch)

    def _unanswered(self, branch):
        method = self.asked.pop(branch, None)
        if method == "BYE":
            self.close("its BYE had no answer")
        elif method:
            self.bye()

    def bye(self):
        if self.up and not self.deaf and "BYE" not in self.asked.values():
            self.ask("BYE")

    def respond(self, request, flow, code, reason, body=b"", extra="", contact=None):
        to_params = "" if ";tag=" in request["To"] else self.agent.side.to_params(self.agent, self.tag)
        contact = contact or (self.contact if request.method == "INVITE" and 100 < code < 300 else "")
        data = self.agent.response(request, code, reason, to_params if code > 100 else "", body, contact, extra)
        self._answers[request.branch, request.method] = data
        self.call.told(self, f"-> {code} {request.method}")
        flow.send(data)
        return data

    def sdp(self, offer=b"", direction=None):
        self.version += 1
        return self.agent.side.sdp(self.agent, self.version, offer, direction or (mirrored(offer) if offer else "sendrecv"))

    # what comes ------------------------------------------------------------------------------------------------------
    def receive(self, message, flow):
        what = f"{message.code} {message.cseq[1]}" if message.code else message.method
        self.call.told(self, f"<- {what}{' (deaf)' if self.deaf else ''}")
        if message.body and (fault := self.agent.side.fault(message.body)):
            self.call.wrong(f"{fault} at {self.agent.name}: {message.start}")
        if self.deaf:
            if message.method == "BYE":
                self.close("BYE came, which nobody heard")
            return
        if message.code:
            self.answered(message, flow)
        elif not self._came_before(message, flow):
            self.asks(message, flow)

    def _came_before(self, request, flow):
        key = request.branch, request.method
        if request.method == "ACK":
            return False
        if key not in self._answers:
            self._answers[key] = None
            return False
        if flow.stream and request.method != "CANCEL":  # tm sends it again when an answer comes
            self.call.wrong(f"{self.agent.name} got {request.method} twice over one connection")
        if self._answers[key]:
            flow.send(self._answers[key])
        return True

    def answered(self, response, flow):
        """To a request within the call."""
        branch = response.branch
        if response.code < 200:
            self.stop(branch)
            return
        self.stop(branch)
        if response.cseq[1] == "INVITE":
            self._acknowledge(response, branch)
        method = self.asked.pop(branch, None)
        if method == "BYE":
            self.close("its BYE was answered")
        elif method and response.code in (408, 481):
            self.bye()

    def _acknowledge(self, response, branch):
        if response.code >= 300:
            self.request("ACK", branch=branch, cseq=response.cseq[0], to=response["To"])
            return
        if response.get("Contact"):
            self.target = uri_of(response["Contact"])
        self.request("ACK", cseq=response.cseq[0])

    def asks(self, request, flow):
        """A request within the call."""
        method = request.method
        if method == "ACK":
            self.stop(("2xx", request.cseq[0]))
            return
        if self.ended or "BYE" in self.asked.values():  # what overtakes the other on its way is no fault
            self.respond(request, flow, *((200, "OK") if method == "BYE" else (481, "No Such Call")))
            if method == "BYE":
                self.close("BYE came")
            return
        if request.cseq[0] <= self._highest:
            self.call.wrong(f"{self.agent.name}: CSeq {request['CSeq']} does not rise above {self._highest}")
        self._highest = max(self._highest, request.cseq[0])
        if method == "BYE":
            self.respond(request, flow, 200, "OK")
            self.close("BYE came")
        elif method in ("INVITE", "UPDATE") and "INVITE" in self.asked.values():
            self.respond(request, flow, 491, "Request Pending")
        elif method in ("INVITE", "UPDATE"):
            if request.get("Contact"):
                self.target = uri_of(request["Contact"])
            data = self.respond(request, flow, 200, "OK", self.sdp(request.body) if request.body else b"")
            if method == "INVITE":
                self.repeat(("2xx", request.cseq[0]), flow, data)
        else:
            self.respond(request, flow, 200, "OK")

    @staticmethod
    def new_tag():
        return os.urandom(5).hex()
