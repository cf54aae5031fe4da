# SPDX-License-Identifier: GPL-2.0-or-later
"""Judges what the SBC wrote on one leg, as if that leg were all there is: RFC 3261 and 3262, from their text alone.

Only the SBC's messages are judged; those of the endpoints tell what they must fit to. What the SBC sends is traced
after it is sent, what comes before it is read: so an answer may stand before its request, and nothing here asks
whether it does.
"""
import re

from lab.legs import shown
from lab.sip import Malformed, header_param, host_port, uri_of, uri_param

MANDATORY = ("To", "From", "CSeq", "Call-ID", "Max-Forwards", "Via")
ADDED = re.compile(r"\s*;\s*(?:received\s*=\s*[^;]*|rport(?:\s*=\s*\d*)?)(?=\s*(?:;|$))", re.I)


def check(side):
    """What is wrong in a lab.legs.Side: "RULE (RFC n SECTION): message", each once."""
    judge = Judge(side)
    for heard in side.heard:
        judge.follow(heard)
    return list(dict.fromkeys(judge.findings))


class Dialog:
    """As the SBC has it. local, remote: From and To of what it sends. targets: where to; more than one while a
    re-INVITE of the peer's is unanswered."""

    def __init__(self, local, remote, cseq=None):
        self.local, self.remote, self.cseq = local, remote, cseq
        self.targets, self.routes, self.known = [], [], False

    def learn(self, message, reverse):
        """Contact and Record-Route of the message that begins or confirms it (12.1.1, 12.1.2, 13.2.2.4)."""
        routes = message.list("Record-Route")
        self.routes = routes[::-1] if reverse else routes
        self.refresh(message)

    def refresh(self, message):
        """12.2.1.2, 12.2.2: the Contact of a 2xx, or of a request that got one."""
        if message.get("Contact"):
            self.targets = [uri_of(message["Contact"])]


