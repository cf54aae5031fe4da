# SPDX-License-Identifier: GPL-2.0-or-later
"""SIP messages as bytes: reading them, cutting them from a stream, and templates that go out exactly as written."""
import re

# RFC 3261 20 and the extensions that matter here
COMPACT = {"b": "referred-by", "c": "content-type", "e": "content-encoding", "f": "from", "i": "call-id",
           "k": "supported", "l": "content-length", "m": "contact", "r": "refer-to", "s": "subject", "t": "to",
           "v": "via", "x": "session-expires"}
_KEY = re.compile(r"(inline:)[^\s|;]+")


class Malformed(ValueError):
    """Bytes that are no SIP message."""


class Message:
    """A request or a response. `headers` are (name, value) in the order and case of the wire."""

    def __init__(self, raw):
        self.raw = raw
        head, found, self.body = raw.partition(b"\r\n\r\n")
        if not found:
            raise Malformed(f"no empty line after the headers: {raw[:80]!r}")
        unfolded = re.sub(rb"\r\n[ \t]+", b" ", head).decode("utf-8", "surrogateescape")
        self.start, *lines = unfolded.split("\r\n")
        self.headers = [(name.strip(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
        words = self.start.split(" ", 2)
        if len(words) != 3:
            raise Malformed(f"not a start line: {self.start!r}")
        self.code = self.method = self.uri = None
        if words[0] == "SIP/2.0":
            self.code, self.reason = int(words[1]), words[2]
        else:
            self.method, self.uri = words[:2]

    def all(self, name):
        """The value of each header line of that name."""
        return [value for key, value in self.headers if COMPACT.get(key.lower(), key.lower()) == name.lower()]

    def get(self, name, default=None):
        return next(iter(self.all(name)), default)

    def __getitem__(self, name):
        value = self.get(name)
        if value is None:
            raise Malformed(f"no {name} in {self.start!r}")
        return value

    def list(self, name):
        """The values of a header that may hold several in one line (Via, Route, Contact)."""
        return [item for value in self.all(name) for item in split_list(value)]

    @property
    def cseq(self):
        """(number, method)"""
        number, method = self["CSeq"].split()
        return int(number), method

    @property
    def branch(self):
        return header_param(self.list("Via")[0], "branch")

    @property
    def text(self):
        return masked(self.raw.decode("utf-8", "replace").replace("\r\n", "\n"))

    def __repr__(self):
        return f"<{self.start}>"


def masked(text):
    """Text that may be shown: SRTP keys are taken out."""
    return _KEY.sub(r"\1***", text)


def split_list(value):
    """Cuts at the commas that stand outside quotes and angle brackets."""
    items, start, quoted, angle = [], 0, False, False
    for i, c in enumerate(value):
        if c == '"' and value[i - 1:i] != "\\":
            quoted = not quoted
        elif not quoted and c in "<>":
            angle = c == "<"
        elif c == "," and not quoted and not angle:
            items.append(value[start:i].strip())
            start = i + 1
    return [*items, value[start:].strip()]


def uri_of(value):
    """The URI of a name-addr or addr-spec (From, To, Contact, Route)."""
    unquoted = re.sub(r'^\s*"(?:[^"\\]|\\.)*"', "", value)
    match = re.search(r"<([^>]*)>", unquoted)
    return match[1] if match else unquoted.split(";")[0].strip()


def header_param(value, name):
    """A parameter of the header, not of the URI in it: tag, branch, rport. "" when it has no value, None: absent."""
    behind = re.sub(r'^\s*"(?:[^"\\]|\\.)*"', "", value)
    behind = behind.rpartition(">")[2] if ">" in behind else behind
    return _param(behind, name)


def uri_param(uri, name):
    return _param(uri.partition("?")[0], name)


def _param(text, name):
    match = re.search(rf";\s*{re.escape(name)}\s*(?:=\s*([^;\s]*))?\s*(?:;|$)", text, re.I)
    return match and (match[1] or "")


def host_port(uri):
    """(host, port or None) of a SIP URI."""
    rest = re.sub(r"^sips?:", "", uri, flags=re.I).split("?")[0]
    host = rest.rpartition("@")[2].split(";")[0] if "@" in rest else rest.split(";")[0]
    name, colon, port = host.rpartition(":")
    return (name, int(port)) if colon and port.isdigit() else (host, None)


def render(template, body=b"", **values):
    """The template's lines with {names} filled in; {length} is the body's. A line that becomes empty is left out."""
    lines = (line.format(length=len(body), **values) for line in template.strip("\n").split("\n"))
    head = "\r\n".join(line for line in lines if line)
    return head.encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


class Framer:
    """Cuts a byte stream into messages by Content-Length (RFC 3261 18.3)."""

    def __init__(self):
        self._buffer = b""

    def feed(self, data):
        """The messages that are complete with these bytes."""
        self._buffer += data
        messages = []
        while True:
            self._buffer = self._buffer.lstrip(b"\r\n")  # keep-alives, RFC 3261 7.5
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return messages
            end += 4 + self._content_length(self._buffer[:end + 4])
            if len(self._buffer) < end:
                return messages
            messages.append(Message(self._buffer[:end]))
            self._buffer = self._buffer[end:]

    @staticmethod
    def _content_length(head):
        value = Message(head).get("Content-Length")
        if value is None or not value.isdigit():
            raise Malformed(f"a message on a stream needs Content-Length, this says {value!r}: {head[:80]!r}")
        return int(value)
