# SPDX-License-Identifier: GPL-2.0-or-later
"""One end's view of a dialog (RFC 3261 12), and what a strict peer checks in every message of it."""
import itertools
import os
import re

from lab.sip import header_param, uri_of, uri_param

RECEIVED = r"(?<=;rport)=\d+|;received=[^;]*"  # what a server adds to Via
_branches = itertools.count(1)


def new_tag():
    return os.urandom(5).hex()


def new_branch():
    return f"z9hG4bK{os.urandom(4).hex()}{next(_branches):x}"


class Dialog:
    """local, remote: the values of From and To as this end writes them, tags included. contact: our own URI.

    own_proxies: Route headers that a request has when it comes: of proxies that this end says stand before it, though
    none is there to take them off.
    """

    def __init__(self, call_id, local, remote, contact, target, cseq):
        self.call_id, self.local, self.remote, self.contact = call_id, local, remote, contact
        self.target, self.routes = target, []
        self.cseq, self.remote_cseq = cseq, None
        self.established = False
        self.own_proxies = []

    @classmethod
    def of_invite(cls, invite, contact, to_params):
        """As the callee. to_params: what we add to To, the tag among it."""
        dialog = cls(invite["Call-ID"], invite["To"] + to_params, invite["From"], contact,
                     uri_of(invite["Contact"]), cseq=0)
        dialog.routes = invite.list("Record-Route")
        dialog.established = True
        return dialog

    @property
    def local_tag(self):
        return header_param(self.local, "tag")

    @property
    def remote_tag(self):
        return header_param(self.remote, "tag")

    @property
    def hop(self):
        """The URI that decides where a request goes: the first route's, or the target itself."""
        return uri_of(self.routes[0]) if self.routes else self.target

    def learn(self, response):
        """Takes the remote tag, target and route set from an answer to the first INVITE (RFC 3261 12.1.2, 13.2.2.4)."""
        if self.established or not header_param(response["To"], "tag"):
            return
        self.remote = response["To"]
        self.routes = response.list("Record-Route")[::-1]
        if response.get("Contact"):
            self.target = uri_of(response["Contact"])
        self.established = response.code >= 200

    def refresh(self, message):
        """A re-INVITE or its 2xx may move the target (RFC 3261 12.2.1.2, 12.2.2)."""
        if message.get("Contact"):
            self.target = uri_of(message["Contact"])

    def check_request(self, message):
        """Fails when a request within the dialog is not exactly what RFC 3261 demands of its sender."""
        number, method = message.cseq
        _same(message, "method in CSeq", method, message.method)
        _same(message, "Request-URI (it must be our Contact, byte for byte)", message.uri, self.contact)
        _same(message, "tag in From", header_param(message["From"], "tag"), self.remote_tag)
        _same(message, "tag in To", header_param(message["To"], "tag"), self.local_tag)
        _same(message, "URI in From", uri_of(message["From"]), uri_of(self.remote))
        _same(message, "Route left at the last hop", message.all("Route"), self.own_proxies)
        _check(message, message["Max-Forwards"].isdigit(), "Max-Forwards is no number")
        if method in ("ACK", "CANCEL"):
            return
        _check(message, self.remote_cseq is None or number > self.remote_cseq,
               f"CSeq {number} does not rise above {self.remote_cseq}")
        self.remote_cseq = number
        if method == "INVITE":
            _check_contact(message)


def check_initial(invite):
    """Fails when an INVITE from outside a dialog is not complete (RFC 3261 8.1.1)."""
    _check(invite, header_param(invite["From"], "tag"), "no tag in From")
    _check(invite, header_param(invite["To"], "tag") is None, "a tag in To")
    _check(invite, invite["Max-Forwards"].isdigit(), "Max-Forwards is no number")
    _same(invite, "method in CSeq", invite.cseq[1], "INVITE")
    _same(invite, "Route left at the last hop", invite.all("Route"), [])
    _check_contact(invite)
    _check_routes(invite)


def same_place(request, invite):
    """Fails when an ACK or CANCEL does not name what its INVITE named."""
    _same(request, "Request-URI", request.uri, invite.uri)
    _same(request, "CSeq number", request.cseq[0], invite.cseq[0])
    _same(request, "From", request["From"], invite["From"])
    _same(request, "URI in To", uri_of(request["To"]), uri_of(invite["To"]))


def check_response(request, response):
    """Fails when a response is not exactly one to that request (RFC 3261 8.2.6.2)."""
    _same(response, "Via", [re.sub(RECEIVED, "", via) for via in response.list("Via")], request.list("Via"))
    _same(response, "From", response["From"], request["From"])
    _same(response, "URI in To", uri_of(response["To"]), uri_of(request["To"]))
    _same(response, "CSeq", response.cseq, request.cseq)
    tag = header_param(request["To"], "tag")
    if tag:
        _same(response, "tag in To", header_param(response["To"], "tag"), tag)
    _check(response, response.code == 100 or header_param(response["To"], "tag"), "no tag in To")
    if request.method == "INVITE" and 101 <= response.code < 300:
        _check_contact(response)
        _check_routes(response)


def _check_routes(message):
    for route in message.list("Record-Route"):
        _check(message, uri_param(uri_of(route), "lr") is not None, f"Record-Route without lr: {route}")


def _check_contact(message):
    _same(message, "number of Contacts", len(message.list("Contact")), 1)


def _same(message, what, got, wanted):
    _check(message, got == wanted, f"{what} is {got!r}, not {wanted!r}")


def _check(message, good, complaint):
    if not good:
        raise AssertionError(f"{complaint}, in:\n{message.text}")