class Judge:
    """Follows one leg, message by message."""

    def __init__(self, side):
        self.findings, self._names = [], {name.lower() for name in side.names}
        self._written = {}  # (branch, method) -> request of the SBC
        self._received = {}  # (branch, method in CSeq) -> requests of the peer's: some use a branch more than once
        self._answers = {}  # (branch, method) -> responses of the peer's, in order
        self._invited = {}  # (Call-ID, To tag) -> responses of the peer's to INVITEs
        self._told = {}  # (branch, Call-ID, CSeq) -> responses of the SBC's
        self._branches = {}  # branch of the SBC -> what it was first used for
        self._seen = set()  # requests of the SBC that have been judged
        self._begun = {}  # (peer, Call-ID, From tag, CSeq) -> branch of a request outside dialogs
        self._dialogs = {}  # (Call-ID, the SBC's tag, the peer's tag)
        self._peers = {}  # (branch, method) of a request of the SBC -> whom it went to
        for heard in side.heard:
            self._index(heard)

    # what is known before anything is judged ---------------------------------------------------------------------------
    def _index(self, heard):
        message = heard.message
        try:
            key = (message.branch, message["CSeq"].split()[1])
        except (Malformed, IndexError):
            return  # of a peer's: not judged; of the SBC's: follow() says so
        if message.method and heard.ours:
            self._written.setdefault(key, message)
            self._peers.setdefault(key, heard.peer)
        elif message.method:
            self._received.setdefault(key, []).append(message)
        elif not heard.ours:
            self._answers.setdefault(key, []).append(message)
            if key[1] == "INVITE":
                self._invited.setdefault(_remote(message), []).append(message)

    def _find(self, what, section, message, line=""):
        rfc = section if section.startswith("RFC") else f"RFC 3261 {section}"
        self.findings.append(f"{what} ({rfc}): {shown(message, line)}")

    def _must(self, good, what, section, message, line=""):
        if not good:
            self._find(what, section, message, line)
        return good

    def _same(self, name, message, wanted, section, whose):
        """A header must be the very bytes of another message's."""
        got = message.get(name)
        self._must(got == wanted, f"{name} is {got!r}, not {wanted!r} as in {whose}", section, message)

    # one after the other ---------------------------------------------------------------------------------------------
    def follow(self, heard):
        try:
            if heard.message.method:
                (self._request if heard.ours else self._peer_asks)(heard.message)
            else:
                (self._response if heard.ours else self._peer_answers)(heard.message)
        except (Malformed, ValueError, IndexError) as error:
            if heard.ours:
                self._find(f"the SBC's message cannot be read, {error}", "7.3.1", heard.message)

    def _peer_asks(self, message):
        """A request in a dialog that will move the target when it gets a 2xx."""
        dialog = self._dialog_of(message, theirs=True)
        if dialog and message.method in ("INVITE", "UPDATE") and message.get("Contact"):
            dialog.targets.append(uri_of(message["Contact"]))

    def _peer_answers(self, message):
        number, method = message.cseq
        request = self._written.get((message.branch, method))
        tag = header_param(message["To"], "tag")
        if request is None or message.code >= 300 or message.code == 100 or not tag or method not in ("INVITE", "UPDATE"):
            return
        key = (request["Call-ID"], header_param(request["From"], "tag"), tag)
        dialog = self._dialogs.get(key)
        if dialog is None and method == "INVITE":
            dialog = self._dialogs[key] = Dialog(request["From"], request["To"], number)
        if dialog is None:
            return
        begins = header_param(request["To"], "tag") is None
        if begins and (message.code >= 200 or not dialog.targets):
            dialog.learn(message, reverse=True)
        elif message.code >= 200:
            dialog.refresh(message)

    def _dialog_of(self, message, theirs=False):
        """The dialog that a request names."""
        names = ("To", "From") if theirs else ("From", "To")
        return self._dialogs.get((message.get("Call-ID"), *(header_param(message.get(name, ""), "tag") for name in names)))

    # responses of the SBC --------------------------------------------------------------------------------------------
    def _response(self, message):
        method = message.cseq[1]
        request = self._asked(message)
        if not self._must(request is not None, "a response to nothing that was asked", "17.2.3", message):
            return
        for name in ("From", "Call-ID", "CSeq"):
            self._same(name, message, request.get(name), "8.2.6.2", "its request")
        self._via_echo(request, message)
        self._to(request, message)
        if method == "INVITE" and 100 < message.code < 300:
            self._begins_dialog(request, message)
        told = self._told.setdefault(_answered(message), [])
        self._reliable(request, message, told)
        told.append(message)
        if method in ("INVITE", "UPDATE") and message.code >= 200:
            self._settle(request, message)

    def _asked(self, response):
        """17.2.3, and where the peer has used a branch more than once, the request that fits best."""
        requests = self._received.get((response.branch, response.cseq[1]), [])
        alike = [r for r in requests if (r.get("Call-ID"), r["CSeq"]) == (response.get("Call-ID"), response["CSeq"])]
        return next(iter(alike + requests), None)

    def _via_echo(self, request, message):
        def stack(of):
            first, *others = of.list("Via")
            return [ADDED.sub("", first), *others]
        self._must(stack(request) == stack(message), f"Via is {message.list('Via')}, not {request.list('Via')} as in its request",
                   "8.2.6.2", message)

    def _to(self, request, message):
        asked, got = request["To"], message["To"]
        tag, asked_tag = header_param(got, "tag"), header_param(asked, "tag")
        if asked_tag is not None:
            self._same("To", message, asked, "8.2.6.2", "its request")
            return
        self._must(uri_of(got) == uri_of(asked), "the URI in To is not that of the request", "8.2.6.2", message, f"To: {got}")
        if message.code == 100:
            return
        self._must(tag, "no tag in To", "8.2.6.2", message, f"To: {got}")
        before = [header_param(m["To"], "tag") for m in self._told.get(_answered(message), []) if m.code != 100]
        self._must(not before or tag == before[0], f"the tag in To is {tag!r}, it was {before[:1]} in an earlier response",
                   "8.2.6.2", message, f"To: {got}")

    def _begins_dialog(self, request, message):
        self._must(len(message.list("Contact")) == 1, "not one Contact in a response that begins a dialog", "12.1.1", message)
        self._must(message.list("Record-Route") == request.list("Record-Route"),
                   "Record-Route is not that of the request", "12.1.1", message)
        key = (request["Call-ID"], header_param(message["To"], "tag"), header_param(request["From"], "tag"))
        if key not in self._dialogs:
            dialog = self._dialogs[key] = Dialog(request["To"], request["From"])
            dialog.learn(request, reverse=False)

    def _reliable(self, request, message, told):
        """RFC 3262 3: RSeq rises by one from one reliable response to the next."""
        rseq = message.get("RSeq")
        if rseq is None:
            return
        asked = ",".join(request.all("Supported") + request.all("Require"))
        self._must("100rel" in asked, "a reliable response that nobody asked for", "RFC 3262 3", message, f"RSeq: {rseq}")
        self._must(_has(message, "Require", "100rel"), "RSeq without Require: 100rel", "RFC 3262 3", message, f"RSeq: {rseq}")
        before = [int(m["RSeq"]) for m in told if m.get("RSeq")]
        self._must(not before or int(rseq) in (*before, before[-1] + 1), f"RSeq does not rise by one from {before[-1:]}",
                   "RFC 3262 3", message, f"RSeq: {rseq}")

    def _settle(self, request, message):
        """A final answer to the peer's INVITE or UPDATE: its Contact is the target, or is not (12.2.2)."""
        dialog = self._dialog_of(request, theirs=True)
        if dialog and request.get("Contact"):
            if message.code < 300:
                dialog.refresh(request)
            elif len(dialog.targets) > 1:
                dialog.targets.remove(uri_of(request["Contact"]))

    # requests of the SBC ---------------------------------------------------------------------------------------------
    def _request(self, message):
        if not self._complete(message):
            return
        key = (message.branch, message.method)
        if key in self._seen:
            self._must(message.raw == self._written[key].raw, "a retransmission differs from what was sent first",
                       "17.1.1.2", message)
            return
        self._seen.add(key)
        invite = self._written.get((message.branch, "INVITE"))
        if message.method == "CANCEL":
            self._cancel(message, invite)
        elif message.method == "ACK" and invite is not None:
            self._ack_of_failure(message, invite)
        elif header_param(message["To"], "tag"):
            self._in_dialog(message)
        else:
            self._outside(message)

    def _complete(self, message):
        missing = [name for name in MANDATORY if message.get(name) is None]
        if not self._must(not missing, f"no {', '.join(missing)}", "8.1.1", message):
            return False
        number, method = message.cseq
        if not self._must(method == message.method, "CSeq names another method", "8.1.1.5", message, f"CSeq: {message['CSeq']}"):
            return False
        vias, tag = message.list("Via"), header_param(message["From"], "tag")
        sent_by = host_port(vias[0].split(";")[0].split()[-1])[0].lower()
        self._must(len(vias) == 1, f"{len(vias)} Vias: an endpoint sends its own alone", "8.1.1.7", message, f"Via: {vias[-1]}")
        self._must(sent_by in self._names, f"Via names {sent_by}, not the SBC", "8.1.1.7", message, f"Via: {vias[0]}")
        self._must((message.branch or "").startswith("z9hG4bK"), "the branch does not begin with z9hG4bK", "8.1.1.7", message)
        self._must(number < 2**31, "CSeq is 2^31 or more", "8.1.1.5", message, f"CSeq: {message['CSeq']}")
        self._must(tag, "no tag in From", "8.1.1.3", message, f"From: {message['From']}")
        self._new_branch(message)
        return True

    def _new_branch(self, message):
        """8.1.1.7: a branch is used once, but for CANCEL and the ACK of a failure, which have their INVITE's."""
        use = (message["Call-ID"], message.cseq[0], header_param(message["From"], "tag"))
        first = self._branches.setdefault(message.branch, use)
        self._must(first == use, f"the branch was used before, for {first}", "8.1.1.7", message)

    def _outside(self, message):
        self._must(not message.all("Route"), "Route outside a dialog", "8.1.1.1", message, f"Route: {message.get('Route')}")
        self._must(message.method not in ("ACK", "BYE", "PRACK", "UPDATE"), f"{message.method} outside a dialog", "12.2.1.1", message)
        if message.method == "INVITE":
            self._must(len(message.list("Contact")) == 1, "INVITE needs one Contact", "8.1.1.8", message)
        key = (self._peers[message.branch, message.method], message["Call-ID"], header_param(message["From"], "tag"), message.cseq)
        first = self._begun.setdefault(key, message.branch)
        self._must(first == message.branch, "Call-ID, From tag and CSeq of a request that went there before: a merged request",
                   "8.2.2.2", message, f"CSeq: {message['CSeq']}")

    def _in_dialog(self, message):
        dialog = self._dialog_of(message)
        if not self._must(dialog is not None, "no dialog has this Call-ID and these tags", "12.2.1.1", message,
                          f"Call-ID: {message['Call-ID']}, From {message['From']}, To {message['To']}"):
            return
        for name, wanted in (("From", dialog.local), ("To", dialog.remote)):
            self._must(uri_of(message[name]) == uri_of(wanted), f"the URI in {name} is not the dialog's, {uri_of(wanted)}",
                       "12.2.1.1", message, f"{name}: {message[name]}")
        self._way(message, dialog)
        number = message.cseq[0]
        if message.method == "ACK":
            self._ack_of_success(message)
            return
        self._must(dialog.cseq is None or number > dialog.cseq, f"CSeq does not rise above {dialog.cseq}", "12.2.1.1",
                   message, f"CSeq: {message['CSeq']}")
        dialog.cseq = max(number, dialog.cseq or 0)
        if message.method == "INVITE":
            self._must(len(message.list("Contact")) == 1, "INVITE needs one Contact", "8.1.1.8", message)
        if message.method == "PRACK":
            self._prack(message)

    def _way(self, message, dialog):
        """12.2.1.1: Request-URI and Route follow from the remote target and the route set."""
        allowed = [_way_to(target, dialog.routes) for target in dialog.targets]
        uris, routes = [uri for uri, _ in allowed], allowed[0][1] if allowed else []
        self._must(message.uri in uris, f"the Request-URI is not the remote target, {' or '.join(uris)}", "12.2.1.1", message)
        got = message.list("Route")
        self._must((message.uri, got) in allowed or got == routes, f"Route is {got}, the route set says {routes}", "12.2.1.1",
                   message, f"Route: {message.get('Route')}")

    # what belongs to an INVITE ---------------------------------------------------------------------------------------
    def _ack_of_success(self, message):
        """13.2.2.4: to a 2xx of that dialog, with its INVITE's number."""
        numbers = {answer.cseq[0] for answer in self._invited.get(_remote(message), []) if answer.code // 100 == 2}
        self._must(message.cseq[0] in numbers, f"ACK of no INVITE that got a 2xx: those are {sorted(numbers)}", "13.2.2.4",
                   message, f"CSeq: {message['CSeq']}")

    def _ack_of_failure(self, message, invite):
        """17.1.1.3"""
        self._repeats(message, invite, "17.1.1.3")
        answers = [a for a in self._answers.get((message.branch, "INVITE"), []) if a.code >= 200]
        self._must(not any(a.code < 300 for a in answers), "the ACK of a 2xx has its INVITE's branch", "8.1.1.7", message)
        allowed = [answer["To"] for answer in answers if answer.code >= 300]
        self._must(message["To"] in allowed, f"To is not that of the response, {' or '.join(allowed)}", "17.1.1.3", message,
                   f"To: {message['To']}")

    def _cancel(self, message, invite):
        """9.1"""
        if not self._must(invite is not None, "CANCEL of nothing: no INVITE has its branch", "9.1", message):
            return
        self._repeats(message, invite, "9.1")
        self._same("To", message, invite["To"], "9.1", "its INVITE")
        self._must(self._answers.get((message.branch, "INVITE")), "CANCEL before anything was answered", "9.1", message)

    def _repeats(self, message, invite, section):
        self._must(message.uri == invite.uri, f"the Request-URI is not its INVITE's, {invite.uri}", section, message)
        for name in ("From", "Call-ID"):
            self._same(name, message, invite[name], section, "its INVITE")
        self._must(message.cseq[0] == invite.cseq[0], f"the CSeq number is not its INVITE's, {invite.cseq[0]}", section, message,
                   f"CSeq: {message['CSeq']}")
        self._must(message.list("Via") == invite.list("Via")[:1], "Via is not its INVITE's first alone", section, message,
                   f"Via: {message['Via']}")
        self._must(message.list("Route") == invite.list("Route"), "Route is not its INVITE's", section, message,
                   f"Route: {message.get('Route')}")

    def _prack(self, message):
        """RFC 3262 7.2: RAck names a reliable response of this dialog."""
        named = {f"{answer['RSeq']} {answer['CSeq']}" for answer in self._invited.get(_remote(message), [])
                 if answer.code < 200 and answer.get("RSeq") and _has(answer, "Require", "100rel")}
        rack = " ".join(message.get("RAck", "").split())
        self._must(rack in named, f"RAck names none of the reliable responses: {sorted(named)}", "RFC 3262 7.2", message,
                   f"RAck: {rack}")


def _answered(response):
    """What one request's responses have in common, also where a peer uses a branch for more than one."""
    return response.branch, response.get("Call-ID"), response.cseq


def _remote(message):
    return message.get("Call-ID"), header_param(message.get("To", ""), "tag")


def _has(message, name, token):
    return any(token == item.strip().lower() for item in message.list(name))


def _way_to(target, routes):
    """(Request-URI, Route) with that remote target and route set."""
    if not routes or uri_param(uri_of(routes[0]), "lr") is not None:
        return target, routes
    return uri_of(routes[0]), [*routes[1:], f"<{target}>"]  # a strict router
