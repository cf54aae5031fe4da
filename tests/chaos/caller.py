# SPDX-License-Identifier: GPL-2.0-or-later
"""Who makes a call: INVITE, perhaps CANCEL, and what becomes of it once it is answered."""
from chaos.leg import Leg
from lab.dialog import new_branch
from lab.sip import header_param, uri_of

PATIENCE = 30.0  # seconds: longer than all tries of a call, and as long as it may ring


class Caller(Leg):
    def __init__(self, agent, call, port):
        side = agent.side
        uri = side.number_uri(agent, call.number)
        super().__init__(agent, call, side.call_id(agent), f"{side.caller(agent)};tag={self.new_tag()}", f"<{uri}>", uri, cseq=0)
        self._port, self._branch, self._invite, self._flow = port, new_branch(), None, None
        self._other, self._merged = None, set()  # the branch of the other way; which of them were refused
        self._cancelled = False
        self.code = None  # of the one final answer
        self._tags = set()

    # setting up ------------------------------------------------------------------------------------------------------
    def begin(self):
        call = self.call
        call.began(self)
        self._invite, self._flow, _ = self.request("INVITE", self.sdp(), branch=self._branch, port=self._port)
        self.repeat(self._branch, self._flow, self._invite)
        for seconds in call.again if self.agent.udp else ():
            self.later(seconds, self._flow.send, self._invite)
        for seconds in call.forked:
            self.later(seconds, self._fork)
        if call.cancel and call.cancel.behind is None:
            self.later(call.cancel.seconds, self._cancel)
        self.later(PATIENCE, self._nothing)

    def _fork(self):
        """The same INVITE by another way, as a proxy before us that forks sends it (RFC 3261 8.2.2.2)."""
        if self.code is None and self._other is None:
            self._other = f"{self._branch}fork"
            self.call.told(self, "-> INVITE by another way")
            self._flow.send(self._invite.replace(self._branch.encode(), self._other.encode()))

    def _nothing(self):
        if self.code is None:
            self.close("no final answer came")

    def _cancel(self):
        if self.code is not None or self._cancelled:
            return
        self._cancelled = self.call.cancelled = True
        data, flow, _ = self.request("CANCEL", branch=self._branch, cseq=1, port=self._port)
        self.repeat("cancel", flow, data)

    # what comes ------------------------------------------------------------------------------------------------------
    def answered(self, response, flow):
        method = response.cseq[1]
        if self._other and method == "INVITE" and response.branch in (self._branch, self._other):
            self._forked(response)
        elif method == "CANCEL":
            self.stop("cancel")
        elif response.branch != self._branch or method != "INVITE":
            super().answered(response, flow)
        elif response.code < 200:
            self._early(response)
        else:
            self._final(response)

    def close(self, how):
        """BYE may come before the 200, which was lost."""
        if not self.ended and self.code is None and self.agent.up:
            self.code = 0
            self.call.final(self, 0)
        super().close(how)

    def _early(self, response):
        self.stop(self._branch)
        cancel = self.call.cancel
        if response.code > 100 and cancel and cancel.behind == 180:
            self.later(cancel.seconds, self._cancel)

    def _forked(self, response):
        """It is one call, by the way that has come first: the other one is refused with 482."""
        if response.code == 482:
            self.request("ACK", branch=response.branch, cseq=1, to=response["To"], port=self._port)
            self._merged.add(response.branch)
            self._branch, self._other = sorted((self._branch, self._other), key=self._merged.__contains__)
            if len(self._merged) == 2:
                self.call.wrong("both ways of one INVITE were refused")
        elif response.branch == self._other and self.code and self.code >= 300 and response.code >= 200:
            self._tried_again(response)
        elif response.branch == self._other and response.code >= 200:
            self._branch, self._other = self._other, self._branch
            self._forked(response)
        elif response.code >= 200:
            self._final(response)
        else:
            self._early(response)

    def _tried_again(self, response):
        """The first way had been refused when the other came: by that it is another call, which is not wanted any more."""
        if response.code >= 300:
            self.request("ACK", branch=response.branch, cseq=1, to=response["To"], port=self._port)
            return
        self.remote, self.target = response["To"], uri_of(response["Contact"])
        self.request("ACK", cseq=response.cseq[0])
        self.ended, self.up = None, True
        self.bye()

    def _final(self, response):
        first = self.code is None
        self.stop(self._branch)
        self.stop("cancel")
        if first:
            self.code = response.code
            self.call.final(self, response.code)
        elif self.code == 0:
            pass  # BYE came before it
        elif response.code != self.code:
            self.call.wrong(f"a second final answer: {response.code} after {self.code}")
        elif not self._flow.stream or response.code < 300:
            pass  # it comes again, because our ACK was lost
        else:
            self.call.wrong(f"{response.code} twice over one connection")
        self.asked.pop(self._branch, None)
        if response.code >= 300:
            self.request("ACK", branch=self._branch, cseq=1, to=response["To"], port=self._port)
            if first:
                self.close(f"refused with {response.code}")
            return
        self._taken(response, first)

    def _taken(self, response, first):
        self._tags.add(header_param(response["To"], "tag"))
        if len(self._tags) > 1:
            self.call.wrong("200 of two dialogs")
        if first:
            self.up, self.remote, self.target = True, response["To"], uri_of(response["Contact"])
            if not response.body:
                self.call.wrong("200 without an answer to the offer")
        self.request("ACK", cseq=response.cseq[0])
        if not first or self.ended:
            return
        if self._cancelled:
            self.bye()
        else:
            self._live()

    # and then --------------------------------------------------------------------------------------------------------
    def _live(self):
        call = self.call
        if call.ending == "vanish":
            self.fall_silent()
        elif call.ending in ("caller", "both"):
            self.later(call.hold, self.bye)
        for seconds in call.reinvites[0]:
            self.later(seconds, self._reinvite)

    def _reinvite(self):
        if self.up and not self.asked:
            self.ask("INVITE", self.sdp())


