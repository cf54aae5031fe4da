# SPDX-License-Identifier: GPL-2.0-or-later
"""Multipart bodies (RFC 2046 5.1), to the byte."""
import email
import re

BOUNDARY = "----=_NextPart_000_0001"


def multipart(*parts, subtype="mixed", boundary=BOUNDARY):
    """(body, Content-Type) of parts, each (header lines, bytes)."""
    body = b"".join(b"--%s\r\n%s\r\n\r\n%s\r\n" % (boundary.encode(), head.replace("\n", "\r\n").encode(), content)
                    for head, content in parts)
    return body + f"--{boundary}--\r\n".encode(), f'multipart/{subtype}; boundary="{boundary}"'


def parts_of(message):
    """[(header lines, bytes)] of a message: what multipart() was given, but for CR LF in the header lines."""
    boundary = re.search('boundary="?([^";]+)', message["Content-Type"])[1].encode()
    before, *parts, after = (b"\r\n" + message.body).split(b"\r\n--" + boundary)
    assert before == b"" and after == b"--\r\n", f"not a multipart body, or more than one:\n{message.text}"
    return [tuple(part.removeprefix(b"\r\n").split(b"\r\n\r\n", 1)) for part in parts]


def sdp_in(message):
    """The session description that a message carries, as bytes; b"" for none. Of two versions that for the present."""
    kind = re.sub(r"\s*/\s*", "/", message.get("Content-Type", ""), count=1)  # RFC 3261 25.1: SLASH
    if not kind.startswith("multipart/"):
        return message.body if "application/sdp" in kind else b""
    parts = email.message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + message.body).walk()
    return next((part.get_payload(decode=True) for part in parts if part.get_content_type() == "application/sdp"
                 and re.match("session(?!.*2007fallback)", part.get("Content-Disposition", "session"))), b"")
