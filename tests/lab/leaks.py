# SPDX-License-Identifier: GPL-2.0-or-later
"""Looks for what one side's endpoints wrote and the other side must not see: names, addresses, tags, branches, keys.

What tells of a side is taken from what its endpoints wrote on their own account (an echo tells nothing), and looked
for in all that the SBC wrote on the other side. Telephone numbers and display names are meant to pass. Call-IDs may
differ on the two sides, so all messages of a scenario are looked at together.
"""
import re

from lab.legs import shown
from lab.sip import COMPACT, header_param

DISTINCT = 8  # characters that make a tag or branch telling wherever it stands
SHORT = 4  # one that is shorter than that tells only as tag= or branch=, one shorter than this nothing
MAGIC = "z9hg4bk"
NOBODY = {"anonymous.invalid", "localhost", "invalid", "0.0.0.0"}  # hosts that tell of nobody: RFC 3323 4.1.1.3

ADDRESS = r"\d{1,3}(?:\.\d{1,3}){3}"
NAME = r"[a-z\d](?:[a-z\d-]*[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]*[a-z\d])?)+"  # with a dot: one label alone may be any word
HOST = f"(?:{ADDRESS}|{NAME})"
IN_URI = re.compile(rf"sips?:(?:[^@\s<>\",]*@)?({HOST})", re.I)
IN_PARAM = re.compile(rf";\s*(?:maddr|received)\s*=\s*({HOST})", re.I)
IN_SOURCE = re.compile(rf";\s*source=\"({HOST})\"", re.I)  # ms-diagnostics: 10003;source="MED01.CONTOSO.EXAMPLE"
IN_WARNING = re.compile(rf"^\d{{3}} ({HOST})", re.I)
IN_VIA = re.compile(rf"SIP\s*/\s*2\.0\s*/\s*\w+\s+({HOST})", re.I)
ONLY_IN = {"via": [IN_VIA], "warning": [IN_WARNING]}
IN_SDP = re.compile(rf"(?mi)^(?:o=.*|c=IN IP4 |a=rtcp:.*IP4 |a=candidate:.*)\b({ADDRESS})")
KEY = re.compile(r"inline:([^|\s;]+)")
VALUE = {"epid": re.compile(r";\s*epid=([\w.-]+)", re.I), "ms-opaque": re.compile(r"ms-opaque=([\w.-]+)", re.I)}
ORIGIN = re.compile(r"(?mi)^o=[\w.-]{4,}")  # the user name, often the product's
PRODUCT = ("user-agent", "server")
MICROSOFT = ("ms-", "x-ms-")

# What a message repeats of what it was sent, or of what the dialog was begun with.
ECHOED_IN_RESPONSE = {"via", "from", "to", "call-id", "cseq", "record-route", "timestamp"}
ECHOED_IN_DIALOG = {"from", "to", "call-id", "cseq", "route", "rack"}


def between(source, other):
    """What of one lab.legs.Side is seen on the other: a line for each string, with the first message it leaked into."""
    telling = {}
    for message in source.received:
        for text, what in identities(message):
            telling.setdefault(text, what)
    known = {*NOBODY, *map(str.lower, other.names), *own_words(other)}
    for text in known.union(*map(_domains, filter(_is_name, known))):
        telling.pop(text, None)
    seen = {}
    for message in other.written:
        for text in telling.keys() & words(message):
            seen.setdefault(text, []).append(message)
    return [_finding(text, telling[text], source, other, messages) for text, messages in seen.items()]


def _finding(text, what, source, other, messages):
    line = next((line for line in _lines(messages[0]) if text in line.lower()), "")
    more = f" (and in {len(messages) - 1} more)" if len(messages) > 1 else ""
    shown_text = "***" if what == "SRTP key" else text
    return f"leak from {source.name} to {other.name}: {what} {shown_text!r} in {shown(messages[0], line)}{more}"


def own_words(side):
    """What the endpoints of a side call themselves and the SBC, before the SBC has told them anything."""
    return {text for message in side.received if _begins(message) for text, what in identities(message)} | {
        host for message in side.received for host in _hosts(message, ("contact",))}


