# SPDX-License-Identifier: GPL-2.0-or-later
"""A peer of the SBC in the event loop: its port, its connections, and the legs of calls that end at it."""
import os

from chaos import wire
from chaos.callee import Callee
from chaos.caller import Caller
from chaos.sides import write
from lab.sip import header_param


class Agent:
    """side: Lync or Pstn (sides.py). port: where it listens. sbc_address: the SBC's on this side; tls: a lab.transport.Tls.

    mood: what befalls every call to it; None: each has the fate that was drawn for it. double: each datagram comes and
    goes twice.
    """

    def __init__(self, world, name, host, side, port, sbc_address, udp=False, tls=None, fqdn=None, sbc_name=None):
        self.world, self.name, self.host, self.side, self.port = world, name, host, side, port
        self.address, self.sbc_address, self.sbc_name = host.address, sbc_address, sbc_name
        self.udp, self.fqdn, self.epid = udp, fqdn, os.urandom(5).hex().upper()
        self._accepts, self._dials = (tls.context(server=True), tls.context(server=False)) if tls else (None, None)
        self.mood, self.double = None, False
        self.up = False
        self.life = 0  # how often it was started
        self.streams, self.legs, self._dialled, self._listener = set(), {}, {}, None
        self.asked = 0  # OPTIONS that came

    async def start(self):
        self._listener = await wire.listen(self, self.port, self._accepts)
        self.up, self.life = True, self.life + 1

    def kill(self):
        """As a process that dies: its connections are reset, its calls are forgotten."""
        self.up = False
        for leg in self.legs.values():
            leg.close("its end was killed")
        self.legs = {}
        for dialled in self._dialled.values():
            dialled.close()
        for stream in list(self.streams):
            stream.close()
        self._listener.close()
        self._dialled = {}

    # messages --------------------------------------------------------------------------------------------------------
    def flow(self, port):
        """To that port of the SBC."""
        if self.udp:
            return wire.Datagrams(self._listener, (self.sbc_address, port))
        if port not in self._dialled:
            self._dialled[port] = wire.Dialled(self, (self.sbc_address, port), self._dials, self.sbc_name)
        return self._dialled[port]

    def via(self, branch):
        transport = "UDP" if self.udp else "TLS" if self.side.tls else "TCP"
        return f"SIP/2.0/{transport} {self.address}:{self.port};branch={branch}"

    def receive(self, message, flow):
        if not self.up:
            return
        call_id = message["Call-ID"]
        leg = self.legs.get(call_id)
        if leg:
            leg.receive(message, flow)
        elif message.code:
            pass  # to a leg that is over, or of before a restart
        elif message.method == "INVITE" and header_param(message["To"], "tag") is None:
            call = self.world.call_of(message.uri)
            if call is None:
                self.world.wrong(f"{self.name} got an INVITE of no call: {message.uri}")
                return
            self.legs[call_id] = Callee(self, call, message, flow)
        elif message.method == "OPTIONS":
            self.asked += 1
            if self.mood != "deaf":
                flow.send(self.response(message, 200, "OK", f";tag={os.urandom(4).hex()}"))
        elif message.method != "ACK":
            flow.send(self.response(message, 481, "No Such Call"))

    def response(self, request, code, reason, to_params="", body=b"", contact="", extra=""):
        upper = self.side.tls
        return write(self, "RESPONSE", body, code=code, reason=reason, from_=request["From"], to=request["To"] + to_params,
                     vias="\r\n".join(f"{'VIA' if upper else 'Via'}: {via}" for via in request.all("Via")),
                     call_id=request["Call-ID"], cseq=request["CSeq"], extra=extra,
                     contact=f"{'CONTACT' if upper else 'Contact'}: <{contact}>" if contact else "",
                     content_type=f"{'CONTENT-TYPE' if upper else 'Content-Type'}: application/sdp" if body else "")

    def call(self, call, port):
        """Begins a call, over that port of the SBC."""
        leg = Caller(self, call, port)
        self.legs[leg.call_id] = leg
        leg.begin()