def _begins(message):
    return message.method is not None and header_param(message.get("To", ""), "tag") is None


# what tells of the side that wrote a message ---------------------------------------------------------------------------
def identities(message):
    """(text in small letters, what it is) of all that the message tells of who wrote it."""
    echoed = ECHOED_IN_RESPONSE if message.code else set() if _begins(message) else ECHOED_IN_DIALOG
    names = {_long(name) for name, _ in message.headers} - echoed
    if message.uri and _begins(message):
        yield from ((host.lower(), "host of the Request-URI") for host in IN_URI.findall(message.uri))
    yield from ((host, "host") for host in _hosts(message, names))
    yield from ((host.lower(), "address in SDP") for host in IN_SDP.findall(_body(message)))
    yield from ((user.lower(), "user name in o=") for user in ORIGIN.findall(_body(message)))
    yield from ((key.lower(), "SRTP key") for key in KEY.findall(_body(message)))
    yield from _tag(message)
    for name, value in message.headers:
        if _long(name) in PRODUCT and len(value) >= SHORT:
            yield from ((f"{header}: {value}".lower(), "product's name") for header in PRODUCT)
            yield from ((word.lower(), "product's name") for word in value.split() if "/" in word)
        if name.lower().startswith(MICROSOFT):
            yield f"{name.lower()}:", "header"
        for what, pattern in VALUE.items() if _long(name) in {*names, "from" if message.method else "to"} else ():
            yield from ((text.lower(), what) for text in pattern.findall(value) if len(text) >= SHORT)
    if message.method:
        yield from _branches(message)
        if _begins(message):
            yield from _call_id(message.get("Call-ID", ""))


def _hosts(message, names):
    for name, value in message.headers:
        if _long(name) in names:
            for pattern in (IN_URI, IN_PARAM, IN_SOURCE, *ONLY_IN.get(_long(name), ())):
                yield from (host.lower() for host in pattern.findall(value))


def _tag(message):
    """The one that its author made: in From of a request, in To of a response."""
    name = "From" if message.method else "To"
    tag = header_param(message.get(name, ""), "tag")
    if message.code != 100 and tag:
        yield from _parameter("tag", tag, f"{name} tag")


def _branches(message):
    for via in message.list("Via"):
        branch = header_param(via, "branch") or ""
        if len(branch.lower().removeprefix(MAGIC)) >= SHORT:
            yield from _parameter("branch", branch, "Via branch")


def _parameter(name, value, what):
    if len(value) >= DISTINCT:
        yield value.lower(), what
    elif len(value) >= SHORT:
        yield f"{name}={value}".lower(), what


def _call_id(value):
    hosts = re.findall(ADDRESS, value) + re.findall(rf"@({HOST})$", value, re.I)
    yield from ((host.lower(), "host in Call-ID") for host in hosts)
    if hosts:
        yield value.lower(), "Call-ID with a host"


# what a message is searched for ----------------------------------------------------------------------------------------
def words(message):
    """All pieces of a message that an identity may be equal to, in small letters."""
    text = _text(message).lower()
    found = set(re.findall(r"[^\s;,<>\"=:@/?&()|]+", text))
    found |= set(re.findall(r"[^\s;,<>\"=]+", text))  # a Call-ID, RTCC/5.0.0.0
    found |= set(re.findall(r"(?:tag|branch|o)=[^\s;,<>\"]+", text))
    found |= set(KEY.findall(text))
    for name, value in message.headers:
        found |= {f"{name.lower()}:", f"{_long(name)}: {value.lower()}"}
    found |= {domain for word in filter(_is_name, set(found)) for domain in _domains(word)}
    return found


def _is_name(word):
    return re.fullmatch(NAME, word) and not re.fullmatch(ADDRESS, word)


def _domains(name):
    """med01.contoso.example tells of contoso.example, too."""
    labels = name.split(".")
    return [".".join(labels[at:]) for at in range(1, len(labels) - 1)]


def _long(name):
    return COMPACT.get(name.lower(), name.lower())


def _text(message):
    return message.raw.decode("utf-8", "replace")


def _lines(message):
    return re.split(r"\r?\n", _text(message))


def _body(message):
    return message.body.decode("utf-8", "replace")
